//! Names of new keys.

use std::collections::BTreeSet;
use std::fmt;
use std::time::SystemTime;

use crate::Selector;
use crate::rollout::Day;

/// A name for a new key that no other has had: year, quarter, letter.
pub(super) fn next_selector(at: SystemTime, taken: &BTreeSet<Selector>) -> Option<Selector> {
    let (year, month, _) = Day::of(at).civil();
    let quarter = month.div_ceil(3);
    // Of one name more than are taken, one is free.
    let names = (0..=taken.len()).map(|number| format!("{year:04}q{quarter}{}", Letters(number)));
    names.filter_map(|name| name.parse().ok()).find(|name| !taken.contains(name))
}

/// Letters that count: a to z, then aa to zz.
pub(super) struct Letters(pub(super) usize);

impl fmt::Display for Letters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(before) = (self.0 / 26).checked_sub(1) {
            Self(before).fmt(f)?;
        }
        let letter = (b'a'..=b'z').nth(self.0 % 26).unwrap_or(b'z');
        write!(f, "{}", char::from(letter))
    }
}
