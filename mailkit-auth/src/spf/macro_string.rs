//! The macro language of SPF (RFC 7208 section 7).

mod expand;

use std::ops::Range;

pub(crate) use expand::{Facts, Fixed, MAX_EXPANSION, UNKNOWN, expand_fixed, name};

use crate::text::find;
use crate::{RecordError, RecordErrorKind};

/// A piece of a macro string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part<'t> {
    /// Visible characters and, in explanations, spaces.
    Literal(&'t str),
    /// `%%`, `%_` or `%-`, by what it stands for.
    Escape(&'static str),
    /// `%{…}`.
    Macro(Macro<'t>),
}

/// `%{` letter, digits, `r`, delimiters `}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Macro<'t> {
    letter: char,
    /// An upper-case letter asks for URL escapes.
    escaped: bool,
    /// How many of the right-hand labels are kept.
    keep: usize,
    reversed: bool,
    /// Where the value is split; dots if empty.
    delimiters: &'t str,
}

impl<'t> Macro<'t> {
    fn read(body: &'t str) -> Option<Self> {
        let mut rest = body.chars();
        let letter = rest.next()?;
        let transformers = rest.as_str();
        let marks = transformers.trim_start_matches(|c: char| c.is_ascii_digit());
        let digits = transformers.strip_suffix(marks)?;
        let delimiters = marks.strip_prefix(['r', 'R']).unwrap_or(marks);
        let read = Self {
            letter: letter.to_ascii_lowercase(),
            escaped: letter.is_ascii_uppercase(),
            // More digits than a number holds keep everything, as any large number does.
            keep: if digits.is_empty() { usize::MAX } else { digits.parse().unwrap_or(usize::MAX) },
            reversed: delimiters.len() < marks.len(),
            delimiters,
        };
        let known = LETTERS.contains(read.letter) && read.keep > 0;
        (known && delimiters.chars().all(|c| DELIMITERS.contains(c))).then_some(read)
    }

    /// `c`, `r` and `t` have a value only in the text of an explanation (section 7.2).
    pub(crate) fn is_for_explanations(&self) -> bool {
        "crt".contains(self.letter)
    }
}

/// The pieces of a macro string and where they stand; the last is an error where the grammar is
/// broken.
pub(crate) fn parts(
    text: &str,
) -> impl Iterator<Item = Result<(Range<usize>, Part<'_>), RecordError>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let at = text.len() - rest.len();
        match next_part(rest) {
            Some((part, after)) => {
                rest = after;
                Some(Ok((at..text.len() - rest.len(), part)))
            }
            None => {
                let end =
                    at + rest.find('}').filter(|_| rest.starts_with("%{")).map_or(1, |end| end + 1);
                rest = "";
                Some(Err(RecordError::new(RecordErrorKind::InvalidMacro, at..end)))
            }
        }
    })
}

fn next_part(text: &str) -> Option<(Part<'_>, &str)> {
    let Some(escape) = text.strip_prefix('%') else {
        let (literal, rest) = text.split_at(find(text, b'%').unwrap_or(text.len()));
        return Some((Part::Literal(literal), rest));
    };
    if let Some(opened) = escape.strip_prefix('{') {
        let (body, rest) = opened.split_once('}')?;
        return Some((Part::Macro(Macro::read(body)?), rest));
    }
    let mut rest = escape.chars();
    let value = match rest.next()? {
        '%' => "%",
        '_' => " ",
        '-' => "%20",
        _ => return None,
    };
    Some((Part::Escape(value), rest.as_str()))
}

/// Where the text asks for the validated name of the client (`%{p}`), which costs lookups.
pub(crate) fn validated_names(text: &str) -> impl Iterator<Item = Range<usize>> {
    parts(text).flatten().filter_map(|(span, part)| match part {
        Part::Macro(Macro { letter: 'p', .. }) => Some(span),
        _ => None,
    })
}

/// Whether the text means something else in the record of another domain: by the macros `d` and `p`,
/// whose values are those of the domain.
pub(crate) fn depends_on_domain(text: &str) -> bool {
    parts(text)
        .flatten()
        .any(|(_, part)| matches!(part, Part::Macro(Macro { letter: 'd' | 'p', .. })))
}

/// Whether the text begins with a macro that has a value only in explanations.
pub(crate) fn is_for_explanations(text: &str) -> bool {
    let first = parts(text).next();
    matches!(first, Some(Ok((_, Part::Macro(expansion)))) if expansion.is_for_explanations())
}

const LETTERS: &str = "slodiphvcrt";
const DELIMITERS: &str = ".-+,/_=";
