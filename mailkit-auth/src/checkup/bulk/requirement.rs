//! Who demands what of bulk senders.

use std::fmt;

/// A receiver with rules for bulk senders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum BulkReceiver {
    /// Personal Gmail accounts; from 5,000 messages a day.
    Gmail,
    /// Yahoo and AOL; without a published number.
    Yahoo,
    /// Outlook.com, Hotmail, Live; from 5,000 messages a day.
    Microsoft,
}

impl BulkReceiver {
    /// What it demands.
    #[must_use]
    pub fn requirements(self) -> &'static [BulkRequirement] {
        use BulkRequirement as Demand;
        match self {
            Self::Gmail => &[
                Demand::Spf,
                Demand::Dkim,
                Demand::DkimKey,
                Demand::Dmarc,
                Demand::Alignment,
                Demand::ReverseName,
                Demand::Tls,
                Demand::Format,
                Demand::OneClick,
                Demand::SpamRate,
            ],
            Self::Yahoo => &[
                Demand::Spf,
                Demand::Dkim,
                Demand::DkimKey,
                Demand::Dmarc,
                Demand::Alignment,
                Demand::ReverseName,
                Demand::Format,
                Demand::OneClick,
                Demand::SpamRate,
            ],
            Self::Microsoft => &[Demand::Spf, Demand::Dkim, Demand::Dmarc, Demand::Alignment],
        }
    }
}

impl fmt::Display for BulkReceiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gmail => "Gmail",
            Self::Yahoo => "Yahoo",
            Self::Microsoft => "Microsoft",
        })
    }
}

/// A demand on bulk senders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum BulkRequirement {
    /// An SPF record that can be evaluated.
    Spf,
    /// A DKIM key that verifiers accept.
    Dkim,
    /// An RSA key of at least 1,024 bits.
    DkimKey,
    /// A DMARC record, `p=none` at least.
    Dmarc,
    /// The From field in the domain that SPF or DKIM proves.
    Alignment,
    /// A name for every sending address, which leads back.
    ReverseName,
    /// TLS on the way out.
    Tls,
    /// A header by RFC 5322.
    Format,
    /// A signed one-click unsubscribe in marketing mail (RFC 8058).
    OneClick,
    /// Less than 0.30 % complaints.
    SpamRate,
}

impl fmt::Display for BulkRequirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Spf => "SPF",
            Self::Dkim => "DKIM",
            Self::DkimKey => "DKIM key length",
            Self::Dmarc => "DMARC",
            Self::Alignment => "aligned From",
            Self::ReverseName => "reverse names",
            Self::Tls => "TLS",
            Self::Format => "RFC 5322",
            Self::OneClick => "one-click unsubscribe",
            Self::SpamRate => "spam rate",
        })
    }
}
