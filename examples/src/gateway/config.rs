//! The gateway's configuration: one TOML file, checked as a whole before anything starts.

mod check;
mod de;

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;
use std::path::{Path, PathBuf};

use mailkit_auth::{Domain, Selector};
use mailkit_risk::Account;
use mailkit_risk::intent::IntentKind;
use mailkit_route::GeoPoint;
use mailkit_template::Url;
use mailkit_template::compose::Mailbox;
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use self::de::{identifier, parsed, seven, socket_address};
use crate::smtp::MailAddress;

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

/// Who answers: the words and the signature of the automatic reply.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Company {
    /// The name in the text of the reply.
    pub name: String,
    /// The `From` of the reply.
    #[serde(deserialize_with = "parsed")]
    pub reply_from: Mailbox,
    /// Who signs.
    pub signature: Signature,
    /// Send no second reply to the same address within so many days.
    #[serde(default = "seven")]
    pub reply_window_days: u16,
}

/// The last lines of the reply.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Signature {
    /// The person.
    pub name: String,
    /// The position.
    pub title: String,
    /// The direct line.
    pub phone: String,
    /// The web site.
    #[serde(deserialize_with = "parsed")]
    pub site: Url,
}

/// An address we accept mail for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct MailboxConfig {
    /// The address.
    #[serde(deserialize_with = "parsed")]
    pub address: MailAddress,
    /// The department it belongs to; when absent, the intent of the mail decides.
    pub department: Option<Spanned<String>>,
}

/// Who answers what, and how soon.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Department {
    /// A short name, also of its mail directory.
    #[serde(deserialize_with = "identifier")]
    pub id: String,
    /// The name in the text of the reply, by the language of the reply; `en` stands in for a language that is not there.
    pub name: BTreeMap<String, String>,
    /// What it takes from a mailbox that has no department of its own.
    #[serde(default)]
    pub intents: Vec<Wanted>,
    /// Hours until the first answer by a person.
    pub answer_hours: u32,
}

impl Department {
    /// Its name in a language.
    #[must_use]
    pub fn name_in(&self, locale: &str) -> &str {
        let name = self.name.get(locale).or_else(|| self.name.get("en"));
        name.unwrap_or(&self.id)
    }
}

/// At least one department.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Vec<Department>")]
#[non_exhaustive]
pub struct Departments {
    /// Takes what no other wants.
    pub first: Department,
    /// The others.
    pub others: Vec<Department>,
}

impl Departments {
    /// All of them, the first one first.
    pub fn iter(&self) -> impl Iterator<Item = &Department> {
        std::iter::once(&self.first).chain(&self.others)
    }
}

impl TryFrom<Vec<Department>> for Departments {
    type Error = &'static str;

    fn try_from(departments: Vec<Department>) -> Result<Self, Self::Error> {
        let mut departments = departments.into_iter();
        let first = departments.next().ok_or("there is no [[department]]; add at least one")?;
        Ok(Self { first, others: departments.collect() })
    }
}

/// What a sender may want.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
#[non_exhaustive]
pub struct Wanted(pub IntentKind);

impl TryFrom<String> for Wanted {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self).map_err(|_| {
            let known: Vec<_> = IntentKind::ALL.iter().map(|kind| kind.as_str()).collect();
            format!("there is no intent `{text}`; there are {}", known.join(", "))
        })
    }
}

/// One of our people.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Person {
    /// The display name.
    pub name: String,
    /// The real address.
    #[serde(deserialize_with = "parsed")]
    pub address: MailAddress,
}

/// What we know of one we pay.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CounterpartyConfig {
    /// Its domain.
    #[serde(deserialize_with = "parsed")]
    pub domain: Domain,
    /// The IBANs it was paid on before.
    #[serde(default)]
    pub ibans: Vec<Iban>,
}

/// A known account.
#[derive(Debug)]
#[non_exhaustive]
pub struct Iban(pub Account);

impl<'de> Deserialize<'de> for Iban {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Account::iban(&text)
            .map(Self)
            .map_err(|error| serde::de::Error::custom(format_args!("`{text}`: {error}")))
    }
}

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
    /// Whether a host with a private or loopback address may be tried. A stranger's records may name such addresses, so this
    /// is for houses whose own hosts have them.
    pub private_hosts: bool,
    /// Connect there instead: for trying it out with receivers on loopback.
    pub dial: BTreeMap<IpAddr, SocketAddr>,
}

impl Default for Outbound {
    fn default() -> Self {
        Self {
            port: 25,
            concurrency: 32,
            connect_timeout_seconds: 30,
            private_hosts: false,
            dial: BTreeMap::new(),
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
        for path in tls.chain(keys).chain(&mut self.dns.zones).chain([&mut self.spool]) {
            *path = base.join(&path);
        }
    }
}

/// What is wrong in a configuration, where, and what to do.
#[derive(Debug)]
pub struct ConfigError {
    path: PathBuf,
    place: Option<Place2D>,
    message: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some(place) = &self.place {
            write!(f, ":{}:{}", place.line, place.column)?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for ConfigError {}

/// A place in a text, both counted from 1.
#[derive(Debug)]
struct Place2D {
    line: usize,
    column: usize,
}

impl Place2D {
    fn of(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|&c| c != '\n').count() + 1;
        Self { line, column }
    }
}
