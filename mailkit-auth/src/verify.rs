//! Verifying SPF, DKIM and DMARC of a message.
//!
//! [`verify`] decides at once from a [`Lookup`]; a [`Verification`] is the same step by step, for
//! callers that must wait for the DNS, and a `Verifier` (feature `resolver`) asks it. The clock is the
//! caller's: `now` decides whether a signature has expired. Signatures are read strictly, and whatever
//! programs may read in two ways is refused: a header with a bare carriage return, line ends of two
//! kinds or a line that is no field. Canonical forms are made here, in one pass over the body for all
//! signatures, and hashes and keys are those of aws-lc.

mod arc;
mod author;
mod dkim;
mod inspection;
mod key;
mod problem;
mod report;
mod signature;
mod verdict;
mod verification;
#[cfg(feature = "resolver")]
mod verifier;

use std::net::IpAddr;
use std::time::SystemTime;

pub(crate) use arc::{ArcChain, ChainDigest, MAX_ARC_SETS};
pub use arc::{ArcField, ArcProblem, ArcProblemKind, ArcResult, ArcSet, ArcVerdict};
pub(crate) use key::Key;
pub use problem::{DkimProblem, DkimWeakness};
pub use report::AuthReport;
pub use verdict::{DkimResult, DkimVerdict};
pub use verification::Verification;
#[cfg(feature = "resolver")]
pub use verifier::Verifier;

pub use crate::HeaderError;
pub use crate::dmarc::AuthorError;
pub use crate::message::HeaderLimits;

use arc::ArcCheck;
use dkim::{Body, Check};
use key::KeyQuestions;

use crate::dmarc::DmarcLimits;
use crate::lookup::Lookup;
use crate::message::RawMessage;
use crate::spf::{SpfLimits, SpfRequest};

/// What the SMTP session said about a message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Envelope {
    /// The address of the client.
    pub client_ip: IpAddr,
    /// The name the client gave in HELO or EHLO.
    pub helo: String,
    /// The address in MAIL FROM without angle brackets; empty for the null sender.
    pub mail_from: String,
    /// The name of the host that receives, for explanations that name it (the macro `%{r}`).
    pub receiver: Option<String>,
}

impl Envelope {
    /// An envelope of these three.
    #[must_use]
    pub fn new(
        client_ip: impl Into<IpAddr>,
        helo: impl Into<String>,
        mail_from: impl Into<String>,
    ) -> Self {
        let (client_ip, helo, mail_from) = (client_ip.into(), helo.into(), mail_from.into());
        Self { client_ip, helo, mail_from, receiver: None }
    }

    /// With the name of the host that receives.
    #[must_use]
    pub fn with_receiver(mut self, receiver: impl Into<String>) -> Self {
        self.receiver = Some(receiver.into());
        self
    }

    fn spf_request(&self, now: SystemTime, limits: SpfLimits) -> SpfRequest<'_> {
        let (helo, mail_from) = (self.helo.as_str(), self.mail_from.as_str());
        let request =
            SpfRequest::new(self.client_ip, helo, mail_from).with_now(now).with_limits(limits);
        match &self.receiver {
            Some(receiver) => request.with_receiver(receiver.as_str()),
            None => request,
        }
    }
}

/// Where a verification stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifyLimits {
    /// How large a header may be before anything is read from it.
    pub header: HeaderLimits,
    /// DKIM signatures that are checked, from the top: 8. One verdict stands for the others, and says
    /// how many they are.
    pub signatures: usize,
    /// Names under which keys are looked up, for DKIM and ARC together: 16.
    pub keys: usize,
    /// Where SPF stops.
    pub spf: SpfLimits,
    /// Where DMARC stops.
    pub dmarc: DmarcLimits,
}

impl Default for VerifyLimits {
    fn default() -> Self {
        Self {
            header: HeaderLimits::default(),
            signatures: 8,
            keys: 16,
            spf: SpfLimits::default(),
            dmarc: DmarcLimits::default(),
        }
    }
}

/// Verifies a message with answers from a table.
///
/// ```
/// use std::time::SystemTime;
///
/// use mailkit_auth::Policy;
/// use mailkit_auth::dmarc::DmarcResult;
/// use mailkit_auth::lookup::ZoneSnapshot;
/// use mailkit_auth::spf::SpfResult;
/// use mailkit_auth::verify::{Envelope, VerifyLimits, verify};
///
/// let zone = ZoneSnapshot::new()
///     .with_txt("acme.test", "v=spf1 ip4:192.0.2.1 -all")?
///     .with_txt("_dmarc.acme.test", "v=DMARC1; p=reject")?;
/// let envelope = Envelope::new([198, 51, 100, 7], "mx.evil.test", "ceo@acme.test");
/// let message = b"From: ceo@acme.test\r\nSubject: Urgent payment\r\n\r\nPlease pay.\r\n";
/// let report = verify(&zone, message, &envelope, SystemTime::UNIX_EPOCH, VerifyLimits::default());
/// assert_eq!(report.spf.result, SpfResult::Fail);
/// assert_eq!((report.dmarc.result, report.dmarc.policy), (DmarcResult::Fail, Policy::Reject));
/// # Ok::<(), mailkit_auth::lookup::NameError>(())
/// ```
#[must_use]
pub fn verify(
    lookup: &impl Lookup,
    message: &[u8],
    envelope: &Envelope,
    now: SystemTime,
    limits: VerifyLimits,
) -> AuthReport {
    Verification::new(message, envelope, now, limits).run(lookup)
}

/// One verdict for each DKIM signature of a message, from the top, and one for all beyond the limit.
///
/// ```
/// use std::time::SystemTime;
///
/// use mailkit_auth::lookup::ZoneSnapshot;
/// use mailkit_auth::verify::{DkimResult, VerifyLimits, verify_dkim};
///
/// let message = b"DKIM-Signature: v=1; d=acme.test\r\nFrom: a@acme.test\r\n\r\nHello\r\n";
/// let (zone, limits) = (ZoneSnapshot::new(), VerifyLimits::default());
/// let verdicts = verify_dkim(&zone, message, SystemTime::UNIX_EPOCH, limits)?;
/// assert_eq!(verdicts[0].result, DkimResult::PermError);
/// assert_eq!(verdicts[0].reason, "malformed signature: missing tag `b` at byte 19");
/// # Ok::<(), mailkit_auth::verify::HeaderError>(())
/// ```
///
/// # Errors
///
/// If the header is malformed or beyond the limits.
pub fn verify_dkim(
    lookup: &impl Lookup,
    message: &[u8],
    now: SystemTime,
    limits: VerifyLimits,
) -> Result<Vec<DkimVerdict>, HeaderError> {
    let message = RawMessage::read(message, limits.header)?;
    let checks = Check::all(&message, limits.signatures, now);
    let questions = KeyQuestions::new(checks.iter().filter_map(Check::key_name), limits.keys);
    let keys = questions.look_up(lookup);
    let body = Body::new(message.body);
    Ok(checks.iter().map(|check| check.verdict(&message, &body, &keys, now)).collect())
}

/// Whether the chain of hosts that passed a message on holds (RFC 8617).
///
/// ```
/// use std::time::SystemTime;
///
/// use mailkit_auth::lookup::ZoneSnapshot;
/// use mailkit_auth::verify::{ArcResult, VerifyLimits, verify_arc};
///
/// let message = b"ARC-Seal: i=1; cv=pass\r\nFrom: a@acme.test\r\n\r\nHello\r\n";
/// let (zone, limits) = (ZoneSnapshot::new(), VerifyLimits::default());
/// let verdict = verify_arc(&zone, message, SystemTime::UNIX_EPOCH, limits)?;
/// assert_eq!(verdict.result, ArcResult::Fail);
/// assert_eq!(verdict.reason, "ARC-Seal i=1: malformed signature: missing tag `a` at byte 15");
/// # Ok::<(), mailkit_auth::verify::HeaderError>(())
/// ```
///
/// # Errors
///
/// If the header is malformed or beyond the limits.
pub fn verify_arc(
    lookup: &impl Lookup,
    message: &[u8],
    now: SystemTime,
    limits: VerifyLimits,
) -> Result<ArcVerdict, HeaderError> {
    let message = RawMessage::read(message, limits.header)?;
    let check = ArcCheck::new(&message);
    let keys = KeyQuestions::new(check.key_names().into_iter(), limits.keys).look_up(lookup);
    Ok(check.verdict(&message, &Body::new(message.body), &keys, now))
}

#[cfg(test)]
mod tests;
