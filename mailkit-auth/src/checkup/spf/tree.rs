//! What the domain's SPF record costs with its includes, and where it is broken.

use super::super::examination::{Examination, Place};
use super::super::report::{Area, AreaState};
use super::super::rules as rule;
use super::super::suffix::registered_name;
use crate::Domain;
use crate::error::in_words;
use crate::lint::Severity;
use crate::lint::spf::rules::{NEAR_LOOKUPS, OVER_LOOKUPS};
use crate::lookup::{Answer, Name, RecordData, RecordType};
use crate::record::spf::{Mechanism, SpfTerm};
use crate::spf::tree::{
    SpfNode, SpfNodeTerm, SpfTermState, SpfTree, SpfTreeEvaluation, SpfTreeLimits, SpfTreeProblem,
    SpfTreeRequest,
};

/// The tree, if there is one record at its root.
pub(super) async fn examine(exam: &mut Examination, records: &[String]) -> Option<SpfTree> {
    let [record] = records else {
        exam.facts.spf = Some(false);
        let (state, summary) = match records.len() {
            0 => (AreaState::Broken, "no SPF record".to_owned()),
            several => (AreaState::Broken, format!("{several} SPF records")),
        };
        exam.summary(Area::Spf, state, summary);
        return None;
    };
    let limits = SpfTreeLimits { questions: MAX_QUESTIONS, ..SpfTreeLimits::default() };
    let request = SpfTreeRequest::new(exam.request.domain.clone()).with_limits(limits);
    let tree = exam.observer.drive(SpfTreeEvaluation::new(request).0).await;
    let unknown = is_unknown(&tree);
    let (state, so_far) =
        if unknown { (AreaState::NotChecked, " or more") } else { (AreaState::Good, "") };
    let lookups = tree.cost.lookups;
    exam.summary(Area::Spf, state, format!("{lookups}{so_far} of 10 lookups: {record}"));
    let mut broken = false;
    for node in tree.nodes() {
        for term in &node.terms {
            broken |= term_findings(exam, node, term).await;
        }
    }
    broken |= cost(exam, &tree);
    let root_fails = tree.root.problem.as_ref().is_some_and(|it| !is_open(it));
    exam.facts.spf = match (broken || root_fails, unknown) {
        (true, _) => Some(false),
        (false, true) => None,
        (false, false) => Some(true),
    };
    Some(tree)
}

/// Whether a part of the tree was not seen: with it the record may work, or fail for everybody.
fn is_unknown(tree: &SpfTree) -> bool {
    let open_term =
        |term: &SpfNodeTerm| matches!(&term.state, SpfTermState::Problem(it) if is_open(it));
    tree.nodes()
        .any(|node| node.problem.as_ref().is_some_and(is_open) || node.terms.iter().any(open_term))
}

/// Whether a problem says nothing about the record, since nobody answered or the walk stopped there.
fn is_open(problem: &SpfTreeProblem) -> bool {
    matches!(problem, SpfTreeProblem::TemporaryFailure(_) | SpfTreeProblem::Limit { .. })
}

/// Questions for one tree, of those for the whole check-up.
const MAX_QUESTIONS: usize = 200;

/// Whether every check that comes to this term fails.
async fn term_findings(exam: &mut Examination, node: &SpfNode, term: &SpfNodeTerm) -> bool {
    let text = node.record.as_deref().unwrap_or_default();
    let place = Place::text(&node.name, text);
    let span = term.span.clone();
    if let Some(nested) = &term.nested
        && let Some(problem) = &nested.problem
    {
        return target_finding(exam, &place, term, &nested.name, problem).await;
    }
    match &term.state {
        SpfTermState::Problem(SpfTreeProblem::Loop(name)) => {
            let message = format!("`{}` leads back to {name}", term.text);
            exam.found(&place, rule::LOOP.at(span, message));
            true
        }
        SpfTermState::Problem(SpfTreeProblem::MxHosts(hosts)) => {
            let message =
                format!("`{}` has {hosts} mail exchangers, a check follows 10", term.text);
            exam.found(&place, rule::MX_HOSTS.at(span, message));
            true
        }
        SpfTermState::Problem(SpfTreeProblem::NotAName) => false,
        SpfTermState::Problem(problem) => {
            exam.gap(Area::Spf, format!("`{}` of {}: {}", term.text, node.name, in_words(problem)));
            false
        }
        SpfTermState::Resolved if is_own(exam, node) => {
            void_target(exam, &place, term);
            mx_addresses(exam, &place, term).await;
            false
        }
        _ => false,
    }
}

/// An `include` or `redirect` whose target has no usable record.
async fn target_finding(
    exam: &mut Examination,
    place: &Place,
    term: &SpfNodeTerm,
    target: &Name,
    problem: &SpfTreeProblem,
) -> bool {
    if is_open(problem) {
        exam.gap(Area::Spf, format!("`{}`: {}", term.text, in_words(problem)));
        return false;
    }
    let is_include = matches!(&term.term, SpfTerm::Directive(_));
    let target_rule = if is_include { &rule::INCLUDE_TARGET } else { &rule::REDIRECT_TARGET };
    let message = format!("{target}: {}, which fails the whole check", in_words(problem));
    exam.found(place, target_rule.at(term.span.clone(), message));
    if *problem == SpfTreeProblem::NoRecord && is_free(exam, target).await {
        let message = format!("{target} lies in a domain that nobody has registered");
        exam.found(place, rule::FREE_DOMAIN.at(term.span.clone(), message));
    }
    true
}

/// Whether the registered name above a name does not exist, while its top level does.
async fn is_free(exam: &mut Examination, name: &Name) -> bool {
    let Ok(domain) = name.as_str().parse::<Domain>() else { return false };
    let registered = Name::from(registered_name(&domain));
    let Some(Ok(top)) = domain.labels().last().map(Name::new) else { return false };
    let seen = exam.observer.ask(&top, RecordType::Ns).await;
    !seen.records().is_empty()
        && exam.observer.ask(&registered, RecordType::Ns).await == Answer::NoSuchName
}

/// Whether the record is the owner's to mend.
fn is_own(exam: &Examination, node: &SpfNode) -> bool {
    node.name.is_subdomain_of(&exam.apex())
}

fn void_target(exam: &mut Examination, place: &Place, term: &SpfNodeTerm) {
    let host = matches!(mechanism(term), Some(Mechanism::A { .. } | Mechanism::Mx { .. }));
    if host && term.networks.is_empty() {
        let target = term.target.as_ref().map(Name::to_string).unwrap_or_default();
        let message = format!("`{}`: {target} has no address", term.text);
        exam.found(place, rule::VOID_TARGET.at(term.span.clone(), message));
    }
}

/// The limit is of the hosts whose addresses are asked for, as the evaluator here counts; but some
/// receivers read it as one of the addresses of a host.
async fn mx_addresses(exam: &mut Examination, place: &Place, term: &SpfNodeTerm) {
    let (Some(Mechanism::Mx { .. }), Some(target)) = (mechanism(term), &term.target) else {
        return;
    };
    let answer = exam.observer.ask(target, RecordType::Mx).await;
    for data in answer.records().iter().take(MAX_ADDRESSES) {
        let RecordData::Mx { exchange, .. } = data else { continue };
        for family in [RecordType::A, RecordType::Aaaa] {
            let addresses = exam.observer.ask(exchange, family).await.records().len();
            if addresses > MAX_ADDRESSES {
                let message =
                    format!("{exchange} has {addresses} addresses, some receivers follow 10");
                exam.found(place, rule::MX_ADDRESSES.at(term.span.clone(), message));
            }
        }
    }
}

/// RFC 7208 section 4.6.4, of hosts and of the addresses of one host.
const MAX_ADDRESSES: usize = 10;

fn mechanism(term: &SpfNodeTerm) -> Option<&Mechanism> {
    match &term.term {
        SpfTerm::Directive(directive) => Some(directive.mechanism()),
        SpfTerm::Modifier(_) => None,
    }
}

/// Whether a check can exceed a limit for every client.
fn cost(exam: &mut Examination, tree: &SpfTree) -> bool {
    let text = tree.root.record.as_deref().unwrap_or_default();
    let place = Place::text(&tree.root.name, text);
    let costly = tree.root.terms.iter().max_by_key(|term| term.cost.lookups);
    let span = costly.map_or(0..text.len(), |term| term.span.clone());
    let lookups = tree.cost.lookups;
    let message = format!("{lookups} of 10 lookups: {}", branches(tree));
    match lookups {
        ..8 => {}
        8..=10 => exam.found(&place, NEAR_LOOKUPS.at(span, message)),
        _ => exam.found(&place, OVER_LOOKUPS.at(span, message)),
    }
    let voids = tree.cost.void_lookups();
    let voids_end_all = tree.cost.void_ip4.min(tree.cost.void_ip6) > MAX_VOIDS;
    if voids > MAX_VOIDS {
        let message = format!("{voids} of 2 lookups bring nothing");
        let finding = rule::VOIDS.at(0..text.len(), message);
        let severity = if voids_end_all { Severity::Error } else { Severity::Warning };
        exam.found(&place, finding.milder(severity));
    }
    lookups > 10 || voids_end_all
}

/// Lookups that may bring nothing (RFC 7208 section 4.6.4).
const MAX_VOIDS: usize = 2;

/// The terms that need lookups, the dearest first.
fn branches(tree: &SpfTree) -> String {
    let mut terms: Vec<&SpfNodeTerm> =
        tree.root.terms.iter().filter(|term| term.cost.lookups > 0).collect();
    terms.sort_by_key(|term| std::cmp::Reverse(term.cost.lookups));
    let costs = terms.iter().take(MAX_BRANCHES);
    let costs = costs.map(|term| format!("{} {}", term.text, term.cost.lookups));
    costs.collect::<Vec<_>>().join(", ")
}

/// Branches that a message names.
const MAX_BRANCHES: usize = 6;
