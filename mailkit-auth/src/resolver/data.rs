//! Names and records of hickory as those of this crate.

use hickory_resolver::proto::rr::{self, RData};
use hickory_resolver::proto::serialize::binary::BinEncodable;

use crate::lookup::{Answer, Name, RecordData, RecordType};
use crate::record::tlsa::TlsaData;

/// The records of the type asked for; an answer brings the aliases on the way as well.
pub(super) fn with_type(mut answers: Vec<RecordData>, asked: RecordType) -> Answer {
    answers.retain(|data| data.record_type() == asked);
    Answer::from(answers)
}

pub(super) fn record_data(data: &RData) -> Option<RecordData> {
    Some(match data {
        RData::A(address) => RecordData::A(address.0),
        RData::AAAA(address) => RecordData::Aaaa(address.0),
        RData::MX(mx) => {
            RecordData::Mx { preference: mx.preference, exchange: plain_name(&mx.exchange)? }
        }
        RData::PTR(target) => RecordData::Ptr(plain_name(target)?),
        RData::TXT(text) => RecordData::Txt(text.txt_data.concat()),
        RData::CNAME(target) => RecordData::Cname(plain_name(target)?),
        RData::NS(target) => RecordData::Ns(plain_name(target)?),
        other => return other_data(other),
    })
}

/// Data of the types that hickory reads in some builds and leaves as octets in others.
fn other_data(data: &RData) -> Option<RecordData> {
    let octets = data.to_bytes().ok()?;
    match (data.record_type(), octets.as_slice()) {
        (rr::RecordType::DS, [tag_high, tag_low, algorithm, digest_type, digest @ ..]) => {
            Some(RecordData::Ds {
                key_tag: u16::from_be_bytes([*tag_high, *tag_low]),
                algorithm: *algorithm,
                digest_type: *digest_type,
                digest: digest.to_vec(),
            })
        }
        (rr::RecordType::TLSA, [usage, selector, matching, data @ ..]) => {
            let (usage, selector, matching, data) = (*usage, *selector, *matching, data.to_vec());
            Some(RecordData::Tlsa(TlsaData { usage, selector, matching, data }))
        }
        (rr::RecordType::Unknown(99), octets) => Some(RecordData::Spf(joined(octets))),
        _ => None,
    }
}

/// Character-strings, joined (RFC 1035 section 3.3).
fn joined(mut octets: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    while let Some((length, rest)) = octets.split_first() {
        let (string, rest) = rest.split_at_checked((*length).into()).unwrap_or((rest, &[]));
        text.extend_from_slice(string);
        octets = rest;
    }
    text
}

/// The name as it goes over the wire: labels of any octets, complete.
pub(super) fn wire_name(name: &Name) -> Option<rr::Name> {
    let labels = name.as_str().split('.').filter(|label| !label.is_empty());
    rr::Name::from_labels(labels.map(str::as_bytes)).ok()
}

/// The name as text; `None` for one with a dot within a label or octets that are no text.
fn plain_name(name: &rr::Name) -> Option<Name> {
    let labels = name.iter().map(|label| str::from_utf8(label).ok().filter(|it| !it.contains('.')));
    Name::new(&labels.collect::<Option<Vec<_>>>()?.join(".")).ok()
}
