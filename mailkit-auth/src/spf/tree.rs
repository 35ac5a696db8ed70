//! What a domain's SPF record costs, with every record that it leads to.
//!
//! A check walks the terms of a record only up to the first match, so its cost depends on the
//! client. The tree walks them all: it shows the most that a check can take of its ten lookups (RFC
//! 7208 section 4.6.4), which branch takes them, and where a branch is broken.

mod draw;
mod node;
mod problem;
mod walk;

pub use node::{SpfCost, SpfNode, SpfNodeTerm, SpfTermState};
pub use problem::{SpfTreeBound, SpfTreeProblem};

use super::SpfLimits;
use crate::Domain;
use crate::lookup::{Answer, Dialogue, Lookup, Step};
use crate::record::SpfRecord;

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

#[cfg(test)]
mod tests;
