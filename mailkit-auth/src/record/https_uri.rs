//! Where something is on the web.

use std::fmt;
use std::str::FromStr;

use crate::{Domain, DomainError, RecordError, RecordErrorKind};

/// A URI of the scheme `https` (RFC 9110 section 4.2.2), without commas and semicolons, which a record
/// percent-encodes, and without a name of a user.
///
/// ```
/// use mailkit_auth::record::HttpsUri;
///
/// let uri: HttpsUri = "https://acme.test/logo.svg".parse()?;
/// assert_eq!(uri.host().as_str(), "acme.test");
/// assert!("http://acme.test/logo.svg".parse::<HttpsUri>().is_err());
/// # Ok::<(), mailkit_auth::RecordError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HttpsUri {
    text: String,
    host: Domain,
}

impl HttpsUri {
    /// The URI as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host, without a port.
    #[must_use]
    pub fn host(&self) -> &Domain {
        &self.host
    }
}

impl FromStr for HttpsUri {
    type Err = RecordError;

    fn from_str(text: &str) -> Result<Self, RecordError> {
        let host =
            host(text)?.parse().map_err(|error: DomainError| invalid(text).with_cause(error))?;
        Ok(Self { text: text.to_owned(), host })
    }
}

impl fmt::Display for HttpsUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The host of a URI, as it is written.
fn host(text: &str) -> Result<&str, RecordError> {
    let odd = |c: char| !c.is_ascii_graphic() || matches!(c, ',' | ';');
    if let Some((at, c)) = text.char_indices().find(|&(_, c)| odd(c)) {
        let kind = RecordErrorKind::UnexpectedCharacter(c);
        return Err(RecordError::new(kind, at..at + c.len_utf8()));
    }
    let (scheme, rest) = text.split_once("://").ok_or_else(|| invalid(text))?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = authority.split_once(':').unwrap_or((authority, "443"));
    let is_port = port.bytes().all(|octet| octet.is_ascii_digit());
    if scheme.eq_ignore_ascii_case("https") && is_port { Ok(host) } else { Err(invalid(text)) }
}

fn invalid(text: &str) -> RecordError {
    RecordError::new(RecordErrorKind::InvalidUri, 0..text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris() {
        let error = |text: &str| text.parse::<HttpsUri>().map_err(|error| error.to_string());
        assert_eq!(error("ftp://a.test"), Err("not an `https` URI at byte 0".to_owned()));
        assert_eq!(error("https://a.test:x"), Err("not an `https` URI at byte 0".to_owned()));
        assert_eq!(error("https://a.test;"), Err("unexpected character ';' at byte 14".to_owned()));
        assert_eq!(
            error("HTTPS://A.test#x").map(|uri| uri.host().to_string()),
            Ok("a.test".to_owned())
        );
    }
}
