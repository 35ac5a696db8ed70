//! The `name=value; name=value` grammar that DKIM and DMARC share (RFC 6376 section 3.2).

use std::ops::Range;
use std::str::FromStr;

use crate::{RecordError, RecordErrorKind};

/// One `name=value`, without the white space around either, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tag<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: &'a str,
    /// From the first byte of the name to the last of the value.
    pub(crate) span: Range<usize>,
    pub(crate) value_span: Range<usize>,
}

impl<'a> Tag<'a> {
    /// The value as one word.
    pub(crate) fn parse<T: FromStr>(&self) -> Result<T, RecordError> {
        self.value.parse().map_err(|_| self.invalid())
    }

    /// The value as words between separators.
    pub(crate) fn parse_list<T: FromStr>(&self, separator: char) -> Result<Vec<T>, RecordError> {
        let items = self.items(separator).map(str::parse);
        items.collect::<Result<_, _>>().map_err(|_| self.invalid())
    }

    /// What stands between separators, without the white space around it.
    pub(crate) fn items(&self, separator: char) -> impl Iterator<Item = &'a str> + use<'a> {
        self.value.split(separator).map(|item| item.trim_matches(is_space))
    }

    /// The tag, if its value holds visible characters and white space alone.
    pub(crate) fn visible(self) -> Result<Self, RecordError> {
        let odd = |c: char| !(is_space(c) || c.is_ascii_graphic());
        let Some((at, odd)) = self.value.char_indices().find(|&(_, c)| odd(c)) else {
            return Ok(self);
        };
        let at = self.value_span.start + at;
        let kind = RecordErrorKind::UnexpectedCharacter(odd);
        Err(RecordError::new(kind, at..at + odd.len_utf8()))
    }

    /// The error that this tag's value is outside its grammar.
    pub(crate) fn invalid(&self) -> RecordError {
        let kind = RecordErrorKind::InvalidValue { tag: self.name.to_owned() };
        RecordError::new(kind, self.value_span.clone())
    }
}

/// Longest record that is read: more than any TXT record a name server answers over UDP.
pub(crate) const MAX_OCTETS: usize = 8 * 1024;

/// Splits `text` into its tags, each with its span or with what is wrong about it. Values are taken
/// as they are; see [`Tag::visible`].
///
/// A semicolon may end the list; elements between two semicolons may not be empty.
pub(crate) fn elements(text: &str) -> impl Iterator<Item = Result<Tag<'_>, RecordError>> {
    elements_named(text, is_tag_name)
}

/// The same for tags with other names.
pub(crate) fn elements_named(
    text: &str,
    is_name: fn(&str) -> bool,
) -> impl Iterator<Item = Result<Tag<'_>, RecordError>> {
    let mut rest = Some((0, text));
    std::iter::from_fn(move || {
        let (start, tail) = rest?;
        let (element, after) = match tail.split_once(';') {
            Some((element, after)) => (element, Some(after)),
            None => (tail, None),
        };
        rest = after.map(|after| (start + element.len() + 1, after));
        if rest.is_none() && element.trim_matches(is_space).is_empty() {
            return None;
        }
        Some(read_tag(element, start, is_name))
    })
}

/// All tags of a list that is well formed and names no tag twice.
pub(crate) fn strict(text: &str) -> Result<Vec<Tag<'_>>, RecordError> {
    check_length(text, MAX_OCTETS)?;
    let mut tags: Vec<Tag<'_>> = Vec::new();
    let mut names = std::collections::HashSet::new();
    for tag in elements(text) {
        let tag = tag?.visible()?;
        if !names.insert(tag.name) {
            let kind = RecordErrorKind::DuplicateTag { tag: tag.name.to_owned() };
            return Err(RecordError::new(kind, tag.span));
        }
        tags.push(tag);
    }
    Ok(tags)
}

/// Refuses a text of more than `limit` octets.
pub(crate) fn check_length(text: &str, limit: usize) -> Result<(), RecordError> {
    if text.len() <= limit {
        return Ok(());
    }
    let kind = RecordErrorKind::TooLong { limit };
    Err(RecordError::new(kind, text.floor_char_boundary(limit)..text.len()))
}

/// Where the value of the first tag of this name stands.
#[cfg(feature = "verify")]
pub(crate) fn value_span(text: &str, name: &str) -> Option<Range<usize>> {
    elements(text).flatten().find(|tag| tag.name == name).map(|tag| tag.value_span)
}

fn read_tag(
    element: &str,
    start: usize,
    is_name: fn(&str) -> bool,
) -> Result<Tag<'_>, RecordError> {
    let span = trimmed_span(element, start);
    let malformed = || RecordError::new(RecordErrorKind::MalformedTag, span.clone());
    let (name, value) = element.split_once('=').ok_or_else(malformed)?;
    let value_span = trimmed_span(value, start + name.len() + 1);
    let (name, value) = (name.trim_matches(is_space), value.trim_matches(is_space));
    if !is_name(name) {
        return Err(malformed());
    }
    Ok(Tag { name, value, span, value_span })
}

/// Where `text`, which begins at `start`, stands without the white space around it.
fn trimmed_span(text: &str, start: usize) -> Range<usize> {
    let front = text.len() - text.trim_start_matches(is_space).len();
    start + front..start + front + text.trim_matches(is_space).len()
}

fn is_tag_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Folding white space, which a header field may hold and a TXT record should not.
pub(crate) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The name, the value and the span of the value.
    type Row<'a> = (&'a str, &'a str, Range<usize>);

    #[track_caller]
    fn check(text: &str, expected: Result<&[Row<'_>], &str>) {
        let actual = strict(text).map_err(|error| error.to_string());
        let actual = actual.map(|tags| {
            tags.into_iter().map(|tag| (tag.name, tag.value, tag.value_span)).collect::<Vec<_>>()
        });
        match (&actual, expected) {
            (Ok(actual), Ok(expected)) => assert_eq!(actual, expected, "{text:?}"),
            (Err(actual), Err(expected)) => assert_eq!(actual, expected, "{text:?}"),
            _ => panic!("{text:?}: {actual:?}, not {expected:?}"),
        }
    }

    #[test]
    fn lists() {
        check("", Ok(&[]));
        check("a=1", Ok(&[("a", "1", 2..3)]));
        check(" a = 1 2 ;b=;", Ok(&[("a", "1 2", 5..8), ("b", "", 12..12)]));
        check("p=a=b", Ok(&[("p", "a=b", 2..5)]));
        check("a=1;;b=2", Err("malformed tag at byte 4"));
        check("a", Err("malformed tag at byte 0"));
        check("1a=1", Err("malformed tag at byte 0"));
        check("a=1; a=2", Err("duplicate tag `a` at byte 5"));
        check("a=1; A=2", Ok(&[("a", "1", 2..3), ("A", "2", 7..8)]));
        check("a=ü", Err("unexpected character 'ü' at byte 2"));
        check("a=\u{1}", Err("unexpected character '\\u{1}' at byte 2"));
    }
}
