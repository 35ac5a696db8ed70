//! The table that turns a reply into a [`ReplyClass`].

use std::{str::FromStr, sync::LazyLock};

use super::{EnhancedCode, ReplyClass, SmtpReply};
use crate::{ParseError, ParseErrorKind};

static BUILTIN: LazyLock<ReplyRules> =
    LazyLock::new(|| include_str!("../../data/reply-classes.txt").parse().unwrap_or_default());

/// Rows of class, code, enhanced code, phrase and source; the first that fits decides.
///
/// The head of `data/reply-classes.txt` explains the columns.
///
/// ```
/// use mailkit_route::{ReplyClass, reply::rules::ReplyRules};
/// let rules: ReplyRules = "rate | 4xx | any | zu viele | our partner".parse()?;
/// assert_eq!(rules.classify(&"450 zu viele Mails".parse()?), ReplyClass::Rate);
/// assert_eq!(rules.classify(&"450 4.2.2 voll".parse()?), ReplyClass::Temporary);
/// # Ok::<(), mailkit_route::ParseError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReplyRules {
    rules: Vec<Rule>,
}

impl ReplyRules {
    /// The table compiled into the crate.
    #[must_use]
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The class of a reply; without a fitting row, what its first digit says.
    #[must_use]
    pub fn classify(&self, reply: &SmtpReply) -> ReplyClass {
        if reply.is_positive() {
            return ReplyClass::Positive;
        }
        let (code, text) = (reply.code.to_string(), reply.text().to_lowercase());
        let enhanced = reply.enhanced();
        let fitting = self.rules.iter().find(|rule| rule.fits(&code, enhanced, &text));
        match fitting {
            Some(rule) => rule.class,
            None if reply.is_temporary() => ReplyClass::Temporary,
            None => ReplyClass::Permanent,
        }
    }
}

impl FromStr for ReplyRules {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let mut rules = Vec::new();
        let mut start = 0;
        for line in text.split('\n') {
            let span = start..start + line.len();
            start = span.end + 1;
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let invalid = || ParseError::new(ParseErrorKind::InvalidRule, span.clone());
            rules.push(Rule::read(line).ok_or_else(invalid)?);
        }
        Ok(Self { rules })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    class: ReplyClass,
    code: String,
    enhanced: EnhancedPattern,
    phrase: Option<String>,
}

impl Rule {
    fn read(line: &str) -> Option<Self> {
        let mut columns = line.split('|').map(str::trim);
        let class = columns.next().and_then(class_named)?;
        let code = columns.next().filter(|code| is_code_pattern(code))?.to_owned();
        let enhanced = columns.next().and_then(EnhancedPattern::read)?;
        let phrase = columns.next().filter(|phrase| !phrase.is_empty())?;
        let phrase = (phrase != "-").then(|| phrase.to_lowercase());
        columns.next().filter(|source| !source.is_empty())?;
        columns.next().is_none().then_some(Self { class, code, enhanced, phrase })
    }

    fn fits(&self, code: &str, enhanced: Option<EnhancedCode>, text: &str) -> bool {
        let mut digits = self.code.bytes().zip(code.bytes());
        digits.all(|(pattern, digit)| pattern == b'x' || pattern == digit)
            && self.enhanced.fits(enhanced)
            && self.phrase.as_ref().is_none_or(|phrase| text.contains(phrase.as_str()))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum EnhancedPattern {
    Any,
    None,
    Code { subject: Option<u16>, detail: Option<u16> },
}

impl EnhancedPattern {
    fn read(text: &str) -> Option<Self> {
        let rest = match text {
            "any" => return Some(Self::Any),
            "none" => return Some(Self::None),
            // The class is that of the reply (see `SmtpReply::enhanced`), so it is not repeated here.
            _ => text.strip_prefix("x.")?,
        };
        let (subject, detail) = rest.split_once('.')?;
        let number = |text: &str| match text {
            "x" => Some(None),
            _ => text.parse().ok().map(Some),
        };
        Some(Self::Code { subject: number(subject)?, detail: number(detail)? })
    }

    fn fits(&self, enhanced: Option<EnhancedCode>) -> bool {
        match (self, enhanced) {
            (Self::Any, _) | (Self::None, None) => true,
            (Self::Code { subject, detail }, Some(code)) => {
                subject.is_none_or(|subject| subject == code.subject())
                    && detail.is_none_or(|detail| detail == code.detail())
            }
            _ => false,
        }
    }
}

fn is_code_pattern(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|b| b == b'x' || b.is_ascii_digit())
}

fn class_named(name: &str) -> Option<ReplyClass> {
    CLASSES.into_iter().find(|class| class.code() == name)
}

/// The classes a row may name.
const CLASSES: [ReplyClass; 14] = [
    ReplyClass::Authentication,
    ReplyClass::Content,
    ReplyClass::Greylist,
    ReplyClass::MailboxFull,
    ReplyClass::Network,
    ReplyClass::NullMx,
    ReplyClass::Policy,
    ReplyClass::Protocol,
    ReplyClass::Rate,
    ReplyClass::Reputation,
    ReplyClass::SenderAddress,
    ReplyClass::System,
    ReplyClass::TooLarge,
    ReplyClass::UnknownMailbox,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_reads() {
        let text = include_str!("../../data/reply-classes.txt");
        let rows = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).count();
        assert_eq!(text.parse::<ReplyRules>().map(|rules| rules.len()), Ok(rows));
        assert_eq!(ReplyRules::builtin().len(), rows);
    }

    #[test]
    fn every_row_decides_for_a_reply_made_from_it() {
        for rule in &ReplyRules::builtin().rules {
            let code = rule.code.replacen('x', "4", 1).replace('x', "0");
            let enhanced = match rule.enhanced {
                EnhancedPattern::Code { subject, detail } => {
                    let class = code.chars().next().unwrap();
                    format!("{class}.{}.{} ", subject.unwrap_or(0), detail.unwrap_or(0))
                }
                _ => String::new(),
            };
            let text = format!("{code} {enhanced}{}", rule.phrase.as_deref().unwrap_or(""));
            let reply: SmtpReply = text.parse().unwrap();
            assert_eq!(reply.class(), rule.class, "{text}");
        }
    }

    #[test]
    fn rows_without_all_columns_are_refused() {
        let check = |row: &str| {
            let error =
                format!("rate | 4xx | any | a | b\n{row}").parse::<ReplyRules>().unwrap_err();
            assert_eq!(error.to_string(), "invalid rule at byte 25", "{row}");
        };
        check("rate | 4xx | any | a");
        check("rate | 4xx | any | a | b | c");
        check("speed | 4xx | any | a | b");
        check("rate | 4x | any | a | b");
        check("rate | 4xx | 5.7.1 | a | b");
        check("rate | 4xx | any |  | b");
    }
}
