//! The records of a tree and what they take.

use std::ops::{Add, AddAssign, Range};

use super::SpfTreeProblem;
use crate::lookup::Name;
use crate::record::spf::SpfTerm;
use crate::spf::IpNetwork;

/// One record of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SpfNode {
    /// The name that publishes it.
    pub name: Name,
    /// The record as it was read; `None` if there is not exactly one.
    pub record: Option<String>,
    /// Its terms in their order; none where the record cannot be read.
    pub terms: Vec<SpfNodeTerm>,
    /// What its terms take together.
    pub cost: SpfCost,
    /// Why there are no terms.
    pub problem: Option<SpfTreeProblem>,
}

/// One term of a record in a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SpfNodeTerm {
    /// The term as it stands in the record.
    pub text: String,
    /// Its bytes in the record.
    pub span: Range<usize>,
    /// The term as it was read.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub term: SpfTerm,
    /// The name it is about, the record's own where it names none; `None` if it is about none, or
    /// if the mail decides.
    pub target: Option<Name>,
    /// How far it could be followed.
    pub state: SpfTermState,
    /// The networks that it names itself or by its hosts.
    pub networks: Vec<IpNetwork>,
    /// How many mail exchangers an `mx` has.
    pub mx_hosts: usize,
    /// What it takes, with the record that it leads to.
    pub cost: SpfCost,
    /// The record that an `include` or `redirect` leads to.
    pub nested: Option<Box<SpfNode>>,
}

/// How far a term could be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum SpfTermState {
    /// To its end.
    Resolved,
    /// Not at all: the mail decides what it stands for, by a macro or the names of the client.
    DependsOnMessage,
    /// No check reaches it, since it stands after an `all` or is a `redirect` beside one.
    NotReached,
    /// Until something went wrong.
    Problem(SpfTreeProblem),
}

/// What a record or a term takes of the limits of a check (RFC 7208 section 4.6.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SpfCost {
    /// Terms that need a lookup, of which a check has ten.
    pub lookups: usize,
    /// Terms whose lookup brings nothing for a client with an IPv4 address, of which a check
    /// forgives two.
    pub void_ip4: usize,
    /// The same for a client with an IPv6 address: a host without one is void for it.
    pub void_ip6: usize,
}

impl SpfCost {
    /// The void lookups of the family that has more of them.
    #[must_use]
    pub fn void_lookups(&self) -> usize {
        self.void_ip4.max(self.void_ip6)
    }
}

impl Add for SpfCost {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            lookups: self.lookups + other.lookups,
            void_ip4: self.void_ip4 + other.void_ip4,
            void_ip6: self.void_ip6 + other.void_ip6,
        }
    }
}

impl AddAssign for SpfCost {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}
