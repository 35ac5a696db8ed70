//! The lengths of networks in an SPF record (RFC 7208 sections 5.3 and 5.6).

use std::fmt;

/// How many leading bits of an address count: at most `MAX`, which is 32 for IPv4 and 128 for IPv6.
///
/// ```
/// use mailkit_auth::record::spf::CidrLength;
///
/// assert_eq!(CidrLength::<32>::new(24).map(CidrLength::bits), Some(24));
/// assert_eq!(CidrLength::<32>::new(33), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CidrLength<const MAX: u8>(u8);

impl<const MAX: u8> CidrLength<MAX> {
    /// A length of so many bits; `None` if an address has fewer.
    #[must_use]
    pub fn new(bits: u8) -> Option<Self> {
        (bits <= MAX).then_some(Self(bits))
    }

    /// The number of leading bits.
    #[must_use]
    pub fn bits(self) -> u8 {
        self.0
    }

    /// Reads decimal digits without a leading zero (section 5.6).
    pub(super) fn read(digits: &str) -> Option<Self> {
        let canonical = digits == "0" || !digits.starts_with(['0', '+']);
        digits.parse().ok().filter(|_| canonical).and_then(Self::new)
    }
}

impl<const MAX: u8> fmt::Display for CidrLength<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How much of an address counts, for each family (`dual-cidr-length`, section 5.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct DualCidrLength {
    /// For IPv4 (`/24`); all 32 bits where absent.
    pub ip4: Option<CidrLength<32>>,
    /// For IPv6 (`//64`); all 128 bits where absent.
    pub ip6: Option<CidrLength<128>>,
}

impl fmt::Display for DualCidrLength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.ip4.iter().try_for_each(|length| write!(f, "/{length}"))?;
        self.ip6.iter().try_for_each(|length| write!(f, "//{length}"))
    }
}
