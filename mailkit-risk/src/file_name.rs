//! What a file name says about the file (table `data/extensions.tsv`).

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::table;
use crate::text;

/// What opens a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileKind {
    /// It runs.
    Program,
    /// A document, picture or archive.
    Document,
    /// A browser opens it.
    Page,
}

/// The kind of a file, by its last extension as Windows reads it: without trailing dots, blanks and streams.
pub(crate) fn kind(name: &str) -> Option<FileKind> {
    KINDS.get(extensions(name).next()?.as_str()).copied()
}

/// How dangerous a name is, to choose among several of one file.
#[cfg(feature = "message")]
pub(crate) fn rank(name: &str) -> u8 {
    match kind(name) {
        Some(FileKind::Program) => 3,
        _ if name.contains(text::is_bidi_control) => 2,
        Some(FileKind::Page) => 1,
        Some(FileKind::Document) | None => 0,
    }
}

/// Whether a document's extension stands before the last one: `invoice.pdf.exe`.
pub(crate) fn pretends(name: &str) -> bool {
    let decoy = extensions(name).nth(1);
    decoy.is_some_and(|decoy| KINDS.get(decoy.as_str()) == Some(&FileKind::Document))
}

/// The extensions from the last to the first.
fn extensions(name: &str) -> impl Iterator<Item = String> {
    let folded: String = text::fold(name).chars().filter(|c| !takes_no_room(*c)).collect();
    // `report.exe::$DATA` opens the program.
    let stem = folded.split(':').next().unwrap_or_default().trim_end_matches(['.', ' ', '\0']);
    let parts: Vec<String> = stem.split('.').skip(1).map(|part| part.trim().to_owned()).collect();
    parts.into_iter().rev()
}

/// Marks of direction and blank fillers, with which a name shows an extension that it does not end with.
fn takes_no_room(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}')
}

static KINDS: LazyLock<HashMap<&'static str, FileKind>> = LazyLock::new(|| {
    let mut kinds = HashMap::new();
    for row in table::rows(include_str!("../data/extensions.tsv")) {
        let [kind, extensions] = table::built_in(row.exactly());
        let kind = match kind {
            "program" => Ok(FileKind::Program),
            "document" => Ok(FileKind::Document),
            "page" => Ok(FileKind::Page),
            other => Err(row.unreadable(other)),
        };
        let kind = table::built_in(kind);
        kinds.extend(extensions.split(' ').map(|extension| (extension, kind)));
    }
    kinds
});

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_names() {
        for (name, expected, pretending) in [
            ("invoice.pdf", Some(FileKind::Document), false),
            ("invoice.pdf.exe", Some(FileKind::Program), true),
            ("Invoice.PDF .EXE. ", Some(FileKind::Program), true),
            ("setup.exe", Some(FileKind::Program), false),
            ("report.v2.docx", Some(FileKind::Document), false),
            ("scan.js::$DATA", Some(FileKind::Program), false),
            ("invoice\u{202e}fdp.exe", Some(FileKind::Program), false),
            ("a.exe\u{200e}", Some(FileKind::Program), false),
            ("page.html", Some(FileKind::Page), false),
            ("README", None, false),
            (".exe", Some(FileKind::Program), false),
            ("", None, false),
        ] {
            assert_eq!((kind(name), pretends(name)), (expected, pretending), "{name}");
        }
    }

    proptest! {
        #[test]
        fn no_name_panics(name in "\\PC{0,60}") {
            let _ = (kind(&name), pretends(&name));
        }
    }
}
