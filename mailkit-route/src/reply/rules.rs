//! The table that turns a reply into a [`ReplyClass`].

use std::{fmt, str::FromStr, sync::LazyLock};

use super::{ReplyClass, SmtpReply};
use crate::{ParseError, ParseErrorKind};

mod matcher;
mod row;

use matcher::Matcher;
pub use row::ReplyRule;

static BUILTIN: LazyLock<ReplyRules> =
    LazyLock::new(|| include_str!("../../data/reply-classes.txt").parse().unwrap_or_default());

/// Rows of class, code, enhanced code, phrase and source; the first that fits decides.
///
/// The head of `data/reply-classes.txt` explains the columns. The time to classify grows with the length
/// of the reply, hardly with the number of rows.
///
/// ```
/// use mailkit_route::{ReplyClass, reply::rules::ReplyRules};
/// let ours: ReplyRules = "rate | 4xx | any | zu viele & mails | our partner".parse()?;
/// let rules = ours.followed_by(ReplyRules::builtin())?;
/// assert_eq!(rules.classify(&"450 Zu viele grosse Mails".parse()?), ReplyClass::Rate);
/// assert_eq!(rules.classify(&"450 4.2.2 voll".parse()?), ReplyClass::MailboxFull);
/// # Ok::<(), mailkit_route::ParseError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct ReplyRules {
    rules: Vec<ReplyRule>,
    matcher: Matcher,
}

impl ReplyRules {
    /// The longest table read, in bytes.
    pub const MAX_LENGTH: usize = 1024 * 1024;

    /// The most different fragments of phrases in one table.
    pub const MAX_FRAGMENTS: usize = matcher::MAX_FRAGMENTS;

    /// The table compiled into the crate.
    #[must_use]
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// The rows in the order they are tried.
    #[must_use]
    pub fn rules(&self) -> &[ReplyRule] {
        &self.rules
    }

    /// The rows of this table, then those of `later`.
    ///
    /// # Errors
    /// When both together have too many fragments.
    pub fn followed_by(&self, later: &Self) -> Result<Self, ParseError> {
        Self::new(self.rules.iter().chain(&later.rules).cloned().collect())
    }

    /// The class of a reply; without a fitting row, what its first digit says.
    #[must_use]
    pub fn classify(&self, reply: &SmtpReply) -> ReplyClass {
        match self.rule_for(reply) {
            _ if reply.is_positive() => ReplyClass::Positive,
            Some(rule) => rule.class(),
            None if reply.is_temporary() => ReplyClass::Temporary,
            None => ReplyClass::Permanent,
        }
    }

    /// The row that decides about a refusal: the evidence for its class. A positive reply needs none.
    ///
    /// ```
    /// use mailkit_route::reply::rules::ReplyRules;
    /// let rule = ReplyRules::builtin().rule_for(&"450 4.7.1 Greylisted".parse()?);
    /// assert_eq!(rule.and_then(|rule| rule.phrase()), Some("greylist"));
    /// # Ok::<(), mailkit_route::ParseError>(())
    /// ```
    #[must_use]
    pub fn rule_for(&self, reply: &SmtpReply) -> Option<&ReplyRule> {
        if reply.is_positive() {
            return None;
        }
        let (enhanced, text) = reply.parts();
        let fits = |rule: &ReplyRule| rule.fits_codes(reply.code(), enhanced);
        let first = self.matcher.first(&self.rules, enhanced, &text, fits)?;
        self.rules.get(first)
    }

    fn new(rules: Vec<ReplyRule>) -> Result<Self, ParseError> {
        let matcher = Matcher::new(&rules)?;
        Ok(Self { rules, matcher })
    }
}

impl PartialEq for ReplyRules {
    fn eq(&self, other: &Self) -> bool {
        self.rules == other.rules
    }
}

impl Eq for ReplyRules {}

impl FromStr for ReplyRules {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        if text.len() > Self::MAX_LENGTH {
            let kind = ParseErrorKind::TooLong { limit: Self::MAX_LENGTH };
            return Err(ParseError::new(kind, 0..text.len()));
        }
        let mut rules = Vec::new();
        let mut start = 0;
        for line in text.split('\n') {
            let span = start..start + line.len();
            start = span.end + 1;
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let invalid = || ParseError::new(ParseErrorKind::InvalidRule, span.clone());
            rules.push(ReplyRule::read(line).ok_or_else(invalid)?);
        }
        // Too many phrases are no fault of one row.
        Self::new(rules).map_err(|error| ParseError::new(error.kind().clone(), 0..text.len()))
    }
}

impl fmt::Display for ReplyRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rules.iter().try_for_each(|rule| writeln!(f, "{rule}"))
    }
}

#[cfg(test)]
mod tests;
