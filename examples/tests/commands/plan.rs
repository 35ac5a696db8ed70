//! `mailkit plan`.

use std::fs;

use super::mailkit;

#[test]
fn records_are_printed_as_a_zone() {
    let run = mailkit(&[
        "plan",
        "acme.example",
        "--provider",
        "google",
        "--ip",
        "192.0.2.7",
        "--stage",
        "quarantine-testing",
        "--rua",
        "dmarc@acme.example",
        "--mta-sts",
        "testing",
        "--tls-rua",
        "tls@acme.example",
        "--now",
        "2026-11-22",
    ]);
    run.expect_words(
        0,
        &[
            "acme.example. 3600 IN TXT \"v=spf1 ip4:192.0.2.7 include:_spf.google.com ~all\"\n",
            "_dmarc.acme.example. 3600 IN TXT \"v=DMARC1; p=quarantine; t=y; rua=mailto:dmarc@acme.example\"\n",
            "_mta-sts.acme.example. 3600 IN TXT \"v=STSv1; id=",
            "_smtp._tls.acme.example. 3600 IN TXT \"v=TLSRPTv1; rua=mailto:tls@acme.example\"\n",
            ";   mode: testing\n",
        ],
    );
    let logo =
        ["--mx", "mx.acme.example", "--stage", "reject", "--logo", "https://acme.example/logo.svg"];
    let logo = [&["plan", "acme.example", "--ttl", "1h30m"] as &[&str], &logo].concat();
    let record =
        "default._bimi.acme.example. 5400 IN TXT \"v=BIMI1; l=https://acme.example/logo.svg";
    mailkit(&logo).expect_words(0, &[record]);
    let parked = mailkit(&["plan", "acme.example", "--parked", "--json"]).json();
    assert_eq!(parked["zone"][0]["type"], "MX");
    assert_eq!(parked["zone"][1]["text"], "v=spf1 -all");
}

#[test]
fn what_is_planned_is_read_back_and_needs_no_step() {
    let directory = tempfile::tempdir().unwrap();
    let zone = directory.path().join("acme.zone");
    let path = zone.to_str().unwrap();
    let plan = [
        "plan",
        "acme.example",
        "--mx",
        "10=mx.acme.example",
        "--ip",
        "192.0.2.7",
        "--rua",
        "d@acme.example",
    ];
    fs::write(&zone, mailkit(&plan).stdout).unwrap();
    mailkit(&[&plan as &[&str], &["--against", path]].concat()).expect(0, "nothing to change\n");
    let stricter = [&plan as &[&str], &["--stage", "reject", "--against", path]].concat();
    mailkit(&[&stricter as &[&str], &["--now", "2026-11-22"]].concat()).expect_words(
        1,
        &[
            "[ ] 1. shorten the time to live",
            "publish the DMARC policy",
            "not before 2026-11-22 00:00 UTC",
        ],
    );
    let held = ["--now", "2026-11-22", "--held-until", "2026-12-24"];
    mailkit(&[&stricter as &[&str], &held].concat())
        .expect_words(1, &["not before 2026-12-24 00:00 UTC"]);
    // The number of an MTA-STS policy follows from the policy: the next day it is still the same.
    let policy = |now| {
        let policy = ["--mta-sts", "enforce", "--now", now];
        mailkit(&[&plan as &[&str], &policy].concat()).stdout
    };
    assert_eq!(policy("2026-11-22"), policy("2026-11-23"));
    // New hosts beside an old policy have no safe order.
    fs::write(&zone, policy("2026-11-22")).unwrap();
    let moved = ["plan", "acme.example", "--mx", "mx2.acme.example", "--against", path];
    mailkit(&moved).expect_error(&["no safe order of steps", "MTA-STS is not in the plan"]);
    let moved = [&moved as &[&str], &["--mta-sts", "enforce"]].concat();
    mailkit(&moved).expect_words(1, &["allow: mx2.acme.example, mx.acme.example"]);
    fs::write(&zone, mailkit(&plan).stdout).unwrap();
    let json = mailkit(&[&stricter as &[&str], &["--json"]].concat()).json();
    assert_eq!(json["steps"][0]["kind"], "lower-ttl");
}

#[test]
fn notes_stand_beside_the_steps() {
    let directory = tempfile::tempdir().unwrap();
    let zone = directory.path().join("acme.zone");
    fs::write(&zone, "acme.example. 3600 IN TXT \"v=spf1 mx -all\"\n").unwrap();
    let against = ["--against", zone.to_str().unwrap()];
    let plan = [
        "plan",
        "acme.example",
        "--provider",
        "google",
        "--ip",
        "10.0.0.1",
        "--mta-sts",
        "testing",
    ];
    let run = mailkit(&[&plan as &[&str], &against].concat());
    run.expect_words(
        1,
        &[
            "note: copy the DKIM key of Google",
            "note: nobody gets aggregate reports",
            "note: 10.0.0.1 is an address of a local network",
            "its host needs an address record",
            ";   mode: testing\n",
        ],
    );
    let json = mailkit(&[&plan as &[&str], &against, &["--json"]].concat()).json();
    assert!(json["notes"].to_string().contains("no-reports"), "{json}");
    assert!(json["policy_file"].to_string().contains("mode: testing"), "{json}");
}

#[test]
fn contradictions_are_told() {
    #[track_caller]
    fn check(arguments: &[&str], words: &[&str]) {
        mailkit(&[&["plan", "acme.example"] as &[&str], arguments].concat()).expect_error(words);
    }
    check(&["--logo", "https://acme.example/logo.svg"], &["a logo without an enforced policy"]);
    check(
        &["--provider", "google", "--provider", "zoho"],
        &["are both to receive the mail", "--provider zoho:sends"],
    );
    let both = ["plan", "acme.example", "--provider", "google", "--provider", "mailgun"];
    let run = mailkit(&both);
    run.expect_words(0, &["MX 1 smtp.google.com.", "include:mailgun.org"]);
    assert!(!run.stdout.contains("mxa.mailgun.org"), "{}", run.stdout);
    check(
        &["--provider", "google", "--provider", "mailgun:mailboxes"],
        &["are both to receive the mail", "--provider mailgun:sends"],
    );
    check(&["--parked", "--stage", "none"], &["cannot be used with"]);
    check(&["--parked", "--ttl", "5m"], &["cannot be used with"]);
    check(&["--provider", "nobody"], &["no provider \"nobody\"", "--providers"]);
    check(&["--provider", "microsoft-365"], &["microsoft-365 also needs tenant, partition"]);
    check(
        &["--provider", "microsoft-365,tenantt=acme"],
        &["asks for no value \"tenantt\"; microsoft-365 also needs tenant, partition"],
    );
    check(&["--provider", "google,foo=bar"], &["google asks for no value \"foo\""]);
    check(&["--rua", "notanaddress"], &["write it as dmarc@acme.example"]);
    check(&["--mta-sts", "enforc"], &["none, testing or enforce"]);
    check(&["--sp", "rejct"], &["none, quarantine or reject"]);
    check(&["--provider", "google:owns"], &["mailboxes, receives or sends"]);
    let plan = ["plan", "acme.example", "--ip", "8.8.8.8", "--adkim", "s"];
    mailkit(&plan).expect_words(0, &["\"v=DMARC1; p=none; adkim=s\""]);
    check(&["--dkim", "s1=gone.pem"], &["cannot read gone.pem"]);
    check(
        &["--dkim", "s1=offer.eml"],
        &["no DKIM key in offer.eml, neither a private key in PEM nor its record"],
    );
    check(&["--against", "gone.zone"], &["cannot read gone.zone"]);
    mailkit(&["plan", "--providers"]).expect_words(0, &["google-workspace", "microsoft-365"]);
    let json = mailkit(&["plan", "--providers", "--json"]).json();
    assert!(json.as_array().unwrap().iter().any(|it| it["id"] == "google-workspace"), "{json}");
    mailkit(&["plan", "acme.example", "--providers"]).expect_error(&["cannot be used with"]);
    mailkit(&["plan", "--providers", "--against", "x"]).expect_error(&["cannot be used with"]);
    mailkit(&["plan"]).expect_error(&["required", "DOMAIN"]);
}
