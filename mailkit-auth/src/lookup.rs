//! Questions to the DNS and their answers, as plain values.
//!
//! The evaluators of this crate ask [`Question`]s and take [`Answer`]s; who fetches them is the
//! caller's choice: a [`ZoneSnapshot`] in tests and offline checks, the resolver of the feature
//! `resolver` in a mail server, or any other [`Lookup`].

mod dialogue;
mod name;
mod records;
mod zone_snapshot;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

#[cfg(any(feature = "resolver", feature = "verify"))]
pub(crate) use dialogue::Evaluation;
pub(crate) use dialogue::{Asker, Dialogue};
#[cfg(test)]
pub(crate) use name::comparisons;
pub(crate) use name::escaped_octet;
pub use name::{Name, NameError, NameErrorKind};
pub use records::Records;
pub use zone_snapshot::ZoneSnapshot;

use crate::record::tlsa::TlsaData;
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

/// A type of DNS record that mail authentication asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "UPPERCASE"))]
#[non_exhaustive]
pub enum RecordType {
    /// An IPv4 address.
    A,
    /// An IPv6 address.
    Aaaa,
    /// An alias. A question of any other type follows it; this one asks where it leads.
    Cname,
    /// The fingerprint of a zone's key, held by the zone above: present if the zone is signed (RFC 4034 section 5).
    Ds,
    /// A mail exchanger.
    Mx,
    /// A server of a zone.
    Ns,
    /// A name for an address.
    Ptr,
    /// An SPF record under the type 99 that RFC 7208 section 3.1 gave up.
    Spf,
    /// The certificate of a TLS server (RFC 6698).
    Tlsa,
    /// A text.
    Txt,
}

impl fmt::Display for RecordType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Cname => "CNAME",
            Self::Ds => "DS",
            Self::Mx => "MX",
            Self::Ns => "NS",
            Self::Ptr => "PTR",
            Self::Spf => "SPF",
            Self::Tlsa => "TLSA",
            Self::Txt => "TXT",
        })
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

/// What one DNS record says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecordData {
    /// An IPv4 address.
    A(Ipv4Addr),
    /// An IPv6 address.
    Aaaa(Ipv6Addr),
    /// An alias of another name.
    Cname(Name),
    /// The fingerprint of a zone's key.
    Ds {
        /// Which key it is.
        key_tag: u16,
        /// The algorithm of the key.
        algorithm: u8,
        /// The algorithm of the digest.
        digest_type: u8,
        /// The digest.
        digest: Vec<u8>,
    },
    /// A mail exchanger.
    Mx {
        /// The lower is tried first.
        preference: u16,
        /// The host; the root name in a null MX (RFC 7505).
        exchange: Name,
    },
    /// A server of a zone.
    Ns(Name),
    /// A name for an address.
    Ptr(Name),
    /// An SPF record under its old type.
    Spf(Vec<u8>),
    /// The certificate of a TLS server, as it was published: [`TlsaData::record`] says whether it is a
    /// valid record.
    Tlsa(TlsaData),
    /// A text: its character-strings joined without a separator (RFC 7208 section 3.3). The octets
    /// come from strangers and need not be ASCII.
    Txt(Vec<u8>),
}

impl From<Vec<RecordData>> for Answer {
    /// The answer of these records; without any, that there are none of the type.
    fn from(records: Vec<RecordData>) -> Self {
        if records.is_empty() { Self::NoRecords } else { Self::Records(records.into()) }
    }
}

impl RecordData {
    /// The type of the record.
    #[must_use]
    pub fn record_type(&self) -> RecordType {
        match self {
            Self::A(_) => RecordType::A,
            Self::Aaaa(_) => RecordType::Aaaa,
            Self::Cname(_) => RecordType::Cname,
            Self::Ds { .. } => RecordType::Ds,
            Self::Mx { .. } => RecordType::Mx,
            Self::Ns(_) => RecordType::Ns,
            Self::Ptr(_) => RecordType::Ptr,
            Self::Spf(_) => RecordType::Spf,
            Self::Tlsa(_) => RecordType::Tlsa,
            Self::Txt(_) => RecordType::Txt,
        }
    }
}

impl From<IpAddr> for RecordData {
    fn from(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => Self::A(address),
            IpAddr::V6(address) => Self::Aaaa(address),
        }
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
