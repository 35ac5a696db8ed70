//! Slots: where they are, what they show, and which escaping their place needs.

use std::fmt;
use std::ops::Range;

use super::Piece;
use super::events::Event;
use crate::defect::{DefectKind, Defects, SourceFile};
use crate::limits::Limits;

/// What a slot shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    /// `{{ name }}`: a message.
    Message(String),
    /// `{{ $name }}`: a parameter.
    Parameter(String),
    /// `{{ @lang }}`: the language tag of the locale.
    Language,
    /// `{{ @dir }}`: the direction of the locale.
    Direction,
}

impl Slot {
    fn parse(inner: &str) -> Option<Self> {
        let name = inner.trim_matches(' ');
        match name {
            "@lang" => return Some(Self::Language),
            "@dir" => return Some(Self::Direction),
            _ => {}
        }
        let bare = name.strip_prefix('$').unwrap_or(name);
        let valid = bare.starts_with(|c: char| c.is_ascii_alphabetic())
            && bare.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        valid.then(|| match name.strip_prefix('$') {
            Some(bare) => Self::Parameter(bare.to_owned()),
            None => Self::Message(name.to_owned()),
        })
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message(name) => write!(f, "{{{{ {name} }}}}"),
            Self::Parameter(name) => write!(f, "{{{{ ${name} }}}}"),
            Self::Language => f.write_str("{{ @lang }}"),
            Self::Direction => f.write_str("{{ @dir }}"),
        }
    }
}

/// The place of a slot, which decides how a value is written there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Context {
    /// Between tags: escaped, and marked where its direction differs from the page's.
    Text,
    /// In a quoted attribute or in a title: escaped.
    Verbatim,
    /// The whole of an attribute that is followed: a URL, escaped.
    Url,
    /// In plain text: as it is.
    Plain,
}

/// Cuts HTML at its slots. A slot that stands where no value is safe is noted and left out.
pub(super) fn cut(
    html: &str,
    events: &[Event],
    file: &SourceFile<'_>,
    limits: &Limits,
    defects: &mut Defects,
) -> Vec<Piece> {
    check_braces(events, file, defects);
    let places = places(html, events);
    let mut pieces = Vec::new();
    let mut end = 0;
    for (range, inner) in markers(html).take(limits.slots) {
        pieces.push(literal(html.get(end..range.start)));
        end = range.end;
        let whole = html.get(range.clone()).unwrap_or_default();
        let slot =
            Slot::parse(inner).ok_or_else(|| DefectKind::SlotMalformed { slot: whole.into() });
        let context = places.iter().find(|(place, ..)| contains(place, &range));
        let context = context
            .filter(|(place, context)| *context != Context::Url || *place == range)
            .map(|(_, context)| *context)
            .ok_or_else(|| DefectKind::SlotContext { slot: whole.into() });
        match slot.and_then(|slot| Ok(Piece::Slot(slot, context?))) {
            Ok(piece) => pieces.push(piece),
            // A page made from MJML has the slots of its source, each at least once.
            Err(kind) => defects.at(file, file.text.find(whole).unwrap_or(0), kind),
        }
    }
    pieces.push(literal(html.get(end..)));
    if markers(html).nth(limits.slots).is_some() {
        let kind = DefectKind::LimitReached { what: "slots".into(), limit: limits.slots };
        defects.in_file(&file.path, kind);
    }
    pieces.retain(|piece| *piece != literal(None));
    pieces
}

/// A slot that has lost a brace would be shown to the customer as it is.
fn check_braces(events: &[Event], file: &SourceFile<'_>, defects: &mut Defects) {
    let mut element = "";
    for event in events {
        match event {
            Event::Open { name, .. } => element = name,
            Event::Close { .. } => element = "",
            Event::Text { value, .. } | Event::Attribute { value, .. }
                if !RAW_ELEMENTS.contains(&element) && has_lone_braces(value) =>
            {
                let offset = file.text.find(value.trim()).unwrap_or(0);
                defects.at(
                    file,
                    offset,
                    DefectKind::SlotMalformed { slot: value.trim().to_owned() },
                );
            }
            _ => {}
        }
    }
}

fn has_lone_braces(text: &str) -> bool {
    cut_plain(text).iter().any(|piece| match piece {
        Piece::Literal(text) => text.contains("}}") || text.contains("{ $"),
        Piece::Slot(..) => false,
    })
}

/// Cuts a text that has no markup at its slots.
pub(super) fn cut_plain(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut end = 0;
    for (range, inner) in markers(text) {
        pieces.push(literal(text.get(end..range.start)));
        pieces.extend(Slot::parse(inner).map(|slot| Piece::Slot(slot, Context::Plain)));
        end = range.end;
    }
    pieces.push(literal(text.get(end..)));
    pieces.retain(|piece| *piece != literal(None));
    pieces
}

/// The places where values are safe, in order. What is not listed is not safe: comments, scripts, style sheets, event
/// handlers, unquoted attributes, and attributes of unknown meaning.
fn places(html: &str, events: &[Event]) -> Vec<(Range<usize>, Context)> {
    let mut places = Vec::new();
    let mut element = "";
    for event in events {
        match event {
            Event::Open { name, .. } => element = name,
            Event::Close { .. } => element = "",
            Event::Text { range, .. } if element == "title" => {
                places.push((range.clone(), Context::Verbatim));
            }
            Event::Text { range, .. } if !RAW_ELEMENTS.contains(&element) => {
                places.push((range.clone(), Context::Text));
            }
            Event::Attribute { name, range, .. } if is_quoted(html, range) => {
                places.extend(attribute_context(name).map(|context| (range.clone(), context)));
            }
            _ => {}
        }
    }
    places
}

fn attribute_context(name: &str) -> Option<Context> {
    match name {
        "alt" | "title" | "lang" | "dir" | "aria-label" | "summary" => Some(Context::Verbatim),
        "href" | "src" | "background" | "cite" => Some(Context::Url),
        _ => None,
    }
}

const RAW_ELEMENTS: [&str; 9] = [
    "script",
    "style",
    "iframe",
    "xmp",
    "noembed",
    "noframes",
    "noscript",
    "plaintext",
    "textarea",
];

fn is_quoted(html: &str, range: &Range<usize>) -> bool {
    let before = range.start.checked_sub(1).and_then(|at| html.as_bytes().get(at));
    matches!(before, Some(b'"' | b'\''))
}

const fn contains(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// `{{ … }}` with what stands between the braces, from left to right.
fn markers(html: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + html.get(from..)?.find("{{")?;
        let inner = html.get(start + 2..)?;
        let length = inner.find("}}").unwrap_or(inner.len());
        from = (start + 2 + length + 2).min(html.len());
        Some((start..from, inner.get(..length)?))
    })
}

fn literal(text: Option<&str>) -> Piece {
    Piece::Literal(text.unwrap_or_default().into())
}
