//! SPF, DKIM, DMARC, as the host found them.

use super::{Case, Findings};
use crate::assessment::Place;
use crate::code::Code;
use crate::context::{DkimResult, DmarcPolicy, DmarcResult, SpfResult};
use crate::message::Mailbox;

/// How many accepted mails make a counterparty a known one.
const KNOWN_MESSAGES: u64 = 3;

pub(super) fn find(case: &Case<'_>, findings: &mut Findings) {
    spf(case, findings);
    dkim(case, findings);
    dmarc(case, findings);
    own_domain(case, findings);
}

fn spf(case: &Case<'_>, findings: &mut Findings) {
    let code = match case.context.auth.spf {
        Some(SpfResult::Fail) => Code::SpfFail,
        Some(SpfResult::SoftFail) => Code::SpfSoftFail,
        _ => return,
    };
    let client =
        case.context.envelope.as_ref().map(|envelope| format!("client {}", envelope.client_ip));
    findings.add(code, Place::Authentication, &client.unwrap_or_default());
}

fn dkim(case: &Case<'_>, findings: &mut Findings) {
    if case.context.auth.dkim == Some(DkimResult::Fail) {
        findings.add(Code::DkimFail, Place::Authentication, domain(case));
    }
}

fn dmarc(case: &Case<'_>, findings: &mut Findings) {
    let auth = &case.context.auth;
    let enforced = matches!(auth.dmarc_policy, Some(DmarcPolicy::Quarantine | DmarcPolicy::Reject));
    let code = match auth.dmarc {
        Some(DmarcResult::Fail) if enforced => Code::DmarcFailEnforced,
        Some(DmarcResult::Fail) => Code::DmarcFail,
        Some(DmarcResult::None) => Code::DmarcNone,
        Some(DmarcResult::Pass) | None => return,
    };
    findings.add(code, Place::Authentication, domain(case));
}

fn own_domain(case: &Case<'_>, findings: &mut Findings) {
    let failed = matches!(case.context.auth.dmarc, Some(DmarcResult::Fail | DmarcResult::None));
    let mut authors = case.view.from.iter().filter_map(Mailbox::domain);
    if let Some(own) = authors.find(|author| failed && case.context.owns(author)) {
        findings.add(Code::OwnDomainUnauthenticated, Place::header("From"), &own);
    }
}

/// Comes after all other signals: a history says nothing about content that nobody saw.
pub(super) fn trust(case: &Case<'_>, findings: &mut Findings) {
    if findings.has(Code::LimitReached) {
        return;
    }
    let Some(party) = case.counterparty else { return };
    if case.authenticated_sender().is_some() && party.messages_seen() >= KNOWN_MESSAGES {
        findings.add(Code::TrustKnownCounterparty, Place::History, party.domain());
    }
}

fn domain<'a>(case: &'a Case<'_>) -> &'a str {
    let name = case.context.auth.from_domain.as_deref();
    name.or(case.sender.as_deref()).unwrap_or_default()
}
