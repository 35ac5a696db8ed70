//! What a DMARC check found.

use std::fmt;

#[cfg(feature = "verify")]
use super::AuthorError;
use super::DmarcProblem;
use crate::auth_results::Keyword;
use crate::error::in_words;
use crate::{Domain, Policy};

/// The outcome of a DMARC check and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct DmarcVerdict {
    /// The result.
    pub result: DmarcResult,
    /// The author's domain; of several, the first that is not proved.
    pub from_domain: Option<Domain>,
    /// What the domain asks to be done with mail that fails, test mode and existence of the domain
    /// considered; [`Policy::None`] where it asks for nothing. With a pass it is not to be applied.
    pub policy: Policy,
    /// Whose record the policy is from: the author's domain, its organizational domain or its
    /// public suffix.
    pub record_domain: Option<Domain>,
    /// Whether SPF passed for a domain that stands for the author's.
    pub spf_aligned: bool,
    /// Whether a DKIM signature passed for a domain that stands for the author's.
    pub dkim_aligned: bool,
    /// What kept the check from its end, if something did.
    pub problem: Option<DmarcProblem>,
    /// The outcome in words, in visible ASCII.
    pub reason: String,
}

impl DmarcVerdict {
    /// The verdict to which a problem leads.
    pub(super) fn unfinished(from_domain: Option<Domain>, problem: DmarcProblem) -> Self {
        Self {
            result: problem.result(),
            from_domain,
            policy: Policy::None,
            record_domain: None,
            spf_aligned: false,
            dkim_aligned: false,
            reason: in_words(&problem),
            problem: Some(problem),
        }
    }

    /// The same of a message whose author is unclear: what was proved is not about whom it shows.
    #[cfg(feature = "verify")]
    pub(crate) fn with_author_error(self, error: AuthorError) -> Self {
        let problem = DmarcProblem::Author(error);
        let (result, reason) = (problem.result(), in_words(&problem));
        Self { result, reason, problem: Some(problem), ..self }
    }
}

impl fmt::Display for DmarcVerdict {
    /// The result and the reason on one line, and with a fail what the domain asks for.
    ///
    /// ```
    /// use mailkit_auth::dmarc::{DmarcRequest, evaluate};
    /// use mailkit_auth::lookup::ZoneSnapshot;
    ///
    /// let zone = ZoneSnapshot::new().with_txt("_dmarc.acme.test", "v=DMARC1; p=reject")?;
    /// let verdict = evaluate(&zone, &DmarcRequest::new(["acme.test".parse()?]));
    /// assert_eq!(
    ///     verdict.to_string(),
    ///     "fail: no domain that is proved stands for acme.test; the domain asks for: reject"
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.result, self.reason)?;
        match self.result {
            DmarcResult::Fail => write!(f, "; the domain asks for: {}", self.policy),
            _ => Ok(()),
        }
    }
}

/// The result of a DMARC check, printed in the words of RFC 9989 section 9.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
#[expect(clippy::exhaustive_enums, reason = "the registry of results has these five")]
pub enum DmarcResult {
    /// No policy applies to the author's domain.
    None,
    /// A proved domain stands for the author's.
    Pass,
    /// No proved domain stands for the author's.
    Fail,
    /// The DNS gave no answer; another try may find one.
    TempError,
    /// There is not one author's domain to check.
    PermError,
}

impl DmarcResult {
    /// The word of the result.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::TempError => "temperror",
            Self::PermError => "permerror",
        }
    }
}

impl fmt::Display for DmarcResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<DmarcResult> for Keyword {
    fn from(result: DmarcResult) -> Self {
        Self::of(result.as_str())
    }
}
