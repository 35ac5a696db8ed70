//! Tables of words that are compiled in: one or several a line, comments behind `#` at its start.

use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Providers in whose domain anybody gets a mailbox; they ask receivers to quarantine what others send in
/// their name.
pub(crate) static FREE_MAIL: LazyLock<Words> =
    LazyLock::new(|| words(include_str!("../data/free-mail.txt")));

/// The words of a table.
pub(crate) type Words = BTreeSet<&'static str>;

pub(crate) fn words(table: &'static str) -> Words {
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Domain;

    #[track_caller]
    fn check(table: &'static str, fits: fn(&str) -> bool) {
        let header: Vec<&str> = table.lines().take_while(|line| line.starts_with('#')).collect();
        for part in ["Source: ", "As of: ", "Licence: "] {
            assert!(header.iter().any(|line| line.contains(part)), "{part}");
        }
        let rows: Vec<&str> = table.lines().skip(header.len()).collect();
        assert!(rows.iter().all(|row| fits(row)), "{rows:?}");
        assert!(rows.is_sorted_by(|one, other| one < other), "{rows:?}");
        assert_eq!(rows.len(), words(table).len());
    }

    #[test]
    fn every_row_of_every_table() {
        check(include_str!("../data/free-mail.txt"), |row| row.parse::<Domain>().is_ok());
        check(include_str!("../data/receivers.txt"), |row| {
            let domain = row.rsplit_once('@').map_or(row, |(_, domain)| domain);
            domain.parse::<Domain>().is_ok()
        });
        let is_word = |row: &str| !row.is_empty() && row.bytes().all(|it| it.is_ascii_lowercase());
        check(include_str!("../data/generic-host-words.txt"), is_word);
        let is_type = |row: &str| {
            row.starts_with(|it: char| it.is_ascii_uppercase())
                && row.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit())
        };
        check(include_str!("../data/record-types.txt"), is_type);
    }
}
