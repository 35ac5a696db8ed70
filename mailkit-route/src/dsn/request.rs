//! What the sender asked for: RFC 3461.

use std::{fmt, str::FromStr};

use super::{Action, xtext};
use crate::{ParseError, ParseErrorKind};

/// `NOTIFY` of a recipient (RFC 3461 section 4.1): of what the sender wants to hear.
///
/// ```
/// use mailkit_route::dsn::{Action, Notify};
/// let notify: Notify = "SUCCESS,DELAY".parse()?;
/// assert!(notify.wants(Action::Delivered) && !notify.wants(Action::Failed));
/// assert!(Notify::default().wants(Action::Failed) && !Notify::NEVER.wants(Action::Failed));
/// # Ok::<(), mailkit_route::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Notify {
    delay: bool,
    failure: bool,
    success: bool,
}

impl Notify {
    /// Nothing.
    pub const NEVER: Self = Self { delay: false, failure: false, success: false };

    /// Whether the sender wants to hear of it.
    #[must_use]
    pub fn wants(self, action: Action) -> bool {
        match action {
            Action::Delayed => self.delay,
            Action::Failed => self.failure,
            Action::Delivered | Action::Expanded | Action::Relayed => self.success,
        }
    }
}

/// What a recipient without the parameter has: failures and delays, as RFC 3461 section 4.1 allows.
impl Default for Notify {
    fn default() -> Self {
        Self { delay: true, failure: true, success: false }
    }
}

impl FromStr for Notify {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        if text.eq_ignore_ascii_case("NEVER") {
            return Ok(Self::NEVER);
        }
        let mut notify = Self::NEVER;
        for word in text.split(',') {
            let flag = match word.to_ascii_uppercase().as_str() {
                "DELAY" => &mut notify.delay,
                "FAILURE" => &mut notify.failure,
                "SUCCESS" => &mut notify.success,
                _ => {
                    return Err(ParseError::new(
                        ParseErrorKind::InvalidField { name: "NOTIFY" },
                        0..text.len(),
                    ));
                }
            };
            *flag = true;
        }
        Ok(notify)
    }
}

impl fmt::Display for Notify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = [(self.success, "SUCCESS"), (self.failure, "FAILURE"), (self.delay, "DELAY")];
        let words: Vec<_> = words.iter().filter(|(set, _)| *set).map(|(_, word)| *word).collect();
        f.write_str(if words.is_empty() { "NEVER".into() } else { words.join(",") }.as_str())
    }
}

/// `RET` of `MAIL` (RFC 3461 section 4.3): how much of the message a notification of failure brings back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ReturnContent {
    /// The whole message.
    Full,
    /// Its header.
    #[default]
    Headers,
}

impl FromStr for ReturnContent {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        match text.to_ascii_uppercase().as_str() {
            "FULL" => Ok(Self::Full),
            "HDRS" => Ok(Self::Headers),
            _ => Err(ParseError::new(ParseErrorKind::InvalidField { name: "RET" }, 0..text.len())),
        }
    }
}

impl fmt::Display for ReturnContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "FULL",
            Self::Headers => "HDRS",
        })
    }
}

/// `ENVID` of `MAIL` (RFC 3461 section 4.4): what the sender calls the envelope. Prints as it stands in a report.
///
/// ```
/// let id = mailkit_route::dsn::EnvelopeId::from_xtext("QQ314159+2B1")?;
/// assert_eq!((id.to_string().as_str(), id.to_xtext().as_str()), ("QQ314159+1", "QQ314159+2B1"));
/// # Ok::<(), mailkit_route::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EnvelopeId(String);

impl EnvelopeId {
    /// The longest parameter, in bytes of xtext.
    pub const MAX_LENGTH: usize = 100;

    /// The value of the parameter.
    ///
    /// # Errors
    /// When it is not xtext, too long, or holds white space other than single spaces between words.
    pub fn from_xtext(parameter: &str) -> Result<Self, ParseError> {
        let invalid =
            || ParseError::new(ParseErrorKind::InvalidField { name: "ENVID" }, 0..parameter.len());
        xtext::read(parameter).ok_or_else(invalid)?.parse()
    }

    /// The value of the parameter.
    #[must_use]
    pub fn to_xtext(&self) -> String {
        xtext::write(&self.0)
    }
}

impl FromStr for EnvelopeId {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let plain = !text.is_empty() && super::typed::words(text) == text;
        if !plain || xtext::write(text).len() > Self::MAX_LENGTH {
            return Err(ParseError::new(
                ParseErrorKind::InvalidField { name: "ENVID" },
                0..text.len(),
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for EnvelopeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests;
