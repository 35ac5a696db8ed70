//! The parts of a domain's health.

use std::fmt;

/// A part of a domain's health.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Area {
    /// Who may send (RFC 7208).
    Spf,
    /// Signatures (RFC 6376).
    Dkim,
    /// The policy for mail without proof (RFC 9989).
    Dmarc,
    /// TLS on the way in, by HTTPS (RFC 8461).
    MtaSts,
    /// Reports of TLS failures (RFC 8460).
    TlsRpt,
    /// The logo.
    Bimi,
    /// TLS on the way in, by DNSSEC (RFC 7672).
    Dane,
    /// Mail exchangers (RFC 5321 section 5.1).
    Mx,
    /// Names of sending addresses.
    Ptr,
    /// The zone itself.
    Dns,
    /// Messages and what receivers demand of bulk senders.
    Messages,
}

impl Area {
    /// Every area.
    pub const ALL: &'static [Self] = &[
        Self::Spf,
        Self::Dkim,
        Self::Dmarc,
        Self::MtaSts,
        Self::TlsRpt,
        Self::Bimi,
        Self::Dane,
        Self::Mx,
        Self::Ptr,
        Self::Dns,
        Self::Messages,
    ];

    /// What a fault in this area does to mail.
    #[must_use]
    pub fn consequence(self) -> &'static str {
        match self {
            Self::Spf => "without an SPF pass mail rests on DKIM alone, and bulk mail is refused",
            Self::Dkim => {
                "mail without a valid signature loses its proof when it is forwarded, and bulk mail is refused"
            }
            Self::Dmarc => {
                "without a working policy anybody can write in your name, and bulk mail is refused"
            }
            Self::MtaSts => {
                "senders fall back to mail that can be read on the way, or hold it back"
            }
            Self::TlsRpt => "nobody tells you when senders cannot reach your hosts over TLS",
            Self::Bimi => "mailboxes show no logo",
            Self::Dane => "senders that check DANE hold mail to you back, or get no protection",
            Self::Mx => "mail to the domain is delayed, returned or lost",
            Self::Ptr => "large receivers refuse mail from addresses without a matching name",
            Self::Dns => "a record that receivers do not find or do not trust counts as absent",
            Self::Messages => "large receivers refuse such mail or file it as spam",
        }
    }

    /// The area of a lint.
    pub(in crate::checkup) fn of_code(code: &str) -> Self {
        match code.get(..3) {
            Some("SPF") => Self::Spf,
            Some("DKM") => Self::Dkim,
            Some("DMC") => Self::Dmarc,
            Some("STS") => Self::MtaSts,
            Some("TLS") => Self::TlsRpt,
            Some("BMI") => Self::Bimi,
            Some("DAN") => Self::Dane,
            Some("MXR") => Self::Mx,
            Some("PTR") => Self::Ptr,
            Some("DNS") => Self::Dns,
            _ => Self::Messages,
        }
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Spf => "SPF",
            Self::Dkim => "DKIM",
            Self::Dmarc => "DMARC",
            Self::MtaSts => "MTA-STS",
            Self::TlsRpt => "TLS-RPT",
            Self::Bimi => "BIMI",
            Self::Dane => "DANE",
            Self::Mx => "MX",
            Self::Ptr => "PTR",
            Self::Dns => "DNS",
            Self::Messages => "messages",
        })
    }
}
