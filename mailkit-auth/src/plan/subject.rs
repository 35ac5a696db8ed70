//! Which published records a wanted record takes the place of.

mod policy;
mod same;

use std::collections::BTreeMap;

use super::{ChangeError, PublishedRecord};
use crate::lookup::{Name, RecordData};
use crate::record::{Grammar, elements};
use crate::zone::{Zone, ZoneRecord};
use crate::{DkimKeyRecord, DmarcRecord, SpfRecord};
pub(super) use policy::PolicyChange;
use same::same;

/// What a record speaks of. Of one subject a domain has one record, or one set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    Host(Name),
    Key(Name),
    TlsRpt(Name),
    Spf(Name),
    MtaSts(Name),
    Mx(Name),
    Dmarc(Name),
    Bimi(Name),
    /// Stands beside others of its kind: such records are added and never removed.
    Other(Name),
}

impl Subject {
    pub(super) fn of(record: &ZoneRecord) -> Self {
        let name = record.name.clone();
        let text = match &record.data {
            RecordData::Txt(text) => Some(String::from_utf8_lossy(text)),
            RecordData::Mx { .. } => return Self::Mx(name),
            RecordData::A(_) | RecordData::Aaaa(_) | RecordData::Cname(_) => None,
            _ => return Self::Other(name),
        };
        let is_alias = matches!(record.data, RecordData::Cname(_));
        let is = |of: fn(&str) -> bool| is_alias || text.as_ref().is_some_and(|text| of(text));
        let labels: Vec<&str> = record.name.as_str().split('.').collect();
        match labels.as_slice() {
            ["_dmarc", ..] if is(is_dmarc) => Self::Dmarc(name),
            ["_mta-sts", ..] if is(|text| has_version(text, "STSv1")) => Self::MtaSts(name),
            ["_smtp", "_tls", ..] if is(|text| has_version(text, "TLSRPTv1")) => Self::TlsRpt(name),
            [_, "_bimi", ..] if is(|text| has_version(text, "BIMI1")) => Self::Bimi(name),
            labels if labels.contains(&"_domainkey") && is(|_| true) => Self::Key(name),
            _ if text.as_ref().is_some_and(|text| SpfRecord::is_record(text)) => Self::Spf(name),
            _ if text.is_some() => Self::Other(name),
            _ => Self::Host(name),
        }
    }

    /// Whether it is about mail, so that a published record of it deserves a word when it is left.
    fn is_about_mail(&self) -> bool {
        !matches!(self, Self::Host(_) | Self::Other(_))
    }

    /// Whether a domain may have several records of it.
    fn is_set(&self) -> bool {
        matches!(self, Self::Host(_) | Self::Mx(_) | Self::Other(_))
    }

    pub(super) fn name(&self) -> &Name {
        match self {
            Self::Host(name)
            | Self::Key(name)
            | Self::TlsRpt(name)
            | Self::Spf(name)
            | Self::MtaSts(name)
            | Self::Mx(name)
            | Self::Dmarc(name)
            | Self::Bimi(name)
            | Self::Other(name) => name,
        }
    }
}

fn is_dmarc(text: &str) -> bool {
    DmarcRecord::read_published(text).is_ok()
}

/// Whether a text is, or was meant to be, of this version.
fn has_version(text: &str, version: &str) -> bool {
    let first = elements(text, Grammar::AnyCase).next().transpose().ok().flatten();
    first.is_some_and(|it| {
        it.name.eq_ignore_ascii_case("v") && it.value.eq_ignore_ascii_case(version)
    })
}

/// The records of one subject that go, and those that come in the same step.
#[derive(Debug)]
pub(super) struct Replacement {
    pub(super) subject: Subject,
    pub(super) removed: Vec<PublishedRecord>,
    pub(super) added: Vec<ZoneRecord>,
    /// What stands in the end: added now, or published already.
    pub(super) wanted: Vec<ZoneRecord>,
    /// How many published records are of the subject.
    pub(super) published: usize,
}

impl Replacement {
    fn new(subject: Subject) -> Self {
        let (removed, added, wanted) = (Vec::new(), Vec::new(), Vec::new());
        Self { subject, removed, added, wanted, published: 0 }
    }

    /// Whether what is published is none of its kind because there are several of it, so that nobody
    /// depends on it.
    pub(super) fn mends_several(&self) -> bool {
        !self.subject.is_set() && self.published > 1
    }

    /// Whether keys give way to the empty one.
    pub(super) fn revokes(&self) -> bool {
        let empty = |it: &ZoneRecord| key(&it.data).is_some_and(|key| key.is_revoked());
        !self.added.is_empty() && self.added.iter().all(empty) && self.removes_a_key()
    }

    /// Whether mail may be signed with what goes, and what comes does not verify it.
    pub(super) fn replaces_key(&self) -> bool {
        let material =
            |data: &RecordData| key(data).map(|it| (it.key_type(), it.public_key().to_vec()));
        let kept = |it: &PublishedRecord| {
            let old = material(&it.record.data);
            old.is_some() && self.added.iter().any(|new| material(&new.data) == old)
        };
        self.removes_a_key() && !self.added.is_empty() && !self.removed.iter().any(kept)
    }

    /// Whether something comes that mail can be signed with from now on.
    pub(super) fn brings_key(&self) -> bool {
        let usable = |it: &ZoneRecord| key(&it.data).is_none_or(|key| !key.is_revoked());
        let is_new = self.removed.is_empty() || self.replaces_key() || !self.removes_a_key();
        matches!(self.subject, Subject::Key(_)) && is_new && self.added.iter().any(usable)
    }

    /// Whether what goes verifies signatures; of an alias nobody knows.
    fn removes_a_key(&self) -> bool {
        self.removed.iter().any(|it| match &it.record.data {
            RecordData::Txt(_) => key(&it.record.data).is_some_and(|key| !key.is_revoked()),
            _ => true,
        })
    }
}

/// What has to change, by subject; and what is left alone although it is about mail.
///
/// # Errors
///
/// If the wanted zone contradicts itself, or an alias and other records cannot be told apart.
pub(super) fn replacements(
    published: &[PublishedRecord],
    wanted: &Zone,
) -> Result<(Vec<Replacement>, Vec<PublishedRecord>), ChangeError> {
    let mut subjects: BTreeMap<Subject, Replacement> = BTreeMap::new();
    for record in wanted {
        let subject = Subject::of(record);
        let make = || Replacement::new(subject.clone());
        let it = subjects.entry(subject.clone()).or_insert_with(make);
        it.added.push(record.clone());
        it.wanted.push(record.clone());
        if !subject.is_set() && it.added.len() > 1 {
            return Err(ChangeError::SeveralRecords { name: record.name.clone() });
        }
    }
    let mut left_alone = Vec::new();
    for found in published {
        let subject = Subject::of(&found.record);
        match subjects.get_mut(&subject) {
            Some(it) if displaces(wanted, &subject, &found.record) => {
                it.published += 1;
                match it.added.iter().position(|record| same(record, &found.record)) {
                    Some(at) => drop(it.added.remove(at)),
                    None => it.removed.push(found.clone()),
                }
            }
            Some(_) => {}
            None => left_alone.extend(subject.is_about_mail().then(|| found.clone())),
        }
    }
    aliases_stand_alone(published, wanted, &subjects)?;
    let changed = |it: &Replacement| !it.removed.is_empty() || !it.added.is_empty();
    Ok((subjects.into_values().filter(changed).collect(), left_alone))
}

/// Whether a published record gives way to, or already is, what is wanted of its subject.
fn displaces(wanted: &Zone, subject: &Subject, found: &ZoneRecord) -> bool {
    let alike = |it: &ZoneRecord| Subject::of(it) == *subject && it.name == found.name;
    match subject {
        Subject::Other(_) => wanted.into_iter().any(|it| alike(it) && same(it, found)),
        // An IPv6 address does not go because an IPv4 address is wanted; an alias tolerates neither.
        Subject::Host(_) => wanted.into_iter().filter(|it| alike(it)).any(|it| {
            let types = (it.data.record_type(), found.data.record_type());
            types.0 == types.1 || types.0 == CNAME || types.1 == CNAME
        }),
        _ => true,
    }
}

/// RFC 1034 section 3.6.2: where an alias stands, nothing else does, before and after every step.
fn aliases_stand_alone(
    published: &[PublishedRecord],
    wanted: &Zone,
    subjects: &BTreeMap<Subject, Replacement>,
) -> Result<(), ChangeError> {
    let goes = |it: &PublishedRecord| {
        subjects.get(&Subject::of(&it.record)).is_some_and(|change| change.removed.contains(it))
    };
    for record in wanted {
        let name = &record.name;
        let is_alias = record.data.record_type() == CNAME;
        let wanted_here = || wanted.into_iter().filter(|it| it.name == *name);
        let of_other_subject = |it: &ZoneRecord| Subject::of(it) != Subject::of(record);
        let beside = |it: &&PublishedRecord| {
            it.record.name == *name
                && (is_alias || it.record.data.record_type() == CNAME)
                && !wanted_here().any(|wanted| wanted.data == it.record.data)
        };
        let stays = published
            .iter()
            .filter(beside)
            .any(|it| !goes(it) || wanted_here().any(of_other_subject));
        if stays || (is_alias && wanted_here().count() > 1) {
            return Err(ChangeError::AliasBesideRecord { name: name.clone() });
        }
    }
    Ok(())
}

pub(super) fn key(data: &RecordData) -> Option<DkimKeyRecord> {
    let RecordData::Txt(text) = data else { return None };
    str::from_utf8(text).ok()?.parse().ok()
}

const CNAME: crate::lookup::RecordType = crate::lookup::RecordType::Cname;
