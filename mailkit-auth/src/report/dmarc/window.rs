//! The part of a report that is in memory.

use std::io::{self, Read};

use memchr::memmem::Finder;

use super::AggregateErrorKind;

/// Octets that are read at a time.
const CHUNK: usize = 64 * 1024;

/// What has been read of a report and not been consumed. Positions count from its first octet.
#[derive(Debug)]
pub(super) struct Window<R> {
    read: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Where in the report the buffer begins.
    offset: u64,
    limit: u64,
    /// Whether there is more than the limit allows.
    too_long: bool,
    ended: bool,
}

/// The outcome of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    At(usize),
    /// Not before the limit of the search.
    TooFar,
    /// Not before the end of the report.
    Nowhere,
}

impl<R: Read> Window<R> {
    pub(super) fn new(read: R, limit: u64) -> Self {
        let buffer = vec![0; CHUNK];
        Self { read, buffer, start: 0, end: 0, offset: 0, limit, too_long: false, ended: false }
    }

    pub(super) fn octets(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    pub(super) fn first(&self, count: usize) -> &[u8] {
        self.octets().get(..count).unwrap_or_default()
    }

    /// Where in the report the window begins.
    pub(super) fn position(&self) -> u64 {
        self.offset + octets_u64(self.start)
    }

    pub(super) fn consume(&mut self, count: usize) {
        self.start = self.start.saturating_add(count).min(self.end);
    }

    /// Reads until `count` octets are there or the report ends.
    pub(super) fn ensure(&mut self, count: usize) -> Result<(), AggregateErrorKind> {
        while self.octets().len() < count && self.fill()? {}
        Ok(())
    }

    /// Where `needle` stands, at `from` or later and within the first `limit` octets.
    pub(super) fn find(
        &mut self,
        needle: &Finder<'_>,
        from: usize,
        limit: usize,
    ) -> Result<Found, AggregateErrorKind> {
        let mut from = from;
        loop {
            let octets = self.octets();
            let within = octets.get(..limit).unwrap_or(octets);
            if let Some(at) = needle.find(within.get(from..).unwrap_or_default()) {
                return Ok(Found::At(from + at));
            }
            from = from.max((within.len() + 1).saturating_sub(needle.needle().len()));
            if octets.len() >= limit {
                return Ok(Found::TooFar);
            }
            if !self.fill()? {
                return Ok(Found::Nowhere);
            }
        }
    }

    /// Drops what stands before `needle`; whether it stands anywhere.
    pub(super) fn discard_until(
        &mut self,
        needle: &Finder<'_>,
    ) -> Result<bool, AggregateErrorKind> {
        loop {
            let octets = self.octets();
            if let Some(at) = needle.find(octets) {
                self.consume(at);
                return Ok(true);
            }
            self.consume((octets.len() + 1).saturating_sub(needle.needle().len()));
            if !self.fill()? {
                self.consume(usize::MAX);
                return Ok(false);
            }
        }
    }

    /// Reads more; whether there was more.
    fn fill(&mut self) -> Result<bool, AggregateErrorKind> {
        if self.too_long {
            return Err(AggregateErrorKind::TooLong { limit: self.limit });
        }
        if self.ended {
            return Ok(false);
        }
        self.make_room();
        let left = self.limit - self.position_of_end();
        // One octet behind the limit shows whether the report goes on.
        let room = self.buffer.get_mut(self.end..).unwrap_or_default();
        let most = room.len().min(usize::try_from(left.saturating_add(1)).unwrap_or(usize::MAX));
        let count = loop {
            match self.read.read(room.get_mut(..most).unwrap_or_default()) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => break result?.min(most),
            }
        };
        self.ended = count == 0;
        if octets_u64(count) > left {
            // Reads of any size must find the same, so what stands before the limit is kept.
            self.end += count - 1;
            self.ended = true;
            self.too_long = true;
        } else {
            self.end += count;
        }
        Ok(count > 0)
    }

    fn position_of_end(&self) -> u64 {
        self.offset + octets_u64(self.end)
    }

    fn make_room(&mut self) {
        if self.start == self.end {
            self.offset += octets_u64(self.end);
            (self.start, self.end) = (0, 0);
        } else if self.end == self.buffer.len() && self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.offset += octets_u64(self.start);
            (self.start, self.end) = (0, self.end - self.start);
        } else if self.end == self.buffer.len() {
            self.buffer.resize(self.buffer.len() + CHUNK.max(self.buffer.len()), 0);
        }
    }
}

/// A length as a position in a report.
pub(super) fn octets_u64(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
