//! The file of a key ring.

use std::path::Path;
use std::{fs, io};

use mailkit_auth::rotation::KeyRing;

use crate::commands::error::{CommandError, because};
use crate::commands::file;
use crate::commands::input::{MAX_SMALL_FILE, read_text};
use crate::commands::output;

/// What a file remembers; nothing if there is none yet.
pub(super) fn read(path: &Path) -> Result<Option<KeyRing>, CommandError> {
    let unreadable = || format!("cannot read {}", path.display());
    match fs::metadata(path) {
        Ok(found) if found.is_file() => {}
        // A pipe would be waited for, and nothing can be written in its place.
        Ok(_) => return Err(because(unreadable())("it is no file")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            output::note(&format!("{} is not there yet: the ring is empty", path.display()));
            return Ok(None);
        }
        Err(error) => return Err(because(unreadable())(error)),
    }
    let what = format!("{} is not what `mailkit plan rotate --ring` writes", path.display());
    serde_json::from_str(&read_text(path, MAX_SMALL_FILE)?).map(Some).map_err(because(what))
}

/// Puts the ring in the place of what the file held.
pub(super) fn write(path: &Path, ring: &KeyRing) -> Result<(), CommandError> {
    let mut json = serde_json::to_vec_pretty(ring).map_err(because("cannot write the ring"))?;
    json.push(b'\n');
    file::replace(path, &json)
}
