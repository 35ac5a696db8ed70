//! An RSA key that is too short to sign with today, for suites of older days.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mailkit_auth::keys::{KeyError, SigningKey};
use mailkit_auth::record::dkim::KeyType;
use num_bigint::BigUint;

/// A private key of the textbook: modulus and private exponent.
#[derive(Debug)]
pub(crate) struct ShortKey {
    modulus: BigUint,
    exponent: BigUint,
    octets: usize,
}

impl ShortKey {
    /// Reads an `RSAPrivateKey` (RFC 8017 appendix A.1.2) in PEM.
    pub(crate) fn from_pem(pem: &str) -> Self {
        let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let der = STANDARD.decode(body).expect("base64");
        let (content, _) = element(&der);
        let (_version, rest) = element(content);
        let (modulus, rest) = element(rest);
        let (_public, rest) = element(rest);
        let (exponent, _) = element(rest);
        let modulus = BigUint::from_bytes_be(modulus);
        let octets = modulus.to_bytes_be().len();
        Self { modulus, exponent: BigUint::from_bytes_be(exponent), octets }
    }
}

impl SigningKey for ShortKey {
    fn key_type(&self) -> KeyType {
        KeyType::Rsa
    }

    /// RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2.1).
    fn sign(&self, data: &[u8]) -> Result<Vec<u8>, KeyError> {
        let hash = digest(&SHA256, data);
        let padding = vec![0xff; self.octets - 3 - SHA256_INFO.len() - hash.as_ref().len()];
        let block = [&[0, 1], padding.as_slice(), &[0], SHA256_INFO, hash.as_ref()].concat();
        let signature = BigUint::from_bytes_be(&block).modpow(&self.exponent, &self.modulus);
        let signature = signature.to_bytes_be();
        Ok([vec![0; self.octets - signature.len()], signature].concat())
    }
}

/// The content of the element in front, and what follows it.
fn element(der: &[u8]) -> (&[u8], &[u8]) {
    let (length, rest) = match der[1] {
        short @ ..0x80 => (usize::from(short), &der[2..]),
        long => {
            let (octets, rest) = der[2..].split_at(usize::from(long - 0x80));
            (octets.iter().fold(0, |sum, octet| sum << 8 | usize::from(*octet)), rest)
        }
    };
    rest.split_at(length)
}

/// The front of a `DigestInfo` of SHA-256 (RFC 8017 section 9.2).
const SHA256_INFO: &[u8] =
    &[0x30, 0x31, 0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 0x20];
