//! The gateway's configuration: one TOML file, checked as a whole before anything starts.

mod check;
mod de;
mod delivery;
mod error;
mod people;
mod sending;

use std::net::SocketAddr;
use std::ops::Range;
use std::path::{Path, PathBuf};

use mailkit_auth::Domain;
use serde::Deserialize;

use self::de::{parsed, socket_address};
pub use self::delivery::{EgressConfig, Location, Outbound, Place, SigningKey, TlsPolicy};
pub use self::error::ConfigError;
use self::error::Place2D;
pub use self::people::{
    Company, CounterpartyConfig, Department, Departments, Iban, MailboxConfig, Person, Signature,
    Wanted,
};
pub use self::sending::{ProviderConfig, SendHours, WarmUpConfig};

/// Everything the gateway is told. `assets/gateway.toml` is the annotated sample.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Config {
    /// Our name in the banner, in `Received` and in `Authentication-Results`.
    #[serde(deserialize_with = "parsed")]
    pub host_name: Domain,
    /// Where to listen; port 0 takes a free one.
    #[serde(deserialize_with = "socket_address")]
    pub listen: SocketAddr,
    /// The directory for accepted, quarantined and unsent mail.
    pub spool: PathBuf,
    /// Certificate and key for STARTTLS; self-made when absent.
    pub tls: Option<Tls>,
    /// Where names are looked up.
    #[serde(default)]
    pub dns: Dns,
    /// What one client may cost.
    #[serde(default)]
    pub limits: SmtpLimits,
    /// Who answers.
    pub company: Company,
    /// The addresses we accept mail for.
    #[serde(rename = "mailbox")]
    pub mailboxes: Vec<MailboxConfig>,
    /// Who answers what, and how soon. The first takes what no other wants.
    #[serde(rename = "department")]
    pub departments: Departments,
    /// Whose names an impostor would borrow.
    #[serde(default, rename = "person")]
    pub people: Vec<Person>,
    /// What we know of those we pay.
    #[serde(default, rename = "counterparty")]
    pub counterparties: Vec<CounterpartyConfig>,
    /// The keys that sign our replies; unsigned when absent.
    #[serde(default, rename = "signing_key")]
    pub signing_keys: Vec<SigningKey>,
    /// Whence we may deliver.
    #[serde(rename = "egress")]
    pub egresses: Vec<EgressConfig>,
    /// Where receiving hosts stand, as far as we know.
    #[serde(default, rename = "location")]
    pub locations: Vec<Location>,
    /// Who runs the mail hosts of many domains. The hosts of a domain that is nobody's are its own.
    #[serde(default, rename = "provider")]
    pub providers: Vec<ProviderConfig>,
    /// How we deliver.
    #[serde(default)]
    pub outbound: Outbound,
}

/// PEM files for STARTTLS.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Tls {
    /// The certificate chain.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// Where names are looked up: in zone files, at name servers, or where the system does.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Dns {
    /// BIND zone files, served by the gateway itself on loopback: for trying it out without a network.
    #[serde(default)]
    pub zones: Vec<PathBuf>,
    /// Name servers to ask instead of the system's.
    #[serde(default)]
    pub servers: Vec<SocketAddr>,
}

/// What one client may cost.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct SmtpLimits {
    /// The largest message, in octets.
    pub message_bytes: usize,
    /// Recipients of one message.
    pub recipients: usize,
    /// Connections at one time.
    pub connections: usize,
    /// Connections of one address at one time.
    pub connections_per_client: usize,
    /// Seconds to wait for the next command.
    pub command_timeout_seconds: u64,
}

impl Default for SmtpLimits {
    fn default() -> Self {
        Self {
            message_bytes: 25 << 20,
            recipients: 100,
            connections: 256,
            connections_per_client: 32,
            command_timeout_seconds: 300,
        }
    }
}

impl Config {
    /// Reads and checks a file. Relative paths in it are taken from its directory.
    ///
    /// # Errors
    /// The first thing that is wrong, with file, line, column and what to do about it.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError {
            path: path.to_owned(),
            place: None,
            message: format!("cannot read the file: {source}"),
        })?;
        Self::parse(&text, path)
    }

    /// Checks a text; `path` names it in errors and anchors its relative paths.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let fault = |span: Option<Range<usize>>, message: String| ConfigError {
            path: path.to_owned(),
            place: span.map(|span| Place2D::of(text, span.start)),
            message,
        };
        let mut config: Self = toml::from_str(text)
            .map_err(|error| fault(error.span(), error.message().to_owned()))?;
        config.check().map_err(|(span, message)| fault(span, message))?;
        config.anchor(path.parent().unwrap_or_else(|| Path::new("")));
        Ok(config)
    }

    /// The domains we accept mail for.
    #[must_use]
    pub fn local_domains(&self) -> Vec<&str> {
        let mut domains: Vec<_> = self.mailboxes.iter().map(|it| it.address.domain()).collect();
        domains.sort_unstable();
        domains.dedup();
        domains
    }

    fn anchor(&mut self, base: &Path) {
        let tls = self.tls.iter_mut().flat_map(|tls| [&mut tls.certificate, &mut tls.key]);
        let keys = self.signing_keys.iter_mut().map(|key| &mut key.file);
        let authorities = &mut self.outbound.tls.authorities;
        for path in
            tls.chain(keys).chain(authorities).chain(&mut self.dns.zones).chain([&mut self.spool])
        {
            *path = base.join(&path);
        }
    }
}
