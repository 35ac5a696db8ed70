//! Rows of fields and what is made of them.

use proptest::prelude::*;

use super::*;

fn mail(fields: &str) -> Vec<u8> {
    format!("Content-Type: message/feedback-report\r\n\r\n{fields}").into_bytes()
}

fn limits() -> ExtractLimits {
    let failure =
        FailureLimits { text_octets: 1_000, fields: 10, field_octets: 200, header_octets: 100 };
    ExtractLimits { failure, ..ExtractLimits::default() }
}

#[track_caller]
fn check(fields: &str, expected: &[&str], test: impl Fn(&FailureReport) -> bool) {
    let start = "Feedback-Type: auth-failure\r\nVersion: 1\r\nUser-Agent: a/1\r\n";
    let report =
        FailureReport::read(&mail(&format!("{start}{fields}")), limits()).expect("a report");
    let anomalies: Vec<String> = report.anomalies.iter().map(ToString::to_string).collect();
    assert_eq!(anomalies, expected, "{fields}");
    assert!(test(&report), "{report:#?}");
}

#[test]
fn fields() {
    let ip = |text: &str| text.parse::<IpAddr>().ok();
    check("", &[], |report| report.feedback_type == Some(FeedbackType::AuthFailure));
    check("Source-IP: 2001:db8::1\n", &[], |report| report.source_ip == ip("2001:db8::1"));
    check(
        "SOURCE-ip:192.0.2.1 (a.test)\n",
        &["source-ip: odd characters around the value \"192.0.2.1 (a.test)\""],
        |report| report.source_ip == ip("192.0.2.1"),
    );
    check("Source-IP: a\n", &["source-ip: unknown value \"a\""], |report| {
        report.source_ip.is_none()
    });
    check("Original-Mail-From: <a@b>\nOriginal-Rcpt-To: c\nOriginal-Rcpt-To: <d>", &[], |report| {
        report.original_mail_from.as_deref() == Some("a@b") && report.original_rcpt_to == ["c", "d"]
    });
    check("Authentication-Results: a;\r\n  dkim=fail\r\n\theader.d=b\r\n", &[], |report| {
        report.authentication_results == ["a; dkim=fail header.d=b"]
    });
    check("DKIM-Canonicalized-Body: YQ\n  ==\n", &[], |report| {
        report.dkim_canonicalized_body.as_deref() == Some("YQ==")
    });
    check(
        "Identity-Alignment: spf, DKIM\n",
        &["identity-alignment: wrong case \"DKIM\""],
        |report| report.identity_alignment == [AlignedMechanism::Spf, AlignedMechanism::Dkim],
    );
    check("Arrival-Date: Thu, 01 Jan 1970 00:00:10 +0000\n", &[], |report| {
        report
            .arrival_date
            .and_then(|date| date.duration_since(SystemTime::UNIX_EPOCH).ok())
            .map(|since| since.as_secs())
            == Some(10)
    });
    check(
        "Arrival-Date: then\nAuth-Failure: x\nno field\n:\nA b: c\n",
        &["arrival-date: unknown value \"then\"", "auth-failure: unknown value \"x\""],
        |report| report.auth_failure.is_none(),
    );
    let none = FailureReport::read(b"From: a@b\r\n\r\nhello", limits());
    assert_eq!(none, Err(ExtractError::NoReport));
}

#[test]
fn bounds() {
    let long = "x".repeat(300);
    check(
        &format!("Dkim-Identity: {long}\n"),
        &["feedback-report: longer than is kept \"Dkim-Identity\""],
        |report| report.dkim_identity.as_ref().is_some_and(|text| text.len() == 200),
    );
    check(
        &format!("Dkim-Identity: a\n {long}\n b\n"),
        &["feedback-report: longer than is kept \"Dkim-Identity\""],
        |report| report.dkim_identity.as_deref() == Some("a"),
    );
    check(
        &"Original-Rcpt-To: a\n".repeat(20),
        &["feedback-report: more than are kept"],
        |report| report.original_rcpt_to.len() == 7,
    );
    check(&format!("\n{}", "x\n".repeat(1_000)), &["feedback-report: longer than is kept"], |_| {
        true
    });
    let mut limits = limits();
    limits.input_octets = 10;
    let refused = FailureReport::read(&mail("Version: 1\r\n"), limits);
    assert_eq!(refused, Err(ExtractError::InputTooLong { limit: 10 }));
}

/// What is cut of the message that failed is told, and so are anomalies beyond those kept.
#[test]
fn what_is_cut_is_told() {
    let check = |kind: &str, original: &str, expected: &[&str]| {
        let mail = format!(
            "Content-Type: multipart/report; boundary=b\r\n\r\n\
             --b\r\nContent-Type: message/feedback-report\r\n\r\n\
             Feedback-Type: auth-failure\r\nVersion: 1\r\nUser-Agent: a/1\r\n\
             --b\r\nContent-Type: {kind}\r\n\r\n{original}\r\n--b--\r\n"
        );
        let report = FailureReport::read(mail.as_bytes(), limits()).expect("a report");
        let anomalies: Vec<String> = report.anomalies.iter().map(ToString::to_string).collect();
        assert_eq!(anomalies, expected, "{kind} {} octets", original.len());
        assert!(report.original.is_some_and(|it| it.header.len() <= 100));
    };
    let long = format!("From: a@b.test\r\nX: {}\r\n", "x".repeat(200));
    let body = format!("From: a@b.test\r\n\r\n{}\r\n", "x".repeat(2_000));
    for kind in ["text/rfc822-headers", "message/rfc822"] {
        check(kind, "From: a@b.test\r\n", &[]);
        check(kind, &body, &[]);
        check(kind, &long, &["header: longer than is kept"]);
    }
    let mail = mail(&"Source-IP: a\n".repeat(50));
    let anomalies =
        FailureReport::read(&mail, ExtractLimits::default()).expect("a report").anomalies;
    assert_eq!(anomalies.len(), 33);
    assert_eq!(anomalies[32].to_string(), "anomalies: more than are kept");
}

proptest! {
    #[test]
    fn no_input_panics(text in "\\PC{0,200}|([A-Z][a-z-]{0,20}:[ -~]{0,30}\r?\n[ \t]?){0,20}") {
        let _ = FailureReport::read(text.as_bytes(), limits());
        let _ = FailureReport::read(&mail(&text), limits());
    }
}
