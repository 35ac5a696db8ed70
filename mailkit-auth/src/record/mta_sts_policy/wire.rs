//! How a policy is read and written.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use super::MtaStsPolicy;
use crate::record::{check_length, is_field_name};
use crate::{RecordError, RecordErrorKind, ValueError};

/// A line of a policy, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line<'a> {
    pub(crate) name: &'a str,
    /// Without the white space around it.
    pub(crate) value: &'a str,
    pub(crate) span: Range<usize>,
    pub(crate) value_span: Range<usize>,
    /// Where the next line begins.
    pub(crate) next: usize,
}

impl Line<'_> {
    fn parse<T: FromStr<Err: Into<ValueError>>>(&self) -> Result<T, RecordError> {
        self.value.parse().map_err(|error: T::Err| self.invalid().with_cause(error))
    }

    fn invalid(&self) -> RecordError {
        let kind = RecordErrorKind::InvalidValue { tag: self.name.to_owned() };
        RecordError::new(kind, self.value_span.clone())
    }

    fn number(&self) -> Result<u64, RecordError> {
        let digits = (1..=10).contains(&self.value.len())
            && self.value.bytes().all(|byte| byte.is_ascii_digit());
        self.value.parse().ok().filter(|_| digits).ok_or_else(|| self.invalid())
    }

    /// What an unknown key holds: no control characters (`sts-policy-ext-value`).
    fn extension(&self) -> Result<(String, String), RecordError> {
        if self.value.is_empty() || self.value.contains(|c: char| c.is_ascii_control()) {
            return Err(self.invalid());
        }
        Ok((self.name.to_owned(), self.value.to_owned()))
    }
}

/// Longest policy that is read. RFC 8461 section 3.3 suggests 64 KiB to clients.
pub(crate) const MAX_OCTETS: usize = 64 * 1024;

/// The lines of a policy, or what is wrong with each. White space may stand after the colon and at
/// the end of a line; empty lines at the end of the text are passed over.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = Result<Line<'_>, RecordError>> {
    let mut at = 0;
    let lines = text.trim_end_matches(['\r', '\n', ' ', '\t']).split_inclusive('\n');
    lines.map(move |line| {
        let start = at;
        at += line.len();
        read_line(line, start)
    })
}

fn read_line(line: &str, start: usize) -> Result<Line<'_>, RecordError> {
    let next = start + line.len();
    let line = line.strip_suffix('\n').unwrap_or(line);
    let line = line.strip_suffix('\r').unwrap_or(line).trim_end_matches(BLANK);
    let span = start..start + line.len();
    match line.split_once(':') {
        Some((name, rest)) if is_field_name(name) => {
            let value = rest.trim_start_matches(BLANK);
            let value_span = span.end - value.len()..span.end;
            Ok(Line { name, value, span, value_span, next })
        }
        _ => Err(RecordError::new(RecordErrorKind::MalformedTag, span)),
    }
}

/// White space within a line.
const BLANK: [char; 2] = [' ', '\t'];

impl FromStr for MtaStsPolicy {
    type Err = RecordError;

    fn from_str(text: &str) -> Result<Self, RecordError> {
        check_length(text, MAX_OCTETS)?;
        let (mut version, mut mode, mut max_age) = (None, None, None);
        let (mut mx, mut extensions) = (Vec::new(), Vec::new());
        for line in lines(text) {
            let line = line?;
            match line.name {
                "version" => _ = version.get_or_insert(line),
                "mode" if mode.is_none() => mode = Some(line.parse()?),
                "max_age" if max_age.is_none() => max_age = Some(line.number()?),
                "mx" => mx.push(line.parse()?),
                // Of a key that stands twice the first counts (RFC 8461 section 3.2).
                "mode" | "max_age" => {}
                _ => extensions.push(line.extension()?),
            }
        }
        check_version(version.as_ref(), text)?;
        let mode = mode.ok_or_else(|| missing("mode", text))?;
        let max_age = max_age.ok_or_else(|| missing("max_age", text))?;
        if mx.is_empty() && mode != super::Mode::None {
            return Err(missing("mx", text));
        }
        Ok(Self { mode, mx, max_age, extensions })
    }
}

fn check_version(line: Option<&Line<'_>>, text: &str) -> Result<(), RecordError> {
    let line = line.ok_or_else(|| missing("version", text))?;
    let kind = RecordErrorKind::WrongVersion { expected: VERSION };
    if line.value == "STSv1" { Ok(()) } else { Err(RecordError::new(kind, line.span.clone())) }
}

fn missing(tag: &'static str, text: &str) -> RecordError {
    RecordError::new(RecordErrorKind::MissingTag { tag }, text.len()..text.len())
}

/// The line of the only version there is.
const VERSION: &str = "version: STSv1";

impl fmt::Display for MtaStsPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{VERSION}\nmode: {}", self.mode)?;
        self.mx.iter().try_for_each(|pattern| writeln!(f, "mx: {pattern}"))?;
        writeln!(f, "max_age: {}", self.max_age)?;
        self.extensions.iter().try_for_each(|(name, value)| writeln!(f, "{name}: {value}"))
    }
}
