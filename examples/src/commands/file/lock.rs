//! Keeping others from changing a file while it is read and written.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::{folder, place};
use crate::commands::error::{CommandError, because};
use crate::commands::output;

/// Keeps everybody else who asks for it from changing the file, until what it returns goes. The folder
/// is locked, as the file itself is replaced; where a folder cannot be opened, nothing is. Whoever else
/// has the lock is waited for, but not without end.
pub(crate) fn lock(path: &Path) -> Result<Option<File>, CommandError> {
    if cfg!(not(unix)) {
        return Ok(None);
    }
    let locked = place(path).and_then(|place| lock_folder(folder(&place), PATIENCE));
    locked.map(Some).map_err(because(format!("cannot lock the folder of {}", path.display())))
}

fn lock_folder(folder: &Path, patience: Duration) -> io::Result<File> {
    // The dot refuses what is no folder: to open a pipe would wait for its writer.
    let file = File::open(folder.join("."))?;
    if locks_within(&file, patience.min(QUIET))? {
        return Ok(file);
    }
    let shown = folder.display();
    output::note(&format!("waiting for another program that has locked the folder {shown}"));
    if locks_within(&file, patience)? {
        return Ok(file);
    }
    let what = format!("another program has kept it locked for {patience:?}");
    Err(io::Error::new(io::ErrorKind::WouldBlock, what))
}

/// Whether the lock could be had in that time.
fn locks_within(folder: &File, limit: Duration) -> io::Result<bool> {
    let end = Instant::now() + limit;
    loop {
        match folder.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::WouldBlock) if Instant::now() < end => thread::sleep(PAUSE),
            Err(TryLockError::WouldBlock) => return Ok(false),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

/// A call has its lock for the blink of an eye: many of them at once need no word about it.
const QUIET: Duration = Duration::from_millis(500);
/// After this nobody believes that the other program will ever end.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(10);

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_waited_for_but_not_without_end() {
        let directory = tempfile::tempdir().unwrap();
        let short = Duration::from_millis(30);
        let refused = |path: &Path| lock_folder(path, short).map_err(|error| error.kind()).err();
        let held = lock_folder(directory.path(), short).unwrap();
        assert_eq!(refused(directory.path()), Some(io::ErrorKind::WouldBlock));
        drop(held);
        assert_eq!(refused(directory.path()), None);
        let file = tempfile::NamedTempFile::new_in(directory.path()).unwrap();
        assert_eq!(refused(file.path()), Some(io::ErrorKind::NotADirectory));
    }
}
