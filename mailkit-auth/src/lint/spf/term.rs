//! The terms of a record, read without asking whether they are right.

use std::ops::Range;

/// One term and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term<'a> {
    /// From the qualifier to the last byte of the value.
    pub(super) span: Range<usize>,
    /// The white space before the term begins here.
    pub(super) gap: usize,
    pub(super) qualifier: Option<char>,
    pub(super) name: &'a str,
    /// `:`, `=` or `/`, whichever follows the name.
    pub(super) separator: Option<char>,
    /// What follows the separator; with `/`, the separator is part of it.
    pub(super) value: &'a str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    All,
    Include,
    A,
    Mx,
    Ptr,
    Ip4,
    Ip6,
    Exists,
    Redirect,
    Exp,
    Unknown,
}

impl Kind {
    pub(super) fn costs_lookup(self) -> bool {
        matches!(
            self,
            Self::Include | Self::A | Self::Mx | Self::Ptr | Self::Exists | Self::Redirect
        )
    }

    pub(super) fn is_modifier(self) -> bool {
        matches!(self, Self::Redirect | Self::Exp)
    }
}

impl Term<'_> {
    pub(super) fn kind(&self) -> Kind {
        match self.name.to_ascii_lowercase().as_str() {
            "all" => Kind::All,
            "include" => Kind::Include,
            "a" => Kind::A,
            "mx" => Kind::Mx,
            "ptr" => Kind::Ptr,
            "ip4" => Kind::Ip4,
            "ip6" => Kind::Ip6,
            "exists" => Kind::Exists,
            "redirect" => Kind::Redirect,
            "exp" => Kind::Exp,
            _ => Kind::Unknown,
        }
    }

    /// Whether a receiver takes the term for a mechanism, known or not.
    pub(super) fn is_mechanism(&self) -> bool {
        self.separator != Some('=') && !self.kind().is_modifier()
    }

    /// The name and the separator, without the qualifier.
    pub(super) fn head(&self) -> String {
        let separator = self.separator.filter(|separator| *separator != '/');
        self.name.chars().chain(separator).collect()
    }

    pub(super) fn name_span(&self) -> Range<usize> {
        let start = self.span.start + self.qualifier.map_or(0, char::len_utf8);
        start..start + self.name.len()
    }

    pub(super) fn head_span(&self) -> Range<usize> {
        let name = self.name_span();
        name.start..name.end + usize::from(matches!(self.separator, Some(':' | '=')))
    }

    pub(super) fn value_span(&self) -> Range<usize> {
        self.span.end - self.value.len()..self.span.end
    }

    /// The term with the white space before it: what to cut to remove it.
    pub(super) fn removal(&self) -> Range<usize> {
        self.gap..self.span.end
    }

    /// The domain of the value, without a CIDR length.
    pub(super) fn target(&self) -> &str {
        let mut in_macro = false;
        let slash = self.value.find(|c| {
            match c {
                '{' => in_macro = true,
                '}' => in_macro = false,
                _ => {}
            }
            // A slash inside `%{…}` is a delimiter of the macro.
            c == '/' && !in_macro
        });
        slash.and_then(|at| self.value.get(..at)).unwrap_or(self.value)
    }

    /// What follows the target: `/24`, `//64`, `/24//64`, or nothing.
    pub(super) fn cidr(&self) -> &str {
        self.value.get(self.target().len()..).unwrap_or_default()
    }
}

/// The terms after the version.
pub(super) fn terms(text: &str) -> Vec<Term<'_>> {
    let mut terms = Vec::new();
    let mut end = text.find(' ').unwrap_or(text.len());
    while let Some(rest) = text.get(end..).filter(|rest| !rest.is_empty()) {
        let start = end + rest.len() - rest.trim_start_matches(' ').len();
        let word = text.get(start..).and_then(|rest| rest.split(' ').next()).unwrap_or_default();
        if word.is_empty() {
            break;
        }
        terms.push(read(word, start, end));
        end = start + word.len();
    }
    terms
}

fn read(word: &str, start: usize, gap: usize) -> Term<'_> {
    let qualifier = word.chars().next().filter(|c| matches!(c, '+' | '-' | '~' | '?'));
    // A second qualifier stays in the name and makes it unknown.
    let body = word.get(qualifier.map_or(0, char::len_utf8)..).unwrap_or_default();
    let head = body.find([':', '=', '/']).unwrap_or(body.len());
    let separator = body.get(head..).and_then(|rest| rest.chars().next());
    let skip = usize::from(matches!(separator, Some(':' | '=')));
    Term {
        span: start..start + word.len(),
        gap,
        qualifier,
        name: body.get(..head).unwrap_or_default(),
        separator,
        value: body.get(head + skip..).unwrap_or_default(),
    }
}
