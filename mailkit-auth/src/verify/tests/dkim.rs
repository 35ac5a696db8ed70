use super::*;
use crate::dmarc::DmarcResult;

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

/// RFC 6376 section 3.5, `h=`: a signature is not among the fields that it names itself.
#[test]
fn a_signature_does_not_cover_itself() {
    let key = key();
    let zone = zone(&key.key_record().to_string());
    let (_, body) = MESSAGE.split_once("\r\n\r\n").unwrap();
    let signed = sign_simple(&key, " h=From:DKIM-Signature;", body, MESSAGE);
    assert_eq!(outcome(&zone, &signed).0, DkimResult::Pass);
    // Any other, above it or below, is.
    for (other, at) in
        [("DKIM-Signature: v=1\r\n", 0), ("DKIM-Signature: v=1\r\n", signed.len() - MESSAGE.len())]
    {
        let mut more = signed.clone();
        more.insert_str(at, other);
        let report = check_zone(&zone, &more);
        assert!(report.dkim.iter().all(|it| it.result != DkimResult::Pass), "{more}");
    }
}

/// A file whose lines end in a line feed alone holds the same message, in both forms.
#[test]
fn line_feeds_alone_stand_for_line_ends() {
    let key = key();
    let zone = zone(&key.key_record().to_string());
    let (_, body) = MESSAGE.split_once("\r\n\r\n").unwrap();
    for signed in [sign(&key, MESSAGE), sign_simple(&key, " h=From;", body, MESSAGE)] {
        assert_eq!(outcome(&zone, &signed.replace("\r\n", "\n")).0, DkimResult::Pass, "{signed}");
        let altered = signed.replace("\r\n", "\n").replace("Ann <", "Anna <");
        assert_eq!(outcome(&zone, &altered).0, DkimResult::Fail, "{altered}");
    }
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
