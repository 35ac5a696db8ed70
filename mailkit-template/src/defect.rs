//! What is wrong with a template, and where.

mod kind;

use std::collections::BTreeSet;
use std::fmt;

pub use kind::DefectKind;

/// One thing that keeps a template from being loaded.
///
/// ```
/// use mailkit_template::{Catalog, TemplateSource};
///
/// let error = Catalog::load([TemplateSource::new("offer").with_file("layout.html", "")]).unwrap_err();
/// let defect = &error.defects()[0];
/// assert_eq!(defect.to_string(), "offer: file-missing: there is no template.toml");
/// assert_eq!(defect.help(), "add the file");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Defect {
    /// The file, as template and path within it.
    pub file: String,
    /// The line, counted from one, where one line can be named.
    pub line: Option<usize>,
    /// What is wrong.
    pub kind: DefectKind,
}

impl Defect {
    /// The stable code of the kind, such as `message-missing`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// What to do about it.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        self.kind.help()
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}: {}", self.code(), self.kind)
    }
}

/// A file that is being checked.
#[derive(Clone, Debug)]
pub(crate) struct SourceFile<'a> {
    pub(crate) path: String,
    pub(crate) text: &'a str,
}

impl SourceFile<'_> {
    /// Where `part`, a slice of this file's text, begins. A slice of another text counts as the beginning.
    pub(crate) fn offset_of(&self, part: &str) -> usize {
        let offset = part.as_ptr().addr().checked_sub(self.text.as_ptr().addr());
        offset.filter(|&offset| offset <= self.text.len()).unwrap_or(0)
    }

    fn line_at(&self, offset: usize) -> usize {
        let before = self.text.as_bytes().iter().take(offset);
        1 + before.filter(|&&byte| byte == b'\n').count()
    }
}

/// The defects found so far, each once.
#[derive(Debug, Default)]
pub(crate) struct Defects(BTreeSet<Defect>);

impl Defects {
    pub(crate) fn at(&mut self, file: &SourceFile<'_>, offset: usize, kind: DefectKind) {
        let line = Some(file.line_at(offset));
        self.0.insert(Defect { file: file.path.clone(), line, kind });
    }

    pub(crate) fn in_file(&mut self, path: &str, kind: DefectKind) {
        self.0.insert(Defect { file: path.to_owned(), line: None, kind });
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn into_vec(self) -> Vec<Defect> {
        self.0.into_iter().collect()
    }
}
