//! A message as signers and verifiers see it: header fields and a body, as octets.

mod body;
mod header;
mod selection;

pub(crate) use body::{BodyDigest, BodyHasher};
pub(crate) use header::{signed_octets, write_field};
use memchr::memchr;
use memchr::memmem::find;
use selection::Selection;

use crate::HeaderError;

/// A message cut into header fields and body; nothing is decoded.
#[derive(Debug)]
pub(crate) struct RawMessage<'a> {
    pub(crate) fields: Vec<Field<'a>>,
    pub(crate) body: &'a [u8],
    /// The empty line behind the header, as it ends; `None` if there is none.
    pub(crate) empty_line: Option<&'a [u8]>,
    by_name: Selection,
}

/// One header field.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field<'a> {
    /// What stands before the colon, with spaces and tabs that older mail puts there (RFC 5322
    /// section 4.5.8).
    pub(crate) name: &'a [u8],
    /// What stands after the colon, with folds and the line end.
    pub(crate) value: &'a [u8],
}

impl<'a> Field<'a> {
    pub(crate) fn is(&self, name: &str) -> bool {
        self.word().eq_ignore_ascii_case(name.as_bytes())
    }

    /// The name alone.
    pub(crate) fn word(&self) -> &'a [u8] {
        let end = self.name.iter().rposition(|octet| !matches!(octet, b' ' | b'\t'));
        end.and_then(|end| self.name.get(..=end)).unwrap_or_default()
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

impl<'a> RawMessage<'a> {
    /// Cuts a message at the first empty line.
    ///
    /// A line that is no field is refused: programs disagree whether it belongs to the header, and a
    /// sender could show one of them a From field that another does not see. Lines may end in a line
    /// feed alone, as files hold them, if all do.
    pub(crate) fn read(message: &'a [u8], limits: HeaderLimits) -> Result<Self, HeaderError> {
        let mut fields: Vec<(usize, usize)> = Vec::with_capacity(32);
        let mut at = 0;
        let mut line_end: Option<&[u8]> = None;
        while at < message.len() {
            let line = line_at(message, at, limits)?;
            let end = at + line.len();
            if let Some(control) = control_in(line) {
                return Err(HeaderError::Control { at: at + control });
            }
            match (line_end, end_of(line)) {
                (Some(first), Some(end)) if first != end => {
                    return Err(HeaderError::MixedLineEnds { at });
                }
                (first, end) => line_end = first.or(end),
            }
            if matches!(line, b"\r\n" | b"\n") {
                check_ends(message, end, line)?;
                let body = message.get(end..).unwrap_or_default();
                return Self::new(message, &fields, body, Some(line));
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
        Self::new(message, &fields, &[], None)
    }

    fn new(
        message: &'a [u8],
        spans: &[(usize, usize)],
        body: &'a [u8],
        empty_line: Option<&'a [u8]>,
    ) -> Result<Self, HeaderError> {
        let fields = cut(message, spans)?;
        let by_name = Selection::new(&fields);
        Ok(Self { fields, body, empty_line, by_name })
    }

    /// The fields of this name, from the top.
    pub(crate) fn named(&self, name: &str) -> impl Iterator<Item = &Field<'a>> {
        self.fields.iter().filter(move |field| field.is(name))
    }

    /// The fields that `names` select: each name the lowest field of it that no earlier one took
    /// (RFC 6376 section 5.4.2). A name without a field left selects none, and none selects the
    /// signature in whose field the names stand, at the index `own` (section 3.5, `h=`).
    pub(crate) fn select(
        &self,
        names: impl IntoIterator<Item = impl AsRef<str>>,
        own: Option<usize>,
    ) -> Vec<Field<'a>> {
        let indexes = self.by_name.select(&self.fields, names, own);
        indexes.into_iter().filter_map(|index| self.fields.get(index).copied()).collect()
    }
}

/// A body brings no CRLF behind a header without: who takes CRLF alone reads on to it.
fn check_ends(message: &[u8], body: usize, empty_line: &[u8]) -> Result<(), HeaderError> {
    let rest = message.get(body..).unwrap_or_default();
    match empty_line {
        b"\n" => find(rest, b"\r\n")
            .map_or(Ok(()), |at| Err(HeaderError::MixedLineEnds { at: body + at })),
        _ => Ok(()),
    }
}

/// The end of a line; the last line of a message may have none.
fn end_of(line: &[u8]) -> Option<&'static [u8]> {
    match line {
        [.., b'\r', b'\n'] => Some(b"\r\n"),
        [.., b'\n'] => Some(b"\n"),
        _ => None,
    }
}

/// The line that begins at `at`, with its end.
fn line_at(message: &[u8], at: usize, limits: HeaderLimits) -> Result<&[u8], HeaderError> {
    let rest = message.get(at..).unwrap_or_default();
    let within = rest.get(..limits.octets.saturating_sub(at)).unwrap_or(rest);
    let too_long = HeaderError::TooLong { limit: limits.octets };
    match memchr(b'\n', within) {
        Some(end) => Ok(rest.get(..=end).unwrap_or_default()),
        None if within.len() == rest.len() => Ok(rest),
        None => Err(too_long),
    }
}

/// Where a NUL stands in a line, or a carriage return before anything but its end.
fn control_in(line: &[u8]) -> Option<usize> {
    let text = line.strip_suffix(b"\r\n").unwrap_or(line);
    memchr::memchr2(0, b'\r', text)
}

fn cut<'a>(message: &'a [u8], spans: &[(usize, usize)]) -> Result<Vec<Field<'a>>, HeaderError> {
    let field = |&(start, end): &(usize, usize)| {
        let text = message.get(start..end).unwrap_or_default();
        let (name, rest) =
            text.split_at_checked(memchr(b':', text).unwrap_or_default()).unwrap_or_default();
        let field = Field { name, value: rest.get(1..).unwrap_or_default() };
        if field.word().is_empty() || !field.word().iter().all(u8::is_ascii_graphic) {
            return Err(HeaderError::Malformed { at: start });
        }
        Ok(field)
    };
    spans.iter().map(field).collect()
}

#[cfg(test)]
mod tests;
