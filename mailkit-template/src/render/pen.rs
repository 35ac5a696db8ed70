//! Writing messages and values, escaped for the place they come to.

use icu_decimal::input::Decimal;
use icu_plurals::PluralCategory;

use crate::clock::DayPeriod;
use crate::escape::{direction_of, push_escaped};
use crate::layout::Context;
use crate::locale::Direction;
use crate::message::{Language, Message, Part};
use crate::value::Value;

/// What a mail is written from.
#[derive(Debug)]
pub(super) struct Facts<'a> {
    pub(super) language: &'a Language,
    /// One value for each declared parameter, in the order of the declaration.
    pub(super) values: &'a [&'a Value],
    pub(super) name: Option<&'a str>,
    pub(super) period: Option<DayPeriod>,
}

/// Writes into one text.
#[derive(Debug)]
pub(super) struct Pen<'a> {
    facts: &'a Facts<'a>,
    out: String,
}

impl<'a> Pen<'a> {
    pub(super) fn new(facts: &'a Facts<'a>, capacity: usize) -> Self {
        Self { facts, out: String::with_capacity(capacity) }
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    pub(super) fn literal(&mut self, text: &str) {
        self.out.push_str(text);
    }

    pub(super) fn message(&mut self, message: &Message, context: Context) {
        for part in &message.0 {
            match part {
                Part::Text(text) => self.escaped(text, context),
                Part::Parameter(position) => self.parameter(*position, context),
                Part::Recipient => self.foreign(self.facts.name.unwrap_or_default(), context),
                Part::Plural { parameter, exact, arms, other } => {
                    let message = self.plural(*parameter, exact, arms).unwrap_or(other);
                    self.message(message, context);
                }
                Part::Period { arms, neutral } => {
                    let arm = arms.iter().find(|(arm, _)| Some(*arm) == self.facts.period);
                    self.message(arm.map_or(neutral, |(_, message)| message), context);
                }
                Part::Addressee { named, none } => {
                    self.message(if self.facts.name.is_some() { named } else { none }, context);
                }
            }
        }
    }

    pub(super) fn parameter(&mut self, position: usize, context: Context) {
        match self.facts.values.get(position) {
            Some(Value::Text(text)) => self.foreign(text.as_str(), context),
            Some(Value::Url(url)) => self.foreign(url.as_str(), context),
            Some(Value::Int(number)) => {
                let decimals = &self.facts.language.decimals;
                let shown = decimals.format(&Decimal::from(*number)).to_string();
                self.escaped(&shown, context);
            }
            // There is a value for every declared parameter: see `bind`.
            None => {}
        }
    }

    /// The arm for a number: the one for the number itself, else the one for its plural category.
    fn plural<'m>(
        &self,
        parameter: usize,
        exact: &'m [(i64, Message)],
        arms: &'m [(PluralCategory, Message)],
    ) -> Option<&'m Message> {
        let Some(Value::Int(number)) = self.facts.values.get(parameter) else { return None };
        if let Some((_, message)) = exact.iter().find(|(key, _)| key == number) {
            return Some(message);
        }
        let category = self.facts.language.plurals.category_for(*number);
        arms.iter().find(|(arm, _)| *arm == category).map(|(_, message)| message)
    }

    /// Text that is not ours: marked where it runs against the direction of the page. A phone number in an Arabic page
    /// would otherwise be shown with its groups reversed.
    fn foreign(&mut self, text: &str, context: Context) {
        let direction = direction_of(text).unwrap_or(Direction::LeftToRight);
        if context != Context::Text || direction == self.facts.language.locale.direction() {
            return self.escaped(text, context);
        }
        self.out.push_str("<span dir=\"");
        self.out.push_str(direction.as_str());
        self.out.push_str("\">");
        self.escaped(text, context);
        self.out.push_str("</span>");
    }

    fn escaped(&mut self, text: &str, context: Context) {
        match context {
            Context::Plain => self.out.push_str(text),
            Context::Text | Context::Verbatim | Context::Url => push_escaped(&mut self.out, text),
        }
    }
}
