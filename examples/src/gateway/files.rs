//! Files for us alone, written whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// Writes a file aside, and puts it in the place of the one of before once it is on disk. The name aside is its own, with
/// an underscore behind it.
///
/// # Errors
/// When it cannot be written: then the one of before is still there.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    create_private(folder)?;
    let mut aside = path.as_os_str().to_owned();
    aside.push("_");
    let file = private().create(true).truncate(true).open(&aside)?;
    fill(file, bytes)?;
    fs::rename(&aside, path)?;
    sync(folder)
}

/// The file, if there is one.
///
/// # Errors
/// When it is there and cannot be read.
pub(super) fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Folders for us alone: mail is nobody else's business.
pub(super) fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// Files for us alone.
pub(super) fn private() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Once this returns, the text is on disk.
pub(super) fn fill(mut file: File, text: &[u8]) -> io::Result<()> {
    file.write_all(text)?;
    file.sync_all()
}

/// Once this returns, the names in the folder are on disk: they must survive as well as what they name.
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("state").join("a.json");
        assert_eq!(read(&path)?, None);
        for text in ["a longer text", "short"] {
            replace(&path, text.as_bytes())?;
            assert_eq!(read(&path)?.as_deref(), Some(text.as_bytes()));
        }
        assert_eq!(fs::read_dir(folder.path().join("state"))?.count(), 1);
        Ok(())
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_a_failure() -> io::Result<()> {
        // This device takes nothing, like a disk without room.
        let full = fs::OpenOptions::new().write(true).open("/dev/full")?;
        assert!(fill(full, b"text").is_err());
        Ok(())
    }
}
