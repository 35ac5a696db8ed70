//! The proof: from the files of a template to a template that can be rendered, or to all its defects.

mod layouts;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Template;
use crate::defect::{DefectKind, Defects, SourceFile};
use crate::layout::{Context, Piece, Slot};
use crate::limits::Limits;
use crate::locale::Locale;
use crate::manifest::{Budgeted, Manifest};
use crate::message::{Bundle, Language, Message, Part};
use crate::recipient::Recipient;
use crate::source::TemplateSource;
use crate::value::ValueType;

use layouts::{Layouts, locale_of};

/// A template in one locale, ready to be written.
#[derive(Debug)]
pub(crate) struct Localized {
    pub(crate) language: Language,
    pub(crate) subject: Arc<Message>,
    pub(crate) preheader: Option<Arc<Message>>,
    pub(crate) html: Vec<Bound>,
    pub(crate) text: Vec<Bound>,
}

/// A slice of a layout whose slot has found its message or parameter.
#[derive(Clone, Debug)]
pub(crate) enum Bound {
    Literal(Arc<str>),
    Message(Arc<Message>, Context),
    Parameter(usize, Context),
    Language,
    Direction,
}

/// Proves one template.
pub(super) fn prove(
    source: &TemplateSource,
    limits: &Limits,
    defects: &mut Defects,
) -> Option<Template> {
    let before = defects.len();
    check_files(source, limits, defects)?;
    let text = source.files.get("template.toml")?;
    let manifest_file = SourceFile::new(source.path_of("template.toml"), text);
    let manifest = Manifest::read(&manifest_file, defects)?;
    let layouts = Layouts::read(source, limits, defects)?;
    layouts.check(&manifest, defects);

    let prover = Prover { source, manifest: &manifest, layouts: &layouts, limits };
    let default_name = format!("messages/{}.ftl", manifest.default_locale);
    let default = prover.localized(&default_name, None, defects);
    let mut others = Vec::new();
    for name in source.files.keys().filter(|name| name.ends_with(".ftl") && **name != default_name)
    {
        others.extend(prover.localized(name, default.as_ref(), defects));
    }
    let default = default?;
    // A parameter whose only slot is broken is not to be removed.
    if defects.len() == before {
        check_unused(&manifest_file, &manifest, &default, defects);
    }
    let locales = [&default].into_iter().chain(&others);
    let locales: Vec<Locale> = locales.map(|one| one.language.locale.clone()).collect();
    Some(Template { manifest, default, others, locales })
}

/// Checks that the needed files are there, and no others; sizes come before any parser.
fn check_files(source: &TemplateSource, limits: &Limits, defects: &mut Defects) -> Option<()> {
    let before = defects.len();
    let layout = LAYOUTS.into_iter().find(|layout| source.files.contains_key(*layout));
    let needed = ["template.toml", layout.unwrap_or(LAYOUTS[0])];
    if source.files.len() > limits.files {
        let kind = DefectKind::LimitReached { what: "files".into(), limit: limits.files };
        defects.in_file(&source.name, kind);
    }
    for (name, text) in &source.files {
        let path = source.path_of(name);
        if text.len() > limits.file_bytes {
            defects.in_file(&path, DefectKind::FileTooLarge { limit: limits.file_bytes });
        }
        if !needed.contains(&name.as_str()) && !is_messages(name) {
            defects.in_file(&path, DefectKind::FileUnexpected);
        }
    }
    for name in needed.into_iter().filter(|name| !source.files.contains_key(*name)) {
        defects.in_file(&source.name, DefectKind::FileMissing { name: name.to_owned() });
    }
    (defects.len() == before).then_some(())
}

/// A template has one of them; the first is taken.
const LAYOUTS: [&str; 2] = ["layout.mjml", "layout.html"];

fn is_messages(name: &str) -> bool {
    let file = name.strip_prefix("messages/").and_then(|rest| rest.strip_suffix(".ftl"));
    file.is_some_and(|tag| !tag.contains('/'))
}

struct Prover<'a> {
    source: &'a TemplateSource,
    manifest: &'a Manifest,
    layouts: &'a Layouts,
    limits: &'a Limits,
}

impl Prover<'_> {
    fn localized(
        &self,
        name: &str,
        default: Option<&Localized>,
        defects: &mut Defects,
    ) -> Option<Localized> {
        let path = self.source.path_of(name);
        let Some(text) = self.source.files.get(name) else {
            defects.in_file(&self.source.name, DefectKind::FileMissing { name: name.to_owned() });
            return None;
        };
        let Some(locale) = locale_of(name) else {
            defects.in_file(&path, DefectKind::LocaleMalformed);
            return None;
        };
        let Some(language) = Language::new(locale) else {
            defects.in_file(&path, DefectKind::LocaleUnsupported);
            return None;
        };
        let file = SourceFile::new(path, text);
        let bundle = Bundle::read(&file, self.limits, defects)?;
        let messages = self.messages(&bundle, &language, defects);
        bundle.check_unused(defects);
        self.check_budgets(&file, &messages, defects);
        let localized = self.bind(language, &messages);
        if let (Some(localized), Some(default)) = (&localized, default) {
            self.compare(&file, localized, default, defects);
        }
        localized
    }

    /// Every message that the mail needs, by name.
    fn messages(
        &self,
        bundle: &Bundle<'_>,
        language: &Language,
        defects: &mut Defects,
    ) -> BTreeMap<String, Arc<Message>> {
        let headers = [Some(&self.manifest.subject), self.manifest.preheader.as_ref()];
        let headers = headers.into_iter().flatten().map(|budgeted| budgeted.message.as_str());
        let needed: BTreeSet<&str> = self.layouts.messages().into_iter().chain(headers).collect();
        let mut lower = |id| bundle.message(id, language, self.manifest, self.limits, defects);
        needed.into_iter().map(|id| (id.to_owned(), Arc::new(lower(id)))).collect()
    }

    fn check_budgets(
        &self,
        file: &SourceFile<'_>,
        messages: &BTreeMap<String, Arc<Message>>,
        defects: &mut Defects,
    ) {
        let budgeted = [Some(&self.manifest.subject), self.manifest.preheader.as_ref()];
        for Budgeted { message: id, budget } in budgeted.into_iter().flatten() {
            let Some(message) = messages.get(id) else { continue };
            let chars = message.max_chars(&|part| width(self.manifest, part));
            if chars > *budget {
                let kind = DefectKind::OverBudget { message: id.clone(), chars, budget: *budget };
                defects.in_file(&file.path, kind);
            }
        }
    }

    /// Puts the messages into the slots. Slots whose message is missing have been noted already.
    fn bind(
        &self,
        language: Language,
        messages: &BTreeMap<String, Arc<Message>>,
    ) -> Option<Localized> {
        let layout = self.layouts.of(language.locale.direction());
        let bind = |piece: &Piece| {
            Some(match piece {
                Piece::Literal(text) => Bound::Literal(Arc::clone(text)),
                Piece::Slot(Slot::Message(id), context) => {
                    Bound::Message(Arc::clone(messages.get(id)?), *context)
                }
                Piece::Slot(Slot::Parameter(name), context) => {
                    Bound::Parameter(self.manifest.position(name)?, *context)
                }
                Piece::Slot(Slot::Language, _) => Bound::Language,
                Piece::Slot(Slot::Direction, _) => Bound::Direction,
            })
        };
        let message = |budgeted: &Budgeted| messages.get(&budgeted.message).map(Arc::clone);
        Some(Localized {
            subject: message(&self.manifest.subject)?,
            preheader: self.manifest.preheader.as_ref().and_then(message),
            html: layout.html.iter().map(bind).collect::<Option<_>>()?,
            text: layout.text.iter().map(bind).collect::<Option<_>>()?,
            language,
        })
    }

    /// Checks that a locale shows what the default locale shows, message by message.
    fn compare(
        &self,
        file: &SourceFile<'_>,
        one: &Localized,
        default: &Localized,
        defects: &mut Defects,
    ) {
        let ours = self.placeholders(one);
        for (id, theirs) in self.placeholders(default) {
            let Some(ours) = ours.get(id) else { continue };
            for placeholder in theirs.difference(ours) {
                let (message, placeholder) = (id.to_owned(), placeholder.clone());
                defects
                    .in_file(&file.path, DefectKind::PlaceholderMissing { message, placeholder });
            }
            for placeholder in ours.difference(&theirs) {
                let (message, placeholder) = (id.to_owned(), placeholder.clone());
                defects.in_file(&file.path, DefectKind::PlaceholderExtra { message, placeholder });
            }
        }
    }

    fn placeholders(&self, localized: &Localized) -> BTreeMap<&str, BTreeSet<String>> {
        let layout = self.layouts.of(localized.language.locale.direction());
        let slots = layout.html.iter().zip(&localized.html);
        let shown = slots.filter_map(|(piece, bound)| match (piece, bound) {
            (Piece::Slot(Slot::Message(id), _), Bound::Message(message, _)) => {
                Some((id.as_str(), message))
            }
            _ => None,
        });
        let subject = (self.manifest.subject.message.as_str(), &localized.subject);
        let preheader = self.manifest.preheader.as_ref().zip(localized.preheader.as_ref());
        let preheader = preheader.map(|(budgeted, message)| (budgeted.message.as_str(), message));
        let all = shown.chain([subject]).chain(preheader);
        all.map(|(id, message)| (id, message.placeholders(self.manifest))).collect()
    }
}

/// Notes the parameters that neither the layout nor a message of the default locale shows.
fn check_unused(
    file: &SourceFile<'_>,
    manifest: &Manifest,
    default: &Localized,
    defects: &mut Defects,
) {
    let mut used = default.subject.placeholders(manifest);
    used.extend(default.preheader.iter().flat_map(|message| message.placeholders(manifest)));
    for bound in &default.html {
        match bound {
            Bound::Message(message, _) => used.extend(message.placeholders(manifest)),
            Bound::Parameter(position, _) => {
                used.extend(manifest.parameters.get(*position).map(|p| p.name.clone()));
            }
            Bound::Literal(_) | Bound::Language | Bound::Direction => {}
        }
    }
    for parameter in manifest.parameters.iter().filter(|p| !used.contains(&p.name)) {
        let kind = DefectKind::ParameterUnused { parameter: parameter.name.clone() };
        defects.in_file(&file.path, kind);
    }
}

fn type_at(manifest: &Manifest, position: usize) -> Option<ValueType> {
    manifest.parameters.get(position).map(|parameter| parameter.value_type)
}

/// The most characters that a part takes by itself.
fn width(manifest: &Manifest, part: &Part) -> usize {
    /// The longest `i64` with its sign, and a grouping mark for every two digits as in Hindi.
    const INT_CHARS: usize = 20 + 9;

    match part {
        Part::Text(text) => text.chars().count(),
        Part::Recipient => Recipient::MAX_NAME_CHARS,
        Part::Parameter(position) => {
            manifest.parameters.get(*position).map_or(0, |parameter| match parameter.value_type {
                ValueType::Text => parameter.max_chars,
                ValueType::Url => crate::value::Url::MAX_LEN,
                ValueType::Int => INT_CHARS,
            })
        }
        Part::Plural { .. } | Part::Period { .. } | Part::Addressee { .. } => 0,
    }
}
