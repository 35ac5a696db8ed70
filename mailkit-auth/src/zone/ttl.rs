//! How long a record may be kept.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use thiserror::Error;

/// How long a record may be kept: whole seconds, at most 2³¹ − 1 (RFC 2181 section 8).
///
/// It reads as a zone file writes it, in seconds or with units, and prints as seconds.
///
/// ```
/// use mailkit_auth::zone::Ttl;
///
/// let ttl: Ttl = "1h30m".parse()?;
/// assert_eq!((ttl, ttl.to_string().as_str()), (Ttl::from(5400), "5400"));
/// assert_eq!(Ttl::from(u32::MAX), Ttl::MAX);
/// # Ok::<(), mailkit_auth::zone::TtlError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
pub struct Ttl(u32);

impl Ttl {
    /// The longest.
    pub const MAX: Self = Self(0x7fff_ffff);

    /// The seconds.
    #[must_use]
    pub fn as_secs(self) -> u32 {
        self.0
    }

    pub(crate) const fn of_secs(seconds: u32) -> Self {
        match seconds > Self::MAX.0 {
            true => Self::MAX,
            false => Self(seconds),
        }
    }
}

impl From<u32> for Ttl {
    /// That many seconds. What has the highest bit set counts as the longest, not as zero (RFC 8767
    /// section 4, which changed RFC 2181 section 8).
    fn from(seconds: u32) -> Self {
        Self::of_secs(seconds)
    }
}

impl From<Ttl> for Duration {
    fn from(ttl: Ttl) -> Self {
        Self::from_secs(ttl.0.into())
    }
}

impl fmt::Display for Ttl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Ttl {
    type Err = TtlError;

    /// Reads seconds, or numbers with the units `w`, `d`, `h`, `m` and `s` of either case.
    fn from_str(text: &str) -> Result<Self, TtlError> {
        let mut seconds: u32 = 0;
        let mut rest = text;
        loop {
            let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let (number, after) = rest.split_at(digits);
            let number: u32 = number.parse().map_err(|_| TtlError)?;
            let mut units = after.chars();
            let unit = match units.next().map(|c| c.to_ascii_lowercase()) {
                // Only a number that stands alone needs no unit.
                None if rest.len() == text.len() => 1,
                Some('s') => 1,
                Some('m') => 60,
                Some('h') => 3600,
                Some('d') => 86_400,
                Some('w') => 604_800,
                _ => return Err(TtlError),
            };
            let part = number.checked_mul(unit).ok_or(TtlError)?;
            seconds = seconds.checked_add(part).ok_or(TtlError)?;
            rest = units.as_str();
            if rest.is_empty() {
                return Some(Self(seconds)).filter(|ttl| *ttl <= Self::MAX).ok_or(TtlError);
            }
        }
    }
}

/// A text says no time for which a record may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
#[error("neither seconds up to 2147483647 nor numbers with w, d, h, m or s")]
pub struct TtlError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_add_up() {
        let check = |text: &str, expected: Option<u32>| {
            assert_eq!(text.parse().ok().map(Ttl::as_secs), expected, "{text:?}");
        };
        check("0", Some(0));
        check("3600", Some(3600));
        check("2147483647", Some(0x7fff_ffff));
        check("2147483648", None);
        check("1h", Some(3600));
        check("1W2D3h4M5s", Some(604_800 + 2 * 86_400 + 3 * 3600 + 4 * 60 + 5));
        check("90m", Some(5400));
        for text in ["", "h", "1x", "1h30", "-1", "+1", "1 h", "99999999999", "9999999w", "ü"] {
            check(text, None);
        }
    }
}
