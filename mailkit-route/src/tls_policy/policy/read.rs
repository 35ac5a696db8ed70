//! How a policy is read.

use std::time::Duration;

use super::{MtaStsMode, MtaStsPolicy};
use crate::{ParseError, ParseErrorKind, tls_policy::MxPattern};

pub(super) fn policy(text: &str) -> Result<MtaStsPolicy, ParseError> {
    let limit = MtaStsPolicy::MAX_BYTES;
    if text.len() > limit {
        return Err(ParseError::new(ParseErrorKind::TooLong { limit }, limit..text.len()));
    }
    let mut draft = Draft::default();
    let mut next = 0;
    for line in text.split_inclusive('\n') {
        let start = next;
        next += line.len();
        let line = line.trim_end_matches(['\n', '\r', ' ', '\t']);
        if !line.is_empty() {
            draft.read(&Field::new(line, start)?)?;
        }
    }
    draft.finish(text.len())
}

/// One line: a name, a colon and a value, which begins at this byte of the text.
struct Field<'a> {
    name: &'a str,
    value: &'a str,
    at: usize,
}

impl<'a> Field<'a> {
    fn new(line: &'a str, start: usize) -> Result<Self, ParseError> {
        let end = start + line.len();
        let malformed = || ParseError::new(ParseErrorKind::MalformedField, start..end);
        let (name, value) = line.split_once(':').ok_or_else(malformed)?;
        let value = value.trim_start_matches([' ', '\t']);
        Ok(Self { name, value, at: end - value.len() })
    }

    fn error(&self, kind: ParseErrorKind) -> ParseError {
        ParseError::new(kind, self.at..self.at + self.value.len())
    }

    fn mode(&self) -> Result<MtaStsMode, ParseError> {
        match self.value {
            "enforce" => Ok(MtaStsMode::Enforce),
            "testing" => Ok(MtaStsMode::Testing),
            "none" => Ok(MtaStsMode::None),
            _ => Err(self.error(ParseErrorKind::InvalidField { name: "mode" })),
        }
    }

    /// One to ten digits; a number above a year counts as a year.
    fn max_age(&self) -> Result<Duration, ParseError> {
        let formed = (1..=10).contains(&self.value.len())
            && self.value.bytes().all(|byte| byte.is_ascii_digit());
        let seconds = self.value.parse().ok().filter(|_| formed);
        let invalid = || self.error(ParseErrorKind::InvalidField { name: "max_age" });
        let age = Duration::from_secs(seconds.ok_or_else(invalid)?);
        Ok(age.min(MtaStsPolicy::MAX_AGE))
    }

    fn pattern(&self) -> Result<MxPattern, ParseError> {
        self.value.parse().map_err(|error: ParseError| error.shifted(self.at))
    }
}

/// What was read so far.
#[derive(Default)]
struct Draft {
    version: Option<()>,
    mode: Option<MtaStsMode>,
    mx: Vec<MxPattern>,
    max_age: Option<Duration>,
}

impl Draft {
    fn read(&mut self, field: &Field<'_>) -> Result<(), ParseError> {
        match field.name {
            "version" if self.version.is_none() => {
                if field.value != "STSv1" {
                    return Err(field.error(ParseErrorKind::WrongVersion { expected: "STSv1" }));
                }
                self.version = Some(());
            }
            "mode" if self.mode.is_none() => self.mode = Some(field.mode()?),
            "max_age" if self.max_age.is_none() => self.max_age = Some(field.max_age()?),
            "mx" => self.pattern(field)?,
            // A later duplicate counts as little as a name that the standard does not know.
            _ => {}
        }
        Ok(())
    }

    fn pattern(&mut self, field: &Field<'_>) -> Result<(), ParseError> {
        let limit = MtaStsPolicy::MAX_PATTERNS;
        if self.mx.len() >= limit {
            return Err(field.error(ParseErrorKind::TooMany { limit }));
        }
        self.mx.push(field.pattern()?);
        Ok(())
    }

    fn finish(self, end: usize) -> Result<MtaStsPolicy, ParseError> {
        let missing = |name| ParseError::new(ParseErrorKind::MissingField { name }, end..end);
        self.version.ok_or_else(|| missing("version"))?;
        let mode = self.mode.ok_or_else(|| missing("mode"))?;
        let max_age = self.max_age.ok_or_else(|| missing("max_age"))?;
        if self.mx.is_empty() && mode != MtaStsMode::None {
            return Err(missing("mx"));
        }
        Ok(MtaStsPolicy { mode, mx: self.mx.into(), max_age })
    }
}
