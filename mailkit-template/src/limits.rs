//! How much a template may be.

/// What loading templates may cost. Reaching a limit is a [`Defect`](crate::Defect), never a cut in silence.
///
/// ```
/// use mailkit_template::Limits;
///
/// assert_eq!(Limits::default().file_bytes, 512 * 1024);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The largest file of a template, in bytes.
    pub file_bytes: usize,
    /// The most files in one template, and the most entries of a directory that is read.
    pub files: usize,
    /// The most parts (texts, placeholders, arms) that one message may expand to.
    pub message_parts: usize,
    /// The deepest nesting of references and selections in a message, and of elements in a layout.
    pub depth: usize,
    /// The most slots in one layout.
    pub slots: usize,
    /// The most defects that are listed; one more then says how many there are beyond.
    pub defects: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 512 * 1024,
            files: 256,
            message_parts: 1000,
            depth: 64,
            slots: 1000,
            defects: 1000,
        }
    }
}
