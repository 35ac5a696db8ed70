//! Messages as files hold them.

use std::path::Path;

use super::error::CommandError;
use super::input::{MAX_FILE, read};

/// The name in HELO of a host that said none. It is no domain, so that nothing is asked about it.
pub(crate) const NO_HELO: &str = "unknown";

/// The message with the line ends of the wire, unless it has them already.
///
/// An editor that writes LF alone would otherwise break each signature.
pub(crate) fn with_crlf(octets: Vec<u8>) -> Vec<u8> {
    let has_crlf = octets.windows(2).any(|pair| pair == b"\r\n");
    if has_crlf {
        return octets;
    }
    let mut message = Vec::with_capacity(octets.len() + octets.len() / 32);
    for octet in octets {
        if octet == b'\n' {
            message.push(b'\r');
        }
        message.push(octet);
    }
    message
}

/// Reads a message, and refuses what is none.
pub(crate) fn read_mail(path: &Path) -> Result<Vec<u8>, CommandError> {
    let octets = read(path, MAX_FILE)?;
    if begins_with_field(&octets) {
        return Ok(octets);
    }
    let why = "it does not begin with a header field";
    Err(CommandError::new(format!("{} is no mail: {why}", path.display())))
}

/// Whether the octets can be a message: their first line is a header field, or the line of an mbox file.
pub(crate) fn begins_with_field(octets: &[u8]) -> bool {
    let line = octets.split(|octet| *octet == b'\n').next().unwrap_or_default();
    let mut parts = line.splitn(2, |octet| *octet == b':');
    let name = parts.next().unwrap_or_default().trim_ascii_end();
    let is_name = !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
    line.starts_with(b"From ") || (is_name && parts.next().is_some())
}

#[cfg(test)]
mod tests {
    use super::{begins_with_field, with_crlf};

    #[test]
    fn a_message_begins_with_a_field() {
        let check = |input: &str, expected| {
            assert_eq!(begins_with_field(input.as_bytes()), expected, "{input:?}");
        };
        check("From: a@acme.example\r\n", true);
        check("Subject : offer", true);
        check("From a@acme.example Sun Nov 22\nFrom: a@acme.example\n", true);
        check("", false);
        check("\r\nFrom: a@acme.example", false);
        check("\u{7f}ELF\u{1}: x", false);
        check("hello world: x", false);
        check("hello", false);
    }

    #[test]
    fn line_ends_become_those_of_the_wire() {
        let check = |input: &str, expected: &str| {
            assert_eq!(with_crlf(input.into()), expected.as_bytes(), "{input:?}");
        };
        check("a: b\n\nc\n", "a: b\r\n\r\nc\r\n");
        check("a: b\r\n\r\nc\r\n", "a: b\r\n\r\nc\r\n");
        check("a: b\r\n\r\nc\nd", "a: b\r\n\r\nc\nd");
        check("", "");
    }
}
