//! Which published records a wanted record takes the place of.

mod aliases;
mod policy;
mod same;

use std::collections::{BTreeMap, BTreeSet};

use super::{ChangeError, PublishedRecord};
use crate::lookup::{Name, RecordData, RecordType};
use crate::record::RecordKind;
use crate::zone::{Place, Zone, ZoneRecord};
use crate::{DkimKeyRecord, SpfRecord};
use aliases::Aliases;
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
        match RecordKind::at(&name) {
            RecordKind::Bimi if is(|it| RecordKind::Bimi.is_meant(it)) => Self::Bimi(name),
            RecordKind::DkimKey if is(|_| true) => Self::Key(name),
            RecordKind::Dmarc if is(|it| RecordKind::Dmarc.is_meant(it)) => Self::Dmarc(name),
            RecordKind::MtaSts if is(|it| RecordKind::MtaSts.is_meant(it)) => Self::MtaSts(name),
            RecordKind::TlsRpt if is(|it| RecordKind::TlsRpt.is_meant(it)) => Self::TlsRpt(name),
            // Texts of all kinds stand beside SPF, so the letter decides.
            RecordKind::Spf if !is_alias && is(SpfRecord::is_record) => Self::Spf(name),
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

/// The records of one subject that go, and those that come in the same step.
#[derive(Debug)]
pub(super) struct Replacement {
    pub(super) subject: Subject,
    pub(super) removed: Vec<PublishedRecord>,
    pub(super) added: Vec<ZoneRecord>,
    /// What stands in the end: added now, or published already.
    pub(super) wanted: Vec<ZoneRecord>,
    /// The types of these.
    types: BTreeSet<RecordType>,
    /// How many published records are of the subject.
    pub(super) published: usize,
}

impl Replacement {
    fn new(subject: Subject) -> Self {
        let (removed, added, wanted) = (Vec::new(), Vec::new(), Vec::new());
        Self { subject, removed, added, wanted, types: BTreeSet::new(), published: 0 }
    }

    /// Takes note of a wanted record of the subject.
    fn want(&mut self, record: &ZoneRecord, stands: bool) {
        self.types.insert(record.data.record_type());
        self.wanted.push(record.clone());
        // Of a set, what stands word for word is not added; else it takes more to tell.
        if !stands || !self.subject.is_set() {
            self.added.push(record.clone());
        }
    }

    /// Takes note of a published record of the subject; says whether it goes.
    fn meet(&mut self, found: &PublishedRecord, wanted: &Zone) -> bool {
        let stands = wanted.same(&found.record).is_some();
        if !stands && !self.displaces(&found.record) {
            return false;
        }
        self.published += 1;
        if stands && self.subject.is_set() {
            return false;
        }
        // Where a domain has one record of the subject, there is at most one to compare with.
        let is_one = !self.subject.is_set();
        let stays = is_one && self.added.iter().any(|it| same(it, &found.record));
        match stays {
            true => self.added.clear(),
            false => self.removed.push(found.clone()),
        }
        !stays
    }

    /// Whether a published record that is not wanted itself gives way to what is.
    fn displaces(&self, found: &ZoneRecord) -> bool {
        let found = found.data.record_type();
        match self.subject {
            Subject::Other(_) => false,
            // An IPv6 address does not go because an IPv4 address is wanted; an alias tolerates neither.
            Subject::Host(_) => {
                found == RecordType::Cname
                    || self.types.iter().any(|it| *it == found || *it == RecordType::Cname)
            }
            _ => true,
        }
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
    let mut subjects = wanted_subjects(published, wanted)?;
    let aliases = Aliases::of(wanted)?;
    let mut left_alone = Vec::new();
    for found in published {
        let subject = Subject::of(&found.record);
        let goes = match subjects.get_mut(&subject) {
            Some(it) => it.meet(found, wanted),
            None => {
                left_alone.extend(subject.is_about_mail().then(|| found.clone()));
                false
            }
        };
        aliases.tolerate(&found.record, goes)?;
    }
    let changed = |it: &Replacement| !it.removed.is_empty() || !it.added.is_empty();
    Ok((subjects.into_values().filter(changed).collect(), left_alone))
}

fn wanted_subjects(
    published: &[PublishedRecord],
    wanted: &Zone,
) -> Result<BTreeMap<Subject, Replacement>, ChangeError> {
    let stands: BTreeSet<Place<'_>> = published.iter().map(|it| Place(&it.record)).collect();
    let mut subjects: BTreeMap<Subject, Replacement> = BTreeMap::new();
    for record in wanted {
        let subject = Subject::of(record);
        let make = || Replacement::new(subject.clone());
        let it = subjects.entry(subject.clone()).or_insert_with(make);
        it.want(record, stands.contains(&Place(record)));
        if !subject.is_set() && it.wanted.len() > 1 {
            return Err(ChangeError::SeveralRecords { name: record.name.clone() });
        }
    }
    Ok(subjects)
}

pub(super) fn key(data: &RecordData) -> Option<DkimKeyRecord> {
    let RecordData::Txt(text) = data else { return None };
    str::from_utf8(text).ok()?.parse().ok()
}
