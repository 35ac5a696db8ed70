//! Which word was meant by one that is none.

/// The word of `known` that `typed` most likely stands for, at most two edits away.
pub(super) fn nearest<'a>(typed: &str, known: &[&'a str]) -> Option<&'a str> {
    let ranked = known.iter().filter_map(|word| Some((distance(typed, word)?, *word)));
    // A short word is near to everything: allow one edit for each two letters.
    ranked
        .filter(|(edits, word)| *edits <= 2 && *edits * 2 <= word.len())
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, word)| word)
}

/// Letters of the longest words that are compared: more than any tag or mechanism has.
const LONGEST: usize = 24;

/// Edits between two words, in any case of their letters: insert, delete, replace, or swap of
/// neighbours. `None` for words that are too long, or that more than two edits lie between.
fn distance(typed: &str, word: &str) -> Option<usize> {
    let (typed, word) = (typed.as_bytes(), word.as_bytes());
    if typed.len().abs_diff(word.len()) > 2 || typed.len().max(word.len()) > LONGEST {
        return None;
    }
    let mut before = [0; LONGEST + 1];
    let mut above: [usize; LONGEST + 1] = std::array::from_fn(|column| column);
    let mut last = 0_u8;
    for (row, x) in typed.iter().enumerate() {
        let mut here = [row + 1; LONGEST + 1];
        let mut left = 0_u8;
        for (column, y) in word.iter().enumerate() {
            let same = x.eq_ignore_ascii_case(y);
            let at = |row: &[usize; LONGEST + 1], column: usize| row.get(column).copied();
            let swapped = row > 0
                && column > 0
                && last.eq_ignore_ascii_case(y)
                && x.eq_ignore_ascii_case(&left);
            let swap = if swapped { at(&before, column - 1)? + 1 } else { usize::MAX };
            let replace = at(&above, column)? + usize::from(!same);
            let other = at(&above, column + 1)?.min(at(&here, column)?) + 1;
            *here.get_mut(column + 1)? = replace.min(other).min(swap);
            left = *y;
        }
        (before, above, last) = (above, here, *x);
    }
    above.get(word.len()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words() {
        let known = ["include", "ip4", "ip6", "mx", "a"];
        let check = |typed, expected| assert_eq!(nearest(typed, &known), expected, "{typed}");
        check("includ", Some("include"));
        check("inlcude", Some("include"));
        check("ipv4", Some("ip4"));
        check("IP4", Some("ip4"));
        check("redirect", None);
        check("b", None);
        check("", None);
        check("inlcdue", Some("include"));
        check("includé", Some("include"));
        check(&"x".repeat(99), None);
    }
}
