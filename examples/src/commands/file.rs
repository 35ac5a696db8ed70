//! Writing what the user wants in a file.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use super::error::{CommandError, because};

/// Who may read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Its owner alone: it holds a secret.
    Owner,
    /// Whoever may read what this user writes.
    Usual,
}

/// Writes a file that was not there. What is no file, such as a terminal, is written to.
pub(crate) fn write_new(path: &Path, octets: &[u8], readers: Readers) -> Result<(), CommandError> {
    let what = format!("cannot write {}", path.display());
    if fs::metadata(path).is_ok_and(|it| !it.is_file() && !it.is_dir()) {
        return fs::write(path, octets).map_err(because(what));
    }
    let made = create(path, readers).and_then(|mut file| fill(&mut file, octets));
    made.map_err(because(what))
}

/// Writes a file, in the place of one that is there if `overwrite` says so.
pub(crate) fn write(path: &Path, octets: &[u8], overwrite: bool) -> Result<(), CommandError> {
    if overwrite && path.is_file() {
        return replace(path, octets);
    }
    let hint = if path.is_file() { "; --overwrite puts another in its place" } else { "" };
    write_new(path, octets, Readers::Usual)
        .map_err(|error| if hint.is_empty() { error } else { error.with_hint(hint) })
}

/// Puts a new file in the place of the old one, if there is one: whoever reads it finds the one or the
/// other as a whole, also after a crash.
pub(crate) fn replace(path: &Path, octets: &[u8]) -> Result<(), CommandError> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let beside = Path::new(&name);
    let written = create(beside, Readers::Usual)
        .and_then(|mut file| fill(&mut file, octets))
        .and_then(|()| fs::rename(beside, path));
    if written.is_err() {
        // What stands beside the file is of no use to anybody.
        let _ = fs::remove_file(beside);
    }
    written.map_err(because(format!("cannot write {}", path.display())))
}

fn create(path: &Path, readers: Readers) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if readers == Readers::Owner {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    options.open(path)
}

fn fill(file: &mut File, octets: &[u8]) -> io::Result<()> {
    file.write_all(octets)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_stays_unless_it_may_go() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        let check = |written: Result<(), CommandError>, expected: &str| {
            let found = fs::read_to_string(&path).unwrap();
            assert_eq!(found, expected);
            written.map_err(|error| error.to_string())
        };
        assert_eq!(check(write(&path, b"one", false), "one"), Ok(()));
        let hint = "; --overwrite puts another in its place";
        let refused = Err(format!("cannot write {}{hint}", path.display()));
        assert_eq!(check(write(&path, b"two", false), "one"), refused);
        assert_eq!(check(write(&path, b"two", true), "two"), Ok(()));
        assert_eq!(check(replace(&path, b"three"), "three"), Ok(()));
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
        write(Path::new("/dev/null"), b"x", false).unwrap();
    }
}
