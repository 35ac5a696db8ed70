//! Where reports go.

use std::ops::Range;

use memchr::memrchr;

use super::rules as rule;
use crate::lint::finding::{Finding, Fix};
use crate::lint::tags::Tags;
use crate::record::ReportUri;

/// Adds what is wrong with the addresses; `valid` says that each is some URI.
pub(super) fn findings(tags: &Tags<'_>, valid: bool, findings: &mut Vec<Finding>) {
    if tags.get("rua").is_none() {
        findings.push(rule::NO_REPORTS.at(tags.end(), "nobody receives aggregate reports"));
    }
    for tag in ["rua", "ruf"].into_iter().filter_map(|name| tags.get(name)) {
        findings.extend(tag.items(b',').filter_map(|(uri, span)| uri_finding(uri, span, valid)));
        let count = tag.items(b',').count();
        if count > 2 {
            let message = format!("receivers may write to two of these {count} addresses only");
            findings.push(rule::MANY_REPORTS.at(tag.span.clone(), message));
        }
    }
    findings.extend(failure_options(tags));
}

fn uri_finding(uri: &str, span: Range<usize>, valid: bool) -> Option<Finding> {
    if ReportUri::has_mail_scheme(uri) && (valid || ReportUri::check(uri).is_ok()) {
        return size_finding(uri, span.start);
    }
    if ReportUri::check(uri).is_ok() {
        let message = format!("receivers write to `mailto:` alone, not to `{uri}`");
        return Some(rule::URI.at(span, message));
    }
    let message = format!("`{uri}` is no `mailto:` URI");
    if ReportUri::check(&format!("mailto:{uri}")).is_err() {
        return Some(rule::URI.at(span, message));
    }
    let fix = Fix::replace(span.start..span.start, "mailto:");
    Some(rule::URI.fixed(span, message, fix))
}

/// The limit that RFC 7489 let stand behind an address.
fn size_finding(uri: &str, start: usize) -> Option<Finding> {
    let at = memrchr(b'!', uri.as_bytes())?;
    let (address, size) = (uri.get(..at)?, uri.get(at + 1..)?);
    let digits = size.trim_end_matches(|c: char| "kmgtKMGT".contains(c));
    digits.parse::<u64>().ok()?;
    let suffix = start + address.len()..start + uri.len();
    let fix = Fix::replace(suffix.clone(), "");
    Some(rule::SIZE.fixed(suffix, "the size limit was removed from DMARC", fix))
}

fn failure_options(tags: &Tags<'_>) -> Option<Finding> {
    let tag = tags.get("fo")?;
    if tags.get("ruf").is_none() {
        let message = "`fo` changes nothing without `ruf`";
        return Some(rule::OPTIONS.fixed(tag.span.clone(), message, tags.removal(tag)));
    }
    (tag.has_item(b':', "0") && tag.has_item(b':', "1"))
        .then(|| rule::OPTIONS.at(tag.span.clone(), "`0` changes nothing beside `1`"))
}
