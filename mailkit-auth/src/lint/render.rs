//! Findings for people: the record with the place underlined, as a compiler prints it.

use std::fmt;

use super::finding::{Finding, Fix, Severity};
use super::places::Places;
use super::visible;

/// The findings in `text`, each with the place underlined, what to do and why.
///
/// `origin` says where the text comes from, such as `acme.test TXT`. Characters that a terminal
/// does not show as one cell are written as `\u{…}`, so the output is safe to print whoever wrote
/// the record; of a long line the part around the place is shown. After 100 findings only their
/// number follows.
///
/// ```
/// use mailkit_auth::lint::{lint_spf, render};
///
/// let text = "v=spf1 ipv4:8.8.8.8 -all";
/// let expected = "\
/// error[SPF011]: unknown mechanism `ipv4`: is `ip4:8.8.8.8` meant?
///  --> acme.test TXT, byte 7
///   | v=spf1 ipv4:8.8.8.8 -all
///   |        ^^^^^^^^^^^^
///   = fix: write `ip4:8.8.8.8` for `ipv4:8.8.8.8`
///   = help: use a mechanism of the standard
///   = see: RFC 7208 section 4.6.1
/// ";
/// assert_eq!(render::text("acme.test TXT", text, &lint_spf(text)), expected);
/// ```
#[must_use]
pub fn text(origin: &str, text: &str, findings: &[Finding]) -> String {
    styled(origin, text, findings, Style::Plain)
}

/// The same as [`text`] in this style.
///
/// ```
/// use mailkit_auth::lint::{lint_spf, render};
///
/// let text = "v=spf1 +all";
/// let printed = render::styled("acme.test", text, &lint_spf(text), render::Style::Ansi);
/// assert!(printed.starts_with("\u{1b}[1;31merror[SPF017]\u{1b}[0m: "));
/// ```
#[must_use]
pub fn styled(origin: &str, text: &str, findings: &[Finding], style: Style) -> String {
    let places = Places::of(text);
    let shown = findings.iter().take(MAX_FINDINGS);
    let blocks = shown.map(|finding| Block { origin, text, places: &places, finding, style });
    let mut printed: Vec<String> = blocks.map(|block| block.to_string()).collect();
    let more = findings.len().saturating_sub(MAX_FINDINGS);
    if more > 0 {
        printed.push(format!("{more} more findings\n"));
    }
    printed.join("\n")
}

/// Whether the output is for a terminal with colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Style {
    /// ASCII alone.
    #[default]
    Plain,
    /// With the escape sequences of ECMA-48 for bold and colours.
    Ansi,
}

/// One finding, ready to print.
struct Block<'a> {
    origin: &'a str,
    text: &'a str,
    places: &'a Places<'a>,
    finding: &'a Finding,
    style: Style,
}

impl fmt::Display for Block<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Finding { code, severity, message, help, reference, .. } = self.finding;
        let colour = match severity {
            Severity::Error => "1;31",
            Severity::Warning => "1;33",
            Severity::Info => "1;36",
        };
        let head = self.paint(colour, &format!("{severity}[{code}]"));
        writeln!(f, "{head}: {message}")?;
        writeln!(f, " {} {}", self.paint(BLUE, "-->"), self.place())?;
        if !self.text.is_empty() {
            let (line, carets) = self.line();
            let bar = self.paint(BLUE, "|");
            writeln!(f, "  {bar} {line}")?;
            writeln!(f, "  {bar} {}", self.paint(colour, &carets))?;
        }
        if let Some(fix) = &self.finding.fix {
            self.note(f, "fix", &suggestion(fix, self.text))?;
        }
        self.note(f, "help", help)?;
        self.note(f, "see", reference)
    }
}

impl Block<'_> {
    fn place(&self) -> String {
        let start = self.finding.span.start;
        let origin = visible::message(self.origin.to_owned());
        match self.places.is_single_line() {
            true => format!("{origin}, byte {start}"),
            false => {
                let place = self.places.place(start);
                format!("{origin}, line {}, column {}", place.line, place.column)
            }
        }
    }

    /// The part of the line around the place, and the carets under it.
    fn line(&self) -> (String, String) {
        let span = self.finding.span.clone();
        let (offset, line) = self.places.line(span.start);
        let start = (span.start - offset).min(line.len());
        let end = (span.end.max(span.start) - offset).clamp(start, line.len());
        let (before, rest) = line.split_at_checked(start).unwrap_or((line, ""));
        let (at, after) = rest.split_at_checked(end - start).unwrap_or((rest, ""));
        let before = visible::last_cells(before, CONTEXT_BEFORE);
        let at = visible::first_cells(at, MAX_MARKED);
        let after = visible::first_cells(after, CONTEXT_AFTER);
        let carets = format!("{}{}", " ".repeat(before.len()), "^".repeat(at.len().max(1)));
        (format!("{before}{at}{after}"), carets)
    }

    fn note(&self, f: &mut fmt::Formatter<'_>, label: &str, text: &str) -> fmt::Result {
        writeln!(f, "  {} {}: {text}", self.paint(BLUE, "="), self.paint("1", label))
    }

    fn paint(&self, colour: &str, text: &str) -> String {
        match self.style {
            Style::Plain => text.to_owned(),
            Style::Ansi => format!("\u{1b}[{colour}m{text}\u{1b}[0m"),
        }
    }
}

/// What a fix does, in words.
fn suggestion(fix: &Fix, text: &str) -> String {
    let old = text.get(fix.span.clone()).unwrap_or_default();
    let quoted = |text: &str| format!("`{}`", visible::first_cells(text, MAX_MARKED));
    match (old, fix.replacement.as_str()) {
        (old, "") => format!("remove {}", quoted(old)),
        ("", new) => format!("insert {}", quoted(new)),
        (old, new) => format!("write {} for {}", quoted(new), quoted(old)),
    }
}

const BLUE: &str = "1;34";

/// Cells of the record that are shown before, at and after the place: together a line of 100.
const CONTEXT_BEFORE: usize = 40;
const MAX_MARKED: usize = 60;
const CONTEXT_AFTER: usize = 40;

/// Findings that are printed in full: nobody reads more, and a hostile record has thousands.
const MAX_FINDINGS: usize = 100;

#[cfg(test)]
mod tests;
