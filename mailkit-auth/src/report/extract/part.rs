//! Cuts a mail into its parts (RFC 2046 section 5.1), within limits.
//!
//! A message within the message is one part: what stands inside of it is no report about it. So the
//! depth of what a stranger nests costs nothing, and each octet is read a bounded number of times.

use std::borrow::Cow;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{ContentType, Message, MessageParser, MimeHeaders as _};
use memchr::memmem::Finder;

use super::{ExtractError, ExtractLimits};

/// A part that is not made of parts.
#[derive(Debug)]
pub(in crate::report) struct Part<'a> {
    /// Its type and subtype in lower case.
    kind: String,
    /// Its content, decoded; a text of a known character set in UTF-8.
    pub(in crate::report) octets: Cow<'a, [u8]>,
}

impl<'a> Part<'a> {
    /// The parts of a mail, in their order.
    ///
    /// # Errors
    ///
    /// If there are too many, they are nested too deep, or the header of one is too long.
    pub(in crate::report) fn all(
        mail: &'a [u8],
        limits: ExtractLimits,
    ) -> Result<Vec<Self>, ExtractError> {
        let mut cutter = Cutter { parts: Vec::new(), seen: 0, limits };
        cutter.cut(mail, 0)?;
        Ok(cutter.parts)
    }

    pub(in crate::report) fn is(&self, kind: &str) -> bool {
        self.kind == kind
    }

    pub(in crate::report) fn is_message(&self) -> bool {
        self.is("message/rfc822") || self.is("message/global")
    }

    /// Whether it is a text for people or programs, and no page.
    pub(in crate::report) fn is_text(&self) -> bool {
        self.kind.starts_with("text/") && !self.is("text/html")
    }

    /// A part as its header says; one that cannot be decoded stays as it is.
    fn read(header: Option<&Message<'_>>, body: &'a [u8]) -> Self {
        let content_type = header.and_then(Message::content_type);
        let kind = kind_of(content_type);
        let encoding = header.and_then(Message::content_transfer_encoding).unwrap_or_default();
        let decoded = match encoding.trim().to_ascii_lowercase().as_str() {
            "base64" => base64_decode(body),
            "quoted-printable" => quoted_printable_decode(body),
            _ => None,
        };
        let octets = decoded.map_or(Cow::Borrowed(body), Cow::Owned);
        let charset = content_type.and_then(|it| it.attribute("charset"));
        let decoder = charset.and_then(|name| charset_decoder(name.as_bytes()));
        match decoder.filter(|_| kind.starts_with("text/")) {
            Some(decode) => Self { kind, octets: Cow::Owned(decode(&octets).into_bytes()) },
            None => Self { kind, octets },
        }
    }
}

struct Cutter<'a> {
    parts: Vec<Part<'a>>,
    /// Parts so far, with those that are made of parts.
    seen: usize,
    limits: ExtractLimits,
}

impl<'a> Cutter<'a> {
    fn cut(&mut self, entity: &'a [u8], depth: usize) -> Result<(), ExtractError> {
        let ExtractLimits { parts, depth: deepest, header_octets, .. } = self.limits;
        self.seen += 1;
        if self.seen > parts {
            return Err(ExtractError::TooManyParts { limit: parts });
        }
        let (header, body) = split_header(entity);
        if header.len() > header_octets {
            return Err(ExtractError::HeaderTooLong { limit: header_octets });
        }
        let parser = MessageParser::new().with_mime_headers().default_header_ignore();
        let header = parser.parse_headers(header);
        let boundary = header.as_ref().and_then(boundary);
        let delimiters = boundary.map(|it| Delimiters::new(body, it));
        let Some(mut delimiters) = delimiters.filter(|it| it.first.is_some()) else {
            self.parts.push(Part::read(header.as_ref(), body));
            return Ok(());
        };
        if depth == deepest {
            return Err(ExtractError::TooDeep { limit: deepest });
        }
        while let Some(part) = delimiters.next_part() {
            self.cut(part, depth + 1)?;
        }
        Ok(())
    }
}

/// The type and subtype in lower case; a plain text if there is none (RFC 2045 section 5.2). What
/// says that it has parts and has none is a text, too.
fn kind_of(content_type: Option<&ContentType<'_>>) -> String {
    let kind = content_type.map(|it| (it.ctype(), it.subtype().unwrap_or_default()));
    let (name, subtype) = kind.unwrap_or(("text", "plain"));
    if name.eq_ignore_ascii_case("multipart") {
        return "text/plain".to_owned();
    }
    format!("{name}/{subtype}").to_ascii_lowercase()
}

fn boundary<'m>(header: &'m Message<'_>) -> Option<&'m str> {
    let content_type = header.content_type()?;
    let boundary = content_type.attribute("boundary").filter(|it| !it.is_empty())?;
    content_type.ctype().eq_ignore_ascii_case("multipart").then_some(boundary)
}

/// The header with the empty line at its end, and what follows.
fn split_header(entity: &[u8]) -> (&[u8], &[u8]) {
    let mut end = 0;
    for line in entity.split_inclusive(|octet| *octet == b'\n') {
        end += line.len();
        if matches!(line, b"\n" | b"\r\n") {
            break;
        }
    }
    entity.split_at_checked(end).unwrap_or((entity, &[]))
}

/// The lines between the parts of a body.
struct Delimiters<'a> {
    body: &'a [u8],
    delimiter: Finder<'static>,
    /// The delimiter in front of the next part.
    first: Option<Delimiter>,
}

/// One line between parts.
struct Delimiter {
    /// Where it begins, with the line end before it, which is part of it.
    start: usize,
    /// Where the line behind it begins.
    end: usize,
    is_last: bool,
}

impl<'a> Delimiters<'a> {
    fn new(body: &'a [u8], boundary: &str) -> Self {
        let delimiter = Finder::new(&format!("--{boundary}")).into_owned();
        let mut delimiters = Self { body, delimiter, first: None };
        delimiters.first = delimiters.find(0);
        delimiters
    }

    /// The next part; the last one may have no delimiter behind it.
    fn next_part(&mut self) -> Option<&'a [u8]> {
        let before = self.first.take().filter(|it| !it.is_last)?;
        self.first = self.find(before.end);
        let end = self.first.as_ref().map_or(self.body.len(), |it| it.start.max(before.end));
        self.body.get(before.end..end)
    }

    /// The first delimiter from here on, which must be the start of a line.
    fn find(&self, from: usize) -> Option<Delimiter> {
        let mut at = from;
        loop {
            let start = at + self.delimiter.find(self.body.get(at..)?)?;
            at = start + self.delimiter.needle().len();
            let before = self.body.get(..start)?;
            if !(before.is_empty() || before.ends_with(b"\n")) {
                continue;
            }
            let rest = self.body.get(at..)?;
            let line = rest.split_inclusive(|octet| *octet == b'\n').next().unwrap_or_default();
            let (is_last, padding) =
                line.strip_prefix(b"--").map_or((false, line), |rest| (true, rest));
            if !padding.trim_ascii().is_empty() {
                continue;
            }
            let line_end =
                before.strip_suffix(b"\n").map(|it| it.strip_suffix(b"\r").unwrap_or(it));
            let start = line_end.map_or(start, <[u8]>::len);
            let end = at + line.len();
            return Some(Delimiter { start, end, is_last });
        }
    }
}

#[cfg(test)]
mod tests;
