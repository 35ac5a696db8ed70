//! Whether the senders change before the hosts that SPF records name, or after.

use std::collections::{BTreeMap, BTreeSet};

use super::super::ChangeError;
use super::super::step::Condition;
use super::super::subject::Replacement;
use super::draft::{Draft, Planned};
use crate::SpfRecord;
use crate::lookup::{Name, RecordData, RecordType};
use crate::record::spf::{DomainSpec, Mechanism, Qualifier};
use crate::zone::{Zone, ZoneRecord};

/// What goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    SendersFirst,
    HostsFirst,
}

/// What happens to the hosts that a record may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HostsMove {
    /// Some come, some go.
    Change,
    /// Some come.
    Come,
    /// None comes.
    Go,
}

/// In which order no sender is unknown in between that both records know.
///
/// The new record over the old hosts allows whom both allow if it keeps every term of the old one, or
/// if its terms name no hosts; over the new hosts the old record does, if it holds every term of the
/// new one or names no hosts itself.
pub(super) fn order(senders: &[&Replacement], hosts: HostsMove) -> Planned<Order> {
    match hosts {
        HostsMove::Come => return Ok(Order::HostsFirst),
        HostsMove::Go => return Ok(Order::SendersFirst),
        HostsMove::Change => {}
    }
    let pairs = || senders.iter().filter_map(|it| Some((it, pair(it)?)));
    let first = |(old, new): &(SpfRecord, SpfRecord)| keeps_terms(old, new) || !names_hosts(new);
    let last = |(old, new): &(SpfRecord, SpfRecord)| keeps_terms(new, old) || !names_hosts(old);
    if pairs().all(|(_, pair)| first(&pair)) {
        return Ok(Order::SendersFirst);
    }
    match pairs().find(|(_, pair)| !last(pair)) {
        None => Ok(Order::HostsFirst),
        Some((it, _)) => Err(ChangeError::SendersFollowHosts { name: it.subject.name().clone() }),
    }
}

/// Refuses that an address leaves one host for another while an SPF record names hosts: what caches hold
/// of the two would between them allow it nowhere.
pub(super) fn addresses_stay(draft: &Draft<'_>, hosts: &[&Replacement]) -> Planned<()> {
    let published = || draft.published.records().map(|it| &it.record);
    let everything = || published().chain(draft.wanted);
    if !everything().filter_map(read).any(|it| names_hosts(&it)) {
        return Ok(());
    }
    let mut owners: BTreeMap<Content, BTreeSet<&Name>> = BTreeMap::new();
    for it in everything() {
        owners.entry(content(it)).or_default().insert(&it.name);
    }
    for it in hosts {
        let name = it.subject.name();
        let mut records = it.removed.iter().map(|it| &it.record).chain(&it.added);
        if records.any(|it| owners.get(&content(it)).is_some_and(|owners| owners.len() > 1)) {
            return Err(ChangeError::AddressMoves { name: name.clone() });
        }
    }
    Ok(())
}

/// What a record says, wherever it stands.
type Content = (RecordType, String);

fn content(record: &ZoneRecord) -> Content {
    (record.data.record_type(), record.data_text())
}

/// The names to which an SPF record of the wanted zone refers that stands elsewhere.
pub(super) fn referred_to(wanted: &Zone) -> BTreeSet<Name> {
    let targets = |it: &ZoneRecord| {
        let own = it.name.clone();
        let targets = read(it).map(|it| targets(&it)).unwrap_or_default();
        targets.into_iter().filter(move |it| *it != own)
    };
    wanted.into_iter().flat_map(targets).collect()
}

/// What has to be seen before a record that drops senders is published.
pub(super) fn condition(senders: &[&Replacement]) -> Option<Condition> {
    let drops = |it: &&&Replacement| match pair(it) {
        Some((old, new)) => !keeps_terms(&old, &new),
        None => false,
    };
    senders.iter().find(drops).map(|_| Condition::OldSendersSilent)
}

/// The record that goes and the one that comes, where there is one of each.
fn pair(it: &Replacement) -> Option<(SpfRecord, SpfRecord)> {
    match (it.removed.as_slice(), it.added.as_slice()) {
        ([old], [new]) => Some((read(&old.record)?, read(new)?)),
        _ => None,
    }
}

fn read(record: &ZoneRecord) -> Option<SpfRecord> {
    let RecordData::Txt(text) = &record.data else { return None };
    str::from_utf8(text).ok()?.parse().ok()
}

/// Whether one allows every sender whom the other allows, judged by their terms.
fn keeps_terms(old: &SpfRecord, new: &SpfRecord) -> bool {
    match (allowing_terms(old), allowing_terms(new)) {
        (Some(old), Some(new)) => old.is_subset(&new),
        _ => false,
    }
}

/// The terms that allow, as they print; `None` where others come between.
fn allowing_terms(record: &SpfRecord) -> Option<BTreeSet<String>> {
    let all = |it: &Mechanism| matches!(it, Mechanism::All);
    let mut terms = BTreeSet::new();
    for directive in record.directives() {
        match directive.qualifier() {
            Qualifier::Pass => {
                terms.insert(directive.mechanism().to_string());
            }
            _ if all(directive.mechanism()) => break,
            _ => return None,
        }
    }
    record.redirect().is_none().then_some(terms)
}

/// Whether a record allows what other records of the DNS name.
fn names_hosts(record: &SpfRecord) -> bool {
    use Mechanism::{A, Exists, Mx, Ptr};

    record
        .directives()
        .any(|it| matches!(it.mechanism(), A { .. } | Mx { .. } | Ptr(_) | Exists(_)))
}

/// The names that a record includes or gives its place to.
fn targets(record: &SpfRecord) -> Vec<Name> {
    let included = record.directives().filter_map(|it| match it.mechanism() {
        Mechanism::Include(target) => Some(target),
        _ => None,
    });
    let all = included.chain(record.redirect());
    all.filter_map(|it| Name::new(DomainSpec::as_str(it)).ok()).collect()
}
