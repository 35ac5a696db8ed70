//! What is done with a mail: the scorer's advice, and the wish of the domain it claims to come from.

use std::cmp::Reverse;

use mailkit_auth::Policy;
use mailkit_auth::dmarc::DmarcResult;
use mailkit_auth::spf::{SpfIdentity, SpfResult};
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

/// Whether an automatic reply may go to the envelope sender of this mail: it was let through, and that address is proved
/// to have sent it, so that nobody is written to who did not write (backscatter).
pub(super) fn may_answer(
    decision: &Decision,
    report: &AuthReport,
    from: Option<&str>,
) -> Result<(), &'static str> {
    if decision.action != Action::Accept {
        return Err("the mail was not simply accepted");
    }
    let sender = report.envelope.mail_from.as_str();
    let by_spf =
        report.spf.result == SpfResult::Pass && report.spf.identity == SpfIdentity::MailFrom;
    let by_dmarc = report.dmarc.result == DmarcResult::Pass
        && from.is_some_and(|from| from.eq_ignore_ascii_case(sender));
    if by_spf || by_dmarc || sender.is_empty() {
        Ok(())
    } else {
        Err("the sender is not authenticated")
    }
}

fn demanded(report: &AuthReport) -> Option<Decision> {
    if let Some(error) = &report.author_error {
        // RFC 5322 section 3.6 asks for exactly one `From`, and DMARC has nothing to go by without it.
        return Some(Decision { action: Action::Reject, because: error.to_string() });
    }
    let action = match report.dmarc.policy {
        _ if !matches!(report.dmarc.result, DmarcResult::Fail | DmarcResult::PermError) => {
            return None;
        }
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

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use mailkit_auth::keys::{DkimKeyPair, KeyAlgorithm};
    use mailkit_auth::lookup::ZoneSnapshot;
    use mailkit_auth::sign::DkimSigner;
    use mailkit_auth::verify::{Envelope, VerifyLimits, verify};
    use mailkit_risk::{Context, Scorer};

    use super::*;

    const MAIL: &str =
        "From: a@evil.example\r\nTo: info@acme.example\r\nSubject: hello\r\n\r\nHi.\r\n";
    const NOW: SystemTime = SystemTime::UNIX_EPOCH;

    /// What is found when 192.0.2.1 sends the mail with this return path, signed by evil.example or not.
    fn judge(mail: &str, return_path: &str, signed: bool) -> (AuthReport, Decision) {
        let pair = DkimKeyPair::generate(KeyAlgorithm::Ed25519).expect("random numbers");
        let zone = ZoneSnapshot::new()
            .with_txt("evil.example", "v=spf1 ip4:192.0.2.1 -all")
            .and_then(|it| it.with_txt("_dmarc.evil.example", "v=DMARC1; p=none"))
            .and_then(|it| it.with_txt("s._domainkey.evil.example", pair.key_record().to_string()))
            .and_then(|it| it.with_txt("victim.example", "v=spf1 -all"))
            .and_then(|it| it.with_txt("_dmarc.victim.example", "v=DMARC1; p=reject"))
            .expect("names");
        let domain = "evil.example".parse().expect("a name");
        let signer =
            DkimSigner::new(domain, "s".parse().expect("a selector"), &pair).expect("a key");
        let signature = signer.sign(mail.as_bytes(), NOW).unwrap_or_default();
        let mail = if signed { signature + mail } else { mail.to_owned() };
        let envelope = Envelope::new([192, 0, 2, 1], "mx.evil.example", return_path);
        let report = verify(&zone, mail.as_bytes(), &envelope, NOW, VerifyLimits::default());
        let assessment = Scorer::builtin().assess(mail.as_bytes(), &Context::new(NOW));
        let decision = decide(&report, &assessment);
        (report, decision)
    }

    #[track_caller]
    fn check_answer(return_path: &str, signed: bool, expected: bool) {
        let (report, decision) = judge(MAIL, return_path, signed);
        assert_eq!(decision.action, Action::Accept);
        let answer = may_answer(&decision, &report, Some("a@evil.example"));
        assert_eq!(answer.is_ok(), expected, "{return_path} {signed}: {answer:?}");
    }

    #[test]
    fn only_an_address_that_is_proved_is_answered() {
        check_answer("b@evil.example", false, true);
        check_answer("a@evil.example", true, true);
        // A good signature says nothing about a return path of another domain.
        check_answer("target@victim.example", true, false);
        check_answer("target@victim.example", false, false);
        check_answer("target@nowhere.example", true, false);
    }

    #[track_caller]
    fn check_action(from: &str, expected: Action) {
        let mail = MAIL.replace("a@evil.example", from);
        assert_eq!(judge(&mail, "a@evil.example", true).1.action, expected, "{from}");
    }

    #[test]
    fn a_policy_is_not_dodged_by_a_second_author() {
        check_action("a@evil.example", Action::Accept);
        check_action("ceo@victim.example", Action::Reject);
        check_action("a@evil.example, ceo@victim.example", Action::Reject);
        check_action("ceo@victim.example, a@evil.example", Action::Reject);
        check_action("a@evil.example\r\nFrom: ceo@victim.example", Action::Reject);
    }
}
