//! A report cut into its sections: the head's elements and the records.
//!
//! Sections are cut by their end tags before anything is read from them, so that what is broken in
//! one cannot reach the next, and no more than one of them is in memory.

use std::io::Read;

use memchr::memmem::{self, Finder};

use super::window::{Found, Window};
use super::{AggregateErrorKind, AggregateLimits, XmlErrorKind};
use crate::report::AnomalyKind;
use crate::report::anomaly::Anomalies;

/// Cuts the sections out of a report, one after the other.
#[derive(Debug)]
pub(super) struct Sections<R> {
    pub(super) window: Window<R>,
    limits: AggregateLimits,
    place: Place,
    marks: Marks,
    /// How sections of the last name met begin and end.
    name: SectionName,
}

/// One section, which begins where the window does.
#[derive(Clone, Copy, Debug)]
pub(super) enum Section {
    /// An element of the head, of this many octets.
    Head(usize),
    /// A record of this many octets.
    Record(usize),
    /// A record that is larger than the limit; it began here and has been dropped.
    Oversized(u64),
    /// A record that the end of the report cuts off.
    Truncated(usize),
}

/// Where in the report the window stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Outside { wrappers: usize },
    Inside,
    Behind,
}

impl<R: Read> Sections<R> {
    pub(super) fn new(read: R, limits: AggregateLimits) -> Self {
        Self {
            window: Window::new(read, limits.octets),
            limits,
            place: Place::Outside { wrappers: 0 },
            marks: Marks::new(),
            name: SectionName::new(b""),
        }
    }

    /// The next section; `None` behind the report.
    pub(super) fn next(
        &mut self,
        anomalies: &mut Anomalies,
    ) -> Result<Option<Section>, AggregateErrorKind> {
        while self.seek_tag()? {
            let octets = self.window.octets();
            if octets.starts_with(b"<?") {
                self.instruction(anomalies)?;
            } else if octets.starts_with(b"<!--") {
                self.pass(&self.marks.comment_end.clone())?;
            } else if octets.starts_with(b"<!") {
                return Err(AggregateErrorKind::Xml(XmlErrorKind::DocumentType));
            } else if let Some(section) = self.tag(anomalies)? {
                return Ok(Some(section));
            }
            if self.place == Place::Behind {
                return Ok(None);
            }
        }
        match self.place {
            Place::Outside { .. } => Err(AggregateErrorKind::NoReport),
            Place::Inside | Place::Behind => Err(AggregateErrorKind::Truncated),
        }
    }

    /// Goes to the next `<` with enough behind it to see what it begins.
    fn seek_tag(&mut self) -> Result<bool, AggregateErrorKind> {
        let found = self.window.discard_until(&self.marks.open)?;
        self.window.ensure(4)?;
        Ok(found)
    }

    /// Goes over a processing instruction, of which the XML declaration looks like one.
    fn instruction(&mut self, anomalies: &mut Anomalies) -> Result<(), AggregateErrorKind> {
        let end = self.end_of(&self.marks.instruction_end.clone())?;
        let text = String::from_utf8_lossy(self.window.first(end));
        if let Some(encoding) = encoding(&text)
            && !encoding.eq_ignore_ascii_case("utf-8")
            && !encoding.eq_ignore_ascii_case("us-ascii")
        {
            anomalies.add(AnomalyKind::Encoding, "?xml", encoding);
        }
        self.window.consume(end);
        Ok(())
    }

    fn pass(&mut self, mark: &Finder<'_>) -> Result<(), AggregateErrorKind> {
        let end = self.end_of(mark)?;
        self.window.consume(end);
        Ok(())
    }

    /// Where the markup ends that begins the window.
    fn end_of(&mut self, mark: &Finder<'_>) -> Result<usize, AggregateErrorKind> {
        let limit = self.limits.section_octets;
        match self.window.find(mark, 0, limit)? {
            Found::At(at) => Ok(at + mark.needle().len()),
            Found::TooFar => Err(AggregateErrorKind::SectionTooLong { limit }),
            Found::Nowhere => Err(AggregateErrorKind::Truncated),
        }
    }

    /// Goes over the tag that begins the window, or cuts the section that it begins.
    fn tag(&mut self, anomalies: &mut Anomalies) -> Result<Option<Section>, AggregateErrorKind> {
        let end = self.end_of(&self.marks.close.clone())?;
        let tag = self.window.first(end);
        let closing = tag.starts_with(b"</");
        let name = tag_name(tag);
        let local = local_name(name);
        match (self.place, local) {
            (Place::Inside, b"feedback") if closing => self.place = Place::Behind,
            (Place::Outside { .. }, b"feedback") if !closing => {
                self.place = if tag.ends_with(b"/>") { Place::Behind } else { Place::Inside };
            }
            (Place::Inside, _) if !closing => return self.section(end).map(Some),
            (Place::Outside { wrappers }, _) if !closing => {
                if wrappers >= self.limits.depth {
                    return Err(AggregateErrorKind::NoReport);
                }
                anomalies.add(AnomalyKind::Wrapper, "feedback", &String::from_utf8_lossy(name));
                self.place = Place::Outside { wrappers: wrappers + 1 };
            }
            _ => {
                let name = String::from_utf8_lossy(name);
                anomalies.add(AnomalyKind::Malformed, "feedback", &name);
            }
        }
        self.window.consume(end);
        Ok(None)
    }

    /// Cuts the section that begins with a tag of this length.
    fn section(&mut self, tag_end: usize) -> Result<Section, AggregateErrorKind> {
        let tag = self.window.first(tag_end);
        let name = tag_name(tag);
        if name != self.name.name {
            self.name = SectionName::new(name);
        }
        let is_record = local_name(name) == b"record";
        if tag.ends_with(b"/>") {
            return Ok(if is_record { Section::Record(tag_end) } else { Section::Head(tag_end) });
        }
        let limit = if is_record { self.limits.record_octets } else { self.limits.section_octets };
        let end = self.section_end(tag_end, limit)?;
        if is_record {
            return self.record(tag_end, end);
        }
        match end {
            Found::At(end) => Ok(Section::Head(end)),
            Found::TooFar => Err(AggregateErrorKind::SectionTooLong { limit }),
            Found::Nowhere => Err(AggregateErrorKind::Truncated),
        }
    }

    /// The record that ends there, or before the next record if its own end tag is missing.
    fn record(&mut self, tag_end: usize, end: Found) -> Result<Section, AggregateErrorKind> {
        let length = match end {
            Found::At(end) => end,
            Found::TooFar => self.limits.record_octets,
            Found::Nowhere => self.window.octets().len(),
        };
        if let Some(next) = self.next_record(tag_end, length) {
            return Ok(Section::Record(next));
        }
        match end {
            Found::At(end) => Ok(Section::Record(end)),
            Found::TooFar => self.drop_record(),
            Found::Nowhere => Ok(Section::Truncated(length)),
        }
    }

    /// Where the section ends, behind its end tag. One in a comment or CDATA does not count.
    fn section_end(&mut self, from: usize, limit: usize) -> Result<Found, AggregateErrorKind> {
        let mut from = from;
        loop {
            let end = self.window.find(&self.name.end, from, limit)?;
            let Found::At(end) = end else { return Ok(end) };
            if let Some((start, mark)) = self.comment_in(from, end) {
                match self.window.find(&mark, start, limit)? {
                    Found::At(at) => from = at,
                    missing => return Ok(missing),
                }
                continue;
            }
            let after = end + self.name.end.needle().len();
            self.window.ensure(after + 1)?;
            match self.window.octets().get(after) {
                Some(b'>') => return Ok(Found::At(after + 1)),
                Some(octet) if octet.is_ascii_whitespace() => {
                    let close = self.window.find(&self.marks.close, after, limit)?;
                    let Found::At(close) = close else { return Ok(close) };
                    return Ok(Found::At(close + 1));
                }
                Some(_) => from = after,
                None => return Ok(Found::Nowhere),
            }
        }
    }

    /// Where the content begins of the first comment or CDATA between these positions, and how it
    /// ends.
    fn comment_in(&self, from: usize, end: usize) -> Option<(usize, Finder<'static>)> {
        let octets = self.window.octets().get(from..)?;
        let at = self.marks.declaration.find(octets.get(..end.checked_sub(from)?)?)?;
        let rest = octets.get(at..)?;
        let kinds = [
            (b"<!--".as_slice(), &self.marks.comment_end),
            (b"<![CDATA[".as_slice(), &self.marks.cdata_end),
        ];
        let (open, close) = kinds.into_iter().find(|(open, _)| rest.starts_with(open))?;
        Some((from + at + open.len(), close.clone()))
    }

    /// Where another record begins between these positions.
    fn next_record(&self, from: usize, end: usize) -> Option<usize> {
        let inside = self.window.first(end).get(from..)?;
        let is_tag = |at: &usize| {
            let after = inside.get(at + self.name.start.needle().len());
            after.is_some_and(|octet| *octet == b'>' || octet.is_ascii_whitespace())
        };
        self.name.start.find_iter(inside).find(is_tag).map(|at| from + at)
    }

    fn drop_record(&mut self) -> Result<Section, AggregateErrorKind> {
        let start = self.window.position();
        self.window.discard_until(&self.name.end)?;
        self.window.consume(self.name.end.needle().len());
        Ok(Section::Oversized(start))
    }
}

/// How a section of this name begins and ends.
#[derive(Debug)]
struct SectionName {
    name: Vec<u8>,
    start: Finder<'static>,
    end: Finder<'static>,
}

impl SectionName {
    fn new(name: &[u8]) -> Self {
        let finder = |open: &[u8]| Finder::new(&[open, name].concat()).into_owned();
        Self { name: name.to_vec(), start: finder(b"<"), end: finder(b"</") }
    }
}

/// Searches that every report needs.
#[derive(Debug)]
struct Marks {
    open: Finder<'static>,
    close: Finder<'static>,
    declaration: Finder<'static>,
    comment_end: Finder<'static>,
    cdata_end: Finder<'static>,
    instruction_end: Finder<'static>,
}

impl Marks {
    fn new() -> Self {
        Self {
            open: Finder::new(b"<"),
            close: Finder::new(b">"),
            declaration: Finder::new(b"<!"),
            comment_end: Finder::new(b"-->"),
            cdata_end: Finder::new(b"]]>"),
            instruction_end: Finder::new(b"?>"),
        }
    }
}

/// The name in a tag, with its namespace prefix.
fn tag_name(tag: &[u8]) -> &[u8] {
    let name = tag.strip_prefix(b"</").or_else(|| tag.strip_prefix(b"<")).unwrap_or_default();
    let ends = |octet: &u8| matches!(octet, b'>' | b'/' | 0..=b' ');
    let length = name.iter().position(ends).unwrap_or(name.len());
    name.get(..length).unwrap_or_default()
}

fn local_name(name: &[u8]) -> &[u8] {
    let colon = name.iter().rposition(|octet| *octet == b':');
    colon.map_or(name, |colon| name.get(colon + 1..).unwrap_or_default())
}

/// The encoding that an XML declaration names.
fn encoding(declaration: &str) -> Option<&str> {
    let at = memmem::find(declaration.as_bytes(), b"encoding")?;
    let value = declaration.get(at + 8..)?.trim_ascii_start().strip_prefix('=')?;
    value.trim_ascii_start().split(['"', '\'']).nth(1)
}
