//! Lints of SPF records (RFC 7208).

mod broken;
mod network;
mod order;
pub(crate) mod rules;
pub(crate) mod spelling;
mod term;

use super::finding::{Finding, in_order};
use crate::record::spf::{Mechanism, Modifier, SpfTerm};
use crate::spf::macro_string;
use network::Network;
use rules as rule;
pub(super) use rules::ALL as RULES;
use term::Term;

/// What is wrong with the text of an SPF record, in the order of the text.
///
/// This sees one text alone: what its includes cost, and whether there is a second record at the
/// same name, only a lookup can tell.
///
/// ```
/// use mailkit_auth::lint::lint_spf;
///
/// let codes = |text| lint_spf(text).iter().map(|finding| finding.code).collect::<Vec<_>>();
/// assert_eq!(codes("v=spf1 mx -all"), Vec::<&str>::new());
/// assert_eq!(codes("v=spf1 ptr ip4:192.0.2.1/33 ?all"), ["SPF020", "SPF032", "SPF018"]);
/// ```
#[must_use]
pub fn lint_spf(text: &str) -> Vec<Finding> {
    // Text whose very letters are wrong cannot be read term by term yet.
    let spelling = spelling::findings(text);
    if !spelling.is_empty() {
        return spelling;
    }
    let terms = match Term::all(text) {
        Ok(terms) => terms,
        Err(error) => return vec![rule::UNREADABLE.at(error.span(), error.kind().to_string())],
    };
    let mut findings: Vec<Finding> = terms.iter().flat_map(term_findings).collect();
    findings.extend(order::findings(&terms, text));
    findings.extend(length_finding(text));
    findings.extend(lookups_finding(&terms));
    in_order(findings)
}

/// What is wrong with a term by itself.
fn term_findings(term: &Term<'_>) -> Vec<Finding> {
    match &term.read {
        Err(error) => vec![broken::finding(term, error)],
        Ok(SpfTerm::Modifier(Modifier::Other(other))) => vec![broken::modifier(term, other)],
        Ok(SpfTerm::Modifier(_)) => client_name_findings(term).collect(),
        Ok(SpfTerm::Directive(directive)) => {
            let mechanism = directive.mechanism();
            let network = Network::of(mechanism).map(|network| network::findings(term, network));
            let mut findings = network.unwrap_or_default();
            if matches!(mechanism, Mechanism::Ptr(_)) {
                findings.push(rule::PTR.at(term.span.clone(), "`ptr` is slow and unreliable"));
            }
            findings.extend(client_name_findings(term));
            findings
        }
    }
}

fn client_name_findings(term: &Term<'_>) -> impl Iterator<Item = Finding> {
    macro_string::validated_names(term.text).map(|span| {
        let span = term.span.start + span.start..term.span.start + span.end;
        rule::PTR_MACRO.at(span, "`%{p}` asks for the names of the client")
    })
}

fn length_finding(text: &str) -> Option<Finding> {
    let octets = text.len();
    let (rule, fits) = match octets {
        ..=450 => return None,
        451..=512 => (rule::OVER_450, "may not fit"),
        _ => (rule::OVER_512, "do not fit"),
    };
    Some(rule.at(450..octets, format!("{octets} octets {fits} one UDP answer")))
}

/// How many lookups the record makes by itself.
fn lookups_finding(terms: &[Term<'_>]) -> Option<Finding> {
    let costly: Vec<&Term<'_>> = terms.iter().filter(|term| term.needs_lookup()).collect();
    let message = format!("{} lookups of 10, before those of its includes", costly.len());
    match (costly.get(10), costly.get(7)) {
        (Some(eleventh), _) => Some(rule::OVER_LOOKUPS.at(eleventh.span.clone(), message)),
        (None, Some(eighth)) => Some(rule::NEAR_LOOKUPS.at(eighth.span.clone(), message)),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests;
