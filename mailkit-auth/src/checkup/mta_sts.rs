//! MTA-STS: the record, the policy host, and the policy if somebody fetched it.

use super::examination::{Examination, Place};
use super::report::{Area, AreaState};
use super::request::PolicyOutcome;
use super::rules as rule;
use super::texts::found_set;
use crate::lint::{lint_mta_sts_policy, lint_mta_sts_set};
use crate::lookup::{Name, RecordType};
use crate::record::RecordKind;
use crate::record::mta_sts_policy::Mode;
use crate::{Domain, MtaStsPolicy, MtaStsRecord};

pub(super) async fn examine(exam: &mut Examination) {
    let (Some(name), Some(host)) = (exam.below("_mta-sts"), exam.below("mta-sts")) else { return };
    let Some(texts) = exam.observer.texts(&name).await else {
        exam.summary(Area::MtaSts, AreaState::NotChecked, "the DNS gave no answer");
        return;
    };
    found_set(exam, &name, &texts, lint_mta_sts_set, |_| None);
    let record = texts.iter().find(|text| RecordKind::MtaSts.is_record(text));
    let fetched = exam.request.policy_fetch.as_ref().map(|it| it.outcome == PolicyOutcome::Fetched);
    if record.is_some() || fetched != Some(false) {
        let has_host = policy_host(exam, &host).await;
        halves(exam, &name, &host, record, has_host);
    }
    let Some(text) = record else {
        // Without a record nobody asks for a policy (RFC 8461 section 3.1): that there is none is right.
        if fetched != Some(true) {
            exam.summary(Area::MtaSts, AreaState::Absent, "no MTA-STS policy is announced");
            return;
        }
        exam.summary(Area::MtaSts, AreaState::Broken, "a policy that no record announces");
        return policy(exam, &host, None);
    };
    exam.summary(Area::MtaSts, AreaState::Good, text.clone());
    policy(exam, &host, text.parse().ok().as_ref());
}

/// Whether the policy host exists for its own sake; a wildcard makes every name exist.
async fn policy_host(exam: &mut Examination, host: &Name) -> Option<bool> {
    let exists = exam.observer.has_address(host).await?;
    let Ok(wildcard) = Name::new(&format!("*.{}", exam.request.domain)) else {
        return Some(exists);
    };
    for family in [RecordType::A, RecordType::Aaaa] {
        let any = exam.observer.ask(&wildcard, family).await;
        let own = exam.observer.ask(host, family).await;
        if !any.records().is_empty() && any == own {
            return None;
        }
    }
    Some(exists)
}

fn halves(
    exam: &mut Examination,
    name: &Name,
    host: &Name,
    record: Option<&String>,
    has_host: Option<bool>,
) {
    match (record, has_host) {
        (Some(text), Some(false)) => {
            let message = format!("{host}, where the policy belongs, has no address");
            exam.found(&Place::text(name, text), rule::STS_HALF.at(0..text.len(), message));
        }
        (None, Some(true)) => {
            let message = format!("{host} exists, but no record announces a policy");
            exam.found(&Place::at(name, RecordType::Txt), rule::STS_HALF.at(0..0, message));
        }
        _ => {}
    }
}

fn policy(exam: &mut Examination, host: &Name, record: Option<&MtaStsRecord>) {
    let Some(fetch) = exam.request.policy_fetch.clone() else {
        let message = format!(
            "fetch https://{host}/.well-known/mta-sts.txt and give what came (`with_policy_fetch`)"
        );
        exam.gap(Area::MtaSts, message);
        return;
    };
    let place = Place::file(host, None);
    let failure = match fetch.outcome {
        PolicyOutcome::Fetched => None,
        PolicyOutcome::Redirected => Some("the server sends the client elsewhere".to_owned()),
        PolicyOutcome::Status(status) => Some(format!("the server answers with status {status}")),
        PolicyOutcome::Certificate => Some(format!("the certificate does not prove {host}")),
        PolicyOutcome::Unreachable => Some("the server does not answer".to_owned()),
    };
    if let Some(failure) = failure {
        exam.found(&place, rule::STS_FETCH.at(0..0, failure));
        return;
    }
    let content_type = fetch.content_type.as_deref().unwrap_or_default();
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("text/plain") {
        let message = format!("the policy comes as `{kind}`");
        exam.found(&place, rule::STS_TYPE.at(0..0, message));
    }
    let place = Place::file(host, Some(&fetch.body));
    exam.found_all(&place, lint_mta_sts_policy(&fetch.body));
    let Ok(policy) = fetch.body.parse::<MtaStsPolicy>() else { return };
    hosts(exam, &place, &policy);
    stage(exam, &place, policy.mode());
    if policy.mode() == Mode::Enforce {
        certificates(exam);
    }
    unannounced(exam, &place, &policy, record);
}

/// Senders deliver to no host that the policy does not name.
fn hosts(exam: &mut Examination, place: &Place, policy: &MtaStsPolicy) {
    if policy.mode() == Mode::None {
        return;
    }
    for host in exam.facts.mx.clone().unwrap_or_default() {
        let named = host.as_str().parse::<Domain>().is_ok_and(|it| policy.allows(&it));
        if !named {
            let message = format!("the policy does not name the mail exchanger {host}");
            exam.found(place, rule::STS_MX.at(0..0, message));
        }
    }
}

/// Senders deliver to no host whose certificate has ended (section 4.2).
fn certificates(exam: &mut Examination) {
    for host in exam.facts.mx.clone().unwrap_or_default() {
        let mut servers = exam.request.servers.iter();
        let is_known = servers.any(|it| Name::from(&it.host) == host && it.not_after.is_some());
        if !is_known {
            let message = format!("say when the certificate of {host} ends (`with_server`)");
            exam.gap(Area::MtaSts, message);
        }
    }
}

fn stage(exam: &mut Examination, place: &Place, mode: Mode) {
    let days = exam.request.policy_since.and_then(|since| exam.request.days_since(since));
    match (mode, days) {
        (Mode::Testing, Some(days)) if days > TESTING_DAYS => {
            let message = format!("the policy has been in testing for {days} days");
            exam.found(place, rule::STS_STAGE.at(0..0, message));
        }
        (Mode::Enforce, _) if exam.facts.tls_rpt == Some(false) => {
            let message = "the policy is enforced, but nobody tells you of failures (TLS-RPT)";
            exam.found(place, rule::STS_STAGE.at(0..0, message));
        }
        _ => {}
    }
}

/// Six weeks of testing show every sender that matters.
const TESTING_DAYS: u64 = 42;

fn unannounced(
    exam: &mut Examination,
    place: &Place,
    policy: &MtaStsPolicy,
    record: Option<&MtaStsRecord>,
) {
    let (Some(previous), Some(record)) = (exam.request.previous_policy.clone(), record) else {
        return;
    };
    let changed = previous.body.parse().as_ref() != Ok(policy);
    if changed && previous.id == record.id().as_str() {
        let message = format!("the policy changed under the same id `{}`", previous.id);
        exam.found(place, rule::STS_ID.at(0..0, message));
    }
}
