//! Values that came from strangers.

use std::fmt;

/// A value in the field: printable ASCII, at most [`PropertyValue::MAX_OCTETS`].
///
/// It is made from any octets. A control character or an octet beyond ASCII, which a header field
/// cannot hold, becomes `?`; a value that is too long is cut and ends in `...` (RFC 8601 section 7).
///
/// ```
/// use mailkit_auth::auth_results::PropertyValue;
///
/// let value = PropertyValue::from("mx.test\r\nSubject: ü".as_bytes());
/// assert_eq!(value.as_str(), "mx.test??Subject: ??");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
pub struct PropertyValue(String);

impl PropertyValue {
    /// Octets of the longest value: a mailbox (RFC 5321 section 4.5.3.1) with room to spare.
    pub const MAX_OCTETS: usize = 400;

    /// The value.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value as a quoted string, whatever it holds.
    pub(super) fn quoted(&self) -> String {
        let mut text = String::with_capacity(self.0.len() + 2);
        text.push('"');
        for c in self.0.chars() {
            if matches!(c, '"' | '\\') {
                text.push('\\');
            }
            text.push(c);
        }
        text.push('"');
        text
    }
}

impl From<&[u8]> for PropertyValue {
    fn from(octets: &[u8]) -> Self {
        let clean = |octet: &u8| match octet {
            b' '..=b'~' => char::from(*octet),
            _ => '?',
        };
        if octets.len() <= Self::MAX_OCTETS {
            return Self(octets.iter().map(clean).collect());
        }
        let kept = octets.iter().take(Self::MAX_OCTETS - MARK.len());
        Self(kept.map(clean).chain(MARK.chars()).collect())
    }
}

impl From<&str> for PropertyValue {
    fn from(text: &str) -> Self {
        text.as_bytes().into()
    }
}

impl fmt::Display for PropertyValue {
    /// The value as it stands in the field: quoted unless it is a token or a plain address.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`{|}~@".contains(c);
        if !self.0.is_empty() && self.0.chars().all(plain) && self.0.matches('@').count() <= 1 {
            f.write_str(&self.0)
        } else {
            f.write_str(&self.quoted())
        }
    }
}

/// Ends a value that was cut.
const MARK: &str = "...";
