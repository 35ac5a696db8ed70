//! Where links lead, against what they show.

use std::collections::BTreeSet;

use super::{Case, Findings};
use crate::assessment::Place;
use crate::code::Code;
use crate::message::{Link, Target, shown_domain};
use crate::{domain, lookalike};

pub(super) fn find(case: &Case<'_>, findings: &mut Findings) {
    let mut hosts = BTreeSet::new();
    for link in case.view.links.iter().take(case.limits.links) {
        let Some(target) = Target::read(&link.target) else { continue };
        judge_form(link, &target, findings);
        if let Some(host) = target.host() {
            judge_text(case, link, host, findings);
            let owner = domain::registrable(host);
            if hosts.contains(owner) {
                continue;
            }
            if hosts.len() == MAX_HOSTS {
                findings.reached_limit(Place::part(link.part));
                return;
            }
            hosts.insert(owner.to_owned());
            judge_host(case, link, host, findings);
        }
    }
}

fn judge_form(link: &Link, target: &Target, findings: &mut Findings) {
    let place = || Place::part(link.part);
    match target {
        Target::Inline { scheme } => findings.add(Code::LinkScheme, place(), scheme),
        Target::Address { ip, .. } => findings.add(Code::LinkIpAddress, place(), ip),
        Target::Host { .. } => {}
    }
    if let Target::Host { name, userinfo: true } | Target::Address { ip: name, userinfo: true } =
        target
    {
        findings.add(Code::LinkUserinfo, place(), name);
    }
}

fn judge_text(case: &Case<'_>, link: &Link, host: &str, findings: &mut Findings) {
    let shown = link.text.as_deref().and_then(shown_domain);
    // Newsletters count clicks: an authenticated sender that shows its own domain deceives nobody about who it is.
    let own = |shown: &str| {
        case.authenticated_sender().is_some_and(|sender| domain::same_owner(sender, shown))
    };
    if let Some(shown) = shown.filter(|shown| !domain::same_owner(shown, host) && !own(shown)) {
        findings.add(
            Code::LinkTextMismatch,
            Place::part(link.part),
            &format!("shows {shown}, leads to {host}"),
        );
    }
}

fn judge_host(case: &Case<'_>, link: &Link, host: &str, findings: &mut Findings) {
    if lookalike::mixes_scripts(host) {
        findings.add(Code::LinkMixedScript, Place::part(link.part), &domain::to_unicode(host));
    }
    let found = lookalike::nearest(host, case.context);
    if let Some((genuine, resemblance)) = found.filter(|(_, resemblance)| resemblance.is_strong()) {
        let evidence = format!("{host} is not {genuine} ({resemblance})");
        findings.add(Code::LinkLookalike, Place::part(link.part), &evidence);
    }
}

/// The distinct domains that are compared with the known ones.
const MAX_HOSTS: usize = 250;
