//! Replies of mail hosts: RFC 5321 section 4.2, enhanced codes of RFC 3463, and what they mean.

use std::{fmt, ops::Range, str::FromStr};

use crate::{ParseError, ParseErrorKind};

pub mod rules;

/// A whole reply, one line or several.
///
/// Text from the peer is kept without control characters, so that it can go into a log.
///
/// ```
/// use mailkit_route::{ReplyClass, SmtpReply};
/// let reply: SmtpReply = "550-5.7.26 Unauthenticated mail\r\n550 5.7.26 is not accepted".parse()?;
/// assert_eq!(reply.class(), ReplyClass::Authentication);
/// assert_eq!(reply.text(), "Unauthenticated mail is not accepted");
/// # Ok::<(), mailkit_route::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpReply {
    code: u16,
    lines: Vec<String>,
}

impl SmtpReply {
    /// The longest reply read, in bytes.
    pub const MAX_LENGTH: usize = 16 * 1024;

    /// A reply of one line, such as a server gives.
    ///
    /// # Errors
    /// When the code is not between 200 and 599 or the text is too long.
    ///
    /// ```
    /// let reply = mailkit_route::SmtpReply::new(550, Some("5.1.1".parse()?), "no such user")?;
    /// assert_eq!(reply.to_string(), "550 5.1.1 no such user");
    /// # Ok::<(), mailkit_route::ParseError>(())
    /// ```
    pub fn new(code: u16, enhanced: Option<EnhancedCode>, text: &str) -> Result<Self, ParseError> {
        if text.len() > Self::MAX_LENGTH {
            let kind = ParseErrorKind::TooLong { limit: Self::MAX_LENGTH };
            return Err(ParseError::new(kind, 0..text.len()));
        }
        if !(200..=599).contains(&code) {
            return Err(ParseError::new(ParseErrorKind::InvalidReplyCode, 0..0));
        }
        Ok(Self::ours(code, enhanced, text))
    }

    /// A reply whose code is known to be good.
    pub(crate) fn ours(code: u16, enhanced: Option<EnhancedCode>, text: &str) -> Self {
        let line = match enhanced {
            Some(enhanced) => format!("{enhanced} {}", printable(text)),
            None => printable(text),
        };
        Self { code, lines: vec![line] }
    }

    /// The three digits.
    #[must_use]
    pub fn code(&self) -> u16 {
        self.code
    }

    /// The lines without their codes; an enhanced code at the start of a line is part of it.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// The words for a person: all lines in one, without codes.
    #[must_use]
    pub fn text(&self) -> String {
        let words = |line: &String| match split_enhanced(line) {
            Some((_, rest)) => rest.to_owned(),
            None => line.clone(),
        };
        self.lines.iter().map(words).collect::<Vec<_>>().join(" ")
    }

    /// The enhanced code of the first line, if its first digit is that of the reply. One that
    /// contradicts its reply is not believed (RFC 2034 section 4).
    ///
    /// ```
    /// use mailkit_route::SmtpReply;
    /// let odd: SmtpReply = "550 4.7.1 come back later".parse()?;
    /// assert_eq!(odd.enhanced(), None);
    /// assert_eq!(odd.stated_enhanced().map(|code| code.to_string()), Some("4.7.1".into()));
    /// # Ok::<(), mailkit_route::ParseError>(())
    /// ```
    #[must_use]
    pub fn enhanced(&self) -> Option<EnhancedCode> {
        self.stated_enhanced().filter(|enhanced| u16::from(enhanced.class) == self.code / 100)
    }

    /// The enhanced code of the first line, even if it contradicts the reply.
    #[must_use]
    pub fn stated_enhanced(&self) -> Option<EnhancedCode> {
        self.lines.first().and_then(|line| split_enhanced(line)).map(|(enhanced, _)| enhanced)
    }

    /// Whether the command was carried out, or may go on (2xx and 3xx).
    #[must_use]
    pub fn is_positive(&self) -> bool {
        self.code < 400
    }

    /// Whether a later try may succeed (4xx).
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        (400..500).contains(&self.code)
    }

    /// Whether the host says no for good (5xx).
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        self.code >= 500
    }

    /// What the host means, by the built-in [`rules`].
    #[must_use]
    pub fn class(&self) -> ReplyClass {
        rules::ReplyRules::builtin().classify(self)
    }
}

impl FromStr for SmtpReply {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        if text.len() > Self::MAX_LENGTH {
            let kind = ParseErrorKind::TooLong { limit: Self::MAX_LENGTH };
            return Err(ParseError::new(kind, 0..text.len()));
        }
        let body = text.strip_suffix('\n').unwrap_or(text);
        let mut reply: Option<Self> = None;
        let mut ended = false;
        let mut start = 0;
        for raw in body.split('\n') {
            let span = start..start + raw.len();
            start = span.end + 1;
            let (code, last, line) = split_line(raw.strip_suffix('\r').unwrap_or(raw), &span)?;
            if ended {
                return Err(ParseError::new(ParseErrorKind::MisplacedEnd, span));
            }
            let reply = reply.get_or_insert_with(|| Self { code, lines: Vec::new() });
            if reply.code != code {
                return Err(ParseError::new(ParseErrorKind::CodeChanged, span));
            }
            reply.lines.push(printable(line));
            ended = last;
        }
        let unfinished = || ParseError::new(ParseErrorKind::MisplacedEnd, 0..text.len());
        reply.filter(|_| ended).ok_or_else(unfinished)
    }
}

impl fmt::Display for SmtpReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self.lines.len().saturating_sub(1);
        for (index, line) in self.lines.iter().enumerate() {
            let (mark, end) = if index == last { (' ', "") } else { ('-', "\r\n") };
            write!(f, "{}{mark}{line}{end}", self.code)?;
        }
        Ok(())
    }
}

/// `class.subject.detail` (RFC 3463 section 2).
///
/// ```
/// let code: mailkit_route::EnhancedCode = "5.7.26".parse()?;
/// assert_eq!((code.class(), code.subject(), code.detail()), (5, 7, 26));
/// # Ok::<(), mailkit_route::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnhancedCode {
    class: u8,
    subject: u16,
    detail: u16,
}

impl EnhancedCode {
    pub(crate) const fn new(class: u8, subject: u16, detail: u16) -> Self {
        Self { class, subject, detail }
    }

    /// 2 success, 4 temporary, 5 permanent.
    #[must_use]
    pub fn class(self) -> u8 {
        self.class
    }

    /// Where the cause lies, 0 to 999.
    #[must_use]
    pub fn subject(self) -> u16 {
        self.subject
    }

    /// The cause, 0 to 999.
    #[must_use]
    pub fn detail(self) -> u16 {
        self.detail
    }
}

impl FromStr for EnhancedCode {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let invalid = || ParseError::new(ParseErrorKind::InvalidEnhancedCode, 0..text.len());
        let (class, rest) = text.split_once('.').ok_or_else(invalid)?;
        let (subject, detail) = rest.split_once('.').ok_or_else(invalid)?;
        let class = match class {
            "2" => 2,
            "4" => 4,
            "5" => 5,
            _ => return Err(invalid()),
        };
        let number = |digits| plain_number(digits).ok_or_else(invalid);
        Ok(Self { class, subject: number(subject)?, detail: number(detail)? })
    }
}

impl fmt::Display for EnhancedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

/// What a host means by its reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum ReplyClass {
    /// SPF, DKIM, DMARC or reverse DNS of the sender did not pass.
    Authentication,
    /// The message itself is refused: spam, malware, a type of content.
    Content,
    /// Come back in some minutes, from the same address (RFC 6647).
    Greylist,
    /// The mailbox has no room.
    MailboxFull,
    /// A network or routing trouble behind the host.
    Network,
    /// The domain takes no mail (RFC 7505).
    NullMx,
    /// No, and no more is known.
    Permanent,
    /// A rule of the host, without more detail.
    Policy,
    /// Yes (2xx), or go on (3xx).
    Positive,
    /// A command was not understood or not allowed.
    Protocol,
    /// Too much at once: slow down.
    Rate,
    /// Our address or domain is listed or badly thought of.
    Reputation,
    /// The sender's address is not accepted.
    SenderAddress,
    /// The host has a trouble of its own.
    System,
    /// Not now, and no more is known.
    Temporary,
    /// The message is too big.
    TooLarge,
    /// No such recipient.
    UnknownMailbox,
}

impl ReplyClass {
    /// The stable name, as in tables and JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Authentication => "authentication",
            Self::Content => "content",
            Self::Greylist => "greylist",
            Self::MailboxFull => "mailbox-full",
            Self::Network => "network",
            Self::NullMx => "null-mx",
            Self::Permanent => "permanent",
            Self::Policy => "policy",
            Self::Positive => "positive",
            Self::Protocol => "protocol",
            Self::Rate => "rate",
            Self::Reputation => "reputation",
            Self::SenderAddress => "sender-address",
            Self::System => "system",
            Self::Temporary => "temporary",
            Self::TooLarge => "too-large",
            Self::UnknownMailbox => "unknown-mailbox",
        }
    }
}

impl fmt::Display for ReplyClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Code, whether it is the last line, and the words.
fn split_line<'a>(line: &'a str, span: &Range<usize>) -> Result<(u16, bool, &'a str), ParseError> {
    let invalid = || ParseError::new(ParseErrorKind::InvalidReplyCode, span.clone());
    let (digits, rest) = line.split_at_checked(3).ok_or_else(invalid)?;
    let code =
        plain_number(digits).filter(|code| (200..=599).contains(code)).ok_or_else(invalid)?;
    match rest.split_at_checked(1) {
        None => Ok((code, true, "")),
        Some((" ", words)) => Ok((code, true, words)),
        Some(("-", words)) => Ok((code, false, words)),
        Some(_) => Err(invalid()),
    }
}

fn split_enhanced(line: &str) -> Option<(EnhancedCode, &str)> {
    let (code, rest) = line.split_once(' ').unwrap_or((line, ""));
    Some((code.parse().ok()?, rest))
}

/// One to three digits without a leading zero.
fn plain_number(digits: &str) -> Option<u16> {
    let plain = (1..=3).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'));
    digits.parse().ok().filter(|_| plain)
}

fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

#[cfg(test)]
mod tests;
