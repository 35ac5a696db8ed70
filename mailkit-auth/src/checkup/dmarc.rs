//! DMARC: the record that applies, what it rests on, and who gets the reports.

mod reports;

use std::ops::Range;

use super::dns::misplaced;
use super::examination::{Examination, Place, SpfSenders, add_text, replace_text};
use super::observer::AppliedDmarc;
use super::report::{Area, AreaState, RecordChange};
use super::request::DomainUsage;
use super::rules as rule;
use super::texts::found_set;
use crate::dmarc::DmarcLimits;
use crate::lint::dmarc::rules::{MONITORING, NO_REPORTS};
use crate::lint::{Severity, TxtFinding, TxtRecord, lint_dmarc_set};
use crate::lookup::{Name, RecordType};
use crate::record::dmarc::Psd;
use crate::record::{Grammar, RecordKind, elements};
use crate::{DmarcRecord, Domain, Policy};

pub(super) async fn examine(exam: &mut Examination) {
    let Some(name) = exam.below("_dmarc") else { return };
    let Some(texts) = exam.observer.texts(&name).await else {
        exam.summary(Area::Dmarc, AreaState::NotChecked, "the DNS gave no answer");
        return;
    };
    let days = exam.request.first_report.and_then(|first| exam.request.days_since(first));
    let parked = exam.is_parked();
    found_set(exam, &name, &texts, |records| own_lints(records, days, parked), |_| None);
    at_apex(exam, &name);
    misplaced(exam, "_dmarc", is_record).await;
    let domain = exam.request.domain.clone();
    exam.facts.dmarc = exam.observer.dmarc(&domain).await;
    let own = texts.iter().filter(|text| is_record(text)).count();
    if own > 1 {
        exam.summary(Area::Dmarc, AreaState::Broken, "several records, which count as none");
        return;
    }
    too_deep(exam, &name, own == 0);
    let (owner, record) = match exam.facts.dmarc.clone() {
        AppliedDmarc::Record(owner, record) => (owner, record),
        AppliedDmarc::Nothing => return missing(exam, &name, own == 0),
        AppliedDmarc::Unknown => {
            exam.summary(Area::Dmarc, AreaState::NotChecked, "the DNS gave no answer");
            return;
        }
    };
    let text = record_text(exam, &owner).await;
    let place =
        Place::text(&Name::from(owner.prefixed("_dmarc").unwrap_or_else(|_| owner.clone())), &text);
    in_force(exam, &owner, &record, &text);
    if owner == exam.request.domain {
        own_record(exam, &place, &record).await;
    }
    policy(exam, &place, &owner, &record);
    reports::examine(exam, &place, &owner, &record).await;
}

fn is_record(text: &str) -> bool {
    RecordKind::Dmarc.is_record(text)
}

async fn record_text(exam: &mut Examination, owner: &Domain) -> String {
    let Ok(name) = owner.prefixed("_dmarc") else { return String::new() };
    let texts = exam.observer.texts(&Name::from(name)).await.unwrap_or_default();
    texts.into_iter().find(|text| is_record(text)).unwrap_or_default()
}

/// With the time that `p=none` has lasted, where it is known: two weeks are enough to see every
/// sender once. Where all mail is refused and none is sent, reports change nothing.
fn own_lints(records: &[TxtRecord], days: Option<u64>, parked: bool) -> Vec<TxtFinding> {
    let mut findings = lint_dmarc_set(records);
    if parked && records.iter().any(refuses) {
        for it in findings.iter_mut().filter(|it| it.finding.code == NO_REPORTS.code) {
            it.finding.severity = Severity::Info;
        }
    }
    if let Some(days) = days {
        findings.retain(|it| it.finding.code != MONITORING.code || days > MONITORING_DAYS);
        for it in findings.iter_mut().filter(|it| it.finding.code == MONITORING.code) {
            it.finding.message =
                format!("`p=none` only asks for reports, which have come for {days} days");
        }
    }
    findings
}

fn refuses(record: &TxtRecord) -> bool {
    DmarcRecord::from_published(&record.text())
        .is_ok_and(|record| record.policy() == Policy::Reject && !record.is_testing())
}

/// Days of reports before a policy can be judged.
const MONITORING_DAYS: u64 = 28;

fn at_apex(exam: &mut Examination, right: &Name) {
    let apex = exam.apex();
    let texts = exam.facts.texts.clone().unwrap_or_default();
    for text in texts.iter().filter(|text| is_record(text)) {
        let message = format!("receivers look for this record at {right}");
        let change = add_text(right, text);
        exam.found_with(
            &Place::text(&apex, text),
            rule::DMARC_AT_APEX.at(0..text.len(), message),
            change,
        );
    }
}

fn missing(exam: &mut Examination, name: &Name, nothing_there: bool) {
    exam.summary(Area::Dmarc, AreaState::Broken, "no DMARC record applies");
    exam.facts.policy = Some(Policy::None);
    if !nothing_there {
        // A record that asks for nothing has been explained by its own findings.
        return;
    }
    let domain = &exam.request.domain;
    let policy = if exam.is_parked() { "reject" } else { "none" };
    let record = format!("v=DMARC1; p={policy}; rua=mailto:dmarc-reports@{domain}");
    let message = format!("anybody can write as {domain}, and nobody tells you");
    let place = Place::at(name, RecordType::Txt);
    exam.found_with(&place, rule::NO_DMARC.at(0..0, message), add_text(name, record));
}

/// Names above that the walk leaves out, so that their records are not found (section 4.10).
fn too_deep(exam: &mut Examination, name: &Name, nothing_there: bool) {
    let (labels, queries) = (exam.request.domain.labels().count(), DmarcLimits::default().queries);
    if nothing_there && labels > queries {
        let message = format!("receivers look at {queries} of the {labels} names above");
        exam.found(&Place::at(name, RecordType::Txt), rule::TOO_DEEP.at(0..0, message));
    }
}

fn in_force(exam: &mut Examination, owner: &Domain, record: &DmarcRecord, text: &str) {
    let own = *owner == exam.request.domain;
    let asked = if own { record.policy() } else { record.subdomain_policy() };
    let policy = if record.is_testing() { asked.weakened() } else { asked };
    exam.facts.policy = Some(policy);
    exam.summary(Area::Dmarc, AreaState::Good, format!("{policy} in force, by {owner}: {text}"));
}

async fn own_record(exam: &mut Examination, place: &Place, record: &DmarcRecord) {
    let text = place.text.clone().unwrap_or_default();
    let domain = exam.request.domain.clone();
    let organization = exam.observer.organization(&domain).await;
    if let Some(organization) = organization.filter(|it| *it != domain)
        && let Some(tag) = elements(&text, Grammar::AnyCase)
            .flatten()
            .find(|it| it.name.eq_ignore_ascii_case("sp"))
    {
        let message = format!("receivers read `sp` at {organization} alone");
        exam.found(place, rule::UNREAD_SP.at(tag.span, message));
    }
    let has_mail = exam.facts.mx.as_ref().is_some_and(|hosts| !hosts.is_empty());
    if record.psd() == Psd::Yes && has_mail {
        let tag = elements(&text, Grammar::AnyCase)
            .flatten()
            .find(|it| it.name.eq_ignore_ascii_case("psd"));
        let span = tag.map_or(0..0, |tag| tag.span);
        let message = "a domain with mail exchangers of its own is no public suffix";
        exam.found(place, rule::NOT_A_SUFFIX.at(span, message));
    }
}

/// The policy in force against what the domain's mail can prove.
fn policy(exam: &mut Examination, place: &Place, owner: &Domain, record: &DmarcRecord) {
    let is_own = *owner == exam.request.domain;
    let asked = if is_own { record.policy() } else { record.subdomain_policy() };
    let span = policy_span(place.text.as_deref().unwrap_or_default(), is_own);
    if asked == Policy::Reject && exam.request.usage == Some(DomainUsage::People) {
        let message = "mailing lists change messages, which then fail and are refused";
        let change = weaker(exam, place, is_own, record, Policy::Quarantine);
        exam.found_with(place, rule::REJECT_LISTS.at(span.clone(), message), change);
    }
    // Who says that nobody sends means it, unless something shows that somebody does.
    let is_silent = exam.facts.senders == SpfSenders::Denied && exam.is_silent();
    if !exam.facts.enforces() || exam.is_parked() || is_silent {
        return;
    }
    let spf = exam.facts.spf.map(|works| works && exam.facts.senders == SpfSenders::Some);
    match (spf, exam.facts.dkim) {
        (Some(false), Some(false)) => {
            let message = "nothing proves your own mail, and the policy refuses what is not proved";
            let change = weaker(exam, place, is_own, record, Policy::None);
            exam.found_with(place, rule::BROKEN_SPF.at(span, message), change);
        }
        (Some(false), None) if exam.facts.spf == Some(true) && !exam.facts.dkim_unanswered => {
            let message =
                "SPF allows no host, so mail is refused that no key signs; none was named";
            exam.found(place, rule::BROKEN_SPF.at(span, message).milder(Severity::Warning));
        }
        (Some(true), Some(false)) => {
            let message = "mail is proved by SPF alone, and forwarded mail is refused";
            exam.found(place, rule::ONLY_SPF.at(span, message));
        }
        _ => {}
    }
}

/// The tag that decides: `sp` for a name below the owner of the record, where it stands, else `p`.
fn policy_span(text: &str, is_own: bool) -> Range<usize> {
    let tag = |wanted: &str| {
        let mut tags = elements(text, Grammar::AnyCase).flatten();
        tags.find(|it| it.name.eq_ignore_ascii_case(wanted)).map(|it| it.span)
    };
    let below = if is_own { None } else { tag("sp") };
    below.or_else(|| tag("p")).unwrap_or(0..text.len())
}

/// The record that asks for less of the domain alone: its own with another `p`, or one of its own in
/// place of the one above, with the same addresses for reports.
fn weaker(
    exam: &Examination,
    place: &Place,
    is_own: bool,
    record: &DmarcRecord,
    policy: Policy,
) -> Option<RecordChange> {
    if is_own {
        let testing = record.is_testing() && policy > Policy::None;
        let record = record.clone().with_stage(policy, testing, false);
        return Some(replace_text(&place.name, record.to_string()));
    }
    let reports = record.aggregate_reports().iter().cloned();
    let own = reports.fold(DmarcRecord::new(policy), DmarcRecord::with_aggregate_reports);
    Some(add_text(&exam.below("_dmarc")?, own.to_string()))
}
