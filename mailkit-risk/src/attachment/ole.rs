//! Compound files (MS-CFB): old office documents, the macros of new ones, encrypted ones.

use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use super::{Inspection, legacy, vba};
use crate::assessment::UnscannableCause;
use crate::limits::Limits;
use crate::message::AttachmentFindingKind;

type File<'a> = cfb::CompoundFile<Cursor<&'a [u8]>>;

/// Looks into a compound file; `room` is how many bytes the whole attachment may still decompress.
pub(super) fn inspect(
    bytes: &[u8],
    limits: &Limits,
    room: &mut usize,
    inspection: &mut Inspection,
) {
    let Ok(mut file) = cfb::CompoundFile::open(Cursor::new(bytes)) else {
        inspection.cannot_scan(UnscannableCause::Damaged);
        return;
    };
    let mut walk = file.walk().map(|entry| entry.path().to_owned());
    let entries: Vec<PathBuf> = walk.by_ref().take(limits.archive_entries).collect();
    if walk.next().is_some() {
        inspection.cannot_scan(UnscannableCause::Limit);
    }
    if entries.iter().any(|path| is_named(path, "EncryptedPackage")) {
        encrypted(inspection);
    }
    old_document(&mut file, &entries, limits, inspection);
    let modules: Vec<&PathBuf> = entries
        .iter()
        .filter(|path| path.parent().is_some_and(|parent| is_named(parent, "VBA")))
        .collect();
    if !modules.is_empty() {
        macros(&mut file, &modules, room, inspection);
    }
}

fn encrypted(inspection: &mut Inspection) {
    inspection.add(AttachmentFindingKind::Encrypted, "encrypted document");
    inspection.cannot_scan(UnscannableCause::Encrypted);
}

fn old_document(
    file: &mut File<'_>,
    entries: &[PathBuf],
    limits: &Limits,
    inspection: &mut Inspection,
) {
    for (name, reads) in legacy::STREAMS {
        let main =
            entries.iter().find(|path| is_named(path, name) && path.components().count() == 2);
        let Some(stream) = main.and_then(|path| read(file, path, limits.inflated_bytes)) else {
            continue;
        };
        if stream.len() == limits.inflated_bytes {
            inspection.cannot_scan(UnscannableCause::Limit);
        }
        let found = reads(&stream);
        if found.is_encrypted {
            encrypted(inspection);
        }
        if found.has_macro_sheet {
            inspection.add(AttachmentFindingKind::Macro, "Excel 4 macro sheet");
        }
    }
}

fn macros(
    file: &mut File<'_>,
    modules: &[&PathBuf],
    room: &mut usize,
    inspection: &mut Inspection,
) {
    inspection.add(AttachmentFindingKind::Macro, "VBA project");
    let mut found_source = false;
    for path in modules {
        let Some(stream) = read(file, path, *room) else { continue };
        let Some(source) = vba::source(&stream, *room) else { continue };
        found_source = true;
        if let Some(name) = vba::auto_exec(&source) {
            inspection.add(AttachmentFindingKind::MacroAutoExec, name);
        }
        *room = room.saturating_sub(stream.len() + source.len());
    }
    if *room == 0 {
        inspection.cannot_scan(UnscannableCause::Limit);
    } else if !found_source {
        // Compiled code without its source is a known way to hide it.
        inspection.cannot_scan(UnscannableCause::Damaged);
    }
}

fn read(file: &mut File<'_>, path: &Path, limit: usize) -> Option<Vec<u8>> {
    let stream = file.open_stream(path).ok()?;
    let mut bytes = Vec::new();
    stream.take(u64::try_from(limit).ok()?).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

fn is_named(path: &Path, name: &str) -> bool {
    path.file_name().is_some_and(|last| last.eq_ignore_ascii_case(name))
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Write;

    use super::*;
    use crate::attachment::vba::tests::compress;

    const ROOM: usize = 1 << 20;

    /// A compound file with one VBA module.
    pub(crate) fn project(source: &str) -> Vec<u8> {
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        file.create_storage_all("/Macros/VBA").unwrap();
        let stream = [&[9; 40][..], &compress(source.as_bytes())].concat();
        file.create_stream("/Macros/VBA/Module1").unwrap().write_all(&stream).unwrap();
        file.flush().unwrap();
        file.into_inner().into_inner()
    }

    fn kinds(bytes: &[u8]) -> Vec<AttachmentFindingKind> {
        let mut inspection = Inspection::default();
        inspect(bytes, &Limits::default(), &mut { ROOM }, &mut inspection);
        inspection.findings.iter().map(|found| found.kind).collect()
    }

    #[test]
    fn finds_macros() {
        let start = "Attribute VB_Name = \"Module1\"\r\n";
        let auto = project(&format!("{start}Sub AutoOpen()\r\nEnd Sub\r\n"));
        assert_eq!(
            kinds(&auto),
            [AttachmentFindingKind::Macro, AttachmentFindingKind::MacroAutoExec]
        );
        let plain = project(&format!("{start}Sub Total()\r\nEnd Sub\r\n"));
        assert_eq!(kinds(&plain), [AttachmentFindingKind::Macro]);
    }

    #[test]
    fn finds_encryption() {
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        file.create_stream("/EncryptedPackage").unwrap().write_all(b"secret").unwrap();
        file.flush().unwrap();
        assert_eq!(kinds(&file.into_inner().into_inner()), [AttachmentFindingKind::Encrypted]);
    }

    #[test]
    fn damaged_files_are_named() {
        let mut inspection = Inspection::default();
        let start = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
        inspect(start, &Limits::default(), &mut { ROOM }, &mut inspection);
        assert_eq!(inspection.unscannable, [UnscannableCause::Damaged]);
    }
}
