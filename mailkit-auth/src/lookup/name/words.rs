//! Names taken eight octets at a time: their hash, and whether two are the same.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;

/// What keys the hashes: drawn anew by each process, so that no stranger can choose names that
/// collide.
static KEYS: LazyLock<[u64; 2]> = LazyLock::new(|| {
    let state = RandomState::new();
    [state.hash_one(0), state.hash_one(1) | 1]
});

/// The keyed hash of a name.
///
/// A product for each eight octets, which takes a fraction of the time that the hasher of the
/// standard library takes for a text as short as a name.
pub(super) fn keyed_hash(octets: &[u8]) -> u64 {
    let [seed, factor] = *KEYS;
    let mix = |hash, word| fold(hash ^ word, factor);
    let hash = words(octets).fold(seed, mix);
    let length = u64::try_from(octets.len()).unwrap_or_default();
    mix(hash.wrapping_add(length), last_word(octets))
}

/// Whether the names are the same, without the call that comparing texts of any length takes.
#[inline]
pub(super) fn are_same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len()
        && words(one).zip(words(other)).all(|(one, other)| one == other)
        && last_word(one) == last_word(other)
}

fn words(octets: &[u8]) -> impl Iterator<Item = u64> {
    octets.as_chunks().0.iter().map(|word| u64::from_le_bytes(*word))
}

/// The last eight octets, of which the words hold some already: they are faster to read than the
/// rest. Of a shorter name, all.
#[inline]
fn last_word(octets: &[u8]) -> u64 {
    match octets.last_chunk() {
        Some(last) => u64::from_le_bytes(*last),
        None => octets.iter().fold(0, |word, octet| word << 8 | u64::from(*octet)),
    }
}

/// Both halves of a product, so that each bit of it counts.
fn fold(one: u64, other: u64) -> u64 {
    let product = u128::from(one) * u128::from(other);
    let halves = product >> 64 ^ product & u128::from(u64::MAX);
    u64::try_from(halves).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn one_octet_makes_another_name() {
        let text = b"0123456789".repeat(3);
        for length in 0..=text.len() {
            let name: Vec<_> = text.iter().take(length).copied().collect();
            assert!(are_same(&name, &name.clone()));
            assert!(!are_same(&name, &[&name[..], b"x"].concat()));
            for at in 0..length {
                let mut other = name.clone();
                other[at] = 0;
                assert!(!are_same(&name, &other), "octet {at} of {length}");
            }
        }
    }

    #[test]
    fn names_have_hashes_of_their_own() {
        let text = "0123456789".repeat(25);
        let names = (0..=text.len()).filter_map(|length| text.get(..length));
        let more = (0..1000).map(|number| format!("n{number}.example"));
        let names: Vec<_> = names.map(str::to_owned).chain(more).collect();
        let hashes: HashSet<_> = names.iter().map(|name| keyed_hash(name.as_bytes())).collect();
        assert_eq!(hashes.len(), names.len());
        let low_bits: HashSet<_> = hashes.iter().map(|hash| hash & 1023).collect();
        assert!(low_bits.len() > 512, "{} of 1024 buckets", low_bits.len());
    }
}
