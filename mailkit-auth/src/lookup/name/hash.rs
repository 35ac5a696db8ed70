//! The hash of a name.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;

/// What keys the hashes: drawn anew by each process, so that no stranger can choose names that
/// collide.
static KEYS: LazyLock<[u64; 2]> = LazyLock::new(|| {
    let state = RandomState::new();
    [state.hash_one(0), state.hash_one(1) | 1]
});

/// A product for each eight octets, which takes a fraction of the time that the hasher of the
/// standard library takes for a text as short as a name.
pub(super) fn keyed_hash(octets: &[u8]) -> u64 {
    let [seed, factor] = *KEYS;
    let mix = |hash, word| fold(hash ^ word, factor);
    let (words, rest) = octets.as_chunks();
    let hash = words.iter().map(|word| u64::from_le_bytes(*word)).fold(seed, mix);
    // The last eight octets, some of them for the second time, are faster to read than the rest.
    let last = match octets.last_chunk() {
        Some(last) => u64::from_le_bytes(*last),
        None => rest.iter().fold(0, |word, octet| word << 8 | u64::from(*octet)),
    };
    let length = u64::try_from(octets.len()).unwrap_or_default();
    mix(hash.wrapping_add(length), last)
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
