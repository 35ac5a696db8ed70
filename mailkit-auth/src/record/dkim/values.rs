//! The values of DKIM key tags.

use std::fmt;
use std::str::FromStr;

use crate::error::UnknownWord;
use crate::record::words::words;

/// The kind of a key (`k`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "lowercase")
)]
#[non_exhaustive]
pub enum KeyType {
    /// RSA (RFC 8301).
    Rsa,
    /// Ed25519 (RFC 8463).
    Ed25519,
}

words!(KeyType, "rsa" => Rsa, "ed25519" => Ed25519);

/// An enum of known words that keeps the words it does not know, which verifiers ignore.
macro_rules! open_words {
    ($(#[$doc:meta])* $type:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $type {
            $($(#[$variant_doc])* $variant,)+
            /// A word that this version does not know and that verifiers ignore.
            Other(Word),
        }

        impl FromStr for $type {
            type Err = UnknownWord;

            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Word::read(text).map(Self::Other),
                }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$variant => f.write_str($word),)+
                    Self::Other(word) => f.write_str(&word.0),
                }
            }
        }
    };
}

open_words! {
    /// A hash algorithm that may be used with a key (`h`).
    HashAlgorithm {
        /// SHA-1, which verifiers no longer accept (RFC 8301 section 3.1).
        Sha1 = "sha1",
        /// SHA-256.
        Sha256 = "sha256"
    }
}

open_words! {
    /// A service that a key may be used for (`s`).
    ServiceType {
        /// Every service.
        All = "*",
        /// Electronic mail.
        Email = "email"
    }
}

open_words! {
    /// A flag of a key (`t`).
    KeyFlag {
        /// The domain is testing DKIM.
        Testing = "y",
        /// The identity must be in the signing domain itself.
        NoSubdomains = "s"
    }
}

/// A word outside the ones known, as `x-` extensions use them (RFC 6376 section 3.2).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Word(String);

impl Word {
    /// The word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Not public: a word that is known must not come to stand for an unknown one.
    fn read(text: &str) -> Result<Self, UnknownWord> {
        let part = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if text.is_empty() || !text.chars().all(part) {
            return Err(UnknownWord);
        }
        Ok(Self(text.to_owned()))
    }
}
