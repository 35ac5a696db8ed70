//! Text from strangers, made safe to print: what a terminal obeys or does not show is escaped.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character shows, and leaves the rest of its line as it is.
///
/// Not visible are controls, the marks that turn or isolate a direction, separators of lines, spaces
/// other than `U+0020`, variation selectors, tags, and what else Unicode lets a display ignore
/// (`Default_Ignorable_Code_Point`).
///
/// ```
/// use mailkit_auth::visible::is_visible;
///
/// assert!("Grüße, 公司".chars().all(is_visible));
/// assert!(!"\u{1b}\u{ad}\u{61c}\u{202e}\u{2028}\u{e0041}".chars().any(is_visible));
/// ```
#[must_use]
pub fn is_visible(c: char) -> bool {
    // Nearly all that is asked about is ASCII.
    if c.is_ascii() {
        return matches!(c, ' '..='~');
    }
    let ignored = matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            // The blank of Braille and the filler of Hangul.
            | '\u{2800}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    );
    !(c.is_control() || c.is_whitespace() || ignored)
}

/// The text with every character that is not visible written as `\n`, `\t`, `\r` or `\u{…}`.
///
/// ```
/// use mailkit_auth::visible::escaped;
///
/// assert_eq!(escaped("a\u{1b}[2J\u{202e}b\n"), "a\\u{1b}[2J\\u{202e}b\\n");
/// assert_eq!(escaped("中 ü"), "中 ü");
/// ```
#[must_use]
pub fn escaped(text: &str) -> Cow<'_, str> {
    rewritten(text, is_visible, |c, out| out.extend(c.escape_default()))
}

/// Lines of text, of which all but the line ends and tabs that lay them out is escaped.
///
/// ```
/// assert_eq!(mailkit_auth::visible::escaped_lines("a:\r\n\t\u{1b}\n"), "a:\r\n\t\\u{1b}\n");
/// assert_eq!(mailkit_auth::visible::escaped_lines("a\rb"), "a\\rb");
/// ```
#[must_use]
pub fn escaped_lines(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let body = line.strip_suffix("\r\n").or_else(|| line.strip_suffix('\n')).unwrap_or(line);
        let end = line.get(body.len()..).unwrap_or_default();
        let parts: Vec<Cow<'_, str>> = body.split('\t').map(escaped).collect();
        format!("{}{end}", parts.join("\t"))
    });
    lines.collect()
}

/// JSON that holds the same values, in which every character beyond ASCII that is not visible is
/// written as `\uXXXX` (RFC 8259 section 7). The line ends and spaces between values stay.
///
/// ```
/// use mailkit_auth::visible::escaped_json;
///
/// assert_eq!(escaped_json("{\"a\": \"\u{9b}\u{e0041}\"}"), r#"{"a": "\u009b\udb40\udc41"}"#);
/// ```
#[must_use]
pub fn escaped_json(json: &str) -> Cow<'_, str> {
    // Only a string holds anything but ASCII, and what is below the space is escaped there already.
    let stays = |c: char| c < '\u{7f}' || is_visible(c);
    rewritten(json, stays, |c, out| {
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    })
}

/// The text with every character that is not printable ASCII escaped.
pub(crate) fn ascii(text: &str) -> Cow<'_, str> {
    rewritten(text, |c| matches!(c, ' '..='~'), |c, out| out.extend(c.escape_default()))
}

/// Words that may hold a stranger's, in visible ASCII, and of more than 300 characters the first, with
/// a mark that there are more.
pub(crate) fn reason(words: String) -> String {
    match ascii(&words) {
        Cow::Borrowed(_) if words.len() <= MAX_REASON => words,
        shown if shown.len() <= MAX_REASON => shown.into_owned(),
        shown => shown.chars().take(MAX_REASON - CUT.len()).chain(CUT.chars()).collect(),
    }
}

fn rewritten(
    text: &str,
    stays: impl Fn(char) -> bool,
    write: impl Fn(char, &mut String),
) -> Cow<'_, str> {
    if text.chars().all(&stays) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + ESCAPE);
    for c in text.chars() {
        if stays(c) { out.push(c) } else { write(c, &mut out) }
    }
    Cow::Owned(out)
}

/// Characters of a reason.
const MAX_REASON: usize = 300;

/// The end of one that was cut.
const CUT: &str = " ...";

/// Octets of an escape.
const ESCAPE: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reasons_that_are_cut_show_it() {
        let check = |words: String, expected: String| assert_eq!(reason(words), expected);
        check("é".to_owned(), r"\u{e9}".to_owned());
        check("a".repeat(300), "a".repeat(300));
        check("a".repeat(301), "a".repeat(296) + " ...");
        check("é".repeat(60), "\\u{e9}".repeat(49) + "\\u" + " ...");
    }

    proptest! {
        #[test]
        fn what_is_escaped_is_visible(text in any::<String>()) {
            prop_assert!(escaped(&text).chars().all(is_visible));
            let lines = escaped_lines(&text);
            prop_assert!(lines.chars().all(|c| is_visible(c) || matches!(c, '\r' | '\n' | '\t')));
            prop_assert_eq!(lines.lines().count(), text.lines().count());
        }

        #[cfg(feature = "serde")]
        #[test]
        fn json_holds_the_same_values(text in any::<String>(), hidden in any::<char>()) {
            let text = format!("{text}{hidden}\u{9b}\u{7f}\u{202e}\u{e0041}");
            let json = serde_json::to_string(&text)?;
            let escaped = escaped_json(&json);
            prop_assert!(escaped.chars().all(is_visible), "{}", escaped);
            prop_assert_eq!(serde_json::from_str::<String>(&escaped)?, text);
        }
    }

    #[test]
    fn what_is_not_visible() {
        let hidden = "\0\t\n\r\u{1f}\u{7f}\u{9b}\u{a0}\u{34f}\u{3000}\u{2029}\u{2066}\u{fe0f}\u{feff}\u{e0100}";
        assert!(hidden.chars().all(|c| !is_visible(c)));
        assert!(" ~üж中あ한e\u{301}🙂".chars().all(is_visible));
    }
}
