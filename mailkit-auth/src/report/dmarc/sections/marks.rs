//! What a report is cut by.

use memchr::memmem;

use crate::report::dmarc::seek::Seek;

/// Searches that every report needs.
#[derive(Debug)]
pub(super) struct Marks {
    pub(super) open: Seek,
    pub(super) close: Seek,
    pub(super) declaration: Seek,
    pub(super) comment_end: Seek,
    pub(super) cdata_end: Seek,
    pub(super) instruction_end: Seek,
}

impl Marks {
    pub(super) fn new() -> Self {
        Self {
            open: Seek::new(b"<"),
            close: Seek::new(b">"),
            declaration: Seek::new(b"<!"),
            comment_end: Seek::new(b"-->"),
            cdata_end: Seek::new(b"]]>"),
            instruction_end: Seek::new(b"?>"),
        }
    }
}

/// The search for the name of a section.
#[derive(Debug)]
pub(super) struct SectionName {
    pub(super) name: Vec<u8>,
    pub(super) seek: Seek,
    pub(super) is_record: bool,
    /// The start tag of the last record; the next one most often has the same.
    pub(super) record_tag: Option<Vec<u8>>,
}

impl SectionName {
    pub(super) fn new(name: &[u8]) -> Self {
        let is_record = local_name(name) == b"record";
        Self { name: name.to_vec(), seek: Seek::new(name), is_record, record_tag: None }
    }
}

/// The name in a tag, with its namespace prefix.
pub(super) fn tag_name(tag: &[u8]) -> &[u8] {
    let name = tag.strip_prefix(b"</").or_else(|| tag.strip_prefix(b"<")).unwrap_or_default();
    let ends = |octet: &u8| matches!(octet, b'>' | b'/' | 0..=b' ');
    let length = name.iter().position(ends).unwrap_or(name.len());
    name.get(..length).unwrap_or_default()
}

pub(super) fn local_name(name: &[u8]) -> &[u8] {
    let colon = name.iter().rposition(|octet| *octet == b':');
    colon.map_or(name, |colon| name.get(colon + 1..).unwrap_or_default())
}

/// The encoding that an XML declaration names.
pub(super) fn encoding(declaration: &str) -> Option<&str> {
    let at = memmem::find(declaration.as_bytes(), b"encoding")?;
    let value = declaration.get(at + 8..)?.trim_ascii_start().strip_prefix('=')?;
    value.trim_ascii_start().split(['"', '\'']).nth(1)
}
