//! Writing what the user wants in a file.

mod lock;

use std::ffi::OsStr;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::error::{CommandError, because};
pub(crate) use lock::lock;

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
    if fs::symlink_metadata(path).is_ok_and(|it| it.is_symlink()) && !path.exists() {
        return Err(because(what)("it is a link to a file that is not there"));
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
/// other as a whole, also after a crash. Its owner, its group and who may read it stay as they are, and so
/// does a link to it; where they cannot, the old file stays.
pub(crate) fn replace(path: &Path, octets: &[u8]) -> Result<(), CommandError> {
    let written = place(path).and_then(|place| replace_at(&place, octets));
    written.map_err(because(format!("cannot write {}", path.display())))
}

/// Where a file stands behind all links that lead to it, or shall stand.
fn place(path: &Path) -> io::Result<PathBuf> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => fs::canonicalize(path),
        _ => Ok(path.to_owned()),
    }
}

/// The folder in which a file stands.
fn folder(place: &Path) -> &Path {
    place.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

/// What is made beside the file goes again if it cannot take its place. Its name is a new one each time, so
/// that what a killed call left is in nobody's way.
fn replace_at(path: &Path, octets: &[u8]) -> io::Result<()> {
    let old = changeable(path)?;
    let readers = if old.is_some() { Readers::Owner } else { Readers::Usual };
    let mut prefix = path.file_name().map(OsStr::to_owned).unwrap_or_default();
    prefix.push(".");
    let mut beside = tempfile::Builder::new();
    beside.prefix(&prefix).suffix(".new");
    let mut beside = beside.make_in(folder(path), |it| create(it, readers))?;
    fill(beside.as_file_mut(), octets)?;
    if let Some(old) = old {
        take_over(beside.as_file(), &old)?;
    }
    beside.persist(path)?;
    Ok(())
}

/// Gives a new file the owner, the group and the permissions of the old one.
fn take_over(file: &File, old: &Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt as _, fchown};

        let new = file.metadata()?;
        if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
            let kept = fchown(file, Some(old.uid()), Some(old.gid()));
            kept.map_err(|error| {
                io::Error::new(error.kind(), format!("its owner and group cannot stay: {error}"))
            })?;
        }
    }
    // A change of the owner takes permissions such as setgid away, so that they come last.
    file.set_permissions(old.permissions())
}

/// What is known of the file that is there, if any is: it must be one that may be written to, although
/// another takes its place.
fn changeable(path: &Path) -> io::Result<Option<Metadata>> {
    let found = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        found => found?,
    };
    if !found.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    if found.permissions().readonly() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only"));
    }
    OpenOptions::new().write(true).open(path)?;
    Ok(Some(found))
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

    #[cfg(unix)]
    #[test]
    fn links_owners_and_permissions_stay() {
        use std::fs::Permissions;
        use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};

        let directory = tempfile::tempdir().unwrap();
        let (path, link) = (directory.path().join("file"), directory.path().join("link"));
        let mode = |mode| fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        symlink("file", &link).unwrap();
        let replaced = |octets: &[u8]| {
            let written = replace(&link, octets).map_err(|error| {
                std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default()
            });
            let found = fs::read_to_string(&path).unwrap();
            let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o7777;
            assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
            assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2);
            (written, found, mode)
        };
        assert!(replace(&link, b"one").is_err(), "a link to nothing");
        let refused = write(&link, b"one", true).unwrap_err();
        let cause = std::error::Error::source(&refused).map(ToString::to_string);
        assert_eq!(cause.as_deref(), Some("it is a link to a file that is not there"));
        fs::write(&path, "one").unwrap();
        // Who may not give a file away has no other to lose.
        let _ = chown(&path, Some(NOBODY), Some(NOBODY));
        let owner = || fs::metadata(&path).map(|it| (it.uid(), it.gid())).unwrap();
        let before = owner();
        for kept in [0o600, 0o644, 0o660] {
            mode(kept);
            assert_eq!(replaced(b"two"), (Ok(()), "two".to_owned(), kept));
            assert_eq!(owner(), before);
        }
        mode(0o444);
        let refused = Err("it is read-only".to_owned());
        assert_eq!(replaced(b"three"), (refused, "two".to_owned(), 0o444));
        assert!(replace(directory.path(), b"x").is_err());
    }

    /// A user and a group that hardly run these tests.
    #[cfg(unix)]
    const NOBODY: u32 = 65_534;
}
