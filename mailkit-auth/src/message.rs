//! A message as signers and verifiers see it: header fields and a body, as octets.

mod body;
mod header;

pub(crate) use body::{BodyDigest, BodyHasher};
pub(crate) use header::{signed_octets, write_field};
use thiserror::Error;

/// A message cut into header fields and body; nothing is decoded.
#[derive(Debug)]
pub(crate) struct RawMessage<'a> {
    pub(crate) fields: Vec<Field<'a>>,
    pub(crate) body: &'a [u8],
}

/// One header field.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field<'a> {
    /// What stands before the colon, with white space that older mail puts there.
    pub(crate) name: &'a [u8],
    /// What stands after the colon, with folds and the line end.
    pub(crate) value: &'a [u8],
}

impl Field<'_> {
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name.trim_ascii_end().eq_ignore_ascii_case(name.as_bytes())
    }
}

/// How large a header may be before anything is read from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeaderLimits {
    /// Octets of all header fields: 100 KiB.
    pub octets: usize,
    /// Header fields: 1,000.
    pub fields: usize,
}

impl Default for HeaderLimits {
    fn default() -> Self {
        Self { octets: 100 * 1024, fields: 1_000 }
    }
}

/// Why a message is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum HeaderError {
    /// A line of the header is neither a field nor the continuation of one.
    #[error("no header field at byte {at}")]
    Malformed {
        /// Where the line begins.
        at: usize,
    },
    /// A NUL, or a carriage return that ends no line: programs disagree on what stands after it.
    #[error("NUL or bare carriage return at byte {at}")]
    Control {
        /// Where it stands.
        at: usize,
    },
    /// The header has more fields than the limit.
    #[error("more than {limit} header fields")]
    TooManyFields {
        /// The limit.
        limit: usize,
    },
    /// The header has more octets than the limit.
    #[error("header longer than {limit} octets")]
    TooLong {
        /// The limit in octets.
        limit: usize,
    },
}

impl<'a> RawMessage<'a> {
    /// Cuts a message at the first empty line.
    ///
    /// A line that is no field is refused: programs disagree whether it belongs to the header, and a
    /// sender could show one of them a From field that another does not see.
    pub(crate) fn read(message: &'a [u8], limits: HeaderLimits) -> Result<Self, HeaderError> {
        let mut fields: Vec<(usize, usize)> = Vec::new();
        let mut at = 0;
        while at < message.len() {
            let line = line_at(message, at, limits)?;
            let end = at + line.len();
            if let Some(control) = control_in(line) {
                return Err(HeaderError::Control { at: at + control });
            }
            if matches!(line, b"\r\n" | b"\n") {
                return Ok(Self {
                    fields: cut(message, &fields)?,
                    body: message.get(end..).unwrap_or_default(),
                });
            }
            let continues = line.starts_with(b" ") || line.starts_with(b"\t");
            if let Some(field) = fields.last_mut().filter(|_| continues) {
                field.1 = end;
            } else if fields.len() == limits.fields {
                return Err(HeaderError::TooManyFields { limit: limits.fields });
            } else {
                fields.push((at, end));
            }
            at = end;
        }
        Ok(Self { fields: cut(message, &fields)?, body: &[] })
    }

    /// The fields of this name, from the top.
    pub(crate) fn named(&self, name: &str) -> impl Iterator<Item = &Field<'a>> {
        self.fields.iter().filter(move |field| field.is(name))
    }

    /// The fields that `names` select: each name the lowest field of it that no earlier one took
    /// (RFC 6376 section 5.4.2). A name without a field left selects none.
    pub(crate) fn select(&self, names: &[&str]) -> Vec<Field<'a>> {
        let mut stacks: std::collections::HashMap<Vec<u8>, Vec<Field<'a>>> = Default::default();
        for field in &self.fields {
            let key = field.name.trim_ascii_end().to_ascii_lowercase();
            stacks.entry(key).or_default().push(*field);
        }
        let mut take = |name: &str| stacks.get_mut(name.to_ascii_lowercase().as_bytes())?.pop();
        names.iter().filter_map(|name| take(name)).collect()
    }
}

/// The line that begins at `at`, with its end.
fn line_at(message: &[u8], at: usize, limits: HeaderLimits) -> Result<&[u8], HeaderError> {
    let rest = message.get(at..).unwrap_or_default();
    let within = rest.get(..limits.octets.saturating_sub(at)).unwrap_or(rest);
    let too_long = HeaderError::TooLong { limit: limits.octets };
    match within.iter().position(|octet| *octet == b'\n') {
        Some(end) => Ok(rest.get(..=end).unwrap_or_default()),
        None if within.len() == rest.len() => Ok(rest),
        None => Err(too_long),
    }
}

/// Where a NUL stands in a line, or a carriage return before anything but its end.
fn control_in(line: &[u8]) -> Option<usize> {
    let text = line.strip_suffix(b"\r\n").unwrap_or(line);
    text.iter().position(|octet| matches!(octet, 0 | b'\r'))
}

fn cut<'a>(message: &'a [u8], spans: &[(usize, usize)]) -> Result<Vec<Field<'a>>, HeaderError> {
    let field = |&(start, end): &(usize, usize)| {
        let text = message.get(start..end).unwrap_or_default();
        let colon = text.iter().position(|octet| *octet == b':').unwrap_or_default();
        let (name, rest) = text.split_at_checked(colon).unwrap_or_default();
        let printable = |octet: &u8| octet.is_ascii_graphic();
        let trimmed = name.trim_ascii_end();
        if trimmed.is_empty() || !trimmed.iter().all(printable) {
            return Err(HeaderError::Malformed { at: start });
        }
        Ok(Field { name, value: rest.get(1..).unwrap_or_default() })
    };
    spans.iter().map(field).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The name and the value of each field, and the body.
    type Parts<'a> = (&'a [(&'a str, &'a str)], &'a str);

    #[track_caller]
    fn check(message: &[u8], expected: Result<Parts<'_>, HeaderError>) {
        let limits = HeaderLimits { octets: 60, fields: 3 };
        let text = |octets| std::str::from_utf8(octets).unwrap();
        let actual = RawMessage::read(message, limits).map(|message| {
            let fields = message.fields.iter().map(|field| (text(field.name), text(field.value)));
            (fields.collect::<Vec<_>>(), text(message.body))
        });
        assert_eq!(actual, expected.map(|(fields, body)| (fields.to_vec(), body)));
    }

    #[test]
    fn messages() {
        check(b"", Ok((&[], "")));
        check(
            b"A: 1\r\nB :2\r\n 3\r\n\r\nbody\r\n",
            Ok((&[("A", " 1\r\n"), ("B ", "2\r\n 3\r\n")], "body\r\n")),
        );
        check(b"A: 1\n\nbody", Ok((&[("A", " 1\n")], "body")));
        check(b"A: 1", Ok((&[("A", " 1")], "")));
        check(b"\r\nbody", Ok((&[], "body")));
        check(b"A: 1\r\nno field\r\n\r\n", Err(HeaderError::Malformed { at: 6 }));
        check(b" A: 1\r\n\r\n", Err(HeaderError::Malformed { at: 0 }));
        check(b"\xff: 1\r\n\r\n", Err(HeaderError::Malformed { at: 0 }));
        check(b"A:\r\nA:\r\nA:\r\nA:\r\n\r\n", Err(HeaderError::TooManyFields { limit: 3 }));
        check(b"A: 1\rB: 2\r\n\r\n", Err(HeaderError::Control { at: 4 }));
        check(b"A: 1\r\nB: 2\r\r\n\r\n", Err(HeaderError::Control { at: 10 }));
        check(b"A: 1\r\n\r\r\n\r\n", Err(HeaderError::Control { at: 6 }));
        check(b"A: 1\r", Err(HeaderError::Control { at: 4 }));
        check(b"A: \x001\r\n\r\n", Err(HeaderError::Control { at: 3 }));
        check(b"A: 1\r\n\r\na\rb\0", Ok((&[("A", " 1\r\n")], "a\rb\0")));
        check(&[b'A'; 70], Err(HeaderError::TooLong { limit: 60 }));
        let long = [b"A:1\r\n\r\n".as_slice(), &[b'x'; 70]].concat();
        check(&long, Ok((&[("A", "1\r\n")], "x".repeat(70).as_str())));
    }

    #[test]
    fn selection_goes_upwards() -> Result<(), HeaderError> {
        let message = RawMessage::read(b"A:1\r\na:2\r\nB:3\r\n\r\n", HeaderLimits::default())?;
        let values: Vec<&[u8]> =
            message.select(&["a", "b", "A", "a", "c"]).iter().map(|it| it.value).collect();
        assert_eq!(values, [b"2\r\n", b"3\r\n", b"1\r\n"]);
        Ok(())
    }
}
