//! Reads what stands outside of the records.

use std::time::{Duration, SystemTime};

use super::AggregateLimits;
use super::header::{AggregateHeader, PublishedPolicy, ReportMetadata};
use super::lexer::Tag;
use super::names::Names;
use super::parse::Parser;
use super::xml_error::XmlError;
use crate::report::anomaly::Anomalies;
use crate::report::{AnomalyKind, DateRange};

/// Reads one section of the head into the header. What is broken in it is left out and noted: a
/// report without its metadata still has its records.
pub(super) fn read_section(
    header: &mut AggregateHeader,
    section: &str,
    limits: &AggregateLimits,
    names: &mut Names,
    anomalies: &mut Anomalies,
) {
    let (mut parser, tag) = match Parser::new(section, limits, names) {
        Ok(start) => start,
        Err(error) => {
            return anomalies.add(AnomalyKind::Malformed, "feedback", &error.kind.to_string());
        }
    };
    let element = section_name(tag);
    let read = match tag.local() {
        b"version" => version(header, &mut parser, section, limits),
        b"report_metadata" => parser.rest(tag, |parser, tag| {
            tolerant(parser, tag, |parser, tag| metadata(&mut header.metadata, parser, tag))
        }),
        b"policy_published" => parser.rest(tag, |parser, tag| {
            tolerant(parser, tag, |parser, tag| policy(&mut header.policy, parser, tag))
        }),
        // RFC 9990 section 3.1.1.14: any content.
        b"extensions" => Ok(()),
        _ => {
            let name = String::from_utf8_lossy(tag.local());
            parser.anomalies.add(AnomalyKind::UnknownElement, "feedback", &name);
            Ok(())
        }
    };
    anomalies.append(parser.anomalies);
    if let Err(error) = read {
        anomalies.add(AnomalyKind::Malformed, element, &error.kind.to_string());
    }
}

/// Notes what the head should have and lacks.
pub(super) fn expect_head(header: &AggregateHeader, anomalies: &mut Anomalies) {
    let AggregateHeader { version, metadata, policy, .. } = header;
    let missing = [
        ("version", version.is_none()),
        ("org_name", metadata.org_name.is_none()),
        ("email", metadata.email.is_none()),
        ("report_id", metadata.report_id.is_none()),
        ("date_range", metadata.date_range.is_none()),
        ("policy_published/domain", policy.domain.is_none()),
        ("p", policy.policy.is_none()),
    ];
    for (element, is_missing) in missing {
        if is_missing && !anomalies.names(element) {
            anomalies.add(AnomalyKind::Missing, element, "");
        }
    }
}

fn section_name(tag: Tag<'_>) -> &'static str {
    match tag.local() {
        b"version" => "version",
        b"report_metadata" => "report_metadata",
        b"policy_published" => "policy_published",
        b"extensions" => "extensions",
        _ => "feedback",
    }
}

/// Reads a child; if its content is broken, goes on behind it.
fn tolerant<'a>(
    parser: &mut Parser<'a>,
    tag: Tag<'a>,
    mut read: impl FnMut(&mut Parser<'a>, Tag<'a>) -> Result<(), XmlError>,
) -> Result<(), XmlError> {
    let mark = parser.lexer.mark();
    let Err(error) = read(parser, tag) else { return Ok(()) };
    if !parser.lexer.recover(tag, mark) {
        return Err(error);
    }
    parser.anomalies.add(AnomalyKind::Malformed, child_name(tag), &error.kind.to_string());
    Ok(())
}

/// The name of a child whose content may be broken.
fn child_name(tag: Tag<'_>) -> &'static str {
    let known = ["org_name", "email", "report_id", "date_range", "domain", "p"];
    known.into_iter().find(|name| name.as_bytes() == tag.local()).unwrap_or("feedback")
}

fn version(
    header: &mut AggregateHeader,
    parser: &mut Parser<'_>,
    section: &str,
    limits: &AggregateLimits,
) -> Result<(), XmlError> {
    // The section is a value itself and has been entered: it is read again from outside.
    let text = Parser::outermost_text(section, limits)?;
    parser.set(&mut header.version, Some(text).filter(|text| !text.is_empty()), "version");
    Ok(())
}

fn metadata<'a>(
    metadata: &mut ReportMetadata,
    parser: &mut Parser<'a>,
    tag: Tag<'a>,
) -> Result<(), XmlError> {
    let (slot, element) = match tag.local() {
        b"org_name" => (&mut metadata.org_name, "org_name"),
        b"email" => (&mut metadata.email, "email"),
        b"report_id" => (&mut metadata.report_id, "report_id"),
        b"extra_contact_info" => (&mut metadata.extra_contact_info, "extra_contact_info"),
        b"generator" => (&mut metadata.generator, "generator"),
        b"error" => {
            if let Some(error) = parser.note(tag)? {
                parser.keep(&mut metadata.errors, error, "error");
            }
            return Ok(());
        }
        b"date_range" => {
            let range = date_range(parser, tag)?;
            parser.set(&mut metadata.date_range, range, "date_range");
            return Ok(());
        }
        _ => return parser.unknown(tag, "report_metadata"),
    };
    let text = parser.name(tag, element)?;
    parser.set(slot, text, element);
    Ok(())
}

fn date_range<'a>(parser: &mut Parser<'a>, tag: Tag<'a>) -> Result<Option<DateRange>, XmlError> {
    let (mut begin, mut end) = (None, None);
    parser.children(tag, |parser, tag| {
        match tag.local() {
            b"begin" => begin = parser.number(tag, "date_range")?.and_then(time),
            b"end" => end = parser.number(tag, "date_range")?.and_then(time),
            _ => parser.unknown(tag, "date_range")?,
        }
        Ok::<(), XmlError>(())
    })?;
    Ok(begin.zip(end).map(|(begin, end)| DateRange { begin, end }))
}

fn time(seconds: u64) -> Option<SystemTime> {
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

fn policy<'a>(
    policy: &mut PublishedPolicy,
    parser: &mut Parser<'a>,
    tag: Tag<'a>,
) -> Result<(), XmlError> {
    macro_rules! fill {
        ($slot:ident, $element:literal, $read:ident) => {{
            let value = parser.$read(tag, $element)?;
            parser.set(&mut policy.$slot, value, $element);
        }};
    }
    match tag.local() {
        b"domain" => fill!(domain, "policy_published/domain", domain),
        b"adkim" => fill!(adkim, "adkim", word),
        b"aspf" => fill!(aspf, "aspf", word),
        b"p" => fill!(policy, "p", word),
        b"sp" => fill!(subdomain_policy, "sp", word),
        b"np" => fill!(non_existent_policy, "np", word),
        b"fo" => fill!(failure_options, "fo", name),
        b"testing" => fill!(testing, "testing", word),
        b"discovery_method" => fill!(discovery_method, "discovery_method", word),
        b"pct" => {
            let percent = parser.number(tag, "pct")?.and_then(|number| number.try_into().ok());
            parser.set(&mut policy.percent, percent.filter(|percent| *percent <= 100), "pct");
        }
        _ => parser.unknown(tag, "policy_published")?,
    }
    Ok(())
}
