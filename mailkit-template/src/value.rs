//! The values a caller puts into a mail, each safe wherever the layout shows it.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A value for one parameter of a template.
///
/// ```
/// use mailkit_template::Value;
///
/// let topic = Value::text("LED panels\r\nBcc: everyone@example.com");
/// assert_eq!(topic.to_string(), "LED panels Bcc: everyone@example.com");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value {
    /// A line of text.
    Text(Text),
    /// A link target.
    Url(Url),
    /// A whole number, shown in the digits and grouping of the locale.
    Int(i64),
}

impl Value {
    /// A line of text; see [`Text::new`] for what is done to line breaks and control characters.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::Text(Text::new(text))
    }

    /// A line of text of at most `max_chars` characters, cut with an ellipsis; see [`Text::shortened`].
    #[must_use]
    pub fn shortened(text: &str, max_chars: usize) -> Self {
        Self::Text(Text::shortened(text, max_chars))
    }

    /// A link target.
    #[must_use]
    pub const fn url(url: Url) -> Self {
        Self::Url(url)
    }

    /// A whole number.
    #[must_use]
    pub const fn int(number: i64) -> Self {
        Self::Int(number)
    }

    /// The type a template has to declare for this value.
    #[must_use]
    pub const fn value_type(&self) -> ValueType {
        match self {
            Self::Text(_) => ValueType::Text,
            Self::Url(_) => ValueType::Url,
            Self::Int(_) => ValueType::Int,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => text.fmt(f),
            Self::Url(url) => url.fmt(f),
            Self::Int(number) => number.fmt(f),
        }
    }
}

/// The type of a parameter, as `template.toml` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum ValueType {
    /// `text`: a [`Text`].
    Text,
    /// `url`: a [`Url`].
    Url,
    /// `int`: an [`i64`].
    Int,
}

impl ValueType {
    /// The name in `template.toml`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Url => "url",
            Self::Int => "int",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Text, Self::Url, Self::Int].into_iter().find(|kind| kind.as_str() == name)
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

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

/// A link target that is safe in an `href`: `http`, `https`, `mailto` or `tel`, ASCII, without user information.
///
/// ```
/// use mailkit_template::{Url, UrlError};
///
/// let site: Url = "https://example.com/led?lang=de".parse()?;
/// assert_eq!(site.to_string(), "https://example.com/led?lang=de");
/// assert_eq!("javascript:alert(1)".parse::<Url>(), Err(UrlError::Scheme));
/// # Ok::<(), UrlError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Url(String);

impl Url {
    /// The longest URL that is accepted, in bytes; browsers and mail gateways break longer ones.
    pub const MAX_LEN: usize = 2048;

    /// The URL as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Url {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        if text.len() > Self::MAX_LEN {
            return Err(UrlError::TooLong);
        }
        if let Some(found) = text.chars().find(|&c| !is_url_char(c)) {
            return Err(UrlError::Character { found });
        }
        let (scheme, rest) = text.split_once(':').ok_or(UrlError::Scheme)?;
        match scheme.to_ascii_lowercase().as_str() {
            "http" | "https" => check_authority(rest)?,
            "mailto" | "tel" if rest.is_empty() => return Err(UrlError::Empty),
            "mailto" | "tel" => {}
            _ => return Err(UrlError::Scheme),
        }
        Ok(Self(text.to_owned()))
    }
}

/// Why a text is not a [`Url`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum UrlError {
    /// The scheme is none of `http`, `https`, `mailto` and `tel`.
    #[error("the scheme is not one of http, https, mailto and tel")]
    Scheme,
    /// A character that has to be percent-encoded, or that ends a URL in HTML or in text.
    #[error("{found:?} has to be percent-encoded")]
    Character {
        /// The character.
        found: char,
    },
    /// An `http` or `https` URL without a host, or a `mailto` or `tel` URL with nothing behind the colon.
    #[error("the target is empty")]
    Empty,
    /// User information before the host, which makes a link look as if it led elsewhere.
    #[error("user information before the host")]
    UserInfo,
    /// Longer than [`Url::MAX_LEN`].
    #[error("longer than 2048 bytes")]
    TooLong,
}

fn check_authority(rest: &str) -> Result<(), UrlError> {
    let path = rest.strip_prefix("//").ok_or(UrlError::Empty)?;
    let authority = path.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err(UrlError::UserInfo);
    }
    if authority.is_empty() || authority.starts_with(':') {
        return Err(UrlError::Empty);
    }
    Ok(())
}

/// RFC 3986 section 2: the reserved, the unreserved and `%`.
fn is_url_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c)
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
    fn urls() {
        #[track_caller]
        fn check(text: &str, expected: Result<(), UrlError>) {
            assert_eq!(text.parse::<Url>().map(|url| assert_eq!(url.to_string(), text)), expected);
        }
        check("https://example.com", Ok(()));
        check("HTTPS://example.com/a?b=%20#c", Ok(()));
        check("mailto:sales@example.com", Ok(()));
        check("tel:+4989123456", Ok(()));
        check("javascript:alert(1)", Err(UrlError::Scheme));
        check("JaVaScRiPt:alert(1)", Err(UrlError::Scheme));
        check("data:text/html,x", Err(UrlError::Scheme));
        check("//example.com", Err(UrlError::Scheme));
        check("", Err(UrlError::Scheme));
        check("https:example.com", Err(UrlError::Empty));
        check("https://", Err(UrlError::Empty));
        check("https://:80/", Err(UrlError::Empty));
        check("tel:", Err(UrlError::Empty));
        check("https://bank.example@evil.example/", Err(UrlError::UserInfo));
        check("https://example.com/\"onclick", Err(UrlError::Character { found: '"' }));
        check("java\nscript:x", Err(UrlError::Character { found: '\n' }));
        check("https://例え.jp", Err(UrlError::Character { found: '例' }));
        check(&format!("https://example.com/{}", "a".repeat(2048)), Err(UrlError::TooLong));
    }

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
