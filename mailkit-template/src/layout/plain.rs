//! The plain text of a page: the same slots in the same order, without the markup.

use super::Piece;
use super::events::{Event, VOID};
use super::slot::cut_plain;

/// The page as plain text: paragraphs apart by an empty line, link targets in angle brackets behind their text.
pub(super) fn pieces(events: &[Event]) -> Vec<Piece> {
    let mut text = PlainText::default();
    for event in events {
        text.take(event);
    }
    text.literal("\n");
    text.pieces
}

#[derive(Debug, Default)]
struct PlainText {
    pieces: Vec<Piece>,
    open: Vec<Element>,
    /// How many line breaks stand before the next word.
    breaks: usize,
    space: bool,
}

#[derive(Debug)]
struct Element {
    name: String,
    hidden: bool,
    target: Option<String>,
    /// How many pieces there were when it was opened.
    start: usize,
}

impl PlainText {
    fn take(&mut self, event: &Event) {
        match event {
            Event::Open { name, .. } => {
                self.break_for(name);
                let hidden = self.is_hidden() || HIDDEN.contains(&name.as_str());
                let start = self.pieces.len();
                self.open.push(Element { name: name.clone(), hidden, target: None, start });
            }
            Event::Attribute { name, value, .. } => self.attribute(name, value),
            Event::Opened { self_closing } => {
                self.open.pop_if(|e| *self_closing || VOID.contains(&e.name.as_str()));
            }
            Event::Close { name, .. } => self.close(name),
            Event::Text { value, .. } if !self.is_hidden() => self.text(value),
            Event::Text { .. } | Event::Comment { .. } | Event::Broken { .. } => {}
        }
    }

    fn attribute(&mut self, name: &str, value: &str) {
        let Some(element) = self.open.last_mut() else { return };
        match name {
            "style" if value.replace(' ', "").contains("display:none") => element.hidden = true,
            "href" if element.name == "a" => element.target = Some(value.to_owned()),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        let Some(element) = self.open.pop_if(|element| element.name == name) else { return };
        if let Some(target) = element.target.filter(|_| !element.hidden) {
            let target = cut_plain(&target);
            let shown = self.pieces.get(element.start..).unwrap_or_default();
            if !shown.ends_with(&target) {
                self.literal(" <");
                self.pieces.extend(target);
                self.literal(">");
            }
        }
        self.break_for(name);
    }

    fn break_for(&mut self, element: &str) {
        let breaks = match element {
            "br" => self.breaks + 1,
            "tr" | "li" | "td" => 1,
            "p" | "div" | "table" | "ul" | "ol" | "h1" | "h2" | "h3" | "h4" | "hr" => 2,
            _ => 0,
        };
        self.breaks = self.breaks.max(breaks).min(2);
    }

    fn text(&mut self, text: &str) {
        self.space |= text.starts_with(|c: char| c.is_ascii_whitespace());
        for piece in cut_plain(&collapsed(text)) {
            self.separate();
            self.pieces.push(piece);
        }
        self.space = text.ends_with(|c: char| c.is_ascii_whitespace());
    }

    /// Writes the line breaks or the space that have to stand before the next word.
    fn separate(&mut self) {
        let breaks = std::mem::take(&mut self.breaks);
        let space = std::mem::take(&mut self.space);
        if self.pieces.is_empty() {
            return;
        }
        if breaks > 0 {
            self.literal(&"\n".repeat(breaks));
        } else if space {
            self.literal(" ");
        }
    }

    fn literal(&mut self, text: &str) {
        self.pieces.push(Piece::Literal(text.into()));
    }

    fn is_hidden(&self) -> bool {
        self.open.last().is_some_and(|element| element.hidden)
    }
}

/// The elements whose content is not shown.
const HIDDEN: [&str; 4] = ["head", "script", "style", "title"];

/// Runs of white space as one space, none at the ends.
fn collapsed(text: &str) -> String {
    text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::events::events;
    use super::super::{Context, Slot};
    use super::*;

    #[test]
    fn pages_as_text() {
        #[track_caller]
        fn check(html: &str, expected: &str) {
            let shown: String = pieces(&events(html))
                .iter()
                .map(|piece| match piece {
                    Piece::Literal(text) => text.to_string(),
                    Piece::Slot(Slot::Message(name), Context::Plain) => format!("({name})"),
                    Piece::Slot(slot, context) => format!("({slot:?} {context:?})"),
                })
                .collect();
            assert_eq!(shown, expected);
        }
        check("<p>One\n  two</p><p>three</p>", "One two\n\nthree\n");
        check("a<br>b<br>c", "a\nb\nc\n");
        check("<b>a</b> <i>b</i>c", "a bc\n");
        check("<p>{{ a }}, {{ b }}</p>", "(a), (b)\n");
        check("<head><title>x</title></head><style>p {}</style><p>y</p>", "y\n");
        check("<div style='display: none'>{{ a }}<b>x</b></div>y", "y\n");
        check("<a href='https://example.com'>site</a>.", "site <https://example.com>.\n");
        check("<a href='{{ a }}'>{{ a }}</a>", "(a)\n");
        check("<p>A &amp; B</p><!-- c -->", "A & B\n");
        check("<table><tr><td>a</td><td>b</td></tr></table>", "a\nb\n");
    }
}
