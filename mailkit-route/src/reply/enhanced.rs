//! Enhanced status codes: RFC 3463.

use std::{fmt, str::FromStr};

use super::{plain_number, registry::RegisteredCode};
use crate::{ParseError, ParseErrorKind};

/// `class.subject.detail` (RFC 3463 section 2).
///
/// ```
/// let code: mailkit_route::EnhancedCode = "5.7.26".parse()?;
/// assert_eq!((code.class(), code.subject(), code.detail()), (5, 7, 26));
/// # Ok::<(), mailkit_route::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnhancedCode {
    class: u8,
    subject: u16,
    detail: u16,
}

impl EnhancedCode {
    pub(crate) const fn new(class: u8, subject: u16, detail: u16) -> Self {
        Self { class, subject, detail }
    }

    /// 2 success, 4 temporary, 5 permanent.
    #[must_use]
    pub fn class(self) -> u8 {
        self.class
    }

    /// Where the cause lies, 0 to 999.
    #[must_use]
    pub fn subject(self) -> u16 {
        self.subject
    }

    /// The cause, 0 to 999.
    #[must_use]
    pub fn detail(self) -> u16 {
        self.detail
    }

    /// What the IANA registry says of subject and detail (RFC 5248); `None` for a code that a receiver
    /// made up, as 5.7.515.
    ///
    /// ```
    /// use mailkit_route::EnhancedCode;
    /// let code: EnhancedCode = "5.7.26".parse()?;
    /// assert_eq!(code.registered().map(|row| row.source()), Some("RFC 7372"));
    /// assert_eq!("5.7.515".parse::<EnhancedCode>()?.registered(), None);
    /// # Ok::<(), mailkit_route::ParseError>(())
    /// ```
    #[must_use]
    pub fn registered(self) -> Option<&'static RegisteredCode> {
        RegisteredCode::find(self.subject, self.detail)
    }
}

impl FromStr for EnhancedCode {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let invalid = || ParseError::new(ParseErrorKind::InvalidEnhancedCode, 0..text.len());
        let (class, rest) = text.split_once('.').ok_or_else(invalid)?;
        let (subject, detail) = rest.split_once('.').ok_or_else(invalid)?;
        let class = match class {
            "2" => 2,
            "4" => 4,
            "5" => 5,
            _ => return Err(invalid()),
        };
        let number = |digits| plain_number(digits).ok_or_else(invalid);
        Ok(Self { class, subject: number(subject)?, detail: number(detail)? })
    }
}

impl fmt::Display for EnhancedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}
