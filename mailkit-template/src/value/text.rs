//! Text on one line.

use std::fmt;

/// One line of visible text, free of control characters and of bidirectional overrides.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Text(String);

impl Text {
    /// Makes one line of `text`: each run of white space and control characters becomes one space, the ends are
    /// trimmed, and characters that embed, override or isolate a writing direction are dropped.
    ///
    /// ```
    /// use mailkit_template::Text;
    ///
    /// assert_eq!(Text::new(" two\r\n lines\u{202e} ").as_str(), "two lines");
    /// ```
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut line = String::with_capacity(text.len());
        let mut gap = false;
        for c in text.chars().filter(|&c| !is_direction_format(c)) {
            if is_break(c) || c.is_whitespace() {
                gap = !line.is_empty();
                continue;
            }
            if std::mem::take(&mut gap) {
                line.push(' ');
            }
            line.push(c);
        }
        Self(line)
    }

    /// Like [`Text::new`], and cut to `max_chars` characters; the last of them is then an ellipsis.
    ///
    /// ```
    /// use mailkit_template::Text;
    ///
    /// assert_eq!(Text::shortened("Inquiry for LED panels", 8).as_str(), "Inquiry…");
    /// ```
    #[must_use]
    pub fn shortened(text: &str, max_chars: usize) -> Self {
        let line = Self::new(text);
        if line.0.chars().count() <= max_chars {
            return line;
        }
        let mut cut: String = line.0.chars().take(max_chars.saturating_sub(1)).collect();
        cut.truncate(cut.trim_end().len());
        if max_chars > 0 {
            cut.push('…');
        }
        Self(cut)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether `c` is a control character or breaks a line.
pub(crate) fn is_break(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Whether `c` embeds, overrides or isolates a writing direction (Unicode Standard Annex 9, section 2).
pub(crate) fn is_direction_format(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_is_one_line() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(Text::new(text).as_str(), expected);
        }
        check("plain", "plain");
        check("a\r\nb", "a b");
        check("a\0b\u{85}c\u{2028}d", "a b c d");
        check("\u{202e}gnp.exe\u{2069}", "gnp.exe");
        check(" \t ", "");
    }

    proptest! {
        #[test]
        fn text_never_breaks_a_line(text in any::<String>(), max in 0_usize..40) {
            let line = Text::shortened(&text, max);
            prop_assert!(!line.as_str().chars().any(|c| is_break(c) || is_direction_format(c)));
            prop_assert!(line.as_str().chars().count() <= max);
            prop_assert_eq!(Text::new(line.as_str()), line);
        }
    }
}
