//! Providers that give an address to anybody (table `data/freemail.tsv`).

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::table;

/// Whether anybody can have an address there. The name is in normal form.
pub(crate) fn is_freemail(host: &str) -> bool {
    FREEMAIL.contains(host)
}

static FREEMAIL: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    table::rows(include_str!("../data/freemail.tsv")).flat_map(|row| row.cells).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_a_domain() {
        assert!(
            FREEMAIL.len() > 40
                && FREEMAIL.iter().all(|name| crate::domain::has_known_suffix(name))
        );
        assert!(is_freemail("gmail.com") && !is_freemail("acme.example"));
    }
}
