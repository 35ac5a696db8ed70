//! Verifying over the network.

use std::time::SystemTime;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use super::{AuthReport, Envelope, Verification, VerifyLimits};
use crate::lookup::Step;
use crate::resolver::Resolver;

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

    /// Verifies a message as it was received, before anything is added to it, within the time that
    /// the resolver has for one check.
    ///
    /// SPF, the keys and the record of the author's domain are asked for at once: whoever makes one
    /// of them slow takes no time from the others.
    pub async fn verify(&self, message: &[u8], envelope: &Envelope, now: SystemTime) -> AuthReport {
        let session = self.resolver.begin();
        let mut verification = Verification::new(message, envelope, now, self.limits);
        let (mut asked, mut answers) = (Vec::new(), FuturesUnordered::new());
        loop {
            if let Step::Done(report) = verification.step() {
                return report;
            }
            for question in verification.questions() {
                if !asked.contains(&question) {
                    asked.push(question.clone());
                    answers.push(async { (session.answer(&question).await, question) });
                }
            }
            if let Some((answer, question)) = answers.next().await {
                verification.answer_to(&question, answer);
            }
        }
    }
}
