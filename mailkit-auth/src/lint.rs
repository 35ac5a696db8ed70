//! What is wrong with a record, or will be: codes, spans, paragraphs and fixes.
//!
//! A lint reads text, not a parsed record, so it also explains text that does not parse. Every
//! finding carries a stable code, the bytes it is about, the paragraph it rests on and, where a
//! machine can mend the text without guessing, a [`Fix`].

mod dkim;
mod dmarc;
mod finding;
mod spf;
mod tags;

pub use dkim::lint_dkim_key;
pub use dmarc::lint_dmarc;
pub use finding::{Finding, Fix, Rule, Severity, apply_fixes};
pub use spf::lint_spf;

/// Every rule, by kind of record.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    [spf::RULES, dkim::RULES, dmarc::RULES].into_iter().flatten()
}

/// The rule of this code.
#[must_use]
pub fn rule(code: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.code == code)
}
