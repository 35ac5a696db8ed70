//! Every lint: spans lie in the text, fixes can be applied, and something is said against what does not parse.
#![no_main]

use std::str::FromStr;

use libfuzzer_sys::fuzz_target;
use mailkit_auth::RecordError;
use mailkit_auth::lint::{self, Finding, Severity, SignatureContext, TxtFinding, TxtRecord, apply_fixes};
use mailkit_auth::record::{
    BimiRecord, DkimKeyRecord, DkimSignature, DmarcRecord, MtaStsPolicy, MtaStsRecord, SpfRecord, TlsRptRecord, TlsaRecord,
};

fuzz_target!(|text: &str| {
    check::<BimiRecord>(lint::lint_bimi, text);
    check::<DkimKeyRecord>(lint::lint_dkim_key, text);
    check::<DkimSignature>(|text| lint::lint_dkim_signature(text, &SignatureContext::default()), text);
    check::<DmarcRecord>(lint::lint_dmarc, text);
    check::<MtaStsPolicy>(lint::lint_mta_sts_policy, text);
    check::<MtaStsRecord>(lint::lint_mta_sts, text);
    check::<SpfRecord>(lint::lint_spf, text);
    check::<TlsRptRecord>(lint::lint_tls_rpt, text);
    check::<TlsaRecord>(lint::lint_tlsa, text);
    for lint in SETS {
        check_set(*lint, text);
    }
});

fn check<T: FromStr<Err = RecordError>>(lint: fn(&str) -> Vec<Finding>, text: &str) {
    let mut text = text.to_owned();
    for _ in 0..ROUNDS {
        let findings = lint(&text);
        for finding in &findings {
            assert!(text.get(finding.span.clone()).is_some(), "{finding:?} in {text:?}");
        }
        let is_told = findings.iter().any(|finding| finding.severity > Severity::Info);
        assert!(is_told || text.parse::<T>().is_ok(), "nothing is said against {text:?}");
        text = apply_fixes(&text, &findings);
    }
}

/// Fixes may uncover others, so a few rounds are made.
const ROUNDS: usize = 4;

/// The text as the strings of records: a line each, parted at tabs.
fn check_set(lint: fn(&[TxtRecord]) -> Vec<TxtFinding>, text: &str) {
    let records: Vec<TxtRecord> = text.lines().map(|line| TxtRecord::new(line.split('\t'))).collect();
    for found in lint(&records) {
        let text = found.record.and_then(|index| records.get(index)).map(TxtRecord::text).unwrap_or_default();
        assert!(text.get(found.finding.span.clone()).is_some(), "{found:?} in {text:?}");
    }
}

const SETS: &[fn(&[TxtRecord]) -> Vec<TxtFinding>] = &[
    lint::lint_bimi_set,
    lint::lint_dkim_key_set,
    lint::lint_dmarc_set,
    lint::lint_mta_sts_set,
    lint::lint_spf_set,
    lint::lint_spf_type_set,
    lint::lint_tls_rpt_set,
];
