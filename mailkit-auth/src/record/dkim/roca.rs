//! The fingerprint of a broken key generator.

use super::RsaPublicKey;

impl RsaPublicKey {
    /// Whether the modulus has the form that the generator of CVE-2017-15361 (ROCA) gives it.
    ///
    /// Its primes are powers of 65537 modulo many small primes, and so is their product. One other
    /// modulus in 200 million has that form by chance.
    #[must_use]
    pub fn has_roca_fingerprint(&self) -> bool {
        FIRST.holds_of(remainder::<{ FIRST.product() }>(&self.modulus))
            && SECOND.holds_of(remainder::<{ SECOND.product() }>(&self.modulus))
            && THIRD.holds_of(remainder::<{ THIRD.product() }>(&self.modulus))
            && LAST.holds_of(remainder::<{ LAST.product() }>(&self.modulus))
    }
}

/// The primes up to 167 modulo which not every number is a power of 65537, the most telling first,
/// in groups whose product is less than 2³²: nearly every modulus is told by the first.
const FIRST: Primes = Primes(&[97, 37, 79, 11, 61]);
const SECOND: Primes = Primes(&[73, 127, 151, 13, 17]);
const THIRD: Primes = Primes(&[19, 53, 71, 103, 107]);
const LAST: Primes = Primes(&[109, 157]);

/// Some primes.
struct Primes(&'static [u64]);

impl Primes {
    const fn product(&self) -> u64 {
        let (mut product, mut rest) = (1, self.0);
        while let [prime, others @ ..] = rest {
            product *= *prime;
            rest = others;
        }
        product
    }

    /// Whether a number is a power of 65537 modulo each of the primes.
    fn holds_of(&self, number: u64) -> bool {
        self.0.iter().all(|prime| is_power(number % prime, *prime))
    }
}

/// The rest of a big number, most significant octet first, divided by one of less than 2³².
fn remainder<const DIVISOR: u64>(number: &[u8]) -> u64 {
    let (head, words) = number.as_rchunks::<4>();
    let head = head.iter().fold(0, |rest, octet| rest << 8 | u64::from(*octet));
    words.iter().fold(head % DIVISOR, |rest, word| {
        (rest << 32 | u64::from(u32::from_be_bytes(*word))) % DIVISOR
    })
}

/// Whether `number` is a power of 65537 modulo `prime`.
fn is_power(number: u64, prime: u64) -> bool {
    let powers = std::iter::successors(Some(1), |power| Some(power * 65_537 % prime));
    // Once 1 comes round again, the powers repeat.
    let round = powers.enumerate().take_while(|(index, power)| *index == 0 || *power != 1);
    round.into_iter().any(|(_, power)| power == number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers() {
        let check = |number: u64, prime, expected| {
            assert_eq!(is_power(number, prime), expected, "{number} modulo {prime}");
        };
        check(1, 11, true);
        check(10, 11, true);
        check(2, 11, false);
        check(0, 11, false);
        check(65_537 % 97, 97, true);
        let powers = |prime| (0..prime).filter(|number| is_power(*number, prime)).count();
        assert_eq!([97, 37, 79, 11].map(powers), [6, 3, 13, 2]);
        for Primes(primes) in [FIRST, SECOND, THIRD, LAST] {
            assert!(primes.iter().all(|prime| (powers(*prime) as u64) * 2 < *prime));
        }
    }

    #[test]
    fn remainders() {
        assert_eq!(remainder::<97>(&[1, 0, 1]), 65_537 % 97);
        assert_eq!(remainder::<97>(&[]), 0);
        let number = 0x0123_4567_89ab_cdef_u64;
        let octets = number.to_be_bytes();
        for skipped in 0..8 {
            let expected = (number & (u64::MAX >> (8 * skipped))) % FIRST.product();
            assert_eq!(remainder::<{ FIRST.product() }>(&octets[skipped..]), expected);
        }
    }
}
