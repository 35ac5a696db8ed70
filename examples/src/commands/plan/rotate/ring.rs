//! The file of a key ring.

use std::path::Path;

use mailkit_auth::rotation::KeyRing;

use crate::commands::error::{CommandError, because};
use crate::commands::file;
use crate::commands::input::{MAX_SMALL_FILE, read_text};
use crate::commands::output;

/// What a file remembers; nothing if there is none yet.
pub(super) fn read(path: &Path) -> Result<Option<KeyRing>, CommandError> {
    if !path.try_exists().map_err(because(format!("cannot read {}", path.display())))? {
        output::note(&format!("{} is not there yet: the ring is empty", path.display()));
        return Ok(None);
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
