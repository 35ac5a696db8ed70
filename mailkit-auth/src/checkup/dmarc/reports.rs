//! Whether reports arrive, and with whom.

use std::borrow::Cow;

use super::super::examination::{Examination, Place, add_text};
use super::super::report::Area;
use super::super::rules as rule;
use crate::lookup::{Name, RecordType};
use crate::record::{AlignmentMode, Grammar, RecordKind, elements};
use crate::{DmarcRecord, Domain};

pub(super) async fn examine(
    exam: &mut Examination,
    place: &Place,
    owner: &Domain,
    record: &DmarcRecord,
) {
    let mailboxes = |uris: &[crate::record::ReportUri]| -> Vec<String> {
        uris.iter()
            .filter_map(|uri| uri.mailbox().map(Cow::into_owned))
            .take(MAX_ADDRESSES)
            .collect()
    };
    let aggregate = mailboxes(record.aggregate_reports());
    let mut domains: Vec<Domain> = Vec::new();
    for mailbox in aggregate.iter().chain(&mailboxes(record.failure_reports())) {
        let domain = mailbox.rsplit_once('@').and_then(|(_, domain)| domain.parse().ok());
        domains.extend(domain.filter(|domain| !domains.contains(domain)));
    }
    for domain in &domains {
        takes_mail(exam, place, domain).await;
        agrees(exam, place, owner, domain).await;
    }
    elsewhere(exam, place, &aggregate);
    flood(exam, place, owner, &aggregate);
}

/// Receivers send to few addresses; more are not looked at.
const MAX_ADDRESSES: usize = 10;

/// The bytes of the first tag that names this domain.
fn span_of(place: &Place, domain: &str) -> std::ops::Range<usize> {
    let text = place.text.as_deref().unwrap_or_default();
    let is_report = |name: &str| matches!(name.to_ascii_lowercase().as_str(), "rua" | "ruf");
    let mut tags = elements(text, Grammar::AnyCase).flatten().filter(|tag| is_report(tag.name));
    let tag = tags.find(|tag| tag.value.to_ascii_lowercase().contains(domain));
    tag.map_or(0..0, |tag| tag.value_span)
}

async fn takes_mail(exam: &mut Examination, place: &Place, domain: &Domain) {
    let name = Name::from(domain);
    let answer = exam.observer.ask(&name, RecordType::Mx).await;
    let null = |data: &_| matches!(data, crate::lookup::RecordData::Mx { exchange, .. } if exchange.is_root());
    let refused = match answer.records() {
        [] if answer.is_void() => exam.observer.has_address(&name).await == Some(false),
        [] => {
            exam.gap(
                Area::Dmarc,
                format!("whether {domain} takes reports: no answer to {name} MX"),
            );
            false
        }
        records => records.iter().all(null),
    };
    if refused {
        let message = format!("{domain} takes no mail: the reports bounce");
        exam.found(place, rule::REPORTS_BOUNCE.at(span_of(place, domain.as_str()), message));
    }
}

/// RFC 9990 section 4: another organization says that it wants the reports, for this domain or for
/// all.
async fn agrees(exam: &mut Examination, place: &Place, owner: &Domain, domain: &Domain) {
    let alignment = exam.observer.is_aligned(owner, domain, AlignmentMode::Relaxed);
    let Some(is_own) = alignment.await else { return };
    if is_own || domain.is_subdomain_of(owner) || owner.is_subdomain_of(domain) {
        return;
    }
    let Ok(name) = Name::new(&format!("{owner}._report._dmarc.{domain}")) else { return };
    let Ok(wildcard) = Name::new(&format!("*._report._dmarc.{domain}")) else { return };
    for name in [&name, &wildcard] {
        match exam.observer.texts(name).await {
            Some(texts) if !texts.iter().any(|text| RecordKind::Dmarc.is_record(text)) => {}
            Some(_) => return,
            None => {
                exam.gap(
                    Area::Dmarc,
                    format!("whether {domain} wants the reports: no answer to {name} TXT"),
                );
                return;
            }
        }
    }
    let message = format!("{domain} has not agreed to get reports about {owner}: none are sent");
    let finding = rule::REPORTS_REFUSED.at(span_of(place, domain.as_str()), message);
    exam.found_with(place, finding, add_text(&name, "v=DMARC1"));
}

/// A record as the provider's console proposes it tells the provider, not the owner.
fn elsewhere(exam: &mut Examination, place: &Place, aggregate: &[String]) {
    let domain = &exam.request.domain;
    let of_provider = |mailbox: &String| {
        PROVIDER_MAILBOXES.iter().any(|it| mailbox.eq_ignore_ascii_case(it))
            && !domain.as_str().ends_with("163.com")
    };
    if let Some(first) = aggregate.first()
        && aggregate.iter().all(of_provider)
    {
        let message = format!("{first} is the provider's: you see no report");
        exam.found(place, rule::REPORTS_ELSEWHERE.at(span_of(place, "163.com"), message));
    }
}

/// Mailboxes to which providers direct the reports of their customers; the panel of `NetEase` proposes them
/// (seen in published records, 2026).
const PROVIDER_MAILBOXES: &[&str] = &["dmarc_report@qiye.163.com", "dmarc@qiye.163.com"];

fn flood(exam: &mut Examination, place: &Place, owner: &Domain, aggregate: &[String]) {
    let many = exam.request.daily_messages.is_some_and(|daily| daily >= MANY_MESSAGES);
    let own = |mailbox: &String| {
        mailbox.rsplit_once('@').is_some_and(|(_, it)| it.eq_ignore_ascii_case(owner.as_str()))
    };
    if many && !aggregate.is_empty() && aggregate.iter().all(own) {
        let message = "thousands of reports a day reach an everyday mailbox";
        exam.found(place, rule::REPORTS_FLOOD.at(span_of(place, owner.as_str()), message));
    }
}

/// Messages a day from which reports fill a mailbox.
const MANY_MESSAGES: u64 = 100_000;
