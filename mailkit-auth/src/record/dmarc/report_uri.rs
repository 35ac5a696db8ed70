//! The addresses that reports go to.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use memchr::memchr2;
use thiserror::Error;

use crate::domain;
use crate::text::{find, split_once};

/// Where reports go: a URI, in practice `mailto:` (RFC 9989 section 4.7).
///
/// ```
/// use mailkit_auth::record::ReportUri;
///
/// let uri: ReportUri = "mailto:dmarc%2Breports@example.com?subject=report".parse()?;
/// assert_eq!(uri.mailbox().as_deref(), Some("dmarc+reports@example.com"));
/// # Ok::<(), mailkit_auth::record::dmarc::ReportUriError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ReportUri(String);

impl ReportUri {
    /// The URI as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address of a `mailto:` URI (RFC 6068), its percent escapes undone: without header fields
    /// and without the `!size` that RFC 7489 let stand at its end.
    #[must_use]
    pub fn mailbox(&self) -> Option<Cow<'_, str>> {
        let (scheme, rest) = self.0.split_once(':')?;
        if scheme.eq_ignore_ascii_case(MAILTO) { address(rest) } else { None }
    }

    /// Whether a text is one, without keeping it.
    pub(crate) fn check(text: &str) -> Result<(), ReportUriError> {
        let (scheme, rest) = split_once(text, b':').ok_or(ReportUriError::NoScheme)?;
        let is_mail = scheme.eq_ignore_ascii_case(MAILTO);
        if !is_mail && !is_scheme(scheme) {
            return Err(ReportUriError::NoScheme);
        }
        // RFC 9989 section 4.8: commas and semicolons in a URI are percent-encoded.
        let plain = |c: u8| c.is_ascii_graphic() & (c != b',') & (c != b';');
        if !rest.bytes().fold(true, |is_plain, c| is_plain & plain(c)) {
            return Err(ReportUriError::Character);
        }
        if rest.is_empty() || (is_mail && !address(rest).is_some_and(|it| is_mailbox(&it))) {
            return Err(match is_mail && cuts_address(rest) {
                true => ReportUriError::ExclamationMark,
                false => ReportUriError::Mailbox,
            });
        }
        Ok(())
    }

    /// Whether a text begins as a URI of mail does.
    pub(crate) fn has_mail_scheme(text: &str) -> bool {
        let scheme = text.get(..MAILTO.len() + 1).and_then(|scheme| scheme.strip_suffix(':'));
        scheme.is_some_and(|it| it.eq_ignore_ascii_case(MAILTO))
    }
}

impl FromStr for ReportUri {
    type Err = ReportUriError;

    fn from_str(text: &str) -> Result<Self, ReportUriError> {
        Self::check(text).map(|()| Self(text.to_owned()))
    }
}

impl fmt::Display for ReportUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether this can stand before the colon of a URI (RFC 3986 section 3.1).
fn is_scheme(scheme: &str) -> bool {
    let inner = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'+' | b'-' | b'.');
    scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.bytes().all(inner)
}

const MAILTO: &str = "mailto";

/// What stands before the header fields and the size, with its escapes undone; `None` if an escape
/// is none, or stands for something other than ASCII.
fn address(rest: &str) -> Option<Cow<'_, str>> {
    let end = memchr2(b'?', b'!', rest.as_bytes()).unwrap_or(rest.len());
    let address = rest.get(..end)?;
    if find(address, b'%').is_none() {
        return Some(Cow::Borrowed(address));
    }
    let mut parts = address.split('%');
    let mut decoded = parts.next()?.to_owned();
    for part in parts {
        let (digits, plain) = part.split_at_checked(2)?;
        let hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let octet = u8::from_str_radix(digits, 16).ok().filter(|_| hexadecimal);
        decoded.push(octet.filter(u8::is_ascii)?.into());
        decoded.push_str(plain);
    }
    Some(Cow::Owned(decoded))
}

/// Whether an exclamation mark stands before the `@`, where readers of RFC 7489 end the address.
fn cuts_address(rest: &str) -> bool {
    let address = split_once(rest, b'?').map_or(rest, |(address, _)| address);
    split_once(address, b'@').is_some_and(|(local, _)| find(local, b'!').is_some())
}

/// Whether a text is an address that a header field holds as it is: a dot-atom and a domain
/// (RFC 5322 section 3.4.1). What an escape may have hidden, such as a line end, is none.
fn is_mailbox(address: &str) -> bool {
    let atom = |c: u8| {
        c.is_ascii_graphic()
            && !matches!(c, b'"' | b'(' | b')' | b',' | b':'..=b'<' | b'>' | b'@' | b'['..=b']')
    };
    split_once(address, b'@').is_some_and(|(local, domain)| {
        !local.is_empty() && local.bytes().all(atom) && domain::check(domain).is_ok()
    })
}

/// Why a text is not a [`ReportUri`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReportUriError {
    /// There is no `mailto:` or other scheme in front.
    #[error("no URI scheme such as `mailto:`")]
    NoScheme,
    /// A character that must be percent-encoded, or none of ASCII.
    #[error("character that a report URI must percent-encode")]
    Character,
    /// What follows `mailto:` is no address.
    #[error("no address after the scheme")]
    Mailbox,
    /// An exclamation mark within the address, which begins the size of a report in RFC 7489.
    #[error("`!` in an address, which must be written `%21`")]
    ExclamationMark,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<Option<&str>, ReportUriError>) {
        let uri = text.parse::<ReportUri>();
        let mailbox = uri.as_ref().map(|uri| uri.mailbox()).map_err(|error| *error);
        let mailbox = mailbox.as_ref().map(Option::as_deref).map_err(|error| *error);
        assert_eq!(mailbox, expected, "{text:?}");
    }

    #[test]
    fn addresses() {
        check("mailto:d@a.test", Ok(Some("d@a.test")));
        check("MAILTO:d@a.test!10m", Ok(Some("d@a.test")));
        check("mailto:d@a.test?subject=x", Ok(Some("d@a.test")));
        check("mailto:d%21e%2b@a.test!5?x=y", Ok(Some("d!e+@a.test")));
        check("https://a.test/%zz", Ok(None));
        check("mailto:d%0d%0aBcc:x@a.test", Err(ReportUriError::Mailbox));
        check("mailto:d%20e@a.test", Err(ReportUriError::Mailbox));
        check("mailto:d%2ce@a.test", Err(ReportUriError::Mailbox));
        check("mailto:d%4", Err(ReportUriError::Mailbox));
        check("mailto:d%+1@a.test", Err(ReportUriError::Mailbox));
        check("mailto:%fc@a.test", Err(ReportUriError::Mailbox));
        check("mailto:?to=d@a.test", Err(ReportUriError::Mailbox));
        check("mailto:@a.test", Err(ReportUriError::Mailbox));
        check("mailto:d@a..test", Err(ReportUriError::Mailbox));
        check("mailto:", Err(ReportUriError::Mailbox));
        check("mailto:a!b@a.test", Err(ReportUriError::ExclamationMark));
        check("mailto:!b@a.test?x=y", Err(ReportUriError::ExclamationMark));
        check("mailto:a?x=!b@a.test", Err(ReportUriError::Mailbox));
        check("d@a.test", Err(ReportUriError::NoScheme));
        check("1x:d@a.test", Err(ReportUriError::NoScheme));
        check("mailto:d;e@a.test", Err(ReportUriError::Character));
    }
}
