//! The boundaries that a message declares: a line of hyphens separates parts where one of them follows, and nowhere else.

/// The boundaries seen so far.
#[derive(Debug, Default)]
pub(super) struct Boundaries {
    known: Vec<Vec<u8>>,
    /// One is written in a way that is not read here, so any two hyphens may begin a part.
    any: bool,
}

impl Boundaries {
    /// Adds the boundaries in a header field, which may be folded.
    pub(super) fn read(&mut self, field: &[u8]) {
        if !is_content_type(field) {
            return;
        }
        let lower = field.to_ascii_lowercase();
        for (at, _) in lower.windows(NAME.len()).enumerate().filter(|(_, word)| *word == NAME) {
            match field.get(at + NAME.len()..).and_then(value) {
                Some(boundary) if self.known.iter().any(|known| known == boundary) => {}
                Some(boundary) if self.known.len() < MAX_KNOWN => {
                    self.known.push(boundary.to_owned());
                }
                _ => self.any = true,
            }
        }
    }

    /// Whether a part begins in this line, as parsers see it: anywhere in the line, unless two more hyphens close the multipart.
    pub(super) fn begin_part(&self, line: &[u8]) -> bool {
        if self.known.is_empty() && !self.any {
            return false;
        }
        let dashes = line.windows(2).enumerate().filter(|(_, pair)| *pair == b"--");
        let mut after = dashes.filter_map(|(at, _)| line.get(at + 2..));
        after.any(|rest| self.any || self.known.iter().any(|known| begins(rest, known)))
    }
}

/// Parsers overlook white space inside a name.
fn is_content_type(field: &[u8]) -> bool {
    let name = field.split(|byte| *byte == b':').find(|name| !name.trim_ascii().is_empty());
    let letters = name.into_iter().flatten().filter(|byte| !byte.is_ascii_whitespace());
    letters.map(u8::to_ascii_lowercase).eq(b"content-type".iter().copied())
}

fn begins(rest: &[u8], boundary: &[u8]) -> bool {
    rest.strip_prefix(boundary).is_some_and(|tail| !tail.starts_with(b"--"))
}

/// The plain value after the name of the parameter (RFC 2045 section 5.1); `None` for comments, escapes, encodings.
fn value(after_name: &[u8]) -> Option<&[u8]> {
    let text = after_name.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let value = match text.strip_prefix(b"\"") {
        Some(quoted) => quoted.split(|byte| *byte == b'"').next()?,
        None => text.split(|byte| *byte == b';' || byte.is_ascii_whitespace()).next()?,
    };
    let is_plain = |byte: &u8| (0x20..0x7f).contains(byte) && !b"\\\"()".contains(byte);
    let is_encoded = value.windows(2).any(|pair| pair == b"=?");
    (!value.is_empty() && value.iter().all(is_plain) && !is_encoded).then_some(value)
}

const NAME: &[u8] = b"boundary";
/// Honest mails have a handful, and every line with hyphens is compared with each.
const MAX_KNOWN: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(field: &str, line: &str, expected: bool) {
        let mut boundaries = Boundaries::default();
        boundaries.read(field.as_bytes());
        assert_eq!(boundaries.begin_part(line.as_bytes()), expected, "{field} {line}");
    }

    #[test]
    fn only_real_boundaries_begin_parts() {
        check("Content-Type: multipart/mixed; boundary=b1\r\n", "--b1\r\n", true);
        check("Content-Type: multipart/mixed; boundary=b1\r\n", "--x\r\n", false);
        check("Content-Type: multipart/mixed; boundary=b1\r\n", "-- MySQL dump\r\n", false);
        check("Content-Type: multipart/mixed; boundary=b1\r\n", "--b1--\r\n", false);
        check("Content-Type: multipart/mixed; boundary=b1\r\n", "text --b1 text\r\n", true);
        check("Content-Type: a/b;\r\n\tBOUNDARY = \"b 1\"; x=y\r\n", "--b 1\r\n", true);
        check("Content-Type: a/b; boundary=\"a\\b\"\r\n", "--x\r\n", true);
        check("Content-Type: a/b; boundary*0=a; boundary*1=b\r\n", "--x\r\n", true);
        check("Content-Type: text/plain\r\n", "--x\r\n", false);
        check("Subject: boundary\r\n", "--x\r\n", false);
        check(": Content- type : a/b; boundary=x\r\n", "--x\r\n", true);
    }
}
