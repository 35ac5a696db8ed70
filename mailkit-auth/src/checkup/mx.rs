//! Who takes mail for the domain.

use std::net::IpAddr;
use std::time::Duration;

use super::CheckupLimit;
use super::examination::{Examination, Place, record};
use super::report::{Area, AreaState, RecordChange};
use super::rules as rule;
use crate::MtaStsPolicy;
use crate::lint::Severity;
use crate::lookup::{Answer, Name, RecordData, RecordType};
use crate::record::mta_sts_policy::Mode;
use crate::rollout::Day;

pub(super) async fn examine(exam: &mut Examination) {
    let apex = exam.apex();
    let answer = exam.observer.ask(&apex, RecordType::Mx).await;
    if answer == Answer::TemporaryFailure {
        exam.summary(Area::Mx, AreaState::NotChecked, "the DNS gave no answer");
        return;
    }
    let hosts = answer.records().iter().filter_map(|data| match data {
        RecordData::Mx { exchange, .. } => Some(exchange.clone()),
        _ => None,
    });
    let (null, hosts): (Vec<Name>, Vec<Name>) = hosts.partition(Name::is_root);
    exam.facts.null_mx = !null.is_empty() && hosts.is_empty();
    presence(exam, !null.is_empty(), &hosts).await;
    repeated(exam, &hosts);
    let mut hosts = hosts;
    hosts.sort();
    hosts.dedup();
    let hosts = exam.limited(hosts, CheckupLimit::MailExchangers);
    let summary = match hosts.as_slice() {
        [] if exam.facts.null_mx => "takes no mail (null MX)".to_owned(),
        [] => "no MX record".to_owned(),
        [host] => host.to_string(),
        [host, others @ ..] => format!("{host} and {} more", others.len()),
    };
    exam.summary(Area::Mx, AreaState::Good, summary);
    for host in &hosts {
        alias_or_void(exam, host).await;
    }
    ipv6(exam, &hosts).await;
    certificates(exam, &hosts);
    exam.facts.mx = Some(hosts);
}

/// Whether the domain says where its mail goes, and says one thing.
async fn presence(exam: &mut Examination, null: bool, hosts: &[Name]) {
    let apex = exam.apex();
    let place = Place::at(&apex, RecordType::Mx);
    let null_mx = || record(&apex, RecordData::Mx { preference: 0, exchange: Name::root() });
    if null && !hosts.is_empty() {
        let message = format!("the null MX stands beside {} other hosts", hosts.len());
        exam.found(&place, rule::NO_MX.at(0..0, message));
    }
    let parked = exam.request.usage == Some(super::DomainUsage::Parked);
    if parked && !hosts.is_empty() {
        let message = format!("a parked domain takes mail at {} hosts", hosts.len());
        exam.found_with(
            &place,
            rule::PARKED_MX.at(0..0, message),
            RecordChange::Replace(null_mx()),
        );
    }
    if !null && hosts.is_empty() {
        let message = match exam.observer.has_address(&apex).await {
            Some(true) => "senders fall back to the address of the domain itself",
            _ => "the domain does not say where its mail goes",
        };
        let finding = rule::NO_MX.at(0..0, message).milder(Severity::Warning);
        let change = parked.then(|| RecordChange::Add(null_mx()));
        exam.found_with(&place, finding, change);
    }
}

/// Where no policy asks for a certificate, senders that find an ended one deliver all the same.
fn certificates(exam: &mut Examination, hosts: &[Name]) {
    let Some(now) = exam.request.now else { return };
    let policy = exam.request.policy_fetch.as_ref().map(|fetch| fetch.body.parse());
    let is_enforced = policy
        .is_some_and(|it: Result<MtaStsPolicy, _>| it.is_ok_and(|it| it.mode() == Mode::Enforce));
    let shown = exam.request.servers.iter();
    let ends = shown.filter_map(|server| Some((Name::from(&server.host), server.not_after?)));
    let ends: Vec<_> = ends.filter(|(host, _)| hosts.contains(host)).collect();
    for (host, end) in ends {
        let has_ended = end <= now;
        if !has_ended && end.duration_since(now).is_ok_and(|left| left > RENEWAL) {
            continue;
        }
        let verb = if has_ended { "ended" } else { "ends" };
        let message = format!("the certificate of {host} {verb} on {}", Day::of(end));
        let mut finding = rule::MX_CERTIFICATE.at(0..0, message);
        if !(has_ended && is_enforced) {
            finding = finding.milder(Severity::Warning);
        }
        exam.found(&Place::at(&exam.apex(), RecordType::Mx), finding);
    }
}

/// What renews by itself has renewed before.
const RENEWAL: Duration = Duration::from_secs(14 * 86_400);

fn repeated(exam: &mut Examination, hosts: &[Name]) {
    let place = Place::at(&exam.apex(), RecordType::Mx);
    let mut seen = std::collections::BTreeSet::new();
    let mut twice = std::collections::BTreeSet::new();
    twice.extend(hosts.iter().filter(|host| !seen.insert(*host)));
    for host in twice.into_iter().take(exam.request.limits.mail_exchangers) {
        exam.found(&place, rule::MX_TWICE.at(0..0, format!("{host} stands twice")));
    }
}

async fn alias_or_void(exam: &mut Examination, host: &Name) {
    if host.as_str().parse::<IpAddr>().is_ok() {
        let message = format!("{host} is an address, not the name of a host");
        exam.found(&Place::at(&exam.apex(), RecordType::Mx), rule::MX_ALIAS.at(0..0, message));
        return;
    }
    let alias = exam.observer.ask(host, RecordType::Cname).await;
    if let Some(RecordData::Cname(target)) = alias.records().first() {
        let message = format!("{host} is an alias of {target}");
        exam.found(&Place::at(host, RecordType::Cname), rule::MX_ALIAS.at(0..0, message));
    }
    if exam.observer.has_address(host).await == Some(false) {
        let message = format!("{host} has no address");
        exam.found(&Place::at(host, RecordType::A), rule::MX_VOID.at(0..0, message));
    }
}

async fn ipv6(exam: &mut Examination, hosts: &[Name]) {
    let mut without = false;
    for host in hosts {
        let answer = exam.observer.ask(host, RecordType::Aaaa).await;
        match answer {
            Answer::Records(_) | Answer::TemporaryFailure => return,
            Answer::NoRecords => without = true,
            Answer::NoSuchName => {}
        }
    }
    if without {
        let message = "senders with IPv6 alone cannot deliver to the domain";
        exam.found(&Place::at(&exam.apex(), RecordType::Mx), rule::MX_IPV4.at(0..0, message));
    }
}
