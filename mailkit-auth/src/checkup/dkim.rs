//! DKIM: the keys that the domain signs with, as far as anybody names them.

mod candidates;
mod modulus;

use super::CheckupLimit;
use super::examination::{Examination, Place};
use super::report::{Area, AreaState};
use super::request::KeyInUse;
use super::rules as rule;
use super::texts::found_set;
use crate::lint::dkim::rules::REVOKED;
use crate::lint::{Severity, TxtFinding, TxtRecord, lint_dkim_key_set};
use crate::lookup::{Answer, Name, RecordData, RecordType};
use crate::record::dkim::KeyType;
use crate::{DkimKeyRecord, Selector};

pub(super) async fn examine(exam: &mut Examination) {
    let mut keys = exam.request.keys.clone().unwrap_or_default();
    for signature in exam.request.messages.iter().flat_map(super::MessageSample::signatures) {
        let known = keys.iter().any(|key| key.selector == *signature.selector());
        if *signature.domain() == exam.request.domain && !known {
            keys.push(KeyInUse::new(signature.selector().clone()));
        }
    }
    let keys = exam.limited(keys, CheckupLimit::Selectors);
    match (&exam.request.keys, keys.is_empty()) {
        (None, true) => return candidates::examine(exam).await,
        (Some(_), true) => {
            exam.facts.dkim = Some(false);
            exam.summary(Area::Dkim, AreaState::Absent, "the domain signs nothing");
            return;
        }
        _ => {}
    }
    let mut usable = Vec::new();
    for key in &keys {
        usable.extend(in_use(exam, key, keys.len()).await);
    }
    super::dns::misplaced(exam, &format!("{}._domainkey", first(&keys)), is_key).await;
    exam.summary(Area::Dkim, AreaState::Good, summary(&keys, usable.len()));
    strength(exam, &usable);
    only_ed25519(exam, &keys, &usable);
}

fn first(keys: &[KeyInUse]) -> &str {
    keys.first().map_or("", |key| key.selector.as_str())
}

fn summary(keys: &[KeyInUse], usable: usize) -> String {
    let names: Vec<&str> = keys.iter().take(6).map(|key| key.selector.as_str()).collect();
    format!("{usable} of {} keys usable: {}", keys.len(), names.join(", "))
}

fn is_key(text: &str) -> bool {
    text.parse::<DkimKeyRecord>().is_ok()
}

/// Looks at a key that the domain signs with; the record, if verifiers can use it.
async fn in_use(exam: &mut Examination, key: &KeyInUse, keys: usize) -> Option<DkimKeyRecord> {
    let name = Name::from(key.selector.record_name(&exam.request.domain).ok()?);
    let Some(texts) = exam.observer.texts(&name).await else {
        exam.gap(Area::Dkim, format!("the DNS gave no answer to {name} TXT"));
        return None;
    };
    if texts.is_empty() {
        missing(exam, &key.selector, &name).await;
        return None;
    }
    found_set(exam, &name, &texts, other_lints, |_| None);
    let record = texts.iter().find_map(|text| Some((text, text.parse::<DkimKeyRecord>().ok()?)));
    let (text, record) = record?;
    let place = Place::text(&name, text);
    if record.is_revoked() {
        let message = "the domain signs with a key that it has revoked";
        exam.found(&place, REVOKED.at(0..text.len(), message));
        return None;
    }
    age(exam, key, &place, keys);
    reused(exam, key, &place, &record);
    modulus::shared(exam, &place, &record);
    let weak = exam.has_found_at(&place, Severity::Error);
    (!weak).then_some(record)
}

/// Without that of a revoked key, which is worse where the key is in use.
fn other_lints(records: &[TxtRecord]) -> Vec<TxtFinding> {
    let mut findings = lint_dkim_key_set(records);
    findings.retain(|found| found.finding.code != REVOKED.code);
    findings
}

/// Nothing stands at a selector in use, or an alias leads nowhere.
async fn missing(exam: &mut Examination, selector: &Selector, name: &Name) {
    let alias = exam.observer.ask(name, RecordType::Cname).await;
    let target = alias.records().iter().find_map(|data| match data {
        RecordData::Cname(target) => Some(target),
        _ => None,
    });
    match target {
        Some(target) => {
            let message = format!("{name} is an alias of {target}, where there is no key");
            exam.found(&Place::at(name, RecordType::Cname), rule::DANGLING_ALIAS.at(0..0, message));
        }
        None if alias == Answer::TemporaryFailure => {}
        None => {
            let message = format!("the domain signs with `{selector}`, but publishes no key there");
            exam.found(&Place::at(name, RecordType::Txt), rule::NO_KEY.at(0..0, message));
        }
    }
}

fn age(exam: &mut Examination, key: &KeyInUse, place: &Place, keys: usize) {
    let Some(days) = key.since.and_then(|since| exam.request.days_since(since)) else { return };
    if days > MAX_KEY_DAYS {
        let second = match keys {
            1 => ", and there is no second selector to switch to",
            _ => "",
        };
        let message = format!("the key has been in use for {days} days{second}");
        exam.found(place, rule::OLD_KEY.at(0..0, message));
    }
}

/// M3AAWG asks for a new key twice a year.
const MAX_KEY_DAYS: u64 = 180;

fn reused(exam: &mut Examination, key: &KeyInUse, place: &Place, record: &DkimKeyRecord) {
    let Some(previous) = &key.previous else { return };
    let replaced = !previous.is_revoked() && previous.public_key() != record.public_key();
    if replaced {
        let message = format!("`{}` held another key before", key.selector);
        exam.found(place, rule::REUSED_SELECTOR.at(0..0, message));
    }
}

fn strength(exam: &mut Examination, usable: &[DkimKeyRecord]) {
    exam.facts.dkim = Some(!usable.is_empty());
    let strong = |record: &DkimKeyRecord| {
        record.key_type() == KeyType::Rsa
            && record.rsa_public_key().is_ok_and(|key| key.bits >= 1024)
    };
    exam.facts.strong_key = Some(usable.iter().any(strong));
}

fn only_ed25519(exam: &mut Examination, keys: &[KeyInUse], usable: &[DkimKeyRecord]) {
    let ed25519 = |record: &DkimKeyRecord| record.key_type() == KeyType::Ed25519;
    // The list of keys is complete only where the caller gave it.
    if exam.request.keys.is_none() || usable.is_empty() || !usable.iter().all(ed25519) {
        return;
    }
    let name = keys.first().and_then(|key| key.selector.record_name(&exam.request.domain).ok());
    let Some(name) = name.map(Name::from) else { return };
    let message = "every key is an Ed25519 key";
    exam.found(&Place::at(&name, RecordType::Txt), rule::ONLY_ED25519.at(0..0, message));
}
