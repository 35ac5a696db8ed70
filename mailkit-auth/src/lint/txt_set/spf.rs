//! SPF among the TXT records of a domain.

use super::super::lint_spf;
use super::super::spf::rules as rule;
use super::{TxtFinding, TxtRecord, about, in_order, several, texts};
use crate::lint::finding::{Finding, Fix};
use crate::record::spf::{Mechanism, SpfTerm};
use crate::record::{RecordKind, SpfRecord};
use crate::text::work;
use crate::zone::MAX_STRING_OCTETS;

/// What is wrong with the TXT records at a domain, as far as SPF goes: whether there is exactly one
/// SPF record, how it is split into strings, and what its text says. Other texts are left alone.
///
/// ```
/// use mailkit_auth::lint::{TxtRecord, lint_spf_set};
///
/// // Nothing stands between strings: the first should have ended with a space.
/// let records = [TxtRecord::new(["v=spf1 ip4:1.2.3.4", "include:spf.acme.test -all"])];
/// let codes: Vec<&str> = lint_spf_set(&records).iter().map(|it| it.finding.code).collect();
/// assert_eq!(codes, ["SPF008", "SPF032"]);
/// assert_eq!(lint_spf_set(&[])[0].finding.code, "SPF001");
/// ```
#[must_use]
pub fn lint_spf_set(records: &[TxtRecord]) -> Vec<TxtFinding> {
    let texts = texts(records);
    let mut findings = several(&texts, RecordKind::Spf, &rule::SEVERAL);
    if !texts.iter().any(|text| SpfRecord::is_record(text)) {
        let finding = rule::NO_RECORD.at(0..0, "no text starts with `v=spf1` and a space");
        findings.push(TxtFinding { record: None, finding });
    }
    for (index, (record, text)) in records.iter().zip(&texts).enumerate() {
        if RecordKind::Spf.is_meant(text) {
            let strings = long_strings(record, text).chain(glued_terms(record, text));
            let found = strings.chain(lint_spf(text));
            findings.extend(found.map(|finding| about(index, finding)));
        }
    }
    in_order(findings)
}

/// What is wrong with the records of the DNS type SPF (99) at a domain: that they are there.
///
/// ```
/// use mailkit_auth::lint::{TxtRecord, lint_spf_type_set};
///
/// let findings = lint_spf_type_set(&[TxtRecord::new(["v=spf1 -all"])]);
/// assert_eq!(findings[0].finding.code, "SPF005");
/// ```
#[must_use]
pub fn lint_spf_type_set(records: &[TxtRecord]) -> Vec<TxtFinding> {
    let old = |(index, text): (usize, &String)| {
        about(index, rule::OLD_TYPE.at(0..text.len(), "receivers ask for TXT records alone"))
    };
    texts(records).iter().enumerate().map(old).collect()
}

fn long_strings<'a>(record: &'a TxtRecord, text: &'a str) -> impl Iterator<Item = Finding> + 'a {
    let mut start = 0;
    let ends = record.seams().into_iter().chain([text.len()]);
    record.strings().iter().zip(ends).filter_map(move |(string, end)| {
        let span = std::mem::replace(&mut start, end)..end;
        (string.len() > MAX_STRING_OCTETS)
            .then(|| rule::LONG_STRING.at(span, format!("a string of {} octets", string.len())))
    })
}

/// Strings whose seam lies between two terms that no space parts.
fn glued_terms<'a>(record: &'a TxtRecord, text: &'a str) -> impl Iterator<Item = Finding> + 'a {
    record.seams().into_iter().filter_map(|seam| {
        let (before, after) = text.split_at_checked(seam)?;
        let before = before.get(before.ceil_char_boundary(seam.saturating_sub(MAX_TERM))..)?;
        let after = after.get(..after.floor_char_boundary(MAX_TERM))?;
        let left = before.get(before.rfind(' ')? + 1..)?;
        let right = after.split(' ').next()?;
        work::add(before.len() + right.len());
        is_glued(left, right).then(|| {
            let message = format!("`{left}` and `{right}` run together");
            let fix = Fix::replace(seam..seam, " ");
            rule::GLUED.fixed(seam - left.len()..seam + right.len(), message, fix)
        })
    })
}

/// Octets on either side of a seam that are looked at: no name of a domain is longer.
const MAX_TERM: usize = 256;

/// Whether two texts are a term each and were not meant as one. A name that was split in two looks
/// the same as long as its second half is a word such as `mx`; only what makes no sense is told.
fn is_glued(left: &str, right: &str) -> bool {
    let (Ok(_), Ok(second)) = (left.parse::<SpfTerm>(), right.parse::<SpfTerm>()) else {
        return false;
    };
    match format!("{left}{right}").parse::<SpfTerm>() {
        Err(_) => true,
        Ok(SpfTerm::Directive(whole)) if is_network(whole.mechanism()) => false,
        Ok(_) => {
            let qualified = right.starts_with(['+', '-', '~', '?']);
            let all =
                matches!(&second, SpfTerm::Directive(it) if *it.mechanism() == Mechanism::All);
            right.contains([':', '=']) || (qualified && all)
        }
    }
}

fn is_network(mechanism: &Mechanism) -> bool {
    matches!(mechanism, Mechanism::Ip4 { .. } | Mechanism::Ip6 { .. })
}
