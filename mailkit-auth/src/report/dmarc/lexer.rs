//! The XML of one section of a report, cut into tags and text.
//!
//! A parser of all of XML spends more time on the tags of a report than this crate has for the
//! whole of it, so this one knows elements, text, character references, CDATA and comments, and
//! refuses document types and entities (which reports have no use for, and attackers do).

use std::borrow::Cow;

use memchr::{memchr, memchr2, memmem};
use thiserror::Error;

/// A start tag.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tag<'a> {
    /// The name as written.
    name: &'a str,
    /// The name without its namespace prefix.
    pub(super) local: &'a str,
    /// Whether it is its own end tag.
    empty: bool,
}

/// How much of a section is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct LexerLimits {
    pub(super) text: usize,
    pub(super) depth: usize,
    pub(super) attributes: usize,
}

/// Reads a section from its first tag to its last.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    open: Vec<&'a str>,
    limits: LexerLimits,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str, limits: LexerLimits) -> Self {
        Self { text, at: 0, open: Vec::with_capacity(limits.depth.min(8)), limits }
    }

    /// Where the next character stands.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// Goes into an element, whose children [`child`](Self::child) then gives.
    #[inline]
    pub(super) fn enter(&mut self, tag: Tag<'a>) -> Result<(), XmlError> {
        if tag.empty {
            return Ok(());
        }
        if self.open.len() >= self.limits.depth {
            return Err(self.error(XmlErrorKind::TooDeep { limit: self.limits.depth }));
        }
        self.open.push(tag.name);
        Ok(())
    }

    /// The next child of the element that was entered last, or `None` and its end has been passed.
    #[inline]
    pub(super) fn child(&mut self, parent: Tag<'a>) -> Result<Option<Tag<'a>>, XmlError> {
        if parent.empty {
            return Ok(None);
        }
        match self.markup()? {
            Markup::Start(tag) => Ok(Some(tag)),
            Markup::End(name) if self.open.last() == Some(&name) => {
                self.open.pop();
                Ok(None)
            }
            Markup::End(_) => Err(self.error(XmlErrorKind::EndTag)),
            Markup::Nothing => Err(self.error(XmlErrorKind::Unclosed)),
        }
    }

    /// The first tag of the section.
    pub(super) fn first(&mut self) -> Result<Tag<'a>, XmlError> {
        match self.markup()? {
            Markup::Start(tag) => Ok(tag),
            Markup::End(_) => Err(self.error(XmlErrorKind::EndTag)),
            Markup::Nothing => Err(self.error(XmlErrorKind::Unclosed)),
        }
    }

    /// Goes over an element and all in it.
    pub(super) fn skip(&mut self, tag: Tag<'a>) -> Result<(), XmlError> {
        if tag.empty {
            return Ok(());
        }
        let level = self.open.len();
        self.enter(tag)?;
        while self.open.len() > level {
            match self.markup()? {
                Markup::Start(tag) => self.enter(tag)?,
                Markup::End(name) if self.open.pop() == Some(name) => {}
                Markup::End(_) => return Err(self.error(XmlErrorKind::EndTag)),
                Markup::Nothing => return Err(self.error(XmlErrorKind::Unclosed)),
            }
        }
        Ok(())
    }

    /// The text of an element without children, trimmed, and goes behind its end tag.
    #[inline]
    pub(super) fn text(&mut self, tag: Tag<'a>) -> Result<Cow<'a, str>, XmlError> {
        if tag.empty {
            return Ok(Cow::Borrowed(""));
        }
        let rest = self.rest();
        let sign = memchr2(b'<', b'&', rest.as_bytes());
        let raw = self.raw_text(sign)?;
        if self.close(tag.name) {
            let is_plain = sign == Some(raw.len());
            let raw = raw.trim_ascii();
            return if is_plain { Ok(Cow::Borrowed(raw)) } else { self.unescape(raw) };
        }
        self.mixed_text(tag, raw)
    }

    /// Where reading can go on after an element that begins here and turns out to be broken.
    pub(super) fn mark(&self) -> Mark {
        Mark { at: self.at, level: self.open.len() }
    }

    /// Goes behind the end tag of an element whose content could not be read; whether it has one.
    pub(super) fn recover(&mut self, tag: Tag<'_>, mark: Mark) -> bool {
        self.open.truncate(mark.level);
        let from = mark.at;
        let rest = self.text.get(from..).unwrap_or_default();
        let end = memmem::find_iter(rest.as_bytes(), b"</")
            .find(|at| rest.get(at + 2..).is_some_and(|rest| rest.starts_with(tag.name)));
        let Some(end) = end else { return false };
        let Some(close) = rest.get(end..).and_then(|rest| rest.find('>')) else { return false };
        self.at = from + end + close + 1;
        true
    }

    /// Text between which comments and CDATA stand.
    fn mixed_text(&mut self, tag: Tag<'a>, first: &str) -> Result<Cow<'a, str>, XmlError> {
        let mut text = self.unescape(first)?.into_owned();
        while !self.close(tag.name) {
            if let Some(data) = self.between("<![CDATA[", "]]>")? {
                text.push_str(data);
            } else if self.between("<!--", "-->")?.is_none() {
                return Err(self.error(XmlErrorKind::UnexpectedMarkup));
            }
            let raw = self.raw_text(None)?;
            text.push_str(&self.unescape(raw)?);
            self.check_length(text.len())?;
        }
        Ok(Cow::Owned(text.trim_ascii().to_owned()))
    }

    /// Text up to the next tag, which is not before `from`.
    #[inline]
    fn raw_text(&mut self, from: Option<usize>) -> Result<&'a str, XmlError> {
        let rest = self.rest();
        let from = from.unwrap_or(0);
        let behind = rest.as_bytes().get(from..).unwrap_or_default();
        let Some(length) = memchr(b'<', behind).map(|at| from + at) else {
            return Err(self.error(XmlErrorKind::Unclosed));
        };
        self.check_length(length)?;
        self.at += length;
        Ok(rest.get(..length).unwrap_or_default())
    }

    #[inline]
    fn check_length(&self, length: usize) -> Result<(), XmlError> {
        let limit = self.limits.text;
        if length <= limit { Ok(()) } else { Err(self.error(XmlErrorKind::TextTooLong { limit })) }
    }

    /// Goes behind the end tag of this name, if it stands here.
    #[inline]
    fn close(&mut self, name: &str) -> bool {
        let after = self.rest().strip_prefix("</").and_then(|rest| rest.strip_prefix(name));
        let Some(end) = after.and_then(|rest| rest.trim_ascii_start().strip_prefix('>')) else {
            return false;
        };
        self.at = self.text.len() - end.len();
        true
    }

    /// The next tag; goes over text, comments and processing instructions.
    #[inline]
    fn markup(&mut self) -> Result<Markup<'a>, XmlError> {
        loop {
            let rest = self.rest();
            let Some(at) = memchr(b'<', rest.as_bytes()) else { return Ok(Markup::Nothing) };
            self.at += at;
            match rest.as_bytes().get(at + 1) {
                Some(b'/') => {
                    // Most often it is the end of what is open, which takes no search for its name.
                    return match self.open.last().copied() {
                        Some(name) if self.close(name) => Ok(Markup::End(name)),
                        _ => self.end_tag().map(Markup::End),
                    };
                }
                Some(b'!' | b'?') => self.skip_markup()?,
                _ => return self.start_tag().map(Markup::Start),
            }
        }
    }

    fn skip_markup(&mut self) -> Result<(), XmlError> {
        for (open, close) in [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")] {
            if self.between(open, close)?.is_some() {
                return Ok(());
            }
        }
        Err(self.error(XmlErrorKind::DocumentType))
    }

    /// What stands between these marks, if the first stands here, and goes behind the second.
    fn between(&mut self, open: &str, close: &str) -> Result<Option<&'a str>, XmlError> {
        let Some(rest) = self.rest().strip_prefix(open) else { return Ok(None) };
        let Some(end) = memmem::find(rest.as_bytes(), close.as_bytes()) else {
            return Err(self.error(XmlErrorKind::Unclosed));
        };
        self.at += open.len() + end + close.len();
        Ok(rest.get(..end))
    }

    #[inline]
    fn start_tag(&mut self) -> Result<Tag<'a>, XmlError> {
        let rest = self.rest().get(1..).unwrap_or_default();
        let (length, colon) = name_length(rest);
        let name = rest.get(..length).unwrap_or_default();
        let local = name.get(colon..).unwrap_or_default();
        if local.is_empty() {
            return Err(self.error(XmlErrorKind::TagName));
        }
        self.at += 1 + length;
        if self.rest().starts_with('>') {
            self.at += 1;
            return Ok(Tag { name, local, empty: false });
        }
        let empty = self.attributes()?;
        Ok(Tag { name, local, empty })
    }

    #[inline]
    fn end_tag(&mut self) -> Result<&'a str, XmlError> {
        let rest = self.rest().get(2..).unwrap_or_default();
        let (length, _) = name_length(rest);
        let after = rest.get(length..).unwrap_or_default().trim_ascii_start();
        let Some(after) = after.strip_prefix('>') else {
            return Err(self.error(XmlErrorKind::EndTag));
        };
        self.at = self.text.len() - after.len();
        Ok(rest.get(..length).unwrap_or_default())
    }

    /// Goes over attributes behind the end of the start tag; whether that was `/>`.
    fn attributes(&mut self) -> Result<bool, XmlError> {
        let mut count = 0;
        loop {
            let rest = self.rest().trim_ascii_start();
            self.at = self.text.len() - rest.len();
            for (end, empty) in [(">", false), ("/>", true)] {
                if rest.starts_with(end) {
                    self.at += end.len();
                    return Ok(empty);
                }
            }
            if count == self.limits.attributes {
                return Err(self.error(XmlErrorKind::TooManyAttributes { limit: count }));
            }
            count += 1;
            let length =
                attribute_length(rest).ok_or_else(|| self.error(XmlErrorKind::Attribute))?;
            self.check_length(length)?;
            self.at += length;
        }
    }

    #[inline]
    fn unescape(&self, raw: &'a str) -> Result<Cow<'a, str>, XmlError> {
        if memchr(b'&', raw.as_bytes()).is_none() {
            return Ok(Cow::Borrowed(raw));
        }
        unescape(raw).map(Cow::Owned).ok_or_else(|| self.error(XmlErrorKind::Entity))
    }

    #[inline]
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    #[cold]
    fn error(&self, kind: XmlErrorKind) -> XmlError {
        XmlError { kind, at: self.at }
    }
}

/// A place to go back to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    at: usize,
    level: usize,
}

enum Markup<'a> {
    Start(Tag<'a>),
    End(&'a str),
    Nothing,
}

/// How long the name is that stands here, and where its local part begins.
#[inline]
fn name_length(text: &str) -> (usize, usize) {
    let mut colon = 0;
    for (at, octet) in text.bytes().enumerate() {
        match octet {
            b':' => colon = at + 1,
            b'>' | b'/' | b'<' | b'=' | b'"' | b'\'' | b'&' | 0..=b' ' => return (at, colon),
            _ => {}
        }
    }
    (text.len(), colon)
}

/// How long `name="value"` is.
fn attribute_length(text: &str) -> Option<usize> {
    let (name, _) = name_length(text);
    let value = text.get(name..)?.trim_ascii_start().strip_prefix('=')?.trim_ascii_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let close = value.get(1..)?.find([quote, '<'])?;
    let after = value.get(close + 1..)?.strip_prefix(quote)?;
    (name > 0).then_some(text.len() - after.len())
}

/// Text with its references replaced; `None` if one is not a character or one of the five entities
/// that XML has by itself.
fn unescape(raw: &str) -> Option<String> {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((plain, reference)) = rest.split_once('&') {
        let (name, after) = reference.split_once(';')?;
        text.push_str(plain);
        text.push(match name {
            "amp" => '&',
            "apos" => '\'',
            "gt" => '>',
            "lt" => '<',
            "quot" => '"',
            _ => character(name)?,
        });
        rest = after;
    }
    text.push_str(rest);
    Some(text)
}

/// The character of `#65` or `#x41`; XML has no other control characters than white space.
fn character(reference: &str) -> Option<char> {
    let digits = reference.strip_prefix('#')?;
    let (digits, radix) = digits.strip_prefix('x').map_or((digits, 10), |digits| (digits, 16));
    let plain = digits.starts_with(|c: char| c.is_ascii_hexdigit());
    let number = u32::from_str_radix(digits, radix).ok().filter(|_| plain)?;
    char::from_u32(number).filter(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r'))
}

/// Why a section is not the XML of a report, and where in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct XmlError {
    pub(super) kind: XmlErrorKind,
    pub(super) at: usize,
}

/// What can be wrong with the XML of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum XmlErrorKind {
    /// An attribute that is not `name="value"`.
    #[error("malformed attribute")]
    Attribute,
    /// A document type, which could declare entities.
    #[error("document type declaration")]
    DocumentType,
    /// An end tag that ends another element than the one that is open.
    #[error("end tag of another element")]
    EndTag,
    /// A reference to anything but a character.
    #[error("unknown entity")]
    Entity,
    /// A `<` that no name follows.
    #[error("tag without a name")]
    TagName,
    /// A value longer than the limit.
    #[error("text longer than {limit} octets")]
    TextTooLong {
        /// The limit in octets.
        limit: usize,
    },
    /// Elements in elements beyond the limit.
    #[error("elements nested deeper than {limit}")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// A tag with more attributes than the limit.
    #[error("more than {limit} attributes")]
    TooManyAttributes {
        /// The limit.
        limit: usize,
    },
    /// An element, a comment or CDATA that does not end.
    #[error("element without an end")]
    Unclosed,
    /// An element in the value of another.
    #[error("markup inside a value")]
    UnexpectedMarkup,
}
