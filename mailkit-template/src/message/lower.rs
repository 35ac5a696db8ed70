//! From the syntax tree of a message to its parts.

use fluent_syntax::ast::{
    Expression, InlineExpression as Inline, Pattern, PatternElement, Variant, VariantKey,
};
use fluent_syntax::unicode::unescape_unicode_to_string;
use icu_plurals::PluralCategory;

use super::{Bundle, Language, Message, Part};
use crate::clock::DayPeriod;
use crate::defect::{DefectKind, Defects, SourceFile};
use crate::limits::Limits;
use crate::manifest::Manifest;
use crate::value::{ValueType, is_break, is_direction_format};

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
        if self.is_over(
            self.open.len() >= self.limits.depth,
            "nested references",
            self.limits.depth,
        ) {
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
        match expression {
            Expression::Inline(inline) => self.inline(inline, parts),
            Expression::Select { selector, variants } => {
                parts.extend(self.select(selector, variants));
            }
        }
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

    fn select(
        &mut self,
        selector: &Inline<&'b str>,
        variants: &[Variant<&'b str>],
    ) -> Option<Part> {
        let name = match selector {
            Inline::VariableReference { id } => id.name,
            _ => match number_argument(selector) {
                Some(name) => name,
                None => {
                    self.unsupported("a selection by something else than a parameter");
                    return None;
                }
            },
        };
        self.offset = self.file.offset_of(name);
        match name {
            "recipient" => Some(self.addressee(name, variants)),
            "day-period" => Some(self.period(name, variants)),
            _ => self.plural(name, variants),
        }
    }

    fn plural(&mut self, name: &str, variants: &[Variant<&'b str>]) -> Option<Part> {
        let Some(parameter) = self.manifest.position(name) else {
            self.note(DefectKind::ParameterUnknown { parameter: name.to_owned() });
            return None;
        };
        let declared = self.manifest.parameters.get(parameter);
        if declared.is_none_or(|declared| declared.value_type != ValueType::Int) {
            let message = self.current();
            self.note(DefectKind::SelectorType { message, parameter: name.to_owned() });
        }
        let needed: Vec<PluralCategory> = self.language.plurals.categories().collect();
        let (mut exact, mut arms, mut other) = (Vec::new(), Vec::new(), None);
        for variant in variants {
            let key = key_of(variant);
            let message = self.pattern(&variant.value);
            let category = PluralCategory::get_for_cldr_string(key);
            match (key.parse::<i64>(), category.filter(|category| needed.contains(category))) {
                (Ok(number), _) => exact.push((number, message)),
                (_, Some(PluralCategory::Other)) if variant.default => other = Some(message),
                (_, Some(category)) => arms.push((category, message)),
                (_, None) => self.unknown_arm(key),
            }
        }
        self.offset = self.file.offset_of(name);
        for category in needed.into_iter().filter(|&category| category != PluralCategory::Other) {
            self.need(arms.iter().any(|(arm, _)| *arm == category), name_of(category));
        }
        self.need(other.is_some(), "other");
        Some(Part::Plural { parameter, exact, arms, other: other.unwrap_or_default() })
    }

    fn period(&mut self, name: &str, variants: &[Variant<&'b str>]) -> Part {
        let (mut arms, mut neutral) = (Vec::new(), None);
        for variant in variants {
            let key = key_of(variant);
            let message = self.pattern(&variant.value);
            match DayPeriod::of_language(key, self.language.locale.language()) {
                Some(period) if !variant.default => arms.push((period, message)),
                None if key == "neutral" && variant.default => neutral = Some(message),
                _ => self.unknown_arm(key),
            }
        }
        self.offset = self.file.offset_of(name);
        self.need(neutral.is_some(), "neutral");
        Part::Period { arms, neutral: neutral.unwrap_or_default() }
    }

    fn addressee(&mut self, name: &str, variants: &[Variant<&'b str>]) -> Part {
        let (mut named, mut none) = (None, None);
        for variant in variants {
            let outer = std::mem::replace(&mut self.named, key_of(variant) == "named");
            let message = self.pattern(&variant.value);
            self.named = outer;
            match key_of(variant) {
                "named" => named = Some(message),
                "none" => none = Some(message),
                key => self.unknown_arm(key),
            }
        }
        self.offset = self.file.offset_of(name);
        self.need(named.is_some(), "named");
        self.need(none.is_some(), "none");
        Part::Addressee { named: named.unwrap_or_default(), none: none.unwrap_or_default() }
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

const fn key_of<'b>(variant: &Variant<&'b str>) -> &'b str {
    match variant.key {
        VariantKey::Identifier { name } => name,
        VariantKey::NumberLiteral { value } => value,
    }
}

const fn name_of(category: PluralCategory) -> &'static str {
    match category {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    }
}
