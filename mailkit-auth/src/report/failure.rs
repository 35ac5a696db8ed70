//! Failure reports: one message that did not pass (RFC 9991, RFC 6591, RFC 5965).

mod fields;
mod original;
mod plain;

#[cfg(test)]
mod tests;

use std::net::IpAddr;
use std::time::SystemTime;

use serde::Serialize;

use super::anomaly::Anomalies;
use super::extract::{ExtractError, ExtractLimits, Part};
use super::words::words;
use super::{Anomaly, AnomalyKind};
use crate::Domain;
pub use original::OriginalMessage;

/// A failure report.
///
/// ```
/// use mailkit_auth::report::extract::ExtractLimits;
/// use mailkit_auth::report::failure::{AuthFailure, FailureReport};
///
/// let mail = b"From: r@receiver.test\r\n\
///     Content-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\
///     \r\n\
///     --b\r\nContent-Type: message/feedback-report\r\n\r\n\
///     Feedback-Type: auth-failure\r\nVersion: 1\r\nUser-Agent: a/1\r\n\
///     Auth-Failure: dmarc\r\nSource-IP: 192.0.2.1\r\nReported-Domain: acme.test\r\n\
///     --b\r\nContent-Type: text/rfc822-headers\r\n\r\n\
///     From: pay@acme.test\r\nSubject: Invoice\r\n\
///     --b--\r\n";
/// let report = FailureReport::read(mail, ExtractLimits::default())?;
/// assert_eq!(report.auth_failure, Some(AuthFailure::Dmarc));
/// assert_eq!(report.source_ip, Some([192, 0, 2, 1].into()));
/// let original = report.original.ok_or("no original")?;
/// assert_eq!(original.subject.as_deref(), Some("Invoice"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FailureReport {
    /// What kind of report it is.
    pub feedback_type: Option<FeedbackType>,
    /// What failed.
    pub auth_failure: Option<AuthFailure>,
    /// The program that wrote the report.
    pub user_agent: Option<String>,
    /// The version of the format, as written.
    pub version: Option<String>,
    /// When the message arrived.
    #[serde(serialize_with = "crate::moment::unix_seconds::if_any::serialize")]
    pub arrival_date: Option<SystemTime>,
    /// The address that sent the message.
    pub source_ip: Option<IpAddr>,
    /// The port that it sent from.
    pub source_port: Option<u16>,
    /// The envelope's sender, without angle brackets.
    pub original_mail_from: Option<String>,
    /// The envelope's recipients, without angle brackets.
    pub original_rcpt_to: Vec<String>,
    /// The envelope's name at the receiver.
    pub original_envelope_id: Option<String>,
    /// The server that received the message.
    pub reporting_mta: Option<String>,
    /// The domains that the report is about.
    pub reported_domains: Vec<Domain>,
    /// The URIs that the report is about.
    pub reported_uris: Vec<String>,
    /// How many messages like this there were.
    pub incidents: Option<u64>,
    /// The receiver's `Authentication-Results`, as written.
    pub authentication_results: Vec<String>,
    /// What was done with the message.
    pub delivery_result: Option<DeliveryResult>,
    /// Which mechanisms were aligned (`Identity-Alignment`, RFC 9991).
    pub identity_alignment: Vec<AlignedMechanism>,
    /// The domain of the signature (`d=`).
    pub dkim_domain: Option<Domain>,
    /// The identity of the signature (`i=`).
    pub dkim_identity: Option<String>,
    /// The selector of the signature (`s=`).
    pub dkim_selector: Option<String>,
    /// The signed header as the receiver saw it, base64 without white space.
    pub dkim_canonicalized_header: Option<String>,
    /// The signed body as the receiver saw it, base64 without white space.
    pub dkim_canonicalized_body: Option<String>,
    /// The SPF records that were used, as written.
    pub spf_dns: Vec<String>,
    /// What the report gives of the message.
    pub original: Option<OriginalMessage>,
    /// What was forgiven.
    pub anomalies: Vec<Anomaly>,
}

/// How much is kept of a failure report. What goes beyond is left out, and an
/// [anomaly](AnomalyKind::TooLong) says so.
///
/// ```
/// use mailkit_auth::report::extract::ExtractLimits;
///
/// let mut limits = ExtractLimits::default();
/// limits.failure.header_octets = 8 * 1024;
/// assert_eq!(limits.failure.fields, 200);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FailureLimits {
    /// Octets of the part with the fields, and of the message that failed: 1 MiB each.
    pub text_octets: usize,
    /// Fields: 200.
    pub fields: usize,
    /// Octets of one field; the signed body may stand in one: 64 KiB.
    pub field_octets: usize,
    /// Octets of the header of the message that failed: 64 KiB.
    pub header_octets: usize,
}

impl Default for FailureLimits {
    fn default() -> Self {
        Self {
            text_octets: 1024 * 1024,
            fields: 200,
            field_octets: 64 * 1024,
            header_octets: 64 * 1024,
        }
    }
}

impl FailureReport {
    /// Reads the report in a mail. Of the message that failed the header is kept and the body is not.
    ///
    /// Some receivers write what they have to say into the text for people alone; the report then
    /// has what stands there, and an [anomaly](AnomalyKind::Missing).
    ///
    /// # Errors
    ///
    /// If there is no failure report in it, or it is larger or has more parts than the limits,
    /// or they are nested deeper.
    pub fn read(mail: &[u8], limits: ExtractLimits) -> Result<Self, ExtractError> {
        if mail.len() > limits.input_octets {
            return Err(ExtractError::InputTooLong { limit: limits.input_octets });
        }
        let parts = Part::all(mail, limits)?;
        Self::of_parts(&parts, &limits.failure).ok_or(ExtractError::NoReport)
    }

    /// The report in a mail that has been taken apart.
    pub(super) fn of_parts(parts: &[Part<'_>], limits: &FailureLimits) -> Option<Self> {
        let (mut report, original) =
            match parts.iter().find(|part| part.is("message/feedback-report")) {
                Some(part) => (fields::read(&part.octets, limits), None),
                None => plain::read(parts, limits)?,
            };
        let original = original.or_else(|| OriginalMessage::of_parts(parts, limits));
        if let Some((original, is_cut)) = original {
            report.original = Some(original);
            if is_cut {
                let mut anomalies = Anomalies::from(report.anomalies);
                anomalies.add(AnomalyKind::TooLong, "header", "");
                report.anomalies = anomalies.into_vec();
            }
        }
        Some(report)
    }
}

words! {
    /// What a report is about (RFC 5965 section 3.1, RFC 6591 section 3.1).
    pub enum FeedbackType {
        /// Mail that nobody asked for.
        Abuse = "abuse",
        /// Mail that did not authenticate.
        AuthFailure = "auth-failure",
        /// Fraud or phishing.
        Fraud = "fraud",
        /// Mail that is not spam.
        NotSpam = "not-spam",
        /// Something else.
        Other = "other",
        /// Malware.
        Virus = "virus",
    }

    /// What failed (RFC 6591 section 3.3, RFC 9991 section 4).
    pub enum AuthFailure {
        /// The domain's signing practices (ADSP, historic).
        Adsp = "adsp",
        /// The hash of the body.
        BodyHash = "bodyhash",
        /// DMARC.
        Dmarc = "dmarc",
        /// The signature's key was revoked.
        Revoked = "revoked",
        /// The signature.
        Signature = "signature",
        /// SPF.
        Spf = "spf",
    }

    /// What was done with the message (RFC 6591 section 3.2.2).
    pub enum DeliveryResult {
        /// It was delivered.
        Delivered = "delivered",
        /// It was delivered as spam.
        Spam = "spam",
        /// The receiver's policy decided.
        Policy = "policy",
        /// It was refused.
        Reject = "reject",
        /// Something else.
        Other = "other",
    }

    /// A mechanism whose domain was aligned (RFC 9991 section 4).
    pub enum AlignedMechanism {
        /// None was.
        None = "none",
        /// DKIM.
        Dkim = "dkim",
        /// SPF.
        Spf = "spf",
    }
}
