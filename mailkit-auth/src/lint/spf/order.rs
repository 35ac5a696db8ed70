//! Terms against each other: order and repetition.

use std::borrow::Cow;

use super::rules as rule;
use super::term::Term;
use crate::lint::finding::Finding;
use crate::record::spf::{Mechanism, Modifier, Qualifier};
use crate::record::tag_list::Seen;
use crate::spf::IpNetwork;
use crate::text::work;

pub(super) fn findings(terms: &[Term<'_>], text: &str) -> Vec<Finding> {
    let is_all = |term: &Term<'_>| matches!(term.mechanism(), Some(Mechanism::All));
    let all = terms.iter().position(is_all);
    let end = all.map_or(terms.len(), |all| all + 1);
    let (alive, dead) = terms.split_at_checked(end).unwrap_or((terms, &[]));
    let mut findings: Vec<Finding> = dead.iter().filter_map(after_all).collect();
    match alive.last().filter(|_| all.is_some()) {
        Some(all) => {
            findings.extend(terms.iter().filter(|term| term.is_redirect()).map(beside_all));
            findings.extend(too_open(all));
        }
        None => findings.extend(no_all(terms, text)),
    }
    repeated_modifiers(terms, &mut findings);
    repeated_includes(alive, &mut findings);
    covered_networks(alive, &mut findings);
    findings
}

/// A mechanism after the first `all`, which nothing reaches. One that cannot be read is left to its
/// own finding: removing it would hide a slip.
fn after_all(term: &Term<'_>) -> Option<Finding> {
    let (rule, message) = match term.mechanism()? {
        Mechanism::All => (rule::SECOND_ALL, "a second `all` never decides"),
        _ => (rule::AFTER_ALL, "nothing after `all` decides"),
    };
    Some(rule.fixed(term.span.clone(), message, term.removal()))
}

fn beside_all(redirect: &Term<'_>) -> Finding {
    let message = "`redirect` is ignored because there is an `all`";
    rule::REDIRECT_AND_ALL.fixed(redirect.span.clone(), message, redirect.removal())
}

fn too_open(all: &Term<'_>) -> Option<Finding> {
    match all.directive()?.qualifier() {
        Qualifier::Pass => {
            Some(rule::PASS_ALL.at(all.span.clone(), format!("`{}` lets everybody send", all.text)))
        }
        Qualifier::Neutral => {
            Some(rule::NEUTRAL_ALL.at(all.span.clone(), "`?all` says nothing about other senders"))
        }
        Qualifier::Fail | Qualifier::SoftFail => None,
    }
}

/// A record without `all` and `redirect`; a term that cannot be read may have been meant as one.
fn no_all(terms: &[Term<'_>], text: &str) -> Option<Finding> {
    let ends = terms.iter().any(|term| term.is_redirect() || term.read.is_err());
    let finding = || rule::NO_ALL.at(text.len()..text.len(), "nothing is said about other senders");
    (!ends).then(finding)
}

fn repeated_modifiers(terms: &[Term<'_>], findings: &mut Vec<Finding>) {
    let (mut redirect, mut explanation) = (false, false);
    for term in terms {
        let seen = match term.modifier() {
            Some(Modifier::Redirect(_)) => &mut redirect,
            Some(Modifier::Explanation(_)) => &mut explanation,
            _ => continue,
        };
        if std::mem::replace(seen, true) {
            let name = term.modifier().map_or("", Modifier::name);
            let message = format!("`{name}` stands twice");
            findings.push(rule::REPEATED_MODIFIER.at(term.span.clone(), message));
        }
    }
}

/// An include of a domain that was included before: it cannot match what did not match there.
fn repeated_includes(terms: &[Term<'_>], findings: &mut Vec<Finding>) {
    let mut seen = Seen::new(target_key, |one, other| target_key(one) == target_key(other));
    for term in terms {
        if let Some(Mechanism::Include(domain)) = term.mechanism()
            && !seen.insert(domain.as_str())
        {
            let message = format!("`{domain}` was included before");
            findings.push(rule::REPEATED_INCLUDE.fixed(term.span.clone(), message, term.removal()));
        }
    }
}

/// What two names of one domain have in common. With macros that is all of them: `%{S}` is not
/// `%{s}`, as upper case escapes what it stands for.
fn target_key(domain: &str) -> Cow<'_, str> {
    let folds = !domain.contains('%') && domain.bytes().any(|octet| octet.is_ascii_uppercase());
    if folds { domain.to_ascii_lowercase().into() } else { domain.into() }
}

/// A network within one that stands before it, and so never decides.
fn covered_networks(terms: &[Term<'_>], findings: &mut Vec<Finding>) {
    let mut before: Vec<(IpNetwork, &Term<'_>)> = Vec::new();
    let networks = terms.iter().filter_map(|term| Some((IpNetwork::of(term.mechanism()?)?, term)));
    // A record of the size that name servers answer holds no more networks than this.
    for (network, term) in networks.take(MAX_NETWORKS) {
        work::add(before.len());
        match before.iter().find(|(earlier, _)| earlier.covers(&network)) {
            Some((_, earlier)) => {
                let message = format!("`{}` lies in `{}`", term.text, earlier.text);
                let finding =
                    rule::COVERED_NETWORK.fixed(term.span.clone(), message, term.removal());
                findings.push(finding);
            }
            None => before.push((network, term)),
        }
    }
}

/// Networks compared with each other: the work grows with the square.
const MAX_NETWORKS: usize = 512;
