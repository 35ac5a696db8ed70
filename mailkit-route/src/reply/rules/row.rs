//! One row of the table.

use std::fmt;

use crate::{EnhancedCode, ReplyClass};

/// One row: a reply that fits its codes and holds its phrase has its class.
///
/// Prints as the row of a table that reads back equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyRule {
    class: ReplyClass,
    code: CodePattern,
    enhanced: EnhancedPattern,
    phrase: Option<String>,
    source: String,
}

impl ReplyRule {
    pub(super) fn read(line: &str) -> Option<Self> {
        let mut columns = line.split('|').map(str::trim);
        let class = columns.next().and_then(class_named)?;
        let code = columns.next().and_then(CodePattern::read)?;
        let enhanced = columns.next().and_then(EnhancedPattern::read)?;
        let phrase = columns.next()?;
        let phrase = (phrase != "-").then(|| phrase.to_owned());
        let source = columns.next().filter(|source| !source.is_empty())?.to_owned();
        let rule = Self { class, code, enhanced, phrase, source };
        let sound =
            columns.next().is_none() && rule.fragments().all(|fragment| fragment.is_sound());
        sound.then_some(rule)
    }

    /// What a reply that fits means.
    #[must_use]
    pub fn class(&self) -> ReplyClass {
        self.class
    }

    /// The text that the reply holds, as the table writes it; `None` if every text fits.
    #[must_use]
    pub fn phrase(&self) -> Option<&str> {
        self.phrase.as_deref()
    }

    /// Where the row comes from, in words.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    pub(super) fn fits_codes(&self, code: u16, enhanced: Option<EnhancedCode>) -> bool {
        (self.code.low..=self.code.high).contains(&code) && self.enhanced.fits(enhanced)
    }

    /// Subject and detail, where the row asks for both.
    pub(super) fn whole_code(&self) -> Option<(u16, u16)> {
        match self.enhanced {
            EnhancedPattern::Code { subject, detail } => subject.zip(detail),
            EnhancedPattern::Any | EnhancedPattern::None => None,
        }
    }

    pub(super) fn fragments(&self) -> impl Iterator<Item = Fragment<'_>> {
        self.phrase.iter().flat_map(|phrase| phrase.split(" & ")).map(Fragment::read)
    }
}

impl fmt::Display for ReplyRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { class, code, enhanced, phrase, source } = self;
        let phrase = phrase.as_deref().unwrap_or("-");
        write!(f, "{class} | {code} | {enhanced} | {phrase} | {source}")
    }
}

/// A piece of a phrase, and whether a word must begin or end with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fragment<'a> {
    pub(super) text: &'a str,
    pub(super) begins_word: bool,
    pub(super) ends_word: bool,
}

impl<'a> Fragment<'a> {
    fn read(text: &'a str) -> Self {
        let text = text.trim();
        let (begins_word, text) = text.strip_prefix('<').map_or((false, text), |text| (true, text));
        let (ends_word, text) = text.strip_suffix('>').map_or((false, text), |text| (true, text));
        Self { text, begins_word, ends_word }
    }

    /// Replies are matched without white space in a row, so such a fragment could never occur.
    fn is_sound(&self) -> bool {
        let single = !self.text.contains("  ") && !self.text.starts_with("& ");
        !self.text.is_empty() && self.text.trim() == self.text && single
    }
}

/// Three digits of which the last may be any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct CodePattern {
    low: u16,
    high: u16,
}

impl CodePattern {
    fn read(text: &str) -> Option<Self> {
        let digits = text.trim_end_matches('x');
        let plain = text.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit());
        let low = text.replace('x', "0").parse().ok().filter(|_| plain)?;
        Some(Self { low, high: text.replace('x', "9").parse().ok()? })
    }
}

impl fmt::Display for CodePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:03}", self.low);
        let fixed = match self.high - self.low {
            0 => 3,
            9 => 2,
            99 => 1,
            _ => 0,
        };
        write!(f, "{:x<3}", digits.get(..fixed).unwrap_or_default())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
            _ => crate::reply::plain_number(text).map(Some),
        };
        Some(Self::Code { subject: number(subject)?, detail: number(detail)? })
    }

    fn fits(self, enhanced: Option<EnhancedCode>) -> bool {
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

impl fmt::Display for EnhancedPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = |number: &Option<u16>| number.map_or_else(|| "x".into(), |n| n.to_string());
        match self {
            Self::Any => f.write_str("any"),
            Self::None => f.write_str("none"),
            Self::Code { subject, detail } => write!(f, "x.{}.{}", number(subject), number(detail)),
        }
    }
}

/// A row may not name what the first digit alone decides.
fn class_named(name: &str) -> Option<ReplyClass> {
    let told = |class: &&ReplyClass| **class != ReplyClass::Positive && class.code() == name;
    ReplyClass::ALL.iter().find(told).copied()
}
