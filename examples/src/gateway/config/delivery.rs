//! How replies are signed, and how mail is delivered.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::SystemTime;

use mailkit_auth::{Domain, Selector};
use mailkit_route::timing::{EscalationPolicy, PacingLimits, SendWindows};
use mailkit_route::{GeoPoint, RetryPolicy};
use serde::Deserialize;

use super::de::{identifier, parsed};
use super::sending::{SendHours, WarmUpConfig, escalation, limits, retry};

/// A key that signs our replies.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SigningKey {
    /// The signing domain.
    #[serde(deserialize_with = "parsed")]
    pub domain: Domain,
    /// The selector under which the public key is published.
    #[serde(deserialize_with = "parsed")]
    pub selector: Selector,
    /// The private key, PKCS#8 in PEM, as `mailkit keys` writes it.
    pub file: PathBuf,
}

/// A place from which we may deliver.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct EgressConfig {
    /// A short name.
    #[serde(deserialize_with = "identifier")]
    pub id: String,
    /// The region's name.
    pub region: String,
    /// Where it stands.
    pub at: Place,
    /// The local address to connect from; the system chooses when absent.
    pub source: Option<IpAddr>,
    /// How it begins to send, while receivers do not know it.
    pub warm_up: Option<WarmUpConfig>,
}

/// Where an address stands.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Location {
    /// The address.
    pub address: IpAddr,
    /// Latitude and longitude.
    pub at: Place,
}

/// `[latitude, longitude]` in degrees.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "[f64; 2]")]
#[non_exhaustive]
pub struct Place(pub GeoPoint);

impl TryFrom<[f64; 2]> for Place {
    type Error = mailkit_route::ConfigError;

    fn try_from([latitude, longitude]: [f64; 2]) -> Result<Self, Self::Error> {
        GeoPoint::new(latitude, longitude).map(Self)
    }
}

/// How we deliver.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Outbound {
    /// The port of receiving hosts.
    pub port: u16,
    /// Deliveries at one time.
    pub concurrency: usize,
    /// Seconds until a connection attempt is given up.
    pub connect_timeout_seconds: u64,
    /// Whether a mail or policy host with a private or loopback address may be tried. A stranger's records may name such addresses, so this
    /// is for houses whose own hosts have them.
    pub private_hosts: bool,
    /// The pauses between tries, by what a host replied, and when to give up.
    #[serde(deserialize_with = "retry")]
    pub retry: RetryPolicy,
    /// The hours in which replies go out; at every hour when absent.
    pub hours: Option<SendHours>,
    /// Connections at once to one provider.
    #[serde(deserialize_with = "limits")]
    pub pacing: PacingLimits,
    /// From when on a person hears of a reply that does not arrive.
    #[serde(deserialize_with = "escalation")]
    pub escalation: EscalationPolicy,
    /// What is looked up of TLS, and who vouches for certificates.
    pub tls: TlsPolicy,
    /// Connect there instead: for trying it out with receivers on loopback.
    pub dial: BTreeMap<IpAddr, SocketAddr>,
}

/// What is looked up of TLS before mail is sent, and who vouches for certificates.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct TlsPolicy {
    /// Whether the MTA-STS policies of domains are fetched (RFC 8461).
    pub mta_sts: bool,
    /// Whether the TLSA records of hosts are looked up (RFC 7672). Name servers that do not pass DNSSEC signatures on make
    /// every lookup fail, and then no mail goes.
    pub dane: bool,
    /// The certificates of those who vouch, in PEM; the system's when absent.
    pub authorities: Option<PathBuf>,
    /// The port of policy hosts: for trying it out, since the standard knows 443 alone.
    pub policy_port: u16,
}

impl Default for TlsPolicy {
    fn default() -> Self {
        Self { mta_sts: true, dane: false, authorities: None, policy_port: 443 }
    }
}

impl Outbound {
    /// When a mail of now may be sent: in the hours of each day until nobody would wait any longer.
    #[must_use]
    pub fn windows(&self, now: SystemTime) -> SendWindows {
        self.hours.map_or_else(SendWindows::always, |hours| hours.windows(now, DAYS_OF_HOURS))
    }
}

impl Default for Outbound {
    fn default() -> Self {
        Self {
            port: 25,
            concurrency: 32,
            connect_timeout_seconds: 30,
            private_hosts: false,
            retry: RetryPolicy::default(),
            hours: None,
            pacing: PacingLimits::default(),
            escalation: EscalationPolicy::default(),
            tls: TlsPolicy::default(),
            dial: BTreeMap::new(),
        }
    }
}

/// Longer than a mail waits.
const DAYS_OF_HOURS: u64 = 60;
