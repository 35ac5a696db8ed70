//! How a zone file writes names and contents (RFC 1035 section 5.1).

use std::fmt;

use crate::lookup::{Name, RecordData};

/// A complete name. What a zone file gives a meaning is written by its number, so that a name from
/// outside cannot start a comment, a directive or a new line.
pub(super) struct Owner<'a>(pub(super) &'a Name);

impl fmt::Display for Owner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for octet in self.0.as_str().bytes() {
            match octet {
                b'"' | b'$' | b'(' | b')' | b';' | b'@' | b'\\' => write!(f, "\\{octet:03}")?,
                b'!'..=b'~' => write!(f, "{}", char::from(octet))?,
                _ => write!(f, "\\{octet:03}")?,
            }
        }
        f.write_str(".")
    }
}

/// The content of a record.
pub(super) struct Presentation<'a>(pub(super) &'a RecordData);

impl fmt::Display for Presentation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            RecordData::A(address) => address.fmt(f),
            RecordData::Aaaa(address) => address.fmt(f),
            RecordData::Cname(name) | RecordData::Ns(name) | RecordData::Ptr(name) => {
                Owner(name).fmt(f)
            }
            RecordData::Ds { key_tag, algorithm, digest_type, digest } => {
                write!(f, "{key_tag} {algorithm} {digest_type} ")?;
                digest.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
            }
            RecordData::Mx { preference, exchange } => {
                write!(f, "{preference} {}", Owner(exchange))
            }
            RecordData::Spf(text) | RecordData::Txt(text) => strings(f, text),
            RecordData::Tlsa(record) => record.fmt(f),
        }
    }
}

/// Character-strings of at most 255 octets each; readers join them without a separator.
fn strings(f: &mut fmt::Formatter<'_>, text: &[u8]) -> fmt::Result {
    if text.is_empty() {
        return f.write_str("\"\"");
    }
    for (index, string) in text.chunks(MAX_STRING_OCTETS).enumerate() {
        f.write_str(if index == 0 { "\"" } else { " \"" })?;
        for octet in string {
            match octet {
                b'"' | b'\\' => write!(f, "\\{}", char::from(*octet))?,
                b' '..=b'~' => write!(f, "{}", char::from(*octet))?,
                _ => write!(f, "\\{octet:03}")?,
            }
        }
        f.write_str("\"")?;
    }
    Ok(())
}

/// Octets of one character-string (RFC 1035 section 3.3).
pub(crate) const MAX_STRING_OCTETS: usize = 255;
