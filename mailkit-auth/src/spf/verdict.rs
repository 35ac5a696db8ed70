//! What an SPF check found.

mod draw;
mod matched;

use std::fmt;

pub use matched::MatchedTerm;

use super::check::{Conclusion, Ending};
use super::log::Log;
use super::{SpfLimits, SpfProblem, SpfRequest, SpfTrace};
use crate::auth_results::Keyword;
use crate::error::in_words;
use crate::record::spf::Qualifier;
use crate::{Domain, visible};

/// The outcome of an SPF check and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SpfVerdict {
    /// The result.
    pub result: SpfResult,
    /// Which name of the envelope was checked.
    pub identity: SpfIdentity,
    /// The domain that was checked; `None` if the name is not one.
    pub domain: Option<Domain>,
    /// With a fail: the domain's own explanation for the sender, in printable ASCII. It is a
    /// stranger's text and should be shown as one (RFC 7208 section 11.5.2).
    pub explanation: Option<String>,
    /// How many lookups the check took.
    pub lookups: usize,
    /// How many of them brought nothing.
    pub void_lookups: usize,
    limits: SpfLimits,
    ending: Ending,
    /// `None` if there was no domain to ask.
    log: Option<Log>,
}

impl SpfVerdict {
    /// The directive that decided, if one did. After a `redirect` it is one of the other record.
    ///
    /// ```
    /// use mailkit_auth::lookup::ZoneSnapshot;
    /// use mailkit_auth::spf::{SpfRequest, check_host};
    ///
    /// let zone = ZoneSnapshot::new().with_txt("acme.test", "v=spf1 a -all")?;
    /// let request = SpfRequest::new([192, 0, 2, 7], "mx.acme.test", "alice@acme.test");
    /// let matched = check_host(&zone, &request).matched();
    /// assert_eq!(matched.map(|it| it.term().to_owned()).as_deref(), Some("-all"));
    /// # Ok::<(), mailkit_auth::lookup::NameError>(())
    /// ```
    #[must_use]
    pub fn matched(&self) -> Option<MatchedTerm> {
        MatchedTerm::of(&self.ending, self.log.as_ref()?)
    }

    /// Why the check ended without a directive, if it did.
    ///
    /// ```
    /// use mailkit_auth::lookup::ZoneSnapshot;
    /// use mailkit_auth::spf::{SpfProblem, SpfRequest, check_host};
    ///
    /// let request = SpfRequest::new([192, 0, 2, 7], "mx.acme.test", "alice@acme.test");
    /// let verdict = check_host(&ZoneSnapshot::new(), &request);
    /// assert_eq!(verdict.problem(), Some(SpfProblem::NoRecord("acme.test".parse()?)));
    /// # Ok::<(), mailkit_auth::lookup::NameError>(())
    /// ```
    #[must_use]
    pub fn problem(&self) -> Option<SpfProblem> {
        match &self.ending {
            Ending::Match { .. } => None,
            Ending::NoMatch { visit } => {
                let log = self.log.as_ref()?;
                Some(SpfProblem::NoMatch(log.domain(*visit).clone()))
            }
            Ending::Problem(problem) => Some(problem.as_ref().clone()),
        }
    }

    /// What decided, in words and in visible ASCII: [`matched`](Self::matched) or
    /// [`problem`](Self::problem).
    ///
    /// ```
    /// use mailkit_auth::lookup::ZoneSnapshot;
    /// use mailkit_auth::spf::{SpfRequest, check_host};
    ///
    /// let zone = ZoneSnapshot::new().with_txt("acme.test", "v=spf1 a -all")?;
    /// let request = SpfRequest::new([192, 0, 2, 7], "mx.acme.test", "alice@acme.test");
    /// assert_eq!(check_host(&zone, &request).reason(), "`-all` of acme.test matches");
    /// # Ok::<(), mailkit_auth::lookup::NameError>(())
    /// ```
    #[must_use]
    pub fn reason(&self) -> String {
        let matched = self.matched().map(|matched| visible::reason(matched.to_string()));
        let problem = || self.problem().map(|problem| in_words(&problem));
        matched.or_else(problem).unwrap_or_default()
    }

    /// The terms that were evaluated, with what each cost; `None` if there was no domain to ask.
    ///
    /// ```
    /// use mailkit_auth::lookup::ZoneSnapshot;
    /// use mailkit_auth::spf::{SpfRequest, TermOutcome, check_host};
    ///
    /// let zone = ZoneSnapshot::new().with_txt("acme.test", "v=spf1 a -all")?;
    /// let request = SpfRequest::new([192, 0, 2, 7], "mx.acme.test", "alice@acme.test");
    /// let trace = check_host(&zone, &request).trace().ok_or("no domain")?;
    /// let [a, all] = trace.terms.as_slice() else { panic!("two terms") };
    /// assert_eq!((trace.text(a), a.outcome, a.lookups), ("a", TermOutcome::NotMatched, 1));
    /// assert_eq!((trace.text(all), all.outcome, all.lookups), ("-all", TermOutcome::Matched, 0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn trace(&self) -> Option<SpfTrace> {
        self.log.as_ref().map(Log::trace)
    }

    /// The verdict where there is nothing to ask for.
    pub(super) fn without_domain(identity: SpfIdentity, request: &SpfRequest<'_>) -> Self {
        Self {
            limits: request.limits.within_the_standard(),
            result: SpfResult::None,
            identity,
            domain: None,
            explanation: None,
            lookups: 0,
            void_lookups: 0,
            ending: Ending::Problem(Box::new(SpfProblem::NotADomain)),
            log: None,
        }
    }

    pub(super) fn concluded(
        (identity, domain): (SpfIdentity, Domain),
        conclusion: Conclusion,
        log: Log,
        request: &SpfRequest<'_>,
    ) -> Self {
        let Conclusion { ending, explanation } = conclusion;
        Self {
            result: ending.result(),
            identity,
            domain: Some(domain),
            explanation,
            lookups: log.cost.lookups.into(),
            void_lookups: log.cost.void_lookups(),
            limits: request.limits.within_the_standard(),
            ending,
            log: Some(log),
        }
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for SpfVerdict {
    /// As its fields, with the reason and the trace.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;

        let mut fields = serializer.serialize_struct("SpfVerdict", 10)?;
        fields.serialize_field("result", &self.result)?;
        fields.serialize_field("identity", &self.identity)?;
        fields.serialize_field("domain", &self.domain)?;
        fields.serialize_field("matched", &self.matched())?;
        fields.serialize_field("problem", &self.problem())?;
        fields.serialize_field("reason", &self.reason())?;
        fields.serialize_field("explanation", &self.explanation)?;
        fields.serialize_field("lookups", &self.lookups)?;
        fields.serialize_field("void_lookups", &self.void_lookups)?;
        fields.serialize_field("trace", &self.trace())?;
        fields.end()
    }
}

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

impl SpfResult {
    /// The word of the result.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Neutral => "neutral",
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::SoftFail => "softfail",
            Self::TempError => "temperror",
            Self::PermError => "permerror",
        }
    }
}

impl fmt::Display for SpfResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<SpfResult> for Keyword {
    fn from(result: SpfResult) -> Self {
        Self::of(result.as_str())
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
