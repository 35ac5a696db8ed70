//! The presentation form of a TLSA record (RFC 6698 section 2.2).

use std::ops::Range;

use crate::{RecordError, RecordErrorKind};

/// What stands between white space.
pub(super) struct Fields<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

impl<'a> Fields<'a> {
    fn next(&mut self) -> (usize, &'a str) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let start = self.at + rest.len() - rest.trim_ascii_start().len();
        let rest = rest.trim_ascii_start();
        let end = rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len());
        self.at = start + end;
        (start, rest.get(..end).unwrap_or_default())
    }

    pub(super) fn number(&mut self, tag: &'static str) -> Result<u8, RecordError> {
        let (start, field) = self.next();
        if field.is_empty() {
            return Err(RecordError::new(RecordErrorKind::MissingTag { tag }, start..start));
        }
        let digits = field.bytes().all(|byte| byte.is_ascii_digit());
        field.parse().ok().filter(|_| digits).ok_or_else(|| self.invalid(tag, start))
    }

    /// The rest as hexadecimal digits.
    pub(super) fn digits(&mut self) -> Result<Vec<u8>, RecordError> {
        let (start, mut field) = self.next();
        let mut digits = String::new();
        while !field.is_empty() {
            digits.push_str(field);
            (_, field) = self.next();
        }
        let octet = |pair: &[u8]| {
            let pair = str::from_utf8(pair).ok().filter(|pair| pair.len() == 2)?;
            u8::from_str_radix(pair, 16).ok().filter(|_| !pair.starts_with('+'))
        };
        let octets = digits.as_bytes().chunks(2).map(octet).collect::<Option<Vec<u8>>>();
        octets.ok_or_else(|| self.invalid("data", start))
    }

    fn invalid(&self, tag: &str, start: usize) -> RecordError {
        invalid(tag, start.min(self.at)..self.at)
    }
}

/// The error that a field is outside its grammar.
pub(super) fn invalid(tag: &str, span: Range<usize>) -> RecordError {
    RecordError::new(RecordErrorKind::InvalidValue { tag: tag.to_owned() }, span)
}
