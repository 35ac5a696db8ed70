//! What one library found, in the words of another. Nowhere else does a type of one crate become a type of another.

use std::io;

use mailkit_auth::Policy;
use mailkit_auth::dmarc::DmarcResult;
use mailkit_auth::spf::SpfResult;
use mailkit_auth::verify::{AuthReport, DkimResult};
use mailkit_risk::{self as risk, AuthSignals};
use mailkit_route::tls_policy::{DaneTls, TlsObservation, TlsRequirement, TlsaRecord};
use mailkit_route::{ConnectFailure, HopOutcome, SmtpReply, Stage};

use crate::smtp::{
    self, Attempt, CertificatePin, Dane, DeliveryTls, FailureKind, Outcome, TlsFault, TrustAnchors,
};

/// The authentication of a mail, as the scorer takes it.
#[must_use]
pub fn auth_signals(report: &AuthReport) -> AuthSignals {
    let signals = AuthSignals::default()
        .with_spf(spf(report.spf.result))
        .with_dkim(dkim(report))
        .with_dmarc(dmarc(report), Some(dmarc_policy(report.dmarc.policy)));
    match &report.dmarc.from_domain {
        Some(domain) => signals.with_from_domain(domain),
        None => signals,
    }
}

/// How a delivery attempt went, as the planner takes it. `None` when the attempt says nothing about the way: the message
/// itself could not be sent.
#[must_use]
pub fn hop_outcome(attempt: &Attempt) -> Option<HopOutcome> {
    match &attempt.outcome {
        Outcome::Accepted { .. } => Some(HopOutcome::accepted(attempt.latency)),
        Outcome::Rejected { code, enhanced, text } => {
            let enhanced = enhanced.and_then(|it| it.to_string().parse().ok());
            let stage = stage(attempt.stage);
            Some(match SmtpReply::new(*code, enhanced, text) {
                Ok(reply) => HopOutcome::replied(stage, reply),
                // A reply that is none tells as much as a connection that broke.
                Err(_) => HopOutcome::dropped(stage),
            })
        }
        Outcome::Failed { kind: FailureKind::Message(_), .. } => None,
        Outcome::Failed { kind, .. } if attempt.stage == smtp::Stage::Connect => {
            Some(HopOutcome::connect_failed(connect_failure(kind)))
        }
        Outcome::Failed { .. } => Some(HopOutcome::dropped(stage(attempt.stage))),
    }
}

/// What a hop asks of TLS, as a delivery takes it. `anchors` are the public issuers.
#[must_use]
pub fn delivery_tls(requirement: &TlsRequirement, anchors: &TrustAnchors) -> DeliveryTls {
    match requirement {
        TlsRequirement::Opportunistic => DeliveryTls::Opportunistic,
        TlsRequirement::Reported { .. } => DeliveryTls::Noted(anchors.clone()),
        TlsRequirement::Encrypted => DeliveryTls::Encrypted,
        TlsRequirement::Dane(tls) => DeliveryTls::Pinned(dane(tls)),
        // `Verified`, and whatever there will be: nothing asks for more.
        _ => DeliveryTls::Required(anchors.clone()),
    }
}

/// What a delivery attempt saw of TLS; `None` when it did not come so far.
#[must_use]
pub fn tls_observation(attempt: &Attempt) -> Option<TlsObservation> {
    match attempt.tls_fault {
        Some(TlsFault::NotOffered) => Some(TlsObservation::NotOffered),
        Some(TlsFault::Handshake) => Some(TlsObservation::HandshakeFailed),
        Some(TlsFault::Expired) => Some(TlsObservation::CertificateExpired),
        Some(TlsFault::OtherName) => Some(TlsObservation::CertificateHostMismatch),
        Some(TlsFault::Untrusted) => Some(TlsObservation::CertificateNotTrusted),
        Some(TlsFault::Unpinned) => Some(TlsObservation::TlsaMismatch),
        None => attempt.tls.then_some(TlsObservation::Established),
    }
}

fn dane(tls: &DaneTls) -> Dane {
    let names = tls.names.iter().filter_map(|name| name.as_str().parse().ok());
    let pin = |record: &TlsaRecord| {
        CertificatePin::new(record.usage, record.selector, record.matching, record.data.clone())
    };
    Dane::new(names.collect(), tls.records.iter().map(pin).collect())
}

fn spf(result: SpfResult) -> risk::SpfResult {
    match result {
        SpfResult::Neutral => risk::SpfResult::Neutral,
        SpfResult::Pass => risk::SpfResult::Pass,
        SpfResult::Fail => risk::SpfResult::Fail,
        SpfResult::SoftFail => risk::SpfResult::SoftFail,
        SpfResult::TempError => risk::SpfResult::TempError,
        SpfResult::PermError => risk::SpfResult::PermError,
        SpfResult::None => risk::SpfResult::None,
    }
}

/// One passing signature is enough; without any, one failing signature counts.
fn dkim(report: &AuthReport) -> risk::DkimResult {
    let has = |result| report.dkim.iter().any(|it| it.result == result);
    if has(DkimResult::Pass) {
        risk::DkimResult::Pass
    } else if has(DkimResult::Fail) || has(DkimResult::PermError) {
        risk::DkimResult::Fail
    } else {
        risk::DkimResult::None
    }
}

/// A domain without a readable record asks for nothing. A mail that does not say who wrote it has failed: were it as good
/// as one of a domain without a record, a second `From` would undo every policy.
fn dmarc(report: &AuthReport) -> risk::DmarcResult {
    if report.author_error.is_some() {
        return risk::DmarcResult::Fail;
    }
    match report.dmarc.result {
        DmarcResult::Pass => risk::DmarcResult::Pass,
        DmarcResult::Fail | DmarcResult::PermError => risk::DmarcResult::Fail,
        _ => risk::DmarcResult::None,
    }
}

fn dmarc_policy(policy: Policy) -> risk::DmarcPolicy {
    match policy {
        Policy::Reject => risk::DmarcPolicy::Reject,
        Policy::Quarantine => risk::DmarcPolicy::Quarantine,
        _ => risk::DmarcPolicy::None,
    }
}

fn connect_failure(kind: &FailureKind) -> ConnectFailure {
    match kind {
        FailureKind::Io(io::ErrorKind::ConnectionRefused) => ConnectFailure::Refused,
        FailureKind::Timeout => ConnectFailure::TimedOut,
        _ => ConnectFailure::Unreachable,
    }
}

fn stage(stage: smtp::Stage) -> Stage {
    match stage {
        smtp::Stage::Connect => Stage::Connect,
        smtp::Stage::Banner => Stage::Greeting,
        smtp::Stage::Ehlo => Stage::Ehlo,
        smtp::Stage::StartTls => Stage::StartTls,
        smtp::Stage::MailFrom => Stage::MailFrom,
        smtp::Stage::RcptTo => Stage::RcptTo,
        smtp::Stage::Data => Stage::Data,
        smtp::Stage::Dot | smtp::Stage::Done => Stage::Dot,
    }
}
