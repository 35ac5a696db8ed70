//! The DMARC check of a message (RFC 9989): does a domain that SPF or DKIM proved stand for the
//! domain in the From field, and what does that domain ask for if none does?
//!
//! [`evaluate`] decides at once from a [`Lookup`]; [`DmarcEvaluation`] is the same evaluator step by
//! step, for callers that must wait for the DNS.

mod evaluate;
mod problem;
mod tree_walk;
mod verdict;

pub use evaluate::DmarcEvaluation;
pub use problem::DmarcProblem;
pub(crate) use tree_walk::TreeWalk;
pub use verdict::{DmarcResult, DmarcVerdict};

use crate::Domain;
pub use crate::author::AuthorError;
use crate::lookup::Lookup;
use crate::spf::SpfResult;

/// Whether the author's domain is proved, and what it asks for if not.
///
/// ```
/// use mailkit_auth::Policy;
/// use mailkit_auth::dmarc::{DmarcRequest, DmarcResult, evaluate};
/// use mailkit_auth::lookup::ZoneSnapshot;
/// use mailkit_auth::spf::SpfResult;
///
/// let zone = ZoneSnapshot::new().with_txt("_dmarc.acme.test", "v=DMARC1; p=reject")?;
/// let request = DmarcRequest::new(["mail.acme.test".parse()?])
///     .with_spf(SpfResult::Pass, "elsewhere.test".parse()?);
/// let verdict = evaluate(&zone, &request);
/// assert_eq!((verdict.result, verdict.policy), (DmarcResult::Fail, Policy::Reject));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn evaluate(lookup: &impl Lookup, request: &DmarcRequest) -> DmarcVerdict {
    DmarcEvaluation::new(request).run(lookup)
}

/// What a DMARC check is about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DmarcRequest {
    /// The domains of the addresses in the From field. There should be one; with none or several
    /// the result is never [`DmarcResult::None`], so that no policy can be dodged this way.
    pub from_domains: Vec<Domain>,
    /// The result of SPF and the domain it is about.
    pub spf: Option<(SpfResult, Domain)>,
    /// The domains of the DKIM signatures that passed (`d=`).
    pub dkim: Vec<Domain>,
    /// The domains of the DKIM signatures whose keys could not be looked up now.
    pub dkim_undecided: Vec<Domain>,
    /// Where the check stops.
    pub limits: DmarcLimits,
}

impl DmarcRequest {
    /// A check of a message by these authors that nothing has proved yet.
    #[must_use]
    pub fn new(from_domains: impl IntoIterator<Item = Domain>) -> Self {
        Self {
            from_domains: from_domains.into_iter().collect(),
            spf: None,
            dkim: Vec::new(),
            dkim_undecided: Vec::new(),
            limits: DmarcLimits::default(),
        }
    }

    /// With the result of SPF and the domain it is about.
    #[must_use]
    pub fn with_spf(mut self, result: SpfResult, domain: Domain) -> Self {
        self.spf = Some((result, domain));
        self
    }

    /// With the domain of one more DKIM signature that passed.
    #[must_use]
    pub fn with_dkim(mut self, domain: Domain) -> Self {
        self.dkim.push(domain);
        self
    }

    /// With the domain of one more DKIM signature whose key could not be looked up now. If it
    /// stands for the author's and nothing else proves that, the result is
    /// [`DmarcResult::TempError`].
    #[must_use]
    pub fn with_dkim_temporary_failure(mut self, domain: Domain) -> Self {
        self.dkim_undecided.push(domain);
        self
    }

    /// With other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: DmarcLimits) -> Self {
        self.limits = limits;
        self
    }
}

/// Where a check stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DmarcLimits {
    /// Queries of one walk up the tree: 8, as RFC 9989 section 4.10 says.
    pub queries: usize,
    /// Different domains in the From field: 8. With more nothing is asked; the result is a permanent
    /// error with the policy [`Policy::Reject`](crate::Policy::Reject).
    pub from_domains: usize,
    /// Different signing domains that are compared, of the signatures that passed and of those left
    /// open: 8 each. The others count as not aligned.
    pub dkim_domains: usize,
}

impl Default for DmarcLimits {
    fn default() -> Self {
        Self { queries: 8, from_domains: 8, dkim_domains: 8 }
    }
}

#[cfg(test)]
mod tests;
