//! A report that comes again: the same once more, or another under its name.

use std::net::IpAddr;

use super::name::{FNV_OFFSET, hash_on};
use super::rules::authenticated;
use super::{ReportSender, Sources};
use crate::Domain;
use crate::report::dmarc::{AggregateHeader, AggregateRecord};

/// Holds a report against the one of its name that was counted; made by [`Sources::repeat`].
///
/// Nothing is counted. Whoever knows how a receiver names its reports can send another one first:
/// which of two is forged is not for a program to say, but that there are two is.
#[derive(Clone, Debug)]
pub struct Repeat {
    counted: Content,
    seen: Content,
}

impl Repeat {
    /// Looks at a record.
    pub fn add(&mut self, record: &AggregateRecord) {
        self.seen.add(record);
    }

    /// Whether all records were those of the report that was counted, in their order.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.counted == self.seen
    }
}

impl Sources {
    /// Begins to compare a report with the one of the same reporter, domain, day and name that was
    /// counted; `None` if there was none.
    #[must_use]
    pub fn repeat(&self, header: &AggregateHeader, sender: &ReportSender) -> Option<Repeat> {
        let (report, _) = super::identity(header, sender).ok()?;
        let counted = self.counted(&report)?;
        Some(Repeat { counted, seen: Content::default() })
    }
}

/// A hash of what counts of the records of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Content(pub(super) u128);

impl Default for Content {
    fn default() -> Self {
        Self(FNV_OFFSET)
    }
}

impl Content {
    pub(super) fn add(&mut self, record: &AggregateRecord) {
        let evaluated = &record.policy_evaluated;
        let address = match record.source_ip {
            IpAddr::V4(address) => address.to_ipv6_mapped(),
            IpAddr::V6(address) => address,
        };
        let words = [
            evaluated.disposition.map_or("", |it| it.as_word()),
            evaluated.dkim.map_or("", |it| it.as_word()),
            evaluated.spf.map_or("", |it| it.as_word()),
            evaluated.reasons.first().and_then(|it| it.kind).map_or("", |it| it.as_word()),
            record.header_from.as_ref().map_or("", |it| it.as_str()),
        ];
        let numbers = hash_on(hash_on(self.0, &address.octets()), &record.count.to_be_bytes());
        // The octet between them is in none of the words.
        let add = |hash, word: &str| hash_on(hash_on(hash, word.as_bytes()), &[0]);
        let domains = authenticated(record).map(Domain::as_str);
        self.0 = words.into_iter().chain(domains).fold(numbers, add);
    }
}
