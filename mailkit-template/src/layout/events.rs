//! HTML as a list of events with their places, by the tokenizer of the WHATWG specification.

use std::convert::Infallible;
use std::ops::Range;

use html5gum::Tokenizer;
use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};

use crate::defect::{DefectKind, Defects, SourceFile};
use crate::limits::Limits;

/// Something in HTML; the ranges are byte offsets of what stands in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Event {
    Open { name: String, at: usize },
    Attribute { name: String, value: String, range: Range<usize> },
    Opened { self_closing: bool },
    Close { name: String, at: usize },
    Text { value: String, range: Range<usize> },
    Comment { range: Range<usize> },
    Broken { problem: String, at: usize },
}

pub(super) fn events(html: &str) -> Vec<Event> {
    let mut events = Vec::new();
    let mut attribute = String::new();
    let mut emitter: CallbackEmitter<_, Infallible, usize> =
        CallbackEmitter::new(|event: CallbackEvent<'_>, span: html5gum::Span<usize>| {
            if let CallbackEvent::AttributeName { name } = event {
                attribute = lossy(name);
            } else {
                let name = || attribute.clone();
                events.extend(event_of(&event, name, span.start..span.end));
            }
            None
        });
    emitter.naively_switch_states(true);
    // Reading a string slice cannot fail.
    let _ = Tokenizer::new_with_emitter(html, emitter).finish();
    events
}

fn event_of(
    event: &CallbackEvent<'_>,
    attribute: impl Fn() -> String,
    range: Range<usize>,
) -> Option<Event> {
    let at = range.start;
    Some(match event {
        CallbackEvent::OpenStartTag { name } => Event::Open { name: lossy(name), at },
        CallbackEvent::AttributeValue { value } => {
            Event::Attribute { name: attribute(), value: lossy(value), range }
        }
        CallbackEvent::CloseStartTag { self_closing } => {
            Event::Opened { self_closing: *self_closing }
        }
        CallbackEvent::EndTag { name } => Event::Close { name: lossy(name), at },
        CallbackEvent::String { value } => Event::Text { value: lossy(value), range },
        CallbackEvent::Comment { .. } => Event::Comment { range },
        CallbackEvent::Error(error) => Event::Broken { problem: error.to_string(), at },
        CallbackEvent::AttributeName { .. } | CallbackEvent::Doctype { .. } => return None,
    })
}

/// Checks that every element of a layout file is opened and closed in order, and none too deep. MJML is read the same
/// way: its elements are elements of unknown names.
pub(super) fn check_balance(file: &SourceFile<'_>, limits: &Limits, defects: &mut Defects) {
    let mut open: Vec<(String, usize)> = Vec::new();
    for event in events(file.text) {
        match event {
            Event::Open { name, at } => open.push((name, at)),
            Event::Opened { self_closing } => {
                open.pop_if(|(name, _)| self_closing || VOID.contains(&name.as_str()));
            }
            Event::Close { name, at } => {
                if open.pop_if(|(inner, _)| *inner == name).is_none() {
                    defects.at(file, at, DefectKind::LayoutUnbalanced { element: name });
                    return;
                }
            }
            Event::Broken { problem, at } => {
                defects.at(file, at, DefectKind::LayoutSyntax { problem });
            }
            Event::Attribute { .. } | Event::Text { .. } | Event::Comment { .. } => {}
        }
        if open.len() > limits.depth {
            let what = "nested elements".to_owned();
            defects.in_file(&file.path, DefectKind::LimitReached { what, limit: limits.depth });
            return;
        }
    }
    if let Some((element, at)) = open.pop() {
        defects.at(file, at, DefectKind::LayoutUnbalanced { element });
    }
}

/// The elements that have no end tag (HTML, "void elements").
pub(super) const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
