//! The zone itself: DNSSEC, time to live, names that a panel spoiled.

use std::time::Duration;

use super::examination::{Examination, Place};
use super::report::{Area, AreaState, RecordChange};
use super::request::DnssecState;
use super::rules as rule;
use super::suffix::registered_name;
use crate::Domain;
use crate::lint::Severity;
use crate::lookup::{Answer, Name, RecordType};

pub(super) async fn examine(exam: &mut Examination) {
    let apex = exam.apex();
    exam.facts.texts = exam.observer.texts(&apex).await;
    dnssec(exam).await;
    apex_alias(exam).await;
    times_to_live(exam);
}

async fn dnssec(exam: &mut Examination) {
    let domain = exam.request.domain.clone();
    let place = Place::at(&exam.apex(), RecordType::Ds);
    let state = state_of(exam, &domain).await;
    let (area_state, summary) = match state {
        Some(DnssecState::Secure) => (AreaState::Good, "signed (DNSSEC)"),
        Some(DnssecState::Insecure) => (AreaState::Weak, "not signed (DNSSEC)"),
        Some(DnssecState::Bogus) => (AreaState::Broken, "signatures do not hold (DNSSEC)"),
        None => (AreaState::NotChecked, "whether the zone is signed is not known"),
    };
    exam.summary(Area::Dns, area_state, summary);
    match state {
        Some(DnssecState::Insecure) => {
            let finding = rule::DNSSEC.at(0..0, "the zone is not signed");
            exam.found(&place, finding.milder(Severity::Warning));
        }
        Some(DnssecState::Bogus) => {
            let message =
                "the signatures of the zone do not hold: validating receivers see no record";
            exam.found(&place, rule::DNSSEC.at(0..0, message));
        }
        Some(DnssecState::Secure) => {}
        None => exam.gap(Area::Dns, "DNSSEC: say what a validating resolver found (`with_dnssec`)"),
    }
}

/// What is known of the zone of a name: said by the caller, or seen by a DS record at the name or
/// above. That there is none counts only where the top level can be seen too, so that a lone zone
/// file does not make its own zone look unsigned.
pub(super) async fn state_of(exam: &mut Examination, domain: &Domain) -> Option<DnssecState> {
    let said = exam.request.dnssec.iter().filter(|(zone, _)| domain.is_subdomain_of(zone));
    if let Some((_, state)) = said.max_by_key(|(zone, _)| zone.labels().count()) {
        return Some(*state);
    }
    let mut certain = true;
    let ancestors = std::iter::successors(Some(domain.clone()), Domain::parent);
    for zone in ancestors.take_while(|zone| zone.parent().is_some()).take(MAX_ANCESTORS) {
        match exam.observer.ask(&Name::from(zone), RecordType::Ds).await {
            Answer::Records(_) => return Some(DnssecState::Secure),
            answer => certain &= answer.is_void(),
        }
    }
    let top: Domain = domain.labels().last()?.parse().ok()?;
    let seen = exam.observer.ask(&Name::from(top), RecordType::Ns).await;
    (certain && !seen.records().is_empty()).then_some(DnssecState::Insecure)
}

/// Ancestors that may be the top of the zone.
const MAX_ANCESTORS: usize = 8;

/// A zone has records at its top, so an alias there stands beside them.
async fn apex_alias(exam: &mut Examination) {
    let domain = &exam.request.domain;
    if *domain != registered_name(domain) {
        return;
    }
    let apex = exam.apex();
    let alias = exam.observer.ask(&apex, RecordType::Cname).await;
    if !alias.records().is_empty() {
        let message = "the top of the zone is an alias: its MX and TXT records are not seen";
        let change = RecordChange::Remove(apex.clone(), RecordType::Cname);
        exam.found_with(
            &Place::at(&apex, RecordType::Cname),
            rule::APEX_ALIAS.at(0..0, message),
            change,
        );
    }
}

fn times_to_live(exam: &mut Examination) {
    for (name, record_type, ttl) in exam.request.ttls.clone() {
        let seconds = ttl.as_secs();
        let message = if ttl < MIN_TTL && !exam.request.change_planned {
            format!("{seconds} s: receivers ask again for every message")
        } else if ttl > MAX_TTL && exam.request.change_planned {
            format!("{seconds} s: receivers will use the old record for that long")
        } else {
            continue;
        };
        exam.found(&Place::at(&Name::from(name), record_type), rule::TTL.at(0..0, message));
    }
}

const MIN_TTL: Duration = Duration::from_secs(300);
const MAX_TTL: Duration = Duration::from_secs(86_400);

/// Looks for a record under the names that panels make of `labels`: without underscores, or with the
/// zone twice. `is_it` tells the record from others.
pub(super) async fn misplaced(exam: &mut Examination, labels: &str, is_it: impl Fn(&str) -> bool) {
    let domain = exam.request.domain.clone();
    let wrong = [labels.replace('_', ""), format!("{labels}.{domain}")];
    for wrong in wrong.iter().filter(|wrong| *wrong != labels) {
        let Some(name) = exam.below(wrong) else { continue };
        let texts = exam.observer.texts(&name).await.unwrap_or_default();
        let Some(text) = texts.iter().find(|text| is_it(text)) else { continue };
        let message = format!("this record belongs to {labels}.{domain}");
        let change = exam.below(labels).map(|right| super::examination::add_text(&right, text));
        exam.found_with(
            &Place::text(&name, text),
            rule::UNDERSCORE.at(0..text.len(), message),
            change,
        );
    }
}
