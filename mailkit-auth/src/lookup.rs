//! Questions to the DNS and their answers, as plain values.
//!
//! The evaluators of this crate ask [`Question`]s and take [`Answer`]s; who fetches them is the
//! caller's choice: a [`ZoneSnapshot`] in tests and offline checks, the resolver of the feature
//! `resolver` in a mail server, or any other [`Lookup`].

mod dialogue;
mod name;
mod record_data;
mod records;
mod zone_snapshot;

use std::fmt;
use std::net::IpAddr;

#[cfg(any(feature = "resolver", feature = "verify"))]
pub(crate) use dialogue::Evaluation;
pub(crate) use dialogue::{Asker, Dialogue};
#[cfg(test)]
pub(crate) use name::comparisons;
pub(crate) use name::escaped_octet;
pub use name::{Name, NameError, NameErrorKind};
pub use record_data::{RecordData, RecordType};
pub use records::Records;
pub use zone_snapshot::ZoneSnapshot;

use crate::spf::Published;

/// What an evaluator needs to know from the DNS before it can go on.
///
/// ```
/// use mailkit_auth::lookup::{Name, Question, RecordType};
///
/// let question = Question::new(Name::new("acme.test")?, RecordType::Txt);
/// assert_eq!(question.to_string(), "acme.test TXT");
/// # Ok::<(), mailkit_auth::lookup::NameError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Question {
    /// The name asked about; complete, never relative to a search list.
    pub name: Name,
    /// The type of record asked for.
    pub record_type: RecordType,
}

impl Question {
    /// A question about this name.
    #[must_use]
    pub fn new(name: Name, record_type: RecordType) -> Self {
        Self { name, record_type }
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.record_type)
    }
}

/// The reply to a [`Question`]. Aliases (CNAME) have been followed, unless they were asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// The records, all of the type asked for.
    Records(Records),
    /// The name exists and has no record of this type (NODATA).
    NoRecords,
    /// The name does not exist (NXDOMAIN).
    NoSuchName,
    /// No answer now: a timeout, a server failure, a loop of aliases.
    TemporaryFailure,
}

impl Answer {
    /// Whether the answer is certain and empty: a "void lookup" (RFC 7208 section 4.6.4).
    #[must_use]
    #[inline]
    pub fn is_void(&self) -> bool {
        match self {
            Self::Records(records) => records.is_empty(),
            Self::NoRecords | Self::NoSuchName => true,
            Self::TemporaryFailure => false,
        }
    }

    /// The records of the answer; none where it brought none.
    #[must_use]
    #[inline]
    pub fn records(&self) -> &[RecordData] {
        match self {
            Self::Records(records) => records,
            Self::NoRecords | Self::NoSuchName | Self::TemporaryFailure => &[],
        }
    }

    /// The SPF record among the texts.
    #[inline]
    pub(crate) fn spf(&self) -> &Published {
        match self {
            Self::Records(records) => records.spf(),
            Self::NoRecords | Self::NoSuchName | Self::TemporaryFailure => &Published::Nothing,
        }
    }

    /// The addresses among the records.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> {
        self.records().iter().filter_map(|data| match data {
            RecordData::A(address) => Some(IpAddr::V4(*address)),
            RecordData::Aaaa(address) => Some(IpAddr::V6(*address)),
            _ => None,
        })
    }

    /// The texts among the records, as octets.
    pub fn texts(&self) -> impl Iterator<Item = &[u8]> {
        self.records().iter().filter_map(|data| match data {
            RecordData::Txt(text) => Some(text.as_slice()),
            _ => None,
        })
    }
}

impl From<Vec<RecordData>> for Answer {
    /// The answer of these records; without any, that there are none of the type.
    fn from(records: Vec<RecordData>) -> Self {
        if records.is_empty() { Self::NoRecords } else { Self::Records(records.into()) }
    }
}

/// A source of answers that does not make its caller wait: a table, a cache, a recording.
pub trait Lookup {
    /// The answer to this question.
    fn answer(&self, question: &Question) -> Answer;

    /// The records of that answer, where they stand in memory and can be read without a copy.
    ///
    /// `None`, as a source need not lend, says nothing: [`answer`](Self::answer) is asked then.
    fn lend(&self, _name: &Name, _record_type: RecordType) -> Option<&Records> {
        None
    }
}

impl<T: Lookup + ?Sized> Lookup for &T {
    fn answer(&self, question: &Question) -> Answer {
        (**self).answer(question)
    }

    fn lend(&self, name: &Name, record_type: RecordType) -> Option<&Records> {
        (**self).lend(name, record_type)
    }
}

/// Where an evaluation stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "an evaluation either asks or is done")]
pub enum Step<T> {
    /// It waits for the answer to this question.
    Ask(Question),
    /// It has come to its verdict.
    Done(T),
}
