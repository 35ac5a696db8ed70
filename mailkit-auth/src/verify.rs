//! Verifying SPF, DKIM and DMARC of a message.
//!
//! [`verify`] decides at once from a [`Lookup`]; a [`Verifier`] asks the DNS. The clock is the
//! caller's: `now` decides whether a signature has expired. DKIM is checked with the
//! canonicalization and the cryptography of mail-auth, behind a strict reading of our own; keys are
//! looked up, and times compared, here.

mod arc;
mod author;
mod dkim;
mod key;
mod report;
mod signature;
mod verdict;

use std::net::IpAddr;
use std::time::SystemTime;

pub(crate) use arc::{ArcChain, MAX_ARC_SETS};
pub use arc::{ArcField, ArcProblem, ArcProblemKind, ArcResult, ArcSet, ArcVerdict};
pub use author::AuthorError;
pub use report::AuthReport;
pub use verdict::{DkimProblem, DkimResult, DkimVerdict, DkimWeakness};

pub use crate::message::{HeaderError, HeaderLimits};

use futures_util::future::{join, join_all};
use tokio::time::timeout_at;

use crate::Domain;
use crate::dmarc::{DmarcRequest, DmarcResult, DmarcVerdict};
use crate::lookup::{Answer, Lookup, Question};
use crate::message::RawMessage;
use crate::resolver::Resolver;
use crate::spf::{SpfRequest, SpfVerdict, check_host};
use arc::ArcCheck;
use dkim::{Body, Check};
use key::{KeyQuestions, Keys};

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
}

impl Envelope {
    /// An envelope of these three.
    #[must_use]
    pub fn new(
        client_ip: impl Into<IpAddr>,
        helo: impl Into<String>,
        mail_from: impl Into<String>,
    ) -> Self {
        Self { client_ip: client_ip.into(), helo: helo.into(), mail_from: mail_from.into() }
    }
}

/// Where a verification stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifyLimits {
    /// How large a header may be before anything is read from it.
    pub header: HeaderLimits,
    /// DKIM signatures that are checked, from the top: 8. The others get a verdict that says so.
    pub signatures: usize,
    /// Names under which keys are looked up, for DKIM and ARC together: 16.
    pub keys: usize,
}

impl Default for VerifyLimits {
    fn default() -> Self {
        Self { header: HeaderLimits::default(), signatures: 8, keys: 16 }
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
    let inspection = Inspection::new(message, now, limits);
    let spf = check_host(lookup, &spf_request(envelope, now));
    let signatures = inspection.signatures(&inspection.questions().look_up(lookup));
    let dmarc = crate::dmarc::evaluate(lookup, &inspection.dmarc_request(&spf, &signatures.dkim));
    inspection.report(envelope, spf, signatures, dmarc)
}

/// One verdict for each DKIM signature of a message, from the top.
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
/// assert_eq!(verdict.reason, "ARC-Seal i=1: malformed signature: missing tag `b` at byte 15");
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

/// Verifies messages with answers from the DNS.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use mailkit_auth::resolver::Resolver;
/// use mailkit_auth::verify::{Envelope, Verifier};
///
/// let verifier = Verifier::new(Resolver::system()?);
/// let envelope = Envelope::new([192, 0, 2, 1], "mx.acme.test", "alice@acme.test");
/// # let (message, now) = (b"", std::time::SystemTime::UNIX_EPOCH);
/// let report = verifier.verify(message, &envelope, now).await;
/// print!("{}", report.authentication_results("mx.example.test")?.to_header());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Verifier {
    resolver: Resolver,
    limits: VerifyLimits,
}

impl Verifier {
    /// A verifier with the usual limits.
    #[must_use]
    pub fn new(resolver: Resolver) -> Self {
        Self { resolver, limits: VerifyLimits::default() }
    }

    /// With other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: VerifyLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Verifies a message as it was received, before anything is added to it.
    pub async fn verify(&self, message: &[u8], envelope: &Envelope, now: SystemTime) -> AuthReport {
        let inspection = Inspection::new(message, now, self.limits);
        let questions = inspection.questions();
        let request = spf_request(envelope, now);
        let (spf, answers) =
            join(self.resolver.check_host(&request), self.answers(&questions)).await;
        let signatures = inspection.signatures(&questions.keys(&answers));
        let request = inspection.dmarc_request(&spf, &signatures.dkim);
        let dmarc = self.resolver.evaluate_dmarc(&request).await;
        inspection.report(envelope, spf, signatures, dmarc)
    }

    /// The answers to questions that are asked at once; a late one is a temporary failure.
    async fn answers(&self, questions: &KeyQuestions) -> Vec<Answer> {
        let deadline = self.resolver.deadline();
        let answer = async |question: Question| {
            let answer = timeout_at(deadline, self.resolver.answer(&question)).await;
            answer.unwrap_or(Answer::TemporaryFailure)
        };
        join_all(questions.iter().map(answer)).await
    }
}

fn spf_request(envelope: &Envelope, now: SystemTime) -> SpfRequest {
    SpfRequest::new(envelope.client_ip, envelope.helo.as_str(), envelope.mail_from.as_str())
        .with_now(now)
}

/// What the message alone says, before any question is asked.
struct Inspection<'a> {
    message: Result<RawMessage<'a>, HeaderError>,
    checks: Vec<Check>,
    arc: Option<ArcCheck<'a>>,
    authors: Vec<Domain>,
    author_error: Option<AuthorError>,
    limits: VerifyLimits,
    now: SystemTime,
}

/// What the signatures of a message came to.
struct Signatures {
    dkim: Vec<DkimVerdict>,
    arc: ArcVerdict,
}

impl<'a> Inspection<'a> {
    fn new(message: &'a [u8], now: SystemTime, limits: VerifyLimits) -> Self {
        let message = RawMessage::read(message, limits.header);
        let (checks, (authors, author_error)) = match &message {
            Ok(message) => (Check::all(message, limits.signatures, now), author::domains(message)),
            Err(error) => (Vec::new(), (Vec::new(), Some(AuthorError::Header(*error)))),
        };
        let arc = message.as_ref().ok().map(ArcCheck::new);
        Self { message, checks, arc, authors, author_error, limits, now }
    }

    /// Where the keys are of the signatures that are worth it.
    fn questions(&self) -> KeyQuestions {
        let dkim = self.checks.iter().filter_map(Check::key_name);
        let arc = self.arc.iter().flat_map(ArcCheck::key_names);
        KeyQuestions::new(dkim.chain(arc), self.limits.keys)
    }

    fn signatures(&self, keys: &Keys) -> Signatures {
        let (Ok(message), Some(arc)) = (&self.message, &self.arc) else {
            return Signatures { dkim: Vec::new(), arc: ArcVerdict::none() };
        };
        let body = Body::new(message.body);
        let dkim = self.checks.iter().map(|check| check.verdict(message, &body, keys, self.now));
        Signatures { dkim: dkim.collect(), arc: arc.verdict(message, &body, keys, self.now) }
    }

    fn dmarc_request(&self, spf: &SpfVerdict, dkim: &[DkimVerdict]) -> DmarcRequest {
        let mut request = DmarcRequest::new(self.authors.iter().cloned());
        if let Some(domain) = &spf.domain {
            request = request.with_spf(spf.result, domain.clone());
        }
        for verdict in dkim {
            request = match (verdict.result, verdict.domain.clone()) {
                (DkimResult::Pass, Some(domain)) => request.with_dkim(domain),
                (DkimResult::TempError, Some(domain)) => {
                    request.with_dkim_temporary_failure(domain)
                }
                _ => request,
            };
        }
        request
    }

    fn report(
        self,
        envelope: &Envelope,
        spf: SpfVerdict,
        signatures: Signatures,
        mut dmarc: DmarcVerdict,
    ) -> AuthReport {
        // Several domains are no error of DMARC, which asks that every one be proved.
        let unclear = |error: &&AuthorError| **error != AuthorError::SeveralDomains;
        if let Some(error) = self.author_error.as_ref().filter(unclear) {
            // Whoever cannot say who wrote a message cannot say that nothing applies to it.
            if matches!(dmarc.result, DmarcResult::None | DmarcResult::Pass) {
                dmarc.result = DmarcResult::PermError;
            }
            dmarc.reason = error.to_string();
        }
        let Signatures { dkim, arc } = signatures;
        let envelope = envelope.clone();
        AuthReport { envelope, spf, dkim, arc, dmarc, author_error: self.author_error }
    }
}

#[cfg(test)]
mod tests;
