//! The numbers of a TLSA record and their names (RFC 7218).

use std::fmt;

/// Defines an enum of a registry of octets, with a variant for what is not registered.
macro_rules! registry {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $number:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $variant,)*
            /// A number that no standard gives a meaning; clients skip the record.
            Other(UnknownNumber),
        }

        impl From<u8> for $name {
            fn from(number: u8) -> Self {
                match number {
                    $($number => Self::$variant,)*
                    other => Self::Other(UnknownNumber(other)),
                }
            }
        }

        impl From<$name> for u8 {
            fn from(value: $name) -> Self {
                match value {
                    $($name::$variant => $number,)*
                    $name::Other(UnknownNumber(other)) => other,
                }
            }
        }
    };
}

/// A number of a registry that stands for nothing this version knows. Only a number that was read
/// becomes one, so that a known number is always its own variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
pub struct UnknownNumber(u8);

impl fmt::Display for UnknownNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

registry! {
    /// How a certificate is to be trusted (RFC 7218 section 2.1). Mail uses the last two alone (RFC 7672
    /// section 3.1.3).
    CertificateUsage {
        /// An authority of the public web must have issued it.
        PkixTa = 0,
        /// It is the server's own, and an authority of the public web must have issued it.
        PkixEe = 1,
        /// It is that of an authority, which need not be a public one.
        DaneTa = 2,
        /// It is the server's own; nothing else is checked.
        DaneEe = 3,
    }
}

registry! {
    /// The part of a certificate that a record is about (RFC 7218 section 2.2).
    TlsaSelector {
        /// The whole certificate (`Cert`).
        Cert = 0,
        /// Its public key, a `SubjectPublicKeyInfo` (`SPKI`).
        Spki = 1,
    }
}

registry! {
    /// How the part of the certificate is written (RFC 7218 section 2.3).
    MatchingType {
        /// As it is.
        Full = 0,
        /// By its SHA-256 digest (`SHA2-256`).
        Sha2_256 = 1,
        /// By its SHA-512 digest (`SHA2-512`).
        Sha2_512 = 2,
    }
}

impl MatchingType {
    /// The octets of a digest; `None` where the data has no fixed length.
    #[must_use]
    pub fn digest_octets(self) -> Option<usize> {
        match self {
            Self::Sha2_256 => Some(32),
            Self::Sha2_512 => Some(64),
            Self::Full | Self::Other(_) => None,
        }
    }
}
