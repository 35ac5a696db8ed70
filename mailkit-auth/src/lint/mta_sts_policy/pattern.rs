//! The patterns of hosts.

use super::rules as rule;
use crate::lint::finding::{Finding, Fix};
use crate::record::mta_sts_policy::{Line, MxPattern};

pub(super) fn finding(line: &Line<'_>) -> Option<Finding> {
    let span = line.value_span.clone();
    let value = line.value;
    match value.parse::<MxPattern>() {
        Ok(pattern) if pattern.is_wildcard() && pattern.domain().parent().is_none() => {
            Some(rule::PATTERN.at(span, format!("`{value}` stands for a whole top level")))
        }
        Ok(_) => None,
        Err(_) => Some(mended(line).map_or_else(
            || rule::PATTERN.at(span.clone(), message(value)),
            |host| {
                rule::PATTERN.fixed(span.clone(), message(value), Fix::replace(span.clone(), host))
            },
        )),
    }
}

/// The pattern without the dot at its end, which is where names in a zone file have one.
fn mended<'a>(line: &Line<'a>) -> Option<&'a str> {
    let host = line.value.strip_suffix('.')?;
    host.parse::<MxPattern>().ok().map(|_| host)
}

fn message(value: &str) -> String {
    match value.trim_start_matches("*.") {
        "" => "there is no host".to_owned(),
        rest if rest.contains('*') => {
            format!("`{value}`: a star stands for the whole first label alone")
        }
        _ if value.starts_with("*.*") => {
            format!("`{value}`: a star stands for the whole first label alone")
        }
        _ => format!("`{value}` is no host"),
    }
}
