//! `mailkit keys`: a DKIM key pair, the private half in a file, the public half as the record to publish.

use std::path::{Path, PathBuf};

use mailkit_auth::keys::{DkimKeyPair, KeyAlgorithm};
use mailkit_auth::lookup::{Name, RecordData};
use mailkit_auth::zone::ZoneRecord;
use mailkit_auth::{Domain, DomainError, Selector};
use serde::Serialize;

use super::ending::Ending;
use super::error::{CommandError, because};
use super::file::{Readers, write_new};
use super::output;

/// What `mailkit keys` is told.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mailkit keys --domain acme.example --selector s1 --out s1.pem
  mailkit keys --domain acme.example --selector s2 --delegate keys.host.example --algorithm ed25519 --out s2.pem")]
pub struct Arguments {
    /// Ed25519 is short and quick; RSA is understood by every receiver. Publish one of each and sign with both.
    #[arg(long, value_enum, default_value = "rsa2048")]
    algorithm: Algorithm,
    /// The domain that signs.
    #[arg(long)]
    domain: Domain,
    /// The name of the key under that domain; never use one again.
    #[arg(long)]
    selector: Selector,
    /// A domain that keeps the key: an alias leads there, and whoever runs it can change the key.
    #[arg(long, value_name = "DOMAIN")]
    delegate: Option<Domain>,
    /// The file for the private key; an existing file is not touched.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Print the records as JSON.
    #[arg(long)]
    json: bool,
}

/// The kinds of key.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Algorithm {
    /// RSA with 2,048 bits (RFC 8301).
    Rsa2048,
    /// Ed25519 (RFC 8463).
    Ed25519,
}

/// What `--json` prints.
#[derive(Serialize)]
struct NewKey<'a> {
    selector: &'a Selector,
    private_key: &'a Path,
    records: &'a [ZoneRecord],
}

/// Makes the key, and prints the record to publish as a line of a zone file.
pub(crate) fn run(arguments: &Arguments) -> Result<Ending, CommandError> {
    let algorithm = match arguments.algorithm {
        Algorithm::Rsa2048 => KeyAlgorithm::Rsa2048,
        Algorithm::Ed25519 => KeyAlgorithm::Ed25519,
    };
    let Arguments { selector, out, .. } = arguments;
    let names = names(arguments).map_err(because("no name for the key"))?;
    let pair = DkimKeyPair::generate(algorithm).map_err(because("cannot make a key"))?;
    write_new(out, pair.to_pkcs8_pem().as_bytes(), Readers::Owner)?;
    let records = records(names, &pair);
    if arguments.json {
        output::json(&NewKey { selector, private_key: out, records: &records })?;
    } else {
        let lines: String = records.iter().map(|record| format!("{record}\n")).collect();
        output::text(&lines)?;
    }
    Ok(Ending::Fine)
}

/// Where the key is asked for, and where it stands if that is another name.
fn names(arguments: &Arguments) -> Result<(Name, Option<Name>), DomainError> {
    let owner = arguments.selector.record_name(&arguments.domain)?;
    let keeper = arguments.delegate.as_ref().map(|zone| zone.prefixed(owner.as_str()));
    Ok((owner.into(), keeper.transpose()?.map(Name::from)))
}

/// The key, and the alias that leads to it.
fn records((owner, keeper): (Name, Option<Name>), pair: &DkimKeyPair) -> Vec<ZoneRecord> {
    let key = RecordData::Txt(pair.key_record().to_string().into_bytes());
    let record = |name, data| ZoneRecord::new(name, 3600, data);
    match keeper {
        None => vec![record(owner, key)],
        Some(keeper) => vec![record(owner, RecordData::Cname(keeper.clone())), record(keeper, key)],
    }
}
