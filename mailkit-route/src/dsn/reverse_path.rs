//! The sender of an envelope.

use std::{fmt, str::FromStr};

use crate::{Host, ParseError, ParseErrorKind};

/// The reverse-path of `MAIL FROM` (RFC 5321 section 4.1.1.2). It holds nothing that could end a header or a command.
///
/// ```
/// use mailkit_route::dsn::ReversePath;
/// let sender: ReversePath = "<ann@buyer.example>".parse()?;
/// assert_eq!(sender.mailbox(), Some("ann@buyer.example"));
/// assert_eq!("<>".parse(), Ok(ReversePath::NULL));
/// # Ok::<(), mailkit_route::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ReversePath(Option<String>);

impl ReversePath {
    /// The longest path, in bytes with its brackets (RFC 5321 section 4.5.3.1.3).
    pub const MAX_LENGTH: usize = 256;

    /// The sender of notifications: nobody is told what became of them (RFC 5321 section 4.5.5).
    pub const NULL: Self = Self(None);

    /// The mailbox; `None` for the null path.
    #[must_use]
    pub fn mailbox(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl FromStr for ReversePath {
    type Err = ParseError;

    /// The brackets may be absent around a mailbox. A quoted local part is read if it has no white space.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let invalid = || ParseError::new(ParseErrorKind::InvalidReversePath, 0..text.len());
        if text == "<>" {
            return Ok(Self::NULL);
        }
        let bare = text.strip_prefix('<').and_then(|text| text.strip_suffix('>')).unwrap_or(text);
        let (local, host) = bare.rsplit_once('@').ok_or_else(invalid)?;
        let unquoted = local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let quotes_alone = unquoted.unwrap_or(local).contains('"') || unquoted == Some("");
        let steers = |c: char| c.is_control() || c.is_whitespace() || "<>,;:\\".contains(c);
        if local.is_empty()
            || quotes_alone
            || local.contains(steers)
            || bare.len() + 2 > Self::MAX_LENGTH
        {
            return Err(invalid());
        }
        let host: Host = host.parse().map_err(|_| invalid())?;
        Ok(Self(Some(format!("{local}@{host}"))))
    }
}

impl fmt::Display for ReversePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.mailbox().unwrap_or_default())
    }
}
