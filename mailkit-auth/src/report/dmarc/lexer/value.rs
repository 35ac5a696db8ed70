//! The text of an element that has no children.

use std::borrow::Cow;

use memchr::memchr;

use super::{Lexer, Tag, scan};
use crate::report::dmarc::xml_error::{XmlError, XmlErrorKind};

impl<'a> Lexer<'a> {
    /// The text of an element without children, trimmed, and goes behind its end tag.
    #[inline(always)]
    pub(in crate::report::dmarc) fn text(
        &mut self,
        tag: Tag<'a>,
    ) -> Result<Cow<'a, str>, XmlError> {
        if tag.empty {
            return Ok(Cow::Borrowed(""));
        }
        match self.plain_text(tag) {
            Some(text) => Ok(Cow::Borrowed(text)),
            None => self.any_text(tag),
        }
    }

    /// A text without references, behind which the end tag follows as it mostly stands.
    #[inline(always)]
    fn plain_text(&mut self, tag: Tag<'a>) -> Option<&'a str> {
        let rest = self.rest();
        let length = scan::either(rest, b'<', b'&')?;
        let end = rest.get(length..)?.strip_prefix(b"</")?.strip_prefix(tag.name)?;
        if length > self.limits.text || end.first() != Some(&b'>') {
            return None;
        }
        let text = self.text.get(self.at..self.at + length)?;
        self.at += length + 3 + tag.name.len();
        Some(text.trim_ascii())
    }

    /// A text with references, comments and CDATA.
    fn any_text(&mut self, tag: Tag<'a>) -> Result<Cow<'a, str>, XmlError> {
        let raw = self.raw_text()?;
        if self.close(tag.name) {
            return self.unescape(raw.trim_ascii());
        }
        let mut text = self.unescape(raw)?.into_owned();
        while !self.close(tag.name) {
            if let Some(data) = self.between("<![CDATA[", "]]>")? {
                text.push_str(data);
            } else if self.between("<!--", "-->")?.is_none() {
                return Err(self.error(XmlErrorKind::UnexpectedMarkup));
            }
            let raw = self.raw_text()?;
            text.push_str(&self.unescape(raw)?);
            self.check_length(text.len())?;
        }
        Ok(Cow::Owned(text.trim_ascii().to_owned()))
    }

    /// Text up to the next tag.
    fn raw_text(&mut self) -> Result<&'a str, XmlError> {
        let Some(length) = memchr(b'<', self.rest()) else {
            return Err(self.error(XmlErrorKind::Unclosed));
        };
        self.check_length(length)?;
        let text = self.text.get(self.at..self.at + length).unwrap_or_default();
        self.at += length;
        Ok(text)
    }

    pub(super) fn check_length(&self, length: usize) -> Result<(), XmlError> {
        let limit = self.limits.text;
        if length <= limit { Ok(()) } else { Err(self.error(XmlErrorKind::TextTooLong { limit })) }
    }

    fn unescape(&self, raw: &'a str) -> Result<Cow<'a, str>, XmlError> {
        if memchr(b'&', raw.as_bytes()).is_none() {
            return Ok(Cow::Borrowed(raw));
        }
        unescape(raw).map(Cow::Owned).ok_or_else(|| self.error(XmlErrorKind::Entity))
    }
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
