//! The fingerprint of a broken key generator.

use super::RsaPublicKey;

impl RsaPublicKey {
    /// Whether the modulus has the form that the generator of CVE-2017-15361 (ROCA) gives it.
    ///
    /// Its primes are powers of 65537 modulo many small primes, and so is their product. One other
    /// modulus in 200 million has that form by chance.
    #[must_use]
    pub fn has_roca_fingerprint(&self) -> bool {
        SMALL_PRIMES.iter().all(|prime| is_power(remainder(&self.modulus, *prime), *prime))
    }
}

/// The primes up to 167 modulo which not every number is a power of 65537, the most telling first.
const SMALL_PRIMES: &[u32] =
    &[97, 37, 79, 11, 61, 73, 127, 151, 13, 17, 19, 53, 71, 103, 107, 109, 157];

fn remainder(number: &[u8], prime: u32) -> u32 {
    number.iter().fold(0, |rest, octet| (rest << 8 | u32::from(*octet)) % prime)
}

/// Whether `number` is a power of 65537 modulo `prime`.
fn is_power(number: u32, prime: u32) -> bool {
    let powers = std::iter::successors(Some(1), |power| Some(power * 65_537 % prime));
    // There are fewer powers than the prime, and then they repeat.
    (0..prime).zip(powers).any(|(_, power)| power == number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers() {
        let check = |number: u32, prime, expected| {
            assert_eq!(is_power(number, prime), expected, "{number} modulo {prime}");
        };
        check(1, 11, true);
        check(10, 11, true);
        check(2, 11, false);
        check(0, 11, false);
        check(65_537 % 97, 97, true);
        let powers = |prime| (0..prime).filter(|number| is_power(*number, prime)).count();
        assert_eq!([97, 37, 79, 11].map(powers), [6, 3, 13, 2]);
        assert!(SMALL_PRIMES.iter().all(|prime| powers(*prime) * 2 < *prime as usize));
        assert_eq!(remainder(&[1, 0, 1], 97), 65_537 % 97);
    }
}
