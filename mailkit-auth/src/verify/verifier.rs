//! Verifying over the network.

use std::time::SystemTime;

use futures_util::future::{join_all, join3};

use super::inspection::Inspection;
use super::{AuthReport, Envelope, VerifyLimits};
use crate::dmarc::DmarcEvaluation;
use crate::lookup::{Answer, Evaluation, Question, Step};
use crate::resolver::{Resolver, Session};
use crate::spf::SpfEvaluation;

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
        let inspection = Inspection::new(message, now, self.limits);
        let questions = inspection.questions();
        let session = self.resolver.begin();
        let (spf, answers, known) = join3(
            session.drive(SpfEvaluation::new(&envelope.spf_request(now, self.limits.spf))),
            join_all(questions.iter().map(async |question| session.answer(&question).await)),
            note(&session, DmarcEvaluation::new(&inspection.author_request()).0),
        )
        .await;
        let signatures = inspection.signatures(&questions.keys(answers));
        let request = inspection.dmarc_request(&spf, &signatures.dkim);
        let dmarc = session.drive_knowing(DmarcEvaluation::new(&request).0, &known).await;
        inspection.report(envelope, spf, signatures, dmarc)
    }
}

/// What an evaluation asks, with the answers.
async fn note(session: &Session<'_>, mut evaluation: impl Evaluation) -> Vec<(Question, Answer)> {
    let mut known = Vec::new();
    while let Step::Ask(question) = evaluation.step() {
        let answer = session.answer(&question).await;
        evaluation.answer(answer.clone());
        known.push((question, answer));
    }
    known
}
