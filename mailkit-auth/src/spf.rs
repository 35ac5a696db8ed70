//! The SPF check of a client: `check_host()` of RFC 7208.
//!
//! [`check_host`] decides at once from a [`Lookup`]; [`SpfEvaluation`] is the same evaluator step by
//! step, for callers that must wait for the DNS. Both end in an [`SpfVerdict`] that explains itself.

mod check;
mod client;
mod evaluate;
pub mod flatten;
mod log;
pub(crate) mod macro_string;
mod network;
mod problem;
mod published;
mod sender;
mod source;
mod trace;
pub mod tree;
mod verdict;

use std::borrow::Cow;
use std::net::IpAddr;
use std::time::SystemTime;

pub use evaluate::SpfEvaluation;
pub use network::{IpNetwork, IpNetworkError};
pub use problem::SpfProblem;
pub(crate) use published::Published;
pub use trace::{SpfTermTrace, SpfTrace, TermOutcome};
pub use verdict::{MatchedTerm, SpfIdentity, SpfResult, SpfVerdict};

use crate::lookup::Lookup;

/// Whether the client may send for the domain of the envelope sender.
///
/// ```
/// use mailkit_auth::lookup::ZoneSnapshot;
/// use mailkit_auth::spf::{SpfRequest, SpfResult, check_host};
///
/// let zone = ZoneSnapshot::new().with_txt("acme.test", "v=spf1 ip4:192.0.2.0/24 -all")?;
/// let request = SpfRequest::new([192, 0, 2, 7], "mx.acme.test", "alice@acme.test");
/// let verdict = check_host(&zone, &request);
/// assert_eq!(verdict.result, SpfResult::Pass);
/// assert_eq!(verdict.reason(), "`ip4:192.0.2.0/24` of acme.test matches");
/// # Ok::<(), mailkit_auth::lookup::NameError>(())
/// ```
#[must_use]
pub fn check_host(lookup: &impl Lookup, request: &SpfRequest<'_>) -> SpfVerdict {
    evaluate::check_now(lookup, request)
}

/// What an SPF check is about. Its texts are borrowed or its own, as the caller has them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SpfRequest<'r> {
    /// The address of the client. An IPv4 address mapped into IPv6 counts as IPv4 (section 5).
    pub client_ip: IpAddr,
    /// The name the client gave in HELO or EHLO.
    pub helo: Cow<'r, str>,
    /// The address in MAIL FROM without its angle brackets; empty for the null sender, whose HELO
    /// name is checked in its place (section 2.4).
    pub mail_from: Cow<'r, str>,
    /// The name of the checking host, for the macro `r` in explanations.
    pub receiver: Option<Cow<'r, str>>,
    /// The time of the check, for the macro `t` in explanations.
    pub now: Option<SystemTime>,
    /// Where the check stops.
    pub limits: SpfLimits,
}

impl<'r> SpfRequest<'r> {
    /// A check with the limits of the standard.
    #[must_use]
    pub fn new(
        client_ip: impl Into<IpAddr>,
        helo: impl Into<Cow<'r, str>>,
        mail_from: impl Into<Cow<'r, str>>,
    ) -> Self {
        Self {
            client_ip: client_ip.into(),
            helo: helo.into(),
            mail_from: mail_from.into(),
            receiver: None,
            now: None,
            limits: SpfLimits::default(),
        }
    }

    /// With the name of the checking host.
    #[must_use]
    pub fn with_receiver(mut self, receiver: impl Into<Cow<'r, str>>) -> Self {
        self.receiver = Some(receiver.into());
        self
    }

    /// With the time of the check.
    #[must_use]
    pub fn with_now(mut self, now: SystemTime) -> Self {
        self.now = Some(now);
        self
    }

    /// With other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: SpfLimits) -> Self {
        self.limits = limits;
        self
    }

    /// The same check, about texts of its own.
    fn to_owned(&self) -> SpfRequest<'static> {
        let owned = |text: &Cow<'_, str>| Cow::Owned(text.as_ref().to_owned());
        SpfRequest {
            helo: owned(&self.helo),
            mail_from: owned(&self.mail_from),
            receiver: self.receiver.as_ref().map(owned),
            ..*self
        }
    }
}

/// Where a check stops (RFC 7208 section 4.6.4).
///
/// The limits protect the servers that are asked. Where the standard says that receivers must not
/// follow more, a higher number counts as the standard's: `lookups`, `mx_hosts` and `ptr_names` are
/// at most ten. How many lookups may bring nothing is the receiver's choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SpfLimits {
    /// Terms that need a lookup: 10. One more is a permanent error.
    pub lookups: usize,
    /// Terms whose lookup brings nothing: 2. One more is a permanent error.
    pub void_lookups: usize,
    /// Mail exchangers of one `mx`: 10. One more is a permanent error.
    pub mx_hosts: usize,
    /// Names of the client that `ptr` and the macro `p` validate: 10. The others are ignored.
    pub ptr_names: usize,
    /// Questions to the DNS: 40. One more is a permanent error, and an explanation is left out. The
    /// standard's own limits add up to more than a hundred, which no honest record comes near.
    pub questions: usize,
    /// Octets of an explanation: 1,000. A longer one is left out.
    pub explanation: usize,
}

impl SpfLimits {
    /// These limits, none of them above what the standard allows.
    fn within_the_standard(&self) -> Self {
        let standard = Self::default();
        Self {
            lookups: self.lookups.min(standard.lookups),
            mx_hosts: self.mx_hosts.min(standard.mx_hosts),
            ptr_names: self.ptr_names.min(standard.ptr_names),
            ..*self
        }
    }
}

impl Default for SpfLimits {
    fn default() -> Self {
        Self {
            lookups: 10,
            void_lookups: 2,
            mx_hosts: 10,
            ptr_names: 10,
            questions: 40,
            explanation: 1000,
        }
    }
}

#[cfg(test)]
mod tests;
