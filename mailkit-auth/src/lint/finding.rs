//! One thing that a lint has to say.

use std::fmt;
use std::ops::Range;

use super::visible;

/// Something that is wrong with a record, and where.
///
/// ```
/// let findings = mailkit_auth::lint::lint_spf("v=spf1 +all");
/// let finding = findings.first().ok_or("no finding")?;
/// assert_eq!((finding.code, finding.span.clone()), ("SPF017", 7..11));
/// assert_eq!(finding.to_string(), "error SPF017 at byte 7: `+all` lets everybody send");
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Finding {
    /// The stable code of the lint, such as `SPF017`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The bytes of the text it is about; empty where something is missing.
    pub span: Range<usize>,
    /// What was found, in one line that is safe to print: what it quotes of the record is escaped.
    pub message: String,
    /// What to do about it, in one sentence.
    pub help: &'static str,
    /// A change to the text that mends it, where that is safe.
    pub fix: Option<Fix>,
    /// The paragraph of the standard or the practice it rests on.
    pub reference: &'static str,
}

impl Finding {
    /// The same finding in a case that is less bad than the worst its rule knows.
    pub(crate) fn milder(self, severity: Severity) -> Self {
        Self { severity: severity.min(self.severity), ..self }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, severity, span, message, .. } = self;
        write!(f, "{severity} {code} at byte {}: {message}", span.start)
    }
}

/// How bad a finding is, mildest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Severity {
    /// Worth knowing; nothing fails.
    Info,
    /// Weaker than it should be, or about to fail.
    Warning,
    /// Receivers will fail or ignore the record.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// Replaces the bytes at `span` by `replacement`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Fix {
    /// The bytes to replace; empty to insert.
    pub span: Range<usize>,
    /// What stands there afterwards.
    pub replacement: String,
}

impl Fix {
    /// A fix that replaces these bytes.
    pub(crate) fn replace(span: Range<usize>, replacement: impl Into<String>) -> Self {
        Self { span, replacement: replacement.into() }
    }
}

/// Applies the fixes of these findings to the text they were found in.
///
/// Of two fixes that overlap the first in the text wins; lint the result again to see the other.
///
/// ```
/// use mailkit_auth::lint::{apply_fixes, lint_spf};
///
/// let text = "v=spf1 ip4:2001:db8::/32 -all";
/// assert_eq!(apply_fixes(text, &lint_spf(text)), "v=spf1 ip6:2001:db8::/32 -all");
/// ```
#[must_use]
pub fn apply_fixes(text: &str, findings: &[Finding]) -> String {
    let mut fixes: Vec<&Fix> = findings.iter().filter_map(|finding| finding.fix.as_ref()).collect();
    fixes.sort_by_key(|fix| (fix.span.start, fix.span.end));
    let mut fixed = String::with_capacity(text.len());
    let mut done = 0;
    for fix in fixes {
        let Some(kept) = text.get(done..fix.span.start) else { continue };
        if text.get(fix.span.clone()).is_none() {
            continue;
        }
        fixed.push_str(kept);
        fixed.push_str(&fix.replacement);
        done = fix.span.end;
    }
    fixed.push_str(text.get(done..).unwrap_or_default());
    fixed
}

/// The findings in the order of the text they are about.
pub(crate) fn in_order(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|finding| (finding.span.start, finding.span.end));
    findings
}

/// What all findings of one lint share.
///
/// ```
/// let rule = mailkit_auth::lint::rule("SPF017").ok_or("no such rule")?;
/// assert_eq!(rule.help, "end the record with `~all` or `-all`");
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Rule {
    /// The stable code, such as `SPF017`.
    pub code: &'static str,
    /// How bad it is at worst; a single finding may be milder.
    pub severity: Severity,
    /// The paragraph of the standard or the practice it rests on.
    pub reference: &'static str,
    /// What is wrong, without regard to a record.
    pub summary: &'static str,
    /// What to do about it, in one sentence.
    pub help: &'static str,
}

impl Rule {
    pub(crate) const fn error(
        code: &'static str,
        reference: &'static str,
        summary: &'static str,
        help: &'static str,
    ) -> Self {
        Self { code, severity: Severity::Error, reference, summary, help }
    }

    pub(crate) const fn warning(
        code: &'static str,
        reference: &'static str,
        summary: &'static str,
        help: &'static str,
    ) -> Self {
        Self { code, severity: Severity::Warning, reference, summary, help }
    }

    pub(crate) const fn info(
        code: &'static str,
        reference: &'static str,
        summary: &'static str,
        help: &'static str,
    ) -> Self {
        Self { code, severity: Severity::Info, reference, summary, help }
    }

    /// A finding of this rule that a machine cannot mend.
    pub(crate) fn at(&self, span: Range<usize>, message: impl Into<String>) -> Finding {
        let Self { code, severity, help, reference, .. } = *self;
        // The message quotes the record, which a stranger may have written.
        let message = visible::message(message.into());
        Finding { code, severity, span, message, help, fix: None, reference }
    }

    /// A finding of this rule that `fix` mends.
    pub(crate) fn fixed(
        &self,
        span: Range<usize>,
        message: impl Into<String>,
        fix: Fix,
    ) -> Finding {
        Finding { fix: Some(fix), ..self.at(span, message) }
    }
}

/// Defines the rules of one kind of record and lists them all in `ALL`. A code has one rule: where
/// some of its cases are less bad, the rule has the worst severity and the findings are made
/// [`milder`](Finding::milder).
///
/// ```text
/// rules! {
///     NOT_ASCII = error "SPF006" "RFC 7208 section 3.1": "an octet that is not ASCII",
///         "write the record in ASCII; names as `xn--` labels";
/// }
/// ```
macro_rules! rules {
    ($($name:ident = $severity:ident $code:literal $reference:literal: $summary:literal, $help:literal;)*) => {
        $(pub(crate) const $name: $crate::lint::finding::Rule =
            $crate::lint::finding::Rule::$severity($code, $reference, $summary, $help);)*
        /// Every rule of this file.
        pub(crate) const ALL: &[$crate::lint::finding::Rule] = &[$($name),*];
    };
}
pub(crate) use rules;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_fixes_apply_the_first() {
        let rule = Rule::info("X", "", "", "");
        let finding = |span: Range<usize>| rule.fixed(span.clone(), "", Fix::replace(span, "-"));
        assert_eq!(apply_fixes("abcdef", &[finding(2..4), finding(0..3), finding(5..6)]), "-de-");
        assert_eq!(apply_fixes("ab", &[finding(1..9)]), "ab");
    }
}
