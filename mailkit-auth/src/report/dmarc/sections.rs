//! A report cut into its sections: the head's elements and the records.
//!
//! Sections are cut by their end tags before anything is read from them, so that what is broken in
//! one cannot reach the next, and no more than one of them is in memory.

mod cut;
mod marks;
#[cfg(test)]
mod tests;

use std::io::Read;

use super::seek::Seek;
use super::window::{Found, Window};
use super::{AggregateErrorKind, AggregateLimits, XmlErrorKind};
use crate::report::AnomalyKind;
use crate::report::anomaly::Anomalies;
use cut::End;
use marks::{Marks, SectionName, encoding, local_name, tag_name};

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
            if let Some(tag) = &self.name.record_tag
                && octets.starts_with(tag)
            {
                return self.record(tag.len()).map(Some);
            }
            if octets.starts_with(b"<?") {
                self.instruction(anomalies)?;
            } else if octets.starts_with(b"<!--") {
                self.comment()?;
            } else if octets.starts_with(b"<!") {
                return Err(AggregateErrorKind::Xml(XmlErrorKind::DocumentType));
            } else if let Some(section) = self.tag(anomalies)? {
                return Ok(Some(section));
            }
            if self.place == Place::Behind {
                self.window.drain()?;
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
        let found = self.window.discard_until(&mut self.marks.open, 0)?;
        self.window.ensure(4)?;
        Ok(found.is_some())
    }

    /// Goes over a processing instruction, of which the XML declaration looks like one.
    fn instruction(&mut self, anomalies: &mut Anomalies) -> Result<(), AggregateErrorKind> {
        let limit = self.limits.section_octets;
        let end = end_of(&mut self.window, &mut self.marks.instruction_end, 0, limit)?;
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

    fn comment(&mut self) -> Result<(), AggregateErrorKind> {
        let (limit, from) = (self.limits.section_octets, b"<!--".len());
        let end = end_of(&mut self.window, &mut self.marks.comment_end, from, limit)?;
        self.window.consume(end);
        Ok(())
    }

    /// Goes over the tag that begins the window, or cuts the section that it begins.
    fn tag(&mut self, anomalies: &mut Anomalies) -> Result<Option<Section>, AggregateErrorKind> {
        let limit = self.limits.section_octets;
        let end = end_of(&mut self.window, &mut self.marks.close, 0, limit)?;
        let tag = self.window.first(end);
        let closing = tag.starts_with(b"</");
        let name = tag_name(tag);
        let local = local_name(name);
        match (self.place, local) {
            (Place::Inside, b"feedback") if closing => self.place = Place::Behind,
            (Place::Outside { .. }, b"feedback") if !closing => {
                self.place = if tag.ends_with(b"/>") { Place::Behind } else { Place::Inside };
            }
            (Place::Inside, _) if !closing && !name.is_empty() => {
                return self.section(end).map(Some);
            }
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
        let is_record = self.name.is_record;
        if tag.ends_with(b"/>") {
            return Ok(if is_record { Section::Record(tag_end) } else { Section::Head(tag_end) });
        }
        if is_record {
            self.name.record_tag = Some(self.window.first(tag_end).to_vec());
            return self.record(tag_end);
        }
        let limit = self.limits.section_octets;
        match self.section_end(tag_end, limit)? {
            End::Behind(end) | End::Next(end) => Ok(Section::Head(end)),
            End::TooFar => Err(AggregateErrorKind::SectionTooLong { limit }),
            End::Nowhere => Err(AggregateErrorKind::Truncated),
        }
    }

    /// The record that ends with its end tag, or before the next record if that is missing.
    fn record(&mut self, tag_end: usize) -> Result<Section, AggregateErrorKind> {
        match self.section_end(tag_end, self.limits.record_octets)? {
            End::Behind(end) | End::Next(end) => Ok(Section::Record(end)),
            End::TooFar => self.drop_record(tag_end),
            End::Nowhere => Ok(Section::Truncated(self.window.octets().len())),
        }
    }
}

/// Where the markup ends that begins the window.
fn end_of<R: Read>(
    window: &mut Window<R>,
    mark: &mut Seek,
    from: usize,
    limit: usize,
) -> Result<usize, AggregateErrorKind> {
    match window.find(mark, from, limit)? {
        Found::At(at) => Ok(at + mark.length()),
        Found::TooFar => Err(AggregateErrorKind::SectionTooLong { limit }),
        Found::Nowhere => Err(AggregateErrorKind::Truncated),
    }
}
