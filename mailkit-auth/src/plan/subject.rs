//! Which published records a wanted record takes the place of.

use std::collections::BTreeMap;

use super::PublishedRecord;
use crate::lookup::{Name, RecordData};
use crate::zone::{Zone, ZoneRecord};
use crate::{DkimKeyRecord, DmarcRecord, Policy, SpfRecord};

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
    Other,
}

impl Subject {
    fn of(record: &ZoneRecord) -> Self {
        let name = || record.name.clone();
        let text = match &record.data {
            RecordData::Txt(text) => text.to_ascii_lowercase(),
            RecordData::Mx { .. } => return Self::Mx(name()),
            RecordData::A(_) | RecordData::Aaaa(_) | RecordData::Cname(_) => Vec::new(),
            _ => return Self::Other,
        };
        let is_alias_or = |version: &[u8]| text.is_empty() || text.starts_with(version);
        let labels: Vec<&str> = record.name.as_str().split('.').collect();
        match labels.as_slice() {
            ["_dmarc", ..] if is_alias_or(b"v=dmarc1") => Self::Dmarc(name()),
            ["_mta-sts", ..] if is_alias_or(b"v=stsv1") => Self::MtaSts(name()),
            ["_smtp", "_tls", ..] if is_alias_or(b"v=tlsrptv1") => Self::TlsRpt(name()),
            [_, "_bimi", ..] if is_alias_or(b"v=bimi1") => Self::Bimi(name()),
            labels if labels.contains(&"_domainkey") => Self::Key(name()),
            _ if text.starts_with(b"v=spf1") => Self::Spf(name()),
            _ if matches!(record.data, RecordData::Txt(_)) => Self::Other,
            _ => Self::Host(name()),
        }
    }

    /// Whether it is about mail, so that a published record of it deserves a word when it is left.
    fn is_about_mail(&self) -> bool {
        !matches!(self, Self::Host(_) | Self::Other)
    }
}

/// The records of one subject that go, and those that come in the same step.
#[derive(Debug)]
pub(super) struct Replacement {
    pub(super) subject: Subject,
    pub(super) removed: Vec<PublishedRecord>,
    pub(super) added: Vec<ZoneRecord>,
}

impl Replacement {
    /// Whether a policy becomes weaker for some mail and stronger for none.
    pub(super) fn relaxes(&self) -> bool {
        match (self.old_strength(), strength(self.added.first())) {
            (Some(old), Some(new)) => {
                new != old && new.iter().zip(&old).all(|(new, old)| new <= old)
            }
            _ => false,
        }
    }

    /// Whether a policy becomes stronger for some mail.
    pub(super) fn enforces(&self) -> bool {
        let old = self.old_strength().unwrap_or_default();
        let new = strength(self.added.first()).unwrap_or_default();
        new.iter().zip(&old).any(|(new, old)| new > old)
    }

    /// What the published policy asks for; nothing where there are several (RFC 9989 section 4.10).
    fn old_strength(&self) -> Option<[Strength; 3]> {
        match self.removed.as_slice() {
            [one] => strength(Some(&one.record)),
            _ => None,
        }
    }

    /// Whether a key gives way to the empty one.
    pub(super) fn revokes(&self) -> bool {
        let empty = |record: &ZoneRecord| key(&record.data).is_some_and(|key| key.is_revoked());
        !self.removed.is_empty() && self.added.iter().all(empty)
    }
}

/// What has to change, by subject; and what is left alone although it is about mail.
pub(super) fn replacements(
    published: &[PublishedRecord],
    wanted: &Zone,
) -> (Vec<Replacement>, Vec<PublishedRecord>) {
    let mut subjects: BTreeMap<Subject, Replacement> = BTreeMap::new();
    for record in wanted {
        let subject = Subject::of(record);
        let make =
            || Replacement { subject: subject.clone(), removed: Vec::new(), added: Vec::new() };
        subjects.entry(subject.clone()).or_insert_with(make).added.push(record.clone());
    }
    let mut left_alone = Vec::new();
    for found in published {
        let subject = Subject::of(&found.record);
        let Some(it) = subjects.get_mut(&subject) else {
            left_alone.extend(subject.is_about_mail().then(|| found.clone()));
            continue;
        };
        let same = it.added.iter().position(|record| same(record, &found.record));
        match same {
            Some(at) => drop(it.added.remove(at)),
            None if subject == Subject::Other => {}
            None => it.removed.push(found.clone()),
        }
    }
    let changed = |it: &Replacement| !it.removed.is_empty() || !it.added.is_empty();
    (subjects.into_values().filter(changed).collect(), left_alone)
}

/// Whether two records at a name say the same, perhaps in other words.
fn same(one: &ZoneRecord, other: &ZoneRecord) -> bool {
    if one.name != other.name {
        return false;
    }
    let (RecordData::Txt(a), RecordData::Txt(b)) = (&one.data, &other.data) else {
        return one.data == other.data;
    };
    let (Ok(a), Ok(b)) = (str::from_utf8(a), str::from_utf8(b)) else { return a == b };
    let keys = || Some((a.parse::<DkimKeyRecord>().ok()?, b.parse::<DkimKeyRecord>().ok()?));
    let spf = || Some((a.parse::<SpfRecord>().ok()?, b.parse::<SpfRecord>().ok()?));
    let dmarc = || Some((a.parse::<DmarcRecord>().ok()?, b.parse::<DmarcRecord>().ok()?));
    match Subject::of(one) {
        Subject::Key(_) => keys().map_or(a == b, |(a, b)| {
            a.key_type() == b.key_type() && a.public_key() == b.public_key()
        }),
        Subject::Spf(_) => spf().map_or(a == b, |(a, b)| a == b),
        Subject::Dmarc(_) => dmarc().map_or(a == b, |(a, b)| a == b),
        _ => a == b,
    }
}

/// How much is asked of receivers, weakest first.
type Strength = Option<(Policy, bool)>;

/// What a policy asks for the domain, for its subdomains, and for names that do not exist.
fn strength(record: Option<&ZoneRecord>) -> Option<[Strength; 3]> {
    let RecordData::Txt(text) = &record?.data else { return None };
    let record = DmarcRecord::from_published(str::from_utf8(text).ok()?).ok()?;
    let policies = [record.policy(), record.subdomain_policy(), record.nonexistent_policy()];
    // `none` asks for nothing, tested or not.
    let enforced = |policy| (policy != Policy::None).then_some((policy, !record.is_testing()));
    Some(policies.map(enforced))
}

fn key(data: &RecordData) -> Option<DkimKeyRecord> {
    let RecordData::Txt(text) = data else { return None };
    str::from_utf8(text).ok()?.parse().ok()
}
