//! What a check-up has found so far.

mod place;

use std::collections::BTreeMap;

pub(super) use place::Place;

use super::CheckupLimit;
use super::bulk;
use super::observer::{AppliedDmarc, Observer};
use super::report::{
    Area, AreaReport, AreaState, CheckupFinding, CheckupReport, Evidence, Gap, RecordChange, grade,
    repairs,
};
use super::request::{CheckupRequest, DomainUsage};
use crate::Policy;
use crate::lint::{Finding, Severity};
use crate::lookup::{Asker, Name, RecordData};
use crate::visible::escaped;
use crate::zone::ZoneRecord;

pub(super) struct Examination {
    pub(super) request: CheckupRequest,
    pub(super) observer: Observer,
    pub(super) facts: Facts,
    findings: Vec<CheckupFinding>,
    summaries: BTreeMap<Area, (AreaState, String)>,
    gaps: Vec<Gap>,
}

/// What one area found and others need. `None` is not known.
#[derive(Default)]
pub(super) struct Facts {
    /// The texts at the domain itself.
    pub(super) texts: Option<Vec<String>>,
    /// The mail exchangers, a null MX left out.
    pub(super) mx: Option<Vec<Name>>,
    pub(super) null_mx: bool,
    /// Whether there is an SPF record that can be evaluated.
    pub(super) spf: Option<bool>,
    pub(super) senders: SpfSenders,
    /// Whether there is a key that verifiers accept.
    pub(super) dkim: Option<bool>,
    /// Whether that is not known because the DNS gave no answer.
    pub(super) dkim_unanswered: bool,
    /// Whether there is an RSA key of at least 1,024 bits, the least that large receivers take.
    pub(super) strong_key: Option<bool>,
    /// The DMARC record that applies, and whose it is.
    pub(super) dmarc: AppliedDmarc,
    /// The policy in force for the domain itself, test mode considered.
    pub(super) policy: Option<Policy>,
    pub(super) tls_rpt: Option<bool>,
    /// Whether every sending address has a name that leads back.
    pub(super) ptr: Option<bool>,
    /// Whether mail is aligned with the From field, as the messages show.
    pub(super) aligned: Option<bool>,
    pub(super) one_click: Option<bool>,
    pub(super) well_formed: Option<bool>,
}

/// Whom the SPF record lets send.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum SpfSenders {
    /// Some host, or the record does not tell.
    #[default]
    Some,
    /// It passes for no host, whatever it says of them.
    None,
    /// It is `v=spf1 -all`: nobody sends.
    Denied,
}

impl Facts {
    /// Whether receivers do anything about mail that proves nothing.
    pub(super) fn enforces(&self) -> bool {
        self.policy.is_some_and(|policy| policy != Policy::None)
    }
}

impl Examination {
    pub(super) fn new(asker: Asker, request: CheckupRequest) -> Self {
        let visible = request.visible.as_deref();
        let observer = Observer::new(asker, request.limits.clone(), visible);
        let (findings, summaries, gaps) = (Vec::new(), BTreeMap::new(), Vec::new());
        Self { request, observer, facts: Facts::default(), findings, summaries, gaps }
    }

    /// The domain as a name.
    pub(super) fn apex(&self) -> Name {
        Name::from(&self.request.domain)
    }

    /// `labels` before the domain; `None` if the name is too long to exist.
    pub(super) fn below(&self, labels: &str) -> Option<Name> {
        self.request.domain.prefixed(labels).ok().map(Name::from)
    }

    pub(super) fn found(&mut self, place: &Place, finding: Finding) {
        self.found_with(place, finding, None);
    }

    pub(super) fn found_with(
        &mut self,
        place: &Place,
        finding: Finding,
        publish: impl Into<Option<RecordChange>>,
    ) {
        if self.findings.len() >= self.request.limits.findings {
            self.observer.limits_hit.insert(CheckupLimit::Findings);
            return;
        }
        let Place { name, record_type, text } = place.clone();
        let finding = Finding { message: escaped(&finding.message).into_owned(), ..finding };
        let publish = publish.into();
        let found = CheckupFinding { name, record_type, text, finding, publish };
        if !self.findings.contains(&found) {
            self.findings.push(found);
        }
    }

    /// The findings of a text that is published at `name`.
    pub(super) fn found_all(&mut self, place: &Place, findings: Vec<Finding>) {
        findings.into_iter().for_each(|finding| self.found(place, finding));
    }

    pub(super) fn has_found_at(&self, place: &Place, severity: Severity) -> bool {
        let here = |it: &&CheckupFinding| it.name == place.name && it.text == place.text;
        self.findings.iter().filter(here).any(|it| it.finding.severity >= severity)
    }

    pub(super) fn summary(&mut self, area: Area, state: AreaState, text: impl Into<String>) {
        self.summaries.insert(area, (state, escaped(&text.into()).into_owned()));
    }

    pub(super) fn gap(&mut self, area: Area, message: impl Into<String>) {
        let gap = Gap { area, message: escaped(&message.into()).into_owned() };
        if !self.gaps.contains(&gap) {
            self.gaps.push(gap);
        }
    }

    /// As many of these as the limit allows.
    pub(super) fn limited<T>(&mut self, mut items: Vec<T>, limit: CheckupLimit) -> Vec<T> {
        let limits = &self.request.limits;
        let most = match limit {
            CheckupLimit::MailExchangers => limits.mail_exchangers,
            CheckupLimit::Senders => limits.senders,
            CheckupLimit::Selectors => limits.selectors,
            CheckupLimit::Messages => limits.messages,
            _ => return items,
        };
        if items.len() > most {
            self.observer.limits_hit.insert(limit);
            items.truncate(most);
        }
        items
    }

    /// Whether the domain neither sends nor receives.
    pub(super) fn is_parked(&self) -> bool {
        match self.request.usage {
            Some(usage) => usage == DomainUsage::Parked,
            None => self.facts.null_mx && self.is_silent(),
        }
    }

    /// Whether nothing in the request shows that the domain sends.
    pub(super) fn is_silent(&self) -> bool {
        self.request.keys.as_ref().is_none_or(Vec::is_empty)
            && self.request.senders.is_empty()
            && self.request.messages.is_empty()
    }

    pub(super) fn into_report(mut self) -> CheckupReport {
        let bulk = bulk::checks(&mut self);
        let grade = grade::grade(&self.facts, &self.findings, self.is_parked());
        self.findings.sort_by_key(|it| (it.area(), it.finding.code, it.name.clone()));
        let evidence =
            self.observer.order.iter().filter_map(|question| {
                Some(Evidence::new(question, self.observer.known(question)?))
            });
        CheckupReport {
            grade,
            areas: Area::ALL.iter().map(|area| self.area_report(*area)).collect(),
            bulk,
            repairs: repairs(&self.findings),
            evidence: evidence.collect(),
            limits_hit: self.observer.limits_hit.iter().copied().collect(),
            findings: self.findings,
            gaps: self.gaps,
            domain: self.request.domain,
        }
    }

    fn area_report(&self, area: Area) -> AreaReport {
        let own = self.findings.iter().filter(|it| it.area() == area);
        let worst = own.map(|it| it.finding.severity).max();
        let (state, summary) = self
            .summaries
            .get(&area)
            .cloned()
            .unwrap_or_else(|| (AreaState::NotChecked, "not checked".to_owned()));
        let state = match worst {
            Some(Severity::Error) => AreaState::Broken,
            Some(Severity::Warning) => AreaState::Weak,
            _ => state,
        };
        AreaReport { area, state, summary }
    }
}

/// A text to publish in place of the one that stands there.
pub(super) fn replace_text(name: &Name, text: impl Into<String>) -> RecordChange {
    RecordChange::Replace(text_record(name, text))
}

/// A text to publish beside what stands there.
pub(super) fn add_text(name: &Name, text: impl Into<String>) -> RecordChange {
    RecordChange::Add(text_record(name, text))
}

pub(super) fn text_record(name: &Name, text: impl Into<String>) -> ZoneRecord {
    record(name, RecordData::Txt(text.into().into_bytes()))
}

pub(super) fn record(name: &Name, data: RecordData) -> ZoneRecord {
    ZoneRecord::new(name.clone(), TTL, data)
}

/// An hour, in seconds: short enough to correct a mistake, long enough for caches.
const TTL: u32 = 3_600;
