//! Maildir: one file a mail, written aside and renamed, so that a reader never sees half a mail.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::files::{create_private, fill, private, sync};

/// Makes the folder, and finds out whether a mail could be written into it.
///
/// # Errors
/// When it could not.
pub(super) async fn prove(folder: &Path) -> io::Result<()> {
    let probe = store(folder, "probe", Vec::new()).await?;
    fs::remove_file(probe)
}

/// Writes `mail` into the Maildir at `folder` under the name `id`, and returns its path once it is on disk.
///
/// # Errors
/// When the folder cannot be made or the file cannot be written: then no file of that name is left behind.
pub(super) async fn store(folder: &Path, id: &str, mail: Vec<u8>) -> io::Result<PathBuf> {
    let (folder, id) = (folder.to_owned(), id.to_owned());
    // Not tokio's files: they report a failed write only when they are flushed, and a full disk must not pass for success.
    let work = tokio::task::spawn_blocking(move || write(&folder, &id, &mail));
    work.await.unwrap_or_else(|error| Err(io::Error::other(error)))
}

fn write(folder: &Path, id: &str, mail: &[u8]) -> io::Result<PathBuf> {
    for part in ["tmp", "new", "cur"] {
        create_private(&folder.join(part))?;
    }
    let (temporary, written) = (folder.join("tmp").join(id), folder.join("new").join(id));
    let file = private().create_new(true).open(&temporary);
    let stored =
        file.and_then(|file| fill(file, mail)).and_then(|()| fs::rename(&temporary, &written));
    if let Err(error) = stored {
        // What is left of it is of no use, and its removal changes nothing about the failure.
        let _ = fs::remove_file(&temporary);
        return Err(error);
    }
    sync(&folder.join("new"))?;
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_mail_is_whole_and_alone() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = store(folder.path(), "1.mail", b"Subject: a\r\n\r\nb\r\n".to_vec()).await?;
        assert_eq!(fs::read(path)?, b"Subject: a\r\n\r\nb\r\n");
        assert_eq!(fs::read_dir(folder.path().join("tmp"))?.count(), 0);
        Ok(())
    }

    #[tokio::test]
    async fn a_failure_leaves_nothing() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let outside = store(folder.path(), "no/such/folder", b"text".to_vec()).await;
        assert!(outside.is_err());
        assert_eq!(fs::read_dir(folder.path().join("tmp"))?.count(), 0);
        assert_eq!(fs::read_dir(folder.path().join("new"))?.count(), 0);
        Ok(())
    }
}
