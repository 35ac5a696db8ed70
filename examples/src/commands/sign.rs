//! `mailkit sign`: a message signed with DKIM, or sealed with ARC.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use mailkit_auth::auth_results::without_results_of;
use mailkit_auth::keys::DkimKeyPair;
use mailkit_auth::rollout::Day;
use mailkit_auth::sign::{ArcSealer, DkimSigner, sign_all};
use mailkit_auth::verify::{Envelope, HeaderLimits};
use mailkit_auth::{Domain, Selector};
use serde::Serialize;

use super::dns::DnsArguments;
use super::ending::Ending;
use super::error::{CommandError, because};
use super::input::{MAX_FILE, read, read_secret};
use super::message::NO_HELO;
use super::{file, message, moment, output};

/// What `mailkit sign` is told.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mailkit sign mail.eml --domain acme.example --selector s1 --key s1.pem --out signed.eml
  mailkit sign mail.eml --domain acme.example --selector s1 --key rsa.pem \\
      --domain acme.example --selector s2 --key ed25519.pem
  mailkit sign list.eml --seal --results-as mx.list.example --domain list.example --selector s1 --key s1.pem \\
      --ip 192.0.2.7 --from info@acme.example --zone acme.zone")]
pub struct Arguments {
    /// The message, or `-` for the standard input. Line ends may be those of this host.
    #[arg(value_name = "MESSAGE")]
    message: PathBuf,
    /// The domain that signs; given again with another key, both sign.
    #[arg(long, required = true)]
    domain: Vec<Domain>,
    /// The selector of its key.
    #[arg(long, required = true)]
    selector: Vec<Selector>,
    /// The file with the private key, PKCS #8 in PEM.
    #[arg(long, value_name = "FILE", required = true)]
    key: Vec<PathBuf>,
    /// Days for which the signature holds; without it, for good.
    #[arg(long, value_name = "DAYS", conflicts_with = "seal", value_parser = clap::value_parser!(u32).range(1..))]
    expires: Option<u32>,
    /// Seal with ARC what arrived and is passed on changed, with the results of checking it.
    #[arg(long, requires = "results_as")]
    seal: bool,
    /// The name under which this host states results.
    #[arg(long, value_name = "AUTHSERV-ID", requires = "seal")]
    results_as: Option<String>,
    /// The address of the host that the message came from.
    #[arg(long, requires = "seal", required_if_eq("seal", "true"))]
    ip: Option<IpAddr>,
    /// The name that the host gave in HELO.
    #[arg(long, requires = "seal", default_value = NO_HELO)]
    helo: String,
    /// The sender of the envelope that the message came in.
    #[arg(long, value_name = "ADDRESS", requires = "seal", default_value = "")]
    from: String,
    /// The day of the signature; by default this moment.
    #[arg(long, value_name = "YYYY-MM-DD")]
    now: Option<Day>,
    /// The file for the signed message; by default the standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Put it in the place of a file that is there.
    #[arg(long, requires = "out")]
    overwrite: bool,
    /// Print the new header fields as JSON in the place of the message.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    dns: DnsArguments,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Signed<'a> {
    /// The new header fields, to put in front of the message.
    header: &'a str,
}

/// Signs or seals; negative if a chain was closed and can take no more.
pub(crate) async fn run(arguments: &Arguments) -> Result<Ending, CommandError> {
    let mut octets = message::with_crlf(read(&arguments.message, MAX_FILE)?);
    let header = match arguments.seal {
        true => seal(arguments, &mut octets).await?,
        false => Some(sign(arguments, &octets)?),
    };
    let Some(header) = header else {
        output::note("the chain was closed before: nothing may be added (RFC 8617 section 5.1.2)");
        return Ok(Ending::Negative);
    };
    if let Some(path) = &arguments.out {
        file::write(path, &[header.as_bytes(), &octets].concat(), arguments.overwrite)?;
    }
    if arguments.json {
        output::json(&Signed { header: &header })?;
    } else if arguments.out.is_none() {
        output::octets(&[header.as_bytes(), &octets].concat())?;
    }
    Ok(Ending::Fine)
}

fn sign(arguments: &Arguments, octets: &[u8]) -> Result<String, CommandError> {
    let mut signers = Vec::new();
    for (domain, selector, key) in keys(arguments)? {
        let signer = DkimSigner::new(domain.clone(), selector.clone(), &key);
        let signer = signer.map_err(because(format!("cannot sign for {domain}")))?;
        signers.push(match arguments.expires {
            Some(days) => signer.with_lifetime(DAY * days),
            None => signer,
        });
    }
    let now = moment::moment(arguments.now);
    sign_all(&signers, octets, now).map_err(because("cannot sign the message"))
}

/// Seals what is left of the message when results that a stranger gave this name are taken out.
async fn seal(arguments: &Arguments, octets: &mut Vec<u8>) -> Result<Option<String>, CommandError> {
    let keys = keys(arguments)?;
    let [(domain, selector, key)] = keys.as_slice() else {
        return Err(CommandError::new("a seal has one --domain, --selector and --key"));
    };
    let (Some(ip), Some(name)) = (arguments.ip, &arguments.results_as) else {
        return Err(CommandError::new("a seal needs --ip and --results-as"));
    };
    let dns = arguments.dns.open()?;
    let now = moment::moment(arguments.now);
    let envelope = Envelope::new(ip, arguments.helo.as_str(), arguments.from.as_str());
    let report = dns.verify(octets, &envelope, now).await?;
    dns.tell_unseen();
    let results = report.authentication_results(name);
    let results = results.map_err(because(format!("{name:?} cannot name this host")))?;
    let sealer = ArcSealer::new((*domain).clone(), (*selector).clone(), key);
    let sealer = sealer.map_err(because(format!("cannot seal for {domain}")))?;
    let clean = without_results_of(octets, name, HeaderLimits::default());
    *octets = clean.map_err(because("cannot read the header"))?.into_owned();
    let sealed = sealer.seal(octets, &results, &report.arc, now);
    sealed.map_err(because("cannot seal the message"))
}

type Key<'a> = (&'a Domain, &'a Selector, DkimKeyPair);

/// The keys, each with the domain and selector that stand in the same place.
fn keys(arguments: &Arguments) -> Result<Vec<Key<'_>>, CommandError> {
    let Arguments { domain, selector, key, .. } = arguments;
    if domain.len() != selector.len() || selector.len() != key.len() {
        return Err(CommandError::new(format!(
            "there are {} --domain, {} --selector and {} --key: each key has one of each",
            domain.len(),
            selector.len(),
            key.len()
        )));
    }
    let names = domain.iter().zip(selector);
    names
        .zip(key)
        .map(|((domain, selector), path)| Ok((domain, selector, read_key(path)?)))
        .collect()
}

/// Reads a private key.
fn read_key(path: &Path) -> Result<DkimKeyPair, CommandError> {
    let octets = read_secret(path)?;
    let pem = std::str::from_utf8(&octets).map_err(because(unusable(path)))?;
    key_pair(pem, path)
}

/// The key in a text that was read from this file.
pub(crate) fn key_pair(pem: &str, path: &Path) -> Result<DkimKeyPair, CommandError> {
    DkimKeyPair::from_pkcs8_pem(pem).map_err(because(unusable(path)))
}

fn unusable(path: &Path) -> String {
    format!("cannot use the key {}", path.display())
}

const DAY: Duration = Duration::from_secs(86_400);
