//! What a check has cost.

/// What the terms of a check have cost so far (RFC 7208 section 4.6.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::spf) struct Cost {
    /// At most ten.
    pub(in crate::spf) lookups: u8,
    /// Which of them were void: a bit for each, by its number.
    voids: u16,
}

impl Cost {
    /// At most one for each lookup.
    pub(in crate::spf) fn void_lookups(self) -> usize {
        usize::try_from(self.voids.count_ones()).unwrap_or(usize::MAX)
    }

    /// Notes that the last lookup was void.
    pub(super) fn count_void(&mut self) {
        self.voids |= bit(self.lookups);
    }

    /// Whether the lookup of this number was void; the first has the number 1.
    pub(in crate::spf) fn is_void(self, lookup: u8) -> bool {
        self.voids & bit(lookup) != 0
    }
}

fn bit(lookup: u8) -> u16 {
    1_u16.checked_shl(lookup.into()).unwrap_or_default()
}
