//! The terms of an SPF record, and how a text is split into them (RFC 7208 section 4.6.1).

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use super::{Directive, Modifier, VERSION, domain_spec, modifier};
use crate::record::check_length;
use crate::record::tag_list::MAX_OCTETS;
use crate::text::{split, work};
use crate::{RecordError, RecordErrorKind};

/// One term of an SPF record (RFC 7208 section 4.6.1).
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "the grammar knows these two and calls the rest errors"
)]
pub enum SpfTerm {
    /// A mechanism and what its match means.
    Directive(Directive),
    /// A name and a value that mean something for the whole record.
    Modifier(Modifier),
}

impl SpfTerm {
    /// Reads a term whose characters are visible.
    fn read(text: &str) -> Result<Self, RecordError> {
        work::add(text.len());
        match modifier::split(text) {
            Some((name, value)) => Modifier::read(name, value).map(Self::Modifier),
            None => Directive::read(text).map(Self::Directive),
        }
    }
}

impl FromStr for SpfTerm {
    type Err = RecordError;

    fn from_str(text: &str) -> Result<Self, RecordError> {
        domain_spec::check_visible(text)?;
        Self::read(text)
    }
}

impl fmt::Display for SpfTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directive(directive) => directive.fmt(f),
            Self::Modifier(modifier) => modifier.fmt(f),
        }
    }
}

/// A term as [`SpfRecord::scan`](super::SpfRecord::scan) finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScannedTerm {
    /// Its bytes in the text.
    pub span: Range<usize>,
    /// The term, or what is wrong with it and where in the text.
    pub term: Result<SpfTerm, RecordError>,
}

/// The terms of a record, those that cannot be read among them.
pub(super) fn scan(text: &str) -> Result<impl Iterator<Item = ScannedTerm>, RecordError> {
    let Some(terms) = strip_version(text) else {
        let kind = RecordErrorKind::WrongVersion { expected: VERSION };
        return Err(RecordError::new(kind, 0..text.find(' ').unwrap_or(text.len())));
    };
    check_length(text, MAX_OCTETS)?;
    let visible = terms.bytes().fold(true, |visible, octet| visible & matches!(octet, b' '..=b'~'));
    let read = if visible { SpfTerm::read } else { str::parse };
    // Terms are separated by spaces, and by nothing else.
    let terms = split(terms, b' ').filter(|(_, term)| !term.is_empty());
    Ok(terms.map(move |(at, text)| {
        let start = VERSION.len() + at;
        let term = read(text).map_err(|error| error.shifted(start));
        ScannedTerm { span: start..start + text.len(), term }
    }))
}

/// What follows the version, if the text is an SPF record.
pub(super) fn strip_version(text: &str) -> Option<&str> {
    let (version, rest) = text.split_at_checked(VERSION.len())?;
    let ends = rest.is_empty() || rest.starts_with(' ');
    (version.eq_ignore_ascii_case(VERSION) && ends).then_some(rest)
}
