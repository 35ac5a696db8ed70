//! Selections: by a number, by the part of the day, by whether the name is known.

use std::collections::BTreeSet;

use fluent_syntax::ast::{InlineExpression as Inline, Variant, VariantKey};
use icu_plurals::PluralCategory;

use super::super::Part;
use super::{Lowering, number_argument};
use crate::clock::DayPeriod;
use crate::defect::DefectKind;
use crate::value::ValueType;

impl<'b> Lowering<'_, 'b> {
    pub(super) fn select(
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
        self.check_repeated(variants);
        self.offset = self.file.offset_of(name);
        match name {
            "recipient" => Some(self.addressee(name, variants)),
            "day-period" => Some(self.period(name, variants)),
            _ => self.plural(name, variants),
        }
    }

    /// Of two arms with the same name the second is never taken.
    fn check_repeated(&mut self, variants: &[Variant<&'b str>]) {
        let mut keys = BTreeSet::new();
        for key in variants.iter().map(key_of) {
            if !keys.insert(key) {
                self.unknown_arm(key);
            }
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
