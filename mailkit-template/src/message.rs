//! Messages after they are checked: a small tree that can be written without a lookup that may fail.

mod bundle;
mod lower;

use std::collections::BTreeSet;

use icu_decimal::DecimalFormatter;
use icu_plurals::{PluralCategory, PluralRules};

use crate::clock::DayPeriod;
use crate::locale::Locale;
use crate::manifest::Manifest;

pub(crate) use bundle::Bundle;

/// A message with its references resolved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Message(pub(crate) Vec<Part>);

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Text of the message itself.
    Text(String),
    /// The value of the parameter at this position.
    Parameter(usize),
    /// The name of the recipient; stands only where the name is known.
    Recipient,
    /// One of several messages, by the number at this position.
    Plural {
        parameter: usize,
        exact: Vec<(i64, Message)>,
        arms: Vec<(PluralCategory, Message)>,
        other: Message,
    },
    /// One of several messages, by the part of the day at the recipient's.
    Period { arms: Vec<(DayPeriod, Message)>, neutral: Message },
    /// One of two messages, by whether the name of the recipient is known.
    Addressee { named: Message, none: Message },
}

impl Message {
    /// What the message can show, by name, whichever arms are taken.
    pub(crate) fn placeholders(&self, manifest: &Manifest) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        self.visit(&mut |part| match part {
            Part::Parameter(position) | Part::Plural { parameter: position, .. } => {
                names.extend(manifest.parameters.get(*position).map(|p| p.name.clone()));
            }
            Part::Recipient => drop(names.insert("recipient".to_owned())),
            Part::Text(_) | Part::Period { .. } | Part::Addressee { .. } => {}
        });
        names
    }

    /// The longest the message can become, in characters.
    pub(crate) fn max_chars(&self, width_of: &impl Fn(&Part) -> usize) -> usize {
        let widths = self
            .0
            .iter()
            .map(|part| width_of(part).saturating_add(longest(part.branches(), width_of)));
        widths.fold(0, usize::saturating_add)
    }

    fn visit(&self, visitor: &mut impl FnMut(&Part)) {
        for part in &self.0 {
            visitor(part);
            for branch in part.branches() {
                branch.visit(visitor);
            }
        }
    }
}

impl Part {
    fn branches(&self) -> Vec<&Message> {
        match self {
            Self::Text(_) | Self::Parameter(_) | Self::Recipient => Vec::new(),
            Self::Plural { exact, arms, other, .. } => {
                let exact = exact.iter().map(|(_, message)| message);
                exact.chain(arms.iter().map(|(_, message)| message)).chain([other]).collect()
            }
            Self::Period { arms, neutral } => {
                arms.iter().map(|(_, message)| message).chain([neutral]).collect()
            }
            Self::Addressee { named, none } => vec![named, none],
        }
    }
}

/// A locale with its numbers: plural rules, digits and grouping.
#[derive(Debug)]
pub(crate) struct Language {
    pub(crate) locale: Locale,
    pub(crate) plurals: PluralRules,
    pub(crate) decimals: DecimalFormatter,
}

impl Language {
    pub(crate) fn new(locale: Locale) -> Option<Self> {
        let plurals = PluralRules::try_new_cardinal(locale.identifier().into()).ok()?;
        let decimals =
            DecimalFormatter::try_new(locale.identifier().into(), Default::default()).ok()?;
        Some(Self { locale, plurals, decimals })
    }
}

fn longest(branches: Vec<&Message>, width_of: &impl Fn(&Part) -> usize) -> usize {
    branches.into_iter().map(|branch| branch.max_chars(width_of)).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_do_not_overflow() {
        let text = || Part::Text(String::new());
        let named = Message(vec![text(), text()]);
        let addressee = Part::Addressee { named, none: Message::default() };
        let message = Message(vec![addressee, text()]);
        assert_eq!(message.max_chars(&|_| usize::MAX), usize::MAX);
        assert_eq!(message.max_chars(&|_| 1), 4);
    }
}
