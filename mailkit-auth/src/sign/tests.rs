use std::time::UNIX_EPOCH;

use proptest::prelude::*;

use super::*;
use crate::keys::KeyAlgorithm;

fn signer() -> DkimSigner {
    let key = DkimKeyPair::generate(KeyAlgorithm::Ed25519).unwrap();
    DkimSigner::new("acme.test".parse().unwrap(), "s1".parse().unwrap(), &key).unwrap()
}

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_795_000_000)
}

fn unfolded(field: &str) -> String {
    field.replace("\r\n\t", "")
}

#[test]
fn every_sealed_name_is_signed_once_more() -> Result<(), SignError> {
    let message = b"From: a@acme.test\r\nTo: b@c.test\r\nList-Id: <l>\r\n\r\n";
    let field = signer().sign(message, now())?;
    let text = unfolded(&field);
    assert!(text.contains("h=From:From:To:To:Cc:Subject:Date:"), "{text}");
    assert!(text.contains(":Content-Transfer-Encoding:List-Id;"), "{text}");
    assert!(text.contains("t=1795000000;") && !text.contains("x="), "{text}");
    assert!(field.lines().all(|line| line.len() <= 78) && field.ends_with("\r\n"), "{field}");
    Ok(())
}

#[test]
fn fields_and_lifetime_are_a_choice() -> Result<(), Box<dyn std::error::Error>> {
    let message = b"Subject: x\r\nFrom: a@acme.test\r\nX-A: 1\r\n\r\n";
    let check = |fields: SignedFields, expected: &str| -> Result<(), SignError> {
        let signer = signer().with_fields(fields).with_lifetime(Duration::from_secs(604_800));
        let text = unfolded(&signer.sign(message, now())?);
        assert!(text.contains(&format!("h={expected};")), "{text}");
        assert!(text.contains("x=1795604800;"), "{text}");
        Ok(())
    };
    check(SignedFields::empty(), "From:From")?;
    check(SignedFields::empty().with_present("from".parse()?), "From:From")?;
    let fields = SignedFields::empty().with_sealed("X-A".parse()?).with_sealed("FROM".parse()?);
    check(fields.with_present("Subject".parse()?), "From:From:X-A:X-A:Subject")?;
    Ok(())
}

#[test]
fn refusals() {
    let sign = |message: &[u8]| signer().sign(message, now());
    assert_eq!(sign(b"Subject: x\r\n\r\n"), Err(SignError::NoFrom));
    assert_eq!(sign(b"From: a@b.test\r\nFrom: c@d.test\r\n\r\n"), Err(SignError::SeveralFrom));
    assert_eq!(sign(b"oops\r\n\r\n"), Err(SignError::Header(HeaderError::Malformed { at: 0 })));
    assert_eq!(sign(b"From: a@b.test\r\n"), Err(SignError::NoHeaderEnd));
    assert_eq!(sign(b"From: a@b.test"), Err(SignError::NoHeaderEnd));
    assert_eq!(sign(b""), Err(SignError::NoHeaderEnd));
    assert_eq!(sign(b"From: a@b.test\n\n"), Err(SignError::LineFeeds));
    let good = b"From: a@b.test\r\n\r\n";
    assert_eq!(sign_all(&[], good, now()), Err(SignError::NoSigner));
    let many = format!("{}From: a@b.test\r\n\r\n", "References: x\r\n".repeat(900));
    assert_eq!(sign(many.as_bytes()), Err(SignError::TooLong { limit: 8_192 }));
    let name = "DKIM-Signature".parse().unwrap();
    let seals = signer().with_fields(SignedFields::default().with_sealed(name));
    assert_eq!(seals.sign(good, now()), Err(SignError::SealsSignatures));
}

/// However long or short, a lifetime makes a signature that ends after it was made.
#[test]
fn lifetimes_are_kept() -> Result<(), SignError> {
    let check = |lifetime: Duration, expected: &str| -> Result<(), SignError> {
        let field = signer().with_lifetime(lifetime).sign(b"From: a@b.test\r\n\r\n", now())?;
        assert!(unfolded(&field).contains(&format!("; x={expected};")), "{field}");
        Ok(())
    };
    check(Duration::from_secs(60), "1795000060")?;
    check(Duration::ZERO, "1795000001")?;
    check(Duration::from_secs(400_000_000_000), "253402300799")?;
    check(Duration::MAX, "253402300799")
}

/// What other signers did is covered where it is present, and breaks nothing.
#[test]
fn signatures_that_are_there_can_be_signed() -> Result<(), Box<dyn std::error::Error>> {
    let fields = SignedFields::default().with_present("DKIM-Signature".parse()?);
    let first = signer();
    let second = signer().with_fields(fields.clone());
    let third = signer().with_fields(fields);
    let message = "From: a@acme.test\r\n\r\n";
    let once = format!("{}{message}", first.sign(message.as_bytes(), now())?);
    let signed = format!("{}{once}", sign_all(&[second, third], once.as_bytes(), now())?);
    assert_eq!(unfolded(&signed).matches(":DKIM-Signature;").count(), 2, "{signed}");
    Ok(())
}

proptest! {
    #[test]
    fn pieces_change_nothing(body in "[ab \\t\\r\\n]{0,60}", cuts in prop::collection::vec(0_usize..60, 0..4)) {
        let header = "From: a@acme.test\r\nSubject: x\r\n\r\n";
        let signers = [signer()];
        let whole = format!("{header}{body}");
        let expected = signers[0].sign(whole.as_bytes(), now()).unwrap();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| header.len() + cut.min(&body.len())).collect();
        cuts.extend([header.len(), whole.len()]);
        cuts.sort_unstable();
        let mut stream = StreamingSigner::new(&signers, &whole.as_bytes()[..cuts[0]], now()).unwrap();
        for pair in cuts.windows(2) {
            stream.write(&whole.as_bytes()[pair[0]..pair[1]]);
        }
        prop_assert_eq!(stream.finish().unwrap(), expected);
    }
}
