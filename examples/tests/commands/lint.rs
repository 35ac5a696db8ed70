//! `mailkit lint`.

use std::fs;

use super::{mailkit, mailkit_with};

const FAULTY: &str = "v=spf1 ipv4:8.8.8.8 -all";

#[test]
fn a_record_is_underlined_and_mended() {
    mailkit(&["lint", FAULTY]).expect(
        1,
        "error[SPF011]: unknown mechanism `ipv4`: is `ip4:8.8.8.8` meant?
 --> the record, byte 7
  | v=spf1 ipv4:8.8.8.8 -all
  |        ^^^^^^^^^^^^
  = fix: write `ip4:8.8.8.8` for `ipv4:8.8.8.8`
  = help: use a mechanism of the standard
  = see: RFC 7208 section 4.6.1

the record: 1 error
",
    );
    mailkit(&["lint", "--fix", FAULTY]).expect(0, "v=spf1 ip4:8.8.8.8 -all\n");
    mailkit(&["lint", "v=spf1 ip4:8.8.8.8 -all"]).expect(0, "the record: no findings\n");
    let run = mailkit(&["lint", "--fix", "v=spf1 +all"]);
    run.expect(1, "v=spf1 +all\n");
    assert!(run.stderr.contains("1 error needs a decision"), "{}", run.stderr);
}

#[test]
fn files_and_the_standard_input_hold_a_record_a_line() {
    let records = format!("# ours\n{FAULTY}\n\nv=DMARC1; p=none; rua=mailto:d@a.example\n");
    for arguments in [&["lint"] as &[&str], &["lint", "-"]] {
        mailkit_with(arguments, &records).expect_words(
            1,
            &["standard input line 2: 1 error", "standard input line 4: 1 warning"],
        );
    }
    let policy = "version: STSv1\nmode: Enforce\nmx: mx.a.example\nmax_age: 604800\n";
    let mended = policy.replace("Enforce", "enforce");
    mailkit_with(&["lint", "--fix"], policy).expect(0, &mended);
    mailkit_with(&["lint"], "\n").expect_error(&["standard input holds no record"]);
    mailkit_with(&["lint"], "; ours\n v=spf1 -all\n").expect_words(1, &["SPF003"]);
    mailkit(&["lint", "hello"]).expect_error(&["cannot tell what the record is", "--kind"]);
    let zone = "$ORIGIN acme.example.\n@ IN TXT \"v=spf1 -all\"\n";
    mailkit_with(&["lint"], zone).expect_error(&["--domain DOMAIN --zone FILE"]);
    mailkit(&["lint", "p=reject; v=DMARC1"]).expect_words(1, &["DMC"]);
    mailkit(&["lint", "--kind", "spf", "hello"]).expect_words(1, &["error[SPF"]);
    for kind in [&[] as &[&str], &["--kind", "spf"]] {
        for file in ["records.txt", "./records", "gone/records"] {
            let run = mailkit(&[&["lint", "v=spf1 -all", file] as &[&str], kind].concat());
            run.expect_error(&[&format!("there is no file \"{file}\"")]);
        }
    }
    mailkit(&["lint", "v=spf1 -all", "hello"]).expect_error(&["cannot tell what argument 2 is"]);
    mailkit(&["lint", "v=spf1 -all", FAULTY]).expect_words(1, &["argument 2: 1 error"]);
    mailkit(&["lint", "faulty.json"]).expect_error(&["--domain DOMAIN --zone FILE"]);
    mailkit(&["lint", "--help"]).expect_words(0, &["also read where nothing is named"]);
}

#[test]
fn of_a_message_the_signatures_are_linted() {
    let signature =
        "DKIM-Signature: v=1; a=rsa-sha1; d=a.example; s=s1;\r\n\th=from:to; bh=AAAA; b=AAAA\r\n";
    let mail =
        format!("{signature}From: a@a.example\r\nSubject: p=x; v=spf1\r\n\r\nv=spf1 +all\r\n");
    let run = mailkit_with(&["lint"], &mail);
    run.expect_words(1, &["standard input DKIM-Signature 1", "DKM"]);
    assert!(!run.stdout.contains("SPF") && !run.stdout.contains("DKM033"), "{}", run.stdout);
    mailkit_with(&["lint"], "From: a@a.example\n\nHello\n")
        .expect_error(&["without a DKIM-Signature"]);
}

#[test]
fn what_a_terminal_obeys_is_escaped() {
    let hidden = "v=spf1 x=a\u{1b}[2J\u{202e}\u{9b}\u{e0041} -all";
    for format in
        [&["lint", hidden] as &[&str], &["lint", "--fix", hidden], &["lint", "--json", hidden]]
    {
        let run = mailkit(format);
        let raw = |c: char| c != '\n' && !mailkit_auth::visible::is_visible(c);
        assert!(!run.stdout.chars().any(raw), "{format:?}: {:?}", run.stdout);
    }
    assert_eq!(mailkit(&["lint", "--json", hidden]).json()[0]["text"], hidden);
}

#[test]
fn findings_are_data_too() {
    let json = mailkit(&["lint", "--json", FAULTY]).json();
    assert_eq!(json[0]["kind"], "spf");
    assert_eq!(json[0]["findings"][0]["code"], "SPF011");
    assert_eq!(json[0]["findings"][0]["span"]["start"], 7);
    assert_eq!(json[0]["fixed"], "v=spf1 ip4:8.8.8.8 -all");

    let run = mailkit(&[
        "lint",
        "--domain",
        "broken.example",
        "--zone",
        "faulty.json",
        "--format",
        "sarif",
    ]);
    let results = run.json()["runs"][0]["results"].clone();
    let codes: Vec<&str> =
        results.as_array().unwrap().iter().map(|it| it["ruleId"].as_str().unwrap()).collect();
    assert_eq!(
        (run.code, codes.as_slice()),
        (1, ["SPF011", "SPF017", "DMC010", "DMC022", "DKM005"].as_slice())
    );
    let place = &results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(place, "dns:broken.example?type=TXT");
}

#[test]
fn a_domain_is_linted_with_its_sets() {
    mailkit(&["lint", "--domain", "broken.example", "--zone", "faulty.json"]).expect_words(
        1,
        &[
            "broken.example TXT: 2 errors",
            "_dmarc.broken.example TXT: 1 error, 1 warning",
            "s1._domainkey.broken.example TXT: 1 warning",
        ],
    );
    mailkit(&["lint", "--domain", "acme.example", "--zone", "healthy.zone"])
        .expect_words(0, &["_dmarc.acme.example TXT: no findings"]);
    mailkit(&["lint", "--domain", "other.example", "--zone", "healthy.zone"])
        .expect_error(&["the zone files hold nothing of other.example"]);
}

/// A key is found where an alias leads in the same files; one that leads out of them is told.
#[test]
fn keys_are_found_through_aliases() {
    let directory = tempfile::tempdir().unwrap();
    let zone = directory.path().join("alias.zone");
    let record = "$TTL 60\nacme.example. IN TXT \"v=spf1 -all\"\n\
        s1._domainkey.acme.example. IN CNAME s1.dkim.host.example.\n\
        s2._domainkey.acme.example. IN CNAME s2.provider.example.\n\
        *.acme.example. IN TXT \"hello\"\n\
        s1.dkim.host.example. IN TXT \"v=DKIM1; k=rsa; \" \"p=\"\n";
    fs::write(&zone, record).unwrap();
    let lint = ["lint", "--domain", "acme.example", "--zone", zone.to_str().unwrap()];
    for more in [&[] as &[&str], &["--selector", "s1"]] {
        let run = mailkit(&[&lint as &[&str], more].concat());
        let revoked = "s1._domainkey.acme.example TXT: 1 warning";
        run.expect_words(0, &["DKM005", revoked, "acme.example TXT: no findings"]);
        assert!(run.stderr.contains("s2.provider.example TXT"), "{}", run.stderr);
    }
    let run = mailkit(&[&lint as &[&str], &["--selector", "s2"]].concat());
    run.expect_error(&["no answer to s2._domainkey.acme.example TXT"]);
    let plan = ["plan", "acme.example", "--ip", "8.8.8.8", "--against", zone.to_str().unwrap()];
    mailkit(&plan).expect_words(1, &["v=DMARC1; p=none"]);
}

#[test]
fn what_the_dns_does_not_give_is_told_beside_the_rest() {
    let directory = tempfile::tempdir().unwrap();
    let zone = directory.path().join("acme.zone");
    let lint = |records: &str, more: &[&str]| {
        fs::write(&zone, format!("$ORIGIN acme.example.\n$TTL 300\n{records}")).unwrap();
        let lint = ["lint", "--domain", "acme.example", "--zone", zone.to_str().unwrap()];
        mailkit(&[&lint as &[&str], more].concat())
    };
    let spf =
        "@ TXT \"v=spf1 -all\"\n_dmarc TXT \"v=DMARC1; p=reject; rua=mailto:a@acme.example\"\n";
    let run = lint(&format!("{spf}_mta-sts CNAME _mta-sts\n"), &[]);
    run.expect_error(&[
        "aliases in a circle: _mta-sts.acme.example → _mta-sts.acme.example\n",
        "mailkit: the DNS gave no answer to _mta-sts.acme.example TXT\n",
    ]);
    run.expect_words(2, &["acme.example TXT: no findings", "_dmarc.acme.example TXT: no findings"]);
    let json = lint(&format!("{spf}_smtp._tls CNAME elsewhere.test.\n"), &["--json"]);
    json.expect_error(&[
        "not in the zone files: elsewhere.test TXT",
        "_smtp._tls.acme.example TXT",
    ]);
    assert_eq!(json.json().as_array().unwrap().len(), 2);
    lint("@ CNAME @\n", &[]).expect_error(&["circle", "acme.example TXT"]);
}

#[test]
fn rules_are_explained() {
    mailkit(&["lint", "--explain", "spf017"]).expect(
        0,
        "SPF017 (error): an `all` that lets everybody send in the name of the domain
  what to do: end the record with `~all` or `-all`
  see: RFC 7208 section 2.6.3
",
    );
    let json = mailkit(&["lint", "--explain", "spf017", "--json"]).json();
    assert_eq!(json["code"], "SPF017");
    mailkit(&["lint", "--explain", "SPF999"]).expect_error(&["no rule \"SPF999\"", "--rules"]);
    mailkit(&["lint", "--rules"]).expect_words(0, &["SPF017  error", "DMC010  error"]);
    let rules = mailkit(&["lint", "--rules", "--json"]).json();
    assert!(rules.as_array().unwrap().len() >= 100);
}

/// What says nothing about the records that are linted is refused.
#[test]
fn what_would_be_in_vain_is_told() {
    let check = |arguments: &[&str], words: &str| {
        mailkit(&[&["lint"] as &[&str], arguments].concat()).expect_error(&[words]);
    };
    check(&["--selector", "s1", "v=spf1 -all"], "cannot be used with");
    check(&["--zone", "healthy.zone", "v=spf1 -all"], "--zone and --server are for --domain");
    check(&["."], "\".\" is a folder; name the files in it");
    let run = mailkit(&["lint", "--fix", "v=spf1 +all"]);
    assert!(run.stderr.contains("1 error needs a decision"), "{}", run.stderr);
}
