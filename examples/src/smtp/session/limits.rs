//! How much one client may ask for.

/// Bounds of a session. Each has a safe default and a reply of its own.
///
/// ```
/// use mailkit_examples::smtp::Limits;
///
/// let mut limits = Limits::default();
/// limits.recipients = 5;
/// assert_eq!(limits.message, 25 * 1024 * 1024);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Octets of a command line before CR LF; RFC 5321 asks for 510 and more for parameters. `500 5.5.2`, close.
    pub command_line: usize,
    /// Octets of a line of text before CR LF. RFC 5321 asks for 998; mail in the wild is longer. `554 5.6.0`, close.
    pub data_line: usize,
    /// Octets of a message. `552 5.3.4`, already at MAIL when the client says SIZE.
    pub message: usize,
    /// Octets of the header block. `552 5.3.4`.
    pub header: usize,
    /// Recipients of a mail. `452 4.5.3`: the client sends the others in a second mail.
    pub recipients: usize,
    /// Commands that could not be obeyed. The next command gets `421 4.7.0`.
    pub bad_commands: usize,
    /// Commands that move no mail (NOOP, RSET, VRFY, refused recipients …) since the last mail. The
    /// next command gets `421 4.7.0`.
    pub idle_commands: usize,
    /// Mails of one session. The next MAIL gets `421 4.7.0`: the client connects again.
    pub messages: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            command_line: 2048,
            data_line: 64 * 1024,
            message: 25 * 1024 * 1024,
            header: 256 * 1024,
            recipients: 100,
            bad_commands: 10,
            idle_commands: 100,
            messages: 100,
        }
    }
}
