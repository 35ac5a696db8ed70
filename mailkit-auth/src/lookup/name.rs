//! Names as the DNS carries them.

#[cfg(test)]
pub(crate) mod comparisons;
mod error;
mod presentation;
mod words;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::net::IpAddr;
use std::sync::Arc;

pub use error::{NameError, NameErrorKind};
pub(crate) use presentation::escaped_octet;
use words::{are_same, keyed_hash};

use crate::Domain;
use crate::domain::{MAX_LABEL_OCTETS, MAX_OCTETS, lower_case};

/// A name that can be asked for: labels of 1 to 63 octets, 253 in all, in lower case and without
/// the trailing dot; the root is the empty name.
///
/// Unlike a [`Domain`] its labels hold any characters. SPF macros make such names, and the DNS
/// answers for them (RFC 2181 section 11). Clones share the text. [`Display`](fmt::Display) writes
/// every octet that is not visible ASCII as `\ddd`, so that a name is safe in a log, and
/// [`FromStr`](std::str::FromStr) reads it back; [`new`](Self::new) and [`as_str`](Self::as_str) have
/// the characters as they are.
///
/// ```
/// use mailkit_auth::lookup::Name;
///
/// let name: Name = "Macro space.Example.COM.".parse()?;
/// assert_eq!(name.as_str(), "macro space.example.com");
/// assert_eq!(name.to_string(), r"macro\032space.example.com");
/// assert_eq!(name.to_string().parse(), Ok(name));
/// # Ok::<(), mailkit_auth::lookup::NameError>(())
/// ```
#[derive(Clone)]
pub struct Name {
    text: Arc<str>,
    /// The hash of the text. A name is looked up far more often than it is made.
    hash: u64,
}

impl Name {
    /// The name of these labels, joined by dots; a backslash is one of their characters.
    ///
    /// # Errors
    ///
    /// If a label is empty or longer than 63 octets, or the name longer than 253: no server could
    /// be asked for it.
    pub fn new(text: &str) -> Result<Self, NameError> {
        let name = text.strip_suffix('.').unwrap_or(text);
        if name.len() > MAX_OCTETS {
            let span = name.floor_char_boundary(MAX_OCTETS)..name.len();
            return Err(NameError { kind: NameErrorKind::TooLong, span });
        }
        let mut at = 0;
        for label in name.split('.').filter(|_| !name.is_empty()) {
            let kind = match label.len() {
                0 => NameErrorKind::EmptyLabel,
                1..=MAX_LABEL_OCTETS => {
                    at += label.len() + 1;
                    continue;
                }
                _ => NameErrorKind::LabelTooLong,
            };
            return Err(NameError { kind, span: at..at + label.len() });
        }
        Ok(Self::of(lower_case(name)))
    }

    /// The name of a text that is known to be one, in lower case.
    fn of(text: Arc<str>) -> Self {
        Self { hash: keyed_hash(text.as_bytes()), text }
    }

    pub(crate) fn root() -> Self {
        Self::of(Arc::default())
    }

    /// The name under which the names of an address stand: `1.2.0.192.in-addr.arpa`.
    #[must_use]
    pub fn reverse(address: IpAddr) -> Self {
        Self::of(match address {
            IpAddr::V4(address) => {
                let [a, b, c, d] = address.octets();
                format!("{d}.{c}.{b}.{a}.in-addr.arpa").into()
            }
            IpAddr::V6(address) => {
                let nibbles = address.octets().into_iter().rev();
                let labels = nibbles.map(|octet| format!("{:x}.{:x}.", octet & 15, octet >> 4));
                (labels.collect::<String>() + "ip6.arpa").into()
            }
        })
    }

    /// The name, in lower case and without a trailing dot. It may hold any character.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether this is the root, which a null MX names (RFC 7505).
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether this name lies under `other`; a name lies under itself.
    #[must_use]
    pub fn is_subdomain_of(&self, other: &Self) -> bool {
        match self.text.strip_suffix(&*other.text) {
            Some(rest) => rest.is_empty() || rest.ends_with('.') || other.is_root(),
            None => false,
        }
    }

    /// The name without its first label; `None` for the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        if self.is_root() {
            return None;
        }
        let rest = self.text.split_once('.').map_or("", |(_, rest)| rest);
        Some(Self::of(rest.into()))
    }
}

impl PartialEq for Name {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        #[cfg(test)]
        comparisons::note();
        self.hash == other.hash && are_same(self.text.as_bytes(), other.text.as_bytes())
    }
}

impl Eq for Name {}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        #[cfg(test)]
        comparisons::note();
        self.text.cmp(&other.text)
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Name").field(&self.text).finish()
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Name {
    /// As it prints, so that it reads back.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl From<Domain> for Name {
    fn from(domain: Domain) -> Self {
        Self::from(&domain)
    }
}

impl From<&Domain> for Name {
    fn from(domain: &Domain) -> Self {
        Self::of(domain.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>) {
        let actual =
            Name::new(text).map(|name| name.to_string()).map_err(|error| error.to_string());
        assert_eq!(actual.as_deref().map_err(String::as_str), expected, "{text:?}");
    }

    #[test]
    fn names() {
        check("Example.COM.", Ok("example.com"));
        check("", Ok("."));
        check(".", Ok("."));
        check("a\\b\r\n.ü", Ok(r"a\\b\013\010.\195\188"));
        check("a..b", Err("empty label at byte 2"));
        check(".a", Err("empty label at byte 0"));
        check("a..", Err("empty label at byte 2"));
        check(&format!("b.{}.a", "x".repeat(64)), Err("label longer than 63 octets at byte 2"));
        check(&"a.".repeat(128), Err("name longer than 253 octets at byte 253"));
    }

    #[test]
    fn reverse_names() {
        let check = |address: &str, expected| {
            let address = address.parse().expect("an address");
            assert_eq!(Name::reverse(address).as_str(), expected);
        };
        check("192.0.2.1", "1.2.0.192.in-addr.arpa");
        check(
            "2001:db8::cb01",
            "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
        );
    }

    proptest! {
        #[test]
        fn a_name_is_its_own_normal_form(text in "\\PC{0,80}|[a-z.]{0,300}") {
            if let Ok(name) = Name::new(&text) {
                prop_assert_eq!(Name::new(name.as_str()), Ok(name.clone()));
                prop_assert!(name.to_string().bytes().all(|octet| octet.is_ascii_graphic()));
                prop_assert_eq!(name.to_string().parse::<Name>(), Ok(name.clone()));
                #[cfg(feature = "serde")]
                prop_assert_eq!(serde_json::to_value(&name).ok(), Some(name.to_string().into()));
            }
        }
    }
}
