//! Where a section ends.
//!
//! One search goes forward over the places where the section's name stands, and one over the
//! declarations between them, so that the work is in proportion to the octets that are cut.

use std::io::Read;

use super::{AggregateErrorKind, Section, Sections};
use crate::report::dmarc::window::Found;

/// Where a section ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Behind its end tag.
    Behind(usize),
    /// Before the next record; its own end tag is missing.
    Next(usize),
    /// Not before the limit.
    TooFar,
    /// Not before the end of the report.
    Nowhere,
}

impl From<Found> for End {
    fn from(found: Found) -> Self {
        match found {
            Found::At(at) => Self::Behind(at + 1),
            Found::TooFar => Self::TooFar,
            Found::Nowhere => Self::Nowhere,
        }
    }
}

/// What a name is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    Start,
    End,
    /// Part of a text or of a longer name.
    None,
}

impl<R: Read> Sections<R> {
    /// Where the section ends whose content begins at `from`. A tag in a comment or in CDATA does not
    /// count.
    pub(super) fn section_end(
        &mut self,
        from: usize,
        limit: usize,
    ) -> Result<End, AggregateErrorKind> {
        let mut from = from;
        loop {
            let name = self.window.find(&mut self.name.seek, from, limit)?;
            let Found::At(at) = name else { return Ok(name.into()) };
            if let Some(behind) = self.behind_declaration(from, at, limit)? {
                from = behind;
                continue;
            }
            let after = at + self.name.seek.length();
            match self.use_of_name(at)? {
                Use::End => return self.behind_end_tag(after, limit),
                Use::Start if self.name.is_record => return Ok(End::Next(at - 1)),
                Use::Start | Use::None => from = after,
            }
        }
    }

    /// Where the first comment or CDATA between these positions ends, if there is one. One that does
    /// not end hides nothing: else it would take the records behind it along.
    fn behind_declaration(
        &mut self,
        from: usize,
        to: usize,
        limit: usize,
    ) -> Result<Option<usize>, AggregateErrorKind> {
        let Found::At(at) = self.window.find(&mut self.marks.declaration, from, to)? else {
            return Ok(None);
        };
        self.window.ensure(at + CDATA.len())?;
        let rest = self.window.octets().get(at..).unwrap_or_default();
        let (open, mark) = if rest.starts_with(COMMENT) {
            (COMMENT, &mut self.marks.comment_end)
        } else if rest.starts_with(CDATA) {
            (CDATA, &mut self.marks.cdata_end)
        } else {
            return Ok(Some(at + 2));
        };
        match self.window.find(mark, at + open.len(), limit)? {
            Found::At(end) => Ok(Some(end + mark.length())),
            Found::TooFar | Found::Nowhere => Ok(Some(at + 2)),
        }
    }

    /// What the section's name is that stands there.
    fn use_of_name(&mut self, at: usize) -> Result<Use, AggregateErrorKind> {
        let after = at + self.name.seek.length();
        self.window.ensure(after + 1)?;
        let octets = self.window.octets();
        let is_whole =
            octets.get(after).is_some_and(|octet| *octet == b'>' || octet.is_ascii_whitespace());
        let before = octets.get(..at).unwrap_or_default();
        Ok(match is_whole {
            true if before.ends_with(b"</") => Use::End,
            true if before.ends_with(b"<") => Use::Start,
            _ => Use::None,
        })
    }

    /// Where an end tag ends whose name ends here.
    fn behind_end_tag(&mut self, after: usize, limit: usize) -> Result<End, AggregateErrorKind> {
        if self.window.octets().get(after) == Some(&b'>') {
            return Ok(End::Behind(after + 1));
        }
        Ok(self.window.find(&mut self.marks.close, after, limit)?.into())
    }

    /// Drops a record that is larger than the limit, up to its end or to the next record.
    pub(super) fn drop_record(&mut self, tag_end: usize) -> Result<Section, AggregateErrorKind> {
        let start = self.window.position();
        self.window.consume(tag_end);
        while let Some(at) = self.window.discard_until(&mut self.name.seek, b"</".len())? {
            match self.use_of_name(at)? {
                Use::Start => {
                    self.window.consume(at - 1);
                    break;
                }
                Use::End => {
                    self.window.consume(at + self.name.seek.length());
                    break;
                }
                Use::None => self.window.consume(at + self.name.seek.length()),
            }
        }
        Ok(Section::Oversized(start))
    }
}

const COMMENT: &[u8] = b"<!--";
const CDATA: &[u8] = b"<![CDATA[";
