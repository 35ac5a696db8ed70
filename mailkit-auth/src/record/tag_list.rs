//! The `name=value; name=value` grammar that most records share (RFC 6376 section 3.2).

pub(super) mod grammar;
mod seen;
mod tag;

use std::borrow::Borrow;
#[cfg(feature = "verify")]
use std::ops::Range;

pub(crate) use grammar::Grammar;
pub(crate) use seen::Seen;
pub(crate) use tag::Tag;

use crate::text::find;
use crate::{RecordError, RecordErrorKind};

/// Longest record that is read: more than any TXT record a name server answers over UDP.
pub(crate) const MAX_OCTETS: usize = 8 * 1024;

/// A record that is made of the tags of a list.
pub(crate) trait FromTags: Sized {
    /// How its list is written.
    const GRAMMAR: Grammar;

    /// Makes the record of its tags, in their order; `end` is where the text ends.
    ///
    /// The first tag that is an error is the error of the record.
    fn from_tags<'a, T: Borrow<Tag<'a>>>(
        tags: impl Iterator<Item = Result<T, RecordError>>,
        end: usize,
    ) -> Result<Self, RecordError>;
}

/// Reads a record out of a list that is well formed.
pub(crate) fn read<T: FromTags>(text: &str) -> Result<T, RecordError> {
    check_length(text, MAX_OCTETS)?;
    T::from_tags(strict(text, T::GRAMMAR), text.len())
}

/// The tags of a list as long as it is well formed and names no tag twice, then what is wrong.
pub(crate) fn strict(
    text: &str,
    grammar: Grammar,
) -> impl Iterator<Item = Result<Tag<'_>, RecordError>> {
    let mut seen = Seen::of_names(grammar);
    let elements = elements(text, grammar);
    let visible = grammar.is_visible(text);
    elements.map(move |tag| {
        let tag = if visible { tag? } else { tag?.visible(grammar)? };
        if grammar.names_repeat() || seen.insert(tag.name) {
            return Ok(tag);
        }
        let kind = RecordErrorKind::DuplicateTag { tag: tag.name.to_owned() };
        Err(RecordError::new(kind, tag.span))
    })
}

/// Splits `text` into its tags, each with its span or with what is wrong about it. Values are taken
/// as they are; see [`Tag::visible`].
///
/// A semicolon may end the list; elements between two semicolons may not be empty.
pub(crate) fn elements(text: &str, grammar: Grammar) -> Elements<'_> {
    Elements { text, at: Some(0), grammar }
}

/// The elements of a list that are still to be read.
pub(crate) struct Elements<'a> {
    text: &'a str,
    /// Where the next begins; `None` after the last.
    at: Option<usize>,
    grammar: Grammar,
}

impl<'a> Iterator for Elements<'a> {
    type Item = Result<Tag<'a>, RecordError>;

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.at?;
        let rest = self.text.get(start..)?;
        let end = find(rest, b';');
        self.at = end.map(|end| start + end + 1);
        let element = rest.get(..end.unwrap_or(rest.len()))?;
        if end.is_none() && self.grammar.is_blank(element) {
            return None;
        }
        Some(Tag::read(element, start, self.grammar))
    }
}

/// Refuses a text of more than `limit` octets.
pub(crate) fn check_length(text: &str, limit: usize) -> Result<(), RecordError> {
    if text.len() <= limit {
        return Ok(());
    }
    let kind = RecordErrorKind::TooLong { limit };
    Err(RecordError::new(kind, text.floor_char_boundary(limit)..text.len()))
}

/// Refuses a list that does not start with this version, letter by letter; `tag` is its first.
pub(crate) fn check_version(
    tag: Option<&Tag<'_>>,
    expected: &'static str,
) -> Result<(), RecordError> {
    let is_version = |tag: &Tag<'_>| {
        let value = expected.strip_prefix("v=");
        tag.span.start == 0 && tag.name == "v" && Some(tag.value) == value
    };
    match tag {
        Some(tag) if is_version(tag) => Ok(()),
        tag => {
            let span = tag.map_or(0..0, |tag| tag.span.clone());
            Err(RecordError::new(RecordErrorKind::WrongVersion { expected }, span))
        }
    }
}

/// The error that a record lacks this tag.
pub(crate) fn missing(tag: &'static str, end: usize) -> RecordError {
    RecordError::new(RecordErrorKind::MissingTag { tag }, end..end)
}

/// Where the value of the first tag of this name stands in a header field.
#[cfg(feature = "verify")]
pub(crate) fn value_span(text: &str, name: &str) -> Option<Range<usize>> {
    let mut tags = elements(text, Grammar::Folded).flatten();
    tags.find(|tag| tag.name == name).map(|tag| tag.value_span)
}

#[cfg(test)]
mod tests;
