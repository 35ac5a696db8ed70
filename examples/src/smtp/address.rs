//! Mailboxes as they stand in SMTP commands.

mod error;

use std::fmt;
use std::str::FromStr;

pub use self::error::{AddressError, AddressErrorKind};

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
            .ok_or_else(|| AddressError::new(AddressErrorKind::MissingAt, text.len()))?;
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
#[expect(clippy::exhaustive_enums, reason = "RFC 5321 knows no third kind")]
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

/// RFC 5321 section 4.5.3.1.3 allows a path of 256 octets, its angle brackets included.
const MAX_ADDRESS: usize = 254;
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
