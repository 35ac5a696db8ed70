//! One tag of a list.

use std::ops::Range;
use std::str::FromStr;

use super::Grammar;
use crate::text::{split, split_once};
use crate::{RecordError, RecordErrorKind, ValueError};

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
    /// Reads the element that begins at `start`.
    pub(super) fn read(
        element: &'a str,
        start: usize,
        grammar: Grammar,
    ) -> Result<Self, RecordError> {
        let (trimmed, front) = grammar.trim(element);
        let start = start + front;
        let span = start..start + trimmed.len();
        let Some((name, value)) = split_once(trimmed, b'=') else {
            return Err(RecordError::new(RecordErrorKind::MalformedTag, span));
        };
        let value_start = start + name.len() + 1;
        let (name, _) = grammar.trim(name);
        let (value, front) = grammar.trim(value);
        if !grammar.is_name(name) {
            return Err(RecordError::new(RecordErrorKind::MalformedTag, span));
        }
        let value_start = value_start + front;
        Ok(Self { name, value, span, value_span: value_start..value_start + value.len() })
    }

    /// The value as one word.
    pub(crate) fn parse<T: FromStr<Err: Into<ValueError>>>(&self) -> Result<T, RecordError> {
        self.value.parse().map_err(|error: T::Err| self.invalid().with_cause(error))
    }

    /// The value as words between separators of ASCII.
    pub(crate) fn parse_list<T>(&self, separator: u8) -> Result<Vec<T>, RecordError>
    where
        T: FromStr<Err: Into<ValueError>>,
    {
        let parse = |(item, span): (&str, Range<usize>)| {
            item.parse().map_err(|error: T::Err| self.invalid_at(span).with_cause(error))
        };
        self.items(separator).map(parse).collect()
    }

    /// What stands between separators, without the white space around it, and where.
    pub(crate) fn items(&self, separator: u8) -> impl Iterator<Item = (&'a str, Range<usize>)> {
        let start = self.value_span.start;
        split(self.value, separator).map(move |(at, item)| {
            // Only a header field holds line ends at all.
            let (trimmed, front) = Grammar::Folded.trim(item);
            let start = start + at + front;
            (trimmed, start..start + trimmed.len())
        })
    }

    /// Whether one of the words between separators is this one.
    pub(crate) fn has_item(&self, separator: u8, word: &str) -> bool {
        self.items(separator).any(|(item, _)| item == word)
    }

    /// The lines of the value, parted by one space each.
    pub(crate) fn unfolded(&self) -> String {
        if !self.value.contains(['\r', '\n']) {
            return self.value.to_owned();
        }
        let lines = self.value.split(['\r', '\n']).map(|line| line.trim_matches([' ', '\t']));
        lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// The tag, if its value holds visible characters and white space alone.
    pub(crate) fn visible(self, grammar: Grammar) -> Result<Self, RecordError> {
        if grammar.is_visible(self.value) {
            return Ok(self);
        }
        let odd = |c: char| {
            let mut octets = [0; 4];
            !grammar.is_visible(c.encode_utf8(&mut octets))
        };
        let Some((at, odd)) = self.value.char_indices().find(|&(_, c)| odd(c)) else {
            return Ok(self);
        };
        let at = self.value_span.start + at;
        let kind = RecordErrorKind::UnexpectedCharacter(odd);
        Err(RecordError::new(kind, at..at + odd.len_utf8()))
    }

    /// The error that this tag's value is outside its grammar.
    pub(crate) fn invalid(&self) -> RecordError {
        self.invalid_at(self.value_span.clone())
    }

    /// The error that this part of the tag's value is outside its grammar.
    pub(crate) fn invalid_at(&self, span: Range<usize>) -> RecordError {
        RecordError::new(RecordErrorKind::InvalidValue { tag: self.name.to_owned() }, span)
    }
}
