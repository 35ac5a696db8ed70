//! The files that paths name.

use std::fs;
use std::path::{Path, PathBuf};

use crate::commands::error::{CommandError, because};

/// The files themselves, and those in folders and the folders in these, by name.
pub(super) fn below(paths: &[PathBuf]) -> Result<Vec<PathBuf>, CommandError> {
    let mut files = Vec::new();
    for path in paths {
        add(path, 0, &mut files)?;
    }
    Ok(files)
}

fn add(path: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), CommandError> {
    let what = || format!("cannot read {}", path.display());
    if !path.is_dir() {
        files.push(path.to_owned());
        return if files.len() > MAX_FILES {
            Err(CommandError::new(format!("{}: there are more than {MAX_FILES} files", what())))
        } else {
            Ok(())
        };
    }
    let entries = fs::read_dir(path).and_then(|it| it.collect::<Result<Vec<_>, _>>());
    let mut entries = entries.map_err(because(what()))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        // A link may lead back to where it came from.
        let kind = entry.file_type().map_err(because(what()))?;
        if kind.is_file() || (kind.is_dir() && depth < MAX_DEPTH) {
            add(&entry.path(), depth + 1, files)?;
        }
    }
    Ok(())
}

const MAX_FILES: usize = 200_000;
/// Folders inside one another.
const MAX_DEPTH: usize = 8;
