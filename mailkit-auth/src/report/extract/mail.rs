//! Finds the part of a mail that is the report.

use std::borrow::Cow;

use memchr::memmem;

use super::{Document, ExtractError, ExtractLimits, Form, Language, Part};
use crate::report::failure::FailureReport;

/// The first report of a mail.
pub(super) fn open(input: &[u8], limits: ExtractLimits) -> Result<Document<'_>, ExtractError> {
    let parts = Part::all(input, limits)?;
    if let Some(report) = FailureReport::of_parts(&parts, &limits.failure) {
        return Ok(Document::Failure(Box::new(report)));
    }
    let mut problem = ExtractError::NoReport;
    for (form, octets) in parts.into_iter().filter_map(report_part) {
        match form.open(octets, limits) {
            Err(ExtractError::NoReport) => {}
            Err(error) => problem = error,
            document => return document,
        }
    }
    Err(problem)
}

/// The content of a part that looks like a report.
fn report_part(part: Part<'_>) -> Option<(Form, Cow<'_, [u8]>)> {
    if part.is_message() || part.is("text/html") {
        return None;
    }
    let form = Form::of(&part.octets)?;
    (form != Form::Plain || names_report(&part.octets)).then_some((form, part.octets))
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
