//! What an SPF check found.

use std::fmt;
use std::ops::Range;

use thiserror::Error;

use super::client::Cost;
use super::{Qualifier, SpfTrace};
use crate::lookup::{Name, Question};
use crate::record::spf::DomainSpec;
use crate::{Domain, RecordError};

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
    /// stranger's text and should be shown as one (RFC 7208 section 11.5.3).
    pub explanation: Option<String>,
    /// How many of the ten lookups the check took.
    pub lookups: usize,
    /// How many of the two void lookups the check took.
    pub void_lookups: usize,
    /// The terms that were evaluated; `None` if there was no domain to ask.
    pub trace: Option<SpfTrace>,
}

impl SpfVerdict {
    /// The verdict before anything has been asked.
    pub(super) fn new(identity: SpfIdentity, domain: Option<Domain>) -> Self {
        Self {
            result: SpfResult::None,
            identity,
            domain,
            matched: None,
            problem: Some(SpfProblem::NotADomain),
            reason: SpfProblem::NotADomain.to_string(),
            explanation: None,
            lookups: 0,
            void_lookups: 0,
            trace: None,
        }
    }

    pub(super) fn decide(&mut self, outcome: Outcome, trace: SpfTrace, cost: Cost) {
        self.result = trace.result;
        self.trace = Some(trace);
        self.lookups = cost.lookups;
        self.void_lookups = cost.void_lookups;
        (self.matched, self.problem) = match outcome {
            Ok(decision) => (Some(decision.matched), None),
            Err(problem) => (None, Some(problem)),
        };
        let matched = self.matched.iter().map(ToString::to_string);
        let problem = self.problem.iter().map(SpfProblem::describe);
        // Terms come from strangers and may fill 64 KiB.
        self.reason = matched.chain(problem).flat_map(ascii).take(MAX_REASON).collect();
    }
}

/// A directive that matched.
pub(super) struct Decision {
    pub(super) result: SpfResult,
    pub(super) matched: MatchedTerm,
    /// Where the explanation stands, and the domain whose record says so.
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

/// Why a check ended without a directive.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SpfProblem {
    /// The name in the envelope is not a domain of two or more labels (RFC 7208 section 4.3).
    #[error("the name in the envelope is not a domain")]
    NotADomain,
    /// The domain publishes no SPF record.
    #[error("{0} has no SPF record")]
    NoRecord(Name),
    /// A record leads by `include` or `redirect` to a domain without one.
    #[error("`{term}` leads to a domain without SPF record")]
    NoRecordAt {
        /// The term that leads there.
        term: String,
    },
    /// The domain publishes more than one SPF record (section 4.5).
    #[error("{0} has more than one SPF record")]
    MultipleRecords(Name),
    /// A record is outside the grammar.
    #[error("the SPF record of {domain} is invalid")]
    InvalidRecord {
        /// Whose record it is.
        domain: Name,
        /// What is wrong with it, and where.
        #[source]
        error: RecordError,
    },
    /// The records hold more terms that need a lookup than a check may follow (section 4.6.4).
    #[error("more than {0} terms need a lookup")]
    LookupLimit(usize),
    /// More lookups brought nothing than a check may forgive (section 4.6.4).
    #[error("more than {0} lookups brought nothing")]
    VoidLookupLimit(usize),
    /// A domain has more mail exchangers than a check may follow (section 4.6.4).
    #[error("more than {limit} mail exchangers of {domain}")]
    MxLimit {
        /// The domain of the `mx` mechanism.
        domain: Name,
        /// The limit.
        limit: usize,
    },
    /// A macro grows beyond any name.
    #[error("`{term}` grows beyond any name")]
    ExpansionLimit {
        /// The term that holds the macro.
        term: String,
    },
    /// The DNS gave no answer to this question.
    #[error("no answer to {0}")]
    TemporaryFailure(Question),
    /// No directive matched and there is no `redirect` (section 4.7).
    #[error("no term of {0} matches")]
    NoMatch(Name),
}

impl SpfProblem {
    /// The result to which the problem leads.
    #[must_use]
    pub fn result(&self) -> SpfResult {
        match self {
            Self::NotADomain | Self::NoRecord(_) => SpfResult::None,
            Self::NoMatch(_) => SpfResult::Neutral,
            Self::TemporaryFailure(_) => SpfResult::TempError,
            _ => SpfResult::PermError,
        }
    }

    /// The message together with that of its source.
    fn describe(&self) -> String {
        match self {
            Self::InvalidRecord { error, .. } => format!("{self}: {error}"),
            _ => self.to_string(),
        }
    }
}

/// The text with every character escaped that is not printable ASCII.
fn ascii(text: String) -> impl Iterator<Item = char> {
    let printable = |c: char| c.is_ascii_graphic() || c == ' ';
    let escape = move |c: char| match printable(c) {
        true => vec![c],
        false => c.escape_default().collect(),
    };
    text.chars().flat_map(escape).collect::<Vec<_>>().into_iter()
}

/// Characters of a reason.
const MAX_REASON: usize = 300;

#[cfg(feature = "serde")]
impl serde::Serialize for SpfProblem {
    /// As its message.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
