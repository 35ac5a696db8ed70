//! Lints of SPF records (RFC 7208).

mod macros;
mod network;
mod order;
mod rules;
mod spelling;
mod term;

use super::finding::{Finding, Fix, Severity, nearest};
use crate::record::spf::SpfRecord;
use rules as rule;
use term::{Kind, Term};

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
    let terms = term::terms(text);
    let mut findings = Vec::new();
    for term in &terms {
        findings.extend(name_findings(term));
        findings.extend(network::findings(term));
        findings.extend(macros::findings(term));
        findings.extend(target_finding(term));
    }
    findings.extend(order::findings(&terms, text));
    findings.extend(size_findings(&terms, text));
    findings.extend(unread(text, &findings));
    findings.sort_by_key(|finding| (finding.span.start, finding.span.end));
    findings
}

/// Names that are unknown, discouraged or written with the wrong separator.
fn name_findings(term: &Term<'_>) -> Option<Finding> {
    match term.kind() {
        Kind::Ptr => Some(rule::PTR.at(term.span.clone(), "`ptr` is slow and unreliable")),
        Kind::Unknown if term.separator == Some('=') => match nearest(term.name, MECHANISMS) {
            Some(name) if name.len() > 1 => Some(separator_finding(term, name, ":")),
            _ => Some(
                rule::UNKNOWN_MODIFIER
                    .at(term.span.clone(), format!("unknown modifier `{}` is ignored", term.name)),
            ),
        },
        Kind::Unknown => Some(unknown_mechanism(term)),
        Kind::Redirect | Kind::Exp if term.separator != Some('=') => {
            Some(separator_finding(term, term.name, "="))
        }
        _ if term.separator == Some('=') && !matches!(term.kind(), Kind::Redirect | Kind::Exp) => {
            Some(separator_finding(term, term.name, ":"))
        }
        _ => None,
    }
}

fn separator_finding(term: &Term<'_>, name: &str, separator: &str) -> Finding {
    let message = format!("`{}` is written `{name}{separator}`", term.head());
    let head = format!("{name}{separator}");
    if !is_record(&format!("{head}{}", term.value)) {
        return rule::UNKNOWN_MECHANISM.at(term.span.clone(), message);
    }
    rule::UNKNOWN_MECHANISM.fixed(term.span.clone(), message, Fix::replace(term.head_span(), head))
}

fn unknown_mechanism(term: &Term<'_>) -> Finding {
    let message = format!("unknown mechanism `{}`", term.name);
    // An address tells which of the two address mechanisms was meant.
    let address = term.value.split('/').next().unwrap_or_default();
    let guess = match address.parse() {
        Ok(std::net::IpAddr::V4(_)) => Some("ip4"),
        Ok(std::net::IpAddr::V6(_)) => Some("ip6"),
        Err(_) => nearest(term.name, MECHANISMS).filter(|name| !name.starts_with("ip")),
    };
    match guess {
        Some(name) => {
            let message = format!("{message}: is `{name}` meant?");
            rule::UNKNOWN_MECHANISM.fixed(
                term.span.clone(),
                message,
                Fix::replace(term.name_span(), name),
            )
        }
        None => rule::UNKNOWN_MECHANISM.at(term.span.clone(), message),
    }
}

/// Whether a record may hold this term.
fn is_record(term: &str) -> bool {
    format!("v=spf1 {term}").parse::<SpfRecord>().is_ok()
}

/// A name to look up that is missing or is no fully qualified name.
fn target_finding(term: &Term<'_>) -> Option<Finding> {
    let needs = matches!(term.kind(), Kind::Include | Kind::Exists | Kind::Redirect | Kind::Exp);
    let takes = needs || matches!(term.kind(), Kind::A | Kind::Mx | Kind::Ptr);
    let target = term.target();
    if !takes || target.contains('%') {
        return None;
    }
    if target.is_empty() && (needs || term.separator == Some(':')) {
        return Some(
            rule::TARGET.at(term.span.clone(), format!("`{}` names no domain", term.head())),
        );
    }
    let top = target.trim_end_matches('.').rsplit_once('.').map(|(_, top)| top);
    let is_name = top.is_some_and(|top| {
        top.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !top.chars().all(|c| c.is_ascii_digit())
            && !top.starts_with('-')
            && !top.ends_with('-')
    });
    if target.is_empty() || is_name {
        return None;
    }
    Some(rule::TARGET.at(term.span.clone(), format!("`{target}` is no full domain name")))
}

/// How long the record is, and how many lookups it makes by itself.
fn size_findings(terms: &[Term<'_>], text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let octets = text.len();
    if octets > 512 {
        findings.push(
            rule::OVER_512.at(450..octets, format!("{octets} octets do not fit one UDP answer")),
        );
    } else if octets > 450 {
        findings.push(
            rule::OVER_450.at(450..octets, format!("{octets} octets may not fit one UDP answer")),
        );
    }
    let costly: Vec<&Term<'_>> = terms.iter().filter(|term| term.kind().costs_lookup()).collect();
    let message = format!("{} lookups of 10, before those of its includes", costly.len());
    match (costly.len(), costly.get(10)) {
        (_, Some(eleventh)) => findings.push(rule::OVER_LOOKUPS.at(eleventh.span.clone(), message)),
        (8..=10, None) => {
            findings
                .extend(costly.last().map(|it| rule::NEAR_LOOKUPS.at(it.span.clone(), message)));
        }
        _ => {}
    }
    findings
}

/// Says where the record cannot be read, if no other finding has explained it.
fn unread(text: &str, findings: &[Finding]) -> Option<Finding> {
    let error = text.parse::<SpfRecord>().err()?;
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        return None;
    }
    Some(rule::UNREADABLE.at(error.span(), error.kind().to_string()))
}

const MECHANISMS: &[&str] = &["all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists"];

#[cfg(test)]
mod tests;
