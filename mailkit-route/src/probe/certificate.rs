//! What a certificate says, whoever vouches for it.

use std::{
    net::IpAddr,
    time::{Duration, SystemTime},
};

use x509_parser::{
    certificate::X509Certificate, extensions::GeneralName, prelude::FromDer, time::ASN1Time,
};

use super::ProbeLimits;
use crate::reply::printable;

/// What the certificate of a host says of itself. Nothing of it is proven.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Certificate {
    /// Whose it is, at most 200 characters.
    pub subject: String,
    /// Who made it, at most 200 characters.
    pub issuer: String,
    /// The host names and addresses it is for, the first [`ProbeLimits::NAMES`].
    pub names: Vec<String>,
    /// How many names are beyond that.
    pub further_names: usize,
    /// From when on it is valid.
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::unix_seconds"))]
    pub not_before: SystemTime,
    /// Until when.
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::wire::unix_seconds"))]
    pub not_after: SystemTime,
}

impl Certificate {
    /// Whether this time is within its own.
    #[must_use]
    pub fn is_valid_at(&self, now: SystemTime) -> bool {
        (self.not_before..=self.not_after).contains(&now)
    }

    /// `None` for what is no certificate.
    pub(super) fn read(der: &[u8]) -> Option<Self> {
        let (_, read) = X509Certificate::from_der(der).ok()?;
        let names = read.subject_alternative_name().ok().flatten();
        let mut names = names.into_iter().flat_map(|it| &it.value.general_names).filter_map(name);
        Some(Self {
            subject: cut(&read.subject().to_string()),
            issuer: cut(&read.issuer().to_string()),
            names: names.by_ref().take(ProbeLimits::NAMES).collect(),
            further_names: names.count(),
            not_before: time(read.validity().not_before),
            not_after: time(read.validity().not_after),
        })
    }
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some(cut(name)),
        GeneralName::IPAddress(octets) => {
            let v4 = <[u8; 4]>::try_from(*octets).map(IpAddr::from);
            let address = v4.or_else(|_| <[u8; 16]>::try_from(*octets).map(IpAddr::from));
            address.ok().map(|address| address.to_string())
        }
        _ => None,
    }
}

fn cut(text: &str) -> String {
    printable(text).chars().take(MAX_TEXT).collect()
}

/// Before 1970 counts as 1970.
fn time(time: ASN1Time) -> SystemTime {
    let seconds = Duration::from_secs(u64::try_from(time.timestamp()).unwrap_or(0));
    SystemTime::UNIX_EPOCH.checked_add(seconds).unwrap_or(SystemTime::UNIX_EPOCH)
}

const MAX_TEXT: usize = 200;
