//! Domains that a report names again and again.

use crate::Domain;

/// Remembers domains, so that one which was read before is neither checked nor made again.
#[derive(Debug)]
pub(super) struct Names {
    /// Each at a place that its text gives; a later one takes the place of an earlier.
    places: Vec<Option<Domain>>,
}

impl Names {
    const PLACES: usize = 64;

    pub(super) fn new() -> Self {
        Self { places: vec![None; Self::PLACES] }
    }

    /// The domain that is written so, if it was read before.
    #[inline]
    pub(super) fn known(&self, text: &str) -> Option<Domain> {
        let domain = self.places.get(place(text))?.as_ref()?;
        (domain.as_str() == text).then(|| domain.clone())
    }

    /// Reads a domain and remembers it if it is written as it prints.
    pub(super) fn read(&mut self, text: &str) -> Option<Domain> {
        let domain: Domain = text.parse().ok()?;
        if domain.as_str() == text
            && let Some(place) = self.places.get_mut(place(text))
        {
            *place = Some(domain.clone());
        }
        Some(domain)
    }
}

/// The place of a text: by its first and its last octets, which tell most names apart.
#[inline]
fn place(text: &str) -> usize {
    let octets = text.as_bytes();
    let (start, end) = match (octets.first_chunk(), octets.last_chunk()) {
        (Some(start), Some(end)) => (u64::from_le_bytes(*start), u64::from_le_bytes(*end)),
        _ => (octets.iter().fold(0, |sum, octet| (sum << 8) | u64::from(*octet)), 0),
    };
    let mixed = (start ^ end.rotate_left(29)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    usize::try_from(mixed >> 58).unwrap_or_default()
}
