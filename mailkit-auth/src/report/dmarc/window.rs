//! The part of a report that is in memory.

use std::io::{self, Read};

use super::AggregateErrorKind;
use super::seek::Seek;

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
    /// Octets that were moved to make room.
    #[cfg(test)]
    pub(super) moved: u64,
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
        Self {
            read,
            buffer: vec![0; CHUNK],
            start: 0,
            end: 0,
            offset: 0,
            limit,
            too_long: false,
            ended: false,
            #[cfg(test)]
            moved: 0,
        }
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

    /// Where a mark stands, at `from` or later and within the first `limit` octets.
    pub(super) fn find(
        &mut self,
        seek: &mut Seek,
        from: usize,
        limit: usize,
    ) -> Result<Found, AggregateErrorKind> {
        loop {
            if let Some(at) = seek.look(self.octets(), self.position(), from) {
                let is_within = at + seek.length() <= limit;
                return Ok(if is_within { Found::At(at) } else { Found::TooFar });
            }
            if self.octets().len() >= limit {
                return Ok(Found::TooFar);
            }
            if !self.fill()? {
                return Ok(Found::Nowhere);
            }
        }
    }

    /// Drops what stands before a mark but for at most `keep` octets, and says how many these are;
    /// `None`, and all is dropped, if it stands nowhere.
    pub(super) fn discard_until(
        &mut self,
        seek: &mut Seek,
        keep: usize,
    ) -> Result<Option<usize>, AggregateErrorKind> {
        loop {
            if let Some(at) = seek.look(self.octets(), self.position(), 0) {
                let kept = at.min(keep);
                self.consume(at - kept);
                return Ok(Some(kept));
            }
            let unsure = seek.length().saturating_sub(1) + keep;
            self.consume(self.octets().len().saturating_sub(unsure));
            if !self.fill()? {
                self.consume(usize::MAX);
                return Ok(None);
            }
        }
    }

    /// Reads to the end and drops it, so that whatever unpacks the report has checked all of it.
    pub(super) fn drain(&mut self) -> Result<(), AggregateErrorKind> {
        loop {
            self.consume(usize::MAX);
            if !self.fill()? {
                return Ok(());
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

    /// Makes room behind the window. What is kept is moved only where as much room is gained by it:
    /// else a long window and short sections would have it moved for every few octets.
    fn make_room(&mut self) {
        let length = self.buffer.len();
        if self.start == self.end {
            self.offset += octets_u64(self.end);
            (self.start, self.end) = (0, 0);
        } else if self.end == length && self.start >= length / 2 {
            #[cfg(test)]
            {
                self.moved += octets_u64(self.end - self.start);
            }
            self.buffer.copy_within(self.start..self.end, 0);
            self.offset += octets_u64(self.start);
            (self.start, self.end) = (0, self.end - self.start);
        } else if self.end == length {
            self.buffer.resize(length + CHUNK.max(length), 0);
        }
    }
}

/// A length as a position in a report.
pub(super) fn octets_u64(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
