//! BIMI: the logo, the policy that it needs, and the certificate that proves it.

use super::examination::{Examination, Place};
use super::report::{Area, AreaState};
use super::request::LogoProof;
use super::rules as rule;
use super::svg;
use super::texts::found_set;
use crate::lint::{Severity, lint_bimi_set};
use crate::lookup::Name;
use crate::record::{Grammar, RecordKind, elements};
use crate::{BimiRecord, Policy};

pub(super) async fn examine(exam: &mut Examination) {
    let Some(name) = exam.below("default._bimi") else { return };
    let Some(texts) = exam.observer.texts(&name).await else {
        exam.summary(Area::Bimi, AreaState::NotChecked, "the DNS gave no answer");
        return;
    };
    found_set(exam, &name, &texts, lint_bimi_set, |_| None);
    let Some(text) = texts.iter().find(|text| RecordKind::Bimi.is_record(text)) else {
        exam.summary(Area::Bimi, AreaState::Absent, "no logo is published");
        return in_vain(exam, &name);
    };
    exam.summary(Area::Bimi, AreaState::Good, text.clone());
    let Ok(record) = text.parse::<BimiRecord>() else { return };
    if record.is_declination() {
        return;
    }
    let place = Place::text(&name, text);
    policy(exam, &place);
    image(exam, &place);
    certificate(exam, &place, &record);
}

/// A logo, or a certificate, that no record names is not looked at.
fn in_vain(exam: &mut Examination, name: &Name) {
    let given = [
        (exam.request.logo.is_some(), "logo"),
        (exam.request.mark_certificate.is_some(), "mark certificate"),
    ];
    for (_, what) in given.into_iter().filter(|(given, _)| *given) {
        exam.gap(Area::Bimi, format!("the {what} given: no record at {name} names one"));
    }
}

/// Receivers show a logo only where nobody else can use the name.
fn policy(exam: &mut Examination, place: &Place) {
    if exam.facts.dmarc.exists().is_none() {
        return;
    }
    let reason = match exam.facts.dmarc.clone().into_record() {
        None => "there is no DMARC policy".to_owned(),
        Some((_, record)) if record.is_testing() => "DMARC is in test mode (`t=y`)".to_owned(),
        Some((_, record)) if record.policy() == Policy::None => "DMARC enforces nothing".to_owned(),
        Some((_, record)) if record.subdomain_policy() == Policy::None => {
            "DMARC enforces nothing for subdomains".to_owned()
        }
        Some((owner, _)) => match percentage(exam, &owner) {
            Some(percentage) => format!("DMARC is limited to {percentage} % of the mail"),
            None => return,
        },
    };
    let text = place.text.as_deref().unwrap_or_default();
    exam.found(place, rule::LOGO_POLICY.at(0..text.len(), reason));
}

/// The historic `pct`, where it is less than 100.
fn percentage(exam: &Examination, owner: &crate::Domain) -> Option<u8> {
    let name = owner.prefixed("_dmarc").ok()?;
    let question = crate::lookup::Question::new(name.into(), crate::lookup::RecordType::Txt);
    let answer = exam.observer.known(&question)?;
    let texts: Vec<String> =
        answer.texts().map(|text| String::from_utf8_lossy(text).into_owned()).collect();
    let tags = texts.iter().flat_map(|text| elements(text, Grammar::ExactCase).flatten());
    let mut tags = tags.filter(|tag| tag.name.eq_ignore_ascii_case("pct"));
    tags.find_map(|tag| tag.value.parse().ok()).filter(|percentage| *percentage < 100)
}

fn image(exam: &mut Examination, place: &Place) {
    let Some(logo) = exam.request.logo.clone() else {
        exam.gap(Area::Bimi, "fetch the logo (`l=`) and give its octets (`with_logo`)");
        return;
    };
    for problem in svg::problems(&logo) {
        exam.found(place, rule::LOGO_IMAGE.at(0..0, problem));
    }
}

fn certificate(exam: &mut Examination, place: &Place, record: &BimiRecord) {
    let domain = exam.request.domain.clone();
    if record.authority().is_none() {
        let finding =
            rule::LOGO_CERTIFICATE.at(0..0, "the record names no mark certificate (`a=`)");
        exam.found(place, finding.milder(Severity::Warning));
        return;
    }
    let Some(certificate) = exam.request.mark_certificate.clone() else {
        exam.gap(
            Area::Bimi,
            "read the mark certificate (`a=`) and say what it is for (`with_mark_certificate`)",
        );
        return;
    };
    let expired = exam.request.now.is_some_and(|now| now > certificate.not_after);
    let covers = certificate.names.iter().any(|name| domain.is_subdomain_of(name));
    let problems = [
        (expired, "the mark certificate has expired".to_owned()),
        (!covers, format!("the mark certificate is not for {domain}")),
        (
            certificate.logo == LogoProof::Different,
            "the mark certificate is for another logo".to_owned(),
        ),
    ];
    for (_, message) in problems.into_iter().filter(|(wrong, _)| *wrong) {
        exam.found(place, rule::LOGO_CERTIFICATE.at(0..0, message));
    }
}
