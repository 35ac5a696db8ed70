//! Reads MX records as a lookup gave them.

use super::{MxFault, MxFaultKind, MxHost, MxOrigin, MxSet};
use crate::{Domain, Limits, ParseErrorKind};

/// Reads records one by one and never holds more than the limits allow.
#[derive(Default)]
pub(super) struct RecordReader {
    hosts: Vec<MxHost>,
    faults: Vec<MxFault>,
    null: Option<u16>,
    over: Option<MxFault>,
}

impl RecordReader {
    pub(super) fn read(&mut self, preference: u16, target: &str) {
        match target.parse::<Domain>() {
            Ok(domain) => self.host(MxHost { preference, host: domain.into() }),
            // The root reads as an empty name.
            Err(error) if *error.kind() == ParseErrorKind::Empty => self.null = Some(preference),
            Err(error) => self.fault(preference, target, MxFaultKind::InvalidTarget(error)),
        }
    }

    fn host(&mut self, mut new: MxHost) {
        if let Some(known) = self.hosts.iter().position(|old| old.host == new.host) {
            if self.hosts.get(known).is_some_and(|old| old.preference == new.preference) {
                return;
            }
            let mut old = self.hosts.remove(known);
            if old.preference < new.preference {
                std::mem::swap(&mut old, &mut new);
            }
            self.fault(old.preference, &old.host.to_string(), MxFaultKind::Duplicate);
        }
        let place = self.hosts.partition_point(|old| old.preference <= new.preference);
        self.hosts.insert(place, new);
        if self.hosts.len() > Limits::MX_HOSTS
            && let Some(last) = self.hosts.pop()
        {
            self.over_limit(last.preference, &last.host.to_string());
        }
    }

    fn fault(&mut self, preference: u16, target: &str, kind: MxFaultKind) {
        if self.faults.len() >= Limits::MX_HOSTS {
            return self.over_limit(preference, target);
        }
        self.faults.push(MxFault { preference, target: target.chars().take(255).collect(), kind });
    }

    fn over_limit(&mut self, preference: u16, target: &str) {
        let first = || MxFault {
            preference,
            target: target.chars().take(255).collect(),
            kind: MxFaultKind::OverLimit { count: 0 },
        };
        if let MxFaultKind::OverLimit { count } = &mut self.over.get_or_insert_with(first).kind {
            *count = count.saturating_add(1);
        }
    }

    pub(super) fn finish(mut self, domain: Domain) -> MxSet {
        let alone = self.hosts.is_empty() && self.faults.is_empty();
        let origin = if self.null.is_some() && alone { MxOrigin::Null } else { MxOrigin::Records };
        if let Some(preference) = self.null
            && !alone
        {
            self.fault(preference, ".", MxFaultKind::NullAmongOthers);
        }
        self.faults.extend(self.over);
        MxSet { name: domain.into(), origin, hosts: self.hosts, faults: self.faults }
    }
}
