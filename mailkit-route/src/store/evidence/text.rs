//! One line a finding.

use std::{fmt, net::IpAddr, str::FromStr};

use super::{SharedChange, SharedEvidence, SharedRoundTrip, SharedScope, SharedWay, SharedWork};
use crate::evidence::Kind;
use crate::{ParseError, ParseErrorKind};

impl fmt::Display for SharedEvidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEAD}{}", self.left_out)?;
        for (scope, (at, change)) in &self.breakers {
            match change {
                SharedChange::Closed => writeln!(f, "closed {at} {scope}")?,
                SharedChange::Open { until, kind, failures } => {
                    let kind = name_of(*kind);
                    writeln!(f, "open {at} {kind} {failures} until {until} {scope}")?;
                }
            }
        }
        for (address, SharedWork { at, count, mean, last }) in &self.works {
            writeln!(f, "work {at} of {count} mean {mean} last {last} host {address}")?;
        }
        for ((address, egress), SharedRoundTrip { last, mean }) in &self.round_trips {
            let ((at, last), (count, mean_at, mean)) = (last, mean);
            write!(f, "round-trip {at} last {last} of {count} at {mean_at} mean {mean} ")?;
            writeln!(f, "way {address} {egress}")?;
        }
        Ok(())
    }
}

impl fmt::Display for SharedScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(address) => write!(f, "host {address}"),
            Self::Path(address, egress) => write!(f, "path {address} {egress}"),
            Self::Reputation(domain, egress) => write!(f, "reputation {domain} {egress}"),
            Self::Way((address, egress)) => write!(f, "way {address} {egress}"),
        }
    }
}

impl FromStr for SharedEvidence {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        if text.len() > Self::MAX_BYTES {
            let kind = ParseErrorKind::TooLong { limit: Self::MAX_BYTES };
            return Err(ParseError::new(kind, 0..text.len()));
        }
        let (mut shared, mut start) = (Self::default(), 0);
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let span = start..start + line.len();
            start = span.end;
            let read = match number {
                0 => shared.read_head(line),
                1..=Self::MAX_ENTRIES => shared.read(line).ok_or(ParseErrorKind::InvalidRule),
                _ => Err(ParseErrorKind::TooMany { limit: Self::MAX_ENTRIES }),
            };
            read.map_err(|kind| ParseError::new(kind, span))?;
        }
        if start == 0 { Err(ParseError::new(ParseErrorKind::Empty, 0..0)) } else { Ok(shared) }
    }
}

impl SharedEvidence {
    fn read_head(&mut self, line: &str) -> Result<(), ParseErrorKind> {
        let wrong = ParseErrorKind::WrongVersion { expected: VERSION };
        let count = line.strip_prefix(HEAD).ok_or(wrong)?;
        let count = count.strip_suffix('\n').and_then(number);
        self.left_out = count.ok_or(ParseErrorKind::InvalidField { name: "left-out" })?;
        Ok(())
    }

    /// One line, whose subject was in none before.
    fn read(&mut self, line: &str) -> Option<()> {
        let mut words = Words(line.strip_suffix('\n')?);
        let is_new = match words.next()? {
            "closed" => {
                let at = words.number()?;
                self.breakers.insert(words.scope()?, (at, SharedChange::Closed)).is_none()
            }
            "open" => {
                let (at, change) = (words.number()?, words.opening()?);
                self.breakers.insert(words.scope()?, (at, change)).is_none()
            }
            "work" => {
                let work = words.work()?;
                self.works.insert(words.host()?, work).is_none()
            }
            "round-trip" => {
                let round_trip = words.round_trip()?;
                self.round_trips.insert(words.way()?, round_trip).is_none()
            }
            _ => return None,
        };
        is_new.then_some(())
    }
}

/// What is left of a line.
struct Words<'a>(&'a str);

impl<'a> Words<'a> {
    fn next(&mut self) -> Option<&'a str> {
        let (word, rest) = self.0.split_once(' ')?;
        self.0 = rest;
        Some(word)
    }

    fn number<T: FromStr>(&mut self) -> Option<T> {
        number(self.next()?)
    }

    /// A number after its name.
    fn named<T: FromStr>(&mut self, name: &str) -> Option<T> {
        self.next().filter(|word| *word == name)?;
        self.number()
    }

    fn opening(&mut self) -> Option<SharedChange> {
        let word = self.next()?;
        let kind = KINDS.into_iter().find(|kind| name_of(*kind) == word)?;
        let failures = self.number()?;
        Some(SharedChange::Open { until: self.named("until")?, kind, failures })
    }

    fn work(&mut self) -> Option<SharedWork> {
        let (at, count) = (self.number()?, self.named("of")?);
        Some(SharedWork { at, count, mean: self.named("mean")?, last: self.named("last")? })
    }

    fn round_trip(&mut self) -> Option<SharedRoundTrip> {
        let last = (self.number()?, self.named("last")?);
        let mean = (self.named("of")?, self.named("at")?, self.named("mean")?);
        Some(SharedRoundTrip { last, mean })
    }

    /// The end of the line.
    fn scope(&mut self) -> Option<SharedScope> {
        Some(match self.next()? {
            "host" => SharedScope::Host(self.0.parse().ok()?),
            "path" => SharedScope::Path(self.address()?, self.egress()?),
            "reputation" => SharedScope::Reputation(self.next()?.parse().ok()?, self.egress()?),
            "way" => SharedScope::Way((self.address()?, self.egress()?)),
            _ => return None,
        })
    }

    fn host(&mut self) -> Option<IpAddr> {
        let SharedScope::Host(address) = self.scope()? else { return None };
        Some(address)
    }

    fn way(&mut self) -> Option<SharedWay> {
        let SharedScope::Way(way) = self.scope()? else { return None };
        Some(way)
    }

    fn address(&mut self) -> Option<IpAddr> {
        self.next()?.parse().ok()
    }

    /// The id of an egress, which may have spaces.
    fn egress(&self) -> Option<Box<str>> {
        let is_fit = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
        let is_id = (1..=64).contains(&self.0.len()) && self.0.bytes().all(is_fit);
        is_id.then(|| self.0.into())
    }
}

/// Digits alone.
fn number<T: FromStr>(word: &str) -> Option<T> {
    word.bytes().all(|byte| byte.is_ascii_digit()).then(|| word.parse().ok())?
}

fn name_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Connection => "connection",
        Kind::Deferral => "deferral",
    }
}

const KINDS: [Kind; 2] = [Kind::Connection, Kind::Deferral];
const HEAD: &str = "shared-evidence 1 left-out ";
const VERSION: &str = "shared-evidence 1";
