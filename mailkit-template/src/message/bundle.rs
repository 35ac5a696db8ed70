//! The messages of one locale: read, then lowered on demand, with every defect noted.

mod nesting;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{Entry, Pattern};
use fluent_syntax::parser;

use super::lower::Lowering;
use super::{Language, Message};
use crate::defect::{DefectKind, Defects, SourceFile};
use crate::limits::Limits;
use crate::manifest::Manifest;

/// The parsed messages and terms of a file; terms keep the hyphen that distinguishes them.
#[derive(Debug)]
pub(crate) struct Bundle<'a> {
    file: &'a SourceFile<'a>,
    definitions: BTreeMap<String, Definition<'a>>,
    used: RefCell<BTreeSet<String>>,
}

impl<'a> Bundle<'a> {
    pub(crate) fn read(
        file: &'a SourceFile<'a>,
        limits: &Limits,
        defects: &mut Defects,
    ) -> Option<Self> {
        let mut bundle = Self { file, definitions: BTreeMap::new(), used: RefCell::default() };
        for entry in nesting::entries(file.text) {
            // The parser calls itself for each bracket, so the depth is checked before.
            if nesting::is_deeper(entry, limits.depth) {
                let what = "nested braces".into();
                let kind = DefectKind::LimitReached { what, limit: limits.depth };
                defects.at(file, file.offset_of(entry), kind);
                return None;
            }
            bundle.parse(entry, defects);
        }
        Some(bundle)
    }

    /// The message for use in a layout or a subject; missing or broken ones are noted and become empty.
    pub(crate) fn message(
        &self,
        id: &str,
        language: &Language,
        manifest: &Manifest,
        limits: &Limits,
        defects: &mut Defects,
    ) -> Message {
        Lowering::new(self, self.file, language, manifest, limits, defects).root(id)
    }

    pub(super) fn definition(&self, id: &str) -> Option<&Definition<'a>> {
        let (id, definition) = self.definitions.get_key_value(id)?;
        self.used.borrow_mut().insert(id.clone());
        Some(definition)
    }

    /// Notes every message that nothing has asked for.
    pub(crate) fn check_unused(&self, defects: &mut Defects) {
        let used = self.used.borrow();
        for (id, definition) in self.definitions.iter().filter(|(id, _)| !used.contains(*id)) {
            let kind = DefectKind::MessageUnused { message: id.clone() };
            defects.at(self.file, definition.offset, kind);
        }
    }

    fn parse(&mut self, text: &'a str, defects: &mut Defects) {
        let resource = parser::parse_runtime(text).unwrap_or_else(|(resource, errors)| {
            for error in errors {
                let problem = error.kind.to_string();
                let offset = self.file.offset_of(text).saturating_add(error.pos.start);
                defects.at(self.file, offset, DefectKind::MessageSyntax { problem });
            }
            resource
        });
        for entry in resource.body {
            self.add(entry, defects);
        }
    }

    fn add(&mut self, entry: Entry<&'a str>, defects: &mut Defects) {
        let (id, name, value, attributes) = match entry {
            Entry::Message(m) => (m.id.name.to_owned(), m.id.name, m.value, m.attributes),
            Entry::Term(t) => (format!("-{}", t.id.name), t.id.name, Some(t.value), t.attributes),
            _ => return,
        };
        let offset = self.file.offset_of(name);
        if !attributes.is_empty() {
            let kind =
                DefectKind::MessageUnsupported { message: id.clone(), what: "attributes".into() };
            defects.at(self.file, offset, kind);
        }
        let pattern = value.unwrap_or(Pattern { elements: Vec::new() });
        if self.definitions.insert(id.clone(), Definition { offset, pattern }).is_some() {
            defects.at(self.file, offset, DefectKind::MessageDuplicate { message: id });
        }
    }
}

/// A message or a term, and where it is defined.
#[derive(Debug)]
pub(super) struct Definition<'a> {
    pub(super) offset: usize,
    pub(super) pattern: Pattern<&'a str>,
}
