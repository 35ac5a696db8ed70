//! What sets of records say.

use super::*;

pub(super) fn snapshot(records: &[ZoneRecord]) -> ZoneSnapshot {
    let add =
        |zone: ZoneSnapshot, it: &ZoneRecord| zone.with_record(it.name.clone(), it.data.clone());
    records.iter().fold(ZoneSnapshot::new(), add)
}

pub(super) fn of_set(records: &[ZoneRecord], owner: &str, of: RecordType) -> Vec<RecordData> {
    let here = |it: &&ZoneRecord| it.name == name(owner) && it.data.record_type() == of;
    records.iter().filter(here).map(|it| it.data.clone()).collect()
}

/// The hosts of MX records; without any, the domain itself.
pub(super) fn hosts(records: &[RecordData]) -> Vec<Name> {
    let hosts = records.iter().filter_map(|it| match it {
        RecordData::Mx { exchange, .. } => Some(exchange.clone()),
        _ => None,
    });
    let hosts: Vec<Name> = hosts.collect();
    if hosts.is_empty() { vec![name("a.test")] } else { hosts }
}

pub(super) fn allows(zone: &ZoneSnapshot, sender: u8) -> bool {
    let request = SpfRequest::new([192, 0, 2, sender], "mx.a.test", "x@a.test");
    check_host(zone, &request).result == SpfResult::Pass
}

/// Whether receivers are asked to act on mail that fails.
pub(super) fn asks(records: &[RecordData], below: bool) -> bool {
    let text = |it: &RecordData| match it {
        RecordData::Txt(text) => DmarcRecord::from_published(str::from_utf8(text).ok()?).ok(),
        _ => None,
    };
    let policies: Vec<DmarcRecord> = records.iter().filter_map(text).collect();
    // Of several records none counts.
    let [policy] = policies.as_slice() else { return false };
    let asked = if below { policy.subdomain_policy() } else { policy.policy() };
    asked != Policy::None
}

pub(super) fn is_key(name: &Name) -> bool {
    name.as_str().contains("._domainkey.")
}

pub(super) fn key(data: Option<&RecordData>) -> Option<DkimKeyRecord> {
    let RecordData::Txt(text) = data? else { return None };
    str::from_utf8(text).ok()?.parse().ok()
}

pub(super) fn is_empty(data: Option<&RecordData>) -> bool {
    key(data).is_some_and(|key| key.is_revoked())
}

/// What verifies: the octets of a key, or where an alias leads.
pub(super) fn material(data: Option<&RecordData>) -> String {
    match key(data) {
        Some(key) => format!("{:?}", key.public_key()),
        None => format!("{data:?}"),
    }
}
