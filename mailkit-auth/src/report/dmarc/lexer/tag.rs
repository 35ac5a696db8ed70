//! Tags.

use super::{Lexer, Markup, scan};
use crate::report::dmarc::xml_error::{XmlError, XmlErrorKind};

/// A start tag.
#[derive(Clone, Copy, Debug)]
pub(in crate::report::dmarc) struct Tag<'a> {
    /// The name as written.
    pub(super) name: &'a [u8],
    /// Where in it the part behind the namespace prefix begins.
    pub(super) local: usize,
    /// Whether it is its own end tag.
    pub(super) empty: bool,
}

impl<'a> Tag<'a> {
    /// The name without its namespace prefix.
    #[inline]
    pub(in crate::report::dmarc) fn local(self) -> &'a [u8] {
        if self.local == 0 { self.name } else { self.name.get(self.local..).unwrap_or_default() }
    }
}

impl<'a> Lexer<'a> {
    pub(super) fn start_tag(&mut self) -> Result<Tag<'a>, XmlError> {
        let rest = self.rest().get(1..).unwrap_or_default();
        let (length, local) = scan::name(rest);
        if length == local {
            return Err(self.error(XmlErrorKind::TagName));
        }
        self.at += 1 + length;
        let empty = self.attributes()?;
        Ok(Tag { name: rest.get(..length).unwrap_or_default(), local, empty })
    }

    /// Goes behind an end tag that ends nothing which is open.
    pub(super) fn other_end_tag(&mut self) -> Result<Markup<'a>, XmlError> {
        let rest = self.rest().get(2..).unwrap_or_default();
        let (length, _) = scan::name(rest);
        let after = rest.get(length..).unwrap_or_default().trim_ascii_start();
        let Some(after) = after.strip_prefix(b">") else {
            return Err(self.error(XmlErrorKind::EndTag));
        };
        self.at = self.text.len() - after.len();
        Ok(Markup::OtherEnd)
    }

    /// Goes over attributes behind the end of the start tag; whether that was `/>`.
    fn attributes(&mut self) -> Result<bool, XmlError> {
        let mut count = 0;
        loop {
            let rest = self.rest().trim_ascii_start();
            self.at = self.text.len() - rest.len();
            for (end, empty) in [(b">".as_slice(), false), (b"/>", true)] {
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
                scan::attribute(rest).ok_or_else(|| self.error(XmlErrorKind::Attribute))?;
            self.check_length(length)?;
            self.at += length;
        }
    }
}
