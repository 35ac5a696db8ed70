//! Office documents from before 2007: encryption and Excel 4 macro sheets, which have no storage of their own.

/// What the main stream of an old document says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Legacy {
    pub(super) is_encrypted: bool,
    pub(super) has_macro_sheet: bool,
}

type Reader = fn(&[u8]) -> Legacy;

/// The names of main streams, and who reads them.
pub(super) const STREAMS: [(&str, Reader); 4] =
    [("WordDocument", word), ("Workbook", excel), ("Book", excel), ("Current User", powerpoint)];

/// MS-DOC section 2.5.2: `fEncrypted` is the ninth bit of the flags at byte 10.
fn word(stream: &[u8]) -> Legacy {
    let is_encrypted = stream.get(11).is_some_and(|flags| flags & 1 != 0);
    Legacy { is_encrypted, has_macro_sheet: false }
}

/// MS-XLS section 2.1.4: the records of the workbook come first; after `FilePass` their content is encrypted.
fn excel(stream: &[u8]) -> Legacy {
    let mut legacy = Legacy::default();
    let mut rest = stream;
    while let [kind_low, kind_high, size_low, size_high, after @ ..] = rest {
        let size = usize::from(u16::from_le_bytes([*size_low, *size_high]));
        let (content, next) = after.split_at(size.min(after.len()));
        match u16::from_le_bytes([*kind_low, *kind_high]) {
            END_OF_WORKBOOK => break,
            FILE_PASS => legacy.is_encrypted = true,
            BOUND_SHEET => legacy.has_macro_sheet |= content.get(5) == Some(&MACRO_SHEET),
            _ => {}
        }
        rest = next;
    }
    // The type of a sheet is encrypted with the rest.
    legacy.has_macro_sheet &= !legacy.is_encrypted;
    legacy
}

/// MS-PPT section 2.3.2: the token of an encrypted document.
fn powerpoint(stream: &[u8]) -> Legacy {
    let is_encrypted = stream.get(12..16) == Some(&0xf3d1_c4df_u32.to_le_bytes());
    Legacy { is_encrypted, has_macro_sheet: false }
}

const FILE_PASS: u16 = 0x2f;
const BOUND_SHEET: u16 = 0x85;
const END_OF_WORKBOOK: u16 = 0x0a;
/// MS-XLS section 2.4.28: `dt` of an Excel 4 macro sheet.
const MACRO_SHEET: u8 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, content: &[u8]) -> Vec<u8> {
        [&kind.to_le_bytes()[..], &u16::try_from(content.len()).unwrap().to_le_bytes(), content]
            .concat()
    }

    #[track_caller]
    fn check(records: &[Vec<u8>], is_encrypted: bool, has_macro_sheet: bool) {
        assert_eq!(excel(&records.concat()), Legacy { is_encrypted, has_macro_sheet });
    }

    #[test]
    fn reads_workbooks() {
        let start = record(0x809, &[0; 16]);
        let sheet = record(BOUND_SHEET, &[0, 0, 0, 0, 0, 0, 1, 0, b'a']);
        let macro_sheet = record(BOUND_SHEET, &[0, 0, 0, 0, 1, MACRO_SHEET, 1, 0, b'b']);
        let end = record(END_OF_WORKBOOK, &[]);
        check(&[start.clone(), sheet.clone(), end.clone()], false, false);
        check(&[start.clone(), sheet, macro_sheet.clone()], false, true);
        check(&[start.clone(), end, macro_sheet.clone()], false, false);
        check(&[start, record(FILE_PASS, &[0; 4]), macro_sheet], true, false);
        check(&[vec![1, 2]], false, false);
    }

    #[test]
    fn reads_flags() {
        assert!(word(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]).is_encrypted);
        assert!(
            !word(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2]).is_encrypted && !word(&[]).is_encrypted
        );
        assert!(!powerpoint(&[0; 20]).is_encrypted);
    }
}
