//! Lints of SPF records (RFC 7208).

mod broken;
mod letters;
mod network;
mod order;
pub(crate) mod rules;
pub(crate) mod spelling;
mod target;
mod term;

use super::finding::{Finding, in_order};
use crate::record::spf::{Mechanism, Modifier, SpfTerm};
use crate::spf::macro_string;
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
    let mut findings = Vec::new();
    for term in &terms {
        term_findings(term, &mut findings);
    }
    findings.extend(order::findings(&terms, text));
    findings.extend(length_finding(text));
    findings.extend(lookups_finding(&terms));
    in_order(findings)
}

/// Adds what is wrong with a term by itself.
fn term_findings(term: &Term<'_>, findings: &mut Vec<Finding>) {
    match &term.read {
        Err(error) => findings.push(broken::finding(term, error)),
        Ok(SpfTerm::Modifier(Modifier::Other(other))) => {
            findings.push(broken::modifier(term, other));
        }
        Ok(SpfTerm::Modifier(modifier)) => {
            if let Modifier::Redirect(target) | Modifier::Explanation(target) = modifier {
                target::findings(term, target, findings);
            }
            client_name_findings(term, findings);
        }
        Ok(SpfTerm::Directive(directive)) => {
            let mechanism = directive.mechanism();
            network::findings(term, mechanism, findings);
            if let Some(target) = mechanism.domain() {
                target::findings(term, target, findings);
            }
            if matches!(mechanism, Mechanism::Ptr(_)) {
                findings.push(rule::PTR.at(term.span.clone(), "`ptr` is slow and unreliable"));
            }
            client_name_findings(term, findings);
        }
    }
}

fn client_name_findings(term: &Term<'_>, findings: &mut Vec<Finding>) {
    if !term.text.contains('%') {
        return;
    }
    findings.extend(macro_string::validated_names(term.text).map(|span| {
        let span = term.span.start + span.start..term.span.start + span.end;
        rule::PTR_MACRO.at(span, "`%{p}` asks for the names of the client")
    }));
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
    let mut costly = terms.iter().filter(|term| term.needs_lookup());
    let eighth = costly.nth(7)?;
    let eleventh = costly.nth(2);
    let (rule, term) = eleventh.map_or((rule::NEAR_LOOKUPS, eighth), |it| (rule::OVER_LOOKUPS, it));
    let count = terms.iter().filter(|term| term.needs_lookup()).count();
    let message = format!("{count} lookups of 10, before those of its includes");
    Some(rule.at(term.span.clone(), message))
}

#[cfg(test)]
mod tests;
