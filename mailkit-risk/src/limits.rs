//! How much of a hostile message is looked at.

/// Bounds of the work on one message. What is left out because of one is listed in
/// [`Assessment::unscannable`](crate::Assessment::unscannable), never dropped in silence.
///
/// ```
/// use mailkit_risk::Limits;
///
/// let mut limits = Limits::default();
/// limits.parts = 100;
/// assert!(limits.depth < limits.parts);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of the raw message.
    pub message_bytes: usize,
    /// Bytes of one header block (of the message or of a part).
    pub header_bytes: usize,
    /// Fields of one header block.
    pub headers: usize,
    /// MIME parts.
    pub parts: usize,
    /// Nested multiparts and messages.
    pub depth: usize,
    /// Bytes of decoded text that are read of one part; all parts together may have eight times as many.
    pub text_bytes: usize,
    /// Links that are compared.
    pub links: usize,
    /// Entries of one archive.
    pub archive_entries: usize,
    /// Bytes that are decompressed out of one attachment, over all files in it.
    pub inflated_bytes: usize,
}

impl Limits {
    /// Bytes of decoded text over all parts: one long part does not keep the next from being read.
    pub(crate) fn total_text_bytes(&self) -> usize {
        self.text_bytes.saturating_mul(8)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes: 50 << 20,
            header_bytes: 100 << 10,
            headers: 1_000,
            parts: 10_000,
            depth: 50,
            text_bytes: 512 << 10,
            links: 1_000,
            archive_entries: 10_000,
            inflated_bytes: 32 << 20,
        }
    }
}
