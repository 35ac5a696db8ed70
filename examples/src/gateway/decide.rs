//! What is done with a mail: the scorer's advice, and the wish of the domain it claims to come from.

use std::cmp::Reverse;

use mailkit_auth::Policy;
use mailkit_auth::dmarc::DmarcResult;
use mailkit_auth::spf::SpfResult;
use mailkit_auth::verify::AuthReport;
use mailkit_risk::{Action, Assessment};

/// What is done with a mail, and why.
#[derive(Clone, Debug)]
pub(super) struct Decision {
    pub action: Action,
    pub because: String,
}

/// The strictest of the scorer's advice, the domain's DMARC policy, and the rule that a mail names its one author.
pub(super) fn decide(report: &AuthReport, assessment: &Assessment) -> Decision {
    let advised = Decision { action: assessment.action(), because: strongest(assessment) };
    match demanded(report) {
        Some(demanded) if demanded.action > advised.action => demanded,
        _ => advised,
    }
}

/// Whether an automatic reply may go to the sender of this mail: it was let through, and the sender is who it says, so
/// that nobody is written to who did not write (backscatter).
pub(super) fn may_answer(decision: &Decision, report: &AuthReport) -> Result<(), &'static str> {
    if decision.action != Action::Accept {
        return Err("the mail was not simply accepted");
    }
    if report.dmarc.result == DmarcResult::Pass {
        return Ok(());
    }
    if report.dmarc.result == DmarcResult::None && report.spf.result == SpfResult::Pass {
        return Ok(());
    }
    Err("the sender is not authenticated")
}

fn demanded(report: &AuthReport) -> Option<Decision> {
    if let Some(error) = &report.author_error {
        // RFC 5322 section 3.6 asks for exactly one `From`, and DMARC has nothing to go by without it.
        return Some(Decision { action: Action::Reject, because: error.to_string() });
    }
    let action = match report.dmarc.policy {
        _ if report.dmarc.result != DmarcResult::Fail => return None,
        Policy::Reject => Action::Reject,
        Policy::Quarantine => Action::Quarantine,
        _ => return None,
    };
    Some(Decision { action, because: format!("DMARC: {}", report.dmarc.reason) })
}

/// The reasons that speak against the mail, the strongest first.
fn strongest(assessment: &Assessment) -> String {
    let mut against: Vec<_> =
        assessment.reasons().iter().filter(|reason| reason.weight.logits() > 0.0).collect();
    against.sort_by_key(|reason| Reverse(reason.weight));
    if against.is_empty() {
        return "nothing speaks against it".to_owned();
    }
    let named = against.iter().take(3).map(|reason| format!("{} {}", reason.code, reason.sentence));
    named.collect::<Vec<_>>().join(" ")
}
