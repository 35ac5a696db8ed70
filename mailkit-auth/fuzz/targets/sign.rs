//! Signing and sealing: what is signed passes, whatever fields are chosen, and pieces change nothing.
#![no_main]

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use libfuzzer_sys::fuzz_target;
use mailkit_auth::auth_results::AuthenticationResults;
use mailkit_auth::keys::DkimKeyPair;
use mailkit_auth::lookup::ZoneSnapshot;
use mailkit_auth::sign::{ArcSealer, DkimSigner, SignedFields, StreamingSigner, sign_all};
use mailkit_auth::verify::{ArcResult, DkimResult, VerifyLimits, verify_arc, verify_dkim};

fuzz_target!(|input: &[u8]| {
    let Some((choices, message)) = input.split_first_chunk::<4>() else { return };
    let [sealed, present, cut, both] = *choices;
    let fields = fields(sealed, present);
    sign(message, &fields, cut, both % 2 == 1);
    seal(message, &fields);
});

fn sign(message: &[u8], fields: &SignedFields, cut: u8, both: bool) {
    let signers = [signer().with_fields(fields.clone()), signer()];
    let signers = if both { &signers[..] } else { &signers[..1] };
    let header = sign_all(signers, message, now());
    let (front, rest) = message.split_at(usize::from(cut).min(message.len()));
    if let Ok(mut stream) = StreamingSigner::new(signers, front, now()) {
        stream.write(rest);
        assert_eq!(stream.finish(), header, "pieces make the same signatures");
    }
    let Ok(header) = header else { return };
    let signed = [header.as_bytes(), message].concat();
    let verdicts = verify_dkim(&KEY.1, &signed, now(), limits()).expect("a header that was signed");
    for verdict in verdicts.iter().take(signers.len()) {
        assert_eq!(verdict.result, DkimResult::Pass, "{verdict:?}");
    }
}

/// A set goes on top of a chain that holds or that is none, and closes one that does not.
fn seal(message: &[u8], fields: &SignedFields) {
    let Ok(chain) = verify_arc(&KEY.1, message, now(), limits()) else { return };
    let results = AuthenticationResults::new("mx.acme.test").expect("a name");
    let sealer = ArcSealer::new("acme.test".parse().expect("a domain"), "s1".parse().expect("a selector"), &KEY.0);
    let sealer = sealer.expect("a key").with_fields(fields.clone());
    let Ok(Some(set)) = sealer.seal(message, &results, &chain, now()) else { return };
    let sealed = [set.as_bytes(), message].concat();
    let after = verify_arc(&KEY.1, &sealed, now(), limits()).expect("a header that was sealed");
    let expected = if chain.result == ArcResult::Fail { ArcResult::Fail } else { ArcResult::Pass };
    assert_eq!((after.result, after.instance), (expected, chain.instance + 1), "{after:?}");
}

/// Names for each bit that is set: those of every message, of signatures and of chains.
fn fields(sealed: u8, present: u8) -> SignedFields {
    let mut fields = SignedFields::empty();
    for (bit, name) in NAMES.iter().enumerate() {
        let name = || name.parse().expect("a name");
        if sealed >> bit & 1 == 1 {
            fields = fields.with_sealed(name());
        }
        if present >> bit & 1 == 1 {
            fields = fields.with_present(name());
        }
    }
    fields
}

const NAMES: [&str; 8] =
    ["From", "subject", "To", "X-A", "Received", "DKIM-Signature", "ARC-Seal", "ARC-Message-Signature"];

fn signer() -> DkimSigner {
    let (domain, selector) = ("acme.test".parse().expect("a domain"), "s1".parse().expect("a selector"));
    DkimSigner::new(domain, selector, &KEY.0).expect("a key")
}

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_000_000)
}

/// Room for the fields that are added to a header that has just enough.
fn limits() -> VerifyLimits {
    let mut limits = VerifyLimits::default();
    limits.header.octets += 64 * 1024;
    limits.header.fields += 8;
    limits
}

/// A key, the same in each run, and the zone that publishes it.
static KEY: LazyLock<(DkimKeyPair, ZoneSnapshot)> = LazyLock::new(|| {
    let seed = [[7; 16], [9; 16]].concat();
    let key = DkimKeyPair::from_pkcs8_der(&[PKCS8_ED25519, &seed].concat()).expect("a key");
    let zone = ZoneSnapshot::new();
    let zone = zone.with_txt("s1._domainkey.acme.test", key.key_record().to_string());
    (key, zone.expect("a name"))
});

/// What stands before the seed of an Ed25519 key in PKCS #8 (RFC 8410 section 7).
const PKCS8_ED25519: &[u8] = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";
