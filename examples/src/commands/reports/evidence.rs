//! What `reports --evidence` writes and `rollout advise --evidence` reads.

use std::path::Path;

use mailkit_auth::rollout::Evidence;

use crate::commands::error::{CommandError, because};
use crate::commands::file;
use crate::commands::input::{MAX_FILE, read_text};

/// Writes the evidence of one domain.
pub(super) fn write(evidence: &Evidence, path: &Path, overwrite: bool) -> Result<(), CommandError> {
    let json = serde_json::to_vec_pretty(evidence).map_err(because("cannot write evidence"))?;
    file::write(path, &json, overwrite)
}

/// Reads what `reports --evidence` wrote.
pub(crate) fn read(path: &Path) -> Result<Evidence, CommandError> {
    let what = || format!("{} is not what `mailkit reports --evidence` writes", path.display());
    serde_json::from_str(&read_text(path, MAX_FILE)?).map_err(because(what()))
}
