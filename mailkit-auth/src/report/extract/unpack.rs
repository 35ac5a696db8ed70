//! Content that is unpacked while it is read.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, BufRead as _, Cursor, Read};

use flate2::Crc;
use flate2::bufread::{DeflateDecoder, GzDecoder};

use super::{ExtractError, ExtractLimits};

/// The text of a report, unpacked while it is read.
///
/// Reading fails with an [`ExtractError`] as the source of the error where the content is damaged
/// or goes beyond the limits.
pub struct Content<'a> {
    source: Source<'a>,
    limits: ExtractLimits,
    /// What has been unpacked, and how much of it has been read.
    ahead: Cursor<Vec<u8>>,
    unpacked: u64,
    /// What an archive says about its file, while that is being read.
    claim: Option<Claim>,
}

/// The octets of the input, or what a mail made of them.
type Packed<'a> = Cursor<Cow<'a, [u8]>>;

enum Source<'a> {
    Plain(Packed<'a>),
    /// With the members that may still follow.
    Gzip(Box<GzDecoder<Packed<'a>>>, usize),
    Stored(io::Take<Packed<'a>>),
    Deflate(Box<DeflateDecoder<io::Take<Packed<'a>>>>),
}

/// The size and the checksum of a file, as an archive claims them.
#[derive(Debug)]
pub(super) struct Claim {
    crc32: u32,
    size: u64,
    seen: Crc,
}

impl Claim {
    pub(super) fn new(crc32: u32, size: u64) -> Self {
        Self { crc32, size, seen: Crc::new() }
    }
}

impl<'a> Content<'a> {
    pub(super) fn plain(octets: Cow<'a, [u8]>, limits: ExtractLimits) -> Self {
        Self::new(Source::Plain(Cursor::new(octets)), limits, None)
    }

    pub(super) fn gzip(octets: Cow<'a, [u8]>, limits: ExtractLimits) -> Self {
        let decoder = GzDecoder::new(Cursor::new(octets));
        Self::new(Source::Gzip(Box::new(decoder), limits.entries), limits, None)
    }

    /// A file of an archive that takes `length` octets from `start` on.
    pub(super) fn stored(
        octets: Cow<'a, [u8]>,
        (start, length): (u64, u64),
        limits: ExtractLimits,
        claim: Claim,
    ) -> Self {
        Self::new(Source::Stored(part(octets, start, length)), limits, Some(claim))
    }

    /// The same, compressed.
    pub(super) fn deflate(
        octets: Cow<'a, [u8]>,
        (start, length): (u64, u64),
        limits: ExtractLimits,
        claim: Claim,
    ) -> Self {
        let decoder = DeflateDecoder::new(part(octets, start, length));
        Self::new(Source::Deflate(Box::new(decoder)), limits, Some(claim))
    }

    fn new(source: Source<'a>, limits: ExtractLimits, claim: Option<Claim>) -> Self {
        Self { source, limits, ahead: Cursor::default(), unpacked: 0, claim }
    }

    /// How many octets have been unpacked.
    #[must_use]
    pub fn unpacked_octets(&self) -> u64 {
        self.unpacked
    }

    /// The first octets, which are read again later.
    pub(super) fn peek(&mut self) -> Result<&[u8], ExtractError> {
        let mut start = vec![0; PEEK];
        let mut filled = 0;
        while let Some(room) = start.get_mut(filled..).filter(|room| !room.is_empty()) {
            match self.unpack(room)? {
                0 => break,
                count => filled += count,
            }
        }
        start.truncate(filled);
        self.ahead = Cursor::new(start);
        Ok(self.ahead.get_ref())
    }

    /// Unpacks into a buffer and counts.
    fn unpack(&mut self, buffer: &mut [u8]) -> Result<usize, ExtractError> {
        let count = self.source.read(buffer)?;
        self.unpacked += u64::try_from(count).unwrap_or(u64::MAX);
        if self.unpacked > self.limits.octets {
            return Err(ExtractError::TooLong { limit: self.limits.octets });
        }
        let allowed = self.source.taken().saturating_mul(self.limits.ratio);
        if self.unpacked > self.limits.ratio_free_octets.max(allowed) {
            return Err(ExtractError::Ratio { limit: self.limits.ratio });
        }
        self.check_claim(buffer.get(..count).unwrap_or_default(), buffer.len())?;
        Ok(count)
    }

    fn check_claim(&mut self, unpacked: &[u8], asked: usize) -> Result<(), ExtractError> {
        let Some(claim) = &mut self.claim else { return Ok(()) };
        claim.seen.update(unpacked);
        let is_end = unpacked.is_empty() && asked > 0;
        let is_true = claim.size == self.unpacked && claim.crc32 == claim.seen.sum();
        if self.unpacked > claim.size || (is_end && !is_true) {
            return Err(ExtractError::Damaged);
        }
        Ok(())
    }
}

impl Read for Content<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.ahead.read(buffer)? {
            0 => self.unpack(buffer).map_err(io::Error::other),
            count => Ok(count),
        }
    }
}

impl fmt::Debug for Content<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form = match &self.source {
            Source::Plain(_) => "plain",
            Source::Gzip(..) => "gzip",
            Source::Stored(_) | Source::Deflate(_) => "zip",
        };
        f.debug_struct("Content")
            .field("form", &form)
            .field("unpacked", &self.unpacked)
            .finish_non_exhaustive()
    }
}

impl Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ExtractError> {
        let count = match self {
            Self::Plain(source) => source.read(buffer),
            Self::Gzip(decoder, members) => return read_members(decoder, members, buffer),
            Self::Stored(source) => source.read(buffer),
            Self::Deflate(source) => source.read(buffer),
        };
        count.map_err(|_| ExtractError::Damaged)
    }

    /// How many octets of the input have been taken.
    fn taken(&self) -> u64 {
        match self {
            Self::Plain(source) => source.position(),
            Self::Gzip(source, _) => source.get_ref().position(),
            Self::Stored(source) => source.get_ref().position(),
            Self::Deflate(source) => source.get_ref().get_ref().position(),
        }
    }
}

/// Reads from a gzip file of one member after the other. What is none behind a whole member does not
/// count: some receivers end the file with a line break.
fn read_members(
    decoder: &mut GzDecoder<Packed<'_>>,
    members: &mut usize,
    buffer: &mut [u8],
) -> Result<usize, ExtractError> {
    loop {
        let count = decoder.read(buffer).map_err(|_| ExtractError::Damaged)?;
        let rest = decoder.get_mut().fill_buf().map_err(|_| ExtractError::Damaged)?;
        if count > 0 || buffer.is_empty() || !rest.starts_with(&GZIP) {
            return Ok(count);
        }
        *members = members.checked_sub(1).ok_or(ExtractError::TooManyFiles)?;
        let packed = std::mem::take(decoder.get_mut());
        *decoder = GzDecoder::new(packed);
    }
}

/// What a gzip file begins with.
pub(super) const GZIP: [u8; 2] = [0x1f, 0x8b];

fn part(octets: Cow<'_, [u8]>, start: u64, length: u64) -> io::Take<Packed<'_>> {
    let mut cursor = Cursor::new(octets);
    cursor.set_position(start);
    cursor.take(length)
}

/// Octets that show what a content is.
const PEEK: usize = 512;
