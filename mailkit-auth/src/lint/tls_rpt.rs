//! Lints of TLS reporting records (RFC 8460 section 3).

pub(crate) mod rules;

use std::ops::Range;

use super::finding::{Finding, Fix, Severity, in_order};
use super::tags::{Tags, unread};
use super::version::{letter_findings, unknown_message, version_finding};
use crate::record::tls_rpt::is_report_uri;
use crate::record::{ReportUri, Tag, TlsRptRecord};
use rules as rule;
pub(super) use rules::ALL as RULES;

/// What is wrong with the text of a TLS reporting record, in the order of the text.
///
/// ```
/// use mailkit_auth::lint::{apply_fixes, lint_tls_rpt};
///
/// let text = "v=TLSRPTv1; rua=tls@acme.test";
/// let findings = lint_tls_rpt(text);
/// assert_eq!(findings.iter().map(|it| it.code).collect::<Vec<_>>(), ["TLS002"]);
/// assert_eq!(apply_fixes(text, &findings), "v=TLSRPTv1; rua=mailto:tls@acme.test");
/// ```
#[must_use]
pub fn lint_tls_rpt(text: &str) -> Vec<Finding> {
    let letters = letter_findings(text, &rule::UNREADABLE);
    if !letters.is_empty() {
        return letters;
    }
    let (tags, mut findings) = Tags::read::<TlsRptRecord>(text, &rule::UNREADABLE, &rule::FIELD);
    findings.extend(version_finding(&tags, "v=TLSRPTv1", &rule::VERSION));
    findings.extend(tags.iter().flat_map(|tag| tag_findings(tag, &tags)));
    if tags.get("rua").is_none() {
        findings.push(rule::REPORTS.at(tags.end(), "there is no `rua`"));
    }
    findings.extend(unread(&tags.record::<TlsRptRecord>(), &findings, &rule::UNREADABLE));
    in_order(findings)
}

fn tag_findings(tag: &Tag<'_>, tags: &Tags<'_>) -> Vec<Finding> {
    match tag.name.to_ascii_lowercase().as_str() {
        "v" => Vec::new(),
        "rua" => report_findings(tag, tags),
        name => {
            let message = unknown_message(name, &["rua"]);
            vec![rule::FIELD.at(tag.span.clone(), message).milder(Severity::Info)]
        }
    }
}

fn report_findings(tag: &Tag<'_>, tags: &Tags<'_>) -> Vec<Finding> {
    let head = tag.span.start..tag.value_span.start;
    let mut findings = Vec::new();
    if tags.text(&head) != "rua=" {
        let message = format!("`{}` is not `rua=`", tags.text(&head));
        findings.push(rule::REPORTS.fixed(head.clone(), message, Fix::replace(head, "rua=")));
    }
    findings.extend(tag.items(b',').filter_map(|(uri, span)| uri_finding(uri, span)));
    findings
}

fn uri_finding(uri: &str, span: Range<usize>) -> Option<Finding> {
    if uri.parse::<ReportUri>().is_ok_and(|uri| is_report_uri(&uri)) {
        return None;
    }
    let message = match uri.split_once(':') {
        _ if uri.is_empty() => "there is no address".to_owned(),
        Some(_) if uri.contains('!') => format!("`{uri}`: a `!` means nothing here"),
        Some(("mailto" | "https", _)) => format!("`{uri}` is no address"),
        _ => format!("`{uri}` is neither `mailto:` nor `https:`"),
    };
    match mended(uri) {
        Some(mended) => {
            Some(rule::REPORTS.fixed(span.clone(), message, Fix::replace(span, mended)))
        }
        None => Some(rule::REPORTS.at(span, message)),
    }
}

/// An address with its scheme, and without the size that DMARC records once had.
fn mended(uri: &str) -> Option<String> {
    let bare = uri.split_once('!').map_or(uri, |(bare, _)| bare);
    let scheme = if bare.contains(':') { "" } else { "mailto:" };
    let mended = format!("{scheme}{bare}");
    mended.parse::<ReportUri>().ok().filter(is_report_uri).map(|_| mended)
}

#[cfg(test)]
mod tests;
