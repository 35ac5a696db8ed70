//! Terms that say nothing to a receiver, and what was meant by them.

use std::net::IpAddr;

use super::rules as rule;
use super::term::Term;
use crate::lint::finding::{Finding, Fix};
use crate::lint::nearest::nearest;
use crate::record::spf::{OtherModifier, SpfTerm};
use crate::spf::macro_string;
use crate::{RecordError, RecordErrorKind};

/// A term that cannot be read.
pub(super) fn finding(term: &Term<'_>, error: &RecordError) -> Finding {
    let start = term.span.start;
    let wrong = (error.span().start - start..error.span().end - start, error.span());
    let text = term.text.get(wrong.0).unwrap_or_default();
    match error.kind() {
        RecordErrorKind::UnknownMechanism { .. } => unknown_mechanism(term),
        RecordErrorKind::InvalidArgument => bad_argument(term),
        RecordErrorKind::InvalidCidrLength { max } => bad_length(wrong.1, text, *max),
        RecordErrorKind::InvalidDomain if text.is_empty() => no_target(term),
        RecordErrorKind::InvalidDomain => {
            rule::TARGET.at(term.span.clone(), format!("`{text}` is no full domain name"))
        }
        RecordErrorKind::InvalidMacro if macro_string::is_for_explanations(text) => {
            rule::EXP_MACRO.at(wrong.1, format!("`{text}` has no value here"))
        }
        RecordErrorKind::InvalidMacro => rule::MACRO.at(wrong.1, format!("`{text}` is no macro")),
        kind => rule::UNREADABLE.at(wrong.1, kind.to_string()),
    }
}

/// A modifier that receivers ignore, which may be a mechanism with the wrong separator.
pub(super) fn modifier(term: &Term<'_>, modifier: &OtherModifier) -> Finding {
    let message = format!("unknown modifier `{}`", modifier.name());
    match nearest(modifier.name(), MECHANISMS) {
        Some(name) => suggestion(term, message, format!("{name}:{}", modifier.value())),
        None => rule::UNKNOWN_MODIFIER.at(term.span.clone(), format!("{message} is ignored")),
    }
}

fn unknown_mechanism(term: &Term<'_>) -> Finding {
    let Parts { qualifier, name, separator, value } = Parts::of(term.text);
    let message = format!("unknown mechanism `{name}`");
    if MODIFIERS.iter().any(|modifier| name.eq_ignore_ascii_case(modifier)) {
        return suggestion(term, message, format!("{qualifier}{name}={value}"));
    }
    // An address tells which of the two address mechanisms was meant.
    let meant = family(value).or_else(|| nearest(name, MECHANISMS));
    let separator = if separator == "=" { ":" } else { separator };
    match meant {
        Some(meant) => suggestion(term, message, format!("{qualifier}{meant}{separator}{value}")),
        None => rule::UNKNOWN_MECHANISM.at(term.span.clone(), message),
    }
}

/// A mechanism with an argument that is none, or without the one it needs.
fn bad_argument(term: &Term<'_>) -> Finding {
    let Parts { qualifier, name, value, .. } = Parts::of(term.text);
    let span = term.span.clone();
    match (name.to_ascii_lowercase().as_str(), family(value)) {
        ("ip4" | "ip6", Some(family)) if !name.eq_ignore_ascii_case(family) => {
            let message = format!("`{name}` is not for `{value}`");
            let written = format!("{qualifier}{family}:{value}");
            match is_term(&written) {
                true => {
                    rule::WRONG_FAMILY.fixed(span.clone(), message, Fix::replace(span, written))
                }
                false => rule::WRONG_FAMILY.at(span, message),
            }
        }
        ("ip4" | "ip6", _) => rule::CIDR.at(span, format!("`{value}` is no network")),
        ("a" | "mx", _) => rule::CIDR.at(span, format!("`{value}` is no network length")),
        ("include" | "exists" | "ptr", _) => no_target(term),
        _ => rule::UNREADABLE.at(span, format!("`{name}` takes no argument")),
    }
}

/// A network length that is too long or padded.
fn bad_length(span: std::ops::Range<usize>, digits: &str, max: u8) -> Finding {
    let message = format!("`{digits}` is no network length from 0 to {max}");
    // `/024` can only mean 24; whether `/33` means 32 or 23 is anybody's guess.
    let stripped = digits.trim_start_matches('0');
    match stripped.parse::<u8>() {
        Ok(length) if length <= max => {
            rule::CIDR.fixed(span.clone(), message, Fix::replace(span, stripped))
        }
        _ => rule::CIDR.at(span, message),
    }
}

fn no_target(term: &Term<'_>) -> Finding {
    rule::TARGET.at(term.span.clone(), format!("`{}` names no domain", term.text))
}

/// A finding whose fix puts `written` in the place of the term, if that can be read.
fn suggestion(term: &Term<'_>, message: String, written: String) -> Finding {
    let span = term.span.clone();
    if !is_term(&written) {
        return rule::UNKNOWN_MECHANISM.at(span, message);
    }
    let message = format!("{message}: is `{written}` meant?");
    rule::UNKNOWN_MECHANISM.fixed(span.clone(), message, Fix::replace(span, written))
}

fn is_term(text: &str) -> bool {
    text.parse::<SpfTerm>().is_ok()
}

/// The mechanism for an address, if the value starts with one.
fn family(value: &str) -> Option<&'static str> {
    match value.split('/').next()?.parse().ok()? {
        IpAddr::V4(_) => Some("ip4"),
        IpAddr::V6(_) => Some("ip6"),
    }
}

/// The pieces of a term as its author may have meant them.
struct Parts<'a> {
    qualifier: &'a str,
    name: &'a str,
    /// `:` or `=`; empty before a slash.
    separator: &'a str,
    value: &'a str,
}

impl<'a> Parts<'a> {
    fn of(term: &'a str) -> Self {
        let qualifier = usize::from(term.starts_with(['+', '-', '~', '?']));
        let (qualifier, body) = term.split_at(qualifier);
        let (name, rest) = body.split_at(body.find([':', '=', '/']).unwrap_or(body.len()));
        let (separator, value) = rest.split_at(usize::from(rest.starts_with([':', '='])));
        Self { qualifier, name, separator, value }
    }
}

const MECHANISMS: &[&str] = &["all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists"];
const MODIFIERS: &[&str] = &["redirect", "exp"];
