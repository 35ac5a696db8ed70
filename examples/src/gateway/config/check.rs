//! What is wrong with a configuration although each of its values is right.

use std::collections::BTreeSet;
use std::ops::Range;

use super::Config;

impl Config {
    pub(super) fn check(&self) -> Result<(), Fault> {
        self.check_presence()?;
        self.check_departments()?;
        let addresses = self.mailboxes.iter().map(|it| it.address.to_string().to_lowercase());
        unique("mailbox", addresses)?;
        unique("egress", self.egresses.iter().map(|it| it.id.clone()))?;
        unique("provider", self.providers.iter().map(|it| it.name.to_string()))?;
        unique("department", self.departments.iter().map(|it| it.id.clone()))?;
        let intents = self.departments.iter().flat_map(|it| &it.intents);
        unique("intent of a department", intents.map(|it| it.0.to_string()))?;
        if !self.dns.zones.is_empty() && !self.dns.servers.is_empty() {
            return fault("dns.zones and dns.servers exclude each other; remove one");
        }
        Ok(())
    }

    fn check_presence(&self) -> Result<(), Fault> {
        let limits = &self.limits;
        let counts = [
            ("[[mailbox]]", self.mailboxes.len()),
            ("[[egress]]", self.egresses.len()),
            ("limits.message_bytes", limits.message_bytes),
            ("limits.recipients", limits.recipients),
            ("limits.connections", limits.connections),
            ("limits.connections_per_client", limits.connections_per_client),
            ("limits.command_timeout_seconds", usize::from(limits.command_timeout_seconds > 0)),
            ("outbound.concurrency", self.outbound.concurrency),
            (
                "outbound.connect_timeout_seconds",
                usize::from(self.outbound.connect_timeout_seconds > 0),
            ),
        ];
        match counts.iter().find(|(_, count)| *count == 0) {
            Some((what, _)) => fault(format!("there must be at least one {what}; it is 0")),
            None => Ok(()),
        }
    }

    fn check_departments(&self) -> Result<(), Fault> {
        for id in RESERVED {
            if self.departments.iter().any(|it| it.id == id) {
                return fault(format!(
                    "a department cannot be called `{id}`: that folder has its own use"
                ));
            }
        }
        for department in self.mailboxes.iter().filter_map(|it| it.department.as_ref()) {
            let wanted = department.get_ref();
            if !self.departments.iter().any(|it| it.id == *wanted) {
                let known: Vec<_> = self.departments.iter().map(|it| it.id.as_str()).collect();
                let known = known.join(", ");
                let message = format!("there is no department `{wanted}`; there are {known}");
                return Err((Some(department.span()), message));
            }
        }
        Ok(())
    }
}

/// A place, if there is one, and what is wrong.
pub(super) type Fault = (Option<Range<usize>>, String);

fn fault(message: impl Into<String>) -> Result<(), Fault> {
    Err((None, message.into()))
}

fn unique(what: &str, names: impl Iterator<Item = String>) -> Result<(), Fault> {
    let mut seen = BTreeSet::new();
    for name in names {
        if seen.contains(&name) {
            return fault(format!("the {what} `{name}` stands twice; remove one"));
        }
        seen.insert(name);
    }
    Ok(())
}

/// Folders of the spool that are no department's.
const RESERVED: [&str; 3] = ["quarantine", "state", "unsent"];
