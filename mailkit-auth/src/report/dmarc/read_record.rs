//! Reads one record.

use std::net::IpAddr;

use super::lexer::Tag;
use super::names::Names;
use super::parse::{Parser, RecordFault};
use super::record::{
    AggregateRecord, DkimAuthResult, OverrideReason, PolicyEvaluated, SpfAuthResult,
};
use super::values::SpfScope;
use super::xml_error::XmlError;
use super::{AggregateLimits, BadRecordKind};
use crate::Domain;
use crate::report::AnomalyKind;

/// What has been read of a record.
#[derive(Default)]
struct Draft {
    source_ip: Option<IpAddr>,
    count: Option<u64>,
    policy_evaluated: Option<PolicyEvaluated>,
    header_from: Option<Domain>,
    envelope_from: Option<Domain>,
    envelope_to: Option<Domain>,
    dkim: Vec<DkimAuthResult>,
    spf: Vec<SpfAuthResult>,
}

/// The record that a section holds; `invalid_utf8` if octets of it had to be replaced.
pub(super) fn read_record(
    section: &str,
    limits: &AggregateLimits,
    names: &mut Names,
    invalid_utf8: bool,
) -> Result<AggregateRecord, RecordFault> {
    let (mut parser, tag) = Parser::new(section, limits, names)?;
    if invalid_utf8 {
        parser.anomalies.add(AnomalyKind::InvalidUtf8, "record", "");
    }
    let mut draft = Draft::default();
    parser.rest(tag, |parser, tag| draft.section(parser, tag))?;
    draft.finish(parser, section.len())
}

impl Draft {
    fn section<'a>(&mut self, parser: &mut Parser<'a>, tag: Tag<'a>) -> Result<(), RecordFault> {
        match tag.local() {
            b"row" => parser.children(tag, |parser, tag| self.row(parser, tag)),
            b"identifiers" => Ok(parser.children(tag, |parser, tag| self.identifier(parser, tag))?),
            b"auth_results" => {
                Ok(parser.children(tag, |parser, tag| self.auth_result(parser, tag))?)
            }
            // RFC 9990 section 3.1.1.14: any content.
            b"extensions" => Ok(parser.lexer.skip(tag)?),
            _ => Ok(parser.unknown(tag, "record")?),
        }
    }

    fn row<'a>(&mut self, parser: &mut Parser<'a>, tag: Tag<'a>) -> Result<(), RecordFault> {
        match tag.local() {
            b"source_ip" => {
                let at = parser.lexer.position();
                let text = parser.text(tag)?;
                let address =
                    text.parse::<IpAddr>().map_err(|_| invalid("source_ip", &text, at))?;
                parser.set(&mut self.source_ip, Some(address), "source_ip");
            }
            b"count" => {
                let count = parser.number(tag, "count")?;
                parser.set(&mut self.count, count, "count");
            }
            b"policy_evaluated" => {
                let evaluated = policy_evaluated(parser, tag)?;
                parser.set(&mut self.policy_evaluated, Some(evaluated), "policy_evaluated");
            }
            _ => parser.unknown(tag, "row")?,
        }
        Ok(())
    }

    fn identifier<'a>(&mut self, parser: &mut Parser<'a>, tag: Tag<'a>) -> Result<(), XmlError> {
        let (slot, element) = match tag.local() {
            b"header_from" => (&mut self.header_from, "header_from"),
            b"envelope_from" => (&mut self.envelope_from, "envelope_from"),
            b"envelope_to" => (&mut self.envelope_to, "envelope_to"),
            _ => return parser.unknown(tag, "identifiers"),
        };
        let domain = parser.domain(tag, element)?;
        parser.set(slot, domain, element);
        Ok(())
    }

    fn auth_result<'a>(&mut self, parser: &mut Parser<'a>, tag: Tag<'a>) -> Result<(), XmlError> {
        match tag.local() {
            b"dkim" => {
                let result = dkim(parser, tag)?;
                parser.keep(&mut self.dkim, result, "auth_results/dkim");
            }
            b"spf" => {
                let result = spf(parser, tag)?;
                parser.keep(&mut self.spf, result, "auth_results/spf");
            }
            _ => parser.unknown(tag, "auth_results")?,
        }
        Ok(())
    }

    fn finish(self, mut parser: Parser<'_>, end: usize) -> Result<AggregateRecord, RecordFault> {
        let missing = |element| RecordFault { kind: BadRecordKind::Missing { element }, at: end };
        let source_ip = self.source_ip.ok_or_else(|| missing("source_ip"))?;
        let count = self.count.ok_or_else(|| missing("count"))?;
        parser.expect(&self.policy_evaluated, "policy_evaluated");
        parser.expect(&self.header_from, "header_from");
        Ok(AggregateRecord {
            source_ip,
            count,
            policy_evaluated: self.policy_evaluated.unwrap_or_default(),
            header_from: self.header_from,
            envelope_from: self.envelope_from,
            envelope_to: self.envelope_to,
            dkim: self.dkim,
            spf: self.spf,
            anomalies: parser.anomalies.into_vec(),
        })
    }
}

fn policy_evaluated<'a>(
    parser: &mut Parser<'a>,
    tag: Tag<'a>,
) -> Result<PolicyEvaluated, XmlError> {
    let mut evaluated = PolicyEvaluated::default();
    parser.children(tag, |parser, tag| {
        match tag.local() {
            b"disposition" => {
                let disposition = parser.word(tag, "disposition")?;
                parser.set(&mut evaluated.disposition, disposition, "disposition");
            }
            b"dkim" => {
                let result = parser.word(tag, "policy_evaluated/dkim")?;
                parser.set(&mut evaluated.dkim, result, "policy_evaluated/dkim");
            }
            b"spf" => {
                let result = parser.word(tag, "policy_evaluated/spf")?;
                parser.set(&mut evaluated.spf, result, "policy_evaluated/spf");
            }
            b"reason" => {
                if let Some(reason) = reason(parser, tag)? {
                    parser.keep(&mut evaluated.reasons, reason, "reason");
                }
            }
            _ => parser.unknown(tag, "policy_evaluated")?,
        }
        Ok::<(), XmlError>(())
    })?;
    parser.expect(&evaluated.disposition, "disposition");
    parser.expect(&evaluated.dkim, "policy_evaluated/dkim");
    parser.expect(&evaluated.spf, "policy_evaluated/spf");
    Ok(evaluated)
}

/// The reason, unless it says nothing.
fn reason<'a>(parser: &mut Parser<'a>, tag: Tag<'a>) -> Result<Option<OverrideReason>, XmlError> {
    let mut reason = OverrideReason::default();
    parser.children(tag, |parser, tag| {
        match tag.local() {
            b"type" => reason.kind = parser.word(tag, "reason/type")?,
            b"comment" => reason.comment = parser.note(tag)?,
            _ => parser.unknown(tag, "reason")?,
        }
        Ok::<(), XmlError>(())
    })?;
    Ok((reason != OverrideReason::default()).then_some(reason))
}

fn dkim<'a>(parser: &mut Parser<'a>, tag: Tag<'a>) -> Result<DkimAuthResult, XmlError> {
    let mut result = DkimAuthResult::default();
    parser.children(tag, |parser, tag| {
        match tag.local() {
            b"domain" => result.domain = parser.domain(tag, "dkim/domain")?,
            b"selector" => result.selector = parser.note(tag)?,
            b"result" => result.result = parser.word(tag, "dkim/result")?,
            b"human_result" => result.human_result = parser.note(tag)?,
            _ => parser.unknown(tag, "dkim")?,
        }
        Ok::<(), XmlError>(())
    })?;
    Ok(result)
}

fn spf<'a>(parser: &mut Parser<'a>, tag: Tag<'a>) -> Result<SpfAuthResult, XmlError> {
    let mut result = SpfAuthResult::default();
    parser.children(tag, |parser, tag| {
        match tag.local() {
            b"domain" => result.domain = parser.domain(tag, "spf/domain")?,
            b"scope" => result.scope = parser.word::<SpfScope>(tag, "spf/scope")?,
            b"result" => result.result = parser.word(tag, "spf/result")?,
            b"human_result" => result.human_result = parser.note(tag)?,
            _ => parser.unknown(tag, "spf")?,
        }
        Ok::<(), XmlError>(())
    })?;
    Ok(result)
}

fn invalid(element: &'static str, value: &str, at: usize) -> RecordFault {
    RecordFault { kind: BadRecordKind::invalid(element, value), at }
}
