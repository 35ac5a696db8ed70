//! Walks a TOML table in the order of the file.

use std::ops::Range;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::MAX_LENGTH;
use crate::{ParseError, ParseErrorKind};

pub(super) fn read(text: &str) -> Result<Spanned<DeTable<'_>>, ParseError> {
    if text.len() > MAX_LENGTH {
        return Err(ParseError::new(ParseErrorKind::TooLong { limit: MAX_LENGTH }, 0..text.len()));
    }
    DeTable::parse(text).map_err(|error| {
        let span = error.span().unwrap_or(0..text.len());
        ParseError::new(ParseErrorKind::InvalidToml, span)
    })
}

pub(super) fn get<'a, 'i>(table: &'a DeTable<'i>, name: &str) -> Option<&'a Spanned<DeValue<'i>>> {
    table.iter().find(|(key, _)| key.get_ref() == name).map(|(_, value)| value)
}

pub(super) fn in_order<'a, 'i>(
    table: &'a DeTable<'i>,
) -> impl Iterator<Item = (&'a str, &'a Spanned<DeValue<'i>>)> {
    let mut rows: Vec<_> = table.iter().collect();
    rows.sort_by_key(|(key, _)| key.span().start);
    rows.into_iter().map(|(key, value)| (key.get_ref().as_ref(), value))
}

/// One string, or a list of them.
pub(super) fn strings(
    value: &Spanned<DeValue<'_>>,
) -> Result<Vec<(String, Range<usize>)>, ParseError> {
    let one = |value: &Spanned<DeValue<'_>>| {
        let text = value.get_ref().as_str().ok_or_else(|| wrong(value))?;
        Ok((text.to_owned(), value.span()))
    };
    match value.get_ref().as_array() {
        Some(values) => values.iter().map(one).collect(),
        None => Ok(vec![one(value)?]),
    }
}

/// A value of another form than its name asks for.
pub(super) fn wrong(value: &Spanned<DeValue<'_>>) -> ParseError {
    ParseError::new(ParseErrorKind::InvalidRule, value.span())
}
