//! What went wrong with TLS, in the words of TLS reports (RFC 8460 section 4).

use std::fmt;

use super::RecordFault;
use crate::{Host, ParseError};

/// A failure that a TLS report counts (RFC 8460 section 4.3).
///
/// ```
/// use mailkit_route::tls_policy::{TlsFailure, TlsPolicyType, TlsResultType};
/// let host = "mx1.buyer.example".parse()?;
/// let failure = TlsFailure::new(TlsResultType::CertificateExpired, TlsPolicyType::Sts, Some(host));
/// assert_eq!(failure.to_string(), "certificate-expired at mx1.buyer.example (sts)");
/// # Ok::<(), mailkit_route::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub struct TlsFailure {
    /// What happened (`result-type`).
    pub result_type: TlsResultType,
    /// The kind of policy that was applied (`policy-type`).
    pub policy_type: TlsPolicyType,
    /// The mail host it happened with (`receiving-mx-hostname`); none for a policy that was not found out.
    pub host: Option<Host>,
}

impl TlsFailure {
    /// A failure of this kind under a policy of this kind.
    #[must_use]
    pub fn new(result_type: TlsResultType, policy_type: TlsPolicyType, host: Option<Host>) -> Self {
        Self { result_type, policy_type, host }
    }
}

impl fmt::Display for TlsFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.result_type.as_str())?;
        if let Some(host) = &self.host {
            write!(f, " at {host}")?;
        }
        write!(f, " ({})", self.policy_type.as_str())
    }
}

/// Names and their words on the wire.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident => $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
        #[non_exhaustive]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// All of them, in the standard's order.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The word in a report.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }
    };
}

words! {
    /// What happened (RFC 8460 section 4.3).
    TlsResultType {
        /// The host does not offer STARTTLS.
        StarttlsNotSupported => "starttls-not-supported",
        /// The certificate is for other names than the policy asks.
        CertificateHostMismatch => "certificate-host-mismatch",
        /// The certificate has expired.
        CertificateExpired => "certificate-expired",
        /// The certificate is not trusted for another reason.
        CertificateNotTrusted => "certificate-not-trusted",
        /// Any other failure; also a host that the MTA-STS policy does not name.
        ValidationFailure => "validation-failure",
        /// The TLSA records fit no certificate of the host, or none is usable.
        TlsaInvalid => "tlsa-invalid",
        /// The signatures over the TLSA records do not hold, or no answer came.
        DnssecInvalid => "dnssec-invalid",
        /// The sender insists on DANE, and the host has no TLSA records.
        DaneRequired => "dane-required",
        /// The policy could not be fetched.
        StsPolicyFetchError => "sts-policy-fetch-error",
        /// The policy or its record is malformed.
        StsPolicyInvalid => "sts-policy-invalid",
        /// The certificate of the policy host is not valid.
        StsWebpkiInvalid => "sts-webpki-invalid",
    }
}

words! {
    /// The kind of policy that was applied (RFC 8460 section 4.4).
    TlsPolicyType {
        /// DANE.
        Tlsa => "tlsa",
        /// MTA-STS.
        Sts => "sts",
        /// None.
        NoPolicyFound => "no-policy-found",
    }
}

/// Why the state of a domain's MTA-STS could not be brought up to date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MtaStsFault {
    /// The HTTPS request failed.
    #[error("MTA-STS policy was not fetched")]
    Fetch(#[source] FetchFailure),
    /// A fetch failed less than five minutes ago, so there was none (RFC 8461 section 3.3).
    #[error("fetch of the MTA-STS policy failed shortly before")]
    Paused,
    /// What came is no policy.
    #[error("malformed MTA-STS policy")]
    Policy(#[source] ParseError),
    /// The domain announces no policy.
    #[error(transparent)]
    Record(RecordFault),
    /// The TXT lookup failed.
    #[error("MTA-STS record was not found out")]
    RecordLookupFailed,
}

impl MtaStsFault {
    /// What a TLS report says of it; nothing for a domain without MTA-STS.
    ///
    /// ```
    /// use mailkit_route::tls_policy::{FetchFailure, MtaStsFault};
    /// let fault = MtaStsFault::Fetch(FetchFailure::Certificate);
    /// assert_eq!(fault.failure().map(|it| it.to_string()).as_deref(), Some("sts-webpki-invalid (sts)"));
    /// ```
    #[must_use]
    pub fn failure(&self) -> Option<TlsFailure> {
        let result_type = match self {
            Self::Record(RecordFault::Absent) => return None,
            Self::Fetch(FetchFailure::Certificate) => TlsResultType::StsWebpkiInvalid,
            Self::Fetch(_) | Self::Paused | Self::RecordLookupFailed => {
                TlsResultType::StsPolicyFetchError
            }
            Self::Policy(_) | Self::Record(_) => TlsResultType::StsPolicyInvalid,
        };
        Some(TlsFailure::new(result_type, TlsPolicyType::Sts, None))
    }
}

/// Why a policy was not fetched (RFC 8461 section 3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum FetchFailure {
    /// The certificate is not valid for the policy host.
    #[error("certificate of the policy host is not valid")]
    Certificate,
    /// The content is not `text/plain`.
    #[error("policy is not `text/plain`")]
    ContentType,
    /// The content is not UTF-8.
    #[error("policy is not text")]
    NotText,
    /// A redirect, which is not followed.
    #[error("policy host redirects")]
    Redirect,
    /// A status other than 200.
    #[error("policy host answers with status {0}")]
    Status(u16),
    /// No answer in time.
    #[error("policy host took too long")]
    TimedOut,
    /// More than [`MtaStsPolicy::MAX_BYTES`](super::MtaStsPolicy::MAX_BYTES).
    #[error("policy is too long")]
    TooLong,
    /// No address, no connection, or one that broke off.
    #[error("policy host cannot be reached")]
    Unreachable,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(fault: &MtaStsFault, expected: Option<&str>) {
        let shown = fault.failure().map(|failure| failure.to_string());
        assert_eq!(shown.as_deref(), expected, "{fault}");
    }

    #[test]
    fn t1_faults_have_the_result_types_of_reports() {
        let malformed = "x".parse::<super::super::MtaStsPolicy>().unwrap_err();
        check(&MtaStsFault::Fetch(FetchFailure::Certificate), Some("sts-webpki-invalid (sts)"));
        check(&MtaStsFault::Fetch(FetchFailure::Status(404)), Some("sts-policy-fetch-error (sts)"));
        check(&MtaStsFault::Fetch(FetchFailure::Redirect), Some("sts-policy-fetch-error (sts)"));
        check(&MtaStsFault::Paused, Some("sts-policy-fetch-error (sts)"));
        check(&MtaStsFault::RecordLookupFailed, Some("sts-policy-fetch-error (sts)"));
        check(&MtaStsFault::Policy(malformed), Some("sts-policy-invalid (sts)"));
        check(&MtaStsFault::Record(RecordFault::Several), Some("sts-policy-invalid (sts)"));
        check(&MtaStsFault::Record(RecordFault::Absent), None);
    }

    #[test]
    fn t1_words_are_those_of_rfc_8460() {
        let words: Vec<_> = TlsResultType::ALL.iter().map(|it| it.as_str()).collect();
        assert_eq!(
            words.join(" "),
            "starttls-not-supported certificate-host-mismatch certificate-expired \
             certificate-not-trusted validation-failure tlsa-invalid dnssec-invalid dane-required \
             sts-policy-fetch-error sts-policy-invalid sts-webpki-invalid"
        );
        let words: Vec<_> = TlsPolicyType::ALL.iter().map(|it| it.as_str()).collect();
        assert_eq!(words, ["tlsa", "sts", "no-policy-found"]);
    }

    #[test]
    #[cfg(feature = "serde")]
    fn t1_json_has_the_same_words() {
        let json = |value: &str| format!("\"{value}\"");
        for result in TlsResultType::ALL {
            assert_eq!(serde_json::to_string(result).unwrap(), json(result.as_str()));
        }
        for policy in TlsPolicyType::ALL {
            assert_eq!(serde_json::to_string(policy).unwrap(), json(policy.as_str()));
        }
    }
}
