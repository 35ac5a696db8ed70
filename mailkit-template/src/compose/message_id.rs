//! Message identifiers.

use std::fmt;
use std::str::FromStr;

use super::header::{check_chars, check_length};
use super::{HeaderError, HeaderErrorKind};

/// A message identifier (RFC 5322 section 3.6.4), read with or without its angle brackets and written with them.
///
/// ```
/// use mailkit_template::compose::MessageId;
///
/// let id: MessageId = "<a.1@example.com>".parse()?;
/// assert_eq!(id.to_string(), "<a.1@example.com>");
/// assert!("<a@b>\r\nBcc: <c@d>".parse::<MessageId>().is_err());
/// # Ok::<(), mailkit_template::compose::HeaderError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MessageId(String);

impl MessageId {
    /// The longest identifier: with its brackets it must fit the 998 characters of a line after `Message-ID: `.
    pub const MAX_LEN: usize = 980;

    /// The identifier without its angle brackets.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.0)
    }
}

impl FromStr for MessageId {
    type Err = HeaderError;

    fn from_str(text: &str) -> Result<Self, HeaderError> {
        let bare = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
        let (bare, offset) = bare.map_or((text, 0), |bare| (bare, 1));
        check(bare).map_err(|error| {
            let span = error.span();
            HeaderError::new(error.kind(), span.start + offset..span.end + offset)
        })?;
        Ok(Self(bare.to_owned()))
    }
}

/// Wider than RFC 5322 section 3.6.4 on purpose: what real mail programs put between the brackets has to be answerable,
/// and anything printable is safe there.
fn check(bare: &str) -> Result<(), HeaderError> {
    check_length(bare, MessageId::MAX_LEN)?;
    check_chars(bare, |c| c.is_ascii_graphic() && !matches!(c, '<' | '>'))?;
    match bare.split_once('@') {
        Some((left, right)) if !left.is_empty() && !right.is_empty() => Ok(()),
        _ => Err(HeaderError::new(HeaderErrorKind::NoAt, 0..bare.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn identifiers() {
        #[track_caller]
        fn check(text: &str, expected: Result<&str, &str>) {
            let found = text.parse::<MessageId>().map(|id| id.to_string());
            let found = found.map_err(|error| error.to_string());
            assert_eq!(found, expected.map(str::to_owned).map_err(str::to_owned), "{text:?}");
        }
        check("<a@b>", Ok("<a@b>"));
        check("a@b", Ok("<a@b>"));
        check("<a@b@c>", Ok("<a@b@c>"));
        check("<a@[1.2.3.4]>", Ok("<a@[1.2.3.4]>"));
        check("", Err("there are no two sides of an `@` at byte 0"));
        check("<ab>", Err("there are no two sides of an `@` at byte 1"));
        check("<@b>", Err("there are no two sides of an `@` at byte 1"));
        check("<a@b", Err("character that is not allowed at byte 0"));
        check("<a@b>\r\n", Err("character that is not allowed at byte 0"));
        check("<a@b> <c@d>", Err("character that is not allowed at byte 4"));
        check("a\0@b", Err("character that is not allowed at byte 1"));
        check("a@é", Err("character that is not allowed at byte 2"));
        check(&format!("a@{}", "b".repeat(980)), Err("too long at byte 980"));
    }

    proptest! {
        #[test]
        fn identifiers_read_back(text in "<?[!-~]{1,9}@[!-~]{1,9}>?|.{0,20}") {
            if let Ok(id) = text.parse::<MessageId>() {
                prop_assert_eq!(id.to_string().parse::<MessageId>(), Ok(id));
            }
        }
    }
}
