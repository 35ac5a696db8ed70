//! Where reports go.

use super::rules as rule;
use crate::lint::finding::{Finding, Fix};
use crate::lint::tags::Tags;
use crate::record::{ReportUri, Tag};

pub(super) fn findings(tags: &Tags<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if tags.get("rua").is_none() {
        findings.push(rule::NO_REPORTS.at(tags.end(), "nobody receives aggregate reports"));
    }
    for tag in ["rua", "ruf"].into_iter().filter_map(|name| tags.get(name)) {
        findings.extend(uris(tag).flat_map(|(uri, start)| uri_finding(uri, start)));
        let count = uris(tag).count();
        if count > 2 {
            let message = format!("receivers may write to two of these {count} addresses only");
            findings.push(rule::MANY_REPORTS.at(tag.span.clone(), message));
        }
    }
    findings.extend(failure_options(tags));
    findings
}

/// The URIs of a tag, without the space around them, and where they begin.
fn uris<'a>(tag: &Tag<'a>) -> impl Iterator<Item = (&'a str, usize)> {
    let mut at = tag.value_span.start;
    tag.value.split(',').map(move |item| {
        let start = at + item.len() - item.trim_start().len();
        at += item.len() + 1;
        (item.trim(), start)
    })
}

fn uri_finding(uri: &str, start: usize) -> Option<Finding> {
    let span = start..start + uri.len();
    match uri.parse::<ReportUri>() {
        Ok(read) if read.mailbox().is_some() => size_finding(uri, start),
        Ok(_) => {
            let message = format!("receivers write to `mailto:` alone, not to `{uri}`");
            Some(rule::URI.at(span, message))
        }
        Err(_) => {
            let message = format!("`{uri}` is no `mailto:` URI");
            let mended = format!("mailto:{uri}").parse::<ReportUri>();
            Some(match mended {
                Ok(_) => rule::URI.fixed(span, message, Fix::replace(start..start, "mailto:")),
                Err(_) => rule::URI.at(span, message),
            })
        }
    }
}

/// The limit that RFC 7489 let stand behind an address.
fn size_finding(uri: &str, start: usize) -> Option<Finding> {
    let (address, size) = uri.rsplit_once('!')?;
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
    let has = |option| tag.items(':').any(|word| word == option);
    (has("0") && has("1"))
        .then(|| rule::OPTIONS.at(tag.span.clone(), "`0` changes nothing beside `1`"))
}
