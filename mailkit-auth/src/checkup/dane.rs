//! DANE: the TLSA records of the mail hosts (RFC 7672).

use super::dns::state_of;
use super::examination::{Examination, Place, record};
use super::report::{Area, AreaState, RecordChange};
use super::request::{DnssecState, KeyRenewal, ServerCertificate};
use super::rules as rule;
use crate::Domain;
use crate::lint::lint_tlsa;
use crate::lookup::{Answer, Name, RecordData, RecordType};
use crate::record::TlsaRecord;
use crate::record::tlsa::{CertificateUsage, MatchingType, TlsaData, TlsaSelector};

pub(super) async fn examine(exam: &mut Examination) {
    let hosts = exam.facts.mx.clone().unwrap_or_default();
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for host in &hosts {
        let Ok(domain) = host.as_str().parse::<Domain>() else { continue };
        let Ok(name) = domain.prefixed("_25._tcp").map(Name::from) else { continue };
        let answer = exam.observer.ask(&name, RecordType::Tlsa).await;
        let records: Vec<TlsaData> = answer.records().iter().filter_map(tlsa).collect();
        match (records.is_empty(), answer) {
            (false, _) => {
                self::host(exam, &domain, &name, &records).await;
                with.push(name);
            }
            (true, Answer::TemporaryFailure) => {
                exam.gap(Area::Dane, format!("the DNS gave no answer to {name} TLSA"));
            }
            (true, _) => without.push(name),
        }
    }
    if with.is_empty() {
        exam.summary(Area::Dane, AreaState::Absent, "no TLSA records");
        return;
    }
    exam.summary(
        Area::Dane,
        AreaState::Good,
        format!("{} of {} mail hosts", with.len(), hosts.len()),
    );
    for name in without {
        let message = "this host has no TLSA record, others of the domain have";
        exam.found(&Place::at(&name, RecordType::Tlsa), rule::TLSA_SOME.at(0..0, message));
    }
}

fn tlsa(data: &RecordData) -> Option<TlsaData> {
    match data {
        RecordData::Tlsa(published) => Some(published.clone()),
        _ => None,
    }
}

/// The records of one host.
async fn host(exam: &mut Examination, host: &Domain, name: &Name, records: &[TlsaData]) {
    let text = |text: String| Place { text: Some(text), ..Place::at(name, RecordType::Tlsa) };
    for published in records {
        let published = published.to_string();
        let findings = lint_tlsa(&published);
        exam.found_all(&text(published), findings);
    }
    let place = Place::at(name, RecordType::Tlsa);
    match state_of(exam, host).await {
        Some(DnssecState::Secure) => {}
        Some(state) => {
            let what = if state == DnssecState::Bogus { "broken" } else { "unsigned" };
            let message = format!("the zone of {host} is {what}: senders ignore the records");
            exam.found(&place, rule::TLSA_UNSIGNED.at(0..0, message));
        }
        None => {
            exam.gap(Area::Dane, format!("whether the zone of {host} is signed (`with_dnssec`)"));
        }
    }
    let valid = records.iter().filter_map(|published| published.record().ok());
    let usable: Vec<TlsaRecord> = valid.filter(is_usable).collect();
    if let [only] = usable.as_slice() {
        let message = "one record alone: a new key cannot be announced before it is used";
        exam.found(&text(only.to_string()), rule::TLSA_SINGLE.at(0..0, message));
    }
    let mut servers = exam.request.servers.iter();
    match servers.find(|server| server.host == *host).cloned() {
        Some(server) => certificate(exam, &place, &usable, &server),
        None => exam.gap(
            Area::Dane,
            format!("give the digests of the certificate of {host} (`with_server`)"),
        ),
    }
}

/// RFC 7672 section 3.1: mail uses the last two usages alone.
fn is_usable(record: &TlsaRecord) -> bool {
    matches!(record.usage(), CertificateUsage::DaneTa | CertificateUsage::DaneEe)
}

fn certificate(
    exam: &mut Examination,
    place: &Place,
    records: &[TlsaRecord],
    server: &ServerCertificate,
) {
    let verdicts: Vec<Option<bool>> = records.iter().map(|it| matches(it, server)).collect();
    let certain = !verdicts.is_empty() && verdicts.iter().all(|verdict| *verdict == Some(false));
    if certain {
        let message = format!("no record is that of the certificate of {}", server.host);
        let wanted = server.chain.first().map(|leaf| {
            let digest = leaf.public_key_sha256;
            let tlsa = TlsaRecord::of_sha256(CertificateUsage::DaneEe, TlsaSelector::Spki, digest);
            RecordChange::Add(record(&place.name, RecordData::Tlsa(tlsa.into())))
        });
        exam.found_with(place, rule::TLSA_MISMATCH.at(0..0, message), wanted);
    }
    let own_key = |record: &&TlsaRecord| {
        record.usage() == CertificateUsage::DaneEe && record.selector() == TlsaSelector::Spki
    };
    let all_own = !records.is_empty() && records.iter().filter(own_key).count() == records.len();
    if server.renewal == Some(KeyRenewal::NewKey) && all_own && records.len() == 1 {
        let message = format!("the next certificate of {} has another key than this", server.host);
        exam.found(place, rule::TLSA_RENEWAL.at(0..0, message));
    }
}

/// Whether a record is that of a certificate; `None` where the digests given do not tell.
fn matches(record: &TlsaRecord, server: &ServerCertificate) -> Option<bool> {
    if record.matching() != MatchingType::Sha2_256 {
        return None;
    }
    let chain = match record.usage() {
        CertificateUsage::DaneEe => server.chain.get(..1)?,
        CertificateUsage::DaneTa if server.chain.len() > 1 => server.chain.as_slice(),
        _ => return None,
    };
    let mut digests = chain.iter().map(|certificate| match record.selector() {
        TlsaSelector::Cert => Some(certificate.certificate_sha256),
        TlsaSelector::Spki => Some(certificate.public_key_sha256),
        TlsaSelector::Other(_) => None,
    });
    Some(digests.any(|digest| digest.is_some_and(|digest| digest.as_slice() == record.data())))
}
