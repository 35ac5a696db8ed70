//! Names of what reports tell about.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use thiserror::Error;

use crate::visible::is_visible;

/// A name of something that reports tell about.
macro_rules! name {
    ($(#[$doc:meta])* $type:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $type(Arc<str>);

        impl $type {
            /// A name that is made here and fits.
            pub(super) fn made(name: &str) -> Self {
                Self(name.into())
            }

            /// The name as it was given.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $type {
            type Err = SourceNameError;

            fn from_str(text: &str) -> Result<Self, SourceNameError> {
                match text.len() {
                    0 => Err(SourceNameError::Empty),
                    1..=MAX_OCTETS if !text.chars().all(is_visible) => {
                        Err(SourceNameError::Control)
                    }
                    1..=MAX_OCTETS => Ok(Self(text.into())),
                    _ => Err(SourceNameError::TooLong),
                }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $type {
            /// As its text.
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $type {
            /// From its text.
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

name! {
    /// Something that sends mail under the domain's name: a provider, a network, a host.
    ///
    /// ```
    /// use mailkit_auth::rollout::SourceId;
    ///
    /// let source: SourceId = "payroll.test for acme.test".parse()?;
    /// assert_eq!(source.as_str(), "payroll.test for acme.test");
    /// assert!("pay\nroll".parse::<SourceId>().is_err());
    /// # Ok::<(), mailkit_auth::rollout::SourceNameError>(())
    /// ```
    SourceId
}
name! {
    /// An organization that sends aggregate reports.
    ///
    /// Reporters count as independent of each other, so one organization has one name whatever
    /// address its reports come from. What they say is believed.
    ReporterId
}

/// Why a text names no source and no reporter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SourceNameError {
    /// It is empty.
    #[error("empty name")]
    Empty,
    /// It holds a character that is not [visible](crate::visible::is_visible), such as a line break or
    /// one that turns the direction of the text around it.
    #[error("control or invisible character in a name")]
    Control,
    /// It is longer than 255 octets.
    #[error("name longer than 255 octets")]
    TooLong,
}

pub(crate) const MAX_OCTETS: usize = 255;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<(), SourceNameError>) {
        assert_eq!(
            text.parse::<SourceId>().map(|name| assert_eq!(name.to_string(), text)),
            expected
        );
        assert_eq!(text.parse::<ReporterId>().map(|_| ()), expected);
    }

    #[test]
    fn names() {
        check("一 company", Ok(()));
        check("", Err(SourceNameError::Empty));
        check("a\u{1b}[2J", Err(SourceNameError::Control));
        check("moc.kcatta\u{202e}", Err(SourceNameError::Control));
        check("a\u{2028}b", Err(SourceNameError::Control));
        check("pay\u{ad}roll", Err(SourceNameError::Control));
        check("payroll\u{e0041}", Err(SourceNameError::Control));
        check(&"a".repeat(255), Ok(()));
        check(&"a".repeat(256), Err(SourceNameError::TooLong));
    }
}
