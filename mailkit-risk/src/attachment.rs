//! What is inside a file, by its first bytes and not by its name.

use crate::assessment::UnscannableCause;
use crate::file_name::{self, FileKind};
use crate::limits::Limits;
use crate::message::{AttachmentFinding, AttachmentFindingKind};

mod legacy;
mod ole;
mod page;
mod vba;
mod zip;

/// What was found inside a file, and why not more.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Inspection {
    pub(crate) findings: Vec<AttachmentFinding>,
    pub(crate) unscannable: Vec<UnscannableCause>,
}

impl Inspection {
    fn add(&mut self, kind: AttachmentFindingKind, evidence: impl Into<String>) {
        if !self.findings.iter().any(|known| known.kind == kind) {
            self.findings.push(AttachmentFinding { kind, evidence: evidence.into() });
        }
    }

    fn cannot_scan(&mut self, cause: UnscannableCause) {
        if !self.unscannable.contains(&cause) {
            self.unscannable.push(cause);
        }
    }
}

/// Looks into a file.
pub(crate) fn inspect(name: &str, bytes: &[u8], limits: &Limits) -> Inspection {
    let mut inspection = Inspection::default();
    let mut budget = Budget { room: limits.inflated_bytes, depth: MAX_DEPTH };
    look(name, bytes, limits, &mut budget, &mut inspection);
    inspection
}

/// What is left for the whole attachment, with all files inside it.
struct Budget {
    /// Bytes that may still be decompressed.
    room: usize,
    /// Archives that may still be opened inside each other.
    depth: usize,
}

fn look(
    name: &str,
    bytes: &[u8],
    limits: &Limits,
    budget: &mut Budget,
    inspection: &mut Inspection,
) {
    match bytes {
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => {
            zip::inspect(bytes, limits, budget, inspection);
        }
        [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ..] => {
            ole::inspect(bytes, limits, &mut budget.room, inspection);
        }
        [b'M', b'Z', ..] | [0x7f, b'E', b'L', b'F', ..] => program(name, bytes, inspection),
        [b'R', b'a', b'r', b'!', 0x1a, 0x07, ..]
        | [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, ..]
        | [0x1f, 0x8b, ..]
        | [b'M', b'S', b'C', b'F', 0, 0, 0, 0, ..] => {
            inspection.cannot_scan(UnscannableCause::Unsupported);
        }
        // Programs that unpack find an archive by its end, whatever stands before it.
        _ if zip::is_at_end(bytes) => zip::inspect(bytes, limits, budget, inspection),
        _ => page::inspect(name, bytes, inspection),
    }
}

/// Whether there is something to look into, by the name and the first bytes.
fn is_worth_a_look(name: &str, head: &[u8]) -> bool {
    MAGIC.iter().any(|magic| head.starts_with(magic)) || page::is_page(name, head)
}

/// Two letters may begin a text as well, so a program must have its second header where the first says.
fn program(name: &str, bytes: &[u8], inspection: &mut Inspection) {
    let offset = bytes.get(60..64).and_then(|field| field.try_into().ok()).map(u32::from_le_bytes);
    let second = offset.and_then(|offset| bytes.get(usize::try_from(offset).ok()?..)?.get(..4));
    let is_program = bytes.starts_with(b"\x7fELF") || second == Some(b"PE\0\0");
    if is_program && file_name::kind(name) != Some(FileKind::Program) {
        inspection.add(AttachmentFindingKind::ContentMismatch, "program");
    }
}

/// The first bytes of what [`look`] opens.
const MAGIC: [&[u8]; 9] = [
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\xd0\xcf\x11\xe0",
    b"MZ",
    b"\x7fELF",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"MSCF",
];
const MAX_DEPTH: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    fn portable_executable() -> Vec<u8> {
        let mut bytes = vec![0; 64];
        bytes[..2].copy_from_slice(b"MZ");
        bytes[60] = 64;
        bytes.extend(b"PE\0\0");
        bytes
    }

    #[test]
    fn knows_programs_by_content() {
        for (name, bytes, expected) in [
            ("invoice.pdf", portable_executable(), 1),
            ("", portable_executable(), 1),
            ("setup.exe", portable_executable(), 0),
            ("notes.txt", b"MZ is a prefix".to_vec(), 0),
            ("notes.txt", b"".to_vec(), 0),
        ] {
            assert_eq!(
                inspect(name, &bytes, &Limits::default()).findings.len(),
                expected,
                "{name}"
            );
        }
    }

    #[test]
    fn says_what_it_does_not_unpack() {
        for bytes in [&b"Rar!\x1a\x07\x00"[..], b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08"] {
            assert_eq!(
                inspect("a", bytes, &Limits::default()).unscannable,
                [UnscannableCause::Unsupported]
            );
        }
    }
}
