//! SPF: the records of the domain and all that they include.

mod explanation;
mod providers;
mod tree;

use std::collections::BTreeSet;

use super::examination::{Examination, Place, SpfSenders, add_text, replace_text};
use super::report::{Area, AreaState, RecordChange};
use super::rules as rule;
use super::texts::found_set;
use crate::lint::spf::rules as spf_rule;
use crate::lint::{Finding, TxtFinding, TxtRecord, lint_spf_set, lint_spf_type_set};
use crate::lookup::{Name, RecordData, RecordType};
use crate::provider::Provider;
use crate::record::SpfRecord;
use crate::record::spf::Qualifier;

pub(super) async fn examine(exam: &mut Examination) {
    let apex = exam.apex();
    let Some(texts) = exam.facts.texts.clone() else {
        exam.summary(Area::Spf, AreaState::NotChecked, "the DNS gave no answer");
        return;
    };
    let wanted = wanted(exam);
    let change =
        |it: &Finding| (it.code == spf_rule::NO_RECORD.code).then(|| add_text(&apex, &wanted));
    found_set(exam, &apex, &texts, own_lints, change);
    old_type(exam).await;
    let records: Vec<String> =
        texts.into_iter().filter(|text| SpfRecord::is_record(text)).collect();
    exam.facts.senders = records.first().map(|text| senders(text)).unwrap_or_default();
    parked(exam, &records, &wanted);
    wildcard(exam).await;
    if let Some(tree) = tree::examine(exam, &records).await {
        explanation::examine(exam, &tree).await;
        providers::examine(exam, &tree).await;
    }
}

/// Without the count of lookups, which the tree knows better.
fn own_lints(records: &[TxtRecord]) -> Vec<TxtFinding> {
    let mut findings = lint_spf_set(records);
    let counts = [spf_rule::OVER_LOOKUPS.code, spf_rule::NEAR_LOOKUPS.code];
    findings.retain(|found| !counts.contains(&found.finding.code));
    findings
}

/// A record to begin with: what the request and the mail exchangers say about who sends.
fn wanted(exam: &Examination) -> String {
    if exam.is_parked() {
        return "v=spf1 -all".to_owned();
    }
    let mut terms: Vec<String> = Vec::new();
    for (address, _) in &exam.request.senders {
        let family = if address.is_ipv4() { "ip4" } else { "ip6" };
        terms.push(format!("{family}:{address}"));
    }
    for provider in mx_providers(exam) {
        terms.extend(provider.spf.first().map(|include| format!("include:{}", include.domain)));
    }
    if terms.is_empty() && exam.facts.mx.as_ref().is_some_and(|hosts| !hosts.is_empty()) {
        terms.push("mx".to_owned());
    }
    let mut seen = BTreeSet::new();
    terms.retain(|term| seen.insert(term.clone()));
    format!("v=spf1 {} ~all", terms.join(" ")).replace("  ", " ")
}

/// The providers that take mail for the domain.
pub(super) fn mx_providers(exam: &Examination) -> Vec<&'static Provider> {
    let mut providers: Vec<&Provider> = Vec::new();
    for host in exam.facts.mx.iter().flatten() {
        let found = host.as_str().parse().ok().and_then(|host| Provider::of_mx(&host));
        providers.extend(found.filter(|it| !providers.iter().any(|other| other.id == it.id)));
    }
    providers
}

async fn old_type(exam: &mut Examination) {
    let apex = exam.apex();
    let answer = exam.observer.ask(&apex, RecordType::Spf).await;
    let texts = answer.records().iter().filter_map(|data| match data {
        RecordData::Spf(text) => Some(String::from_utf8_lossy(text).into_owned()),
        _ => None,
    });
    for text in texts {
        let place = Place { text: Some(text.clone()), ..Place::at(&apex, RecordType::Spf) };
        for TxtFinding { finding, .. } in lint_spf_type_set(&[TxtRecord::from_joined(text)]) {
            let change = RecordChange::Remove(apex.clone(), RecordType::Spf);
            exam.found_with(&place, finding, change);
        }
    }
}

fn senders(text: &str) -> SpfSenders {
    if text.split_ascii_whitespace().skip(1).eq(["-all"]) {
        return SpfSenders::Denied;
    }
    let Ok(record) = text.parse::<SpfRecord>() else { return SpfSenders::Some };
    let passes = record.directives().any(|it| it.qualifier() == Qualifier::Pass);
    if passes || record.redirect().is_some() { SpfSenders::Some } else { SpfSenders::None }
}

fn parked(exam: &mut Examination, records: &[String], wanted: &str) {
    if !exam.is_parked() || exam.facts.senders == SpfSenders::Denied {
        return;
    }
    let apex = exam.apex();
    let message = "the domain takes no mail, but does not say that it sends none";
    match records.first() {
        Some(text) => {
            let change = replace_text(&apex, wanted);
            let finding = rule::PARKED_SPF.at(0..text.len(), message);
            exam.found_with(&Place::text(&apex, text), finding, change);
        }
        None => {
            let change = add_text(&apex, wanted);
            let place = Place::at(&apex, RecordType::Txt);
            exam.found_with(&place, rule::PARKED_SPF.at(0..0, message), change);
        }
    }
}

/// RFC 1034 section 4.3.3: the wildcard itself can be asked for.
async fn wildcard(exam: &mut Examination) {
    let Ok(name) = Name::new(&format!("*.{}", exam.request.domain)) else { return };
    for text in exam.observer.texts(&name).await.unwrap_or_default() {
        if SpfRecord::is_record(&text) {
            let message = "this record is answered for every name without records of its own";
            exam.found(&Place::text(&name, &text), rule::WILDCARD.at(0..text.len(), message));
        }
    }
}
