//! Who answers a mail, and how soon. The library says what the sender wants; departments are ours.

use std::time::Duration;

use mailkit_risk::intent::{Intent, Urgency};

use super::config::{Config, Department, MailboxConfig};
use super::journal::Ticket;

/// The department and the deadline for a mail to this mailbox.
pub(super) fn triage<'a>(
    config: &'a Config,
    mailbox: &MailboxConfig,
    intent: &Intent,
) -> (&'a Department, Ticket) {
    let department = department(config, mailbox, intent);
    let usual = Duration::from_hours(department.answer_hours.into());
    let pressing = match intent.urgency {
        Urgency::Urgent => intent.deadline.unwrap_or(URGENT),
        _ => intent.deadline.unwrap_or(usual),
    };
    let ticket = Ticket {
        department: department.id.clone(),
        intent: intent.kind.to_string(),
        urgency: format!("{:?}", intent.urgency).to_lowercase(),
        answer_within: pressing.min(usual),
    };
    (department, ticket)
}

fn department<'a>(config: &'a Config, mailbox: &MailboxConfig, intent: &Intent) -> &'a Department {
    let fixed = mailbox.department.as_ref().map(|id| id.get_ref().as_str());
    let takes = |it: &&Department| match fixed {
        Some(id) => it.id == id,
        None => it.intents.iter().any(|wanted| wanted.0 == intent.kind),
    };
    config.departments.iter().find(takes).unwrap_or(&config.departments.first)
}

/// For a mail that is urgent and says no time.
const URGENT: Duration = Duration::from_hours(2);
