//! What an SPF check found.

use std::fmt;
use std::ops::Range;

use super::client::Cost;
use super::{SpfProblem, SpfTrace};
use crate::Domain;
use crate::lookup::Name;
use crate::record::spf::{DomainSpec, Qualifier};

/// The outcome of an SPF check and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SpfVerdict {
    /// The result.
    pub result: SpfResult,
    /// Which name of the envelope was checked.
    pub identity: SpfIdentity,
    /// The domain that was checked; `None` if the name is not one.
    pub domain: Option<Domain>,
    /// The directive that decided, if one did. After a `redirect` it is one of the other record.
    pub matched: Option<MatchedTerm>,
    /// Why the check ended without a directive, if it did.
    pub problem: Option<SpfProblem>,
    /// `matched` or `problem` in words, in visible ASCII.
    pub reason: String,
    /// With a fail: the domain's own explanation for the sender, in printable ASCII. It is a
    /// stranger's text and should be shown as one (RFC 7208 section 11.5.2).
    pub explanation: Option<String>,
    /// How many of the ten lookups the check took.
    pub lookups: usize,
    /// How many of the two void lookups the check took.
    pub void_lookups: usize,
    /// The terms that were evaluated; `None` if there was no domain to ask.
    pub trace: Option<SpfTrace>,
}

impl SpfVerdict {
    /// The verdict where there is nothing to ask for.
    pub(super) fn without_domain(identity: SpfIdentity) -> Self {
        Self {
            result: SpfResult::None,
            identity,
            domain: None,
            matched: None,
            problem: Some(SpfProblem::NotADomain),
            reason: SpfProblem::NotADomain.to_string(),
            explanation: None,
            lookups: 0,
            void_lookups: 0,
            trace: None,
        }
    }

    pub(super) fn decided(
        identity: SpfIdentity,
        domain: Domain,
        outcome: Outcome,
        trace: SpfTrace,
        cost: Cost,
    ) -> Self {
        let (matched, problem, reason) = match outcome {
            Ok(Decision { matched, .. }) => {
                let reason = matched.to_string();
                (Some(matched), None, reason)
            }
            Err(problem) => {
                let reason = problem.describe();
                (None, Some(problem), reason)
            }
        };
        Self {
            result: trace.result,
            identity,
            domain: Some(domain),
            matched,
            problem,
            reason: shown(reason),
            explanation: None,
            lookups: cost.lookups,
            void_lookups: cost.void_lookups,
            trace: Some(trace),
        }
    }
}

/// Words that may hold a stranger's terms, in visible ASCII and not too many.
fn shown(words: String) -> String {
    let is_plain = words.len() <= MAX_REASON && words.bytes().all(|it| matches!(it, b' '..=b'~'));
    if is_plain { words } else { words.chars().flat_map(printable).take(MAX_REASON).collect() }
}

/// A directive that matched.
pub(super) struct Decision {
    pub(super) result: SpfResult,
    pub(super) matched: MatchedTerm,
    /// With a fail: where the explanation stands, and the domain whose record says so.
    pub(super) explanation: Option<(DomainSpec, Name)>,
}

/// What a record comes to: a directive that matched, or why there is none.
pub(super) type Outcome = Result<Decision, SpfProblem>;

/// The result of an SPF check (RFC 7208 section 2.6), printed in the words of RFC 8601.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
#[expect(clippy::exhaustive_enums, reason = "RFC 7208 defines these seven")]
pub enum SpfResult {
    /// There is no domain or no record.
    None,
    /// The domain says nothing about the client.
    Neutral,
    /// The client may send.
    Pass,
    /// The client may not send.
    Fail,
    /// The client probably may not send.
    SoftFail,
    /// The DNS gave no answer; another try may find one.
    TempError,
    /// The domain's records cannot be understood.
    PermError,
}

impl fmt::Display for SpfResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Neutral => "neutral",
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::SoftFail => "softfail",
            Self::TempError => "temperror",
            Self::PermError => "permerror",
        })
    }
}

impl From<Qualifier> for SpfResult {
    fn from(qualifier: Qualifier) -> Self {
        match qualifier {
            Qualifier::Pass => Self::Pass,
            Qualifier::Fail => Self::Fail,
            Qualifier::SoftFail => Self::SoftFail,
            Qualifier::Neutral => Self::Neutral,
        }
    }
}

/// The name of the envelope that a check is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
#[expect(clippy::exhaustive_enums, reason = "RFC 7208 section 2 defines these two")]
pub enum SpfIdentity {
    /// The name in HELO or EHLO, checked for the null sender (`smtp.helo`).
    Helo,
    /// The domain of the address in MAIL FROM (`smtp.mailfrom`).
    MailFrom,
}

/// The directive that decided.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct MatchedTerm {
    /// The domain whose record holds it.
    pub domain: Name,
    /// The directive as it stands there.
    pub term: String,
    /// Its bytes in the record.
    pub span: Range<usize>,
}

impl MatchedTerm {
    pub(super) fn new(domain: Name, term: String, span: Range<usize>) -> Self {
        Self { domain, term, span }
    }
}

impl fmt::Display for MatchedTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` of {} matches", self.term, self.domain)
    }
}

/// The character, or its escape if it is not printable ASCII.
fn printable(c: char) -> impl Iterator<Item = char> {
    let plain = c.is_ascii_graphic() || c == ' ';
    let escape = (!plain).then(|| c.escape_default());
    plain.then_some(c).into_iter().chain(escape.into_iter().flatten())
}

/// Characters of a reason.
const MAX_REASON: usize = 300;
