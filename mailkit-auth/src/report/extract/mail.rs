//! Finds the part of a mail that is the report.

use std::borrow::Cow;

use mail_parser::{MessageParser, MessagePart, PartType};
use memchr::memmem;

use super::{Document, ExtractError, ExtractLimits, Form, Language};
use crate::report::failure::FailureReport;

/// The first report of a mail.
pub(super) fn open(input: &[u8], limits: ExtractLimits) -> Result<Document<'_>, ExtractError> {
    let message = MessageParser::new().parse(input).ok_or(ExtractError::NoReport)?;
    if message.parts.len() > limits.parts {
        return Err(ExtractError::TooManyParts { limit: limits.parts });
    }
    if let Some(report) = FailureReport::of_message(&message, &limits.failure) {
        return Ok(Document::Failure(Box::new(report)));
    }
    let mut problem = ExtractError::NoReport;
    for (form, octets) in message.parts.into_iter().filter_map(report_part) {
        match form.open(octets, limits) {
            Err(ExtractError::NoReport) => {}
            Err(error) => problem = error,
            document => return document,
        }
    }
    Err(problem)
}

/// The content of a part that looks like a report.
fn report_part(part: MessagePart<'_>) -> Option<(Form, Cow<'_, [u8]>)> {
    let octets = match part.body {
        PartType::Text(Cow::Borrowed(text)) => Cow::Borrowed(text.as_bytes()),
        PartType::Text(Cow::Owned(text)) => Cow::Owned(text.into_bytes()),
        PartType::Binary(octets) | PartType::InlineBinary(octets) => octets,
        PartType::Html(_) | PartType::Message(_) | PartType::Multipart(_) => return None,
    };
    let form = Form::of(&octets)?;
    (form != Form::Plain || names_report(&octets)).then_some((form, octets))
}

/// Whether a plain text has the words of a report where they belong.
fn names_report(octets: &[u8]) -> bool {
    let start = octets.get(..WORDS_WITHIN).unwrap_or(octets);
    let has = |word: &str| memmem::find(start, word.as_bytes()).is_some();
    match Language::of(octets) {
        Some(Language::Xml) => has("feedback"),
        Some(Language::Json) => has("\"report-id\"") || has("\"policies\""),
        None => false,
    }
}

/// Octets in which a report shows that it is one.
const WORDS_WITHIN: usize = 64 * 1024;
