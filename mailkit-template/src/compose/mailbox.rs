//! Mailboxes: an address and perhaps a name.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::header::HeaderText;

/// A mailbox (RFC 5322 section 3.4): an ASCII address with an optional name.
///
/// ```
/// use mailkit_template::compose::Mailbox;
///
/// let mailbox: Mailbox = "\"Schmidt, Anna\" <anna@example.com>".parse()?;
/// assert_eq!(mailbox.name(), Some("Schmidt, Anna"));
/// assert_eq!(mailbox.address(), "anna@example.com");
/// assert!("anna@example.com\r\nBcc: x@example.com".parse::<Mailbox>().is_err());
/// # Ok::<(), mailkit_template::compose::MailboxError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mailbox {
    name: Option<HeaderText>,
    address: String,
}

impl Mailbox {
    /// The longest address (RFC 5321 section 4.5.3.1.3, without the brackets of the path), in bytes.
    pub const MAX_LEN: usize = 254;

    /// The same address under a name; an empty name is no name.
    ///
    /// ```
    /// use mailkit_template::compose::Mailbox;
    ///
    /// let mailbox = "anna@example.com".parse::<Mailbox>()?.with_name("Anna".parse()?);
    /// assert_eq!(mailbox.to_string(), "\"Anna\" <anna@example.com>");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_name(mut self, name: HeaderText) -> Self {
        self.name = (!name.as_str().is_empty()).then_some(name);
        self
    }

    /// The name, without quotes.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_ref().map(HeaderText::as_str)
    }

    /// The address.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The part before the `@`.
    #[must_use]
    pub fn local_part(&self) -> &str {
        self.address.rsplit_once('@').map_or("", |(local, _)| local)
    }

    /// The part after the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.address.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(name) = self.name() else { return f.write_str(&self.address) };
        let quoted = name.replace('\\', "\\\\").replace('"', "\\\"");
        write!(f, "\"{quoted}\" <{}>", self.address)
    }
}

impl FromStr for Mailbox {
    type Err = MailboxError;

    fn from_str(text: &str) -> Result<Self, MailboxError> {
        let text = text.trim_matches([' ', '\t']);
        let Some((name, rest)) = text.rsplit_once('<') else {
            check_address(text)?;
            return Ok(Self { name: None, address: text.to_owned() });
        };
        let address = rest.strip_suffix('>').ok_or(MailboxErrorKind::Brackets)?;
        check_address(address)?;
        let mailbox = Self { name: None, address: address.to_owned() };
        let name = unquoted(name.trim_matches([' ', '\t']))?;
        Ok(mailbox
            .with_name(name.trim().parse::<HeaderText>().map_err(|_| MailboxErrorKind::Name)?))
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Mailbox {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A text is not a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a mailbox: {kind}")]
pub struct MailboxError {
    kind: MailboxErrorKind,
}

impl MailboxError {
    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> MailboxErrorKind {
        self.kind
    }
}

impl From<MailboxErrorKind> for MailboxError {
    fn from(kind: MailboxErrorKind) -> Self {
        Self { kind }
    }
}

/// What is wrong with a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MailboxErrorKind {
    /// An angle bracket is missing.
    #[error("the angle brackets do not match")]
    Brackets,
    /// The domain is neither a host name in ASCII nor an address literal.
    #[error("the domain is not a host name")]
    Domain,
    /// The local part is not a dot-separated word in ASCII (RFC 5322 section 3.2.3).
    #[error("the local part is not a dot-separated word")]
    LocalPart,
    /// The name has a control character, an unfinished quote, or is too long.
    #[error("the name is not one line of text")]
    Name,
    /// The address has no `@`.
    #[error("the address has no `@`")]
    NoAt,
    /// The address is longer than [`Mailbox::MAX_LEN`], or its local part than 64 bytes.
    #[error("the address is too long")]
    TooLong,
}

fn check_address(address: &str) -> Result<(), MailboxErrorKind> {
    let (local, domain) = address.rsplit_once('@').ok_or(MailboxErrorKind::NoAt)?;
    if address.len() > Mailbox::MAX_LEN || local.len() > 64 {
        return Err(MailboxErrorKind::TooLong);
    }
    if !local.split('.').all(is_atom) {
        return Err(MailboxErrorKind::LocalPart);
    }
    let literal = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let valid = match literal {
        Some(inner) => is_address_literal(inner),
        None => domain.split('.').all(is_label),
    };
    if valid { Ok(()) } else { Err(MailboxErrorKind::Domain) }
}

/// RFC 5322 section 3.2.3.
fn is_atom(word: &str) -> bool {
    let atext = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    !word.is_empty() && word.chars().all(atext)
}

/// RFC 1123 section 2.1, and the underscore that mail hosts are found under all the same.
fn is_label(label: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (1..=63).contains(&label.len())
        && label.chars().all(inner)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// RFC 5321 section 4.1.3.
fn is_address_literal(text: &str) -> bool {
    match text.strip_prefix("IPv6:") {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => text.parse::<std::net::Ipv4Addr>().is_ok(),
    }
}

fn unquoted(name: &str) -> Result<String, MailboxErrorKind> {
    let Some(rest) = name.strip_prefix('"') else { return Ok(name.to_owned()) };
    let mut text = String::with_capacity(rest.len());
    let mut chars = rest.chars();
    loop {
        match chars.next().ok_or(MailboxErrorKind::Name)? {
            '\\' => text.push(chars.next().ok_or(MailboxErrorKind::Name)?),
            '"' if chars.as_str().is_empty() => return Ok(text),
            '"' => return Err(MailboxErrorKind::Name),
            c => text.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn mailboxes() {
        #[track_caller]
        fn check(text: &str, expected: Result<&str, MailboxErrorKind>) {
            let found = text.parse::<Mailbox>().map(|m| m.to_string()).map_err(|e| e.kind());
            assert_eq!(found, expected.map(str::to_owned), "{text:?}");
        }
        check("a@b.example", Ok("a@b.example"));
        check("<a@b.example>", Ok("a@b.example"));
        check("Anna <a@b.example>", Ok("\"Anna\" <a@b.example>"));
        check("李 <a@b.example>", Ok("\"李\" <a@b.example>"));
        check(r#""A \"B\" \\ <C>" <a@b.example>"#, Ok(r#""A \"B\" \\ <C>" <a@b.example>"#));
        check("a.b+c=d@x_1.example", Ok("a.b+c=d@x_1.example"));
        check("a@[192.0.2.1]", Ok("a@[192.0.2.1]"));
        check("a@[IPv6:2001:db8::1]", Ok("a@[IPv6:2001:db8::1]"));
        check("", Err(MailboxErrorKind::NoAt));
        check("not an address >,<", Err(MailboxErrorKind::Brackets));
        check("A <a@b.example", Err(MailboxErrorKind::Brackets));
        check("a b@c.example", Err(MailboxErrorKind::LocalPart));
        check("a..b@c.example", Err(MailboxErrorKind::LocalPart));
        check("@c.example", Err(MailboxErrorKind::LocalPart));
        check("a@", Err(MailboxErrorKind::Domain));
        check("a@-b.example", Err(MailboxErrorKind::Domain));
        check("a@b.example\r\nBcc: x@b.example", Err(MailboxErrorKind::LocalPart));
        check("a@b.example\r\n", Err(MailboxErrorKind::Domain));
        check("A\r\nBcc: x <a@b.example>", Err(MailboxErrorKind::Name));
        check("\"A <a@b.example>", Err(MailboxErrorKind::Name));
        check("\"A\" B <a@b.example>", Err(MailboxErrorKind::Name));
        check(&format!("{}@b.example", "a".repeat(65)), Err(MailboxErrorKind::TooLong));
    }

    proptest! {
        #[test]
        fn mailboxes_read_back(name in ".{0,12}", local in "[a-z!#$.]{1,8}", rest in ".{0,20}") {
            for text in [format!("{name} <{local}@b.example>"), rest] {
                if let Ok(mailbox) = text.parse::<Mailbox>() {
                    prop_assert_eq!(mailbox.to_string().parse::<Mailbox>(), Ok(mailbox));
                }
            }
        }
    }
}
