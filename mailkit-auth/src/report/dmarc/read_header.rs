//! Reads what stands outside of the records.

use std::time::{Duration, SystemTime};

use super::AggregateLimits;
use super::header::{AggregateHeader, PublishedPolicy, ReportMetadata};
use super::lexer::{Tag, XmlError};
use super::parse::Parser;
use crate::report::anomaly::Anomalies;
use crate::report::{AnomalyKind, DateRange};

/// Reads one section of the head into the header. What is broken in it is left out and noted: a
/// report without its metadata still has its records.
pub(super) fn read_section(
    header: &mut AggregateHeader,
    section: &str,
    limits: &AggregateLimits,
    anomalies: &mut Anomalies,
) {
    let (mut parser, tag) = match Parser::new(section, limits) {
        Ok(start) => start,
        Err(error) => {
            return anomalies.add(AnomalyKind::Malformed, "feedback", &error.kind.to_string());
        }
    };
    let element = section_name(tag);
    let read = match tag.local {
        "version" => version(header, &mut parser, section, limits),
        "report_metadata" => parser.rest(tag, |parser, tag| {
            tolerant(parser, tag, |parser, tag| metadata(&mut header.metadata, parser, tag))
        }),
        "policy_published" => parser.rest(tag, |parser, tag| {
            tolerant(parser, tag, |parser, tag| policy(&mut header.policy, parser, tag))
        }),
        // RFC 9990 section 3.1.1.14: any content.
        "extensions" => Ok(()),
        _ => {
            parser.anomalies.add(AnomalyKind::UnknownElement, "feedback", tag.local);
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
    match tag.local {
        "version" => "version",
        "report_metadata" => "report_metadata",
        "policy_published" => "policy_published",
        "extensions" => "extensions",
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
    known.into_iter().find(|name| *name == tag.local).unwrap_or("feedback")
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
    let (slot, element) = match tag.local {
        "org_name" => (&mut metadata.org_name, "org_name"),
        "email" => (&mut metadata.email, "email"),
        "report_id" => (&mut metadata.report_id, "report_id"),
        "extra_contact_info" => (&mut metadata.extra_contact_info, "extra_contact_info"),
        "generator" => (&mut metadata.generator, "generator"),
        "error" => {
            metadata.errors.extend(parser.note(tag)?);
            return Ok(());
        }
        "date_range" => {
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
        match tag.local {
            "begin" => begin = parser.number(tag, "date_range")?.and_then(time),
            "end" => end = parser.number(tag, "date_range")?.and_then(time),
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
    match tag.local {
        "domain" => fill!(domain, "policy_published/domain", domain),
        "adkim" => fill!(adkim, "adkim", word),
        "aspf" => fill!(aspf, "aspf", word),
        "p" => fill!(policy, "p", word),
        "sp" => fill!(subdomain_policy, "sp", word),
        "np" => fill!(non_existent_policy, "np", word),
        "fo" => fill!(failure_options, "fo", name),
        "testing" => fill!(testing, "testing", word),
        "discovery_method" => fill!(discovery_method, "discovery_method", word),
        "pct" => {
            let percent = parser.number(tag, "pct")?.and_then(|number| number.try_into().ok());
            parser.set(&mut policy.percent, percent.filter(|percent| *percent <= 100), "pct");
        }
        _ => parser.unknown(tag, "policy_published")?,
    }
    Ok(())
}
