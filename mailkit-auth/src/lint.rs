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
pub use finding::{Finding, Fix, Severity, apply_fixes};
pub use spf::lint_spf;
