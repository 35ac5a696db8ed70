//! A mail on its way out.

use mail_send::smtp::message::Parameters;
use smtp_proto::{EXT_8BIT_MIME, EXT_SIZE, EXT_SMTP_UTF8, EhloResponse};

use super::attempt::Stop;
use crate::smtp::address::{MailAddress, ReversePath};

/// What makes a message unfit to be sent, and where. The next host might read it as two messages.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MessageError {
    /// A CR without LF.
    #[error("bare CR at byte {at}")]
    BareCr {
        /// Its offset.
        at: usize,
    },
    /// A LF without CR.
    #[error("bare LF at byte {at}")]
    BareLf {
        /// Its offset.
        at: usize,
    },
    /// There is no message.
    #[error("the message is empty")]
    Empty,
    /// A NUL.
    #[error("NUL at byte {at}")]
    Nul {
        /// Its offset.
        at: usize,
    },
}

/// What is sent, ready for the wire.
pub(super) struct Mail<'a> {
    pub(super) sender: &'a ReversePath,
    pub(super) recipient: &'a MailAddress,
    pub(super) text: &'a [u8],
    pub(super) eight_bit: bool,
}

impl Mail<'_> {
    /// The parameters of MAIL, as far as the host offers them.
    pub(super) fn parameters(
        &self,
        offered: &EhloResponse<String>,
    ) -> Result<Parameters<'static>, Stop> {
        let mut parameters = Parameters::new();
        if offered.has_capability(EXT_SIZE) {
            parameters.add(("SIZE".to_owned(), self.text.len().to_string()));
        }
        if self.eight_bit && offered.has_capability(EXT_8BIT_MIME) {
            parameters.add(("BODY", "8BITMIME"));
        }
        if self.sender.address().is_some_and(|address| !address.is_ascii())
            || !self.recipient.is_ascii()
        {
            if !offered.has_capability(EXT_SMTP_UTF8) {
                return Err(Stop::unoffered("SMTPUTF8"));
            }
            parameters.add("SMTPUTF8");
        }
        Ok(parameters)
    }
}

/// The message with its dots doubled (RFC 5321 section 4.5.2), ending in CR LF, without the final dot.
pub(super) fn dot_stuffed(message: &[u8]) -> Result<Vec<u8>, MessageError> {
    if message.is_empty() {
        return Err(MessageError::Empty);
    }
    let mut text = Vec::with_capacity(message.len() + message.len() / 64 + 2);
    let mut at = 0;
    for line in message.split_inclusive(|byte| *byte == b'\n') {
        check_line(line, at)?;
        if line.starts_with(b".") {
            text.push(b'.');
        }
        text.extend_from_slice(line);
        at += line.len();
    }
    if !text.ends_with(b"\r\n") {
        text.extend_from_slice(b"\r\n");
    }
    Ok(text)
}

fn check_line(line: &[u8], at: usize) -> Result<(), MessageError> {
    let content = line.strip_suffix(b"\r\n").unwrap_or(line);
    let Some(offset) = content.iter().position(|byte| matches!(byte, b'\r' | b'\n' | b'\0')) else {
        return Ok(());
    };
    let at = at + offset;
    Err(match content.get(offset) {
        Some(b'\r') => MessageError::BareCr { at },
        Some(b'\n') => MessageError::BareLf { at },
        _ => MessageError::Nul { at },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(message: &str, expected: Result<&str, MessageError>) {
        let text = dot_stuffed(message.as_bytes());
        assert_eq!(text, expected.map(Vec::from));
    }

    #[test]
    fn dots_and_line_ends() {
        check("a\r\n.\r\n", Ok("a\r\n..\r\n"));
        check(".a\r\n..b\r\nc.\r\n", Ok("..a\r\n...b\r\nc.\r\n"));
        check("a\r\n.", Ok("a\r\n..\r\n"));
        check("\r\n", Ok("\r\n"));
        check("", Err(MessageError::Empty));
        check("a\nb\r\n", Err(MessageError::BareLf { at: 1 }));
        check("a\r\nb\rc\r\n", Err(MessageError::BareCr { at: 4 }));
        check("a\r\r\n", Err(MessageError::BareCr { at: 1 }));
        check("a\r\n\0.\r\n", Err(MessageError::Nul { at: 3 }));
        check("a\r", Err(MessageError::BareCr { at: 1 }));
    }
}
