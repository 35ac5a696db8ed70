//! The XML of one section of a report, cut into tags and text.
//!
//! A parser of all of XML spends more time on the tags of a report than this crate has for the
//! whole of it, so this one knows elements, text, character references, CDATA and comments, and
//! refuses document types and entities (which reports have no use for, and attackers do).

mod scan;
mod tag;
mod value;

use memchr::{memchr, memmem};

use super::xml_error::{XmlError, XmlErrorKind};
pub(super) use tag::Tag;

/// How much of a section is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct LexerLimits {
    pub(super) text: usize,
    pub(super) depth: usize,
    pub(super) attributes: usize,
}

/// Reads a section from its first tag to its last. Whoever reads an element holds its tag, so all
/// that is kept of those that are open is their number.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    limits: LexerLimits,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str, limits: LexerLimits) -> Self {
        Self { text, at: 0, depth: 0, limits }
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
        if self.depth >= self.limits.depth {
            return Err(self.error(XmlErrorKind::TooDeep { limit: self.limits.depth }));
        }
        self.depth += 1;
        Ok(())
    }

    /// The next child of the element that was entered last, or `None` and its end has been passed.
    #[inline(always)]
    pub(super) fn child(&mut self, parent: Tag<'a>) -> Result<Option<Tag<'a>>, XmlError> {
        match self.plain_child(parent) {
            Some(Markup::Start(child)) => Ok(Some(child)),
            Some(Markup::End) => Ok(None),
            _ => self.any_child(parent),
        }
    }

    /// The next child, or the end of its parent, where it stands as in nearly all reports: near, and
    /// without attributes.
    #[inline(always)]
    fn plain_child(&mut self, parent: Tag<'a>) -> Option<Markup<'a>> {
        if parent.empty {
            return None;
        }
        let rest = self.rest();
        let at = scan::near(rest, b'<')?;
        let behind = rest.get(at + 1..)?;
        if let Some(length) = scan::plain_name(behind) {
            self.at += at + length + 2;
            let name = behind.get(..length)?;
            return Some(Markup::Start(Tag { name, local: 0, empty: false }));
        }
        let end = behind.strip_prefix(b"/")?.strip_prefix(parent.name)?;
        if end.first() != Some(&b'>') {
            return None;
        }
        self.at += at + parent.name.len() + 3;
        self.depth = self.depth.saturating_sub(1);
        Some(Markup::End)
    }

    fn any_child(&mut self, parent: Tag<'a>) -> Result<Option<Tag<'a>>, XmlError> {
        if parent.empty {
            return Ok(None);
        }
        match self.markup(parent.name)? {
            Markup::Start(tag) => Ok(Some(tag)),
            Markup::End => {
                self.depth = self.depth.saturating_sub(1);
                Ok(None)
            }
            Markup::OtherEnd => Err(self.error(XmlErrorKind::EndTag)),
            Markup::Nothing => Err(self.error(XmlErrorKind::Unclosed)),
        }
    }

    /// The first tag of the section.
    pub(super) fn first(&mut self) -> Result<Tag<'a>, XmlError> {
        let name = self.rest().strip_prefix(b"<").unwrap_or_default();
        if let Some(length) = scan::plain_name(name) {
            self.at += length + 2;
            return Ok(Tag {
                name: name.get(..length).unwrap_or_default(),
                local: 0,
                empty: false,
            });
        }
        match self.markup(b"")? {
            Markup::Start(tag) => Ok(tag),
            Markup::End | Markup::OtherEnd => Err(self.error(XmlErrorKind::EndTag)),
            Markup::Nothing => Err(self.error(XmlErrorKind::Unclosed)),
        }
    }

    /// Goes over an element and all in it.
    pub(super) fn skip(&mut self, tag: Tag<'a>) -> Result<(), XmlError> {
        self.enter(tag)?;
        let mut open = vec![tag];
        while let Some(parent) = open.last() {
            match self.child(*parent)? {
                Some(child) => {
                    self.enter(child)?;
                    open.push(child);
                }
                None => drop(open.pop()),
            }
        }
        Ok(())
    }

    /// Where reading can go on after an element that begins here and turns out to be broken.
    pub(super) fn mark(&self) -> Mark {
        Mark { at: self.at, depth: self.depth }
    }

    /// Goes behind the end tag of an element whose content could not be read; whether it has one.
    pub(super) fn recover(&mut self, tag: Tag<'_>, mark: Mark) -> bool {
        (self.at, self.depth) = (mark.at, mark.depth);
        let rest = self.rest();
        let is_end = |at: &usize| rest.get(at + 2..).is_some_and(|rest| rest.starts_with(tag.name));
        let Some(end) = memmem::find_iter(rest, b"</").find(is_end) else { return false };
        let Some(close) = memchr(b'>', rest.get(end..).unwrap_or_default()) else {
            return false;
        };
        self.at += end + close + 1;
        true
    }

    /// Goes behind the end tag of this name, if it stands here.
    fn close(&mut self, name: &[u8]) -> bool {
        let after = self.rest().strip_prefix(b"</").and_then(|rest| rest.strip_prefix(name));
        let Some(end) = after.and_then(|rest| rest.trim_ascii_start().strip_prefix(b">")) else {
            return false;
        };
        self.at = self.text.len() - end.len();
        true
    }

    /// The next tag in an element of this name; goes over text, comments and processing instructions.
    fn markup(&mut self, parent: &[u8]) -> Result<Markup<'a>, XmlError> {
        loop {
            let rest = self.rest();
            let Some(at) = memchr(b'<', rest) else { return Ok(Markup::Nothing) };
            self.at += at;
            match rest.get(at + 1) {
                Some(b'/') if self.close(parent) => return Ok(Markup::End),
                Some(b'/') => return self.other_end_tag(),
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
        let rest = self.text.get(self.at..).unwrap_or_default();
        let Some(rest) = rest.strip_prefix(open) else { return Ok(None) };
        let Some(end) = memmem::find(rest.as_bytes(), close.as_bytes()) else {
            return Err(self.error(XmlErrorKind::Unclosed));
        };
        self.at += open.len() + end + close.len();
        Ok(rest.get(..end))
    }

    #[inline]
    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
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
    depth: usize,
}

enum Markup<'a> {
    Start(Tag<'a>),
    /// The end of the element that is open.
    End,
    OtherEnd,
    Nothing,
}
