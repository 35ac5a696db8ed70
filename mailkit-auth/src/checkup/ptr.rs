//! The names of the addresses that send.

use std::net::IpAddr;
use std::sync::LazyLock;

use super::CheckupLimit;
use super::examination::{Examination, Place, add_text, record};
use super::report::{Area, AreaState, RecordChange};
use super::rules as rule;
use crate::Domain;
use crate::lookup::{Answer, Name, RecordData, RecordType};
use crate::record::SpfRecord;
use crate::word_table::{Words, words};

pub(super) async fn examine(exam: &mut Examination) {
    let senders = exam.limited(exam.request.senders.clone(), CheckupLimit::Senders);
    if senders.is_empty() {
        exam.summary(Area::Ptr, AreaState::NotChecked, "no sending address was given");
        exam.gap(
            Area::Ptr,
            "give the addresses that send for the domain, and their HELO names (`with_sender`)",
        );
        return;
    }
    exam.summary(Area::Ptr, AreaState::Good, format!("sending addresses given: {}", senders.len()));
    let mut confirmed = Vec::new();
    for (address, helo) in senders {
        confirmed.push(address_names(exam, address, helo.as_ref()).await);
        if let Some(helo) = &helo {
            helo_spf(exam, helo).await;
        }
    }
    exam.facts.ptr = if confirmed.contains(&Some(false)) {
        Some(false)
    } else if confirmed.contains(&None) {
        exam.summary(Area::Ptr, AreaState::NotChecked, "the DNS gave no answer");
        None
    } else {
        Some(true)
    };
}

/// Whether a name of the address leads back to it.
async fn address_names(
    exam: &mut Examination,
    address: IpAddr,
    helo: Option<&Domain>,
) -> Option<bool> {
    let reverse = Name::reverse(address);
    let place = Place::at(&reverse, RecordType::Ptr);
    let answer = exam.observer.ask(&reverse, RecordType::Ptr).await;
    if answer == Answer::TemporaryFailure {
        exam.gap(Area::Ptr, format!("the DNS gave no answer to {reverse} PTR"));
        return None;
    }
    let names = answer.records().iter().filter_map(|data| match data {
        RecordData::Ptr(name) => Some(name.clone()),
        _ => None,
    });
    let names: Vec<Name> = names.take(MAX_NAMES).collect();
    if names.is_empty() {
        let message = format!("{address} has no name");
        let wanted = helo.map(|helo| record(&reverse, RecordData::Ptr(Name::from(helo))));
        exam.found_with(&place, rule::NO_PTR.at(0..0, message), wanted.map(RecordChange::Add));
        return Some(false);
    }
    generic(exam, &place, address, &names, helo);
    confirm(exam, &place, address, &names).await
}

/// Names of one address that are looked at (RFC 7208 section 4.6.4 looks at as many).
const MAX_NAMES: usize = 10;

async fn confirm(
    exam: &mut Examination,
    place: &Place,
    address: IpAddr,
    names: &[Name],
) -> Option<bool> {
    let record_type = if address.is_ipv4() { RecordType::A } else { RecordType::Aaaa };
    let mut certain = true;
    for name in names {
        let answer = exam.observer.ask(name, record_type).await;
        if answer.addresses().any(|found| found == address) {
            return Some(true);
        }
        if answer == Answer::TemporaryFailure {
            exam.gap(Area::Ptr, format!("the DNS gave no answer to {name} {record_type}"));
            certain = false;
        }
    }
    let name = names.first()?;
    if certain {
        let message = format!("{address} is named {name}, which does not lead back to it");
        let change = RecordChange::Add(record(name, address.into()));
        exam.found_with(place, rule::PTR_ONE_WAY.at(0..0, message), change);
    }
    certain.then_some(false)
}

fn generic(
    exam: &mut Examination,
    place: &Place,
    address: IpAddr,
    names: &[Name],
    helo: Option<&Domain>,
) {
    if let Some(name) = names.iter().find(|name| is_generic(name, address)) {
        let message = format!("{address} is named {name}, as a provider names its lines");
        exam.found(place, rule::PTR_GENERIC.at(0..0, message));
        return;
    }
    let Some(helo) = helo else { return };
    if !names.contains(&Name::from(helo)) {
        let named = names.first().map(Name::to_string).unwrap_or_default();
        let message = format!("{address} is named {named}, but says HELO {helo}");
        exam.found(place, rule::PTR_GENERIC.at(0..0, message));
    }
}

/// Whether a name is made of the address, or says that the line is a subscriber's.
fn is_generic(name: &Name, address: IpAddr) -> bool {
    let words: Vec<&str> = name.as_str().split(['.', '-', '_']).collect();
    if words.iter().any(|word| GENERIC_WORDS.contains(word)) {
        return true;
    }
    let IpAddr::V4(address) = address else { return false };
    let octets = address.octets().map(|octet| octet.to_string());
    let numbers: Vec<&str> =
        name.as_str().split(|c: char| !c.is_ascii_digit()).filter(|it| !it.is_empty()).collect();
    let forward = numbers.windows(4).any(|window| window.iter().zip(&octets).all(|(a, b)| a == b));
    let backward = numbers
        .windows(4)
        .any(|window| window.iter().zip(octets.iter().rev()).all(|(a, b)| a == b));
    forward || backward
}

/// Words by which providers name the lines of subscribers.
static GENERIC_WORDS: LazyLock<Words> =
    LazyLock::new(|| words(include_str!("../../data/generic-host-words.txt")));

async fn helo_spf(exam: &mut Examination, helo: &Domain) {
    let name = Name::from(helo);
    let Some(texts) = exam.observer.texts(&name).await else { return };
    if !texts.iter().any(|text| SpfRecord::is_record(text)) {
        let message =
            format!("bounces are sent in the name of {helo}, which says nothing about it");
        let change = add_text(&name, "v=spf1 a -all");
        exam.found_with(
            &Place::at(&name, RecordType::Txt),
            rule::HELO_SPF.at(0..0, message),
            change,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generic_names() {
        let check = |name: &str, expected| {
            let name = Name::new(name).expect("a name");
            assert_eq!(is_generic(&name, [192, 0, 2, 7].into()), expected, "{name}");
        };
        check("mx.acme.test", false);
        check("mail7.acme.test", false);
        check("smtp-out-2.acme.test", false);
        check("192-0-2-7.isp.test", true);
        check("7.2.0.192.isp.test", true);
        check("host192.0.2.7.isp.test", true);
        check("a7.dyn.isp.test", true);
        check("customer-x.isp.test", true);
        check("dynamics.acme.test", false);
    }
}
