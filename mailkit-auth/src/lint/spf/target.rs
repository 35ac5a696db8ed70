//! Names of which no host and no record can be.

use super::rules as rule;
use super::term::Term;
use crate::lint::finding::{Finding, Severity};
use crate::record::spf::{DomainSpec, Mechanism};

/// Adds what is wrong with the name that a term leads to. The grammar allows all visible characters
/// (RFC 7208 section 7.1), so that a URL or an address parses; nothing answers for it.
pub(super) fn findings(term: &Term<'_>, target: &DomainSpec, findings: &mut Vec<Finding>) {
    let name = target.as_str();
    // What a macro makes of a character depends on the mail.
    if name.contains('%') {
        return;
    }
    let Some(odd) = name.chars().find(|c| !is_of_names(*c)) else { return };
    let message = format!("`{name}` is no name that the DNS answers for: it has a `{odd}`");
    let finding = rule::TARGET.at(term.span.clone(), message);
    // RFC 7208 sections 5.2 and 6.1: these fail the whole record, others only never match.
    let fails = term.is_redirect() || matches!(term.mechanism(), Some(Mechanism::Include(_)));
    findings.push(finding.milder(if fails { Severity::Error } else { Severity::Warning }));
}

fn is_of_names(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}
