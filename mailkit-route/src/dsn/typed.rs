//! `type; value`, as most fields of a report have it.

use std::{borrow::Cow, fmt, str::FromStr};

use super::{unitext, xtext};
use crate::{Host, ParseError, ParseErrorKind, SmtpReply};

/// A value and the name of the world it comes from: `rfc822; ann@buyer.example`, `dns; mx.buyer.example`,
/// `smtp; 550 no` (RFC 3464 section 2.1.2).
///
/// The value is printable ASCII in words of at most 500 bytes with one space between, so that it can neither end
/// its field nor outgrow its line. Other characters are written as `\x{…}` (RFC 6533 section 3).
///
/// ```
/// use mailkit_route::dsn::TypedField;
/// let mailbox = TypedField::mailbox("ann@buyer.example\r\nBcc: all@us.example");
/// assert_eq!(mailbox.to_string(), "rfc822; ann@buyer.example Bcc: all@us.example");
/// assert_eq!(TypedField::mailbox("анна@buyer.example").kind(), "utf-8");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TypedField {
    kind: String,
    value: String,
}

impl TypedField {
    /// A value of any type. The type is kept in lower case.
    ///
    /// # Errors
    /// When the type is not an atom or the value is empty or too long; the place is in that one.
    pub fn new(kind: &str, value: &str) -> Result<Self, ParseError> {
        Ok(Self { kind: atom(kind)?, value: printable(value)? })
    }

    /// A mailbox: `rfc822`, or `utf-8` for one outside ASCII (RFC 6533 section 3). What is longer than 64 KiB is cut.
    #[must_use]
    pub fn mailbox(mailbox: &str) -> Self {
        if mailbox.is_ascii() {
            Self::ours("rfc822", mailbox)
        } else {
            Self::ours(UTF8, &unitext::write(mailbox))
        }
    }

    /// A host by its DNS name or address.
    #[must_use]
    pub fn host(host: &Host) -> Self {
        Self::ours("dns", &host.to_string())
    }

    /// The words of a host, its code first.
    #[must_use]
    pub fn reply(reply: &SmtpReply) -> Self {
        Self::ours("smtp", &format!("{} {}", reply.code(), reply.lines().join(" ")))
    }

    /// The value of an `ORCPT` parameter of `RCPT` (RFC 3461 section 4.2): a type and a mailbox in xtext, or one of
    /// type `utf-8` as RFC 6533 section 3 writes it, with its characters or with `\x{…}` for them.
    ///
    /// # Errors
    /// When it has no type, or its xtext is not valid.
    ///
    /// ```
    /// use mailkit_route::dsn::TypedField;
    /// let original = TypedField::from_orcpt("rfc822;ann+2Bshop@buyer.example")?;
    /// assert_eq!(original.value(), "ann+shop@buyer.example");
    /// let original = TypedField::from_orcpt("utf-8;анна@buyer.example")?;
    /// assert_eq!(original.shown(), "анна@buyer.example");
    /// # Ok::<(), mailkit_route::ParseError>(())
    /// ```
    pub fn from_orcpt(parameter: &str) -> Result<Self, ParseError> {
        let invalid =
            || ParseError::new(ParseErrorKind::InvalidField { name: "ORCPT" }, 0..parameter.len());
        let (kind, mailbox) = parameter.split_once(';').ok_or_else(invalid)?;
        let value = if kind.eq_ignore_ascii_case(UTF8) {
            Some(mailbox.to_owned()).filter(|text| unitext::is_parameter(text))
        } else {
            xtext::read(mailbox)
        };
        Self::new(kind, &value.ok_or_else(invalid)?).map_err(|_| invalid())
    }

    /// The parameter that [`TypedField::from_orcpt`] read, for the next host, which must be told the same (RFC 3461
    /// section 5.2.1). It is ASCII, so that it needs no `SMTPUTF8`; several spaces in a row have become one.
    ///
    /// ```
    /// let parameter = "rfc822;ann+2Bshop@buyer.example";
    /// assert_eq!(mailkit_route::dsn::TypedField::from_orcpt(parameter)?.to_orcpt(), parameter);
    /// # Ok::<(), mailkit_route::ParseError>(())
    /// ```
    #[must_use]
    pub fn to_orcpt(&self) -> String {
        let value = if self.kind == UTF8 { self.value.clone() } else { xtext::write(&self.value) };
        format!("{};{value}", self.kind)
    }

    fn ours(kind: &str, value: &str) -> Self {
        let mut value = words(value);
        value.truncate(MAX_VALUE);
        let value =
            if value.is_empty() { "unknown".to_owned() } else { value.trim_end().to_owned() };
        Self { kind: kind.to_owned(), value }
    }

    /// The type, in lower case.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The value for the eyes of a person: one of type `utf-8` with its characters. What steers a line or turns its
    /// direction stays written as `\x{…}`.
    #[must_use]
    pub fn shown(&self) -> Cow<'_, str> {
        if self.kind == UTF8 { unitext::read(&self.value) } else { Cow::Borrowed(&self.value) }
    }
}

impl FromStr for TypedField {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let invalid =
            || ParseError::new(ParseErrorKind::InvalidField { name: "type; value" }, 0..text.len());
        let (kind, value) = text.split_once(';').ok_or_else(invalid)?;
        let margin = kind.len() - kind.trim_start().len();
        Ok(Self {
            kind: atom(kind.trim()).map_err(|error| error.shifted(margin))?,
            value: printable(value).map_err(|error| error.shifted(kind.len() + 1))?,
        })
    }
}

impl fmt::Display for TypedField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.kind, self.value)
    }
}

fn atom(kind: &str) -> Result<String, ParseError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.+".contains(&byte);
    if kind.is_empty() || kind.len() > 64 || !kind.bytes().all(allowed) {
        let error = ParseErrorKind::InvalidField { name: "type; value" };
        return Err(ParseError::new(error, 0..kind.len()));
    }
    Ok(kind.to_ascii_lowercase())
}

fn printable(text: &str) -> Result<String, ParseError> {
    let value = words(text);
    let error = match value.len() {
        0 => ParseErrorKind::InvalidField { name: "type; value" },
        1..=MAX_VALUE => return Ok(value),
        _ => ParseErrorKind::TooLong { limit: MAX_VALUE },
    };
    Err(ParseError::new(error, 0..text.len()))
}

/// The type of a mailbox outside ASCII.
const UTF8: &str = "utf-8";

/// More than the longest reply takes, each of its characters written as `\x{…}`.
const MAX_VALUE: usize = 64 * 1024;

const MAX_WORD: usize = 500;

/// Printable ASCII, single spaces, no word too long for a line. What was written so is not changed again.
pub(super) fn words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut column = 0;
    let mut piece = String::new();
    for c in text.chars() {
        piece.clear();
        match c {
            '!'..='~' => piece.push(c),
            _ if c.is_whitespace() || c.is_control() => {}
            _ => piece = format!("\\x{{{:X}}}", u32::from(c)),
        }
        if column > 0 && (piece.is_empty() || column + piece.len() > MAX_WORD) {
            out.push(' ');
            column = 0;
        }
        out.push_str(&piece);
        column += piece.len();
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests;
