//! New mail exchangers, and the policy of MTA-STS that has to allow them first.

use std::collections::{BTreeMap, BTreeSet};

use super::super::step::{Condition, StepKind};
use super::super::subject::{Replacement, Subject};
use super::super::{ChangeError, PublishedRecord};
use super::draft::{After, Draft, LOW_TTL, Planned, Proposal};
use crate::lookup::{Name, RecordData, RecordType};
use crate::record::MtaStsRecord;
use crate::zone::ZoneRecord;

/// The mail exchangers of a domain, before and after.
pub(super) struct Move<'r> {
    name: &'r Name,
    before: Vec<Name>,
    after: Vec<Name>,
}

/// What happens to the policies of MTA-STS, and which hosts their files have to allow.
#[derive(Default)]
pub(super) struct Announcements {
    /// Before the mail exchangers change.
    first: Vec<Announcement>,
    /// When the old mail exchangers are forgotten.
    last: Vec<Announcement>,
}

struct Announcement {
    allow: Vec<Name>,
    remove: Vec<PublishedRecord>,
    add: Vec<ZoneRecord>,
}

impl<'r> Move<'r> {
    fn new(draft: &Draft<'_>, name: &'r Name) -> Self {
        let published = draft.published.at(name, RecordType::Mx);
        let before = exchanges(published.iter().map(|it| &it.record));
        let after = exchanges(draft.wanted.at(name, RecordType::Mx));
        // Without a mail exchanger mail goes to the domain itself (RFC 5321 section 5.1).
        let before = if before.is_empty() { vec![name] } else { before };
        let owned = |hosts: Vec<&Name>| hosts.into_iter().cloned().collect();
        Self { name, before: owned(before), after: owned(after) }
    }

    fn adds_hosts(&self) -> bool {
        let before: BTreeSet<&Name> = self.before.iter().collect();
        self.after.iter().any(|host| !host.is_root() && !before.contains(host))
    }

    /// The hosts of before and after.
    fn both(&self) -> Vec<Name> {
        let after: BTreeSet<&Name> = self.after.iter().collect();
        let old = self.before.iter().filter(|host| !after.contains(host));
        self.after.iter().chain(old).cloned().collect()
    }
}

/// Decides when each policy is announced.
///
/// # Errors
///
/// If hosts come that the published policy does not allow, and no new policy is planned: a sender that
/// holds the old one would refuse them (RFC 8461 section 5).
pub(super) fn announcements(
    draft: &Draft<'_>,
    mx: &[&Replacement],
    policies: &[&Replacement],
) -> Planned<Announcements> {
    let mut made = Announcements::default();
    let moves: Vec<Move<'_>> = mx.iter().map(|it| Move::new(draft, it.subject.name())).collect();
    let by_name: BTreeMap<Name, &Move<'_>> =
        moves.iter().filter_map(|it| Some((policy_name(it.name)?, it))).collect();
    for it in policies {
        made.announce(draft, it, by_name.get(it.subject.name()).copied());
    }
    let planned: BTreeSet<&Name> = policies.iter().map(|it| it.subject.name()).collect();
    for (name, moved) in by_name.iter().filter(|(_, moved)| moved.adds_hosts()) {
        let Some(found) = published_policy(draft, name) else { continue };
        if planned.contains(name) {
            continue;
        }
        if found.record.data.record_type() != RecordType::Cname {
            let is_planned = draft.wanted.of_name(name).any(is_policy);
            let name = moved.name.clone();
            return Err(match is_planned {
                true => ChangeError::PolicyNumberKept { name },
                false => ChangeError::PolicyNotPlanned { name },
            });
        }
        // Whoever keeps the policy behind the alias changes it and its number.
        made.first.push(Announcement { allow: moved.both(), remove: Vec::new(), add: Vec::new() });
    }
    Ok(made)
}

/// The record, or the alias of one, that announces a policy.
fn published_policy<'d>(draft: &'d Draft<'_>, name: &Name) -> Option<&'d PublishedRecord> {
    let of_type = |it| draft.published.at(name, it).iter().find(|it| is_policy(&it.record));
    of_type(RecordType::Cname).or_else(|| of_type(RecordType::Txt))
}

fn is_policy(record: &ZoneRecord) -> bool {
    matches!(Subject::of(record), Subject::MtaSts(_))
}

impl Announcements {
    fn announce(&mut self, draft: &Draft<'_>, it: &Replacement, moved: Option<&Move<'_>>) {
        let (remove, add) = (it.removed.clone(), it.added.clone());
        let Some(moved) = moved else {
            let name = it.subject.name().parent().unwrap_or_else(Name::root);
            let allow = Move::new(draft, &name);
            let allow = if allow.after.is_empty() { allow.before } else { allow.after };
            self.first.push(Announcement { allow, remove, add });
            return;
        };
        let (both, after) = (moved.both(), moved.after.clone());
        match interim(it) {
            _ if it.removed.is_empty() || !moved.adds_hosts() => {
                self.last.push(Announcement { allow: after, remove, add });
            }
            Some(interim) if both.len() > after.len() => {
                let between = vec![PublishedRecord::from(interim.clone())];
                self.first.push(Announcement { allow: both, remove, add: vec![interim] });
                self.last.push(Announcement { allow: after, remove: between, add });
            }
            _ => self.first.push(Announcement { allow: both, remove, add }),
        }
    }
}

/// Gives the steps; says which one replaces the mail exchangers.
pub(super) fn arrange(
    draft: &mut Draft<'_>,
    announcements: Announcements,
    mx: &[&Replacement],
    lowered: Option<usize>,
    (published, mut first): (After, After),
) -> Option<usize> {
    let (served, announced) = announce(draft, announcements.first, lowered, published.clone());
    // How long a number behind an alias is kept is not known.
    let elsewhere = served.filter(|_| announced.is_none());
    first.extend(draft.settled(announced));
    first.extend(elsewhere.map(|step| (step, PublishedRecord::ASSUMED_LIFETIME)));
    first.extend(published.clone());
    let mut added = exchanges(mx.iter().flat_map(|it| &it.added)).into_iter();
    // Behind the null MX (RFC 7505) there is no host.
    let condition = added.any(|host| !host.is_root()).then_some(Condition::HostsAccept);
    let replacing = Proposal::new(StepKind::ReplaceMx, first).replacing(mx).once(condition);
    let replaced = draft.replace(lowered, replacing);
    let mut last = published;
    last.extend(draft.settled(replaced));
    announce(draft, announcements.last, lowered, last);
    replaced
}

/// Serves policy files, then changes their numbers.
fn announce(
    draft: &mut Draft<'_>,
    them: Vec<Announcement>,
    lowered: Option<usize>,
    after: After,
) -> (Option<usize>, Option<usize>) {
    if them.is_empty() {
        return (None, None);
    }
    let served = draft.elsewhere(Proposal::new(StepKind::ServePolicyFile, after));
    draft.edit(served, |it| it.allow = them.iter().flat_map(|it| it.allow.clone()).collect());
    let mut proposal =
        Proposal::new(StepKind::AnnouncePolicyFile, vec![(served, std::time::Duration::ZERO)])
            .once(Some(Condition::PolicyFileServed));
    for it in them {
        proposal.remove.extend(it.remove);
        proposal.add.extend(it.add);
    }
    (Some(served), draft.replace(lowered, proposal))
}

/// The record that announces the policy for the hosts of before and after: its number is neither the
/// old nor the new one.
fn interim(it: &Replacement) -> Option<ZoneRecord> {
    let new = it.added.first()?;
    let id = policy_number(new)?;
    let old = it.removed.first().and_then(|it| policy_number(&it.record));
    let stem: String = id.chars().take(MAX_NUMBER - 1).collect();
    let numbers = ["a", "b", "c"].into_iter().map(|end| format!("{stem}{end}"));
    let number = numbers.into_iter().find(|it| *it != id && Some(it) != old.as_ref())?;
    let text = MtaStsRecord::new(number.parse().ok()?).to_string();
    Some(ZoneRecord::new(new.name.clone(), LOW_TTL, RecordData::Txt(text.into_bytes())))
}

fn policy_number(record: &ZoneRecord) -> Option<String> {
    let RecordData::Txt(text) = &record.data else { return None };
    let record: MtaStsRecord = str::from_utf8(text).ok()?.parse().ok()?;
    Some(record.id().as_str().to_owned())
}

fn policy_name(name: &Name) -> Option<Name> {
    Name::new(&format!("_mta-sts.{}", name.as_str())).ok()
}

/// The hosts of these, each once.
fn exchanges<'r>(records: impl Iterator<Item = &'r ZoneRecord>) -> Vec<&'r Name> {
    let mut met = BTreeSet::new();
    let hosts = records.filter_map(|record| match &record.data {
        RecordData::Mx { exchange, .. } => Some(exchange),
        _ => None,
    });
    hosts.filter(|host| met.insert(*host)).collect()
}

/// Characters of a policy's number (RFC 8461 section 3.1).
const MAX_NUMBER: usize = 32;
