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
    match (&exam.request.keys, keys.is_empty()) {
        (None, true) => return candidates::examine(exam).await,
        (Some(_), true) => {
            exam.facts.dkim = Some(false);
            exam.summary(Area::Dkim, AreaState::Absent, "the domain signs nothing");
            return;
        }
        _ => {}
    }
    let keys = exam.limited(keys, CheckupLimit::Selectors);
    if keys.is_empty() {
        exam.summary(Area::Dkim, AreaState::NotChecked, "no selector is looked at");
        return;
    }
    let mut states = Vec::new();
    for key in &keys {
        states.push(in_use(exam, key, keys.len()).await);
    }
    super::dns::misplaced(exam, &format!("{}._domainkey", first(&keys)), is_key).await;
    conclude(exam, &keys, states);
}

/// What is known of a key that the domain signs with.
enum KeyState {
    /// Verifiers can use it.
    Usable(DkimKeyRecord),
    /// They cannot.
    Unusable,
    /// The DNS does not say.
    Unknown,
}

fn conclude(exam: &mut Examination, keys: &[KeyInUse], states: Vec<KeyState>) {
    let is_open = states.iter().any(|state| matches!(state, KeyState::Unknown));
    let usable: Vec<DkimKeyRecord> = states.into_iter().filter_map(KeyState::usable).collect();
    let state = match usable.is_empty() && is_open {
        true => AreaState::NotChecked,
        false => AreaState::Good,
    };
    exam.summary(Area::Dkim, state, summary(keys, usable.len()));
    // What is not seen may be there: only what is there for certain, or for certain not, is a fact.
    let known = |found: bool| (found || !is_open).then_some(found);
    exam.facts.dkim = known(!usable.is_empty());
    exam.facts.strong_key = known(usable.iter().any(is_strong));
    exam.facts.dkim_unanswered = exam.facts.dkim.is_none();
    if !is_open {
        only_ed25519(exam, keys, &usable);
    }
}

impl KeyState {
    fn usable(self) -> Option<DkimKeyRecord> {
        match self {
            Self::Usable(record) => Some(record),
            Self::Unusable | Self::Unknown => None,
        }
    }
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

/// Looks at a key that the domain signs with.
async fn in_use(exam: &mut Examination, key: &KeyInUse, keys: usize) -> KeyState {
    let Ok(name) = key.selector.record_name(&exam.request.domain) else {
        return KeyState::Unusable;
    };
    let name = Name::from(name);
    let Some(texts) = exam.observer.texts(&name).await else {
        exam.gap(Area::Dkim, format!("the DNS gave no answer to {name} TXT"));
        return KeyState::Unknown;
    };
    if texts.is_empty() {
        return missing(exam, &key.selector, &name).await;
    }
    found_set(exam, &name, &texts, other_lints, |_| None);
    let record = texts.iter().find_map(|text| Some((text, text.parse::<DkimKeyRecord>().ok()?)));
    let Some((text, record)) = record else { return KeyState::Unusable };
    let place = Place::text(&name, text);
    if record.is_revoked() {
        let message = "the domain signs with a key that it has revoked";
        exam.found(&place, REVOKED.at(0..text.len(), message));
        return KeyState::Unusable;
    }
    age(exam, key, &place, keys);
    reused(exam, key, &place, &record);
    modulus::shared(exam, &place, &record);
    match exam.has_found_at(&place, Severity::Error) {
        true => KeyState::Unusable,
        false => KeyState::Usable(record),
    }
}

/// Without that of a revoked key, which is worse where the key is in use.
fn other_lints(records: &[TxtRecord]) -> Vec<TxtFinding> {
    let mut findings = lint_dkim_key_set(records);
    findings.retain(|found| found.finding.code != REVOKED.code);
    findings
}

/// Nothing stands at a selector in use, or an alias leads nowhere.
async fn missing(exam: &mut Examination, selector: &Selector, name: &Name) -> KeyState {
    let alias = exam.observer.ask(name, RecordType::Cname).await;
    let target = alias.records().iter().find_map(|data| match data {
        RecordData::Cname(target) => Some(target),
        _ => None,
    });
    match target {
        Some(target) if !exam.observer.sees(target) => {
            exam.gap(Area::Dkim, format!("{name} is an alias of {target}, which cannot be seen"));
            return KeyState::Unknown;
        }
        Some(target) => {
            let message = format!("{name} is an alias of {target}, where there is no key");
            exam.found(&Place::at(name, RecordType::Cname), rule::DANGLING_ALIAS.at(0..0, message));
        }
        None if alias == Answer::TemporaryFailure => {
            exam.gap(Area::Dkim, format!("the DNS gave no answer to {name} CNAME"));
            return KeyState::Unknown;
        }
        None => {
            let message = format!("the domain signs with `{selector}`, but publishes no key there");
            exam.found(&Place::at(name, RecordType::Txt), rule::NO_KEY.at(0..0, message));
        }
    }
    KeyState::Unusable
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
    exam.facts.strong_key = Some(usable.iter().any(is_strong));
}

fn is_strong(record: &DkimKeyRecord) -> bool {
    record.key_type() == KeyType::Rsa && record.rsa_public_key().is_ok_and(|key| key.bits >= 1024)
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
