//! The records that an action changes.

use std::fmt;

use mailkit_auth::lookup::RecordType;
use mailkit_auth::record::dkim::KeyType;
use mailkit_auth::rotation::{KeyPlace, RotationAction, RotationStep};
use mailkit_auth::zone::ZoneRecord;
use mailkit_auth::{DkimKeyRecord, Domain, DomainError};
use serde::Serialize;

/// What to add and to remove, and how to make what is not there yet.
#[derive(Serialize)]
pub(super) struct Change {
    added: Vec<ZoneRecord>,
    removed: Vec<ZoneRecord>,
    /// The command that makes the key and prints its record.
    #[serde(skip_serializing_if = "Option::is_none")]
    make: Option<String>,
}

impl Change {
    /// What an action changes; of a key that is not at hand, what is known without it.
    pub(super) fn of(
        action: &RotationAction,
        domain: &Domain,
        place: &KeyPlace,
        key: Option<&DkimKeyRecord>,
    ) -> Result<Self, DomainError> {
        let empty = DkimKeyRecord::revoked(action.key_type);
        let mut diff = action.records(domain, place, key.unwrap_or(&empty), TTL)?;
        let is_new = action.step == RotationStep::Publish && key.is_none();
        if is_new {
            diff.added.retain(|it| it.data.record_type() == RecordType::Cname);
        }
        if action.step == RotationStep::Revoke && key.is_none() {
            diff.removed.clear();
        }
        let make = is_new.then(|| make(action, domain, place));
        Ok(Self { added: diff.added, removed: diff.removed, make })
    }
}

fn make(action: &RotationAction, domain: &Domain, place: &KeyPlace) -> String {
    let RotationAction { selector, key_type, .. } = action;
    let algorithm = if *key_type == KeyType::Rsa { "rsa2048" } else { "ed25519" };
    let delegate = match place {
        KeyPlace::Delegated(zone) => format!(" --delegate {zone}"),
        _ => String::new(),
    };
    format!(
        "mailkit keys --domain {domain} --selector {selector} --algorithm {algorithm}{delegate} --out {selector}.pem"
    )
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.make.iter().try_for_each(|make| writeln!(f, "{make}"))?;
        self.removed.iter().try_for_each(|record| writeln!(f, "- {record}"))?;
        self.added.iter().try_for_each(|record| writeln!(f, "+ {record}"))
    }
}

const TTL: u32 = 3600;
