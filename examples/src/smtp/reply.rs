//! Replies: what an SMTP server says.

use std::fmt;

/// A reply: a code, an enhanced code of the same class, and a text for people.
///
/// [`Display`](fmt::Display) writes the wire form. The text may have several lines and come from anywhere: what could
/// end a line early is written as a space, what is not ASCII as `?`.
///
/// ```
/// use mailkit_examples::smtp::Reply;
///
/// let reply = Reply::reject((7, 1), "this address takes no mail\nwrite to info@example.com");
/// assert_eq!(reply.to_string(), "550-5.7.1 this address takes no mail\r\n550 5.7.1 write to info@example.com\r\n");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    code: ReplyCode,
    enhanced: Option<EnhancedCode>,
    text: String,
}

impl Reply {
    /// A reply with an enhanced code; its class is the code's, so `(subject, detail)` is all there is to say.
    #[must_use]
    pub fn new(code: ReplyCode, (subject, detail): (u16, u16), text: impl Into<String>) -> Self {
        let enhanced = EnhancedCode { class: code.class(), subject, detail };
        Self { code, enhanced: Some(enhanced), text: text.into() }
    }

    /// A reply without an enhanced code: greetings and intermediate replies (RFC 2034 section 3).
    #[must_use]
    pub fn plain(code: ReplyCode, text: impl Into<String>) -> Self {
        Self { code, enhanced: None, text: text.into() }
    }

    /// `250 2.0.0`: done.
    #[must_use]
    pub fn accept(text: impl Into<String>) -> Self {
        Self::new(ReplyCode::Completed, (0, 0), text)
    }

    /// `451 4.x.y`: not now, come again.
    #[must_use]
    pub fn defer(enhanced: (u16, u16), text: impl Into<String>) -> Self {
        Self::new(ReplyCode::LocalError, enhanced, text)
    }

    /// `550 5.x.y`: never.
    #[must_use]
    pub fn reject(enhanced: (u16, u16), text: impl Into<String>) -> Self {
        Self::new(ReplyCode::MailboxUnavailable, enhanced, text)
    }

    /// The reply code.
    #[must_use]
    pub fn code(&self) -> ReplyCode {
        self.code
    }

    /// The enhanced status code (RFC 3463).
    #[must_use]
    pub fn enhanced(&self) -> Option<EnhancedCode> {
        self.enhanced
    }

    /// The text, as it was given.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the reply says yes: a 2xx code.
    #[must_use]
    pub fn is_positive(&self) -> bool {
        self.code.class() == 2
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = wire_lines(&self.text);
        let last = lines.len().saturating_sub(1);
        for (index, line) in lines.iter().enumerate() {
            write!(f, "{}{}", self.code.number(), if index == last { ' ' } else { '-' })?;
            if let Some(enhanced) = self.enhanced {
                write!(f, "{enhanced} ")?;
            }
            write!(f, "{line}\r\n")?;
        }
        Ok(())
    }
}

/// The reply codes this server says (RFC 5321 section 4.2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u16)]
pub enum ReplyCode {
    /// Help for people.
    Help = 214,
    /// The greeting, and the go-ahead for a TLS handshake.
    Ready = 220,
    /// The answer to QUIT.
    Closing = 221,
    /// Done.
    Completed = 250,
    /// The mailbox was not looked up, a mail to it will be tried.
    CannotVerify = 252,
    /// Send the message now.
    StartMailInput = 354,
    /// This connection ends; come again.
    NotAvailable = 421,
    /// The mailbox is busy or greylisted; come again.
    MailboxBusy = 450,
    /// Something went wrong here; come again.
    LocalError = 451,
    /// No room for this now; come again.
    InsufficientStorage = 452,
    /// The command is unknown or unreadable.
    SyntaxError = 500,
    /// The command is known, its argument is unreadable.
    ParameterSyntax = 501,
    /// The command is known and not offered here.
    NotImplemented = 502,
    /// The command has no sense at this point.
    BadSequence = 503,
    /// The parameter's value is known and not offered here.
    ParameterNotImplemented = 504,
    /// The mailbox or the message is refused.
    MailboxUnavailable = 550,
    /// The message is too big.
    ExceededStorage = 552,
    /// The mailbox name is not one.
    NameNotAllowed = 553,
    /// The transaction failed.
    TransactionFailed = 554,
    /// MAIL or RCPT has a parameter that is not offered here.
    ParametersUnknown = 555,
}

impl ReplyCode {
    /// The three digits.
    #[must_use]
    pub fn number(self) -> u16 {
        self as u16
    }

    /// The first digit.
    #[must_use]
    pub fn class(self) -> u16 {
        self.number() / 100
    }
}

/// An enhanced status code, `class.subject.detail` (RFC 3463).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct EnhancedCode {
    /// 2 success, 4 come again, 5 never.
    pub class: u16,
    /// What it is about: 1 addresses, 2 mailboxes, 3 the system, 4 the network, 5 the protocol, 6 content, 7 policy.
    pub subject: u16,
    /// The case within the subject.
    pub detail: u16,
}

impl fmt::Display for EnhancedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

/// RFC 5321 section 4.5.3.1.5 allows 512 octets a line; the codes and CR LF take at most 18.
const MAX_LINE_TEXT: usize = 480;

/// At least one line, each of printable ASCII and short enough for the wire.
fn wire_lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for line in text.split('\n') {
        let letters: Vec<char> = line.trim_end_matches('\r').chars().map(wire_letter).collect();
        if letters.is_empty() {
            lines.push(String::new());
        }
        lines.extend(letters.chunks(MAX_LINE_TEXT).map(|part| part.iter().collect::<String>()));
    }
    lines
}

fn wire_letter(letter: char) -> char {
    match letter {
        ' '..='~' => letter,
        _ if letter.is_control() => ' ',
        _ => '?',
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(Reply::accept(text).to_string(), expected);
    }

    #[test]
    fn wire_form() {
        check("queued as 17", "250 2.0.0 queued as 17\r\n");
        check("", "250 2.0.0 \r\n");
        check("one\ntwo\r\nthree", "250-2.0.0 one\r\n250-2.0.0 two\r\n250 2.0.0 three\r\n");
        check("one\r250 2.0.0 two\0", "250 2.0.0 one 250 2.0.0 two \r\n");
        check("größe", "250 2.0.0 gr??e\r\n");
        assert_eq!(Reply::plain(ReplyCode::StartMailInput, "go on").to_string(), "354 go on\r\n");
        assert_eq!(Reply::defer((3, 2), "later").to_string(), "451 4.3.2 later\r\n");
    }

    proptest! {
        #[test]
        fn a_text_never_leaves_its_lines(text in "(?s).{0,1200}") {
            let wire = Reply::reject((7, 1), text).to_string();
            let body = wire.strip_suffix("\r\n").expect("the last line ends");
            let lines: Vec<&str> = body.split("\r\n").collect();
            for (index, line) in lines.iter().enumerate() {
                let separator = if index + 1 == lines.len() { "550 5.7.1 " } else { "550-5.7.1 " };
                prop_assert!(line.starts_with(separator) && line.len() <= 510);
                prop_assert!(line.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
            }
        }
    }
}
