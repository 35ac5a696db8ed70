//! A tag list, read as far as it can be.

use std::ops::Range;

use super::finding::{Finding, Fix, Rule, Severity};
use crate::RecordError;
use crate::record::tag_list::{self, FromTags, Seen};
use crate::record::{Grammar, Tag, elements};
use crate::text::work;

/// The tags that could be read, the first of each name.
pub(super) struct Tags<'a> {
    text: &'a str,
    tags: Vec<Tag<'a>>,
    grammar: Grammar,
    /// Whether these are all the elements there are.
    complete: bool,
}

impl<'a> Tags<'a> {
    /// Reads the list of a record of type `T`; what is malformed or repeated becomes a finding.
    pub(super) fn read<T: FromTags>(
        text: &'a str,
        malformed: &Rule,
        repeated: &Rule,
    ) -> (Self, Vec<Finding>) {
        let grammar = T::GRAMMAR;
        let mut tags = Vec::with_capacity(USUAL_TAGS);
        let mut findings = Vec::new();
        let mut seen = Seen::of_names(grammar);
        let mut gap = 0;
        let visible = grammar.is_visible(text);
        for element in elements(text, grammar) {
            match element.and_then(|tag| if visible { Ok(tag) } else { tag.visible(grammar) }) {
                Ok(tag) if !seen.insert(tag.name) => {
                    gap = tag.span.end;
                    findings.push(repeated.at(tag.span, format!("`{}` stands twice", tag.name)));
                }
                Ok(tag) => {
                    gap = tag.span.end;
                    tags.push(tag);
                }
                Err(error) => {
                    findings.push(malformed_element(&error, gap, malformed));
                    gap = error.span().end;
                }
            }
        }
        (Self { text, tags, grammar, complete: findings.is_empty() }, findings)
    }

    /// The record that the list makes.
    pub(super) fn record<T: FromTags>(&self) -> Result<T, RecordError> {
        match self.complete {
            true => T::from_tags(self.tags.iter().map(Ok), self.text.len()),
            false => tag_list::read(self.text),
        }
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, Tag<'a>> {
        self.tags.iter()
    }

    pub(super) fn first(&self) -> Option<&Tag<'a>> {
        self.tags.first()
    }

    /// The tag of this name; if there is none, one of the same letters in another case.
    pub(super) fn get(&self, name: &str) -> Option<&Tag<'a>> {
        work::add(self.tags.len());
        let meant = || self.iter().find(|tag| tag.name.eq_ignore_ascii_case(name));
        match self.grammar {
            Grammar::AnyCase => meant(),
            _ => self.exact(name).or_else(meant),
        }
    }

    /// The tag of exactly this name.
    pub(super) fn exact(&self, name: &str) -> Option<&Tag<'a>> {
        work::add(self.tags.len());
        self.iter().find(|tag| tag.name == name)
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
        let before = self.text(&(0..tag.span.start)).rsplit_once(';');
        match before.map(|(before, _)| before.trim_end().len()) {
            Some(end @ 1..) => Fix::replace(end..tag.span.end, ""),
            _ => {
                let after = self.text(&(tag.span.end..self.text.len()));
                let next =
                    after.find(';').map_or("", |end| after.get(end + 1..).unwrap_or_default());
                Fix::replace(tag.span.start..self.text.len() - next.trim_start().len(), "")
            }
        }
    }
}

/// Tags that most records do not exceed.
const USUAL_TAGS: usize = 8;

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
pub(super) fn unread<T>(
    record: &Result<T, RecordError>,
    findings: &[Finding],
    rule: &Rule,
) -> Option<Finding> {
    let error = record.as_ref().err()?;
    let explained = findings.iter().any(|finding| finding.severity == Severity::Error);
    (!explained).then(|| rule.at(error.span(), error.kind().to_string()))
}
