//! TLS reports: how senders fared with the encryption of a domain's servers (RFC 8460).

mod json;
mod list;

#[cfg(test)]
mod tests;

use std::io::Read;
use std::net::IpAddr;

use serde::Serialize;
use thiserror::Error;

use super::words::words;
use super::{Anomaly, DateRange, Interrupted};
use crate::Domain;
use crate::report::extract::ExtractError;

/// A TLS report.
///
/// ```
/// use mailkit_auth::report::tls::{PolicyType, TlsLimits, TlsReport};
///
/// let json = r#"{
///     "organization-name": "sender.test", "report-id": "1",
///     "policies": [{
///         "policy": {"policy-type": "sts", "policy-domain": "acme.test"},
///         "summary": {"total-successful-session-count": 5, "total-failure-session-count": 0}
///     }]
/// }"#;
/// let report = TlsReport::read(json.as_bytes(), TlsLimits::default())?;
/// let [policy] = report.policies.as_slice() else { unreachable!() };
/// assert_eq!(policy.policy_type, Some(PolicyType::Sts));
/// assert_eq!(policy.successful_sessions, 5);
/// assert_eq!(report.anomalies[0].to_string(), "date-range: missing");
/// # Ok::<(), mailkit_auth::report::tls::TlsReportError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TlsReport {
    /// Who reports.
    pub organization_name: Option<String>,
    /// The time that the report covers.
    pub date_range: Option<DateRange>,
    /// Where to ask further.
    pub contact_info: Option<String>,
    /// The sender's name for this report.
    pub report_id: Option<String>,
    /// How each policy fared.
    pub policies: Vec<TlsPolicyResult>,
    /// What was forgiven.
    pub anomalies: Vec<Anomaly>,
}

/// How one policy fared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TlsPolicyResult {
    /// What kind of policy it is.
    pub policy_type: Option<PolicyType>,
    /// The policy as the sender found it, a line each.
    pub policy_string: Vec<String>,
    /// The domain that publishes it.
    pub policy_domain: Option<Domain>,
    /// The servers that it allows, with `*` where it has one.
    pub mx_hosts: Vec<String>,
    /// Sessions that went well.
    pub successful_sessions: u64,
    /// Sessions that did not.
    pub failed_sessions: u64,
    /// What went wrong.
    pub failure_details: Vec<TlsFailure>,
}

/// What went wrong in some sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TlsFailure {
    /// What it was.
    pub result_type: Option<ResultType>,
    /// The address that sent.
    pub sending_mta_ip: Option<IpAddr>,
    /// The name of the server.
    pub receiving_mx_hostname: Option<String>,
    /// The name that the server gave in its greeting.
    pub receiving_mx_helo: Option<String>,
    /// The address of the server.
    pub receiving_ip: Option<IpAddr>,
    /// In how many sessions.
    pub failed_sessions: u64,
    /// Where to read more.
    pub additional_information: Option<String>,
    /// The sender's words.
    pub failure_reason_code: Option<String>,
}

/// How much of a report is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TlsLimits {
    /// Octets of the whole: 5 MiB.
    pub octets: u64,
}

impl Default for TlsLimits {
    fn default() -> Self {
        Self { octets: 5 * 1024 * 1024 }
    }
}

impl TlsLimits {
    /// Policies of one report, and lines of one list in it; more is an error.
    pub const MAX_ENTRIES: usize = 1_000;
    /// Failures of one policy; more is an error.
    pub const MAX_FAILURES: usize = 10_000;
}

impl TlsReport {
    /// Reads a report.
    ///
    /// # Errors
    ///
    /// If what stands there is not a report, or larger than the limits.
    pub fn read(read: impl Read, limits: TlsLimits) -> Result<Self, TlsReportError> {
        let mut octets = Vec::new();
        read.take(limits.octets.saturating_add(1)).read_to_end(&mut octets)?;
        if u64::try_from(octets.len()).is_ok_and(|length| length > limits.octets) {
            return Err(TlsReportError::TooLong { limit: limits.octets });
        }
        json::read(octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&octets))
    }
}

/// Why a TLS report is not read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TlsReportError {
    /// The content could not be unpacked.
    #[error(transparent)]
    Extract(ExtractError),
    /// The caller's check said to stop.
    #[error(transparent)]
    Interrupted(Interrupted),
    /// What stands there is not the JSON of a report.
    #[error("no TLS report at line {line}, column {column}: {message}")]
    Json {
        /// The line, counted from one.
        line: usize,
        /// The column, counted from one.
        column: usize,
        /// What is wrong there.
        message: String,
    },
    /// The source could not be read.
    #[error("{message}")]
    Read {
        /// The kind of the error.
        kind: std::io::ErrorKind,
        /// The error in words.
        message: String,
    },
    /// The report is longer than the limit.
    #[error("report longer than {limit} octets")]
    TooLong {
        /// The limit in octets.
        limit: u64,
    },
    /// A list has more entries than the limit.
    #[error("more than {limit} entries in a list")]
    TooManyEntries {
        /// The limit.
        limit: usize,
    },
}

impl From<std::io::Error> for TlsReportError {
    fn from(error: std::io::Error) -> Self {
        let source = error.get_ref();
        if let Some(error) = source.and_then(|source| source.downcast_ref()) {
            Self::Extract(*error)
        } else if let Some(error) = source.and_then(|source| source.downcast_ref()) {
            Self::Interrupted(*error)
        } else {
            Self::Read { kind: error.kind(), message: error.to_string() }
        }
    }
}

words! {
    /// What kind of policy a sender found (RFC 8460 section 4.4).
    pub enum PolicyType {
        /// TLSA records, DANE.
        Tlsa = "tlsa",
        /// MTA-STS.
        Sts = "sts",
        /// Neither.
        NoPolicyFound = "no-policy-found",
    }

    /// What can go wrong in a session (RFC 8460 section 4.3).
    pub enum ResultType {
        /// The server offers no encryption.
        StarttlsNotSupported = "starttls-not-supported",
        /// The certificate is for another name.
        CertificateHostMismatch = "certificate-host-mismatch",
        /// The certificate has expired.
        CertificateExpired = "certificate-expired",
        /// The certificate is not trusted.
        CertificateNotTrusted = "certificate-not-trusted",
        /// Something else.
        ValidationFailure = "validation-failure",
        /// No TLSA record could be used.
        TlsaInvalid = "tlsa-invalid",
        /// The zone's signatures do not hold.
        DnssecInvalid = "dnssec-invalid",
        /// The policy asks for DANE and there is none.
        DaneRequired = "dane-required",
        /// The MTA-STS policy could not be fetched.
        StsPolicyFetchError = "sts-policy-fetch-error",
        /// The MTA-STS policy is none.
        StsPolicyInvalid = "sts-policy-invalid",
        /// The certificate of the server with the MTA-STS policy is not valid.
        StsWebpkiInvalid = "sts-webpki-invalid",
    }
}
