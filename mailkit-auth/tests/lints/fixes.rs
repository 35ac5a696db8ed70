//! Fixes mend what they are for and keep the meaning of what was valid.

use std::collections::BTreeSet;
use std::net::IpAddr;

use mailkit_auth::lint::{
    self, Finding, Severity, apply_fixes, lint_dkim_key, lint_dmarc, lint_spf,
};
use mailkit_auth::lookup::ZoneSnapshot;
use mailkit_auth::record::dkim::KeyType;
use mailkit_auth::record::dmarc::FailureOption;
use mailkit_auth::spf::{SpfRequest, check_host};
use mailkit_auth::{DkimKeyRecord, DmarcRecord, Policy, SpfRecord};
use proptest::prelude::*;

use super::dkim::{ED25519, Form, rsa};
use super::kinds;

/// Applies fixes until none is left: one may uncover the next, since of two that overlap the first
/// wins. Returns the text and every finding that had a fix.
fn mend(
    text: &str,
    lint: fn(&str) -> Vec<Finding>,
) -> Result<(String, Vec<Finding>), TestCaseError> {
    let (mut text, mut mended) = (text.to_owned(), Vec::new());
    for _ in 0..ROUNDS {
        let findings = lint(&text);
        if findings.iter().all(|it| it.fix.is_none()) {
            return Ok((text, mended));
        }
        text = apply_fixes(&text, &findings);
        mended.extend(findings.into_iter().filter(|it| it.fix.is_some()));
    }
    Err(TestCaseError::fail(format!("{text:?} still has fixes after {ROUNDS} rounds")))
}

const ROUNDS: usize = 8;

/// Whether a fix of an error took part, which is meant to change what the record says.
fn changes_meaning(mended: &[Finding]) -> bool {
    mended.iter().any(|it| it.severity == Severity::Error)
}

/// Every fault that a seeder plants and a fix mends is gone once all fixes are applied.
#[test]
fn fixes_remove_the_findings_of_seeded_faults() {
    let mut mended_codes = BTreeSet::new();
    let (mut mended, mut total) = (0, 0);
    for kind in kinds() {
        for seed in &kind.seeds {
            let super::seeds::Plant::Text(plant) = seed.plant else { continue };
            for (number, shape) in kind.shapes.iter().enumerate() {
                let Some(planted) = plant(shape, number) else { continue };
                let fixable = |it: &Finding| it.code == seed.code && it.fix.is_some();
                if !(kind.lint)(&planted).iter().any(fixable) {
                    continue;
                }
                total += 1;
                let (text, _) = mend(&planted, kind.lint).expect("the fixes come to an end");
                mended_codes.insert(seed.code);
                let left = (kind.lint)(&text).into_iter().filter(fixable).count();
                mended += usize::from(left == 0);
            }
        }
    }
    println!("FIXES {mended}/{total} of {} rules", mended_codes.len());
    assert_eq!(mended, total);
    assert!(mended_codes.iter().all(|code| lint::rule(code).is_some()));
    assert!(mended_codes.len() >= 25, "{mended_codes:?}");
}

/// A zone for the names of the generated records.
fn zone(record: &str) -> ZoneSnapshot {
    let zone = || {
        ZoneSnapshot::new()
            .with_txt("acme.test", record)?
            .with_txt("a.test", "v=spf1 ip4:8.8.8.8 -all")?
            .with_txt("b.test", "v=spf1 ip4:8.8.4.0/24 ?all")?
            .with_txt("why.test", "%{i} may not send for %{d}")?
            .with_address("acme.test", ip("9.9.9.9"))?
            .with_address("a.test", ip("8.8.9.1"))?
            .with_address("b.test", ip("2620::7"))?
            .with_mx("acme.test", 10, "mx.test")?
            .with_mx("a.test", 10, "a.test")?
            .with_address("mx.test", ip("8.8.8.77"))
    };
    zone().expect("names that can be asked for")
}

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

/// Clients in and around every network that the generated records name.
const CLIENTS: &[&str] = &[
    "8.8.8.8",
    "8.8.8.9",
    "8.8.8.77",
    "8.8.8.255",
    "8.8.9.1",
    "8.8.9.0",
    "8.8.4.4",
    "8.9.0.1",
    "9.9.9.9",
    "9.9.9.10",
    "10.0.0.1",
    "10.0.0.2",
    "1.2.3.4",
    "0.0.0.0",
    "255.255.255.255",
    "2620::7",
    "2620::8",
    "2620:0:0:1::7",
    "2a00::1",
    "fd00::1",
    "::1",
];

/// What receivers do with mail from each client.
fn verdicts(record: &str) -> Vec<String> {
    let zone = zone(record);
    let verdict = |client: &&str| {
        let request = SpfRequest::new(ip(client), "helo.test", "user@acme.test");
        let verdict = check_host(&zone, &request);
        format!("{client} {} {:?}", verdict.result, verdict.explanation)
    };
    CLIENTS.iter().map(verdict).collect()
}

fn spf_term() -> impl Strategy<Value = String> {
    let qualifier = "[-+~?]?";
    let term = prop_oneof![
        "ip4:8\\.8\\.(8|9)\\.(0|8|77)(/(8|16|24|31|32))?",
        "ip4:(10\\.0\\.0\\.1|9\\.9\\.9\\.9/24|8\\.8\\.4\\.4/22)",
        "ip6:(2620::7|2620::/32|2620::7/64|fd00::1)",
        "(include|a|mx|exists):(a|b|A|none)\\.test",
        "(a|mx)(:(a|b)\\.test)?(/(24|30))?(//64)?",
        "all",
        "ptr",
    ];
    prop_oneof![
        9 => (qualifier, term).prop_map(|(qualifier, term)| format!("{qualifier}{term}")),
        1 => "(redirect|exp|moo)=(a|b|why)\\.test",
    ]
}

fn dmarc_tag() -> impl Strategy<Value = String> {
    "(p=(none|reject|Quarantine)|sp=(none|reject)|np=(none|quarantine)|t=[yYn]|pct=(100|50|0|x)|ri=1|rf=afrf|fo=(0|1|d|0:1|1:s)|adkim=[rs]|psd=[ynu]|rua=(mailto:)?a@b\\.test(!1m)?(,mailto:c@d\\.test)?|ruf=mailto:f@b\\.test(!5)?|zz=1)"
}

/// What a receiver does by a DMARC record.
fn effect(record: &DmarcRecord) -> impl PartialEq + std::fmt::Debug + use<> {
    let applied = |policy: Policy| if record.is_testing() { policy.weakened() } else { policy };
    let policies = [record.policy(), record.subdomain_policy(), record.nonexistent_policy()];
    let mailboxes = |uris: &[mailkit_auth::record::ReportUri]| -> Vec<Option<String>> {
        uris.iter().map(|uri| uri.mailbox().map(std::borrow::Cow::into_owned)).collect()
    };
    let failures = mailboxes(record.failure_reports());
    // RFC 9989 section 4.7: `fo` is ignored without `ruf`.
    let options: Vec<FailureOption> = match failures.is_empty() {
        true => Vec::new(),
        false => record.failure_options().to_vec(),
    };
    (
        policies.map(applied),
        record.psd(),
        (record.dkim_alignment(), record.spf_alignment()),
        mailboxes(record.aggregate_reports()),
        failures,
        options,
    )
}

/// The key itself, however it is wrapped.
fn key(record: &DkimKeyRecord) -> (KeyType, Vec<u8>) {
    let bytes = match record.rsa_public_key() {
        Ok(key) => format!("{} {:?}", key.bits, key.exponent).into_bytes(),
        Err(_) => record.public_key().to_vec(),
    };
    (record.key_type(), bytes)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn fixes_keep_what_an_spf_record_means(terms in prop::collection::vec(spf_term(), 0..7)) {
        let text = format!("v=spf1 {}", terms.join(" "));
        let (fixed, mended) = mend(&text, lint_spf)?;
        if text.parse::<SpfRecord>().is_ok() {
            prop_assert!(fixed.parse::<SpfRecord>().is_ok(), "{} became {}", text, fixed);
            if !changes_meaning(&mended) {
                prop_assert_eq!(verdicts(&text), verdicts(&fixed), "{} became {}", text, fixed);
            }
        }
    }

    #[test]
    fn fixes_keep_what_a_dmarc_record_means(tags in prop::collection::vec(dmarc_tag(), 0..7)) {
        let text = format!("v=DMARC1; {}", tags.join("; "));
        let (fixed, mended) = mend(&text, lint_dmarc)?;
        if let Ok(before) = text.parse::<DmarcRecord>() {
            let after = fixed.parse::<DmarcRecord>();
            prop_assert!(after.is_ok(), "{} became {}", text, fixed);
            if !changes_meaning(&mended) {
                prop_assert_eq!(effect(&before), effect(&after.unwrap()), "{} became {}", text, fixed);
            }
        }
    }

    #[test]
    fn fixes_keep_a_dkim_key(
        version in "(v=DKIM1; |v=dkim1; |)",
        tags in prop::collection::vec("(k=rsa|k=ed25519|k=RSA|g=\\*|t=y|h=sha1|s=email|x=1)", 0..4),
        form in any::<bool>(),
        short in any::<bool>(),
        space in 0..40usize,
    ) {
        let form = if form { Form::Pkcs1 } else { Form::Spki };
        let mut key_text = if short { ED25519.to_owned() } else { rsa(256, &[1, 0, 1], 9, form) };
        if space > 0 {
            key_text.insert(space, ' ');
        }
        let text = format!("{version}{}; p={key_text}", tags.join("; "));
        let (fixed, _) = mend(&text, lint_dkim_key)?;
        if let Ok(before) = text.parse::<DkimKeyRecord>() {
            let after = fixed.parse::<DkimKeyRecord>();
            prop_assert!(after.is_ok(), "{} became {}", text, fixed);
            let (before, after) = (key(&before), key(&after.unwrap()));
            prop_assert_eq!(before.1, after.1, "{} became {}", text, fixed);
        }
    }
}
