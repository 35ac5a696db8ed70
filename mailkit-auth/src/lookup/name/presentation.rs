//! Names as people write them (RFC 1035 section 5.1, RFC 4343 section 2.1).

use std::fmt;
use std::str::{Bytes, FromStr};

use super::{Name, NameError, NameErrorKind};

impl FromStr for Name {
    type Err = NameError;

    /// Reads what [`Display`](fmt::Display) writes: `\ddd` is an octet, and any other character behind
    /// a backslash stands for itself.
    fn from_str(text: &str) -> Result<Self, NameError> {
        if !text.contains('\\') {
            return Self::new(text);
        }
        let name = unescaped(text)?;
        // The bytes of the name are not those of the text any more.
        Self::new(&name).map_err(|error| NameError { span: 0..text.len(), ..error })
    }
}

fn unescaped(text: &str) -> Result<String, NameError> {
    let fault = |span| NameError { kind: NameErrorKind::InvalidEscape, span };
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(octet) = rest.next() {
        if octet != b'\\' {
            octets.push(octet);
            continue;
        }
        let start = text.len() - rest.len() - 1;
        // A dot parts labels here, and none can hold one.
        let escaped = escaped_octet(&mut rest).filter(|octet| *octet != b'.');
        octets.push(escaped.ok_or_else(|| fault(start..text.len() - rest.len()))?);
    }
    String::from_utf8(octets).map_err(|_| fault(0..text.len()))
}

/// What stands behind a backslash: three digits of a number up to 255, or any octet.
pub(crate) fn escaped_octet(rest: &mut Bytes<'_>) -> Option<u8> {
    let first = rest.next()?;
    if !first.is_ascii_digit() {
        return Some(first);
    }
    let digits = [first, rest.next()?, rest.next()?];
    let number = str::from_utf8(&digits).ok()?;
    number.bytes().all(|digit| digit.is_ascii_digit()).then(|| number.parse().ok())?
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_root() {
            return f.write_str(".");
        }
        if self.text.bytes().all(|octet| octet.is_ascii_graphic() && octet != b'\\') {
            return f.write_str(&self.text);
        }
        for octet in self.text.bytes() {
            match octet {
                b'\\' => f.write_str("\\\\")?,
                b'!'..=b'~' => write!(f, "{}", char::from(octet))?,
                _ => write!(f, "\\{octet:03}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>) {
        let actual = text.parse::<Name>().map_err(|error| error.to_string());
        let actual = actual.as_ref().map(Name::as_str).map_err(String::as_str);
        assert_eq!(actual, expected, "{text:?}");
    }

    #[test]
    fn escapes() {
        check("Example.COM.", Ok("example.com"));
        check(".", Ok(""));
        check(r"macro\032space.test", Ok("macro space.test"));
        check(r"\195\188.\065\b\\.test", Ok("ü.ab\\.test"));
        check(r"a\.b.test", Err("invalid escape at byte 1"));
        check(r"a\046b.test", Err("invalid escape at byte 1"));
        check(r"a\25", Err("invalid escape at byte 1"));
        check(r"a\256", Err("invalid escape at byte 1"));
        check("a\\", Err("invalid escape at byte 1"));
        check(r"a\195.test", Err("invalid escape at byte 0"));
        check(r"\097..b", Err("empty label at byte 0"));
    }

    #[test]
    fn the_span_of_an_escape() {
        let error = r"a\256b".parse::<Name>().map(|_| ());
        assert_eq!(error.map_err(|error| error.span()), Err(1..5));
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(text in "\\PC{0,80}|[a-z.\\\\\\x00-\\x20]{0,99}") {
            if let Ok(name) = Name::new(&text) {
                prop_assert_eq!(name.to_string().parse(), Ok(name));
            }
        }

        #[test]
        fn no_text_panics(text in "[a0-9.\\\\ü]{0,20}|\\PC{0,40}") {
            if let Ok(name) = text.parse::<Name>() {
                prop_assert_eq!(name.to_string().parse(), Ok(name));
            }
        }
    }
}
