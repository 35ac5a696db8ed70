//! `mailkit keys`, `mailkit sign` and `mailkit verify`, one after the other.

use std::fs;
use std::path::{Path, PathBuf};

use super::{assets, mailkit};

/// Two keys, and a zone that publishes them.
struct Keys {
    directory: tempfile::TempDir,
}

impl Keys {
    fn new() -> Self {
        let keys = Self { directory: tempfile::tempdir().unwrap() };
        let mut zone = fs::read_to_string(assets().join("healthy.zone")).unwrap();
        for (selector, algorithm) in [("s1", "ed25519"), ("s2", "rsa2048")] {
            let path = keys.path(&format!("{selector}.pem"));
            let run = mailkit(&[
                "keys",
                "--domain",
                "acme.example",
                "--selector",
                selector,
                "--algorithm",
                algorithm,
                "--out",
                text(&path),
            ]);
            run.expect_words(0, &["._domainkey.acme.example. 3600 IN TXT \"v=DKIM1; "]);
            zone += &run.stdout;
        }
        fs::write(keys.path("acme.zone"), zone).unwrap();
        keys
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Signs with one key, and puts the result into a file.
    fn sign(&self, input: &str, output: &str, more: &[&str]) -> super::Run {
        let (key, out) = (self.path("s1.pem"), self.path(output));
        let sign = [
            "sign",
            input,
            "--domain",
            "acme.example",
            "--selector",
            "s1",
            "--key",
            text(&key),
            "--now",
            "2026-11-22",
            "--out",
            text(&out),
        ];
        mailkit(&[&sign as &[&str], more].concat())
    }

    fn verify(&self, message: &str, now: &str, more: &[&str]) -> super::Run {
        let (message, zone) = (self.path(message), self.path("acme.zone"));
        let verify = [
            "verify",
            text(&message),
            "--ip",
            "203.0.113.9",
            "--helo",
            "out.example",
            "--from",
            "info@acme.example",
            "--zone",
            text(&zone),
            "--now",
            now,
        ];
        mailkit(&[&verify as &[&str], more].concat())
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn what_one_command_signs_the_other_verifies() {
    let keys = Keys::new();
    let second = keys.path("s2.pem");
    let dual =
        ["--domain", "acme.example", "--selector", "s2", "--key", text(&second), "--expires", "7"];
    keys.sign("offer.eml", "signed.eml", &dual).expect(0, "");
    keys.sign("offer.eml", "never.eml", &["--expires", "0"]).expect_error(&["0 is not in 1.."]);
    keys.verify("signed.eml", "2026-11-23", &[]).expect(
        0,
        "SPF   fail: `-all` of acme.example matches
DKIM  pass: signed by acme.example (s1 of acme.example)
DKIM  pass: signed by acme.example (s2 of acme.example)
ARC   none: no chain
DMARC pass: DKIM passed for acme.example, which stands for acme.example
",
    );
    keys.verify("signed.eml", "2026-12-24", &[])
        .expect_words(1, &["DKIM  fail: the signature has expired", "asks for: reject"]);
    let run = keys.verify("signed.eml", "2026-11-23", &["--json"]);
    let json = run.json();
    assert_eq!((run.code, &json["dmarc"]["result"]), (0, &"pass".into()));
    let results = ["--results-as", "mx.list.example", "--json"];
    let json = keys.verify("signed.eml", "2026-11-23", &results).json();
    assert_eq!(json["authserv_id"], "mx.list.example");
    let run = keys.verify("signed.eml", "2026-11-23", &["--results-as", "mx.list.example"]);
    run.expect_words(0, &["Authentication-Results: mx.list.example; spf=fail", "dmarc=pass"]);

    let signed = fs::read_to_string(keys.path("signed.eml")).unwrap();
    fs::write(keys.path("changed.eml"), signed.replace("Hello", "Hallo")).unwrap();
    keys.verify("changed.eml", "2026-11-23", &[])
        .expect_words(1, &["the body was changed", "DMARC fail: "]);
}

#[test]
fn a_seal_is_the_next_of_its_chain() {
    let keys = Keys::new();
    keys.sign("offer.eml", "signed.eml", &[]).expect(0, "");
    let (signed, zone) = (keys.path("signed.eml"), keys.path("acme.zone"));
    let seal = [
        "--seal",
        "--results-as",
        "mx.acme.example",
        "--ip",
        "203.0.113.9",
        "--from",
        "info@acme.example",
        "--zone",
        text(&zone),
    ];
    keys.sign(text(&signed), "sealed.eml", &seal).expect(0, "");
    keys.verify("sealed.eml", "2026-11-23", &[])
        .expect_words(0, &["ARC   pass: a chain of 1, sealed by acme.example"]);
}

#[test]
fn no_key_is_overwritten_and_wrong_keys_are_told() {
    let keys = Keys::new();
    let path = keys.path("s1.pem");
    let kept = keys.path("kept.pem");
    let delegated = ["keys", "--domain", "acme.example", "--selector", "s2", "--out", text(&kept)];
    mailkit(&[&delegated as &[&str], &["--delegate", "keys.example"]].concat()).expect_words(
        0,
        &[
            "s2._domainkey.acme.example. 3600 IN CNAME s2._domainkey.acme.example.keys.example.\n",
            "s2._domainkey.acme.example.keys.example. 3600 IN TXT \"v=DKIM1;",
        ],
    );
    let again = ["keys", "--domain", "acme.example", "--selector", "s1", "--out", text(&path)];
    mailkit(&again).expect_error(&["cannot write", "File exists"]);
    keys.sign("offer.eml", "signed.eml", &[]).expect(0, "");
    keys.sign("offer.eml", "signed.eml", &[]).expect_error(&["File exists", "--overwrite"]);
    keys.sign("offer.eml", "signed.eml", &["--overwrite"]).expect(0, "");
    keys.sign("offer.eml", "out.eml", &["--key", "offer.eml"])
        .expect_error(&["1 --domain, 1 --selector and 2 --key"]);
    let run = mailkit(&[
        "sign",
        "offer.eml",
        "--domain",
        "acme.example",
        "--selector",
        "s1",
        "--key",
        "offer.eml",
    ]);
    run.expect_error(&["cannot use the key offer.eml"]);
    let run = mailkit(&[
        "sign",
        "healthy.zone",
        "--domain",
        "acme.example",
        "--selector",
        "s1",
        "--key",
        text(&path),
    ]);
    run.expect_error(&["cannot sign the message"]);
}

/// A report in a mail is of the domain that signed it, whatever it says of itself.
#[test]
fn a_report_is_of_whom_its_mail_proves() {
    let keys = Keys::new();
    let report = fs::read_to_string(assets().join("../reports/receiver.xml")).unwrap();
    let mail = format!(
        "From: dmarc@mx.acme.example\r\nSubject: Report\r\nContent-Type: text/xml\r\n\r\n{report}"
    );
    fs::write(keys.path("report.eml"), &mail).unwrap();
    keys.sign(text(&keys.path("report.eml")), "signed.eml", &[]).expect(0, "");
    let reporter = |file: &str| {
        let (file, zone) = (keys.path(file), keys.path("acme.zone"));
        let read = ["reports", text(&file), "--days", "--json", "--verify-mails", "--zone"];
        let json = mailkit(&[&read as &[&str], &[text(&zone)]].concat()).json();
        let day = &json["sources"][0]["days"][0];
        (
            day["reporter"].as_str().unwrap().to_owned(),
            day["proof"].clone(),
            json["unknown_reports"].clone(),
        )
    };
    let claimed = "receiver.example".to_owned();
    assert_eq!(
        reporter("signed.eml"),
        ("dmarc@mx.acme.example".to_owned(), "verified".into(), 1.into())
    );
    assert_eq!(reporter("report.eml"), (claimed.clone(), "unverified".into(), 1.into()));
    let signed = fs::read_to_string(keys.path("signed.eml")).unwrap();
    fs::write(keys.path("forged.eml"), signed.replace("<count>480", "<count>481")).unwrap();
    assert_eq!(reporter("forged.eml"), (claimed, "unverified".into(), 1.into()));
    // Who sent it is not known where the key is not: that is no verdict, and the report is not counted.
    let (signed, zone) = (keys.path("signed.eml"), keys.path("other.zone"));
    fs::write(&zone, "other.example. 60 IN A 192.0.2.9\n").unwrap();
    let run = mailkit(&["reports", text(&signed), "--verify-mails", "--zone", text(&zone)]);
    run.expect_error(&["nobody knows who sent it: no answer to _dmarc.mx.acme.example TXT"]);
    assert!(run.stderr.contains("not in the zone files: "), "{}", run.stderr);
}

/// Of a host that said no name nothing is asked; what is no mail has no verdict.
#[test]
fn a_message_alone_is_verified() {
    let verify = |file, more: &[&str]| {
        let verify = ["verify", file, "--ip", "192.0.2.2", "--zone", "healthy.zone"];
        mailkit(&[&verify as &[&str], more].concat())
    };
    let run = verify("offer.eml", &[]);
    run.expect_words(1, &["SPF   none: the name in the envelope is not a domain"]);
    assert!(!run.stderr.contains("zone files"), "{}", run.stderr);
    let results = ["--results-as", "mx.acme.example"];
    verify("offer.eml", &results).expect_words(1, &["spf=none", "smtp.helo=unknown"]);
    for file in ["/dev/null", "healthy.zone"] {
        verify(file, &[]).expect_error(&[&format!("{file} is no mail")]);
    }
}

/// A plan reads what `keys` prints, of the selector that it is told.
#[test]
fn a_new_key_is_planned() {
    let keys = Keys::new();
    let zone = keys.path("acme.zone");
    let plan = |key: &str| {
        let key = format!("{key}={}", text(&zone));
        mailkit(&["plan", "acme.example", "--ip", "8.8.8.8", "--dkim", &key])
    };
    plan("s1").expect_words(0, &["s1._domainkey.acme.example. 3600 IN TXT \"v=DKIM1; k="]);
    plan("s7").expect_error(&["no DKIM key in ", "as text or as zone text of s7._domainkey"]);
}
