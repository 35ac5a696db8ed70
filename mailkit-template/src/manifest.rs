//! `template.toml`: what a template is called, what it needs, and how long it may be.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::defect::{DefectKind, Defects, SourceFile};
use crate::locale::Locale;
use crate::value::ValueType;

/// The checked content of `template.toml`.
#[derive(Clone, Debug)]
pub(crate) struct Manifest {
    pub(crate) id: String,
    pub(crate) default_locale: Locale,
    pub(crate) subject: Budgeted,
    pub(crate) preheader: Option<Budgeted>,
    pub(crate) parameters: Vec<Parameter>,
}

impl Manifest {
    /// Reads `template.toml`; without an id, a default locale and a subject there is nothing to go on with.
    pub(crate) fn read(file: &SourceFile<'_>, defects: &mut Defects) -> Option<Self> {
        let table = match DeTable::parse(file.text) {
            Ok(table) => table.into_inner(),
            Err(error) => {
                let problem = error.message().to_owned();
                let offset = error.span().map_or(0, |span| span.start);
                defects.at(file, offset, DefectKind::ManifestSyntax { problem });
                return None;
            }
        };
        let mut reader = Reader { file, defects };
        reader.known(&table, &KEYS);
        let id = reader.required(&table, "id");
        let default_locale = reader.required(&table, "default-locale").and_then(|text| {
            let locale = text.parse().ok();
            if locale.is_none() {
                let span = table.get("default-locale").map_or(0..0, Spanned::span);
                reader.wrong(span, "default-locale", "a BCP 47 language tag");
            }
            locale
        });
        let subject = reader.required(&table, "subject");
        let subject_budget = reader.number(&table, "subject-budget", 78);
        let preheader = reader.text(&table, "preheader");
        let preheader_budget = reader.number(&table, "preheader-budget", 140);
        let parameters = reader.parameters(&table);
        Some(Self {
            id: id?,
            default_locale: default_locale?,
            subject: Budgeted { message: subject?, budget: subject_budget },
            preheader: preheader.map(|message| Budgeted { message, budget: preheader_budget }),
            parameters,
        })
    }

    /// The position of a parameter, by which values are bound.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.parameters.iter().position(|parameter| parameter.name == name)
    }
}

/// A message that must stay short.
#[derive(Clone, Debug)]
pub(crate) struct Budgeted {
    pub(crate) message: String,
    pub(crate) budget: usize,
}

/// A declared parameter.
#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) value_type: ValueType,
    /// The longest text, in characters.
    pub(crate) max_chars: usize,
}

const KEYS: [&str; 7] = [
    "id",
    "default-locale",
    "subject",
    "subject-budget",
    "preheader",
    "preheader-budget",
    "parameters",
];

const DEFAULT_MAX_CHARS: usize = 200;

/// The most that a budget or a `max` may be, in characters: a mail is no place for more.
const MAX_CHARS: usize = 100_000;

struct Reader<'a, 'b> {
    file: &'a SourceFile<'b>,
    defects: &'a mut Defects,
}

impl Reader<'_, '_> {
    fn known(&mut self, table: &DeTable<'_>, keys: &[&str]) {
        for key in table.keys().filter(|key| !keys.contains(&key.get_ref().as_ref())) {
            let kind = DefectKind::ManifestKey { key: key.get_ref().to_string() };
            self.defects.at(self.file, key.span().start, kind);
        }
    }

    fn required(&mut self, table: &DeTable<'_>, key: &str) -> Option<String> {
        if !table.contains_key(key) {
            self.defects.in_file(&self.file.path, value_defect(key, "a text"));
        }
        self.text(table, key)
    }

    fn text(&mut self, table: &DeTable<'_>, key: &str) -> Option<String> {
        let value = table.get(key)?;
        let text = value.get_ref().as_str().filter(|text| !text.is_empty());
        if text.is_none() {
            self.wrong(value.span(), key, "a text");
        }
        text.map(str::to_owned)
    }

    fn number(&mut self, table: &DeTable<'_>, key: &str, default: usize) -> usize {
        let Some(value) = table.get(key) else { return default };
        let number = value.get_ref().as_integer().filter(|number| number.radix() == 10);
        let number = number.and_then(|number| number.as_str().replace('_', "").parse::<u64>().ok());
        let Some(number) = number else {
            self.wrong(value.span(), key, "a whole number");
            return default;
        };
        match usize::try_from(number).ok().filter(|number| *number <= MAX_CHARS) {
            Some(number) => number,
            None => {
                self.wrong(value.span(), key, &format!("at most {MAX_CHARS}"));
                default
            }
        }
    }

    fn parameters(&mut self, table: &DeTable<'_>) -> Vec<Parameter> {
        let Some(value) = table.get("parameters") else { return Vec::new() };
        let Some(parameters) = value.get_ref().as_table() else {
            self.wrong(value.span(), "parameters", "a table");
            return Vec::new();
        };
        let mut list = Vec::with_capacity(parameters.len());
        for (name, value) in parameters {
            list.extend(self.parameter(name, value));
        }
        list
    }

    fn parameter(
        &mut self,
        name: &Spanned<std::borrow::Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
    ) -> Option<Parameter> {
        let key = name.get_ref().as_ref();
        let Some(table) = value.get_ref().as_table().filter(|_| !RESERVED.contains(&key)) else {
            self.wrong(name.span(), key, "a table, under a name that is not reserved");
            return None;
        };
        let value_type = table.get("type").and_then(|value| value.get_ref().as_str());
        let value_type = value_type.and_then(ValueType::from_name);
        match value_type {
            Some(ValueType::Url | ValueType::Int) => self.known(table, &["type"]),
            Some(ValueType::Text) | None => self.known(table, &["type", "max"]),
        }
        let max_chars = self.number(table, "max", DEFAULT_MAX_CHARS);
        if value_type.is_none() {
            self.wrong(name.span(), &format!("{key}.type"), "text, url or int");
        }
        Some(Parameter { name: key.to_owned(), value_type: value_type?, max_chars })
    }

    fn wrong(&mut self, span: Range<usize>, key: &str, expected: &str) {
        self.defects.at(self.file, span.start, value_defect(key, expected));
    }
}

fn value_defect(key: &str, expected: &str) -> DefectKind {
    DefectKind::ManifestValue { key: key.to_owned(), expected: expected.to_owned() }
}

/// The names that messages use for what every mail knows.
const RESERVED: [&str; 2] = ["recipient", "day-period"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests() {
        #[track_caller]
        fn check(text: &str, expected: &[&str]) {
            let file = SourceFile::new("t".into(), text);
            let mut defects = Defects::within(100);
            let manifest = Manifest::read(&file, &mut defects);
            let found: Vec<_> = defects.into_vec().iter().map(ToString::to_string).collect();
            assert_eq!(found, expected);
            assert!(manifest.is_some() || !expected.is_empty());
        }
        let head = "id = 'a'\ndefault-locale = 'en'\nsubject = 's'\n";
        let with = |tail: &str| format!("{head}{tail}");
        check(head, &[]);
        check(&with("[parameters.topic]\ntype = 'text'\nmax = 60"), &[]);
        check(
            "id = ",
            &["t:1: manifest-syntax: string values must be quoted, expected literal string"],
        );
        check(
            "",
            &[
                "t: manifest-value: `default-locale` has to be a text",
                "t: manifest-value: `id` has to be a text",
                "t: manifest-value: `subject` has to be a text",
            ],
        );
        check(
            &head.replace("'en'", "'!'"),
            &["t:2: manifest-value: `default-locale` has to be a BCP 47 language tag"],
        );
        check(
            &with("[parameters.days]\ntype = 'int'\nmax = 3"),
            &["t:6: manifest-key: unknown key `max`"],
        );
        check(&with("colour = 1"), &["t:4: manifest-key: unknown key `colour`"]);
        check(
            &with("subject-budget = 'x'"),
            &["t:4: manifest-value: `subject-budget` has to be a whole number"],
        );
        let topic = |max: &str| with(&format!("[parameters.topic]\ntype = 'text'\nmax = {max}"));
        let over = "t:6: manifest-value: `max` has to be at most 100000";
        check(&topic("100_000"), &[]);
        check(&topic("100001"), &[over]);
        check(&topic("18446744073709551615"), &[over]);
        check(
            &topic("18446744073709551616"),
            &["t:6: manifest-value: `max` has to be a whole number"],
        );
        check(&topic("-1"), &["t:6: manifest-value: `max` has to be a whole number"]);
        check(
            &with("subject-budget = 100001"),
            &["t:4: manifest-value: `subject-budget` has to be at most 100000"],
        );
        check(
            &with("[parameters.topic]\ntype = 'date'"),
            &["t:4: manifest-value: `topic.type` has to be text, url or int"],
        );
        check(
            &with("[parameters.recipient]\ntype = 'text'"),
            &[
                "t:4: manifest-value: `recipient` has to be a table, under a name that is not reserved",
            ],
        );
        check(
            &with("[parameters]\ntopic = 1"),
            &["t:5: manifest-value: `topic` has to be a table, under a name that is not reserved"],
        );
    }
}
