//! Host names as they stand in SMTP commands.

use std::fmt;
use std::str::FromStr;

use super::address::{AddressError, AddressErrorKind};

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
            None if text.len() > MAX_LENGTH => {
                Err(AddressError::new(AddressErrorKind::TooLong, MAX_LENGTH))
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

const MAX_LENGTH: usize = 255;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn host_names() {
        for good in ["mx.example.com", "my_pc", "[192.0.2.1]", "[IPv6:2001:db8::1]", "host."] {
            assert_eq!(good.parse::<HostName>().map(|host| host.to_string()), Ok(good.to_owned()));
        }
        for bad in ["", "[]", "a b", "a\r\n", "a:b", "[a b]", "名", "a\"b"] {
            let kind = bad.parse::<HostName>().map_err(|error| error.kind());
            assert_eq!(kind, Err(AddressErrorKind::HostName), "{bad:?}");
        }
        let kind = "a".repeat(256).parse::<HostName>().map_err(|error| error.kind());
        assert_eq!(kind, Err(AddressErrorKind::TooLong));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[a-z.:\\[\\]é \r\n]{0,12}") {
            if let Ok(host) = text.parse::<HostName>() {
                prop_assert_eq!(host.to_string(), text);
            }
        }
    }
}
