//! What a client saw of TLS, and what follows.

use super::{TlsFailure, TlsPolicyType, TlsRequirement, TlsResultType};
use crate::Host;

/// What a client saw when it began TLS with a host.
///
/// A client checks the certificate as the [`TlsRequirement`] asks: the names and the public issuers
/// for `Reported` and `Verified`, the TLSA records for `Dane`, nothing otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum TlsObservation {
    /// TLS stands, and the certificate is as it must be.
    Established,
    /// The host does not offer STARTTLS, or refuses the command.
    NotOffered,
    /// The handshake failed for a reason that is not the certificate.
    HandshakeFailed,
    /// The certificate has expired, or is not valid yet.
    CertificateExpired,
    /// The certificate is for other names.
    CertificateHostMismatch,
    /// No public issuer vouches for the certificate.
    CertificateNotTrusted,
    /// No TLSA record names the certificate.
    TlsaMismatch,
}

/// What to do with the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum TlsAction {
    /// Close it and try the next hop; after the last one the mail stays in the queue and is not
    /// bounced before its time (RFC 8461 section 5.1, RFC 7672 section 2.2).
    NextHop,
    /// Send the mail over it.
    Proceed,
    /// Connect again and send the mail without TLS.
    WithoutTls,
}

/// What to do, and what to report.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct TlsVerdict {
    /// What to do with the connection.
    pub action: TlsAction,
    /// What a TLS report counts; none for a session without fault or without policy.
    pub failure: Option<TlsFailure>,
}

impl TlsRequirement {
    /// What follows from what was seen of a host.
    ///
    /// ```
    /// use mailkit_route::tls_policy::{TlsAction, TlsObservation, TlsRequirement};
    /// let host = "mx1.buyer.example".parse()?;
    /// let names = vec!["mx1.buyer.example".parse()?];
    /// let enforced = TlsRequirement::Verified { names };
    /// let verdict = enforced.after(TlsObservation::NotOffered, &host);
    /// assert_eq!(verdict.action, TlsAction::NextHop);
    /// let failure = verdict.failure.ok_or("none")?;
    /// assert_eq!(failure.to_string(), "starttls-not-supported at mx1.buyer.example (sts)");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn after(&self, seen: TlsObservation, host: &Host) -> TlsVerdict {
        use TlsObservation::{Established, HandshakeFailed, NotOffered};
        let action = match (self, seen) {
            (_, Established) => TlsAction::Proceed,
            (Self::Opportunistic | Self::Reported { .. }, HandshakeFailed) => TlsAction::WithoutTls,
            (Self::Opportunistic | Self::Reported { .. }, _) => TlsAction::Proceed,
            (Self::Encrypted, NotOffered | HandshakeFailed) => TlsAction::NextHop,
            (Self::Encrypted, _) => TlsAction::Proceed,
            (Self::Verified { .. } | Self::Dane(_), _) => TlsAction::NextHop,
        };
        TlsVerdict { action, failure: self.failure(seen, host) }
    }

    fn failure(&self, seen: TlsObservation, host: &Host) -> Option<TlsFailure> {
        use TlsObservation as Seen;
        let result_type = match seen {
            Seen::Established => return None,
            Seen::NotOffered => TlsResultType::StarttlsNotSupported,
            Seen::HandshakeFailed => TlsResultType::ValidationFailure,
            _ if *self == Self::Encrypted => return None,
            Seen::CertificateExpired => TlsResultType::CertificateExpired,
            Seen::CertificateHostMismatch => TlsResultType::CertificateHostMismatch,
            Seen::CertificateNotTrusted => TlsResultType::CertificateNotTrusted,
            Seen::TlsaMismatch => TlsResultType::TlsaInvalid,
        };
        let policy_type = match self {
            Self::Opportunistic => return None,
            Self::Reported { .. } | Self::Verified { .. } => TlsPolicyType::Sts,
            Self::Encrypted | Self::Dane(_) => TlsPolicyType::Tlsa,
        };
        Some(TlsFailure::new(result_type, policy_type, Some(host.clone())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Domain,
        tls_policy::{DaneTls, TlsaRecord},
    };
    use TlsAction::{NextHop, Proceed, WithoutTls};
    use TlsObservation as Seen;

    #[track_caller]
    fn check(rule: &TlsRequirement, seen: Seen, action: TlsAction, failure: Option<&str>) {
        let host = Host::Name(name());
        let verdict = rule.after(seen, &host);
        assert_eq!(verdict.action, action, "{rule}, {seen:?}");
        let shown = verdict.failure.map(|it| it.to_string().replace(" at mx.example", ""));
        assert_eq!(shown.as_deref(), failure, "{rule}, {seen:?}");
    }

    fn name() -> Domain {
        "mx.example".parse().unwrap()
    }

    #[test]
    fn s5_enforce_goes_to_the_next_hop() {
        let rule = TlsRequirement::Verified { names: vec![name()] };
        check(&rule, Seen::Established, Proceed, None);
        check(&rule, Seen::NotOffered, NextHop, Some("starttls-not-supported (sts)"));
        check(&rule, Seen::HandshakeFailed, NextHop, Some("validation-failure (sts)"));
        check(&rule, Seen::CertificateExpired, NextHop, Some("certificate-expired (sts)"));
        check(
            &rule,
            Seen::CertificateHostMismatch,
            NextHop,
            Some("certificate-host-mismatch (sts)"),
        );
        check(&rule, Seen::CertificateNotTrusted, NextHop, Some("certificate-not-trusted (sts)"));
        assert!(!rule.allows_cleartext());
        assert_eq!(rule.server_name(), Some(&name()));
    }

    #[test]
    fn s5_testing_delivers_and_reports() {
        let rule = TlsRequirement::Reported { names: vec![name()] };
        check(&rule, Seen::Established, Proceed, None);
        check(&rule, Seen::NotOffered, Proceed, Some("starttls-not-supported (sts)"));
        check(&rule, Seen::HandshakeFailed, WithoutTls, Some("validation-failure (sts)"));
        check(&rule, Seen::CertificateExpired, Proceed, Some("certificate-expired (sts)"));
        assert!(rule.allows_cleartext());
    }

    #[test]
    fn s7_dane_failures_are_final_for_the_host() {
        let records = vec![TlsaRecord::new(3, 1, 1, [7; 32])];
        let tls = DaneTls { base: name(), names: vec![name()], records };
        let rule = TlsRequirement::Dane(tls);
        check(&rule, Seen::Established, Proceed, None);
        check(&rule, Seen::NotOffered, NextHop, Some("starttls-not-supported (tlsa)"));
        check(&rule, Seen::TlsaMismatch, NextHop, Some("tlsa-invalid (tlsa)"));
        check(
            &rule,
            Seen::CertificateHostMismatch,
            NextHop,
            Some("certificate-host-mismatch (tlsa)"),
        );
        assert_eq!(rule.server_name(), Some(&name()));
    }

    #[test]
    fn d2_unusable_records_ask_for_tls_with_any_certificate() {
        let rule = TlsRequirement::Encrypted;
        check(&rule, Seen::Established, Proceed, None);
        check(&rule, Seen::CertificateNotTrusted, Proceed, None);
        check(&rule, Seen::NotOffered, NextHop, Some("starttls-not-supported (tlsa)"));
        check(&rule, Seen::HandshakeFailed, NextHop, Some("validation-failure (tlsa)"));
        assert!(!rule.allows_cleartext());
    }

    #[test]
    fn without_policy_nothing_is_asked_and_nothing_reported() {
        let rule = TlsRequirement::Opportunistic;
        check(&rule, Seen::NotOffered, Proceed, None);
        check(&rule, Seen::CertificateExpired, Proceed, None);
        check(&rule, Seen::HandshakeFailed, WithoutTls, None);
    }
}
