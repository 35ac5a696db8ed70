//! Searches for the signs of XML, which mostly stand a few octets apart.

use memchr::memchr2;

/// Where this octet first stands, if it is near.
#[inline(always)]
pub(super) fn near(octets: &[u8], sign: u8) -> Option<usize> {
    first_hit(octets, |eight| equal(eight, sign))
}

/// Where one of two octets first stands.
#[inline(always)]
pub(super) fn either(octets: &[u8], sign: u8, other: u8) -> Option<usize> {
    first_hit(octets, |eight| equal(eight, sign) | equal(eight, other)).or_else(|| {
        let far = octets.get(NEAR..).unwrap_or(octets);
        Some(octets.len() - far.len() + memchr2(sign, other, far)?)
    })
}

/// Octets that are looked at before a search begins that is faster over any length, and takes longer
/// to begin.
const NEAR: usize = 24;

/// The first hit among the octets that are near, eight of which are looked at together.
#[inline(always)]
fn first_hit(octets: &[u8], hits: impl Fn(u64) -> u64) -> Option<usize> {
    let near: &[u8; NEAR] = octets.first_chunk()?;
    let (eights, _) = near.as_chunks();
    let mut at = 0;
    for eight in eights {
        let hits = hits(u64::from_le_bytes(*eight));
        if hits != 0 {
            return Some(at + first(hits));
        }
        at += 8;
    }
    None
}

const LOW_BITS: u64 = 0x0101_0101_0101_0101;
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;

/// The high bit of the first octet that is this one; octets behind it may have theirs, too.
#[inline(always)]
fn equal(eight: u64, sign: u8) -> u64 {
    let zero_if_equal = eight ^ (LOW_BITS * u64::from(sign));
    zero_if_equal.wrapping_sub(LOW_BITS) & !zero_if_equal & HIGH_BITS
}

/// Which octet has the first bit.
#[inline(always)]
fn first(bits: u64) -> usize {
    (bits.trailing_zeros() / 8) as usize
}

/// How long a name of letters and underscores is that `>` follows, if such a one stands here. Nearly
/// all names of reports are of this form.
#[inline(always)]
pub(super) fn plain_name(octets: &[u8]) -> Option<usize> {
    let mut length = 0;
    loop {
        let eight = octets.get(length..)?.first_chunk()?;
        // Letters and the underscore have one of the upper two bits; the signs of XML, digits and
        // white space have neither.
        let eight = u64::from_le_bytes(*eight);
        let low = !(eight | (eight << 1)) & HIGH_BITS;
        if low != 0 {
            length += first(low);
            break;
        }
        length += 8;
    }
    (length > 0 && octets.get(length) == Some(&b'>')).then_some(length)
}

/// How long the name is that stands here, and where its local part begins.
pub(super) fn name(octets: &[u8]) -> (usize, usize) {
    let mut local = 0;
    for (at, octet) in octets.iter().enumerate() {
        match octet {
            b':' => local = at + 1,
            b'>' | b'/' | b'<' | b'=' | b'"' | b'\'' | b'&' | 0..=b' ' => return (at, local),
            _ => {}
        }
    }
    (octets.len(), local)
}

/// How long `name="value"` is.
pub(super) fn attribute(octets: &[u8]) -> Option<usize> {
    let (name, _) = name(octets);
    let value = octets.get(name..)?.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let (quote, value) = value.split_first().filter(|(quote, _)| matches!(quote, b'"' | b'\''))?;
    let close = memchr2(*quote, b'<', value)?;
    let after = value.get(close..)?.strip_prefix(&[*quote])?;
    (name > 0).then_some(octets.len() - after.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn searches_find_what_a_loop_finds(text in "[a-z<&>: /_\u{e9}]{0,40}") {
            let octets = text.as_bytes();
            let position = |signs: &[u8]| octets.iter().position(|octet| signs.contains(octet));
            if let Some(at) = near(octets, b'<') {
                prop_assert_eq!(Some(at), position(b"<"));
            }
            prop_assert_eq!(either(octets, b'<', b'&'), position(b"<&"));
            if let Some(length) = plain_name(octets) {
                prop_assert_eq!(name(octets), (length, 0));
                prop_assert_eq!(octets[length], b'>');
            }
        }
    }
}
