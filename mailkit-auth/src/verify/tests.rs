use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use super::*;
use crate::Policy;
use crate::keys::{DkimKeyPair, KeyAlgorithm};
use crate::lookup::ZoneSnapshot;
use crate::record::dkim::KeyFlag;
use crate::sign::DkimSigner;
use crate::spf::SpfResult;

type TestResult = Result<(), Box<dyn std::error::Error>>;

const MESSAGE: &str = "From: Ann <ann@acme.test>\r\nTo: bob@corp.test\r\nSubject: Order 7\r\nDate: Fri, 20 Nov 2026 10:00:00 +0000\r\n\r\nDear Bob,\r\n\r\nthe goods  are here.\r\n";

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_000_000)
}

fn envelope() -> Envelope {
    Envelope::new([192, 0, 2, 1], "mx.acme.test", "ann@acme.test")
}

fn key() -> DkimKeyPair {
    DkimKeyPair::generate(KeyAlgorithm::Ed25519).unwrap()
}

fn zone(key_record: &str) -> ZoneSnapshot {
    let zone = ZoneSnapshot::new().with_txt("s1._domainkey.acme.test", key_record).unwrap();
    zone.with_txt("_dmarc.acme.test", "v=DMARC1; p=reject").unwrap()
}

fn check_zone(zone: &ZoneSnapshot, message: &str) -> AuthReport {
    verify(zone, message.as_bytes(), &envelope(), now(), VerifyLimits::default())
}

/// The result and the reason of the only signature of `message`.
fn outcome(zone: &ZoneSnapshot, message: &str) -> (DkimResult, String) {
    let report = check_zone(zone, message);
    assert_eq!(report.dkim.len(), 1);
    (report.dkim[0].result, report.dkim[0].reason.clone())
}

fn sign(key: &DkimKeyPair, message: &str) -> String {
    let signer = DkimSigner::new("acme.test".parse().unwrap(), "s1".parse().unwrap(), key).unwrap();
    format!("{}{message}", signer.sign(message.as_bytes(), now()).unwrap())
}

/// Signs From alone with simple forms and these tags, canonical by hand: independent of `sign`.
fn sign_simple(key: &DkimKeyPair, tags: &str, signed_body: &str, message: &str) -> String {
    sign_simple_fields(key, &["From"], tags, signed_body, message)
}

/// Signs these fields, each of which `tags` names and `message` has once.
fn sign_simple_fields(
    key: &DkimKeyPair,
    names: &[&str],
    tags: &str,
    signed_body: &str,
    message: &str,
) -> String {
    let hash = STANDARD.encode(digest(&SHA256, signed_body.as_bytes()));
    let field =
        format!("DKIM-Signature: v=1; a=ed25519-sha256; d=acme.test; s=s1;{tags} bh={hash}; b=");
    let line = |name: &&str| message.lines().find(|line| line.starts_with(&format!("{name}:")));
    let mut signed: Vec<&str> = names.iter().filter_map(line).collect();
    signed.push(&field);
    let signature = key.sign(signed.join("\r\n").as_bytes()).unwrap();
    format!("{field}{}\r\n{message}", STANDARD.encode(signature))
}

#[test]
fn what_we_sign_passes_and_what_was_altered_does_not() -> TestResult {
    for algorithm in [KeyAlgorithm::Rsa2048, KeyAlgorithm::Ed25519] {
        let key = DkimKeyPair::generate(algorithm)?;
        let zone = zone(&key.key_record().to_string());
        let signed = sign(&key, MESSAGE);
        let check = |from: &str, to: &str, expected: DkimResult| {
            let altered = signed.replacen(from, to, 1);
            assert_eq!(outcome(&zone, &altered).0, expected, "{algorithm:?}: {from:?} to {to:?}");
        };
        check("", "", DkimResult::Pass);
        check("Order 7", "Order 8", DkimResult::Fail);
        check("goods", "bads", DkimResult::Fail);
        // What the relaxed forms let pass.
        check("goods  are", "goods \t are", DkimResult::Pass);
        check("Subject: Order 7", "SUBJECT:\r\n Order\t7 ", DkimResult::Pass);
        check("here.\r\n", "here.  \r\n\r\n \t\r\n", DkimResult::Pass);
        // Sealed names cannot be added.
        check("From: Ann", "Reply-To: eve@evil.test\r\nFrom: Ann", DkimResult::Fail);
        check("From: Ann", "Subject: Pay\r\nFrom: Ann", DkimResult::Fail);
        check("From: Ann", "List-Id: <l.test>\r\nFrom: Ann", DkimResult::Pass);
        let report = check_zone(&zone, &signed);
        assert_eq!(report.dkim[0].weaknesses, []);
        assert_eq!((report.dmarc.result, report.dmarc.dkim_aligned), (DmarcResult::Pass, true));
    }
    Ok(())
}

#[test]
fn blank_lines_at_the_end_count_in_the_simple_form_alone() {
    let key = key();
    let zone = zone(&key.key_record().to_string());
    let blank = MESSAGE.replace("here.\r\n", "here.\r\n \r\n\r\n\r\n");
    let (_, body) = MESSAGE.split_once("\r\n\r\n").unwrap();
    let blank_body = format!("{body} \r\n");
    let check = |tags: &str, signed_body: &str, expected: DkimResult| {
        let (result, reason) = outcome(&zone, &sign_simple(&key, tags, signed_body, &blank));
        assert_eq!(result, expected, "{tags}: {reason}");
    };
    check(" h=From;", &blank_body, DkimResult::Pass);
    check(" h=From;", body, DkimResult::Fail);
    let relaxed = body.replace("goods  are", "goods are");
    check(" h=From; c=simple/relaxed;", &relaxed, DkimResult::Pass);
    check(" h=From; c=simple/relaxed;", &format!("{relaxed}\r\n"), DkimResult::Fail);
}

#[test]
fn an_empty_body_has_two_forms() {
    let key = key();
    let zone = zone(&key.key_record().to_string());
    let message = "From: ann@acme.test\r\n\r\n";
    let check = |tags: &str, signed_body: &str| {
        assert_eq!(
            outcome(&zone, &sign_simple(&key, tags, signed_body, message)).0,
            DkimResult::Pass
        );
    };
    check(" h=From;", "\r\n");
    check(" h=From; c=simple/relaxed;", "");
}

#[test]
fn problems_and_weaknesses_say_what() {
    let key = key();
    let zone = zone(&key.key_record().to_string());
    let (_, body) = MESSAGE.split_once("\r\n\r\n").unwrap();
    let check = |tags: &str, expected: &str| {
        let (result, reason) = outcome(&zone, &sign_simple(&key, tags, body, MESSAGE));
        assert_eq!(format!("{result}: {reason}"), expected, "{tags}");
    };
    const WEAK: &str = "Subject is not signed, To is not signed, Date is not signed";
    check(" h=From;", &format!("pass: signed by acme.test, but {WEAK}"));
    check(" h=From; t=1795000200;", &format!("pass: signed by acme.test, but {WEAK}"));
    let future = "it is dated in the future";
    check(" h=From; t=1795000301;", &format!("pass: signed by acme.test, but {future}, {WEAK}"));
    let limits = "it limits the body that it covers";
    let length = body.len();
    check(
        &format!(" h=From; l={length};"),
        &format!("pass: signed by acme.test, but {limits}, {WEAK}"),
    );
    check(" h=From; l=5;", &format!("policy: only 5 of {length} octets of the body are signed"));
    check(" h=From; l=999;", "fail: the body was changed");
    check(" h=From; x=1795000000;", "fail: the signature has expired");
    check(" h=From; x=1795000001;", &format!("pass: signed by acme.test, but {WEAK}"));
    check(" h=To;", "permerror: the From field is not signed");
    check(" h=From; i=@evil.test;", "permerror: the identity is not in the signing domain");
    check(" h=From; d=evil.test;", "permerror: malformed signature: duplicate tag `d` at byte 51");
}

/// RFC 6376 section 5.4: what a signature does not seal can be altered on a message sent again. It
/// passes, and says what may be another's.
#[test]
fn what_a_replay_may_alter_is_a_weakness() {
    let key = key();
    let zone = zone(&key.key_record().to_string());
    let (_, body) = MESSAGE.split_once("\r\n\r\n").unwrap();
    let unsealed = sign_simple(&key, " h=From;", body, MESSAGE);
    let names = ["From", "Subject", "To", "Date"];
    let subject_signed =
        sign_simple_fields(&key, &names, " h=From:Subject:To:Date;", body, MESSAGE);
    let check = |signed: &str, from: &str, to: &str, expected: &[&str]| {
        let altered = signed.replacen(from, to, 1);
        assert_ne!(altered, signed);
        let verdict = check_zone(&zone, &altered).dkim.remove(0);
        assert_eq!(verdict.result, DkimResult::Pass, "{altered}");
        let names: Vec<&str> = verdict.weaknesses.iter().filter_map(unsigned).collect();
        assert_eq!(names, expected, "{altered}");
    };
    check(&unsealed, "Order 7", "Pay at once", &["Subject", "To", "Date"]);
    check(&unsealed, "Subject: Order 7\r\n", "", &["To", "Date"]);
    check(&subject_signed, "From: Ann", "Subject: Pay at once\r\nFrom: Ann", &["Subject"]);
    check(&subject_signed, "From: Ann", "subject : Pay\r\nFrom: Ann", &["Subject"]);
    check(&subject_signed, "From: Ann", "Reply-To: e@evil.test\r\nFrom: Ann", &["Reply-To"]);
    check(&subject_signed, "From: Ann", "X-New: 1\r\nFrom: Ann", &[]);
}

fn unsigned(weakness: &DkimWeakness) -> Option<&'static str> {
    match weakness {
        DkimWeakness::Unsigned { name } => Some(name),
        _ => None,
    }
}

#[test]
fn keys_that_do_not_do() -> TestResult {
    let key = key();
    let good = key.key_record().to_string();
    let testing = key.key_record().with_flag(KeyFlag::Testing).to_string();
    let signed = sign(&key, MESSAGE);
    let name = "s1._domainkey.acme.test";
    let check = |zone: &ZoneSnapshot, expected: &str| {
        let (result, reason) = outcome(zone, &signed);
        assert_eq!(format!("{result}: {reason}"), expected);
    };
    let text = |text: &str| zone(text);
    check(&text(&testing), "pass: signed by acme.test, but the domain is testing");
    check(&text("v=DKIM1; k=ed25519; p="), "permerror: the key was revoked");
    check(&text("v=DKIM1; k=ed25519; p=AAAA"), "permerror: the ed25519 key cannot be read");
    check(&text("v=DKIM1; p=AAAA"), "permerror: the key is not for this use");
    check(&text(&format!("{good}; h=sha1")), "permerror: the key is not for this use");
    check(&text(&format!("{good}; s=tlsrpt")), "permerror: the key is not for this use");
    check(
        &text("v=DKIM1; k=ed25519; p=!"),
        "permerror: malformed key: invalid value for tag `p` at byte 22",
    );
    check(
        &text(&key_of_another()),
        "fail: the signed header fields were changed, or the key is another",
    );
    check(&text(&good).with_txt(name, good.as_str())?, "permerror: there is more than one key");
    check(&text(&good).with_txt(name, "unrelated")?, "pass: signed by acme.test");
    check(&ZoneSnapshot::new(), "permerror: there is no key");
    check(
        &ZoneSnapshot::new().with_temporary_failure(name)?,
        "temperror: the key could not be looked up",
    );
    Ok(())
}

#[test]
fn a_key_that_is_not_found_now_leaves_dmarc_open() -> TestResult {
    let key = key();
    let signed = sign(&key, MESSAGE);
    let check = |author: &str, result: DmarcResult, reason: &str| -> TestResult {
        let zone = ZoneSnapshot::new()
            .with_temporary_failure("s1._domainkey.acme.test")?
            .with_txt(&format!("_dmarc.{author}"), "v=DMARC1; p=reject")?;
        let report = check_zone(&zone, &signed.replace("ann@acme.test", &format!("ann@{author}")));
        assert_eq!(report.dkim[0].result, DkimResult::TempError);
        assert_eq!((report.dmarc.result, report.dmarc.reason.as_str()), (result, reason));
        assert_eq!(report.dmarc.policy, Policy::Reject);
        Ok(())
    };
    let open = "DKIM came to no result for acme.test";
    check("acme.test", DmarcResult::TempError, open)?;
    let stranger = "no domain that is proved stands for bank.test";
    check("bank.test", DmarcResult::Fail, stranger)
}

fn key_of_another() -> String {
    key().key_record().to_string()
}

#[test]
fn only_so_many_signatures_are_checked() {
    let key = key();
    let zone = zone(&key.key_record().to_string());
    let mut message = sign(&key, MESSAGE);
    for _ in 0..9 {
        message.insert_str(0, "DKIM-Signature: v=1\r\n");
    }
    let report = check_zone(&zone, &message);
    let count = |result| report.dkim.iter().filter(|verdict| verdict.result == result).count();
    assert_eq!((count(DkimResult::PermError), count(DkimResult::Policy)), (8, 2));
    assert_eq!(report.dkim[9].reason, "only the first 8 signatures are checked");
    assert_eq!(report.dmarc.result, DmarcResult::Fail);
}

/// Signatures and seals of many domains: few keys are asked for, each once, and few bodies hashed.
#[test]
fn bombs_of_signatures_ask_for_few_keys() {
    struct Counted(std::cell::RefCell<Vec<Question>>);
    impl Lookup for Counted {
        fn answer(&self, question: &Question) -> Answer {
            self.0.borrow_mut().push(question.clone());
            Answer::NoSuchName
        }
    }
    let check = |signatures: usize, sets: usize, expected: usize| {
        let mut message = String::new();
        for count in 0..signatures {
            message += &format!(
                "DKIM-Signature: v=1; a=rsa-sha256; d=d{count}.test; s=s; l={count}; h=From; bh=AAAA; b=AAAA\r\n"
            );
        }
        for i in 1..=sets {
            let cv = if i == 1 { "none" } else { "pass" };
            let tags = format!("i={i}; a=rsa-sha256; d=a{i}.test; s=s; b=AAAA");
            message += &format!("ARC-Seal: {tags}; cv={cv}\r\n");
            message += &format!("ARC-Message-Signature: {tags}; h=From; bh=AAAA\r\n");
            message += &format!("ARC-Authentication-Results: i={i}; mx.test; none\r\n");
        }
        message += MESSAGE;
        let lookup = Counted(Default::default());
        let report =
            verify(&lookup, message.as_bytes(), &envelope(), now(), VerifyLimits::default());
        let mut names: Vec<String> =
            lookup.0.borrow().iter().map(|question| question.name.to_string()).collect();
        names.retain(|name| name.contains("._domainkey."));
        names.sort();
        names.dedup();
        assert_eq!(names.len(), expected, "{signatures} signatures, {sets} sets: {names:?}");
        let asked =
            lookup.0.borrow().iter().filter(|it| names.contains(&it.name.to_string())).count();
        assert_eq!((asked, report.dkim.len()), (expected, signatures));
        assert!(report.dkim.iter().all(|verdict| verdict.result != DkimResult::Pass));
    };
    check(1, 0, 1);
    check(9, 0, 8);
    check(600, 0, 8);
    check(0, 3, 3);
    check(0, 50, 16);
    check(8, 50, 16);
    check(300, 50, 16);
}

#[test]
fn signatures_of_one_domain_are_told_apart() -> TestResult {
    let key = key();
    let zone = zone(&key.key_record().to_string());
    let header = |message: &str| -> Result<String, Box<dyn std::error::Error>> {
        Ok(check_zone(&zone, message).authentication_results("mx.corp.test")?.to_string())
    };
    let once = sign(&key, MESSAGE);
    assert!(!header(&once)?.contains("header.b="));
    let twice = sign(&key, &once);
    let report = check_zone(&zone, &twice);
    for verdict in &report.dkim {
        let front = verdict.signature_front.clone().unwrap_or_default();
        assert!(twice.replace("\r\n\t", "").contains(&format!("b={front}")), "{front}");
        assert_eq!(front.len(), 8);
    }
    assert_eq!(header(&twice)?.matches("header.b=").count(), 2);
    Ok(())
}

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
    check("a@evil.test, b@evil.test", (DmarcResult::Pass, Policy::None), None);
    check("a@evil.test, b@mail.evil.test", (DmarcResult::Pass, Policy::None), SEVERAL);
    Ok(())
}

#[test]
fn the_report_is_a_header_field() -> TestResult {
    let key = key();
    let zone =
        zone(&key.key_record().to_string()).with_txt("acme.test", "v=spf1 ip4:192.0.2.1 -all")?;
    let results = check_zone(&zone, &sign(&key, MESSAGE)).authentication_results("mx.corp.test")?;
    let text = "mx.corp.test; \
        spf=pass reason=\"`ip4:192.0.2.1` of acme.test matches\" smtp.mailfrom=ann@acme.test; \
        dkim=pass reason=\"signed by acme.test\" header.d=acme.test header.s=s1; ";
    assert!(results.to_string().starts_with(text), "{results}");
    assert!(results.to_string().contains("; dmarc=pass "), "{results}");
    let end = " header.from=acme.test; arc=none smtp.remote-ip=192.0.2.1";
    assert!(results.to_string().ends_with(end), "{results}");
    assert_eq!(results.to_string().parse(), Ok(results));
    Ok(())
}

proptest! {
    #[test]
    fn no_octets_panic_and_no_envelope_forges_a_result(
        helo in prop::collection::vec(any::<u8>(), 0..40),
        mail_from in prop_oneof!["[ -~]{0,40}", ".*"],
        header in prop::collection::vec(any::<u8>(), 0..120),
        signature in "[vadshbclxti=;:a-z0-9. ]{0,60}",
    ) {
        let helo = String::from_utf8_lossy(&helo).into_owned();
        let envelope = Envelope::new([192, 0, 2, 1], helo, mail_from);
        let mut message = format!("DKIM-Signature: {signature}\r\nFrom: a@acme.test\r\n").into_bytes();
        message.extend(header);
        let report = verify(&ZoneSnapshot::new(), &message, &envelope, now(), VerifyLimits::default());
        prop_assert!(report.dkim.iter().all(|verdict| verdict.result != DkimResult::Pass));
        prop_assert_ne!(report.dmarc.result, DmarcResult::Pass);
        let results = report.authentication_results("mx.corp.test").unwrap();
        let read: crate::auth_results::AuthenticationResults = results.to_string().parse().unwrap();
        let words = |method: &str| read.results().iter().filter(|it| it.method.as_str() == method).count();
        prop_assert_eq!((words("spf"), words("dmarc")), (1, 1));
        prop_assert_eq!(read, results);
    }
}
