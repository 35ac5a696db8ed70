//! `mailkit keys`: a DKIM key pair, the private half in a file, the public half as the record to publish.

use std::error::Error;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;

use mailkit_auth::keys::{DkimKeyPair, KeyAlgorithm};
use mailkit_auth::{Domain, Selector};

/// What `mailkit keys` is told.
#[derive(Debug, clap::Args)]
#[non_exhaustive]
pub struct Arguments {
    /// Ed25519 is short and quick; RSA is understood by every receiver. Publish one of each and sign with both.
    #[arg(long, value_enum, default_value = "rsa2048")]
    pub algorithm: Algorithm,
    /// The domain that signs.
    #[arg(long)]
    pub domain: Domain,
    /// The name of the key under that domain; never use one again.
    #[arg(long)]
    pub selector: Selector,
    /// The file for the private key; an existing file is not touched.
    #[arg(long)]
    pub out: PathBuf,
}

/// The kinds of key.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
#[non_exhaustive]
pub enum Algorithm {
    /// RSA with 2,048 bits (RFC 8301).
    Rsa2048,
    /// Ed25519 (RFC 8463).
    Ed25519,
}

/// Makes the key, and returns the record to publish as a line of a zone file.
///
/// # Errors
/// When the file exists or cannot be written.
pub fn run(arguments: &Arguments) -> Result<String, Box<dyn Error + Send + Sync>> {
    let algorithm = match arguments.algorithm {
        Algorithm::Rsa2048 => KeyAlgorithm::Rsa2048,
        Algorithm::Ed25519 => KeyAlgorithm::Ed25519,
    };
    let name = arguments.selector.record_name(&arguments.domain)?;
    let pair = DkimKeyPair::generate(algorithm)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let fault = |error| format!("cannot write {}: {error}", arguments.out.display());
    let mut file = options.open(&arguments.out).map_err(fault)?;
    file.write_all(pair.to_pkcs8_pem().as_bytes()).map_err(fault)?;
    Ok(format!("{name}. 3600 IN TXT {}", quoted(&pair.key_record().to_string())))
}

/// The text as character-strings of at most 255 octets (RFC 1035 section 3.3.14).
pub(crate) fn quoted(text: &str) -> String {
    let strings: Vec<_> = text.as_bytes().chunks(255).map(String::from_utf8_lossy).collect();
    format!("\"{}\"", strings.join("\" \""))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn long_text_is_split() {
        assert_eq!(quoted("v=DKIM1"), r#""v=DKIM1""#);
        let long = "x".repeat(256);
        assert_eq!(quoted(&long), format!("\"{}\" \"x\"", "x".repeat(255)));
    }
}
