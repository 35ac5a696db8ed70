//! Link targets.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

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

#[cfg(test)]
mod tests {
    use super::*;

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
}
