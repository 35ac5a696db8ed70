//! Link targets.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use thiserror::Error;

/// A link target that is safe in an `href`: `http`, `https`, `mailto` or `tel`, ASCII, without user information.
///
/// ```
/// use mailkit_template::{Url, UrlErrorKind};
///
/// let site: Url = "https://example.com/led?lang=de".parse()?;
/// assert_eq!(site.to_string(), "https://example.com/led?lang=de");
/// let error = "javascript:alert(1)".parse::<Url>().unwrap_err();
/// assert_eq!((error.kind(), error.span()), (UrlErrorKind::Scheme, 0..10));
/// # Ok::<(), mailkit_template::UrlError>(())
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
        check(text).map_err(|(kind, span)| UrlError { kind, span })?;
        Ok(Self(text.to_owned()))
    }
}

/// A text is not a [`Url`], and where it is not.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{kind} at byte {}", span.start)]
pub struct UrlError {
    kind: UrlErrorKind,
    span: Range<usize>,
}

impl UrlError {
    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> UrlErrorKind {
        self.kind
    }

    /// The bytes of the text that are wrong; an empty range where something is missing.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }
}

/// What is wrong with a link target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum UrlErrorKind {
    /// A character that has to be percent-encoded, or that ends a URL in HTML or in text.
    #[error("character that has to be percent-encoded")]
    Character,
    /// An `http` or `https` URL without a host, or a `mailto` or `tel` URL with nothing behind the colon.
    #[error("empty target")]
    Empty,
    /// The scheme is none of `http`, `https`, `mailto` and `tel`.
    #[error("scheme that is not one of http, https, mailto and tel")]
    Scheme,
    /// Longer than [`Url::MAX_LEN`].
    #[error("longer than {} bytes", Url::MAX_LEN)]
    TooLong,
    /// User information before the host, which makes a link look as if it led elsewhere.
    #[error("user information before the host")]
    UserInfo,
}

fn check(text: &str) -> Result<(), (UrlErrorKind, Range<usize>)> {
    if text.len() > Url::MAX_LEN {
        return Err((UrlErrorKind::TooLong, Url::MAX_LEN..text.len()));
    }
    if let Some((at, c)) = text.char_indices().find(|(_, c)| !is_url_char(*c)) {
        return Err((UrlErrorKind::Character, at..at + c.len_utf8()));
    }
    let (scheme, rest) = text.split_once(':').ok_or((UrlErrorKind::Scheme, 0..text.len()))?;
    let target = scheme.len() + 1..text.len();
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => check_authority(rest).map_err(|kind| (kind, target)),
        "mailto" | "tel" if rest.is_empty() => Err((UrlErrorKind::Empty, target)),
        "mailto" | "tel" => Ok(()),
        _ => Err((UrlErrorKind::Scheme, 0..scheme.len())),
    }
}

fn check_authority(rest: &str) -> Result<(), UrlErrorKind> {
    let path = rest.strip_prefix("//").ok_or(UrlErrorKind::Empty)?;
    let authority = path.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err(UrlErrorKind::UserInfo);
    }
    if authority.is_empty() || authority.starts_with(':') {
        return Err(UrlErrorKind::Empty);
    }
    Ok(())
}

/// RFC 3986 section 2: the reserved, the unreserved and `%`.
fn is_url_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls() {
        #[track_caller]
        fn check(text: &str, expected: Result<(), UrlErrorKind>) {
            let found = text.parse::<Url>().map(|url| assert_eq!(url.to_string(), text));
            assert_eq!(found.map_err(|error| error.kind()), expected, "{text}");
        }
        check("https://example.com", Ok(()));
        check("HTTPS://example.com/a?b=%20#c", Ok(()));
        check("mailto:sales@example.com", Ok(()));
        check("tel:+4989123456", Ok(()));
        check("javascript:alert(1)", Err(UrlErrorKind::Scheme));
        check("JaVaScRiPt:alert(1)", Err(UrlErrorKind::Scheme));
        check("data:text/html,x", Err(UrlErrorKind::Scheme));
        check("//example.com", Err(UrlErrorKind::Scheme));
        check("", Err(UrlErrorKind::Scheme));
        check("https:example.com", Err(UrlErrorKind::Empty));
        check("https://", Err(UrlErrorKind::Empty));
        check("https://:80/", Err(UrlErrorKind::Empty));
        check("tel:", Err(UrlErrorKind::Empty));
        check("https://bank.example@evil.example/", Err(UrlErrorKind::UserInfo));
        check("https://example.com/\"onclick", Err(UrlErrorKind::Character));
        check("java\nscript:x", Err(UrlErrorKind::Character));
        check("https://例え.jp", Err(UrlErrorKind::Character));
        check(&format!("https://example.com/{}", "a".repeat(2048)), Err(UrlErrorKind::TooLong));
        let error = "https://a.example/ü".parse::<Url>().unwrap_err();
        assert_eq!(error.to_string(), "character that has to be percent-encoded at byte 18");
        assert_eq!(error.span(), 18..20);
    }
}
