//! `mailkit check`.

use mailkit_examples::dns::{Zone, ZoneServer};

use super::mailkit;

#[test]
fn a_domain_is_graded() {
    let run = mailkit(&["check", "acme.example", "--zone", "healthy.zone", "--now", "2026-11-22"]);
    run.expect_words(
        0,
        &["acme.example: B (", "DMARC     good", "DKIM      not checked", "Bulk mail to Gmail"],
    );
    let run = mailkit(&["check", "broken.example", "--zone", "faulty.json", "--selector", "s1"]);
    run.expect_words(1, &["broken.example: F (", "error SPF011", "What to do"]);
}

#[test]
fn what_the_owner_knows_fills_the_gaps() {
    let run = mailkit(&[
        "check",
        "acme.example",
        "--zone",
        "healthy.zone",
        "--unsigned",
        "--message",
        "offer.eml",
        "--sender",
        "192.0.2.2=mx.acme.example",
        "--bulk",
        "--daily",
        "9000",
        "--spam-rate",
        "5/1000",
        "--usage",
        "transactions",
        "--service",
        "none",
        "--json",
    ]);
    let report = run.json();
    let state = |receiver: usize, requirement: &str| {
        let bulk = report["bulk"].as_array().unwrap();
        let of = bulk.iter().filter(|it| it["requirement"] == requirement);
        of.map(|it| it["state"].clone()).nth(receiver)
    };
    assert_eq!(state(0, "spam-rate"), Some("not-met".into()), "{}", report["bulk"]);
    assert_eq!(state(0, "one-click"), Some("not-met".into()));
    assert_eq!(report["domain"], "acme.example");
}

#[test]
fn an_unknown_domain_has_no_grade() {
    let run = mailkit(&["check", "other.example", "--zone", "healthy.zone"]);
    run.expect_error(&["the zone files hold nothing of other.example"]);
}

/// A file without the domain is no proof that nothing is published.
#[test]
fn a_zone_file_without_the_domain_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let zone = directory.path().join("acme.zone");
    let zone_path = zone.to_str().unwrap();
    let check = |text: &str, words: &str| {
        std::fs::write(&zone, text).unwrap();
        for command in [
            &["check", "acme.example"] as &[&str],
            &["lint", "--domain", "acme.example"],
            &["spf", "evaluate", "acme.example", "--ip", "192.0.2.7"],
            &["spf", "tree", "acme.example"],
            &["spf", "flatten", "acme.example"],
        ] {
            mailkit(&[command, &["--zone", zone_path]].concat()).expect_error(&[words]);
        }
    };
    check("", "the zone files hold no records");
    check("$ORIGIN acme.example.\n", "the zone files hold no records");
    let below = "_dmarc.acme.example. 3600 IN TXT \"v=DMARC1; p=none\"\n";
    check(below, "the zone files hold names below acme.example, but not acme.example itself");
}

/// What is missing is told by the name of an option, not of a method.
#[test]
fn options_are_named() {
    let run = mailkit(&["check", "acme.example", "--zone", "healthy.zone"]);
    let tls = [
        "say whether mail is sent over TLS (`--delivery-tls`)",
        "give the spam rate (`--spam-rate`)",
    ];
    run.expect_words(0, &tls);
    run.expect_words(0, &["`--selector`", "`--message`", "`--policy-file` or `--policy-failure`"]);
    assert!(!run.stdout.contains("with_"), "{}", run.stdout);
    assert!(!run.stdout.contains("not checked  not checked"), "{}", run.stdout);
}

#[test]
fn a_message_has_a_header() {
    let check = |name: &str| {
        let run = ["check", "acme.example", "--zone", "healthy.zone", "--message", name];
        mailkit(&run).expect_error(&["is no mail: it does not begin with a header field"]);
    };
    check("healthy.zone");
    check("/dev/null");
}

/// Whether such a record works is not known, so nothing is said to be right.
#[test]
fn an_include_or_redirect_without_an_answer_leaves_spf_open() {
    let directory = tempfile::tempdir().unwrap();
    let check = |record: &str| {
        let zone = directory.path().join("acme.zone");
        let text = format!(
            "$ORIGIN acme.example.\n$TTL 3600\n@ IN MX 10 mx\nmx IN A 192.0.2.2\n\
             @ IN TXT \"{record}\"\n_dmarc IN TXT \"v=DMARC1; p=reject; rua=mailto:d@acme.example\"\n"
        );
        std::fs::write(&zone, text).unwrap();
        mailkit(&["check", "acme.example", "--zone", zone.to_str().unwrap()])
    };
    for record in ["v=spf1 include:a.o.example mx -all", "v=spf1 redirect=spf.host.example"] {
        let run = check(record);
        run.expect_words(2, &["SPF       not checked", "SPF                    not checked"]);
        run.expect_error(&["no grade for acme.example"]);
    }
    check("v=spf1 mx -all").expect_words(0, &["SPF       good"]);
}

/// What lies outside the zone file is not seen, which is not missing.
#[test]
fn records_elsewhere_are_not_missing() {
    let directory = tempfile::tempdir().unwrap();
    let zone = directory.path().join("acme.zone");
    let text = "$ORIGIN acme.example.\n$TTL 3600\n@ IN MX 10 mx.host.example.\n\
        @ IN TXT \"v=spf1 include:_spf.host.example -all\"\n\
        s1._domainkey IN CNAME s1.keys.host.example.\n";
    std::fs::write(&zone, text).unwrap();
    let zone = zone.to_str().unwrap();
    let run = mailkit(&["check", "acme.example", "--zone", zone, "--selector", "s1", "--json"]);
    let report = run.json();
    let codes: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["finding"]["code"].as_str().unwrap())
        .collect();
    assert!(codes.contains(&"DMC001"), "{codes:?}");
    for code in ["DKM001", "DKM022", "SPF026", "SPF044", "DNS003", "MXR003"] {
        assert!(!codes.contains(&code), "{code} of {codes:?}");
    }
    let gaps = report["gaps"].to_string();
    assert!(gaps.contains("s1._domainkey") && gaps.contains("_spf.host.example"), "{gaps}");
}

#[test]
fn facts_are_given_as_arguments() {
    let codes = |facts: &[&str]| {
        let zone =
            ["check", "acme.example", "--zone", "healthy.zone", "--json", "--now", "2026-11-22"];
        let report = mailkit(&[&zone as &[&str], facts].concat()).json();
        report["findings"].to_string()
    };
    let check = |facts: &[&str], code: &str| {
        assert!(codes(facts).contains(code), "{facts:?}");
        assert!(!codes(&[]).contains(code), "{code} without facts");
    };
    check(&["--dnssec", "bogus"], "signatures of the zone do not hold");
    check(
        &["--policy-failure", "certificate"],
        "the certificate does not prove mta-sts.acme.example",
    );
    check(&["--policy-failure", "404"], "status 404");
    check(&["--delivery-tls", "sometimes"], "mail is sent without TLS");
    check(&["--ttl", "acme.example/mx=60"], "60 s");
    check(&["--ttl", "acme.example/MX=172800", "--planned-change"], "172800 s");
    let digest = "0".repeat(64);
    let certificate = format!("mx.acme.example={digest}:{digest}");
    assert!(!codes(&["--certificate", &certificate]).is_empty());
    let ended = format!("{certificate},2026-11-20");
    check(&["--certificate", &ended], "the certificate of mx.acme.example ended on 2026-11-20");
    assert!(!codes(&["--certificate", &format!("{certificate},2027-01-31")]).contains("ends"));
    let refused = |facts: &[&str], words: &[&str]| {
        mailkit(&[&["check", "acme.example"] as &[&str], facts].concat()).expect_error(words);
    };
    refused(&["--spam-rate", "5/2"], &["a message is complained about once"]);
    refused(&["--spam-rate", "0/0"], &["a message is complained about once"]);
    refused(&["--dnssec", "sure"], &["secure, insecure or bogus"]);
    refused(&["--ttl", "acme.example=60"], &["write it as"]);
    refused(&["--certificate", "mx.acme.example=00:11"], &["64 hex digits"]);
    refused(&["--policy-failure", "gone"], &["a status, certificate"]);
}

/// Of all commands the first questions are enough: what they would ask then is not waited for.
#[test]
fn a_server_that_is_silent_is_told_by_all_alike() {
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let server = silent.local_addr().unwrap().to_string();
    let directory = tempfile::tempdir().unwrap();
    let key = directory.path().join("s1.pem").to_str().unwrap().to_owned();
    let keys = ["keys", "--domain", "acme.example", "--selector", "s1", "--out", &key];
    mailkit(&keys).expect_words(0, &["p="]);
    for number in ["1", "2"] {
        let signature = "v=1; a=rsa-sha256; d=acme.example; s=s1; h=from; bh=YWJj; b=YWJj";
        let mail = format!(
            "DKIM-Signature: {signature}\r\nFrom: a@acme.example\r\nContent-Type: text/xml\r\n\r\n{}",
            std::fs::read_to_string(super::assets().join("../reports/receiver.xml")).unwrap()
        );
        std::fs::write(directory.path().join(format!("{number}.eml")), mail).unwrap();
    }
    let reports = directory.path().to_str().unwrap().to_owned();
    let envelope = ["--ip", "192.0.2.2", "--from", "info@acme.example"];
    let seal = ["sign", "offer.eml", "--seal", "--results-as", "mx.acme.example", "--key", &key];
    let seal = [&seal as &[&str], &["--domain", "acme.example", "--selector", "s1"], &envelope];
    let commands = [
        vec!["check", "acme.example"],
        vec!["lint", "--domain", "acme.example"],
        vec!["spf", "evaluate", "acme.example", "--ip", "192.0.2.2"],
        vec!["spf", "tree", "acme.example"],
        vec!["spf", "flatten", "acme.example"],
        [&["verify", "offer.eml"] as &[&str], &envelope].concat(),
        seal.concat(),
        vec!["reports", &reports, "--verify-mails"],
    ];
    let ask = |command: &Vec<&str>| mailkit(&[command, &["--server", &server] as &[&str]].concat());
    std::thread::scope(|scope| {
        let runs: Vec<_> = commands.iter().map(|it| scope.spawn(move || ask(it))).collect();
        for run in runs {
            let run = run.join().unwrap();
            run.expect_error(&["mailkit: the DNS gave no answer "]);
            assert_eq!(run.stdout, "");
        }
    });
}

/// What the first questions found is the answer of a server as it is of a zone file.
#[test]
fn a_server_says_what_a_zone_file_says() {
    let text = std::fs::read_to_string(super::assets().join("healthy.zone")).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let zone = Zone::parse(&text).unwrap();
    let server = runtime.block_on(ZoneServer::start([zone])).unwrap();
    let address = server.address().to_string();
    let verify = ["verify", "offer.eml", "--ip", "192.0.2.2", "--from", "info@acme.example"];
    for command in [
        &["lint", "--domain", "acme.example"] as &[&str],
        &["spf", "evaluate", "acme.example", "--ip", "192.0.2.2"],
        &["spf", "tree", "acme.example"],
        &["spf", "flatten", "acme.example"],
        &verify,
    ] {
        let ask = |of: [&str; 2]| mailkit(&[command, &of].concat());
        let (asked, read) = (ask(["--server", &address]), ask(["--zone", "healthy.zone"]));
        assert_eq!((asked.code, asked.stdout), (read.code, read.stdout), "{command:?}");
    }
    let refused = ["spf", "evaluate", "other.example", "--ip", "192.0.2.2", "--server", &address];
    mailkit(&refused).expect_words(2, &["temperror: no answer to other.example TXT"]);
    runtime.block_on(server.stop());
}
