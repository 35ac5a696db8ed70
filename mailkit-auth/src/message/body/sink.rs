//! Where the canonical form goes.

use std::fmt;

use aws_lc_rs::digest::{Context, SHA256};

use super::BodyDigest;

/// The hash, behind a buffer for what comes octet by octet.
pub(super) struct Sink {
    context: Context,
    buffer: Vec<u8>,
    octets: u64,
}

impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sink").field("octets", &self.octets).finish_non_exhaustive()
    }
}

impl Sink {
    pub(super) fn new() -> Self {
        Self { context: Context::new(&SHA256), buffer: Vec::new(), octets: 0 }
    }

    pub(super) fn write(&mut self, octets: &[u8]) {
        if octets.len() < SMALL_OCTETS {
            self.buffer.extend_from_slice(octets);
        } else {
            self.flush();
            self.octets += octets.len() as u64;
            self.context.update(octets);
        }
        if self.buffer.len() >= BUFFER_OCTETS {
            self.flush();
        }
    }

    fn flush(&mut self) {
        self.octets += self.buffer.len() as u64;
        self.context.update(&self.buffer);
        self.buffer.clear();
    }

    pub(super) fn finish(mut self) -> BodyDigest {
        self.flush();
        let digest = self.context.finish();
        // A digest of SHA-256 has 32 octets.
        let hash = digest.as_ref().try_into().unwrap_or_default();
        BodyDigest { hash, octets: self.octets }
    }
}

/// Octets after which the buffer is hashed.
const BUFFER_OCTETS: usize = 4096;
/// Octets below which it is cheaper to copy than to hash at once.
const SMALL_OCTETS: usize = 256;
