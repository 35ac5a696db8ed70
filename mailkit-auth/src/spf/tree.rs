//! What a domain's SPF record costs, with every record that it leads to.
//!
//! A check walks the terms of a record only up to the first match, so its cost depends on the
//! client. The tree walks them all: it shows the most that a check can take of its ten lookups (RFC
//! 7208 section 4.6.4), which branch takes them, and where a branch is broken.

mod draw;
mod walk;

use std::fmt;
use std::ops::{Add, AddAssign, Range};

use thiserror::Error;

use super::{IpNetwork, SpfLimits};
use crate::lookup::{Answer, Dialogue, Lookup, Name, Question, Step};
use crate::record::SpfRecord;
use crate::record::spf::SpfTerm;
use crate::{Domain, RecordError};

/// Walks every record that a domain's SPF record leads to.
///
/// ```
/// use mailkit_auth::Domain;
/// use mailkit_auth::lookup::ZoneSnapshot;
/// use mailkit_auth::spf::tree::tree;
///
/// let zone = ZoneSnapshot::new()
///     .with_txt("acme.test", "v=spf1 mx include:_spf.host.test -all")?
///     .with_mx("acme.test", 10, "mx.acme.test")?
///     .with_address("mx.acme.test", [192, 0, 2, 1])?
///     .with_txt("_spf.host.test", "v=spf1 a:out.host.test ip4:198.51.100.0/24 ~all")?
///     .with_address("out.host.test", [203, 0, 113, 5])?;
/// let tree = tree(&zone, "acme.test".parse::<Domain>()?);
/// assert_eq!(
///     tree.to_string(),
///     "acme.test: 3 of 10 lookups, at most 1 of 2 void\n\
///      ├─ mx  1 lookup, 1 network\n\
///      └─ include:_spf.host.test  2 lookups, 2 networks\n   \
///         └─ a:out.host.test  1 lookup, 1 network, void for IPv6\n",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn tree(lookup: &impl Lookup, request: impl Into<SpfTreeRequest>) -> SpfTree {
    SpfTreeEvaluation::new(request).0.run(lookup)
}

/// What a tree is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SpfTreeRequest {
    /// The domain at the root.
    pub domain: Domain,
    /// The record at the root; the published one where absent. A record that is not yet published,
    /// or one whose place a flattened record has taken, can so be walked too.
    pub record: Option<SpfRecord>,
    /// Where the walk stops.
    pub limits: SpfTreeLimits,
}

impl SpfTreeRequest {
    /// The tree of the record that the domain publishes.
    #[must_use]
    pub fn new(domain: Domain) -> Self {
        Self { domain, record: None, limits: SpfTreeLimits::default() }
    }

    /// With this record at the root, whatever the domain publishes.
    #[must_use]
    pub fn with_record(mut self, record: SpfRecord) -> Self {
        self.record = Some(record);
        self
    }

    /// With other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: SpfTreeLimits) -> Self {
        self.limits = limits;
        self
    }
}

impl From<Domain> for SpfTreeRequest {
    fn from(domain: Domain) -> Self {
        Self::new(domain)
    }
}

impl From<&Domain> for SpfTreeRequest {
    fn from(domain: &Domain) -> Self {
        Self::new(domain.clone())
    }
}

/// Where a walk stops. A branch that was cut off says so as its
/// [problem](SpfTreeProblem::Limit).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SpfTreeLimits {
    /// Records below each other: 16. A check ends before, at eleven.
    pub depth: usize,
    /// Networks in all: 10,000.
    pub networks: usize,
    /// Questions to the DNS: 500. The same question is asked once.
    pub questions: usize,
    /// Records in all: 200.
    pub records: usize,
    /// Terms in all: 4,000.
    pub terms: usize,
}

impl Default for SpfTreeLimits {
    fn default() -> Self {
        Self { depth: 16, networks: 10_000, questions: 500, records: 200, terms: 4_000 }
    }
}

/// A walk that waits for answers between its steps.
///
/// ```
/// use mailkit_auth::Domain;
/// use mailkit_auth::lookup::{Answer, Step};
/// use mailkit_auth::spf::tree::{SpfTreeEvaluation, SpfTreeProblem};
///
/// let mut evaluation = SpfTreeEvaluation::new("acme.test".parse::<Domain>()?);
/// let tree = loop {
///     match evaluation.step() {
///         Step::Ask(_) => evaluation.answer(Answer::NoSuchName),
///         Step::Done(tree) => break tree,
///     }
/// };
/// assert_eq!(tree.root.problem, Some(SpfTreeProblem::NoRecord));
/// # Ok::<(), mailkit_auth::DomainError>(())
/// ```
#[derive(Debug)]
pub struct SpfTreeEvaluation(pub(crate) Dialogue<SpfTree>);

impl SpfTreeEvaluation {
    /// A walk that has not asked anything yet.
    #[must_use]
    pub fn new(request: impl Into<SpfTreeRequest>) -> Self {
        let request = request.into();
        Self(Dialogue::new(|asker| Box::pin(walk::tree(asker, request))))
    }

    /// Goes on until it needs an answer or is done. Without a new answer it asks the same again.
    pub fn step(&mut self) -> Step<SpfTree> {
        self.0.step()
    }

    /// Takes the answer to the question asked last.
    pub fn answer(&mut self, answer: Answer) {
        self.0.answer(answer);
    }
}

/// A domain's SPF record with every record that it leads to.
///
/// [`Display`](std::fmt::Display) draws it with the cost of each branch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SpfTree {
    /// The domain's own record.
    pub root: SpfNode,
    /// What a check takes that matches nothing before the last term.
    pub cost: SpfCost,
    /// The most mail exchangers of one `mx`, of which a check follows ten.
    pub mx_hosts: usize,
    /// How many `ptr` it holds.
    pub ptr_terms: usize,
    /// How many questions were asked.
    pub questions: usize,
}

impl SpfTree {
    /// Whether a check can exceed a limit of the standard and so end in a permanent error.
    ///
    /// A check that matches early may still end well: the limits count what is evaluated.
    #[must_use]
    pub fn exceeds_limits(&self) -> bool {
        let limits = SpfLimits::default();
        self.cost.lookups > limits.lookups
            || self.cost.void_lookups() > limits.void_lookups
            || self.mx_hosts > limits.mx_hosts
    }

    /// Every record of the tree, the root first, each before those that its terms lead to.
    pub fn nodes(&self) -> impl Iterator<Item = &SpfNode> {
        let mut waiting = vec![&self.root];
        std::iter::from_fn(move || {
            let node = waiting.pop()?;
            waiting.extend(node.terms.iter().rev().filter_map(|term| term.nested.as_deref()));
            Some(node)
        })
    }

    /// What is wrong, record by record: with the term that is wrong, or the whole record.
    pub fn problems(
        &self,
    ) -> impl Iterator<Item = (&SpfNode, Option<&SpfNodeTerm>, &SpfTreeProblem)> {
        self.nodes().flat_map(|node| {
            let own = node.problem.iter().map(move |problem| (node, None, problem));
            own.chain(node.terms.iter().filter_map(move |term| match &term.state {
                SpfTermState::Problem(problem) => Some((node, Some(term), problem)),
                _ => None,
            }))
        })
    }
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

/// What is wrong with a branch of a tree.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SpfTreeProblem {
    /// The name publishes no SPF record.
    #[error("no SPF record")]
    NoRecord,
    /// The name publishes more than one (RFC 7208 section 4.5).
    #[error("more than one SPF record")]
    MultipleRecords,
    /// The record is outside the grammar.
    #[error("invalid SPF record: {0}")]
    InvalidRecord(RecordError),
    /// The DNS gave no answer to this question; another try may find one.
    #[error("no answer to {0}")]
    TemporaryFailure(Question),
    /// The record leads back to this name, which it came from.
    #[error("leads back to {0}")]
    Loop(Name),
    /// What the term names is no name that a server could be asked for.
    #[error("not a name that can be asked for")]
    NotAName,
    /// The domain has more mail exchangers than a check follows.
    #[error("{0} mail exchangers, of which a check follows 10")]
    MxHosts(usize),
    /// The walk stopped here.
    #[error("not followed: more than {limit} {what}")]
    Limit {
        /// What there was too much of.
        what: SpfTreeBound,
        /// The limit.
        limit: usize,
    },
}

/// What a walk is limited in; see [`SpfTreeLimits`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SpfTreeBound {
    /// Records below each other.
    Depth,
    /// Networks in all.
    Networks,
    /// Questions to the DNS.
    Questions,
    /// Records in all.
    Records,
    /// Terms in all.
    Terms,
}

impl fmt::Display for SpfTreeBound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Depth => "levels",
            Self::Networks => "networks",
            Self::Questions => "questions",
            Self::Records => "records",
            Self::Terms => "terms",
        })
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for SpfTreeProblem {
    /// As its message.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests;
