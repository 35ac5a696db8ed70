//! As much DER as the public key of a DKIM record needs.

use thiserror::Error;

/// The parts of an RSA public key that say how strong it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RsaPublicKey {
    /// How the key is wrapped.
    pub form: PublicKeyForm,
    /// The length of the modulus, in bits.
    pub bits: usize,
    /// The modulus, most significant octet first, without leading zeros.
    pub modulus: Vec<u8>,
    /// The public exponent, if it fits 64 bits.
    pub exponent: Option<u64>,
}

/// How an RSA public key is wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublicKeyForm {
    /// `SubjectPublicKeyInfo` (RFC 5280 section 4.1), which every verifier reads.
    SubjectPublicKeyInfo,
    /// The bare `RSAPublicKey` of PKCS #1 (RFC 8017), which some verifiers refuse.
    Pkcs1,
}

/// The octets are no RSA public key in DER.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not an RSA public key in DER")]
#[non_exhaustive]
pub struct PublicKeyError;

impl RsaPublicKey {
    /// Reads a key of either form.
    ///
    /// # Errors
    ///
    /// If the octets are anything else, are cut short, or go on after the key.
    pub fn from_der(der: &[u8]) -> Result<Self, PublicKeyError> {
        let (content, []) = element(SEQUENCE, der)? else { return Err(PublicKeyError) };
        if content.first() == Some(&INTEGER) {
            return Self::from_pkcs1_content(content, PublicKeyForm::Pkcs1);
        }
        let (algorithm, rest) = element(SEQUENCE, content)?;
        let (bits, []) = element(BIT_STRING, rest)? else { return Err(PublicKeyError) };
        let [0, key @ ..] = bits else { return Err(PublicKeyError) };
        if !algorithm.starts_with(RSA_ENCRYPTION) {
            return Err(PublicKeyError);
        }
        let (content, []) = element(SEQUENCE, key)? else { return Err(PublicKeyError) };
        Self::from_pkcs1_content(content, PublicKeyForm::SubjectPublicKeyInfo)
    }

    fn from_pkcs1_content(content: &[u8], form: PublicKeyForm) -> Result<Self, PublicKeyError> {
        let (modulus, rest) = element(INTEGER, content)?;
        let (exponent, []) = element(INTEGER, rest)? else { return Err(PublicKeyError) };
        let modulus = magnitude(modulus);
        let first = modulus.first().ok_or(PublicKeyError)?;
        let bits = modulus.len() * 8 - first.leading_zeros() as usize;
        let exponent = number(magnitude(exponent));
        Ok(Self { form, bits, modulus: modulus.to_vec(), exponent })
    }
}

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const SEQUENCE: u8 = 0x30;
/// The object identifier 1.2.840.113549.1.1.1, with its tag and length.
const RSA_ENCRYPTION: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
/// An `AlgorithmIdentifier` of RSA with its NULL parameters.
const RSA_ALGORITHM: &[u8] = &[0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0];

/// Wraps a bare `RSAPublicKey` as a `SubjectPublicKeyInfo`.
pub(crate) fn wrap_pkcs1(key: &[u8]) -> Vec<u8> {
    let mut bit_string = vec![0];
    bit_string.extend_from_slice(key);
    let mut content = RSA_ALGORITHM.to_vec();
    content.extend(wrap(BIT_STRING, &bit_string));
    wrap(SEQUENCE, &content)
}

fn wrap(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut der = vec![tag];
    let length = content.len().to_be_bytes();
    let length = magnitude(&length);
    match (length, u8::try_from(length.len())) {
        ([short], _) if *short < 0x80 => der.push(*short),
        ([], _) => der.push(0),
        (_, Ok(count)) => {
            der.push(0x80 | count);
            der.extend_from_slice(length);
        }
        // A length of more than 255 octets does not fit `usize`.
        (_, Err(_)) => {}
    }
    der.extend_from_slice(content);
    der
}

/// The content of the element with this tag at the front of `der`, and what follows it.
fn element(tag: u8, der: &[u8]) -> Result<(&[u8], &[u8]), PublicKeyError> {
    let [first, length, rest @ ..] = der else { return Err(PublicKeyError) };
    if *first != tag {
        return Err(PublicKeyError);
    }
    let (length, rest) = match usize::from(*length) {
        short @ ..0x80 => (short, rest),
        long => {
            let (octets, rest) = rest.split_at_checked(long - 0x80).ok_or(PublicKeyError)?;
            let length = number(octets).and_then(|length| usize::try_from(length).ok());
            (length.ok_or(PublicKeyError)?, rest)
        }
    };
    rest.split_at_checked(length).ok_or(PublicKeyError)
}

/// An integer's octets without leading zeros.
fn magnitude(octets: &[u8]) -> &[u8] {
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    octets.get(zeros..).unwrap_or_default()
}

fn number(octets: &[u8]) -> Option<u64> {
    (octets.len() <= 8).then(|| octets.iter().fold(0, |sum, octet| sum << 8 | u64::from(*octet)))
}
