//! Mailboxes: an address and perhaps a name.

use std::fmt;
use std::str::FromStr;

use super::{HeaderError, HeaderErrorKind, HeaderText};

/// A mailbox (RFC 5322 section 3.4): an ASCII address with an optional name.
///
/// ```
/// use mailkit_template::compose::Mailbox;
///
/// let mailbox: Mailbox = "\"Schmidt, Anna\" <anna@example.com>".parse()?;
/// assert_eq!(mailbox.name(), Some("Schmidt, Anna"));
/// assert_eq!(mailbox.address(), "anna@example.com");
/// assert!("anna@example.com\r\nBcc: x@example.com".parse::<Mailbox>().is_err());
/// # Ok::<(), mailkit_template::compose::HeaderError>(())
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
    type Err = HeaderError;

    fn from_str(text: &str) -> Result<Self, HeaderError> {
        let error = |(kind, part): (HeaderErrorKind, &str)| HeaderError::in_part(kind, part, text);
        let trimmed = text.trim_matches([' ', '\t']);
        let Some((name, rest)) = trimmed.rsplit_once('<') else {
            check_address(trimmed).map_err(error)?;
            return Ok(Self { name: None, address: trimmed.to_owned() });
        };
        let address = rest.strip_suffix('>');
        let address = address.ok_or_else(|| error((HeaderErrorKind::Brackets, rest)))?;
        check_address(address).map_err(error)?;
        let spoken = unquoted(name.trim_matches([' ', '\t']));
        let spoken = spoken.and_then(|spoken| spoken.trim().parse::<HeaderText>().ok());
        let spoken = spoken.ok_or_else(|| error((HeaderErrorKind::MailboxName, name)))?;
        Ok(Self { name: None, address: address.to_owned() }.with_name(spoken))
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Mailbox {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Checks an address; an error comes with the part it is in.
fn check_address(address: &str) -> Result<(), (HeaderErrorKind, &str)> {
    let (local, domain) = address.rsplit_once('@').ok_or((HeaderErrorKind::NoAt, address))?;
    // RFC 5321 sections 4.5.3.1.1 and 4.5.3.1.3.
    if address.len() > Mailbox::MAX_LEN || local.len() > 64 {
        return Err((HeaderErrorKind::TooLong, address));
    }
    if !local.split('.').all(is_atom) {
        return Err((HeaderErrorKind::LocalPart, local));
    }
    let literal = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let valid = match literal {
        Some(inner) => is_address_literal(inner),
        None => domain.split('.').all(is_label),
    };
    if valid { Ok(()) } else { Err((HeaderErrorKind::Domain, domain)) }
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

/// The name without quotes; none if a quote is not finished, or missing around what separates mailboxes.
fn unquoted(name: &str) -> Option<String> {
    let Some(rest) = name.strip_prefix('"') else {
        return (!name.contains([',', ';'])).then(|| name.to_owned());
    };
    let mut text = String::with_capacity(rest.len());
    let mut chars = rest.chars();
    loop {
        match chars.next()? {
            '\\' => text.push(chars.next()?),
            '"' => return chars.as_str().is_empty().then_some(text),
            c => text.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::HeaderErrorKind as Kind;
    use super::*;
    use proptest::prelude::*;
    use std::ops::Range;

    #[test]
    fn mailboxes() {
        #[track_caller]
        fn check(text: &str, expected: Result<&str, (Kind, Range<usize>)>) {
            let found = text.parse::<Mailbox>().map(|mailbox| mailbox.to_string());
            let found = found.map_err(|error| (error.kind(), error.span()));
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
        check("", Err((Kind::NoAt, 0..0)));
        check("not an address >,<", Err((Kind::Brackets, 18..18)));
        check("A <a@b.example", Err((Kind::Brackets, 3..14)));
        check("a b@c.example", Err((Kind::LocalPart, 0..3)));
        check("a..b@c.example", Err((Kind::LocalPart, 0..4)));
        check("@c.example", Err((Kind::LocalPart, 0..0)));
        check(" a@", Err((Kind::Domain, 3..3)));
        check("a@-b.example", Err((Kind::Domain, 2..12)));
        check("a@b.example\r\nBcc: x@b.example", Err((Kind::LocalPart, 0..19)));
        check("a@b.example\r\n", Err((Kind::Domain, 2..13)));
        check("A\r\nBcc: x <a@b.example>", Err((Kind::MailboxName, 0..10)));
        check("\"A <a@b.example>", Err((Kind::MailboxName, 0..3)));
        check("\"A\" B <a@b.example>", Err((Kind::MailboxName, 0..6)));
        // Two mailboxes are not one with a strange name.
        check("a@b.example, C <c@d.example>", Err((Kind::MailboxName, 0..15)));
        check(&format!("{}@b.example", "a".repeat(65)), Err((Kind::TooLong, 0..75)));
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
