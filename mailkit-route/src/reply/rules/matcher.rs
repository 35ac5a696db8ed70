//! Finds the first row that fits, in one pass over the text.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::row::{Fragment, ReplyRule};
use crate::{ParseError, ParseErrorKind};

/// The most different fragments: what was seen of a reply is a set of bits on the stack.
pub(super) const MAX_FRAGMENTS: usize = WORDS * 64;

const WORDS: usize = 32;

/// All fragments of all rows in one automaton. Work is linear in the text, whatever it holds: each
/// fragment is noted once, then the rows of the noted ones are looked at.
#[derive(Debug, Clone, Default)]
pub(super) struct Matcher {
    /// `None` where no row has a phrase.
    automaton: Option<AhoCorasick>,
    fragments: Vec<Spot>,
    /// Rows whose phrase begins with the fragment of that number.
    begun: Vec<Vec<usize>>,
    /// The fragments of each row after its first.
    others: Vec<Vec<usize>>,
    /// Rows without a phrase.
    plain: Vec<usize>,
}

#[derive(Debug, Clone, Copy)]
struct Spot {
    begins_word: bool,
    ends_word: bool,
}

impl Matcher {
    pub(super) fn new(rules: &[ReplyRule]) -> Result<Self, ParseError> {
        let mut numbers = BTreeMap::new();
        let mut matcher = Self::default();
        let mut texts = Vec::new();
        for (row, rule) in rules.iter().enumerate() {
            let mut held = rule.fragments().map(|fragment| {
                *numbers.entry(fragment).or_insert_with(|| matcher.note(&mut texts, fragment))
            });
            let first = held.next();
            let others = held.collect();
            matcher.others.push(others);
            match first.and_then(|first| matcher.begun.get_mut(first)) {
                Some(rows) => rows.push(row),
                None => matcher.plain.push(row),
            }
        }
        if texts.len() > MAX_FRAGMENTS {
            let kind = ParseErrorKind::TooMany { limit: MAX_FRAGMENTS };
            return Err(ParseError::new(kind, 0..0));
        }
        if !texts.is_empty() {
            matcher.automaton = Some(automaton(&texts)?);
        }
        Ok(matcher)
    }

    fn note<'a>(&mut self, texts: &mut Vec<&'a str>, fragment: Fragment<'a>) -> usize {
        let Fragment { text, begins_word, ends_word } = fragment;
        texts.push(text);
        self.fragments.push(Spot { begins_word, ends_word });
        self.begun.push(Vec::new());
        texts.len() - 1
    }

    /// The first row whose phrase is in `text` and that `fits` otherwise.
    pub(super) fn first(
        &self,
        rules: &[ReplyRule],
        text: &str,
        fits: impl Fn(&ReplyRule) -> bool,
    ) -> Option<usize> {
        let seen = self.seen(text.as_bytes());
        let fits = |row: &usize| rules.get(*row).is_some_and(&fits);
        let whole = |row: &usize| {
            self.others.get(*row).is_some_and(|others| others.iter().all(|&at| seen.holds(at)))
        };
        let begun = seen.iter().filter_map(|at| self.begun.get(at)).flatten().copied();
        let phrased = begun.filter(|row| fits(row) && whole(row)).min();
        let before = |row: &usize| phrased.is_none_or(|phrased| *row < phrased);
        let plain = self.plain.iter().copied().take_while(before).find(fits);
        plain.or(phrased)
    }

    fn seen(&self, text: &[u8]) -> Seen {
        let mut seen = Seen([0; WORDS]);
        let Some(automaton) = &self.automaton else { return seen };
        for found in automaton.find_overlapping_iter(text) {
            let number = found.pattern().as_usize();
            let Some(spot) = self.fragments.get(number) else { continue };
            let before = found.start().checked_sub(1).and_then(|at| text.get(at));
            let after = text.get(found.end());
            if !(spot.begins_word && is_word(before) || spot.ends_word && is_word(after)) {
                seen.add(number);
            }
        }
        seen
    }
}

/// Bits of the fragments that occur.
struct Seen([u64; WORDS]);

impl Seen {
    fn add(&mut self, number: usize) {
        if let Some(word) = self.0.get_mut(number / 64) {
            *word |= 1 << (number % 64);
        }
    }

    fn holds(&self, number: usize) -> bool {
        self.0.get(number / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    fn iter(&self) -> impl Iterator<Item = usize> {
        (0..).zip(self.0).flat_map(|(at, mut word): (usize, u64)| {
            std::iter::from_fn(move || {
                let bit = word.trailing_zeros();
                (bit < u64::BITS).then(|| {
                    word &= word - 1;
                    at * 64 + bit as usize
                })
            })
        })
    }
}

fn is_word(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())
}

/// A dense automaton is fastest, but its size grows with the table: a large one gets the compact form.
fn automaton(texts: &[&str]) -> Result<AhoCorasick, ParseError> {
    let dense = texts.iter().map(|text| text.len()).sum::<usize>() <= DENSE_BYTES;
    let kind = if dense { AhoCorasickKind::DFA } else { AhoCorasickKind::ContiguousNFA };
    let built = AhoCorasick::builder().ascii_case_insensitive(true).kind(Some(kind)).build(texts);
    built.map_err(|_| ParseError::new(ParseErrorKind::TooMany { limit: MAX_FRAGMENTS }, 0..0))
}

/// A byte of phrase is at most one state of some 250 bytes.
const DENSE_BYTES: usize = 16 * 1024;
