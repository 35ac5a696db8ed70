//! The copied header fields of a signature (`z`).

use super::FieldName;

/// A header field as the signer saw it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct CopiedField {
    /// Its name.
    pub name: FieldName,
    /// Its value, decoded; it may hold any octet.
    pub value: Vec<u8>,
}

/// The fields of a `z=` without white space, parted by vertical bars.
pub(super) fn read(text: &str) -> Vec<CopiedField> {
    let field = |copy: &str| {
        let (name, value) = copy.split_once(':')?;
        Some(CopiedField { name: name.parse().ok()?, value: decode(value) })
    };
    text.split('|').filter_map(field).collect()
}

/// DKIM quoted-printable (RFC 6376 section 2.11). A `=` that starts no octet stands for itself.
fn decode(text: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escaped = if first == b'=' { after.split_at_checked(2) } else { None };
        match escaped.and_then(|(digits, after)| Some((octet(digits)?, after))) {
            Some((octet, after)) => {
                decoded.push(octet);
                rest = after;
            }
            None => {
                decoded.push(first);
                rest = after;
            }
        }
    }
    decoded
}

fn octet(digits: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(digits).ok()?;
    let hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    u8::from_str_radix(digits, 16).ok().filter(|_| hexadecimal)
}
