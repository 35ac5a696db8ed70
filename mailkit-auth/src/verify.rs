//! Verifying SPF, DKIM and DMARC of a message.
//!
//! [`verify`] decides at once from a [`Lookup`]; a [`Verifier`] asks the DNS. The clock is the
//! caller's: `now` decides whether a signature has expired. DKIM is checked with the
//! canonicalization and the cryptography of mail-auth, behind a strict reading of our own; keys are
//! looked up, and times compared, here.

mod author;
mod dkim;
mod report;
mod signature;
mod verdict;

use std::net::IpAddr;
use std::time::{Duration, SystemTime};

pub use author::AuthorError;
pub use report::AuthReport;
pub use verdict::{DkimProblem, DkimResult, DkimVerdict, DkimWeakness};

pub use crate::message::{HeaderError, HeaderLimits};

use tokio::time::{Instant, timeout_at};

use crate::dmarc::{DmarcRequest, DmarcResult, DmarcVerdict};
use crate::lookup::{Answer, Lookup, Question};
use crate::message::RawMessage;
use crate::resolver::Resolver;
use crate::spf::{SpfRequest, SpfVerdict, check_host};
use dkim::{Body, Check};

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
}

impl Default for VerifyLimits {
    fn default() -> Self {
        Self { header: HeaderLimits::default(), signatures: 8 }
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
    let answers: Vec<Answer> =
        inspection.questions().map(|question| lookup.answer(&question)).collect();
    let dkim = inspection.dkim_verdicts(&answers);
    let dmarc = crate::dmarc::evaluate(lookup, &inspection.dmarc_request(&spf, &dkim));
    inspection.report(envelope, spf, dkim, dmarc)
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
        let spf = self.resolver.check_host(&spf_request(envelope, now)).await;
        let answers = self.key_answers(&inspection).await;
        let dkim = inspection.dkim_verdicts(&answers);
        let dmarc = self.resolver.evaluate_dmarc(&inspection.dmarc_request(&spf, &dkim)).await;
        inspection.report(envelope, spf, dkim, dmarc)
    }

    /// The answers to the inspection's questions; a late one is a temporary failure. Each question
    /// has its share of the time that is left, so that no slow key takes the time of the others.
    async fn key_answers(&self, inspection: &Inspection<'_>) -> Vec<Answer> {
        let deadline = Instant::now() + KEY_TIME_LIMIT;
        let mut answers = Vec::new();
        let questions = inspection.questions().zip((1..=inspection.questions().count()).rev());
        for (question, left) in questions {
            let now = Instant::now();
            let share = deadline.saturating_duration_since(now).div_f64(left as f64);
            let answer = timeout_at(now + share, self.resolver.answer(&question)).await;
            answers.push(answer.unwrap_or(Answer::TemporaryFailure));
        }
        answers
    }
}

/// How long the keys of all signatures of a message may take together.
const KEY_TIME_LIMIT: Duration = Duration::from_secs(20);

fn spf_request(envelope: &Envelope, now: SystemTime) -> SpfRequest {
    SpfRequest::new(envelope.client_ip, envelope.helo.as_str(), envelope.mail_from.as_str())
        .with_now(now)
}

/// What the message alone says, before any question is asked.
struct Inspection<'a> {
    message: Result<RawMessage<'a>, HeaderError>,
    checks: Vec<Check>,
    authors: Vec<crate::Domain>,
    author_error: Option<AuthorError>,
    now: SystemTime,
}

impl<'a> Inspection<'a> {
    fn new(message: &'a [u8], now: SystemTime, limits: VerifyLimits) -> Self {
        let message = RawMessage::read(message, limits.header);
        let (checks, (authors, author_error)) = match &message {
            Ok(message) => (Check::all(message, limits.signatures, now), author::domains(message)),
            Err(error) => (Vec::new(), (Vec::new(), Some(AuthorError::Header(*error)))),
        };
        Self { message, checks, authors, author_error, now }
    }

    /// Where the keys are of the signatures that are worth it.
    fn questions(&self) -> impl Iterator<Item = Question> {
        self.checks.iter().filter_map(Check::question)
    }

    fn dkim_verdicts(&self, answers: &[Answer]) -> Vec<DkimVerdict> {
        let Ok(message) = &self.message else { return Vec::new() };
        let body = Body::new(message.body);
        let mut answers = answers.iter();
        let verdict = |check: &Check| {
            let answer = check.question().and_then(|_| answers.next());
            check.verdict(message, &body, answer, self.now)
        };
        self.checks.iter().map(verdict).collect()
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
        dkim: Vec<DkimVerdict>,
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
        AuthReport { envelope: envelope.clone(), spf, dkim, dmarc, author_error: self.author_error }
    }
}

#[cfg(test)]
mod tests;
