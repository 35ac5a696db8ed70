use super::*;
use crate::RecordError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

/// A 1024-bit key in both forms.
const SPKI: &str = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB";

#[track_caller]
fn check(text: &str, expected: Result<&str, &str>) {
    let actual = text.parse::<DkimKeyRecord>().map(|r| r.to_string()).map_err(|e| e.to_string());
    assert_eq!(actual.as_deref().map_err(String::as_str), expected, "{text:?}");
}

#[test]
fn records() {
    check("v=DKIM1; k=rsa; p=AAAA", Ok("v=DKIM1; k=rsa; p=AAAA"));
    check("p=AA AA;", Ok("p=AAAA"));
    check("p=AAA; P=x", Ok("P=x; p=AAA="));
    check("p=AA\t==", Ok("p=AA=="));
    check("p=AA\nA\r\n=\n", Ok("p=AAA="));
    check("n=a\r\n b; x=\n 1\n\n2; p=", Ok("n=a b; x=1 2; p="));
    check("v=DKIM1; p=", Ok("v=DKIM1; p="));
    check("v=DKIM1;h=sha1:sha256;s=*;t=y:s;p=", Ok("v=DKIM1; h=sha1:sha256; s=*; t=y:s; p="));
    check("v=DKIM1; p=; n=a note; g=*", Ok("v=DKIM1; n=a note; g=*; p="));
    check("v=DKIM1; t=x-new; p=", Ok("v=DKIM1; t=x-new; p="));
    check("v=DKIM1; t=y:a b; p=", Err("invalid value for tag `t` at byte 13"));
    check("v=DKIM1; k=dsa; p=", Err("invalid value for tag `k` at byte 11"));
    check("v=DKIM1; p=A", Err("invalid value for tag `p` at byte 11"));
    check("v=DKIM1; k=rsa", Err("missing tag `p` at byte 14"));
    check("v=dkim1; p=", Err("expected version `v=DKIM1` at byte 0"));
    check("k=rsa; v=DKIM1; p=", Err("expected version `v=DKIM1` at byte 7"));
    check("p=; p=AAAA", Err("duplicate tag `p` at byte 4"));
    check("", Err("missing tag `p` at byte 0"));
}

#[test]
fn records_as_they_are_published_read_back() {
    for text in [
        format!("v=DKIM1; k=rsa; p={SPKI}"),
        format!("k=rsa; t=s; p={SPKI};"),
        format!("v=DKIM1;k=rsa;p={SPKI};"),
        format!("v=DKIM1; k=rsa; n=1024,1450132800,1; p={SPKI}"),
        format!("v=DKIM1; g=*; k=rsa; s=email; p={SPKI}"),
        format!("v=DKIM1; h=sha256; k=rsa; t=y; p= {SPKI}"),
        format!("p={SPKI}"),
        "v=DKIM1; p=".to_owned(),
    ] {
        let record: DkimKeyRecord =
            text.parse().unwrap_or_else(|error| panic!("{text:?}: {error}"));
        assert_eq!(record.to_string().parse(), Ok(record), "{text:?}");
    }
}

#[test]
fn meanings() -> Result<(), RecordError> {
    let record: DkimKeyRecord = "t=s:y; s=email; h=sha1; p=".parse()?;
    assert!(record.is_revoked() && record.is_testing() && record.forbids_subdomains());
    assert!(record.allows_email() && !record.allows_sha256());
    let record: DkimKeyRecord = "s=tlsrpt; p=AAAA".parse()?;
    assert!(!record.allows_email() && record.allows_sha256() && !record.is_revoked());
    Ok(())
}

#[test]
fn rsa_keys_in_both_forms() {
    let spki = STANDARD.decode(SPKI).unwrap();
    let key = RsaPublicKey::from_der(&spki).unwrap();
    assert_eq!(
        (key.form, key.bits, key.exponent),
        (PublicKeyForm::SubjectPublicKeyInfo, 1024, Some(65537))
    );
    let bare = &spki[22..];
    assert_eq!(RsaPublicKey::from_der(bare).unwrap().form, PublicKeyForm::Pkcs1);
    assert_eq!(wrap_pkcs1(bare), spki);
    assert_eq!(RsaPublicKey::from_der(&spki[..spki.len() - 1]), Err(PublicKeyError));
}

#[test]
fn selectors() {
    let parse = |text: &str| text.parse::<Selector>().map(|selector| selector.to_string());
    assert_eq!(parse("S1.Mail").as_deref(), Ok("s1.mail"));
    assert_eq!(parse("a b").map_err(|error| error.span()), Err(1..2));
    assert!(parse("").is_err() && parse("a..b").is_err());
    let name = |labels: usize| {
        let selector: Selector = vec!["s"; labels].join(".").parse().unwrap();
        selector.record_name(&"a.test".parse().unwrap()).map(|name| name.as_str().len())
    };
    // `._domainkey.a.test` has 18 octets.
    assert_eq!(name(118), Ok(253));
    assert_eq!(
        name(119).map_err(|error| error.to_string()),
        Err("name longer than 253 octets at byte 253".to_owned())
    );
}

prop_compose! {
    fn record()(
        versioned in any::<bool>(),
        hashes in prop::option::of(Just(vec![HashAlgorithm::Sha256])),
        key_type in prop::option::of(prop_oneof![Just(KeyType::Rsa), Just(KeyType::Ed25519)]),
        notes in prop::option::of("[a-z=]{0,12}"),
        public_key in prop::collection::vec(any::<u8>(), 0..40),
        flags in prop::option::of(prop::collection::vec(
            prop_oneof![Just(KeyFlag::Testing), Just(KeyFlag::NoSubdomains)], 1..3)),
        services in prop::option::of(Just(vec![ServiceType::Email, ServiceType::All])),
        others in prop::collection::btree_map("x[a-z0-9_]{1,6}", "[a-z0-9:=/.]{0,8}", 0..3),
    ) -> DkimKeyRecord {
        let others = others.into_iter().collect();
        DkimKeyRecord { versioned, hashes, key_type, notes, public_key, services, flags, others }
    }
}

proptest! {
    #[test]
    fn what_prints_reads_back(record in record()) {
        prop_assert_eq!(record.to_string().parse(), Ok(record));
    }

    #[test]
    fn what_reads_prints_and_reads_back(text in "(v=DKIM1; ?)?((p|k|h|s|t|n)=[a-zA-Z0-9:*+/=-]{0,9};){0,4}|\\PC{0,60}") {
        if let Ok(record) = text.parse::<DkimKeyRecord>() {
            prop_assert_eq!(record.to_string().parse(), Ok(record));
        }
    }

    #[test]
    fn no_octets_panic(octets in prop::collection::vec(any::<u8>(), 0..64)) {
        let _any = RsaPublicKey::from_der(&octets);
        prop_assert_ne!(wrap_pkcs1(&octets).len(), octets.len());
    }
}
