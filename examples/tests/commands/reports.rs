//! `mailkit reports` and `mailkit rollout`.

use std::fs;
use std::path::Path;

use super::{mailkit, mailkit_with};

const REPORTS: &str = "../reports";

#[test]
fn sources_are_shown_by_volume() {
    let run = mailkit(&["reports", REPORTS, "--legitimate", "192.0.2.0/24=own-hosts", "--days"]);
    run.expect(
        0,
        "1 aggregate report, 1 failure report, 1 TLS report

SOURCE           IN THE NAME OF  CLASS       MESSAGES   PASS   DKIM    SPF  STOPPED  IN A ROLLOUT
own-hosts        acme.example    legitimate       480  100 %  100 %  100 %        0  does not count
198.51.100.0/24  acme.example    unknown           20    0 %    0 %    0 %        0  does not count

REPORTER          MESSAGES  IN A ROLLOUT
receiver.example       500  does not count: nobody has shown who sent it

DAY         SOURCE           IN THE NAME OF  MESSAGES   PASS  IN A ROLLOUT
2026-11-20  own-hosts        acme.example         480  100 %  does not count
2026-11-20  198.51.100.0/24  acme.example          20    0 %  does not count

FAILED  FROM ADDRESS  DOMAIN        SUBJECT
dmarc   203.0.113.66  acme.example  Changed bank account

TLS REPORT OF   DOMAIN        SESSIONS  FAILED  MOST OFTEN
sender.example  acme.example       100       3  certificate-expired
",
    );
    assert!(run.stderr.contains("receiver.xml: skipped record 3 at octet "), "{}", run.stderr);
    let run = mailkit(&["reports", REPORTS, "--domain", "other.example"]);
    run.expect(0, "1 aggregate report, 0 failure reports, 0 TLS reports\n");
    let missing = "no aggregate report is about mail in the name of other.example; they are about";
    assert!(run.stderr.contains(missing), "{}", run.stderr);
    let run = mailkit(&["reports", REPORTS, "--class", "nobody=legitimate"]);
    run.expect_error(&["no report named the source \"nobody\""]);
}

#[test]
fn a_second_report_of_the_same_name_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let other = directory.path().join("other.xml");
    let sample = fs::read_to_string(super::assets().join("../reports/receiver.xml")).unwrap();
    fs::write(&other, sample.replace("<count>", "<count>1")).unwrap();
    let run = mailkit(&["reports", REPORTS, other.to_str().unwrap()]);
    run.expect_words(1, &["1 aggregate report, "]);
    assert!(run.stderr.contains("another report of the same name was counted"), "{}", run.stderr);
}

/// A report of which nothing was counted does not shut out a good one of its name.
#[test]
fn a_report_is_counted_although_its_name_came_in_an_unreadable_one() {
    let directory = tempfile::tempdir().unwrap();
    let sample = fs::read_to_string(super::assets().join("../reports/receiver.xml")).unwrap();
    let unreadable = sample.replace("192.0.2.2<", "nowhere<").replace("198.51.100.9<", "nowhere<");
    for file in ["a.xml", "c.xml"] {
        fs::write(directory.path().join(file), &unreadable).unwrap();
    }
    fs::write(directory.path().join("b.xml"), sample).unwrap();
    let run = mailkit(&["reports", directory.path().to_str().unwrap(), "--json"]);
    let messages: u64 = run.json()["sources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["counts"]["messages"].as_u64().unwrap())
        .sum();
    assert_eq!((run.code, messages), (1, 500), "{}", run.stdout);
    for file in ["a.xml", "c.xml"] {
        assert!(run.stderr.contains(&format!("{file}: none of its records")), "{}", run.stderr);
    }
}

#[test]
fn broken_files_are_told_and_the_rest_is_read() {
    let twice = ["reports", REPORTS, "../reports/receiver.xml"];
    mailkit(&twice).expect_words(0, &["1 aggregate report (1 counted once)"]);
    let run = mailkit(&["reports", REPORTS, "offer.eml", "gone.xml", "--json", "--progress"]);
    let json = run.json();
    assert_eq!(run.code, 1);
    assert_eq!(json["sources"][0]["counts"]["messages"], 480);
    assert_eq!(json["skipped_files"][0]["reason"], "no report found");
    assert_eq!(json["bad_record_count"], 1);
    assert!(run.stderr.contains("reports: 5 of 5"), "{}", run.stderr);
    mailkit(&["reports", "offer.eml"]).expect_error(&["no report in 1 file", "no report found"]);
    let report = fs::read_to_string(super::assets().join("../reports/tls.json")).unwrap();
    mailkit_with(&["reports", "-"], &report).expect_words(0, &["1 TLS report"]);
}

/// Reports of three receivers about each of `days` days before 2026-11-20, each in a mail with these
/// header fields if there are any. `RECEIVER` in them is the receiver.
fn write_reports(folder: &Path, days: u64, fields: &str) {
    let sample = fs::read_to_string(super::assets().join("../reports/receiver.xml")).unwrap();
    let (head, _) = sample.split_once("  <record><row><source_ip>nowhere").unwrap();
    let end = 1_795_132_800;
    for day in 0..days {
        for receiver in ["one", "two", "three"] {
            let begin = end - day * 86_400;
            let text = head.replace("receiver.example", &format!("{receiver}.example"));
            let text = text.replace("1795132800", &begin.to_string());
            let text = text.replace("1795219199", &(begin + 86_399).to_string());
            let fields = fields.replace("RECEIVER", &format!("{receiver}.example"));
            let text = format!("{fields}{text}</feedback>\r\n");
            fs::write(folder.join(format!("{receiver}-{day}")), text).unwrap();
        }
    }
}

#[test]
fn a_policy_is_tightened_on_evidence_alone() {
    let directory = tempfile::tempdir().unwrap();
    let reports = directory.path().join("reports");
    fs::create_dir(&reports).unwrap();
    write_reports(&reports, 50, "");
    let reports = reports.to_str().unwrap();
    let record = "v=DMARC1; p=none; rua=mailto:dmarc@acme.example";
    let own = ["--legitimate", "192.0.2.0/24=own-hosts"];
    let advise = |more: &[&str], now: &str| {
        let advise =
            ["rollout", "advise", "--record", record, "--since", "2026-09-01", "--now", now];
        mailkit(&[&advise as &[&str], more].concat())
    };
    let from_reports =
        [&["--domain", "acme.example", "--trust-reporters", "--reports", reports] as &[&str], &own]
            .concat();
    let hostile = ["--class", "198.51.100.0/24=hostile"];
    advise(&from_reports, "2026-11-21").expect_words(
        1,
        &[
            "stay at p=none",
            "unmet sources to classify",
            "say whether it sends for you (--legitimate or --class)",
        ],
    );
    let forged = |share| [&from_reports as &[&str], &["--forged-below", share]].concat();
    // It passes SPF for a domain of its own: somebody runs it.
    advise(&forged("50%"), "2026-11-21").expect_words(1, &["unmet sources to classify"]);
    advise(&forged("410%"), "2026-11-21").expect_error(&["write it as 0.1%"]);
    let advice = advise(&[&from_reports as &[&str], &hostile].concat(), "2026-11-21");
    advice.expect_words(
        0,
        &["advance from p=none to p=quarantine; t=y", "publish v=DMARC1; p=quarantine; t=y; rua="],
    );

    let evidence = directory.path().join("evidence.json");
    let evidence = evidence.to_str().unwrap();
    let write = [
        "reports",
        reports,
        "--domain",
        "acme.example",
        "--trust-reporters",
        "--evidence",
        evidence,
    ];
    let write = [&write as &[&str], &own].concat();
    mailkit(&write).expect_words(0, &["150 aggregate reports"]);
    mailkit(&write).expect_error(&["File exists", "--overwrite puts another in its place"]);
    let again = [&write as &[&str], &["--overwrite"]].concat();
    mailkit(&again).expect_words(0, &["150 aggregate reports"]);
    let from_evidence = [&["--evidence", evidence] as &[&str], &hostile].concat();
    assert_eq!(advise(&from_evidence, "2026-11-21").stdout, advice.stdout);
    let run = advise(&["--evidence", evidence, "--json"], "2026-11-21");
    assert_eq!((run.code, &run.json()["step"]), (1, &"hold".into()));
    for dns in [["--zone", "gone.zone"], ["--server", "127.0.0.1:53"]] {
        let vain = [&["--evidence", evidence] as &[&str], &dns].concat();
        advise(&vain, "2026-11-21").expect_error(&["cannot be used with"]);
    }
    advise(&["--evidence", "offer.eml"], "2026-11-21").expect_error(&["offer.eml is not what"]);
    // Evidence is about one domain: none can be chosen from it, and none is written of all.
    let other = ["--domain", "other.example", "--evidence", evidence];
    advise(&other, "2026-11-21").expect_error(&["cannot be used with"]);
    mailkit(&["reports", reports, "--evidence", evidence]).expect_error(&["--domain <DOMAIN>"]);
    let mistyped = directory.path().join("mistyped.json");
    let write = ["reports", reports, "--domain", "acmee.example", "--evidence"];
    let run = mailkit(&[&write as &[&str], &[mistyped.to_str().unwrap()]].concat());
    run.expect_error(&["no aggregate report is about mail in the name of acmee.example"]);
    assert!(!mistyped.exists());
}

/// What a report calls its author proves nothing, and neither does a domain that nobody knows.
#[test]
fn reporters_are_those_that_are_known() {
    let directory = tempfile::tempdir().unwrap();
    let advise = |fields: &str, more: &[&str]| {
        let reports = directory.path().join(format!("{}", fields.len()));
        fs::create_dir_all(&reports).unwrap();
        write_reports(&reports, 50, fields);
        let record = "v=DMARC1; p=none; rua=mailto:dmarc@acme.example";
        let advise = ["rollout", "advise", "--record", record, "--since", "2026-09-01"];
        let of = ["--now", "2026-11-21", "--domain", "acme.example", "--reports"];
        let sources = ["--legitimate", "192.0.2.0/24=own", "--class", "198.51.100.0/24=hostile"];
        mailkit(&[&advise as &[&str], &of, &[reports.to_str().unwrap()], &sources, more].concat())
    };
    let unverified = &[
        "unmet independent reporters: 0, at least 3 needed",
        "reporters that are not known, so that they do not count: 3 \
            (one.example (unverified), three.example (unverified), two.example (unverified))",
    ];
    let run = advise("", &[]);
    run.expect_words(1, unverified);
    let note = "do not count in a rollout, since nobody knows whose they are: 150 of 150; ";
    assert!(run.stderr.contains(note) && run.stderr.contains("--reporter"), "{}", run.stderr);
    let results = ["--results-of", "mx.acme.example"];
    advise("", &results).expect_words(1, unverified);
    advise("", &["--trust-reporters"]).expect_words(0, &["advance from p=none"]);

    let mail = "Authentication-Results: mx.acme.example; dmarc=pass header.from=RECEIVER\r\n\
        From: dmarc@RECEIVER\r\nContent-Type: text/xml\r\n\r\n";
    let named = |domains: &[&'static str]| -> Vec<&str> {
        results.into_iter().chain(domains.iter().flat_map(|it| ["--reporter", *it])).collect()
    };
    let three = named(&["one.example", "two.example", "three.example"]);
    advise(mail, &results).expect_words(1, &["not count: 3 (dmarc@one.example, dmarc@three"]);
    advise(mail, &three).expect_words(0, &["advance from p=none"]);
    let above = advise(mail, &named(&["example"]));
    above.expect_error(&["anybody gets a domain below this one"]);
    let gmail = advise(mail, &named(&["gmail.com"]));
    gmail.expect_error(&["anybody gets a mailbox in this domain"]);
    advise(mail, &named(&["dmarc@one.example"]))
        .expect_words(1, &["unmet independent reporters: 1"]);
    let unknown = named(&["one.example", "two.example"]);
    let run = advise(mail, &unknown);
    run.expect_words(
        1,
        &["unmet independent reporters: 2", "do not count: 1 (dmarc@three.example)"],
    );
    let other = [&["--results-of", "mx.other.example"] as &[&str], &three[2..]].concat();
    let run = advise(mail, &other);
    run.expect_words(1, unverified);
    for told in [
        "--results-of mx.other.example: in no mail it says that DMARC passed",
        "--reporter two.example: no report is proved to be of it",
    ] {
        assert!(run.stderr.contains(told), "{}", run.stderr);
    }
    // None of these mails is signed.
    let zone = ["--verify-mails", "--zone", "healthy.zone"];
    advise(mail, &zone).expect_words(1, unverified);
    advise(mail, &zone[1..]).expect_error(&["--zone and --server are for --verify-mails"]);
    for proof in [&[] as &[&str], &["--trust-reporters"]] {
        let vain = [&["--reporter", "one.example"], proof].concat();
        advise(mail, &vain).expect_error(&["--reporter is for --results-of and --verify-mails"]);
    }
}

#[test]
fn reports_tell_whose_they_are() {
    let directory = tempfile::tempdir().unwrap();
    let mail = "Authentication-Results: mx.acme.example; dmarc=pass header.from=RECEIVER\r\n\
        From: dmarc@RECEIVER\r\nContent-Type: text/xml\r\n\r\n";
    write_reports(directory.path(), 1, mail);
    let folder = directory.path().to_str().unwrap();
    let results =
        ["reports", folder, "--results-of", "mx.acme.example", "--reporter", "two.example"];
    mailkit(&results).expect_words(
        0,
        &[
            // What a known reporter saw is not mixed with what the others say.
            "480  100 %  100 %  100 %        0  counts\n",
            "960  100 %  100 %  100 %        0  does not count\n",
            "dmarc@two.example         500  counts\n",
            "dmarc@one.example         500  does not count: no receiver that is known\n",
        ],
    );
    let json = mailkit(&[&results as &[&str], &["--json"]].concat()).json();
    assert_eq!(
        (&json["unknown_reports"], &json["reporters"][0]["counts"]),
        (&2.into(), &true.into())
    );
}

/// The help lists every receiver that is known.
#[test]
fn known_receivers_are_listed() {
    let help = mailkit(&["reports", "--help"]).stdout;
    let known = include_str!("../../../mailkit-auth/data/receivers.txt");
    for receiver in known.lines().filter(|line| !line.starts_with('#')) {
        assert!(help.contains(receiver), "{receiver}");
    }
}

#[test]
fn a_network_that_no_report_names_is_told() {
    let told = |network: &str| {
        let run = mailkit(&["reports", REPORTS, "--legitimate", network]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stderr.contains("no report tells of mail from it")
    };
    assert!(told("192.0.2.0=own"));
    assert!(!told("192.0.2.0/24=own"));
}

#[test]
fn advice_asks_for_what_it_needs() {
    let advise = |more: &[&str]| {
        let advise = ["rollout", "advise", "--record", "v=DMARC1; p=none", "--now", "2026-11-21"];
        mailkit(&[&advise as &[&str], more].concat())
    };
    let needs = &["advice needs --domain with --reports, or --evidence"];
    advise(&["--since", "2026-09-01"]).expect_error(needs);
    advise(&["--since", "2026-09-01", "--domain", "acme.example"]).expect_error(needs);
    advise(&["--since", "2026-09-01", "--reports", REPORTS]).expect_error(needs);
    let run = advise(&["--since", "2026-11-22", "--domain", "acme.example", "--reports", REPORTS]);
    run.expect_error(&["--since 2026-11-22 is a day to come"]);
    let mistyped = ["--domain", "exmaple.com", "--reports", REPORTS];
    let run = advise(&[&["--since", "2026-09-01"] as &[&str], &mistyped].concat());
    let why = "in the name of exmaple.com; they are about acme.example";
    run.expect_error(&["no aggregate report is about mail", why]);
    assert_eq!(run.stdout, "");
}

#[test]
fn a_simulation_is_the_same_for_a_seed() {
    let simulate = || mailkit(&["rollout", "simulate", "--domains", "3", "--seed", "7", "--json"]);
    let (first, second) = (simulate(), simulate());
    assert_eq!((first.code, &first.stdout), (0, &second.stdout));
    assert_eq!(first.json()["rules"][0]["broken_streams"], 0);
    let run = mailkit(&["rollout", "simulate", "--domains", "1", "--progress"]);
    run.expect_words(0, &["1 domains, seed 1", "as advised", "by the calendar"]);
    assert!(run.stderr.contains("domains: 1 of 1"), "{}", run.stderr);
}
