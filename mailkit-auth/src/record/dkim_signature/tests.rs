use super::*;
use crate::RecordError;
use proptest::prelude::*;

/// A signature of which a row replaces the selector, and what it prints there.
#[track_caller]
fn check(tags: &str, expected: Result<&str, &str>) {
    let text = |tags: &str| format!("v=1; a=rsa-sha256; {tags}; h=From:To; bh=AAAA; b=AAAA");
    let actual = text(tags).parse::<DkimSignature>().map(|it| it.to_string());
    let actual = actual.map_err(|error| error.to_string());
    assert_eq!(actual, expected.map(text).map_err(str::to_owned), "{tags:?}");
}

#[test]
fn texts() {
    const KEY: &str = "d=a.test; s=s1";
    let good = |tags: &str, printed: &str| {
        check(&format!("{tags}; {KEY}"), Ok(printed));
    };
    good("c=relaxed", "c=relaxed; d=a.test; s=s1");
    good("c=simple/relaxed", "c=simple/relaxed; d=a.test; s=s1");
    good("i= ann=20b\r\n @m.A.test", "d=a.test; s=s1; i=ann=20b@m.a.test");
    good("l=007", "d=a.test; s=s1; l=7");
    good("q=dns/txt : other", "d=a.test; s=s1; q=dns/txt:other");
    good("x=9; t=8", "d=a.test; s=s1; t=8; x=9");
    check("d=A.test.; s=S1", Ok(KEY));
    check("d=a.test", Err("missing tag `s` at byte 55"));
    check("s=s1", Err("missing tag `d` at byte 51"));
    check("d=a b; s=s1", Err("invalid value for tag `d` at byte 21"));
    let bad = |tags: &str, error: &str| check(&format!("{KEY}; {tags}"), Err(error));
    bad("i=a.test", "invalid value for tag `i` at byte 37");
    bad("i=@a. test", "invalid value for tag `i` at byte 37");
    bad("c=nofws", "invalid value for tag `c` at byte 37");
    bad("c=simple/", "invalid value for tag `c` at byte 37");
    bad("l=-1", "invalid value for tag `l` at byte 37");
    bad("t=+1", "invalid value for tag `t` at byte 37");
    bad("q=http", "invalid value for tag `q` at byte 37");
    bad("q=dns/txt:", "invalid value for tag `q` at byte 37");
    bad("v=1", "duplicate tag `v` at byte 35");
    bad("z=ü", "unexpected character 'ü' at byte 37");
}

#[track_caller]
fn check_whole(text: &str, expected: &str) {
    let error = text.parse::<DkimSignature>().map_err(|error| error.to_string());
    assert_eq!(error, Err(expected.to_owned()), "{text:?}");
}

#[test]
fn what_no_signature_lacks() {
    check_whole("", "missing tag `v` at byte 0");
    check_whole("v=2; d=a.test", "invalid value for tag `v` at byte 2");
    let rest = "d=a.test; s=s1; h=From; bh=AAAA; b=AAAA";
    check_whole(&format!("v=1; {rest}"), "missing tag `a` at byte 44");
    check_whole(&format!("v=1; a=rsa-md5; {rest}"), "invalid value for tag `a` at byte 7");
    let with = |from: &str, to: &str| format!("v=1; a=rsa-sha1; {rest}").replace(from, to);
    check_whole(&with("h=From", "h=From:"), "invalid value for tag `h` at byte 40");
    check_whole(&with("h=From", "h=From To"), "invalid value for tag `h` at byte 35");
    check_whole(&with("bh=AAAA", "bh="), "invalid value for tag `bh` at byte 44");
    check_whole(&with("bh=AAAA", "bh=A"), "invalid value for tag `bh` at byte 44");
    check_whole(&with(" b=AAAA", " b="), "invalid value for tag `b` at byte 52");
}

#[test]
fn meanings() -> Result<(), Box<dyn std::error::Error>> {
    let rest = "d=a.test; s=s1; h=From:from:To; bh=AAAA; b=AAAA";
    let signature: DkimSignature = format!("v=1; a=rsa-sha256; {rest}").parse()?;
    assert_eq!(signature.header_canonicalization(), Canonicalization::Simple);
    assert_eq!(signature.body_canonicalization(), Canonicalization::Simple);
    assert_eq!(signature.query_methods(), ["dns/txt"]);
    assert_eq!((signature.signs("FROM"), signature.signs("Cc")), (2, 0));
    assert_eq!(signature.identity_domain().as_str(), "a.test");
    assert_eq!((signature.signed_at(), signature.copied_fields()), (None, Vec::new()));
    let tags =
        "c=relaxed; x=18446744073709551615; z=From:a=40b.test |\r\n Subject:demo=20=7Crun=|odd";
    let signature: DkimSignature = format!("v=1; a=rsa-sha256; {tags}; {rest}").parse()?;
    assert_eq!(signature.header_canonicalization(), Canonicalization::Relaxed);
    assert_eq!(signature.body_canonicalization(), Canonicalization::Simple);
    assert_eq!(signature.expires_at(), Some(UNIX_EPOCH + Duration::from_secs(LAST_SECOND)));
    let copied = |name: &str, value: &str| -> Result<CopiedField, RecordError> {
        Ok(CopiedField { name: name.parse()?, value: value.into() })
    };
    let expected = [copied("From", "a@b.test")?, copied("Subject", "demo |run=")?];
    assert_eq!(signature.copied_fields(), expected);
    Ok(())
}

prop_compose! {
    fn signature()(
        algorithm in prop_oneof![
            Just(SignatureAlgorithm::RsaSha256), Just(SignatureAlgorithm::Ed25519Sha256)],
        octets in (any::<[u8; 32]>(), prop::collection::vec(any::<u8>(), 1..300)),
        forms in prop::option::of((any::<bool>(), any::<bool>())),
        names in prop::collection::vec("[!-9<-~]{1,20}", 0..30),
        identity in prop::option::of("[!-:<-~]{0,70}@[a-z]{1,9}\\.a\\.test"),
        times in prop::option::of((any::<u64>(), 0..=LAST_SECOND)),
        copied in prop::option::of("(From:[!-:<-~]{0,90}\\|)?X:[!-:<-~]{0,90}"),
        others in prop::collection::btree_map("x[a-z0-9_]{1,6}", "([a-z0-9:=/.] ?[a-z]){0,8}", 0..3),
    ) -> DkimSignature {
        let (domain, selector) = ("a.test".parse().unwrap(), "s1".parse().unwrap());
        let mut signature = DkimSignature::new(algorithm, domain, selector, octets.0)
            .with_signature(octets.1);
        if let Some((header, body)) = forms {
            let form = |relaxed| if relaxed { Canonicalization::Relaxed } else { Canonicalization::Simple };
            signature = signature.with_canonicalization(form(header), form(body));
        }
        for name in names {
            signature = signature.with_signed_field(name.parse().unwrap());
        }
        if let Some(identity) = identity {
            signature = signature.with_identity(identity.parse().unwrap());
        }
        if let Some((length, at)) = times {
            signature.body_length = Some(length);
            let at = UNIX_EPOCH + Duration::from_secs(at);
            signature = signature.with_signed_at(at).with_expires_at(at);
        }
        signature.copied_fields = copied;
        signature.others = others.into_iter().collect();
        signature
    }
}

proptest! {
    #[test]
    fn what_prints_reads_back(signature in signature()) {
        prop_assert_eq!(signature.to_string().parse(), Ok(signature.clone()));
        let folded = signature.folded();
        for (index, line) in folded.split("\r\n").enumerate() {
            let name = if index == 0 { "DKIM-Signature: ".len() } else { 0 };
            prop_assert!(name + line.len() <= 140 && !line.trim().is_empty(), "{}", folded);
        }
        prop_assert_eq!(folded.parse(), Ok(signature));
    }

    #[test]
    fn what_reads_prints_and_reads_back(
        tags in "(( ?[cdilqstxz]=[a-z0-9:@/=| \r\n]{0,9}|x[a-z]=[a-z \r\n]{0,9});){0,5}",
    ) {
        let text = format!("v=1; a=rsa-sha256; h=From;{tags} bh=AAAA; b=AAAA");
        if let Ok(signature) = text.parse::<DkimSignature>() {
            prop_assert_eq!(signature.to_string().parse(), Ok(signature.clone()));
            prop_assert!(!signature.to_string().contains(['\r', '\n']));
            prop_assert_eq!(signature.folded().parse(), Ok(signature));
        }
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,80}") {
        let _ = text.parse::<DkimSignature>();
        let _ = text.parse::<AgentIdentifier>();
    }
}
