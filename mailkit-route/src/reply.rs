//! Replies of mail hosts: RFC 5321 section 4.2, enhanced codes of RFC 3463, and what they mean.

use std::{borrow::Cow, fmt, ops::Range, str::FromStr};

use crate::{ParseError, ParseErrorKind};

mod class;
mod enhanced;
mod registry;
pub mod rules;
mod scope;

pub use class::{Remedy, ReplyClass};
pub use enhanced::EnhancedCode;
pub use registry::RegisteredCode;
pub use scope::ReplyScope;

/// A whole reply, one line or several.
///
/// Text from the peer is kept without characters that steer a terminal, so that it can go into a log.
///
/// ```
/// use mailkit_route::{ReplyClass, SmtpReply};
/// let reply: SmtpReply = "550-5.7.26 Unauthenticated mail\r\n550 5.7.26 is not accepted".parse()?;
/// assert_eq!(reply.class(), ReplyClass::Authentication);
/// assert_eq!(reply.text(), "Unauthenticated mail is not accepted");
/// # Ok::<(), mailkit_route::ParseError>(())
/// ```
#[derive(Debug, Clone)]
pub struct SmtpReply {
    code: u16,
    lines: Vec<String>,
    /// What rules of the user's own say.
    class: Option<ReplyClass>,
}

impl SmtpReply {
    /// The longest reply read, in bytes.
    pub const MAX_LENGTH: usize = 16 * 1024;

    /// A reply with a line for each line of the text, each under the same enhanced code.
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
        check_length(text.len())?;
        if !(200..=599).contains(&code) {
            return Err(ParseError::new(ParseErrorKind::InvalidReplyCode, 0..0));
        }
        Self::ours(code, enhanced, text).checked()
    }

    /// A reply whose code is known to be good.
    pub(crate) fn ours(code: u16, enhanced: Option<EnhancedCode>, text: &str) -> Self {
        let line = |words: &str| match enhanced {
            Some(enhanced) => format!("{enhanced} {}", printable(words)),
            None => printable(words),
        };
        let lines: Vec<_> = text.lines().map(line).collect();
        Self { code, lines: if lines.is_empty() { vec![line("")] } else { lines }, class: None }
    }

    /// What replaces a character may be longer than it, so the length is checked again: a reply that was
    /// read can always be read again.
    fn checked(self) -> Result<Self, ParseError> {
        // Code, mark and line end are six bytes.
        let length = self.lines.iter().map(|line| line.len() + 6).sum();
        check_length(length).map(|()| self)
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
        self.lines.iter().map(|line| line_words(line)).collect::<Vec<_>>().join(" ")
    }

    /// What rules look at: [`Self::enhanced`], and [`Self::text`] with single spaces; a reply of one line is neither
    /// read twice nor copied.
    fn parts(&self) -> (Option<EnhancedCode>, Cow<'_, str>) {
        match self.lines.as_slice() {
            [line] if !line.contains("  ") => match split_enhanced(line) {
                Some((enhanced, words)) => (self.believed(enhanced), Cow::Borrowed(words)),
                None => (None, Cow::Borrowed(line)),
            },
            _ => {
                let text = self.text().split_whitespace().collect::<Vec<_>>().join(" ");
                (self.enhanced(), Cow::Owned(text))
            }
        }
    }

    fn believed(&self, enhanced: EnhancedCode) -> Option<EnhancedCode> {
        (u16::from(enhanced.class()) == self.code / 100).then_some(enhanced)
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
        self.stated_enhanced().and_then(|enhanced| self.believed(enhanced))
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

    /// What the host means: the class that was [given](Self::with_class), else by the built-in [`rules`].
    #[must_use]
    pub fn class(&self) -> ReplyClass {
        self.class.unwrap_or_else(|| rules::ReplyRules::builtin().classify(self))
    }

    /// The reply with the class that rules of one's own gave it. Whatever asks for the class follows it:
    /// the next step, the scope, breakers, pacing and the notice to the sender. A positive reply stays
    /// positive, and no other one becomes so.
    ///
    /// ```
    /// use mailkit_route::{NextStep, ReplyClass, SmtpReply, Stage, next_step};
    /// let reply: SmtpReply = "451 4.3.0 come back tomorrow".parse()?;
    /// assert_eq!(next_step(Stage::RcptTo, &reply), NextStep::TryNextHop);
    /// let reply = reply.with_class(ReplyClass::Rate);
    /// assert_eq!(next_step(Stage::RcptTo, &reply), NextStep::RetryLater);
    /// # Ok::<(), mailkit_route::ParseError>(())
    /// ```
    #[must_use]
    pub fn with_class(self, class: ReplyClass) -> Self {
        let fits = !self.is_positive() && class != ReplyClass::Positive;
        Self { class: if fits { Some(class) } else { self.class }, ..self }
    }
}

/// The words alone count: a reply that is written and read again has no class of the user's own.
impl PartialEq for SmtpReply {
    fn eq(&self, other: &Self) -> bool {
        (self.code, &self.lines) == (other.code, &other.lines)
    }
}

impl Eq for SmtpReply {}

impl FromStr for SmtpReply {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        check_length(text.len())?;
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
            let reply = reply.get_or_insert_with(|| Self { code, lines: Vec::new(), class: None });
            if reply.code != code {
                return Err(ParseError::new(ParseErrorKind::CodeChanged, span));
            }
            reply.lines.push(printable(line));
            ended = last;
        }
        let unfinished = || ParseError::new(ParseErrorKind::MisplacedEnd, 0..text.len());
        reply.filter(|_| ended).ok_or_else(unfinished)?.checked()
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

fn check_length(length: usize) -> Result<(), ParseError> {
    if length <= SmtpReply::MAX_LENGTH {
        return Ok(());
    }
    let kind = ParseErrorKind::TooLong { limit: SmtpReply::MAX_LENGTH };
    Err(ParseError::new(kind, 0..length))
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

/// Some hosts write `#5.1.0` or `5.1.1:`, which RFC 2034 does not know, and mean the code.
fn split_enhanced(line: &str) -> Option<(EnhancedCode, &str)> {
    let (code, rest) = line.split_once(' ').unwrap_or((line, ""));
    let code = code.strip_prefix('#').unwrap_or(code);
    Some((code.strip_suffix(':').unwrap_or(code).parse().ok()?, rest))
}

/// A line without the enhanced code at its start.
fn line_words(line: &str) -> &str {
    split_enhanced(line).map_or(line, |(_, rest)| rest)
}

/// One to three digits without a leading zero.
fn plain_number(digits: &str) -> Option<u16> {
    let plain = (1..=3).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'));
    digits.parse().ok().filter(|_| plain)
}

/// Without characters that steer a terminal or turn the direction of writing.
pub(crate) fn printable(text: &str) -> String {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if steers(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

#[cfg(test)]
mod tests;
