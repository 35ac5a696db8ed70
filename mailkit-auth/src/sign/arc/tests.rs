use std::time::{Duration, UNIX_EPOCH};

use super::*;
use crate::keys::KeyAlgorithm;
use crate::lookup::ZoneSnapshot;
use crate::record::dkim_signature::FieldName;
use crate::verify::{ArcVerdict, VerifyLimits, verify_arc};

type TestResult = Result<(), Box<dyn std::error::Error>>;

const MESSAGE: &str = "From: a@acme.test\r\nSubject: Hi\r\n\r\nHello\r\n";

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_795_000_000)
}

/// A host that passes messages on, and the zone with its key.
fn host() -> Result<(ArcSealer, ZoneSnapshot), Box<dyn std::error::Error>> {
    let key = DkimKeyPair::generate(KeyAlgorithm::Ed25519)?;
    let record = key.key_record().to_string();
    let zone = ZoneSnapshot::new().with_txt("s1._domainkey.list.test", record)?;
    Ok((ArcSealer::new("list.test".parse()?, "s1".parse()?, &key)?, zone))
}

fn verdict(zone: &ZoneSnapshot, message: &str) -> ArcVerdict {
    verify_arc(zone, message.as_bytes(), now(), VerifyLimits::default()).unwrap()
}

/// The message with one more set, if one may be added.
fn seal(sealer: &ArcSealer, message: &str, chain: &ArcVerdict) -> Result<String, SignError> {
    let results = AuthenticationResults::new("mx.list.test").unwrap_or_else(|_| unreachable!());
    let set = sealer.seal(message.as_bytes(), &results, chain, now())?;
    Ok(set.unwrap_or_default() + message)
}

#[test]
fn a_chain_tells_since_when_the_message_is_the_same() -> TestResult {
    let (sealer, zone) = host()?;
    let mut message = MESSAGE.to_owned();
    for instance in 1..=3 {
        message = seal(&sealer, &message, &verdict(&zone, &message))?;
        let chain = verdict(&zone, &message);
        let actual = (chain.result, chain.instance, chain.oldest_pass, chain.sets.len());
        assert_eq!(actual, (ArcResult::Pass, instance, Some(0), chain.sets.len()));
        assert_eq!(chain.sets.len(), usize::try_from(instance)?, "{}", chain.reason);
    }
    // The list verifies, then adds its footer, then seals.
    let chain = verdict(&zone, &message);
    let message = seal(&sealer, &message.replace("Hello", "Hello\r\n-- \r\nlist"), &chain)?;
    let chain = verdict(&zone, &message);
    assert_eq!((chain.result, chain.oldest_pass), (ArcResult::Pass, Some(4)));
    let results = chain.sets[0].results.as_ref().map(AuthenticationResults::authserv_id);
    assert_eq!(results, Some("mx.list.test"));
    Ok(())
}

#[test]
fn what_is_altered_fails_and_says_where() -> TestResult {
    let (sealer, zone) = host()?;
    let sealed = seal(&sealer, MESSAGE, &verdict(&zone, MESSAGE))?;
    let check = |from: &str, to: &str, expected: &str| {
        let altered = sealed.replacen(from, to, 1);
        let chain = verdict(&zone, &altered);
        assert_eq!((chain.result, chain.reason.as_str()), (ArcResult::Fail, expected), "{altered}");
    };
    let changed = "the signed header fields were changed, or the key is another";
    check("Hello", "Hullo", "ARC-Message-Signature i=1: the body was changed");
    check("Subject: Hi", "Subject: Ho", &format!("ARC-Message-Signature i=1: {changed}"));
    check("test; none", "test; spf=pass", &format!("ARC-Seal i=1: {changed}"));
    check("cv=none", "cv=pass", "ARC-Seal i=1: cv=pass is out of place");
    check("cv=none", "cv=fail", "ARC-Seal i=1: the chain had failed before");
    check("ARC-Seal:", "X:", "ARC-Seal i=1: the field is missing");
    check("i=1; mx", "i=2; mx", "ARC-Authentication-Results i=1: the field is missing");
    check("cv=none", "cv=none; h=from", "ARC-Seal i=1: the seal lists signed fields");
    check(
        "h=from",
        "h=arc-seal:from",
        "ARC-Message-Signature i=1: a seal is among the signed fields",
    );
    let twice =
        sealed.replacen("ARC-Auth", "ARC-Authentication-Results: i=1; x.test; none\r\nARC-Auth", 1);
    check(&sealed, &twice, "ARC-Authentication-Results i=1: the field stands twice");
    let number = "malformed signature: invalid value for tag `i`";
    let chain = verdict(&zone, &sealed.replacen("i=1; s=s1", "i=51; s=s1", 1));
    assert!(chain.reason.starts_with(&format!("ARC-Seal: {number}")), "{}", chain.reason);
    Ok(())
}

#[test]
fn a_failed_chain_is_closed_once() -> TestResult {
    let (sealer, zone) = host()?;
    let sealed = seal(&sealer, MESSAGE, &verdict(&zone, MESSAGE))?.replace("Hello", "Hullo");
    let closed = seal(&sealer, &sealed, &verdict(&zone, &sealed))?;
    assert!(closed.contains("cv=fail; d=list.test;\r\n\ti=2;"), "{closed}");
    let chain = verdict(&zone, &closed);
    assert_eq!(chain.reason, "ARC-Seal i=2: the chain had failed before");
    assert_eq!(seal(&sealer, &closed, &chain)?, closed);
    Ok(())
}

#[test]
fn fifty_sets_are_a_full_chain() -> TestResult {
    let (sealer, zone) = host()?;
    let sealer = sealer.with_fields(SignedFields::empty().with_present("From".parse()?));
    let mut message = MESSAGE.to_owned();
    for _ in 0..50 {
        message = seal(&sealer, &message, &verdict(&zone, &message))?;
    }
    let chain = verdict(&zone, &message);
    assert_eq!((chain.result, chain.instance), (ArcResult::Pass, 50), "{}", chain.reason);
    assert_eq!(seal(&sealer, &message, &chain), Err(SignError::ChainFull));
    Ok(())
}

#[test]
fn refusals() -> TestResult {
    let (sealer, zone) = host()?;
    let none = verdict(&zone, MESSAGE);
    let sealed = seal(&sealer, MESSAGE, &none)?;
    assert_eq!(seal(&sealer, &sealed, &none), Err(SignError::OtherChain));
    let received = sealer.seal_received(MESSAGE.as_bytes(), "mx.list.test", &none, now());
    assert_eq!(received, Err(SignError::NoResults));
    let chain = verdict(&zone, &sealed);
    let check = |fields: SignedFields, expected: SignError| {
        let refused = seal(&sealer.clone().with_fields(fields), &sealed, &chain);
        assert_eq!(refused, Err(expected));
    };
    let from = SignedFields::empty().with_present("From".parse()?);
    for name in ["ARC-Seal", "arc-message-signature", "ARC-Authentication-Results"] {
        check(from.clone().with_present(name.parse()?), SignError::SignsChain);
        check(from.clone().with_sealed(name.parse()?), SignError::SignsChain);
    }
    let signatures = from.with_sealed("DKIM-Signature".parse()?);
    check(signatures, SignError::SealsSignatures);
    let check = |message: &str, expected: SignError| {
        let refused = seal(&sealer, message, &verdict(&zone, message));
        assert_eq!(refused, Err(expected), "{message}");
    };
    check("Subject: Hi\r\n\r\n", SignError::NoFrom);
    check(&format!("From: b@acme.test\r\n{MESSAGE}"), SignError::SeveralFrom);
    Ok(())
}

/// A chain of the same length is not the chain that was checked.
#[test]
fn a_verdict_is_about_one_chain() -> TestResult {
    let (sealer, zone) = host()?;
    let sealed = seal(&sealer, MESSAGE, &verdict(&zone, MESSAGE))?;
    let other = seal(&sealer, &MESSAGE.replace("Hi", "Ho"), &verdict(&zone, MESSAGE))?;
    assert_eq!(seal(&sealer, &other, &verdict(&zone, &sealed)), Err(SignError::OtherChain));
    let forged = sealed.replacen("test; none", "test; dkim=pass", 1);
    assert_eq!(seal(&sealer, &forged, &verdict(&zone, &sealed)), Err(SignError::OtherChain));
    let failed = verdict(&zone, &forged);
    assert_eq!(seal(&sealer, &sealed, &failed), Err(SignError::OtherChain));
    // A host may store the message, fold its fields anew and put some of its own between.
    let stored = sealed.replace("; d=", ";\r\n d=").replacen("ARC-M", "Received: x\r\nARC-M", 1);
    assert!(seal(&sealer, &stored, &verdict(&zone, &sealed)).is_ok());
    Ok(())
}

#[test]
fn a_set_says_what_it_covers() -> TestResult {
    let (sealer, zone) = host()?;
    let check = |fields: SignedFields, expected: &[&str]| -> TestResult {
        let sealer = sealer.clone().with_fields(fields);
        let chain = verdict(&zone, &seal(&sealer, MESSAGE, &verdict(&zone, MESSAGE))?);
        assert_eq!(chain.result, ArcResult::Pass);
        let names: Vec<&str> = chain.sets[0].signed_fields.iter().map(FieldName::as_str).collect();
        assert_eq!(names, expected);
        Ok(())
    };
    // The author is covered, named or not.
    check(SignedFields::empty(), &["from", "from"])?;
    check(SignedFields::empty().with_sealed("X-A".parse()?), &["from", "from", "x-a"])?;
    let fields = SignedFields::empty().with_present("From".parse()?).with_sealed("X-A".parse()?);
    check(fields, &["x-a", "from"])
}

#[test]
fn received_results_of_one_name_are_kept() -> TestResult {
    let (sealer, zone) = host()?;
    let check = |fields: &str, expected: &str| -> TestResult {
        let message = format!("{fields}{MESSAGE}");
        let chain = verdict(&zone, &message);
        let set = sealer.seal_received(message.as_bytes(), "mx.list.test", &chain, now())?;
        let set = set.unwrap_or_default().replace("\r\n\t", " ");
        let results =
            set.lines().find_map(|it| it.strip_prefix("ARC-Authentication-Results: i=1;"));
        assert_eq!(results.map(str::trim), Some(expected), "{fields}");
        Ok(())
    };
    const NONE: &str = "Authentication-Results: mx.list.test; none (nothing\r\n to say)\r\n";
    const PASS: &str = "Authentication-Results: MX.list.test; spf=pass\r\n";
    const OTHER: &str = "Authentication-Results: mx.evil.test; dkim=pass\r\n";
    check(NONE, "mx.list.test; none")?;
    check(&format!("{NONE}{OTHER}{PASS}"), "mx.list.test; spf=pass")?;
    check(&format!("{PASS}{PASS}"), "mx.list.test; spf=pass; spf=pass")
}
