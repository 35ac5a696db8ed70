//! Message identifiers.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A message identifier (RFC 5322 section 3.6.4), read with or without its angle brackets and written with them.
///
/// ```
/// use mailkit_template::compose::MessageId;
///
/// let id: MessageId = "<a.1@example.com>".parse()?;
/// assert_eq!(id.to_string(), "<a.1@example.com>");
/// assert!("<a@b>\r\nBcc: <c@d>".parse::<MessageId>().is_err());
/// # Ok::<(), mailkit_template::compose::MessageIdError>(())
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
    type Err = MessageIdError;

    fn from_str(text: &str) -> Result<Self, MessageIdError> {
        let bare = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(text);
        if bare.len() > Self::MAX_LEN {
            return Err(MessageIdError::TooLong);
        }
        // Wider than RFC 5322 section 3.6.4 on purpose: what real mail programs put between the brackets has to be
        // answerable, and anything printable is safe there.
        let allowed = |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>');
        if let Some(found) = bare.chars().find(|&c| !allowed(c)) {
            return Err(MessageIdError::Character { found });
        }
        match bare.split_once('@') {
            Some((left, right)) if !left.is_empty() && !right.is_empty() => {
                Ok(Self(bare.to_owned()))
            }
            _ => Err(MessageIdError::NoDomain),
        }
    }
}

/// Why a text is not a [`MessageId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MessageIdError {
    /// A space, a control character, an angle bracket or anything that is not ASCII.
    #[error("{found:?} is not allowed in a message identifier")]
    Character {
        /// The character.
        found: char,
    },
    /// Nothing before or after an `@`.
    #[error("a message identifier has two sides and an `@` between them")]
    NoDomain,
    /// Longer than [`MessageId::MAX_LEN`].
    #[error("longer than 980 bytes")]
    TooLong,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn identifiers() {
        #[track_caller]
        fn check(text: &str, expected: Result<&str, MessageIdError>) {
            let found = text.parse::<MessageId>().map(|id| id.to_string());
            assert_eq!(found, expected.map(str::to_owned), "{text:?}");
        }
        check("<a@b>", Ok("<a@b>"));
        check("a@b", Ok("<a@b>"));
        check("<a@b@c>", Ok("<a@b@c>"));
        check("<a@[1.2.3.4]>", Ok("<a@[1.2.3.4]>"));
        check("", Err(MessageIdError::NoDomain));
        check("<ab>", Err(MessageIdError::NoDomain));
        check("<@b>", Err(MessageIdError::NoDomain));
        check("<a@b", Err(MessageIdError::Character { found: '<' }));
        check("<a@b>\r\n", Err(MessageIdError::Character { found: '<' }));
        check("<a@b> <c@d>", Err(MessageIdError::Character { found: '>' }));
        check("a\0@b", Err(MessageIdError::Character { found: '\0' }));
        check("a@é", Err(MessageIdError::Character { found: 'é' }));
        check(&format!("a@{}", "b".repeat(980)), Err(MessageIdError::TooLong));
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
