//! Addresses and host names as they stand in SMTP commands.

use std::fmt;
use std::str::FromStr;

/// A mailbox: a local part and a domain (RFC 5321 section 4.1.2, with RFC 6531 for letters beyond ASCII).
///
/// The local part is held without quotes; [`Display`](fmt::Display) writes them where they are needed.
///
/// ```
/// use mailkit_examples::smtp::MailAddress;
///
/// let address: MailAddress = r#""front desk"@example.com"#.parse()?;
/// assert_eq!(address.local_part(), "front desk");
/// assert_eq!(address.to_string(), r#""front desk"@example.com"#);
/// # Ok::<(), mailkit_examples::smtp::AddressError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MailAddress {
    local_part: String,
    domain: String,
}

impl MailAddress {
    /// An address from its two parts; the local part without quotes.
    ///
    /// # Errors
    /// Says which part is wrong, and where in `local_part@domain`.
    pub fn new(local_part: &str, domain: &str) -> Result<Self, AddressError> {
        check_local_part(local_part)?;
        check_domain(domain).map_err(|error| error.moved_by(local_part.len() + 1))?;
        let address = Self { local_part: local_part.to_owned(), domain: domain.to_owned() };
        let written = address.to_string().len();
        if written > MAX_ADDRESS {
            return Err(AddressError::new(AddressErrorKind::TooLong, MAX_ADDRESS));
        }
        if written - domain.len() - 1 > MAX_LOCAL_PART {
            return Err(AddressError::new(AddressErrorKind::LocalPartTooLong, MAX_LOCAL_PART));
        }
        Ok(address)
    }

    /// The part before the `@`, without quotes.
    #[must_use]
    pub fn local_part(&self) -> &str {
        &self.local_part
    }

    /// The part after the `@`, in the case it was written.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// Whether the address can travel without SMTPUTF8 (RFC 6531).
    #[must_use]
    pub fn is_ascii(&self) -> bool {
        self.local_part.is_ascii() && self.domain.is_ascii()
    }
}

impl FromStr for MailAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (local_part, domain) = text
            .rsplit_once('@')
            .ok_or(AddressError::new(AddressErrorKind::MissingAt, text.len()))?;
        check_domain(domain).map_err(|error| error.moved_by(text.len() - domain.len()))?;
        match local_part.strip_prefix('"') {
            Some(quoted) => Self::new(&unquote(quoted)?, domain),
            None if is_dot_atom(local_part) => Self::new(local_part, domain),
            None => {
                let at = local_part.find(|letter| letter != '.' && !is_atext(letter)).unwrap_or(0);
                Err(AddressError::new(AddressErrorKind::LocalPart, at))
            }
        }
    }
}

impl fmt::Display for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_dot_atom(&self.local_part) {
            return write!(f, "{}@{}", self.local_part, self.domain);
        }
        let escaped = self.local_part.replace('\\', r"\\").replace('"', r#"\""#);
        write!(f, "\"{escaped}\"@{}", self.domain)
    }
}

/// Where bounces go: `MAIL FROM:<…>` (RFC 5321 section 4.5.5).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ReversePath {
    /// `<>`: the mail is itself a report, nobody wants a bounce of it.
    Null,
    /// Bounces go to this mailbox.
    Address(MailAddress),
}

impl ReversePath {
    /// The address, unless the path is null.
    #[must_use]
    pub fn address(&self) -> Option<&MailAddress> {
        match self {
            Self::Null => None,
            Self::Address(address) => Some(address),
        }
    }
}

impl From<MailAddress> for ReversePath {
    fn from(address: MailAddress) -> Self {
        Self::Address(address)
    }
}

impl FromStr for ReversePath {
    type Err = AddressError;

    /// Reads an address, or the empty text for the null path; without angle brackets.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() { Ok(Self::Null) } else { text.parse().map(Self::Address) }
    }
}

impl fmt::Display for ReversePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.address().map_or(Ok(()), |address| address.fmt(f))
    }
}

/// A host as it introduces itself with EHLO: a name or an address literal such as `[192.0.2.1]`.
///
/// Real hosts say odd names, so only the characters are checked: they are safe in a header, a log and a lookup.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HostName(String);

impl HostName {
    /// The name as it was said.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for HostName {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let literal = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let colons = literal.is_some();
        let allowed = |letter: char| {
            letter.is_ascii_alphanumeric() || "-._".contains(letter) || colons && letter == ':'
        };
        let inner = literal.unwrap_or(text);
        match inner.find(|letter| !allowed(letter)) {
            Some(at) => {
                Err(AddressError::new(AddressErrorKind::HostName, at + usize::from(colons)))
            }
            None if inner.is_empty() => Err(AddressError::new(AddressErrorKind::HostName, 0)),
            None if text.len() > MAX_DOMAIN => {
                Err(AddressError::new(AddressErrorKind::TooLong, MAX_DOMAIN))
            }
            None => Ok(Self(text.to_owned())),
        }
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for HostName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// What is wrong with an address or a host name, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at byte {at}")]
pub struct AddressError {
    kind: AddressErrorKind,
    at: usize,
}

impl AddressError {
    fn new(kind: AddressErrorKind, at: usize) -> Self {
        Self { kind, at }
    }

    fn moved_by(self, bytes: usize) -> Self {
        Self { at: self.at + bytes, ..self }
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> AddressErrorKind {
        self.kind
    }

    /// The byte offset of the fault.
    #[must_use]
    pub fn at(&self) -> usize {
        self.at
    }
}

/// The ways an address or a host name can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressErrorKind {
    /// The domain has an empty label, one above 63 octets, or a character that no domain has.
    #[error("invalid domain")]
    Domain,
    /// The host name is empty or has a character that no host name has.
    #[error("invalid host name")]
    HostName,
    /// The local part is empty, has a control character, or should have been quoted.
    #[error("invalid local part")]
    LocalPart,
    /// The local part is above 64 octets as it is written.
    #[error("local part too long")]
    LocalPartTooLong,
    /// There is no `@`.
    #[error("missing `@`")]
    MissingAt,
    /// The address is above 254 octets, or the host name above 255.
    #[error("too long")]
    TooLong,
}

/// RFC 5321 section 4.5.3.1.3 allows a path of 256 octets, its angle brackets included.
const MAX_ADDRESS: usize = 254;
const MAX_DOMAIN: usize = 255;
const MAX_LABEL: usize = 63;
const MAX_LOCAL_PART: usize = 64;

fn check_local_part(text: &str) -> Result<(), AddressError> {
    match text.find(char::is_control) {
        Some(at) => Err(AddressError::new(AddressErrorKind::LocalPart, at)),
        None if text.is_empty() => Err(AddressError::new(AddressErrorKind::LocalPart, 0)),
        None => Ok(()),
    }
}

fn check_domain(text: &str) -> Result<(), AddressError> {
    let mut at = 0;
    for label in text.split('.') {
        if label.is_empty() || label.len() > MAX_LABEL {
            return Err(AddressError::new(AddressErrorKind::Domain, at));
        }
        if let Some(offset) = label.find(|letter| !is_domain_letter(letter)) {
            return Err(AddressError::new(AddressErrorKind::Domain, at + offset));
        }
        at += label.len() + 1;
    }
    Ok(())
}

fn is_domain_letter(letter: char) -> bool {
    if letter.is_ascii() {
        return letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    }
    !letter.is_control() && !letter.is_whitespace()
}

fn is_dot_atom(text: &str) -> bool {
    text.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atext))
}

/// RFC 5322 section 3.2.3, and RFC 6531 section 3.3 for letters beyond ASCII.
fn is_atext(letter: char) -> bool {
    letter.is_ascii_alphanumeric()
        || "!#$%&'*+-/=?^_`{|}~".contains(letter)
        || !letter.is_ascii() && !letter.is_control() && !letter.is_whitespace()
}

/// Reads a quoted string after its opening quote, up to the closing one that must end the text.
fn unquote(text: &str) -> Result<String, AddressError> {
    let mut content = String::with_capacity(text.len());
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' if at + 1 == text.len() => return Ok(content),
            '"' => return Err(AddressError::new(AddressErrorKind::LocalPart, at + 1)),
            _ if letter.is_control() => {
                return Err(AddressError::new(AddressErrorKind::LocalPart, at + 1));
            }
            '\\' => content.extend(letters.next().map(|(_, escaped)| escaped)),
            _ => content.push(letter),
        }
    }
    Err(AddressError::new(AddressErrorKind::LocalPart, text.len() + 1))
}

#[cfg(test)]
mod tests;
