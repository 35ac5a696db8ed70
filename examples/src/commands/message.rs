//! Messages as files hold them.

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

#[cfg(test)]
mod tests {
    use super::with_crlf;

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
