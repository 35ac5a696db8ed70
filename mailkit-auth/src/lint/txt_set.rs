//! Lints of all TXT records at one name.
//!
//! A set lint finds the record of its kind among the texts, says what is wrong with the set, and
//! lints each text that is, or was meant to be, such a record.

mod rules;
mod spf;

use super::bimi::rules as bimi;
use super::dkim::rules as dkim;
use super::dmarc::rules as dmarc;
use super::finding::{Finding, Rule, Severity};
use super::txt_record::{TxtFinding, TxtRecord};
use super::{lint_bimi, lint_dkim_key, lint_dmarc, lint_mta_sts, lint_tls_rpt};
use crate::lookup::Name;
use crate::record::RecordKind;
pub(super) use rules::ALL as RULES;
pub use spf::{lint_spf_set, lint_spf_type_set};

/// What is wrong with the TXT records at a name, as far as the kind goes that is looked for there
/// ([`RecordKind::at`]). Few names have SPF: where no text is meant as such a record, none is missed.
///
/// ```
/// use mailkit_auth::lint::{TxtRecord, lint_txt_at};
/// use mailkit_auth::lookup::Name;
///
/// let codes = |name: &str, text: &str| -> Result<Vec<&str>, mailkit_auth::lookup::NameError> {
///     let findings = lint_txt_at(&Name::new(name)?, &[TxtRecord::new([text])]);
///     Ok(findings.iter().map(|it| it.finding.code).collect())
/// };
/// assert_eq!(codes("_mta-sts.acme.test", "v=stsv1; id=1")?, ["STS003"]);
/// assert_eq!(codes("acme.test", "v=spf1 +all")?, ["SPF017"]);
/// assert!(codes("acme.test._report._dmarc.other.test", "v=DMARC1")?.is_empty());
/// # Ok::<(), mailkit_auth::lookup::NameError>(())
/// ```
#[must_use]
pub fn lint_txt_at(name: &Name, records: &[TxtRecord]) -> Vec<TxtFinding> {
    let is_meant = |it: &TxtRecord| RecordKind::Spf.is_meant(&it.text());
    match RecordKind::at(name) {
        RecordKind::Spf if !records.iter().any(is_meant) => Vec::new(),
        kind => lint_txt_set(kind, records),
    }
}

/// What is wrong with the TXT records at a name where a record of this kind belongs.
///
/// ```
/// use mailkit_auth::lint::{TxtRecord, lint_txt_set};
/// use mailkit_auth::record::RecordKind;
///
/// let records = [TxtRecord::new(["v=stsv1; id=1"])];
/// let findings = lint_txt_set(RecordKind::MtaSts, &records);
/// let codes: Vec<&str> = findings.iter().map(|it| it.finding.code).collect();
/// assert_eq!(codes, ["STS003"]);
/// ```
#[must_use]
pub fn lint_txt_set(kind: RecordKind, records: &[TxtRecord]) -> Vec<TxtFinding> {
    match kind {
        RecordKind::Bimi => lint_bimi_set(records),
        RecordKind::DkimKey => lint_dkim_key_set(records),
        RecordKind::Dmarc => lint_dmarc_set(records),
        RecordKind::MtaSts => lint_mta_sts_set(records),
        RecordKind::Spf => lint_spf_set(records),
        RecordKind::TlsRpt => lint_tls_rpt_set(records),
    }
}

/// What is wrong with the TXT records at `_dmarc.<domain>`. That there is none is no finding: a
/// domain above may have one.
///
/// ```
/// use mailkit_auth::lint::{TxtRecord, lint_dmarc_set};
///
/// let policy = "v=DMARC1; p=reject; rua=mailto:dmarc@acme.test";
/// let records = [TxtRecord::new([policy]), TxtRecord::new(["v=spf1 -all"])];
/// let codes: Vec<&str> = lint_dmarc_set(&records).iter().map(|it| it.finding.code).collect();
/// assert_eq!(codes, ["DMC006"]);
/// ```
#[must_use]
pub fn lint_dmarc_set(records: &[TxtRecord]) -> Vec<TxtFinding> {
    let texts = texts(records);
    let kind = RecordKind::Dmarc;
    let mut findings = several(&texts, kind, &dmarc::SEVERAL);
    let alone = !texts.iter().any(|text| kind.is_record(text));
    for (index, text) in texts.iter().enumerate() {
        let found = match kind.is_meant(text) {
            true => lint_dmarc(text),
            false if RecordKind::Spf.is_meant(text) => {
                let severity = if alone { Severity::Error } else { Severity::Warning };
                lint_dmarc(text).into_iter().map(|finding| finding.milder(severity)).collect()
            }
            false => vec![dmarc::OTHER_TEXT.at(0..text.len(), "this is no DMARC record")],
        };
        findings.extend(found.into_iter().map(|finding| about(index, finding)));
    }
    in_order(findings)
}

/// What is wrong with the TXT records at `<selector>._domainkey.<domain>`. That there is none is no
/// finding: nobody can tell which selectors a domain uses.
///
/// ```
/// use mailkit_auth::lint::{TxtRecord, lint_dkim_key_set};
///
/// let key = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
/// let records = [TxtRecord::new([key]), TxtRecord::new([key])];
/// let codes: Vec<&str> = lint_dkim_key_set(&records).iter().map(|it| it.finding.code).collect();
/// assert_eq!(codes, ["DKM002"]);
/// ```
#[must_use]
pub fn lint_dkim_key_set(records: &[TxtRecord]) -> Vec<TxtFinding> {
    let texts = texts(records);
    let kind = RecordKind::DkimKey;
    let mut findings = several(&texts, kind, &dkim::SEVERAL);
    for (index, text) in texts.iter().enumerate() {
        // Verifiers read a single text whatever it is.
        if texts.len() == 1 || kind.is_meant(text) {
            findings.extend(lint_dkim_key(text).into_iter().map(|finding| about(index, finding)));
        }
    }
    in_order(findings)
}

/// What is wrong with the TXT records at `_mta-sts.<domain>`.
///
/// ```
/// use mailkit_auth::lint::{TxtRecord, lint_mta_sts_set};
///
/// let records = ["v=STSv1; id=1", "v=STSv1; id=2"].map(|text| TxtRecord::new([text]));
/// let codes: Vec<&str> = lint_mta_sts_set(&records).iter().map(|it| it.finding.code).collect();
/// assert_eq!(codes, ["STS002"]);
/// ```
#[must_use]
pub fn lint_mta_sts_set(records: &[TxtRecord]) -> Vec<TxtFinding> {
    versioned_set(records, RecordKind::MtaSts, &rules::SEVERAL_MTA_STS, lint_mta_sts)
}

/// What is wrong with the TXT records at `_smtp._tls.<domain>`.
///
/// ```
/// use mailkit_auth::lint::{TxtRecord, lint_tls_rpt_set};
///
/// let text = "v=TLSRPTv1; rua=mailto:tls@acme.test";
/// let records = [TxtRecord::new([text]), TxtRecord::new([text])];
/// let codes: Vec<&str> = lint_tls_rpt_set(&records).iter().map(|it| it.finding.code).collect();
/// assert_eq!(codes, ["TLS003"]);
/// ```
#[must_use]
pub fn lint_tls_rpt_set(records: &[TxtRecord]) -> Vec<TxtFinding> {
    versioned_set(records, RecordKind::TlsRpt, &rules::SEVERAL_TLS_RPT, lint_tls_rpt)
}

/// What is wrong with the TXT records at `<selector>._bimi.<domain>`.
///
/// ```
/// use mailkit_auth::lint::{TxtRecord, lint_bimi_set};
///
/// let text = "v=BIMI1; l=https://acme.test/logo.svg; a=https://acme.test/vmc.pem";
/// let records = [TxtRecord::new([text]), TxtRecord::new([text])];
/// let codes: Vec<&str> = lint_bimi_set(&records).iter().map(|it| it.finding.code).collect();
/// assert_eq!(codes, ["BMI001"]);
/// ```
#[must_use]
pub fn lint_bimi_set(records: &[TxtRecord]) -> Vec<TxtFinding> {
    versioned_set(records, RecordKind::Bimi, &bimi::RECORD, lint_bimi)
}

/// The findings of a set whose records start with a version and of which texts of other kinds are
/// no part.
fn versioned_set(
    records: &[TxtRecord],
    kind: RecordKind,
    rule: &Rule,
    lint: fn(&str) -> Vec<Finding>,
) -> Vec<TxtFinding> {
    let texts = texts(records);
    let mut findings = several(&texts, kind, rule);
    for (index, text) in texts.iter().enumerate().filter(|(_, text)| kind.is_meant(text)) {
        findings.extend(lint(text).into_iter().map(|finding| about(index, finding)));
    }
    in_order(findings)
}

fn texts(records: &[TxtRecord]) -> Vec<String> {
    records.iter().map(TxtRecord::text).collect()
}

fn about(index: usize, finding: Finding) -> TxtFinding {
    TxtFinding { record: Some(index), finding }
}

/// A finding for each record of a kind after the first.
fn several(texts: &[String], kind: RecordKind, rule: &Rule) -> Vec<TxtFinding> {
    let of_kind = texts.iter().enumerate().filter(|(_, text)| kind.is_record(text));
    let of_kind: Vec<(usize, &String)> = of_kind.collect();
    let message = format!("this name has {} {kind} records", of_kind.len());
    let more = of_kind.iter().skip(1);
    more.map(|(index, text)| about(*index, rule.at(0..text.len(), message.clone()))).collect()
}

/// By record, findings about no record last.
fn in_order(mut findings: Vec<TxtFinding>) -> Vec<TxtFinding> {
    findings.sort_by_key(|found| {
        let span = &found.finding.span;
        (found.record.unwrap_or(usize::MAX), span.start, span.end)
    });
    findings
}

#[cfg(test)]
mod tests;
