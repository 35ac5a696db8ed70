//! A record with what is wrong with it.

use mailkit_auth::lint::render::{self, Style};
use mailkit_auth::lint::sarif::SarifLog;
use mailkit_auth::lint::{Finding, Severity, apply_fixes};
use serde::Serialize;

use super::kind::Kind;
use super::mail;
use crate::commands::error::CommandError;
use crate::commands::output::visible;

/// A record with what is wrong with it.
#[derive(Debug, Serialize)]
pub(super) struct Linted {
    /// Where it comes from, in words.
    origin: String,
    /// The same as a SARIF log names it.
    #[serde(skip)]
    uri: String,
    kind: Kind,
    text: String,
    findings: Vec<Finding>,
    /// The text with everything mended that safely can be, if that changes it.
    fixed: Option<String>,
}

impl Linted {
    /// Lints a text of this kind, or of the one that its first words tell.
    pub(super) fn new(origin: &str, text: &str, kind: Option<Kind>) -> Result<Self, CommandError> {
        let Some(kind) = kind.or_else(|| Kind::of(text)) else {
            return Err(CommandError::new(format!("cannot tell what {origin} is: {}", why(text))));
        };
        let text = match kind {
            Kind::DkimSignature => without_field_name(text),
            _ => text,
        };
        let uri = origin.replace(' ', "-");
        Ok(Self::of_findings(origin, &uri, kind, text, kind.lint(text)))
    }

    pub(super) fn of_findings(
        origin: &str,
        uri: &str,
        kind: Kind,
        text: &str,
        findings: Vec<Finding>,
    ) -> Self {
        let fixed = fixed(kind, text, &findings);
        let (origin, uri, text) = (origin.to_owned(), uri.to_owned(), text.to_owned());
        Self { origin, uri, kind, text, findings, fixed }
    }

    pub(super) fn record(&self) -> &str {
        &self.text
    }

    pub(super) fn errors(&self) -> usize {
        self.count(Severity::Error)
    }

    pub(super) fn has_error(&self) -> bool {
        self.errors() > 0
    }

    /// The record after it was mended.
    pub(super) fn mended(self) -> Self {
        let Some(text) = &self.fixed else { return self };
        let findings = self.kind.lint(text);
        Self::of_findings(&self.origin, &self.uri, self.kind, text, findings)
    }

    /// The findings underlined, and a last line with their number.
    pub(super) fn text(&self, style: Style) -> String {
        let origin = visible(&self.origin);
        if self.findings.is_empty() {
            return format!("{origin}: no findings\n");
        }
        let findings = render::styled(&self.origin, &self.text, &self.findings, style);
        let counts =
            [Severity::Error, Severity::Warning, Severity::Info].map(|severity| {
                match self.count(severity) {
                    0 => None,
                    1 => Some(format!("1 {severity}")),
                    count if severity == Severity::Info => Some(format!("{count} {severity}")),
                    count => Some(format!("{count} {severity}s")),
                }
            });
        let counts: Vec<String> = counts.into_iter().flatten().collect();
        format!("{findings}\n{origin}: {}\n", counts.join(", "))
    }

    pub(super) fn report(&self, log: SarifLog) -> SarifLog {
        log.with_findings(self.uri.as_str(), &self.text, &self.findings)
    }

    fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

/// Why the first words of a text tell no kind, and what to do.
fn why(text: &str) -> &'static str {
    let looks_like_zone = text.trim_start().starts_with(['$', '@', '{'])
        || text.split_whitespace().any(|word| matches!(word, "IN" | "SOA" | "TXT"));
    match looks_like_zone {
        true => "it reads like a zone file; lint it with --domain DOMAIN --zone FILE",
        false => "neither a file nor a record of a known kind; name it with --kind",
    }
}

/// The records of a file: one a line, `#` or `;` before a comment, or the whole where a kind has
/// lines; of a message its signatures.
pub(super) fn of_file(
    origin: &str,
    text: &str,
    kind: Option<Kind>,
) -> Result<Vec<Linted>, CommandError> {
    if kind.is_none_or(|kind| kind == Kind::DkimSignature) && mail::is_mail(text) {
        return of_mail(origin, text);
    }
    if kind.or_else(|| Kind::of(text)).is_some_and(Kind::has_lines) {
        return Ok(vec![Linted::new(origin, text, kind)?]);
    }
    let lines = text.lines().enumerate();
    let records: Vec<(usize, &str)> =
        lines.filter(|(_, line)| !line.trim().is_empty() && !is_comment(line)).collect();
    if records.is_empty() {
        return Err(CommandError::new(format!("{origin} holds no record")));
    }
    let single = records.len() == 1;
    let linted = records.into_iter().map(|(index, line)| match single {
        true => Linted::new(origin, line, kind),
        false => Linted::new(&format!("{origin} line {}", index + 1), line, kind),
    });
    linted.collect()
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with(['#', ';'])
}

/// The signatures of a message.
fn of_mail(origin: &str, text: &str) -> Result<Vec<Linted>, CommandError> {
    let signatures = mail::signatures(text);
    if signatures.is_empty() {
        let why = "it is a message without a DKIM-Signature field";
        return Err(CommandError::new(format!("{origin} holds no record: {why}")));
    }
    let linted = signatures.into_iter().enumerate().map(|(index, field)| {
        let origin = format!("{origin} DKIM-Signature {}", index + 1);
        Linted::new(&origin, field, Some(Kind::DkimSignature))
    });
    linted.collect()
}

fn without_field_name(text: &str) -> &str {
    match text.split_once(':') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case("DKIM-Signature") => value,
        _ => text,
    }
}

/// Fixes may uncover others; a few rounds find them all.
fn fixed(kind: Kind, text: &str, findings: &[Finding]) -> Option<String> {
    let mut fixed = apply_fixes(text, findings);
    for _ in 0..ROUNDS {
        let again = apply_fixes(&fixed, &kind.lint(&fixed));
        if again == fixed {
            break;
        }
        fixed = again;
    }
    (fixed != text).then_some(fixed)
}

const ROUNDS: usize = 8;
