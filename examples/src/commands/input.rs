//! Reading what the user names, within bounds.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use zeroize::Zeroizing;

use super::error::{CommandError, because};

/// The octets of a file, or of the standard input where it is `-`.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, CommandError> {
    let mut octets = Vec::new();
    read_into(&mut octets, path, limit)?;
    Ok(octets)
}

/// The same of a secret, which is wiped when it goes. It has its room from the start: what grows leaves
/// copies behind.
pub(crate) fn read_secret(path: &Path) -> Result<Zeroizing<Vec<u8>>, CommandError> {
    let room = usize::try_from(MAX_SMALL_FILE).unwrap_or_default() + 64;
    let mut octets = Zeroizing::new(Vec::with_capacity(room));
    read_into(&mut octets, path, MAX_SMALL_FILE)?;
    Ok(octets)
}

fn read_into(octets: &mut Vec<u8>, path: &Path, limit: u64) -> Result<(), CommandError> {
    let shown = path.display();
    let what = || format!("cannot read {shown}");
    let read = match path.as_os_str() == "-" {
        true => io::stdin().lock().take(limit + 1).read_to_end(octets),
        false => File::open(path).and_then(|it| it.take(limit + 1).read_to_end(octets)),
    };
    read.map_err(because(what()))?;
    if u64::try_from(octets.len()).is_ok_and(|length| length <= limit) {
        return Ok(());
    }
    Err(CommandError::new(format!("{}: it has more than {limit} octets", what())))
}

/// The same as text.
pub(crate) fn read_text(path: &Path, limit: u64) -> Result<String, CommandError> {
    let octets = read(path, limit)?;
    String::from_utf8(octets)
        .map_err(because(format!("cannot read {}: it is not UTF-8", path.display())))
}

/// Octets of a message, or of a file of records.
pub(crate) const MAX_FILE: u64 = 64 * 1024 * 1024;
/// Octets of a key, a policy, a record.
pub(crate) const MAX_SMALL_FILE: u64 = 1024 * 1024;
