//! Fields of a stranger that carry the name of this host.

use std::borrow::Cow;

use super::read::authserv_id;
use crate::HeaderError;
use crate::message::{Field, RawMessage};
use crate::verify::HeaderLimits;

/// The message without the `Authentication-Results` fields that claim to be of this host, and those
/// whose name cannot be read; nothing else is changed.
///
/// Anybody can write such a field, so the host at the border takes them out of what comes in, before
/// it adds its own (RFC 8601 section 5). A signature may cover one: verify the message as it came.
///
/// ```
/// use mailkit_auth::auth_results::without_results_of;
/// use mailkit_auth::verify::HeaderLimits;
///
/// let mail = b"Authentication-Results: MX.acme.test; dkim=pass\r\nFrom: a@b.test\r\n\r\nHi\r\n";
/// let clean = without_results_of(mail, "mx.acme.test", HeaderLimits::default())?;
/// assert_eq!(clean.as_ref(), b"From: a@b.test\r\n\r\nHi\r\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// If the header is malformed or beyond the limits.
pub fn without_results_of<'m>(
    message: &'m [u8],
    authserv_id: &str,
    limits: HeaderLimits,
) -> Result<Cow<'m, [u8]>, HeaderError> {
    let raw = RawMessage::read(message, limits)?;
    if !raw.fields.iter().any(|field| claims(field, authserv_id)) {
        return Ok(Cow::Borrowed(message));
    }
    let mut clean = Vec::with_capacity(message.len());
    for field in raw.fields.iter().filter(|field| !claims(field, authserv_id)) {
        clean.extend_from_slice(field.name);
        clean.push(b':');
        clean.extend_from_slice(field.value);
    }
    clean.extend_from_slice(raw.empty_line.unwrap_or_default());
    clean.extend_from_slice(raw.body);
    Ok(Cow::Owned(clean))
}

/// Whether some program reads this name in a field of results. What follows the name may be read
/// strictly or not.
fn claims(field: &Field<'_>, name: &str) -> bool {
    if !field.is("Authentication-Results") {
        return false;
    }
    let Some(id) = authserv_id(&String::from_utf8_lossy(field.value)) else { return true };
    let id = id.trim_end_matches('.');
    let is_name = |octet: &u8| octet.is_ascii_alphanumeric() || b"-_.".contains(octet);
    id.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
        && !id.as_bytes().get(name.len()).is_some_and(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_claims_to_be_ours_goes() {
        let check = |value: &str, stays: bool| {
            let rest = "X : y\r\n z\r\nFrom: a@b.test\r\n\r\nAuthentication-Results: mx.b.test\r\n";
            let mail = format!("{value}\r\n{rest}");
            let clean = without_results_of(mail.as_bytes(), "mx.b.test", HeaderLimits::default());
            let expected = if stays { &mail } else { rest };
            assert_eq!(clean.as_deref(), Ok(expected.as_bytes()), "{value:?}");
        };
        check("Authentication-Results: mx.b.test; spf=pass", false);
        check("authentication-results : MX.B.test 1; none", false);
        check("Authentication-Results:\r\n (x) \"mx.b.test\"; what", false);
        check("Authentication-Results: mx.b.test.; none", false);
        check("Authentication-Results: mx.b.test/x; none", false);
        check("Authentication-Results: (", false);
        check("Authentication-Results:", false);
        check("Authentication-Results: mx.b.test.c.test; none", true);
        check("Authentication-Results: mx.c.test; mx.b.test=pass", true);
        check("ARC-Authentication-Results: i=1; mx.b.test; none", true);
    }
}
