//! Reads the fields of a report.

use std::{ops::Range, str::FromStr};

use super::{Action, DeliveryStatus, RecipientStatus, TypedField, date};
use crate::{EnhancedCode, ParseError, ParseErrorKind};

impl FromStr for DeliveryStatus {
    type Err = ParseError;

    /// Lines may end with LF alone; groups of fields are parted by at least one empty line.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        if text.len() > Self::MAX_LENGTH {
            let kind = ParseErrorKind::TooLong { limit: Self::MAX_LENGTH };
            return Err(ParseError::new(kind, 0..text.len()));
        }
        let mut groups = groups(text).into_iter();
        let message = groups.next().unwrap_or_default();
        let mut status = Self {
            envelope_id: message.optional("Original-Envelope-Id"),
            reporting_mta: message.required("Reporting-MTA")?,
            received_from_mta: message.optional("Received-From-MTA"),
            arrival: message.value("Arrival-Date").and_then(date::read),
            recipients: Vec::new(),
        };
        for group in groups {
            if status.recipients.len() == Self::MAX_RECIPIENTS {
                let kind = ParseErrorKind::TooMany { limit: Self::MAX_RECIPIENTS };
                return Err(ParseError::new(kind, group.span));
            }
            status.recipients.push(recipient(&group)?);
        }
        Ok(status)
    }
}

fn recipient(group: &Group) -> Result<RecipientStatus, ParseError> {
    let action = group.required::<Word>("Action")?.0;
    let action = Action::ALL.into_iter().find(|known| known.code().eq_ignore_ascii_case(&action));
    let invalid = ParseErrorKind::InvalidField { name: "Action" };
    let invalid = || ParseError::new(invalid, group.span.clone());
    let status = group.required::<Word>("Status")?.0.parse::<EnhancedCode>();
    let status =
        status.map_err(|error| ParseError::new(error.kind().clone(), group.span.clone()))?;
    Ok(RecipientStatus {
        original_recipient: group.optional("Original-Recipient"),
        remote_mta: group.optional("Remote-MTA"),
        diagnostic: group.optional("Diagnostic-Code"),
        last_attempt: group.value("Last-Attempt-Date").and_then(date::read),
        will_retry_until: group.value("Will-Retry-Until").and_then(date::read),
        ..RecipientStatus::new(
            group.required::<TypedField>("Final-Recipient")?,
            action.ok_or_else(invalid)?,
            status,
        )
    })
}

/// The first word: many hosts put a comment after it.
struct Word(String);

impl FromStr for Word {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let word = text.split([' ', '(']).next().unwrap_or_default();
        Ok(Self(word.to_owned()))
    }
}

/// Fields up to an empty line, each unfolded.
#[derive(Debug, Default)]
struct Group {
    fields: Vec<(String, String)>,
    span: Range<usize>,
}

impl Group {
    fn value(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    fn optional<T: FromStr>(&self, name: &str) -> Option<T> {
        self.value(name)?.parse().ok()
    }

    fn required<T: FromStr<Err = ParseError>>(&self, name: &'static str) -> Result<T, ParseError> {
        let absent = || ParseError::new(ParseErrorKind::MissingField { name }, self.span.clone());
        let value = self.value(name).ok_or_else(absent)?;
        let invalid = ParseErrorKind::InvalidField { name };
        value.parse().map_err(|_| ParseError::new(invalid, self.span.clone()))
    }
}

fn groups(text: &str) -> Vec<Group> {
    let mut groups = Vec::new();
    let mut group = Group::default();
    let mut start = 0;
    for line in text.split('\n') {
        let end = start + line.len();
        let shown = line.trim_end();
        if shown.is_empty() {
            if !group.fields.is_empty() {
                groups.push(std::mem::take(&mut group));
            }
        } else {
            add_line(&mut group, shown, start..end);
        }
        start = end + 1;
    }
    if !group.fields.is_empty() {
        groups.push(group);
    }
    groups
}

fn add_line(group: &mut Group, line: &str, span: Range<usize>) {
    match group.fields.last_mut() {
        None => group.span = span,
        Some((_, value)) => {
            group.span.end = span.end;
            if line.starts_with([' ', '\t']) {
                value.push(' ');
                value.push_str(line.trim_start());
                return;
            }
        }
    }
    // A line that is no field hides in a group that has none of the fields sought.
    let (name, value) = line.split_once(':').unwrap_or((line, ""));
    group.fields.push((name.trim().to_owned(), value.trim().to_owned()));
}
