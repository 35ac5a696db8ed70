//! A tag list, read as far as it can be.

use std::collections::HashSet;
use std::ops::Range;
use std::str::FromStr;

use super::finding::{Finding, Fix, Rule, Severity};
use crate::RecordError;
use crate::record::{Tag, elements, elements_named, is_field_name};

/// The tags that could be read, and what was wrong with the others.
pub(super) struct Tags<'a> {
    text: &'a str,
    tags: Vec<Tag<'a>>,
    /// Where the element before each tag ends.
    gaps: Vec<usize>,
}

impl<'a> Tags<'a> {
    /// Reads `text`; what is malformed or repeated becomes a finding.
    pub(super) fn read(text: &'a str, malformed: &Rule, repeated: &Rule) -> (Self, Vec<Finding>) {
        Self::read_elements(text, elements(text), str::to_ascii_lowercase, malformed, repeated)
    }

    /// The same for the fields of MTA-STS and TLS-RPT, whose names may hold more, and where one of
    /// another case is an extension.
    pub(super) fn read_fields(
        text: &'a str,
        malformed: &Rule,
        repeated: &Rule,
    ) -> (Self, Vec<Finding>) {
        let elements = elements_named(text, is_field_name);
        Self::read_elements(text, elements, str::to_owned, malformed, repeated)
    }

    fn read_elements(
        text: &'a str,
        elements: impl Iterator<Item = Result<Tag<'a>, RecordError>>,
        key: fn(&str) -> String,
        malformed: &Rule,
        repeated: &Rule,
    ) -> (Self, Vec<Finding>) {
        let mut read = Self { text, tags: Vec::new(), gaps: Vec::new() };
        let mut findings = Vec::new();
        let mut names = HashSet::new();
        let mut gap = 0;
        for element in elements {
            match element.and_then(Tag::visible) {
                Ok(tag) if !names.insert(key(tag.name)) => {
                    gap = tag.span.end;
                    findings.push(repeated.at(tag.span, format!("`{}` stands twice", tag.name)));
                }
                Ok(tag) => {
                    read.gaps.push(gap);
                    gap = tag.span.end;
                    read.tags.push(tag);
                }
                Err(error) => {
                    findings.push(malformed_element(&error, gap, malformed));
                    gap = error.span().end;
                }
            }
        }
        (read, findings)
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, Tag<'a>> {
        self.tags.iter()
    }

    pub(super) fn first(&self) -> Option<&Tag<'a>> {
        self.tags.first()
    }

    pub(super) fn get(&self, name: &str) -> Option<&Tag<'a>> {
        self.iter().find(|tag| tag.name.eq_ignore_ascii_case(name))
    }

    /// What stands at these bytes.
    pub(super) fn text(&self, span: &Range<usize>) -> &'a str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    /// The place after the last byte, for what is missing.
    pub(super) fn end(&self) -> Range<usize> {
        self.text.len()..self.text.len()
    }

    /// A fix that cuts a tag out, with the semicolon before it; for a first tag, the one after it.
    pub(super) fn removal(&self, tag: &Tag<'_>) -> Fix {
        let index = self.iter().position(|other| other.span == tag.span).unwrap_or_default();
        let gap = self.gaps.get(index).copied().unwrap_or(tag.span.start);
        if gap > 0 {
            return Fix::replace(gap..tag.span.end, "");
        }
        let next = self.tags.get(index + 1).map_or(self.text.len(), |next| next.span.start);
        Fix::replace(tag.span.start..next, "")
    }
}

/// An element that is no tag. Where nothing stands between two semicolons, one of them may go; `gap`
/// is where the element before ends.
fn malformed_element(error: &RecordError, gap: usize, rule: &Rule) -> Finding {
    let span = error.span();
    if span.is_empty() && gap > 0 {
        let fix = Fix::replace(gap..span.end, "");
        return rule.fixed(span, "nothing stands between two semicolons", fix);
    }
    rule.at(span, error.kind().to_string())
}

/// Says where a record cannot be read, if no other finding has explained it.
pub(super) fn unread<T: FromStr<Err = RecordError>>(
    text: &str,
    findings: &[Finding],
    rule: &Rule,
) -> Option<Finding> {
    let error = text.parse::<T>().err()?;
    let explained = findings.iter().any(|finding| finding.severity == Severity::Error);
    (!explained).then(|| rule.at(error.span(), error.kind().to_string()))
}
