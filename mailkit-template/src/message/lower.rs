//! From the syntax tree of a message to its parts.

mod select;

use fluent_syntax::ast::{Expression, InlineExpression as Inline, Pattern, PatternElement};
use fluent_syntax::unicode::unescape_unicode_to_string;

use super::{Bundle, Language, Message, Part};
use crate::defect::{DefectKind, Defects, SourceFile};
use crate::limits::Limits;
use crate::manifest::Manifest;
use crate::value::{is_break, is_direction_format};

/// One message on its way; every defect on it is noted, and lowering goes on behind it.
pub(super) struct Lowering<'a, 'b> {
    bundle: &'a Bundle<'b>,
    file: &'a SourceFile<'b>,
    language: &'a Language,
    manifest: &'a Manifest,
    limits: &'a Limits,
    defects: &'a mut Defects,
    /// The messages being lowered, the innermost last.
    open: Vec<String>,
    /// Whether the name of the recipient is known where we are.
    named: bool,
    parts: usize,
    /// How many expressions we are in.
    depth: usize,
    /// The last place in the file that was seen.
    offset: usize,
}

impl<'a, 'b> Lowering<'a, 'b> {
    pub(super) const fn new(
        bundle: &'a Bundle<'b>,
        file: &'a SourceFile<'b>,
        language: &'a Language,
        manifest: &'a Manifest,
        limits: &'a Limits,
        defects: &'a mut Defects,
    ) -> Self {
        Self {
            bundle,
            file,
            language,
            manifest,
            limits,
            defects,
            open: Vec::new(),
            named: false,
            parts: 0,
            depth: 0,
            offset: 0,
        }
    }

    pub(super) fn root(mut self, id: &str) -> Message {
        if self.bundle.definition(id).is_none() {
            let kind = DefectKind::MessageMissing { message: id.to_owned() };
            self.defects.in_file(&self.file.path, kind);
            return Message::default();
        }
        self.reference(id)
    }

    fn reference(&mut self, id: &str) -> Message {
        let Some(definition) = self.bundle.definition(id) else {
            self.note(DefectKind::MessageMissing { message: id.to_owned() });
            return Message::default();
        };
        if self.open.iter().any(|open| open == id) {
            self.note(DefectKind::ReferenceCycle { message: id.to_owned() });
            return Message::default();
        }
        self.open.push(id.to_owned());
        self.offset = definition.offset;
        let message = self.pattern(&definition.pattern);
        self.open.pop();
        message
    }

    fn pattern(&mut self, pattern: &Pattern<&'b str>) -> Message {
        let mut parts = Vec::with_capacity(pattern.elements.len());
        for element in &pattern.elements {
            self.parts += 1;
            let limit = self.limits.message_parts;
            if self.is_over(self.parts > limit, "parts in a message", limit) {
                break;
            }
            match element {
                PatternElement::TextElement { value } => {
                    self.offset = self.file.offset_of(value);
                    // A message is one line: the line breaks of the file are spaces.
                    parts.push(self.text(value.replace('\n', " ")));
                }
                PatternElement::Placeable { expression } => self.expression(expression, &mut parts),
            }
        }
        Message(parts)
    }

    fn expression(&mut self, expression: &Expression<&'b str>, parts: &mut Vec<Part>) {
        // Counted through references too: a message of nested braces may refer to another one.
        let limit = self.limits.depth;
        if self.is_over(self.depth >= limit, "nested expressions", limit) {
            return;
        }
        self.depth += 1;
        match expression {
            Expression::Inline(inline) => self.inline(inline, parts),
            Expression::Select { selector, variants } => {
                parts.extend(self.select(selector, variants));
            }
        }
        self.depth -= 1;
    }

    fn inline(&mut self, inline: &Inline<&'b str>, parts: &mut Vec<Part>) {
        match inline {
            Inline::StringLiteral { value } => {
                let text = unescape_unicode_to_string(value).into_owned();
                parts.push(self.text(text));
            }
            Inline::NumberLiteral { value } => parts.push(Part::Text((*value).to_owned())),
            Inline::MessageReference { id, attribute: None } => {
                self.offset = self.file.offset_of(id.name);
                parts.extend(self.reference(id.name).0);
            }
            Inline::TermReference { id, attribute: None, arguments: None } => {
                self.offset = self.file.offset_of(id.name);
                parts.extend(self.reference(&format!("-{}", id.name)).0);
            }
            Inline::VariableReference { id } => parts.extend(self.variable(id.name)),
            Inline::Placeable { expression } => self.expression(expression, parts),
            Inline::FunctionReference { .. } => match number_argument(inline) {
                Some(name) => parts.extend(self.variable(name)),
                None => self.unsupported("a function other than NUMBER($parameter)"),
            },
            Inline::MessageReference { .. } | Inline::TermReference { .. } => {
                self.unsupported("attributes or arguments of references");
            }
        }
    }

    fn variable(&mut self, name: &'b str) -> Option<Part> {
        self.offset = self.file.offset_of(name);
        if name == "recipient" {
            if !self.named {
                let message = self.current();
                self.note(DefectKind::NameUnguarded { message });
            }
            return Some(Part::Recipient);
        }
        let position = self.manifest.position(name);
        if position.is_none() {
            self.note(DefectKind::ParameterUnknown { parameter: name.to_owned() });
        }
        position.map(Part::Parameter)
    }

    fn text(&mut self, text: String) -> Part {
        if text.chars().any(|c| is_break(c) || is_direction_format(c)) {
            let message = self.current();
            self.note(DefectKind::ControlCharacter { message });
        }
        Part::Text(text)
    }

    fn need(&mut self, there: bool, arm: &str) {
        if !there {
            let message = self.current();
            self.note(DefectKind::ArmMissing { message, arm: arm.to_owned() });
        }
    }

    fn unknown_arm(&mut self, arm: &str) {
        self.offset = self.file.offset_of(arm);
        let message = self.current();
        self.note(DefectKind::ArmUnknown { message, arm: arm.to_owned() });
    }

    fn unsupported(&mut self, what: &str) {
        let message = self.current();
        self.note(DefectKind::MessageUnsupported { message, what: what.to_owned() });
    }

    fn is_over(&mut self, over: bool, what: &str, limit: usize) -> bool {
        if over {
            self.note(DefectKind::LimitReached { what: what.to_owned(), limit });
        }
        over
    }

    fn current(&self) -> String {
        self.open.last().cloned().unwrap_or_default()
    }

    fn note(&mut self, kind: DefectKind) {
        self.defects.at(self.file, self.offset, kind);
    }
}

/// The `$name` in `NUMBER($name)`; options would be ignored, so they are not accepted.
fn number_argument<'b>(inline: &Inline<&'b str>) -> Option<&'b str> {
    let Inline::FunctionReference { id, arguments } = inline else { return None };
    match arguments.positional.as_slice() {
        [Inline::VariableReference { id: name }]
            if id.name == "NUMBER" && arguments.named.is_empty() =>
        {
            Some(name.name)
        }
        _ => None,
    }
}
