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
    /// Where the line breaks are.
    breaks: Vec<usize>,
}

impl<'a> SourceFile<'a> {
    pub(crate) fn new(path: String, text: &'a str) -> Self {
        let breaks = text.match_indices('\n').map(|(offset, _)| offset).collect();
        Self { path, text, breaks }
    }

    /// Where `part`, a slice of this file's text, begins. A slice of another text counts as the beginning.
    pub(crate) fn offset_of(&self, part: &str) -> usize {
        let offset = part.as_ptr().addr().checked_sub(self.text.as_ptr().addr());
        offset.filter(|&offset| offset <= self.text.len()).unwrap_or(0)
    }

    fn line_at(&self, offset: usize) -> usize {
        1 + self.breaks.partition_point(|&line_break| line_break < offset)
    }
}

/// The defects found so far, each once, up to a limit.
#[derive(Debug)]
pub(crate) struct Defects {
    found: BTreeSet<Defect>,
    limit: usize,
    /// How many were found beyond the limit, and the file of the first of them.
    left_out: usize,
    left_out_from: String,
}

impl Defects {
    pub(crate) const fn within(limit: usize) -> Self {
        Self { found: BTreeSet::new(), limit, left_out: 0, left_out_from: String::new() }
    }

    pub(crate) fn at(&mut self, file: &SourceFile<'_>, offset: usize, kind: DefectKind) {
        let line = Some(file.line_at(offset));
        self.insert(Defect { file: file.path.clone(), line, kind });
    }

    pub(crate) fn in_file(&mut self, path: &str, kind: DefectKind) {
        self.insert(Defect { file: path.to_owned(), line: None, kind });
    }

    pub(crate) fn len(&self) -> usize {
        self.found.len().saturating_add(self.left_out)
    }

    /// The defects by file and line; the last one says how many are left out, if any are.
    pub(crate) fn into_vec(self) -> Vec<Defect> {
        let kind = DefectKind::LeftOut { count: self.left_out };
        let rest = Defect { file: self.left_out_from, line: None, kind };
        let rest = (self.left_out > 0).then_some(rest);
        self.found.into_iter().chain(rest).collect()
    }

    fn insert(&mut self, defect: Defect) {
        if self.found.len() < self.limit || self.found.contains(&defect) {
            self.found.insert(defect);
            return;
        }
        if self.left_out == 0 {
            self.left_out_from = defect.file;
        }
        self.left_out = self.left_out.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        #[track_caller]
        fn check(text: &str, offset: usize, expected: usize) {
            assert_eq!(SourceFile::new(String::new(), text).line_at(offset), expected);
        }
        check("", 0, 1);
        check("a\nb\n", 1, 1);
        check("a\nb\n", 2, 2);
        check("a\nb\n", 4, 3);
        check("a\nb\n", 99, 3);
    }

    #[test]
    fn defects_beyond_the_limit_are_counted() {
        #[track_caller]
        fn check(limit: usize, found: &[&str], expected: &[&str]) {
            let mut defects = Defects::within(limit);
            for file in found {
                defects.in_file(file, DefectKind::LocaleMalformed);
            }
            assert_eq!(defects.len() == 0, expected.is_empty());
            let shown: Vec<_> = defects.into_vec().iter().map(ToString::to_string).collect();
            let shown: Vec<_> =
                shown.iter().map(|d| d.split(" the file name").next().unwrap_or(d)).collect();
            assert_eq!(shown, expected);
        }
        let (a, b) = ("a: locale-malformed:", "b: locale-malformed:");
        check(2, &[], &[]);
        check(2, &["b", "a"], &[a, b]);
        check(2, &["b", "a", "b"], &[a, b]);
        check(2, &["b", "a", "c", "d", "a"], &[a, b, "c: left-out: 2 more defects are not listed"]);
        check(0, &["a"], &["a: left-out: 1 more defects are not listed"]);
    }
}
