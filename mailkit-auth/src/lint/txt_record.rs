//! TXT records as the DNS holds them, and findings about several of them.

use std::fmt;

use super::finding::Finding;
use crate::zone::MAX_STRING_OCTETS;

/// A TXT record: its character-strings in order (RFC 1035 section 3.3.14).
///
/// ```
/// use mailkit_auth::lint::TxtRecord;
///
/// let record = TxtRecord::new(["v=spf1 ", "-all"]);
/// assert_eq!(record.joined(), b"v=spf1 -all");
/// assert_eq!(record.strings().len(), 2);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TxtRecord {
    strings: Vec<Vec<u8>>,
}

impl TxtRecord {
    /// A record of these character-strings.
    #[must_use]
    pub fn new(strings: impl IntoIterator<Item = impl Into<Vec<u8>>>) -> Self {
        Self { strings: strings.into_iter().map(Into::into).collect() }
    }

    /// A record of which only the joined octets are known, as resolvers often return it. It counts
    /// as split after every 255 octets, as it should have been published.
    #[must_use]
    pub fn from_joined(octets: impl AsRef<[u8]>) -> Self {
        Self::new(octets.as_ref().chunks(MAX_STRING_OCTETS))
    }

    /// The character-strings.
    #[must_use]
    pub fn strings(&self) -> &[Vec<u8>] {
        &self.strings
    }

    /// The octets of the record: its strings without anything between them (RFC 7208 section 3.3).
    #[must_use]
    pub fn joined(&self) -> Vec<u8> {
        self.strings.concat()
    }

    /// The record as text, in which `U+FFFD` stands for octets that are not UTF-8. The spans of
    /// findings count its bytes.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.joined()).into_owned()
    }

    /// The places in [`text`](Self::text) at which one string ends and the next begins. A string that
    /// ends within a character ends where the character does.
    pub(super) fn seams(&self) -> Vec<usize> {
        let joined = self.joined();
        let ends = self.strings.iter().scan(0, |end, string| {
            *end += string.len();
            Some(*end)
        });
        let mut ends = ends.take(self.strings.len().saturating_sub(1)).peekable();
        let mut seams = Vec::with_capacity(self.strings.len());
        let (mut octets, mut bytes) = (0, 0);
        for chunk in joined.utf8_chunks() {
            let (valid, invalid) = (chunk.valid(), chunk.invalid().len());
            let length =
                valid.len() + if invalid > 0 { char::REPLACEMENT_CHARACTER.len_utf8() } else { 0 };
            while let Some(end) = ends.next_if(|end| *end <= octets + valid.len() + invalid) {
                let inner = end - octets;
                let is_valid = inner <= valid.len();
                seams.push(bytes + if is_valid { valid.ceil_char_boundary(inner) } else { length });
            }
            octets += valid.len() + invalid;
            bytes += length;
        }
        seams.extend(ends.map(|_| bytes));
        seams
    }
}

/// Something that is wrong with the TXT records at one name.
///
/// ```
/// use mailkit_auth::lint::{TxtRecord, lint_spf_set};
///
/// let records = [TxtRecord::new(["v=spf1 mx -all"]), TxtRecord::new(["v=spf1 -all"])];
/// let findings = lint_spf_set(&records);
/// let second = findings.first().ok_or("no finding")?;
/// assert_eq!((second.record, second.finding.code), (Some(1), "SPF002"));
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct TxtFinding {
    /// The index of the record whose [`text`](TxtRecord::text) it is about; `None` if it is about a
    /// record that is missing.
    pub record: Option<usize>,
    /// What was found.
    pub finding: Finding,
}

impl fmt::Display for TxtFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.record {
            Some(record) => write!(f, "record {record}: {}", self.finding),
            None => self.finding.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn seams_stand_where_strings_meet() {
        assert_eq!(TxtRecord::new(["ab", "", "c"]).seams(), [2, 2]);
        assert_eq!(TxtRecord::new(["ab"]).seams(), [0usize; 0]);
        assert_eq!(TxtRecord::new([&b"a\xff"[..], b"b"]).seams(), ["a\u{fffd}".len()]);
        assert_eq!(TxtRecord::from_joined([b'a'; 600]).seams(), [255, 510]);
        assert_eq!(TxtRecord::new(["", "", ""]).seams(), [0, 0]);
        assert_eq!(TxtRecord::new(["ü".as_bytes(), b"a"]).seams(), [2]);
        assert_eq!(TxtRecord::new([&b"\xc3"[..], b"\xbc", b"a"]).seams(), [2, 2]);
    }

    proptest! {
        /// A seam is where the text ends that the strings before it make.
        #[test]
        fn seams_end_what_stands_before(strings in prop::collection::vec("[a-zü]{0,3}", 1..9)) {
            let mut ends: Vec<usize> = strings.iter().scan(0, |end, string| {
                *end += string.len();
                Some(*end)
            }).collect();
            ends.pop();
            prop_assert_eq!(TxtRecord::new(strings).seams(), ends);
        }

        #[test]
        fn seams_lie_in_the_text(strings in prop::collection::vec(any::<Vec<u8>>(), 0..9)) {
            let record = TxtRecord::new(strings);
            let (text, seams) = (record.text(), record.seams());
            prop_assert_eq!(seams.len(), record.strings().len().saturating_sub(1));
            prop_assert!(seams.is_sorted() && seams.iter().all(|seam| text.is_char_boundary(*seam)));
        }
    }
}
