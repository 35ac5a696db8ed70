//! Terms against each other: order and repetition.

use super::network::Network;
use super::rules as rule;
use super::term::{Kind, Term};
use crate::lint::finding::{Finding, Fix};

pub(super) fn findings(terms: &[Term<'_>], text: &str) -> Vec<Finding> {
    let all = terms.iter().position(|term| term.kind() == Kind::All && term.is_mechanism());
    let (alive, dead) = match all {
        Some(all) => terms.split_at_checked(all + 1).unwrap_or((terms, &[])),
        None => (terms, &[][..]),
    };
    let mut findings: Vec<Finding> = dead.iter().filter_map(after_all).collect();
    findings.extend(
        terms.iter().filter(|term| all.is_some() && term.kind() == Kind::Redirect).map(beside_all),
    );
    findings.extend(ending(alive.last().filter(|_| all.is_some()), terms, text));
    findings.extend(repeated_modifiers(terms));
    findings.extend(repeated_includes(alive));
    findings.extend(covered_networks(alive));
    findings
}

/// A mechanism after the first `all`, which nothing reaches.
fn after_all(term: &Term<'_>) -> Option<Finding> {
    let fix = Fix::replace(term.removal(), "");
    let span = term.span.clone();
    match term.kind() {
        Kind::All if term.is_mechanism() => {
            Some(rule::SECOND_ALL.fixed(span, "a second `all` never decides", fix))
        }
        // What is unknown is an error wherever it stands; removing it would hide a slip.
        Kind::Unknown => None,
        _ if term.is_mechanism() => {
            Some(rule::AFTER_ALL.fixed(span, "nothing after `all` decides", fix))
        }
        _ => None,
    }
}

fn beside_all(term: &Term<'_>) -> Finding {
    let fix = Fix::replace(term.removal(), "");
    rule::REDIRECT_AND_ALL.fixed(
        term.span.clone(),
        "`redirect` is ignored because there is an `all`",
        fix,
    )
}

/// How the record ends: what becomes of everybody else.
fn ending(all: Option<&Term<'_>>, terms: &[Term<'_>], text: &str) -> Option<Finding> {
    match all {
        Some(all) => match all.qualifier {
            None | Some('+') => {
                let written = text.get(all.span.clone()).unwrap_or_default();
                Some(
                    rule::PASS_ALL.at(all.span.clone(), format!("`{written}` lets everybody send")),
                )
            }
            Some('?') => Some(
                rule::NEUTRAL_ALL.at(all.span.clone(), "`?all` says nothing about other senders"),
            ),
            Some(_) => None,
        },
        None if terms.iter().any(|term| term.kind() == Kind::Redirect) => None,
        None => {
            Some(rule::NO_ALL.at(text.len()..text.len(), "nothing is said about other senders"))
        }
    }
}

fn repeated_modifiers(terms: &[Term<'_>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for kind in [Kind::Redirect, Kind::Exp] {
        let repeats = terms.iter().filter(|term| term.kind() == kind).skip(1);
        findings.extend(repeats.map(|term| {
            rule::REPEATED_MODIFIER.at(term.span.clone(), format!("`{}` stands twice", term.head()))
        }));
    }
    findings
}

/// An include of a domain that was included before: it cannot match what did not match there.
fn repeated_includes(terms: &[Term<'_>]) -> Vec<Finding> {
    let mut seen = std::collections::HashSet::new();
    let includes =
        terms.iter().filter(|term| term.kind() == Kind::Include && !term.value.is_empty());
    let repeats = includes.filter(|term| !seen.insert(term.value.to_ascii_lowercase()));
    let finding = |term: &Term<'_>| {
        let message = format!("`{}` was included before", term.value);
        rule::REPEATED_INCLUDE.fixed(term.span.clone(), message, Fix::replace(term.removal(), ""))
    };
    repeats.map(finding).collect()
}

/// A network within one that stands before it, and so never decides.
fn covered_networks(terms: &[Term<'_>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut before: Vec<(Network, &Term<'_>)> = Vec::new();
    // A record of the size that name servers answer holds no more networks than this.
    let networks =
        terms.iter().filter_map(|term| Some((Network::of(term)?, term))).take(MAX_NETWORKS);
    for (network, term) in networks {
        match before.iter().find(|(earlier, _)| earlier.contains(&network)) {
            Some((_, earlier)) => {
                let message = format!("`{}` lies in `{}`", term.value, earlier.value);
                let fix = Fix::replace(term.removal(), "");
                findings.push(rule::COVERED_NETWORK.fixed(term.span.clone(), message, fix));
            }
            None => before.push((network, term)),
        }
    }
    findings
}

/// Networks compared with each other: the work grows with the square.
const MAX_NETWORKS: usize = 512;
