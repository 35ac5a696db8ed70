use super::*;
use crate::Policy;
use crate::dmarc::{DmarcProblem, DmarcResult};
use crate::spf::SpfResult;

#[test]
fn who_wrote_it_must_be_plain() {
    let key = key();
    let zone = zone(&key.key_record().to_string())
        .with_txt("acme.test", "v=spf1 ip4:192.0.2.1 -all")
        .unwrap();
    let check = |message: &str, result: DmarcResult, reason: &str| {
        let report = check_zone(&zone, message);
        assert_eq!(
            (report.dmarc.result, report.dmarc.reason.as_str()),
            (result, reason),
            "{message:?}"
        );
        let problem = report.author_error.map(DmarcProblem::Author);
        assert_eq!(report.dmarc.problem, problem, "{message:?}");
        assert_eq!(report.spf.result, SpfResult::Pass);
    };
    check("Subject: x\r\n\r\n", DmarcResult::PermError, "no From field");
    check(
        "From: ann@acme.test\r\nFrom: eve@evil.test\r\n\r\n",
        DmarcResult::PermError,
        "more than one From field",
    );
    check(
        "From: ann@acme.test\r\nFrom: bob@acme.test\r\n\r\n",
        DmarcResult::PermError,
        "more than one From field",
    );
    check(
        "From: Ann\r\n\r\n",
        DmarcResult::PermError,
        "the From field holds no address, or text that is none",
    );
    check(
        "From: a@acme.test\r\noops\r\n\r\n",
        DmarcResult::PermError,
        "unreadable header: no header field at byte 19",
    );
    let control = "unreadable header: NUL or bare carriage return at byte 16";
    check("From: a@acme.tes\0t\r\n\r\n", DmarcResult::PermError, control);
    check("From: x@acme.com\rFrom: ceo@bank.test\r\n\r\n", DmarcResult::PermError, control);
    check(
        "From: <ceo@bank.test@acme.test>\r\n\r\n",
        DmarcResult::PermError,
        "the From field holds no address, or text that is none",
    );
    let mixed = "unreadable header: another kind of line end at byte 19";
    check(
        "From: a@acme.test\r\nX: y\n\nz\r\nFrom: ceo@bank.test\r\n\r\n",
        DmarcResult::PermError,
        mixed,
    );
    let none = "unreadable header: no header field at byte 0";
    check("From\r\n : a@acme.test\r\n\r\n", DmarcResult::PermError, none);
    check("From\x0c: a@acme.test\r\n\r\n", DmarcResult::PermError, none);
    check(
        "From: a@[IPv6:2001:db8::1]\r\n\r\n",
        DmarcResult::PermError,
        "the From field names an IP address",
    );
    let long = format!("From: a@acme.test\r\nX: {}\r\n\r\n", "x".repeat(200_000));
    check(&long, DmarcResult::PermError, "unreadable header: header longer than 102400 octets");
    let many = format!("From: a@acme.test\r\n{}\r\n", "X: x\r\n".repeat(1_000));
    check(&many, DmarcResult::PermError, "unreadable header: more than 1000 header fields");
}

#[test]
fn several_domains_hide_no_policy() -> TestResult {
    let zone = ZoneSnapshot::new()
        .with_txt("evil.test", "v=spf1 +all")?
        .with_txt("_dmarc.evil.test", "v=DMARC1; p=none")?
        .with_txt("_dmarc.acme.test", "v=DMARC1; p=reject")?;
    let envelope = Envelope::new([192, 0, 2, 9], "mx.evil.test", "x@evil.test");
    let check = |from: &str, expected: (DmarcResult, Policy), error: Option<AuthorError>| {
        let message = format!("From: {from}\r\n\r\n");
        let report = verify(&zone, message.as_bytes(), &envelope, now(), VerifyLimits::default());
        let actual = (report.dmarc.result, report.dmarc.policy);
        assert_eq!((actual, report.author_error), (expected, error), "{from}");
    };
    const SEVERAL: Option<AuthorError> = Some(AuthorError::SeveralDomains);
    let refused = (DmarcResult::PermError, Policy::Reject);
    check("a@evil.test, ceo@acme.test", refused, SEVERAL);
    check("ceo@acme.test, a@evil.test", refused, SEVERAL);
    check("a@evil.test, b@b.test, ceo@acme.test", refused, SEVERAL);
    check("a@evil.test, b@b.test, c@c.test, d@d.test, ceo@acme.test", refused, SEVERAL);
    let many: Vec<String> = (0..20).map(|count| format!("a@e{count}.test")).collect();
    check(&many.join(", "), refused, SEVERAL);
    check("ceo@acme.test <a@evil.test>", refused, SEVERAL);
    check("b@mail.evil.test <a@evil.test>", (DmarcResult::Pass, Policy::None), SEVERAL);
    check("a@evil.test, b@evil.test", (DmarcResult::Pass, Policy::None), None);
    check("a@evil.test, b@mail.evil.test", (DmarcResult::Pass, Policy::None), SEVERAL);
    Ok(())
}
