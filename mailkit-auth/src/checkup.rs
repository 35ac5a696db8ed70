//! The health of a sending domain: every record that mail authentication needs, against each other
//! and against what large receivers demand, with evidence, a grade and repair steps.
//!
//! [`check`] decides at once from a [`Lookup`]; [`Checkup`] is the same examiner step by step, for
//! callers that must wait for the DNS. What the DNS does not show (selectors, sending addresses,
//! messages, the MTA-STS policy, certificates) the caller may say in the [`CheckupRequest`]; what is
//! not said is reported as [not checked](CheckupReport::gaps), never as missing.

mod bimi;
mod bulk;
mod dane;
mod dkim;
mod dmarc;
mod dns;
mod examination;
mod limits;
mod messages;
mod mta_sts;
mod mx;
mod observer;
mod ptr;
mod report;
mod request;
mod rules;
mod spf;
mod suffix;
mod svg;
mod texts;
mod tls_rpt;

pub use bulk::{BulkCheck, BulkReceiver, BulkRequirement, RequirementState};
pub use limits::{CheckupLimit, CheckupLimits};
pub use report::{
    Area, AreaReport, AreaState, CheckupFinding, CheckupReport, Evidence, Gap, Grade, Observation,
    RecordChange, Repair,
};
pub use request::{
    CertificateDigests, CheckupRequest, DeliveryTls, DnssecState, DomainUsage, KeyInUse,
    KeyRenewal, LogoProof, MarkCertificate, MessagePurpose, MessageSample, PolicyFetch,
    PolicyOutcome, PreviousPolicy, ServerCertificate, SpamRate,
};

use crate::lookup::{Answer, Asker, Dialogue, Lookup, Step};
use examination::Examination;
pub(crate) use rules::ALL as RULES;
#[cfg(feature = "report")]
pub(crate) use suffix::is_public_suffix;

/// Examines a domain.
///
/// ```
/// use mailkit_auth::checkup::{Area, AreaState, CheckupRequest, Grade, check};
/// use mailkit_auth::lookup::ZoneSnapshot;
///
/// let zone = ZoneSnapshot::new()
///     .with_mx("acme.test", 10, "mx.acme.test")?
///     .with_address("mx.acme.test", [192, 0, 2, 1])?
///     .with_txt("acme.test", "v=spf1 mx include:gone.test -all")?
///     .with_txt("_dmarc.acme.test", "v=DMARC1; p=reject; rua=mailto:dmarc@acme.test")?;
/// let report = check(&zone, &CheckupRequest::new("acme.test".parse()?));
/// assert_eq!(report.grade, Some(Grade::F), "SPF is broken, and no key was seen");
/// assert!(report.codes().contains(&"SPF026"));
/// let dkim = report.area(Area::Dkim).ok_or("no such area")?;
/// assert_eq!(dkim.state, AreaState::NotChecked);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn check(lookup: &impl Lookup, request: &CheckupRequest) -> CheckupReport {
    Checkup::new(request).0.run(lookup)
}

/// A check-up that waits for answers between its steps.
///
/// ```
/// use mailkit_auth::checkup::{Checkup, CheckupRequest};
/// use mailkit_auth::lookup::{Answer, Step};
///
/// let mut checkup = Checkup::new(&CheckupRequest::new("acme.test".parse()?));
/// let report = loop {
///     match checkup.step() {
///         Step::Ask(_) => checkup.answer(Answer::TemporaryFailure),
///         Step::Done(report) => break report,
///     }
/// };
/// assert_eq!(report.grade, None, "the DNS gave no answer");
/// # Ok::<(), mailkit_auth::DomainError>(())
/// ```
#[derive(Debug)]
pub struct Checkup(pub(crate) Dialogue<CheckupReport>);

impl Checkup {
    /// A check-up that has not asked anything yet.
    #[must_use]
    pub fn new(request: &CheckupRequest) -> Self {
        let request = request.clone();
        Self(Dialogue::new(|asker| Box::pin(examine(asker, request))))
    }

    /// Goes on until it needs an answer or is done. Without a new answer it asks the same again.
    pub fn step(&mut self) -> Step<CheckupReport> {
        self.0.step()
    }

    /// Takes the answer to the question asked last.
    pub fn answer(&mut self, answer: Answer) {
        self.0.answer(answer);
    }
}

async fn examine(asker: Asker, request: CheckupRequest) -> CheckupReport {
    let mut exam = Examination::new(asker, request);
    dns::examine(&mut exam).await;
    mx::examine(&mut exam).await;
    dkim::examine(&mut exam).await;
    spf::examine(&mut exam).await;
    dmarc::examine(&mut exam).await;
    tls_rpt::examine(&mut exam).await;
    mta_sts::examine(&mut exam).await;
    bimi::examine(&mut exam).await;
    dane::examine(&mut exam).await;
    ptr::examine(&mut exam).await;
    messages::examine(&mut exam).await;
    exam.into_report()
}
