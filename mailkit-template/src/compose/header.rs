//! Names and texts of header fields.

use std::fmt;
use std::str::FromStr;

use super::{HeaderError, HeaderErrorKind};
use crate::value::{Text, is_break, is_direction_format};

/// The name of a header field (RFC 5322 section 2.2): printable ASCII without a colon.
///
/// ```
/// use mailkit_template::compose::HeaderName;
///
/// let name: HeaderName = "X-Ticket".parse()?;
/// assert_eq!(name.to_string(), "X-Ticket");
/// assert!("X-Ticket: 1\r\nBcc".parse::<HeaderName>().is_err());
/// # Ok::<(), mailkit_template::compose::HeaderError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HeaderName(String);

impl HeaderName {
    /// The longest name, so that the first line of the field keeps to RFC 5322's 78 characters.
    pub const MAX_LEN: usize = 76;

    /// The name as it was given; names compare without regard to case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HeaderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for HeaderName {
    type Err = HeaderError;

    fn from_str(text: &str) -> Result<Self, HeaderError> {
        if text.is_empty() {
            return Err(HeaderError::new(HeaderErrorKind::Empty, 0..0));
        }
        check_length(text, Self::MAX_LEN)?;
        check_chars(text, |c| c.is_ascii_graphic() && c != ':')?;
        Ok(Self(text.to_owned()))
    }
}

/// The text of an unstructured header field, such as a subject: one line of Unicode.
///
/// ```
/// use mailkit_template::compose::{HeaderErrorKind, HeaderText};
///
/// let subject: HeaderText = "Ihre Anfrage".parse()?;
/// assert_eq!(subject.as_str(), "Ihre Anfrage");
/// let error = "Hi\r\nBcc: everyone@example.com".parse::<HeaderText>().unwrap_err();
/// assert_eq!((error.kind(), error.span()), (HeaderErrorKind::Character, 2..3));
/// # Ok::<(), mailkit_template::compose::HeaderError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HeaderText(String);

impl HeaderText {
    /// The longest text, in bytes.
    pub const MAX_LEN: usize = 2000;

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HeaderText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One line of text is a header text; one that is too long for a header is cut with an ellipsis, and a space parts
/// what would look like the beginning of an encoded word.
impl From<Text> for HeaderText {
    fn from(text: Text) -> Self {
        let text = text.as_str().replace(ENCODED_WORD, "= ?");
        // Four bytes are the longest character in UTF-8.
        Self(Text::shortened(&text, Self::MAX_LEN / 4).to_string())
    }
}

impl FromStr for HeaderText {
    type Err = HeaderError;

    fn from_str(text: &str) -> Result<Self, HeaderError> {
        check_length(text, Self::MAX_LEN)?;
        check_chars(text, |c| !is_break(c) && !is_direction_format(c))?;
        if let Some(at) = text.find(ENCODED_WORD) {
            let span = at..at + ENCODED_WORD.len();
            return Err(HeaderError::new(HeaderErrorKind::EncodedWord, span));
        }
        let (end, start) = (text.trim_end().len(), text.len() - text.trim_start().len());
        if end < text.len() {
            return Err(HeaderError::new(HeaderErrorKind::OuterSpace, end..text.len()));
        }
        if start > 0 {
            return Err(HeaderError::new(HeaderErrorKind::OuterSpace, 0..start));
        }
        Ok(Self(text.to_owned()))
    }
}

const ENCODED_WORD: &str = "=?";

pub(super) fn check_length(text: &str, max: usize) -> Result<(), HeaderError> {
    match text.len() > max {
        true => Err(HeaderError::new(HeaderErrorKind::TooLong, max..text.len())),
        false => Ok(()),
    }
}

pub(super) fn check_chars(text: &str, allowed: impl Fn(char) -> bool) -> Result<(), HeaderError> {
    match text.char_indices().find(|(_, c)| !allowed(*c)) {
        Some((at, c)) => Err(HeaderError::new(HeaderErrorKind::Character, at..at + c.len_utf8())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names() {
        #[track_caller]
        fn check(text: &str, expected: Result<(), &str>) {
            let found = text.parse::<HeaderName>().map(|_| ()).map_err(|e| e.to_string());
            assert_eq!(found, expected.map_err(str::to_owned), "{text:?}");
        }
        check("Subject", Ok(()));
        check("X-1_!", Ok(()));
        check("", Err("empty name at byte 0"));
        check("A:B", Err("character that is not allowed at byte 1"));
        check("A B", Err("character that is not allowed at byte 1"));
        check("A\r\nB", Err("character that is not allowed at byte 1"));
        check("Ä", Err("character that is not allowed at byte 0"));
        check(&"x".repeat(77), Err("too long at byte 76"));
    }

    #[test]
    fn texts() {
        #[track_caller]
        fn check(text: &str, expected: Result<(), &str>) {
            let found = text.parse::<HeaderText>().map(|_| ()).map_err(|e| e.to_string());
            assert_eq!(found, expected.map_err(str::to_owned), "{text:?}");
        }
        check("", Ok(()));
        check("您好", Ok(()));
        check("a\rb", Err("character that is not allowed at byte 1"));
        check("a\nb", Err("character that is not allowed at byte 1"));
        check("a\0b", Err("character that is not allowed at byte 1"));
        check("a\u{85}b", Err("character that is not allowed at byte 1"));
        check("a\u{2028}b", Err("character that is not allowed at byte 1"));
        check("a\u{2068}b\u{2069}", Err("character that is not allowed at byte 1"));
        check("a=?utf-8?Q?=0D=0A?=", Err("beginning of an encoded word at byte 1"));
        check(" a", Err("white space at an end at byte 0"));
        check("a ", Err("white space at an end at byte 1"));
        check(&"x".repeat(2001), Err("too long at byte 2000"));
    }

    proptest! {
        #[test]
        fn headers_read_back(text in "[=? a]{0,9}|\\PC{0,20}|(?s).{0,20}") {
            if let Ok(name) = text.parse::<HeaderName>() {
                prop_assert_eq!(name.to_string().parse::<HeaderName>(), Ok(name));
            }
            let header = HeaderText::from(Text::new(&text));
            prop_assert_eq!(header.to_string().parse::<HeaderText>(), Ok(header));
        }
    }
}
