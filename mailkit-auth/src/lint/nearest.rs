//! Which word was meant by one that is none.

/// The word of `known` that `typed` most likely stands for, at most two edits away.
pub(crate) fn nearest<'a>(typed: &str, known: &[&'a str]) -> Option<&'a str> {
    let typed = typed.to_ascii_lowercase();
    let ranked = known.iter().map(|word| (distance(&typed, word), *word));
    // A short word is near to everything: allow one edit for each two letters.
    ranked
        .filter(|(edits, word)| *edits <= 2 && *edits * 2 <= word.len())
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, word)| word)
}

/// Edits between two short words: insert, delete, replace, or swap of neighbours.
fn distance(a: &str, b: &str) -> usize {
    if a.len().abs_diff(b.len()) > 2 {
        return usize::MAX;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX / 2);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            let swap = if swapped { at(&before, j - 1) + 1 } else { usize::MAX };
            let replace = at(&above, j) + usize::from(x != y);
            row.push(replace.min(at(&above, j + 1) + 1).min(at(&row, j) + 1).min(swap));
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(usize::MAX)
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
    }
}
