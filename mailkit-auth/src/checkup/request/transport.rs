//! What is known of policies, certificates, zones and their records.

use std::time::{Duration, SystemTime};

use super::{CheckupRequest, MarkCertificate, PolicyFetch, PreviousPolicy, ServerCertificate};
use crate::Domain;
use crate::lookup::RecordType;

impl CheckupRequest {
    /// With what came of fetching `https://mta-sts.<domain>/.well-known/mta-sts.txt`.
    #[must_use]
    pub fn with_policy_fetch(mut self, fetch: PolicyFetch) -> Self {
        self.policy_fetch = Some(fetch);
        self
    }

    /// With the MTA-STS policy at an earlier time.
    #[must_use]
    pub fn with_previous_policy(mut self, previous: PreviousPolicy) -> Self {
        self.previous_policy = Some(previous);
        self
    }

    /// With the time at which the MTA-STS policy took its present mode.
    #[must_use]
    pub fn with_policy_since(mut self, since: SystemTime) -> Self {
        self.policy_since = Some(since);
        self
    }

    /// With the certificate that a mail host shows.
    #[must_use]
    pub fn with_server(mut self, server: ServerCertificate) -> Self {
        self.servers.push(server);
        self
    }

    /// With the file behind the BIMI record's `l`.
    #[must_use]
    pub fn with_logo(mut self, svg: impl Into<Vec<u8>>) -> Self {
        self.logo = Some(svg.into());
        self
    }

    /// With the certificate behind the BIMI record's `a`.
    #[must_use]
    pub fn with_mark_certificate(mut self, certificate: MarkCertificate) -> Self {
        self.mark_certificate = Some(certificate);
        self
    }

    /// With what a validating resolver says of a zone; it holds for all names in it.
    #[must_use]
    pub fn with_dnssec(mut self, zone: Domain, state: DnssecState) -> Self {
        self.dnssec.insert(zone, state);
        self
    }

    /// With the TTL of a record.
    #[must_use]
    pub fn with_ttl(mut self, name: Domain, record_type: RecordType, ttl: Duration) -> Self {
        self.ttls.push((name, record_type, ttl));
        self
    }
}

/// What a validating resolver says of a zone (RFC 4035 section 4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum DnssecState {
    /// It is signed, and the signatures hold.
    Secure,
    /// It is not signed.
    Insecure,
    /// It is signed, and the signatures do not hold.
    Bogus,
}
