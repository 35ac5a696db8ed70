//! Lines end in CR LF, and in nothing else.

/// Bytes that wait to become lines. Each byte is looked at once, however the input was cut.
#[derive(Debug, Default)]
pub(super) struct LineBuffer {
    bytes: Vec<u8>,
    /// Where the next line starts.
    start: usize,
    /// Where the search for its end goes on.
    scanned: usize,
}

/// Why the input cannot be cut into lines. What follows has no meaning that two servers would agree on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum LineError {
    #[error("a bare CR is not a line end: end lines with CR LF")]
    BareCr,
    #[error("a bare LF is not a line end: end lines with CR LF")]
    BareLf,
    #[error("a NUL is not allowed: encode binary content")]
    Nul,
    #[error("the line is too long: break it earlier")]
    TooLong,
}

impl LineBuffer {
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        self.bytes.drain(..self.start);
        self.scanned -= self.start;
        self.start = 0;
        self.bytes.extend_from_slice(bytes);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.start == self.bytes.len()
    }

    /// The next line with its CR LF, once it is complete; of at most `limit` octets before them.
    pub(super) fn next_line(&mut self, limit: usize) -> Result<Option<&[u8]>, LineError> {
        let unseen = self.bytes.get(self.scanned..).unwrap_or_default();
        let found = unseen.iter().position(|byte| matches!(byte, b'\r' | b'\n' | b'\0'));
        let end = found.map_or(self.bytes.len(), |offset| self.scanned + offset);
        self.scanned = end;
        if end - self.start > limit {
            return Err(LineError::TooLong);
        }
        match (self.bytes.get(end), self.bytes.get(end + 1)) {
            (None, _) | (Some(b'\r'), None) => Ok(None),
            (Some(b'\r'), Some(b'\n')) => Ok(self.take(end + 2)),
            (Some(b'\r'), Some(_)) => Err(LineError::BareCr),
            (Some(b'\n'), _) => Err(LineError::BareLf),
            (Some(_), _) => Err(LineError::Nul),
        }
    }

    fn take(&mut self, end: usize) -> Option<&[u8]> {
        let line = self.start..end;
        self.start = end;
        self.scanned = end;
        self.bytes.get(line)
    }
}
