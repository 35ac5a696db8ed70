//! Text from strangers, made safe to print.

use crate::visible::is_visible;

/// The text with every character that a terminal acts upon or does not show written as `\u{…}`,
/// and cut where a line of output becomes unreadable.
pub(super) fn message(text: String) -> String {
    if text.len() <= MAX_MESSAGE && text.chars().all(is_visible) {
        return text;
    }
    let mut shown = String::with_capacity(text.len().min(MAX_MESSAGE));
    for c in text.chars() {
        if shown.len() > MAX_MESSAGE {
            shown.push_str("...");
            break;
        }
        if is_visible(c) { shown.push(c) } else { shown.extend(c.escape_default()) }
    }
    shown
}

/// The first cells of a line, with dots if that is not all of it.
pub(super) fn first_cells(text: &str, cells: usize) -> String {
    let mut shown = String::new();
    for cell in text.chars().map(cell) {
        if shown.len() + cell.len() > cells {
            shown.push_str("...");
            break;
        }
        shown.push_str(&cell);
    }
    shown
}

/// The last cells of a line, with dots before them if that is not all of it.
pub(super) fn last_cells(text: &str, cells: usize) -> String {
    let mut kept = Vec::new();
    let mut width = 0;
    for c in text.chars().rev() {
        let cell = cell(c);
        width += cell.len();
        if width > cells {
            kept.push("...".to_owned());
            break;
        }
        kept.push(cell);
    }
    kept.reverse();
    kept.concat()
}

/// A character as cells of ASCII: itself, or its number.
fn cell(c: char) -> String {
    match c {
        ' '..='~' => c.to_string(),
        _ => c.escape_unicode().to_string(),
    }
}

/// Longest message in octets, one character more or less.
const MAX_MESSAGE: usize = 300;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages() {
        let message = |text: &str| message(text.to_owned());
        assert_eq!(message("it's \"a\\b\" ü 中"), "it's \"a\\b\" ü 中");
        assert_eq!(message("\u{1b}[2J\n\u{202e}\u{200b}"), "\\u{1b}[2J\\n\\u{202e}\\u{200b}");
        assert!(message(&"x".repeat(9_000)).len() < 310);
    }

    #[test]
    fn cells() {
        assert_eq!(first_cells("abcdef", 6), "abcdef");
        assert_eq!(first_cells("abcdefg", 6), "abcdef...");
        assert_eq!(first_cells("a：b", 20), "a\\u{ff1a}b");
        assert_eq!(first_cells("", 6), "");
        assert_eq!(last_cells("abcdef", 6), "abcdef");
        assert_eq!(last_cells("abcdefg", 6), "...bcdefg");
        assert_eq!(last_cells("\u{1b}a", 9), "\\u{1b}a");
    }
}
