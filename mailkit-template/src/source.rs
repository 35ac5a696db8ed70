//! The files of a template before they are checked.

use std::collections::BTreeMap;
use std::path::Path;

use crate::defect::{DefectKind, Defects};
use crate::limits::Limits;

/// The files of one template, by their path within it.
///
/// | file | what it is |
/// |---|---|
/// | `template.toml` | id, default locale, subject and preheader, parameters with their types |
/// | `layout.mjml` or `layout.html` | the layout, with slots `{{ message }}` and `{{ $parameter }}` |
/// | `messages/<locale>.ftl` | the messages of one locale, in Fluent syntax |
///
/// ```
/// use mailkit_template::{Catalog, TemplateSource};
///
/// let source = TemplateSource::new("hello")
///     .with_file("template.toml", "id = 'hello'\ndefault-locale = 'en'\nsubject = 'subject'")
///     .with_file("layout.html", "<html lang='{{ @lang }}' dir='{{ @dir }}'><p>{{ body }}</p></html>")
///     .with_file("messages/en.ftl", "subject = Hello");
/// let defects = Catalog::load([source]).unwrap_err().into_defects();
/// assert_eq!(defects[0].to_string(), "hello/messages/en.ftl: message-missing: there is no message `body`");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TemplateSource {
    pub(crate) name: String,
    pub(crate) files: BTreeMap<String, String>,
}

impl TemplateSource {
    /// A template without files; `name` stands before the path in defects.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), files: BTreeMap::new() }
    }

    /// Adds a file, or replaces one.
    #[must_use]
    pub fn with_file(mut self, path: impl Into<String>, text: impl Into<String>) -> Self {
        self.files.insert(path.into(), text.into());
        self
    }

    pub(crate) fn path_of(&self, file: &str) -> String {
        format!("{}/{file}", self.name)
    }
}

/// Reads every folder of `directory` that has a `template.toml`.
pub(crate) fn read_all(
    directory: &Path,
    limits: &Limits,
    defects: &mut Defects,
) -> Vec<TemplateSource> {
    let folders = list(directory, limits, defects);
    let templates = folders.iter().filter(|(_, path)| path.join("template.toml").is_file());
    templates.map(|(name, path)| read(name, path, limits, defects)).collect()
}

fn read(name: &str, folder: &Path, limits: &Limits, defects: &mut Defects) -> TemplateSource {
    let mut source = TemplateSource::new(name);
    for (prefix, directory) in [("", folder.to_owned()), ("messages/", folder.join("messages"))] {
        for (file, path) in list(&directory, limits, defects) {
            if path.is_dir() {
                continue;
            }
            let file = format!("{prefix}{file}");
            match read_text(&path, limits) {
                Ok(text) => source = source.with_file(file, text),
                Err(kind) => defects.in_file(&source.path_of(&file), kind),
            }
        }
    }
    source
}

/// The entries of a directory in the order of their names.
fn list(
    directory: &Path,
    limits: &Limits,
    defects: &mut Defects,
) -> Vec<(String, std::path::PathBuf)> {
    let entries = match std::fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) => {
            defects.in_file(&directory.display().to_string(), unreadable(&error));
            return Vec::new();
        }
    };
    let mut list = Vec::new();
    for entry in entries.take(limits.files.saturating_add(1)) {
        match entry {
            Ok(entry) => {
                list.push((entry.file_name().to_string_lossy().into_owned(), entry.path()));
            }
            Err(error) => defects.in_file(&directory.display().to_string(), unreadable(&error)),
        }
    }
    if list.len() > limits.files {
        let kind = DefectKind::LimitReached { what: "files".into(), limit: limits.files };
        defects.in_file(&directory.display().to_string(), kind);
    }
    list.sort();
    list
}

fn read_text(path: &Path, limits: &Limits) -> Result<String, DefectKind> {
    use std::io::Read;

    let limit = limits.file_bytes;
    let file = std::fs::File::open(path).map_err(|error| unreadable(&error))?;
    let mut text = String::new();
    let longest = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    file.take(longest).read_to_string(&mut text).map_err(|error| unreadable(&error))?;
    if text.len() > limit { Err(DefectKind::FileTooLarge { limit }) } else { Ok(text) }
}

fn unreadable(error: &std::io::Error) -> DefectKind {
    DefectKind::FileUnreadable { reason: error.to_string() }
}
