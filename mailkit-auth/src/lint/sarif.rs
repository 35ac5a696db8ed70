//! Findings for machines: a log in the Static Analysis Results Interchange Format (SARIF) 2.1.0.
//!
//! Code hosts and editors read it. Each text is an artifact with its contents, so that a reader can
//! underline the place without a lookup; each finding is a result of its rule, with its fix.

mod model;

use std::ops::Range;

use serde::Serialize;

use super::finding::{Finding, Fix, Severity};
use super::places::Places;
use super::rules;
use crate::lookup::{Name, RecordType};
use model::{
    Artifact, ArtifactChange, ArtifactContent, ArtifactLocation, Driver, Level, Location, Message,
    PhysicalLocation, Region, Replacement, ReportingConfiguration, ReportingDescriptor, Run,
    SarifFix, SarifResult, Tool,
};

/// A SARIF log of one run; it is written by [`Serialize`].
///
/// ```
/// use mailkit_auth::lint::{lint_spf, sarif::SarifLog};
///
/// let text = "v=spf1 +all";
/// let log = SarifLog::new().with_findings("dns:acme.test?type=TXT", text, &lint_spf(text));
/// let json = serde_json::to_value(&log)?;
/// let result = &json["runs"][0]["results"][0];
/// assert_eq!(result["ruleId"], "SPF017");
/// assert_eq!(result["locations"][0]["physicalLocation"]["region"]["startColumn"], 8);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct SarifLog {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

impl SarifLog {
    /// A log without results, that knows every rule of this crate.
    #[must_use]
    pub fn new() -> Self {
        let driver = Driver {
            name: env!("CARGO_PKG_NAME"),
            semantic_version: env!("CARGO_PKG_VERSION"),
            rules: rules().map(descriptor).collect(),
        };
        let run = Run {
            tool: Tool { driver },
            artifacts: Vec::new(),
            results: Vec::new(),
            column_kind: "unicodeCodePoints",
        };
        Self { schema: SCHEMA, version: "2.1.0", runs: [run] }
    }

    /// Adds a text and what was found in it.
    ///
    /// `uri` says where the text comes from: see [`dns_uri`], or the path of a file as a relative URI.
    #[must_use]
    pub fn with_findings(
        mut self,
        uri: impl Into<String>,
        text: &str,
        findings: &[Finding],
    ) -> Self {
        let [run] = &mut self.runs;
        let location = ArtifactLocation { uri: uri.into(), index: run.artifacts.len() };
        let places = Places::of(text);
        let found = findings.iter().map(|finding| result(finding, &places, &location));
        run.results.extend(found);
        run.artifacts.push(Artifact {
            location,
            contents: ArtifactContent { text: text.to_owned() },
            encoding: "utf-8",
        });
        self
    }
}

impl Default for SarifLog {
    fn default() -> Self {
        Self::new()
    }
}

/// The URI of the records of a type at a name (RFC 4501).
///
/// ```
/// use mailkit_auth::lint::sarif::dns_uri;
/// use mailkit_auth::lookup::{Name, RecordType};
///
/// let name = Name::new("_dmarc.acme.test")?;
/// assert_eq!(dns_uri(&name, RecordType::Txt), "dns:_dmarc.acme.test?type=TXT");
/// # Ok::<(), mailkit_auth::lookup::NameError>(())
/// ```
#[must_use]
pub fn dns_uri(name: &Name, record_type: RecordType) -> String {
    let escape = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    };
    let name: String = name.as_str().bytes().map(escape).collect();
    format!("dns:{name}?type={record_type}")
}

fn descriptor(rule: &super::Rule) -> ReportingDescriptor {
    ReportingDescriptor {
        id: rule.code,
        short_description: Message { text: rule.summary.to_owned() },
        help: Message { text: format!("{} ({})", rule.help, rule.reference) },
        default_configuration: ReportingConfiguration { level: level(rule.severity) },
    }
}

fn result(finding: &Finding, places: &Places<'_>, location: &ArtifactLocation) -> SarifResult {
    let fix = finding.fix.as_ref();
    let physical_location = PhysicalLocation {
        artifact_location: location.clone(),
        region: region(&finding.span, places),
    };
    SarifResult {
        rule_id: finding.code,
        rule_index: rules().position(|rule| rule.code == finding.code),
        level: level(finding.severity),
        message: Message { text: finding.message.clone() },
        locations: [Location { physical_location }],
        fixes: fix.map(|fix| [sarif_fix(fix, finding.help, places, location)]),
    }
}

fn sarif_fix(fix: &Fix, help: &str, places: &Places<'_>, location: &ArtifactLocation) -> SarifFix {
    let replacement = Replacement {
        deleted_region: region(&fix.span, places),
        inserted_content: ArtifactContent { text: fix.replacement.clone() },
    };
    let change =
        ArtifactChange { artifact_location: location.clone(), replacements: [replacement] };
    SarifFix { description: Message { text: help.to_owned() }, artifact_changes: [change] }
}

fn region(span: &Range<usize>, places: &Places<'_>) -> Region {
    let (start, end) = (places.place(span.start), places.place(span.end));
    let char_offset = places.characters_before(span.start);
    Region {
        start_line: start.line,
        start_column: start.column,
        end_line: end.line,
        end_column: end.column,
        char_offset,
        char_length: places.characters_before(span.end) - char_offset,
        byte_offset: span.start,
        byte_length: span.len(),
    }
}

fn level(severity: Severity) -> Level {
    match severity {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
        Severity::Info => Level::Note,
    }
}

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

#[cfg(test)]
mod tests;
