//! `mailkit plan --against`: what is published already.

use std::fs;

use super::mailkit;

/// What no option speaks of stays: nothing is weakened because nobody mentioned it.
#[test]
fn what_is_published_is_kept() {
    let directory = tempfile::tempdir().unwrap();
    let zone = directory.path().join("acme.zone");
    let path = zone.to_str().unwrap();
    let against = |published: &str, options: &[&str]| {
        fs::write(&zone, published).unwrap();
        let plan = ["plan", "acme.example", "--mx", "mx.acme.example", "--against", path];
        mailkit(&[&plan as &[&str], options].concat())
    };
    let mx = "acme.example. 3600 IN MX 10 mx.acme.example.\n";
    let spf = "acme.example. 3600 IN TXT \"v=spf1 mx ip4:192.0.2.0/28 -all\"\n";
    let dmarc = |tags: &str| format!("_dmarc.acme.example. 3600 IN TXT \"v=DMARC1; {tags}\"\n");
    let tags = "p=reject; sp=quarantine; np=reject; adkim=s; fo=1; rua=mailto:d@acme.example";
    let published = format!("{mx}{spf}{}", dmarc(tags));
    let run = against(&published, &[]);
    run.expect_words(
        0,
        &["nothing to change\n", "left alone: acme.example. 3600 IN TXT \"v=spf1 mx ip4"],
    );
    // One tag is changed, and the others stay.
    against(&published, &["--sp", "reject"]).expect_words(
        1,
        &["v=DMARC1; p=reject; sp=reject; np=reject; adkim=s; fo=1; rua=mailto:d@acme.example\""],
    );
    against(&published, &["--rua", "new@acme.example", "--aspf", "s", "--fo", "d"]).expect_words(
        1,
        &["p=reject; sp=quarantine; np=reject; adkim=s; aspf=s; fo=d; rua=mailto:new@acme.example\""],
    );
    // Who names a sender names all; `-all` stays, and so does a weaker word.
    against(&published, &["--spf", "mx"])
        .expect_words(1, &["+ acme.example. 300 IN TXT \"v=spf1 mx -all\""]);
    let neutral = "acme.example. 3600 IN TXT \"v=spf1 mx ?all\"\n";
    against(&format!("{mx}{neutral}"), &["--spf", "a"]).expect_words(1, &["\"v=spf1 a ?all\""]);
    // So do tags of other standards; a stage takes the share away.
    let share = format!("{mx}{spf}{}", dmarc("p=reject; pct=0; rf=afrf; ri=3600; x=1"));
    against(&share, &[]).expect_words(0, &["nothing to change\n"]);
    against(&share, &["--adkim", "s"])
        .expect_words(1, &["p=reject; adkim=s; pct=0; rf=afrf; ri=3600; x=1\""]);
    let half = format!("{mx}{spf}{}", dmarc("p=quarantine; pct=50"));
    against(&half, &["--stage", "quarantine-testing"])
        .expect_words(1, &["publish the DMARC policy", "p=quarantine; t=y\"", ", once "]);
    against(&published, &["--spf", "mx", "--spf-all", "softfail"])
        .expect_words(1, &["\"v=spf1 mx ~all\""]);
    against(&published, &["--spf-all", "softfail"])
        .expect_error(&["--spf-all also needs who sends"]);
    // What cannot be read is not replaced by something weaker.
    let unread = dmarc("p=reject; sp=rejct");
    against(&format!("{mx}{unread}"), &[]).expect_error(&["which DMARC policy", "--stage"]);
    let twice = format!("{mx}{}{}", dmarc(tags), dmarc("p=none"));
    against(&twice, &[]).expect_error(&["which DMARC policy", "--stage"]);
    let alias = format!("{mx}_dmarc.acme.example. 60 IN CNAME acme.dmarc.example.\n");
    against(&alias, &[]).expect_error(&["which DMARC policy"]);
    let two = format!("{mx}{spf}acme.example. 60 IN TXT \"v=spf1 -all\"\n");
    against(&two, &[]).expect_error(&["2 SPF records", "--spf"]);
}

/// What stays beside the plan is no part of it, but mail rests on it.
#[test]
fn what_is_left_alone_proves_mail() {
    let directory = tempfile::tempdir().unwrap();
    let zone = directory.path().join("acme.zone");
    let notes = |published: &str, options: &[&str]| {
        fs::write(&zone, published).unwrap();
        let plan = ["plan", "acme.example", "--json", "--against", zone.to_str().unwrap()];
        let json = mailkit(&[&plan as &[&str], options].concat()).json();
        let notes = json["notes"].as_array().unwrap().iter();
        let of_proof = |it: &&serde_json::Value| *it != "no-mail-host";
        notes.filter(of_proof).map(|it| it.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let dmarc =
        "_dmarc.acme.example. 3600 IN TXT \"v=DMARC1; p=reject; rua=mailto:d@acme.example\"\n";
    let (nobody, unsigned) = ("nobody-sends", "enforced-without-dkim");
    let key = "s1._domainkey.acme.example. 3600 IN";
    assert_eq!(notes(dmarc, &[]), [nobody, unsigned]);
    let delegated = format!("{dmarc}{key} CNAME s1.dkim.host.example.\n");
    assert!(notes(&delegated, &[]).is_empty());
    let own = format!("{dmarc}{key} TXT \"v=DKIM1; k=ed25519; p={ED25519}\"\n");
    assert!(notes(&own, &[]).is_empty());
    assert_eq!(notes(&own, &["--retire", "s1"]), [nobody, unsigned]);
    assert_eq!(notes(&format!("{dmarc}{key} TXT \"p=\"\n"), &[]), [nobody, unsigned]);
    let spf = |terms: &str| format!("{dmarc}acme.example. 3600 IN TXT \"v=spf1 {terms}\"\n");
    assert_eq!(notes(&spf("mx -all"), &[]), [unsigned]);
    assert_eq!(notes(&spf("redirect=spf.host.example"), &[]), [unsigned]);
    assert_eq!(notes(&spf("?mx ~all"), &[]), [nobody, unsigned]);
}

const ED25519: &str = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

#[test]
fn what_tells_nothing_of_the_domain_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let zone = directory.path().join("acme.zone");
    let against = |published: &str| {
        fs::write(&zone, published).unwrap();
        mailkit(&["plan", "acme.example", "--mx", "m.example", "--against", zone.to_str().unwrap()])
    };
    for published in ["", "{}", "$ORIGIN acme.example.\n"] {
        against(published).expect_error(&["the zone files hold no records"]);
    }
    against("other.example. 3600 IN MX 1 mx.other.example.\n")
        .expect_error(&["the zone files hold nothing of acme.example"]);
    let below =
        against("_dmarc.acme.example. 3600 IN TXT \"v=DMARC1; p=reject; rua=mailto:a@b.c\"\n");
    below.expect_words(1, &["replace the SPF record"]);
    assert!(!below.stdout.contains("DMARC policy"), "{}", below.stdout);
}

#[test]
fn a_parked_domain_keeps_its_reports() {
    let directory = tempfile::tempdir().unwrap();
    let zone = directory.path().join("acme.zone");
    let parked = |options: &[&str]| {
        mailkit(&[&["plan", "acme.example", "--parked"] as &[&str], options].concat())
    };
    parked(&["--rua", "a@acme.example", "--rua", "b@acme.example"])
        .expect_words(0, &["p=reject; rua=mailto:a@acme.example,mailto:b@acme.example\""]);
    parked(&[]).expect_words(0, &["; nobody gets aggregate reports"]);
    let tags = "rua=mailto:a@acme.example,mailto:b@acme.example; ruf=mailto:c@acme.example; x=1";
    let published = format!("_dmarc.acme.example. 3600 IN TXT \"v=DMARC1; p=none; {tags}\"\n");
    fs::write(&zone, published).unwrap();
    let against = ["--against", zone.to_str().unwrap()];
    parked(&against).expect_words(1, &[&format!("\"v=DMARC1; p=reject; {tags}\"")]);
    // What is planned is found to be right.
    fs::write(&zone, parked(&[]).stdout).unwrap();
    let zone = ["acme.example", "--zone", zone.to_str().unwrap()];
    let check = mailkit(&[&["check"] as &[&str], &zone].concat());
    check.expect_words(0, &["acme.example: A", "info DMC022"]);
    let run = mailkit(&[&["lint", "--domain"] as &[&str], &zone].concat());
    assert!(!run.stdout.contains("DKM005"), "{}", run.stdout);
    assert!(!run.stderr.contains("_25._tcp"), "{}", run.stderr);
}
