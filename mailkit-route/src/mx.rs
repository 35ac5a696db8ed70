//! The mail exchangers of a domain: RFC 5321 section 5.1 and RFC 7505.

use std::fmt;

use crate::{Domain, Host, seed::Dice};

mod fault;
mod read;

pub use fault::{MxFault, MxFaultKind};

use read::RecordReader;

/// The mail exchangers of one domain, lowest preference first.
///
/// Records that cannot be used stay visible as [`faults`](Self::faults).
///
/// ```
/// use mailkit_route::MxSet;
/// let records = [(20, "mx2.buyer.example".into()), (10, "mx1.buyer.example.".into())];
/// let mx = MxSet::new("buyer.example".parse()?, records);
/// assert_eq!(mx.to_string(), "10 mx1.buyer.example, 20 mx2.buyer.example");
/// # Ok::<(), mailkit_route::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MxSet {
    name: Host,
    origin: MxOrigin,
    hosts: Vec<MxHost>,
    faults: Vec<MxFault>,
}

impl MxSet {
    /// The MX records a lookup gave, in any order, targets as text. No record at all means an
    /// implicit MX (RFC 5321 section 5.1); records that are all unusable do not.
    #[must_use]
    pub fn new(domain: Domain, records: impl IntoIterator<Item = (u16, String)>) -> Self {
        let mut records = records.into_iter().peekable();
        if records.peek().is_none() {
            return Self::implicit(domain);
        }
        let mut reader = RecordReader::default();
        records.for_each(|(preference, target)| reader.read(preference, &target));
        reader.finish(domain)
    }

    /// A domain without MX records: it is its own exchanger, with preference 0.
    #[must_use]
    pub fn implicit(domain: Domain) -> Self {
        Self::single(domain.into(), MxOrigin::Implicit)
    }

    /// An address literal: no MX lookup, one host (RFC 5321 section 4.1.3).
    #[must_use]
    pub fn literal(address: std::net::IpAddr) -> Self {
        Self::single(Host::Address(address), MxOrigin::Literal)
    }

    fn single(name: Host, origin: MxOrigin) -> Self {
        let hosts = vec![MxHost { preference: 0, host: name.clone() }];
        Self { name, origin, hosts, faults: Vec::new() }
    }

    /// The domain or literal the mail is for.
    #[must_use]
    pub fn name(&self) -> &Host {
        &self.name
    }

    /// Where the hosts come from.
    #[must_use]
    pub fn origin(&self) -> MxOrigin {
        self.origin
    }

    /// Whether the domain says that it takes no mail (RFC 7505 section 3).
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.origin == MxOrigin::Null
    }

    /// The usable hosts; among equal preferences in the order of the records.
    #[must_use]
    pub fn hosts(&self) -> &[MxHost] {
        &self.hosts
    }

    /// The records that are not used, and why.
    #[must_use]
    pub fn faults(&self) -> &[MxFault] {
        &self.faults
    }

    /// The hosts as a client must try them: by preference, equals in an order drawn from `seed`
    /// (RFC 5321 section 5.1).
    ///
    /// ```
    /// use mailkit_route::MxSet;
    /// let records = [(10, "a.example".into()), (10, "b.example".into()), (5, "c.example".into())];
    /// let mx = MxSet::new("example".parse()?, records);
    /// assert_eq!(mx.ordered(1)[0].host.to_string(), "c.example");
    /// assert_eq!(mx.ordered(1), mx.ordered(1));
    /// # Ok::<(), mailkit_route::ParseError>(())
    /// ```
    #[must_use]
    pub fn ordered(&self, seed: u64) -> Vec<MxHost> {
        let mut dice = Dice::new(seed);
        let mut hosts = self.hosts.clone();
        hosts.chunk_by_mut(|a, b| a.preference == b.preference).for_each(|tier| dice.shuffle(tier));
        hosts
    }

    /// Leaves out the first of our own hosts and every host that is no better than it, so that mail
    /// does not come back to us (RFC 5321 section 5.1).
    ///
    /// ```
    /// use mailkit_route::MxSet;
    /// let records = [(10, "mx1.example".into()), (20, "us.example".into()), (30, "mx3.example".into())];
    /// let cut = MxSet::new("example".parse()?, records).without_own(|mx| mx.host.to_string() == "us.example");
    /// assert_eq!(cut.kept.to_string(), "10 mx1.example");
    /// assert!(!cut.is_loop());
    /// # Ok::<(), mailkit_route::ParseError>(())
    /// ```
    #[must_use]
    pub fn without_own(&self, is_own: impl Fn(&MxHost) -> bool) -> OwnTruncation {
        let own = self.hosts.iter().find(|host| is_own(host)).map(|host| host.preference);
        let better = |host: &MxHost| own.is_none_or(|own| host.preference < own);
        let (hosts, removed) = self.hosts.iter().cloned().partition(better);
        OwnTruncation { kept: Self { hosts, ..self.clone() }, removed }
    }

    /// The same set with the hosts that `keep` keeps.
    pub(crate) fn retaining(mut self, keep: impl FnMut(&MxHost) -> bool) -> Self {
        self.hosts.retain(keep);
        self
    }
}

impl fmt::Display for MxSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_null() {
            return f.write_str("0 .");
        }
        for (index, host) in self.hosts.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{host}")?;
        }
        Ok(())
    }
}

/// Where the hosts of an [`MxSet`] come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MxOrigin {
    /// The domain has no MX record and is its own host.
    Implicit,
    /// The mail is for an address literal.
    Literal,
    /// The domain takes no mail (RFC 7505).
    Null,
    /// MX records.
    Records,
}

/// One mail exchanger.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MxHost {
    /// Lower is tried first.
    pub preference: u16,
    /// Its name, or the address of a literal.
    pub host: Host,
}

impl fmt::Display for MxHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.preference, self.host)
    }
}

/// What [`MxSet::without_own`] left and took away.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OwnTruncation {
    /// The hosts better than the first of our own.
    pub kept: MxSet,
    /// Our own host and every host no better than it.
    pub removed: Vec<MxHost>,
}

impl OwnTruncation {
    /// We are the best exchanger, and yet the mail is to be sent on: `5.4.6`, routing loop.
    #[must_use]
    pub fn is_loop(&self) -> bool {
        self.kept.hosts.is_empty() && !self.removed.is_empty()
    }
}

#[cfg(test)]
mod tests;
