use super::*;
use crate::Policy;
use crate::dmarc::DmarcResult;
use crate::record::dkim::KeyFlag;

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
    check(&text(&rsa_of_octets(2048)), "permerror: the key is not for this use");
    check(&text(&format!("{good}; h=sha1")), "permerror: the key is not for this use");
    check(&text(&format!("{good}; s=tlsrpt")), "permerror: the key is not for this use");
    check(
        &text("v=DKIM1; k=ed25519; p=!"),
        "permerror: malformed key: invalid value for tag `p` at byte 22: not base64",
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

/// A record with an RSA key of so many octets, as PKCS #1 has it; no one has its other half.
fn rsa_of_octets(octets: usize) -> String {
    // The zero keeps a number whose first bit is set from being negative.
    let modulus = [&[0][..], &vec![0xab; octets]].concat();
    let numbers = [der(0x02, &modulus), der(0x02, &[1, 0, 1])].concat();
    format!("v=DKIM1; k=rsa; p={}", STANDARD.encode(der(0x30, &numbers)))
}

/// A value in DER, behind its tag and its length.
fn der(tag: u8, value: &[u8]) -> Vec<u8> {
    let [.., high, low] = value.len().to_be_bytes();
    let front = match value.len() {
        ..128 => vec![tag, low],
        128..256 => vec![tag, 0x81, low],
        _ => vec![tag, 0x82, high, low],
    };
    [front, value.to_vec()].concat()
}

/// What is wrong with a key is not blamed on the message.
#[test]
fn rsa_keys_that_do_not_do() {
    let tags = "v=1; a=rsa-sha256; d=acme.test; s=s1; h=From; c=relaxed/relaxed";
    let (_, body) = MESSAGE.split_once("\r\n\r\n").unwrap();
    let body = body.replace("goods  are", "goods are");
    let hash = STANDARD.encode(digest(&SHA256, body.as_bytes()));
    let signed = format!("DKIM-Signature: {tags}; bh={hash}; b=AAAA\r\n{MESSAGE}");
    let check = |record: &str, expected: &str| {
        let (result, reason) = outcome(&zone(record), &signed);
        assert_eq!(format!("{result}: {reason}"), expected, "{record}");
    };
    let changed = "fail: the signed header fields were changed, or the key is another";
    check(&rsa_of_octets(127), "fail: a key of 1016 bits is too weak");
    check(&rsa_of_octets(128), changed);
    check(&rsa_of_octets(1024), changed);
    check(&rsa_of_octets(1025), "permerror: a key of 8200 bits is too long");
    check(&rsa_of_octets(2048), "permerror: a key of 16384 bits is too long");
    let even = rsa_of_octets(256).replace("AQAB", "AQAA");
    check(&even, "permerror: the rsa key cannot be read");
}
