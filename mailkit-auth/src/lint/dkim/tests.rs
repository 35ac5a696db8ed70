use super::*;
use crate::lint::apply_fixes;
use crate::record::dkim::wrap_pkcs1;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

const KEY_1024: &str = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB";
const ED25519: &str = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

fn codes(text: &str) -> Vec<&'static str> {
    lint_dkim_key(text).iter().map(|finding| finding.code).collect()
}

#[track_caller]
fn check(text: &str, expected: &[&str], fixed: &str) {
    assert_eq!(codes(text), expected, "{text:?}");
    assert_eq!(apply_fixes(text, &lint_dkim_key(text)), fixed, "{text:?}");
}

/// An RSA public key of so many octets, in the form of PKCS #1.
fn pkcs1(octets: u16, exponent: &[u8]) -> Vec<u8> {
    let integer = |value: &[u8]| {
        let length = u16::try_from(value.len()).unwrap().to_be_bytes();
        [&[2, 0x82], &length[..], value].concat()
    };
    let modulus = [&[0, 0x80][..], &vec![1; usize::from(octets) - 1]].concat();
    let content = [integer(&modulus), integer(exponent)].concat();
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    [&[0x30, 0x82], &length[..], &content].concat()
}

fn rsa(octets: u16, exponent: &[u8]) -> String {
    format!("v=DKIM1; p={}", STANDARD.encode(wrap_pkcs1(&pkcs1(octets, exponent))))
}

#[test]
fn keys() {
    const USUAL: &[u8] = &[1, 0, 1];
    assert_eq!(codes(&rsa(256, USUAL)), Vec::<&str>::new());
    assert_eq!(codes(&format!("v=DKIM1; k=ed25519; p={ED25519}")), Vec::<&str>::new());
    assert_eq!(codes(&rsa(96, USUAL)), ["DKM008"]);
    assert_eq!(codes(&format!("v=DKIM1; p={KEY_1024}")), ["DKM009"]);
    assert_eq!(codes(&rsa(512, USUAL)), ["DKM010"]);
    assert_eq!(codes(&rsa(256, &[3])), ["DKM011"]);
    assert_eq!(codes("v=DKIM1; k=ed25519; p=AAAA"), ["DKM012"]);
    assert_eq!(codes("v=DKIM1; p=AAAA"), ["DKM006"]);
    assert_eq!(codes("v=DKIM1; p=A*"), ["DKM006"]);
    assert_eq!(codes(rsa(256, USUAL).split_at(100).0), ["DKM006"]);
    assert_eq!(codes("v=DKIM1; p="), ["DKM005"]);
    assert_eq!(codes("v=DKIM1"), ["DKM004"]);
    let bare = pkcs1(256, USUAL);
    check(&format!("v=DKIM1; p={}", STANDARD.encode(bare)), &["DKM007"], &rsa(256, USUAL));
}

/// The powers of 65537 have the form that the broken generator gives to its moduli.
#[test]
fn moduli_of_the_broken_generator() {
    let mut power = vec![1];
    for _ in 0..127 {
        // 65537 = 2^16 + 1.
        let shifted = [&power[..], &[0, 0]].concat();
        let padded = [&[0, 0], &power[..]].concat();
        power = sum(&shifted, &padded);
    }
    let key = |modulus: &[u8]| {
        let integer = |value: &[u8]| {
            let length = u16::try_from(value.len()).unwrap().to_be_bytes();
            [&[2, 0x82], &length[..], value].concat()
        };
        let content = [integer(modulus), integer(&[1, 0, 1])].concat();
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        let bare = [&[0x30, 0x82], &length[..], &content].concat();
        format!("v=DKIM1; p={}", STANDARD.encode(wrap_pkcs1(&bare)))
    };
    assert_eq!(codes(&key(&power)), ["DKM009", "DKM021"]);
    *power.last_mut().unwrap() += 2;
    assert_eq!(codes(&key(&power)), ["DKM009"]);
}

/// The sum of two numbers of as many octets; it has no more.
fn sum(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut carry = 0;
    let mut octets: Vec<u8> = a
        .iter()
        .zip(b)
        .rev()
        .map(|(a, b)| {
            let sum = u16::from(*a) + u16::from(*b) + carry;
            carry = sum >> 8;
            u8::try_from(sum & 0xff).unwrap()
        })
        .collect();
    octets.reverse();
    octets
}

#[test]
fn tags() {
    let key = format!("k=ed25519; p={ED25519}");
    let good = format!("v=DKIM1; {key}");
    check(&format!("v=dkim1; {key}"), &["DKM003"], &good);
    check(&format!("{key}; v=DKIM1"), &["DKM003"], &format!("{key}; v=DKIM1"));
    check(&format!("v=DKIM1\\; {key}"), &["DKM025"], &good);
    check(&format!("\"{good}\""), &["DKM025", "DKM025"], &good);
    check(&good.replace("ed25519", "Ed25519"), &["DKM014"], &good);
    check("v=DKIM1; k=dsa; p=", &["DKM014", "DKM005"], "v=DKIM1; k=rsa; p=");
    check(&format!("v=DKIM1; g=*; {key}"), &["DKM019"], &good);
    check(&format!("g=*; {key}"), &["DKM019"], &key);
    check(&good.replace("HOg7", "H Og7"), &["DKM025"], &good);
    check(&format!("v=DKIM1;\r\n{key}\n"), &["DKM025"; 3], &format!("v=DKIM1; {key} "));
    check(
        &format!("v=DKIM1; n=it's \"new\"\\; {key}"),
        &["DKM025"],
        &format!("v=DKIM1; n=it's \"new\"; {key}"),
    );
    check(&format!("\"v=DKIM1; {key}; n=new\""), &["DKM025"; 2], &format!("v=DKIM1; {key}; n=new"));
    let unfixed = |text: String, codes: &[&str]| check(&text, codes, &text);
    unfixed(format!("v=DKIM1; n=\"old\" \\ \"; {key}"), &[]);
    unfixed(good.trim_end_matches('=').to_owned(), &[]);
    unfixed(format!("{good}; P=x"), &["DKM020"]);
    unfixed("x".repeat(8193), &["DKM000"]);
    unfixed(format!("{good}; h=sha1"), &["DKM015"]);
    unfixed(format!("{good}; t=y:s"), &["DKM016"]);
    unfixed(format!("{good}; s=tlsrpt"), &["DKM018"]);
    unfixed(format!("{good}; k=rsa"), &["DKM020"]);
    unfixed(format!("{good}; x=1"), &["DKM020"]);
    unfixed(format!("{good}; oops"), &["DKM000"]);
}

proptest! {
    #[test]
    fn fixes_mend_and_break_nothing(
        version in "(v=DKIM1; |v=dkim1; |)",
        tags in prop::collection::vec("(k=rsa|k=ed25519|k=RSA|g=\\*|t=y|h=sha1|s=email|x=1)", 0..4),
        key in prop_oneof![Just(ED25519), Just(KEY_1024), Just("AA AA"), Just("")],
    ) {
        let text = format!("{version}{}; p={key}", tags.join("; "));
        let mut fixed = text.clone();
        for _ in 0..4 {
            fixed = apply_fixes(&fixed, &lint_dkim_key(&fixed));
        }
        prop_assert!(lint_dkim_key(&fixed).iter().all(|finding| finding.fix.is_none()), "{}", fixed);
        if text.parse::<DkimKeyRecord>().is_ok() {
            prop_assert!(fixed.parse::<DkimKeyRecord>().is_ok(), "{} became {}", text, fixed);
        }
    }

    #[test]
    fn what_does_not_parse_is_an_error(text in "v=DKIM1;( ?[kphst]=[a-zA-Z0-9:/+=*]{0,9};?){0,4}|\\PC{0,40}") {
        let findings = lint_dkim_key(&text);
        let error = findings.iter().any(|finding| finding.severity == Severity::Error);
        prop_assert!(error || text.parse::<DkimKeyRecord>().is_ok(), "{}", text);
        prop_assert!(findings.iter().all(|finding| text.get(finding.span.clone()).is_some()));
    }
}
