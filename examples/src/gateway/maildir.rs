//! Maildir: one file a mail, written aside and renamed, so that a reader never sees half a mail.

use std::io;
use std::path::{Path, PathBuf};

use tokio::fs;
use tokio::io::AsyncWriteExt;

/// Writes `mail` into the Maildir at `folder` under the name `id`, and returns its path once it is on disk.
///
/// # Errors
/// When the folder cannot be made or the file cannot be written: then no file of that name stands in `new`.
pub(super) async fn store(folder: &Path, id: &str, mail: &[u8]) -> io::Result<PathBuf> {
    for part in ["tmp", "new", "cur"] {
        fs::create_dir_all(folder.join(part)).await?;
    }
    let temporary = folder.join("tmp").join(id);
    let written = folder.join("new").join(id);
    let mut file = fs::File::create_new(&temporary).await?;
    file.write_all(mail).await?;
    file.sync_all().await?;
    fs::rename(&temporary, &written).await?;
    // The name must survive as well as the content, so the directory is synced too.
    fs::File::open(folder.join("new")).await?.sync_all().await?;
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_mail_is_whole_and_alone() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = store(folder.path(), "1.mail", b"Subject: a\r\n\r\nb\r\n").await?;
        assert_eq!(std::fs::read(path)?, b"Subject: a\r\n\r\nb\r\n");
        assert_eq!(std::fs::read_dir(folder.path().join("tmp"))?.count(), 0);
        Ok(())
    }
}
