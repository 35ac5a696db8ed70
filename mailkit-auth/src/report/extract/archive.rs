//! Opens a zip archive that holds one report.

use std::borrow::Cow;

use rawzip::{CompressionMethod, ZipArchive, ZipArchiveEntryWayfinder};

use super::unpack::Claim;
use super::{Content, ExtractError, ExtractLimits};

/// The one file of an archive.
struct File {
    method: u16,
    /// Where its content starts, and its octets.
    range: (u64, u64),
    claim: Claim,
}

/// The content of the archive's one file. A directory with a second file is refused before anything
/// is unpacked, so that no two entries share their content.
pub(super) fn open(
    octets: Cow<'_, [u8]>,
    limits: ExtractLimits,
) -> Result<Content<'_>, ExtractError> {
    let File { method, range, claim } = find_file(&octets, limits)?;
    if method == CompressionMethod::STORE.as_u16() {
        Ok(Content::stored(octets, range, limits, claim))
    } else if method == CompressionMethod::DEFLATE.as_u16() {
        Ok(Content::deflate(octets, range, limits, claim))
    } else {
        Err(ExtractError::UnknownMethod { method })
    }
}

fn find_file(octets: &[u8], limits: ExtractLimits) -> Result<File, ExtractError> {
    let archive = ZipArchive::from_slice(octets).map_err(|_| ExtractError::Damaged)?;
    let mut entries = archive.entries();
    let mut file: Option<(u16, u32, ZipArchiveEntryWayfinder)> = None;
    let mut count = 0;
    while let Some(entry) = entries.next_entry().map_err(|_| ExtractError::Damaged)? {
        count += 1;
        let is_extra = entry.is_dir() || entry.file_path().as_ref().starts_with(b"__MACOSX/");
        if count > limits.entries || (file.is_some() && !is_extra) {
            return Err(ExtractError::TooManyFiles);
        }
        if is_extra {
            continue;
        }
        if entry.flags().is_encrypted() {
            return Err(ExtractError::Encrypted);
        }
        file = Some((entry.compression_method().as_u16(), entry.crc32(), entry.wayfinder()));
    }
    let (method, crc32, wayfinder) = file.ok_or(ExtractError::NoReport)?;
    let size = wayfinder.uncompressed_size_hint();
    if size > limits.octets {
        return Err(ExtractError::TooLong { limit: limits.octets });
    }
    let entry = archive.get_entry(wayfinder).map_err(|_| ExtractError::Damaged)?;
    let (start, end) = entry.compressed_data_range();
    let length = end.checked_sub(start).ok_or(ExtractError::Damaged)?;
    Ok(File { method, range: (start, length), claim: Claim::new(crc32, size) })
}
