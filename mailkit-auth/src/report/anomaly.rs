//! What a reader forgave.

use std::fmt;

use serde::Serialize;

/// A place where a report is not what its standard says, and was read all the same.
///
/// [`Display`](fmt::Display) escapes what a stranger wrote, and is safe in a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Anomaly {
    /// What is odd.
    pub kind: AnomalyKind,
    /// The element or field that it is about.
    pub element: &'static str,
    /// What stands there, at most 100 characters of it; empty if nothing does.
    pub value: Box<str>,
}

impl Anomaly {
    pub(super) fn new(kind: AnomalyKind, element: &'static str, value: &str) -> Self {
        let end = value.char_indices().nth(MAX_VALUE).map_or(value.len(), |(at, _)| at);
        Self { kind, element, value: value.get(..end).unwrap_or_default().into() }
    }
}

/// Characters kept of a value.
const MAX_VALUE: usize = 100;

/// A kind of [`Anomaly`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum AnomalyKind {
    /// Characters around a value that belong to no value of its kind.
    Decoration,
    /// A second value where there can be one; the first is kept.
    Duplicate,
    /// An element without a value.
    Empty,
    /// The document names an encoding other than UTF-8.
    Encoding,
    /// Octets that are not UTF-8, replaced by U+FFFD.
    InvalidUtf8,
    /// A word of the standard in the wrong case.
    LetterCase,
    /// An element that cannot be read; it is left out.
    Malformed,
    /// An element that the standard asks for and the report lacks.
    Missing,
    /// More text than is kept; the rest is left out.
    TooLong,
    /// More values than are kept; the rest is left out. Of anomalies 32 are kept of a document or
    /// record.
    TooMany,
    /// A value that is none of those the standard knows; it is left out.
    UnknownValue,
    /// An element that the standard does not know; it is left out.
    UnknownElement,
    /// A whole number written with a fraction.
    Fraction,
    /// An element around the report.
    Wrapper,
}

impl AnomalyKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Decoration => "odd characters around the value",
            Self::Duplicate => "second value",
            Self::Empty => "empty",
            Self::Encoding => "encoding other than UTF-8",
            Self::InvalidUtf8 => "not UTF-8",
            Self::LetterCase => "wrong case",
            Self::Malformed => "cannot be read",
            Self::Missing => "missing",
            Self::TooLong => "longer than is kept",
            Self::TooMany => "more than are kept",
            Self::UnknownValue => "unknown value",
            Self::UnknownElement => "unknown element",
            Self::Fraction => "a fraction",
            Self::Wrapper => "inside another element",
        }
    }
}

impl fmt::Display for AnomalyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Anomaly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.element, self.kind)?;
        if self.value.is_empty() { Ok(()) } else { write!(f, " {:?}", self.value) }
    }
}

/// The first anomalies of one record or document; where there were more, the last says so.
#[derive(Clone, Debug, Default)]
pub(super) struct Anomalies(Vec<Anomaly>);

impl Anomalies {
    /// How many are kept.
    pub(super) const LIMIT: usize = 32;

    pub(super) fn add(&mut self, kind: AnomalyKind, element: &'static str, value: &str) {
        if self.0.len() < Self::LIMIT {
            self.0.push(Anomaly::new(kind, element, value));
        } else if self.0.len() == Self::LIMIT {
            self.0.push(Anomaly::new(AnomalyKind::TooMany, "anomalies", ""));
        }
    }

    /// Whether something is noted about this element.
    pub(super) fn names(&self, element: &str) -> bool {
        self.0.iter().any(|anomaly| anomaly.element == element)
    }

    /// Whether this is noted about this element.
    pub(super) fn has(&self, kind: AnomalyKind, element: &str) -> bool {
        self.0.iter().any(|anomaly| anomaly.kind == kind && anomaly.element == element)
    }

    pub(super) fn append(&mut self, other: Self) {
        for anomaly in other.0 {
            self.add(anomaly.kind, anomaly.element, &anomaly.value);
        }
    }

    pub(super) fn into_vec(self) -> Vec<Anomaly> {
        self.0
    }
}

impl From<Vec<Anomaly>> for Anomalies {
    fn from(anomalies: Vec<Anomaly>) -> Self {
        Self(anomalies)
    }
}
