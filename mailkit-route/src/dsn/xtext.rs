//! xtext of RFC 3461 section 4: `+2B` for what a parameter of SMTP cannot hold.

/// The text, which must be printable ASCII; `None` if the form is wrong.
pub(super) fn read(xtext: &str) -> Option<String> {
    let mut out = String::with_capacity(xtext.len());
    let mut rest = xtext.chars();
    while let Some(c) = rest.next() {
        let c = match c {
            '+' => hex(rest.next()?, rest.next()?)?,
            '!'..='~' if c != '=' => c,
            _ => return None,
        };
        out.push(Some(c).filter(|c| matches!(c, ' '..='~'))?);
    }
    Some(out)
}

fn hex(high: char, low: char) -> Option<char> {
    let digit = |c: char| c.to_digit(16).filter(|_| !c.is_ascii_lowercase());
    char::from_u32(digit(high)? * 16 + digit(low)?)
}

/// `text` must be printable ASCII.
pub(super) fn write(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'+' | b'=' | b' ' => out.push_str(&format!("+{byte:02X}")),
            _ => out.push(char::from(byte)),
        }
    }
    out
}
