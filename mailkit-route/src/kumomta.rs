//! Rules about replies in the TOML form of [KumoMTA](https://docs.kumomta.com): `bounces.toml`, `iana.toml`, and the
//! automation of `shaping.toml`.
//!
//! Patterns are regular expressions over `code enhanced-code text` in one line, as that server matches them, and over
//! no more than the first [`MAX_REPLY`] bytes of it.
//!
//! ```
//! use mailkit_route::{ReplyClass, kumomta::BounceRules};
//! let rules: BounceRules = "[rules]\nQuotaIssues = ['^552.+full']".parse()?;
//! assert_eq!(rules.classify(&"552 5.2.2 mailbox full".parse()?), Some(ReplyClass::MailboxFull));
//! # Ok::<(), mailkit_route::ParseError>(())
//! ```
//!
//! What an automation asks for goes to [`Pacing`](crate::timing::Pacing), once its
//! [`trigger`](Automation::trigger) is reached:
//!
//! ```
//! use mailkit_route::kumomta::{AutomationAction, ShapingRules};
//! use mailkit_route::timing::{Lane, Pacing, PacingLimits};
//! use mailkit_route::{Egress, GeoPoint};
//! let rules: ShapingRules = r#"
//!     ["yahoo.com"]
//!     automation = [
//!         {regex = 'TSS04', action = "Suspend", duration = "2 hours"},
//!         {regex = 'TSS05', action = {SetConfig = {name = "connection_limit", value = 3}}, duration = "1 hour"},
//!     ]
//! "#.parse()?;
//! let egress = Egress::new("fra", "eu-central", GeoPoint::new(50.11, 8.68)?);
//! let (now, lane) = (std::time::SystemTime::UNIX_EPOCH, Lane::new(egress.id(), &"yahoo".parse()?));
//! let mut pacing = Pacing::new(PacingLimits::default());
//! for reply in ["421 4.7.0 [TSS04] later", "421 4.7.0 [TSS05] too many"] {
//!     for rule in rules.matching(&reply.parse()?, &"yahoo.com".parse()?, &"mta5.am0.yahoodns.net".parse()?) {
//!         for action in &rule.actions {
//!             match action {
//!                 AutomationAction::Suspend => {
//!                     assert!(pacing.hold(&lane, now + rule.duration, now));
//!                 }
//!                 AutomationAction::SetConfig { name, value } if name == "connection_limit" => {
//!                     // After `rule.duration`, PacingLimits::default() ends it.
//!                     assert!(pacing.set_limits(&lane.provider, PacingLimits::new(1, value.parse()?)?));
//!                 }
//!                 _ => {}
//!             }
//!         }
//!     }
//! }
//! assert_eq!(pacing.refusal(&lane, now).and_then(|wait| wait.not_before()), Some(now + rules.automations()[0].duration));
//! assert_eq!(pacing.usage(&lane).map(|usage| usage.limit), Some(3));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::{fmt::Write, ops::Range, str::FromStr};

use regex::{RegexBuilder, RegexSet, RegexSetBuilder};

use crate::{ParseError, ParseErrorKind, ReplyClass, SmtpReply};

mod shaping;
mod table;

pub use shaping::{Automation, AutomationAction, AutomationScope, ShapingRules, Trigger};

/// The most patterns in one set of rules.
pub const MAX_PATTERNS: usize = 2048;

/// How much of a reply the patterns look at, in bytes: its code, its enhanced code and the beginning of its text. A
/// line of a reply has no more than 512 (RFC 5321 section 4.5.3.1.5).
pub const MAX_REPLY: usize = 2048;

/// The longest file read, in bytes.
pub const MAX_LENGTH: usize = 1024 * 1024;

/// A file of bounce classes: the first pattern that fits decides.
#[derive(Debug, Clone)]
pub struct BounceRules {
    rules: Vec<BounceRule>,
    set: RegexSet,
}

/// A pattern and the class it stands under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BounceRule {
    name: String,
    pattern: String,
}

impl BounceRule {
    /// The name of the class in the file.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The regular expression.
    #[must_use]
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// The class as we name it; `None` for a name of the user's own. A name of ours, such as `mailbox-full`, is
    /// known, too.
    #[must_use]
    pub fn reply_class(&self) -> Option<ReplyClass> {
        class_named(&self.name)
    }
}

impl BounceRules {
    /// The patterns in the order of the file.
    #[must_use]
    pub fn rules(&self) -> &[BounceRule] {
        &self.rules
    }

    /// The rules of this file, then those of `later`.
    ///
    /// # Errors
    /// When both together have more than [`MAX_PATTERNS`], or take too much memory. The place is 0..0 then, for
    /// there is no one text.
    pub fn followed_by(&self, later: &Self) -> Result<Self, ParseError> {
        Self::new(self.rules.iter().chain(&later.rules).cloned().collect(), 0..0)
    }

    /// The pattern that decides about a reply.
    #[must_use]
    pub fn rule_for(&self, reply: &SmtpReply) -> Option<&BounceRule> {
        let first = self.set.matches(&one_line(reply)).into_iter().next()?;
        self.rules.get(first)
    }

    /// The class of a reply; `None` if no pattern fits, or only one under a name of the user's own.
    #[must_use]
    pub fn classify(&self, reply: &SmtpReply) -> Option<ReplyClass> {
        self.rule_for(reply)?.reply_class()
    }

    fn new(rules: Vec<BounceRule>, text: Range<usize>) -> Result<Self, ParseError> {
        let patterns: Vec<_> = rules.iter().map(|rule| rule.pattern.as_str()).collect();
        let set = regex_set(&patterns).map_err(|kind| ParseError::new(kind, text))?;
        Ok(Self { rules, set })
    }
}

impl FromStr for BounceRules {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let file = table::read(text)?;
        let classes =
            table::get(file.get_ref(), "rules").and_then(|rules| rules.get_ref().as_table());
        let missing = ParseErrorKind::MissingField { name: "rules" };
        let classes = classes.ok_or_else(|| ParseError::new(missing, 0..text.len()))?;
        let mut rules = Vec::new();
        for (name, patterns) in table::in_order(classes) {
            for (pattern, span) in table::strings(patterns)? {
                check_pattern(&pattern, rules.len()).map_err(|kind| ParseError::new(kind, span))?;
                rules.push(BounceRule { name: name.to_owned(), pattern });
            }
        }
        Self::new(rules, 0..text.len())
    }
}

/// The reply as KumoMTA writes it into one line.
fn one_line(reply: &SmtpReply) -> String {
    let mut line = reply.code().to_string();
    if let Some(enhanced) = reply.stated_enhanced() {
        let _ = write!(line, " {enhanced}");
    }
    line = line + " " + &reply.text();
    line.truncate(line.floor_char_boundary(MAX_REPLY));
    line
}

/// A pattern after so many others. They are counted before any work is done for this one.
fn check_pattern(pattern: &str, before: usize) -> Result<(), ParseErrorKind> {
    if before >= MAX_PATTERNS {
        return Err(ParseErrorKind::TooMany { limit: MAX_PATTERNS });
    }
    RegexBuilder::new(pattern)
        .size_limit(MAX_PATTERN_SIZE)
        .build()
        .map_err(|error| kind(&error))?;
    Ok(())
}

/// Patterns that were checked one by one; together they may still be too many.
fn regex_set(patterns: &[&str]) -> Result<RegexSet, ParseErrorKind> {
    if patterns.len() > MAX_PATTERNS {
        return Err(ParseErrorKind::TooMany { limit: MAX_PATTERNS });
    }
    RegexSetBuilder::new(patterns).size_limit(MAX_SET_SIZE).build().map_err(|error| kind(&error))
}

fn kind(error: &regex::Error) -> ParseErrorKind {
    match error {
        regex::Error::CompiledTooBig(_) => ParseErrorKind::TooComplex,
        _ => ParseErrorKind::InvalidPattern,
    }
}

/// The octets that one pattern may take in memory; the largest of KumoMTA's takes 28 KB.
const MAX_PATTERN_SIZE: usize = 256 << 10;
/// The octets that all patterns together may take in memory. The work for a reply is at worst this times
/// [`MAX_REPLY`]; `bounces.toml` and `iana.toml` together take 520 KB.
const MAX_SET_SIZE: usize = 1 << 20;

/// The names of KumoMTA's classes, then ours.
fn class_named(name: &str) -> Option<ReplyClass> {
    Some(match name {
        "AuthenticationFailed" => ReplyClass::Authentication,
        "BadConfiguration" | "TransientFailure" => ReplyClass::System,
        "BadConnection" | "NoAnswerFromHost" | "DNSFailure" | "RoutingErrors" => {
            ReplyClass::Network
        }
        "BadDomain" => ReplyClass::UnknownDomain,
        "ContentRelated" | "ProhibitedAttachment" | "VirusRelated" => ReplyClass::Content,
        "InactiveMailbox" => ReplyClass::Inactive,
        "InvalidRecipient" => ReplyClass::UnknownMailbox,
        "InvalidSender" => ReplyClass::SenderAddress,
        "MessageExpired" => ReplyClass::Expired,
        "PolicyRelated" => ReplyClass::Policy,
        "ProtocolErrors" => ReplyClass::Protocol,
        "QuotaIssues" => ReplyClass::MailboxFull,
        "RelayDenied" | "RelayingIssues" => ReplyClass::Relaying,
        "SpamBlock" => ReplyClass::Reputation,
        "SpamContent" | "SpamRelated" => ReplyClass::Spam,
        "TooManyRecipients" => ReplyClass::Rate,
        _ => return ReplyClass::ALL.iter().find(|class| class.code() == name).copied(),
    })
}

#[cfg(test)]
mod tests;
