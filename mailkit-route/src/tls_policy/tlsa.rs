//! The TLSA record, as plain data (RFC 6698 section 2.1).

use std::fmt;

/// One TLSA record.
///
/// ```
/// use mailkit_route::tls_policy::TlsaRecord;
/// let record = TlsaRecord::new(3, 1, 1, vec![0xab; 32]);
/// assert!(record.is_usable());
/// assert!(record.to_string().starts_with("3 1 1 abab"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct TlsaRecord {
    /// How the certificate is to be trusted: 2 names an issuer (DANE-TA), 3 the host's own (DANE-EE).
    pub usage: u8,
    /// What is compared: 0 the certificate, 1 its public key.
    pub selector: u8,
    /// How it is compared: 0 as it is, 1 by SHA-256, 2 by SHA-512.
    pub matching: u8,
    /// What it must be.
    pub data: Vec<u8>,
}

impl TlsaRecord {
    /// A record of these four, whether it is usable or not.
    #[must_use]
    pub fn new(usage: u8, selector: u8, matching: u8, data: impl Into<Vec<u8>>) -> Self {
        Self { usage, selector, matching, data: data.into() }
    }

    /// Whether a mail client can use it: usages 0 and 1 (PKIX) mean nothing for mail, and data must be
    /// as long as its digest (RFC 7672 section 3.1).
    #[must_use]
    pub fn is_usable(&self) -> bool {
        let complete = match self.matching {
            0 => !self.data.is_empty(),
            1 => self.data.len() == 32,
            2 => self.data.len() == 64,
            _ => false,
        };
        complete && matches!(self.usage, 2 | 3) && self.selector <= 1
    }
}

impl fmt::Display for TlsaRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} ", self.usage, self.selector, self.matching)?;
        self.data.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

/// The usable ones. Of digests of one kind of certificate only the strongest count, so that the
/// weaker one cannot be the way in (digest agility, RFC 7671 section 9); each record counts once.
pub(super) fn usable(records: Vec<TlsaRecord>) -> Vec<TlsaRecord> {
    let mut kept: Vec<_> = records.into_iter().filter(TlsaRecord::is_usable).collect();
    kept.sort();
    kept.dedup();
    let mut strongest: Vec<_> = kept
        .iter()
        .filter(|record| record.matching == 2)
        .map(|record| (record.usage, record.selector))
        .collect();
    strongest.dedup();
    kept.retain(|it| it.matching != 1 || !strongest.contains(&(it.usage, it.selector)));
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d2_usages_2_and_3_are_usable() {
        let check = |usage, selector, matching, length, expected| {
            let record = TlsaRecord::new(usage, selector, matching, vec![7; length]);
            assert_eq!(record.is_usable(), expected, "{record}");
        };
        check(3, 1, 1, 32, true);
        check(2, 0, 2, 64, true);
        check(3, 0, 0, 900, true);
        check(0, 0, 1, 32, false);
        check(1, 1, 1, 32, false);
        check(255, 1, 1, 32, false);
        check(3, 2, 1, 32, false);
        check(3, 1, 3, 32, false);
        check(3, 1, 1, 31, false);
        check(3, 1, 2, 32, false);
        check(3, 1, 0, 0, false);
    }

    #[test]
    fn d2_the_strongest_digest_of_a_kind_counts() {
        let record = |usage, matching: u8| {
            TlsaRecord::new(usage, 1, matching, vec![7; usize::from(matching) * 32])
        };
        let full = TlsaRecord::new(3, 1, 0, [7]);
        let all = vec![record(3, 2), record(3, 1), full.clone(), record(2, 1), record(2, 1)];
        assert_eq!(usable(all), [record(2, 1), full, record(3, 2)]);
    }
}
