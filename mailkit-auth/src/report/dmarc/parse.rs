//! Reads the values of a section.

use std::borrow::Cow;

use super::lexer::{Lexer, LexerLimits, Tag};
use super::names::Names;
use super::xml_error::XmlError;
use super::{AggregateLimits, BadRecordKind};
use crate::Domain;
use crate::report::AnomalyKind;
use crate::report::anomaly::Anomalies;
use crate::report::words::{Words, word};

/// A section being read.
#[derive(Debug)]
pub(super) struct Parser<'a> {
    pub(super) lexer: Lexer<'a>,
    pub(super) anomalies: Anomalies,
    names: &'a mut Names,
    /// Values of one kind that are kept.
    values: usize,
}

impl<'a> Parser<'a> {
    /// A parser of `section` that has gone into its outermost element.
    pub(super) fn new(
        section: &'a str,
        limits: &AggregateLimits,
        names: &'a mut Names,
    ) -> Result<(Self, Tag<'a>), XmlError> {
        let AggregateLimits { text_octets: text, depth, attributes, values, .. } = *limits;
        let mut lexer = Lexer::new(section, LexerLimits { text, depth, attributes });
        let tag = lexer.first()?;
        lexer.enter(tag)?;
        Ok((Self { lexer, anomalies: Anomalies::default(), names, values }, tag))
    }

    /// The text of a section that is a value itself.
    pub(super) fn outermost_text(
        section: &str,
        limits: &AggregateLimits,
    ) -> Result<String, XmlError> {
        let AggregateLimits { text_octets: text, depth, attributes, .. } = *limits;
        let mut lexer = Lexer::new(section, LexerLimits { text, depth, attributes });
        let tag = lexer.first()?;
        Ok(lexer.text(tag)?.into_owned())
    }

    /// Calls `read` for each child of an element that has not been entered yet.
    #[inline]
    pub(super) fn children<E: From<XmlError>>(
        &mut self,
        tag: Tag<'a>,
        read: impl FnMut(&mut Self, Tag<'a>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.lexer.enter(tag)?;
        self.rest(tag, read)
    }

    /// Calls `read` for each child of the element that was entered last.
    #[inline]
    pub(super) fn rest<E: From<XmlError>>(
        &mut self,
        tag: Tag<'a>,
        mut read: impl FnMut(&mut Self, Tag<'a>) -> Result<(), E>,
    ) -> Result<(), E> {
        while let Some(child) = self.lexer.child(tag)? {
            read(self, child)?;
        }
        Ok(())
    }

    #[inline(always)]
    pub(super) fn text(&mut self, tag: Tag<'a>) -> Result<Cow<'a, str>, XmlError> {
        self.lexer.text(tag)
    }

    /// A text that may be anything; `None` if it is empty, which is no anomaly.
    #[inline]
    pub(super) fn note(&mut self, tag: Tag<'a>) -> Result<Option<String>, XmlError> {
        let text = self.text(tag)?;
        Ok((!text.is_empty()).then(|| text.into_owned()))
    }

    /// A text that may be anything but empty.
    pub(super) fn name(
        &mut self,
        tag: Tag<'a>,
        element: &'static str,
    ) -> Result<Option<String>, XmlError> {
        let text = self.note(tag)?;
        if text.is_none() {
            self.anomalies.add(AnomalyKind::Empty, element, "");
        }
        Ok(text)
    }

    #[inline]
    pub(super) fn word<T: Words>(
        &mut self,
        tag: Tag<'a>,
        element: &'static str,
    ) -> Result<Option<T>, XmlError> {
        let text = self.text(tag)?;
        Ok(word(&text, element, &mut self.anomalies))
    }

    /// A domain. Some receivers write the whole address, or `NULL` where there is none.
    pub(super) fn domain(
        &mut self,
        tag: Tag<'a>,
        element: &'static str,
    ) -> Result<Option<Domain>, XmlError> {
        let text = self.text(tag)?;
        if let Some(domain) = self.names.known(&text) {
            return Ok(Some(domain));
        }
        Ok(self.odd_domain(&text, element))
    }

    fn odd_domain(&mut self, text: &str, element: &'static str) -> Option<Domain> {
        let name = text.rsplit_once('@').map_or(text, |(_, domain)| domain);
        if name.is_empty() {
            // The null sender has no domain.
            if element != "envelope_from" || !text.is_empty() {
                self.anomalies.add(AnomalyKind::Empty, element, text);
            }
            return None;
        }
        if name == "NULL" {
            self.anomalies.add(AnomalyKind::UnknownValue, element, name);
            return None;
        }
        let domain = self.names.read(name.trim_matches(['<', '>', '"']));
        let plain = name.len() == text.len() && !name.starts_with(['<', '"']);
        match &domain {
            None => self.anomalies.add(AnomalyKind::UnknownValue, element, text),
            Some(_) if !plain || name.ends_with(['>', '"']) => {
                self.anomalies.add(AnomalyKind::Decoration, element, text);
            }
            Some(_) => {}
        }
        domain
    }

    /// A whole number, also where it is written as `1337270400.0`.
    pub(super) fn number(
        &mut self,
        tag: Tag<'a>,
        element: &'static str,
    ) -> Result<Option<u64>, XmlError> {
        let text = self.text(tag)?;
        let number = digits(&text).or_else(|| {
            let (whole, fraction) = text.split_once('.')?;
            let whole = fraction.bytes().all(|octet| octet == b'0').then(|| digits(whole))??;
            self.anomalies.add(AnomalyKind::Fraction, element, &text);
            Some(whole)
        });
        if number.is_none() {
            self.anomalies.add(AnomalyKind::UnknownValue, element, &text);
        }
        Ok(number)
    }

    /// Goes over an element that the standard does not know.
    pub(super) fn unknown(&mut self, tag: Tag<'a>, parent: &'static str) -> Result<(), XmlError> {
        self.anomalies.add(
            AnomalyKind::UnknownElement,
            parent,
            &String::from_utf8_lossy(tag.local()),
        );
        self.lexer.skip(tag)
    }

    /// Fills a slot that can be filled once; an element that says nothing leaves it as it is.
    #[inline]
    pub(super) fn set<T>(&mut self, slot: &mut Option<T>, value: Option<T>, element: &'static str) {
        if slot.is_none() {
            *slot = value;
        } else if value.is_some() {
            self.anomalies.add(AnomalyKind::Duplicate, element, "");
        }
    }

    /// Adds to a list that has a limit; what comes behind it is left out and noted once.
    pub(super) fn keep<T>(&mut self, list: &mut Vec<T>, value: T, element: &'static str) {
        if list.len() < self.values {
            list.push(value);
        } else if !self.anomalies.has(AnomalyKind::TooMany, element) {
            self.anomalies.add(AnomalyKind::TooMany, element, "");
        }
    }

    /// Notes that an element is missing, unless something is noted about it already.
    #[inline]
    pub(super) fn expect<T>(&mut self, slot: &Option<T>, element: &'static str) {
        if slot.is_none() && !self.anomalies.names(element) {
            self.anomalies.add(AnomalyKind::Missing, element, "");
        }
    }
}

/// A number of nothing but digits.
#[inline]
fn digits(text: &str) -> Option<u64> {
    text.starts_with(|c: char| c.is_ascii_digit()).then(|| text.parse().ok())?
}

/// Why a record cannot be read, and where in it.
#[derive(Debug)]
pub(super) struct RecordFault {
    pub(super) kind: BadRecordKind,
    pub(super) at: usize,
}

impl From<XmlError> for RecordFault {
    fn from(error: XmlError) -> Self {
        Self { kind: BadRecordKind::Xml(error.kind), at: error.at }
    }
}
