//! Finds the first row that fits, in one pass over the text.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use smallvec::SmallVec;

use super::row::{Fragment, ReplyRule};
use crate::{EnhancedCode, ParseError, ParseErrorKind};

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
    /// Rows without a phrase, by the whole code that they ask for.
    coded: BTreeMap<(u16, u16), Vec<usize>>,
    /// Those that ask for no whole code.
    open: Vec<usize>,
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
                None => matcher.without_phrase(rule).push(row),
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

    fn without_phrase(&mut self, rule: &ReplyRule) -> &mut Vec<usize> {
        match rule.whole_code() {
            Some(code) => self.coded.entry(code).or_default(),
            None => &mut self.open,
        }
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
        enhanced: Option<EnhancedCode>,
        text: &str,
        fits: impl Fn(&ReplyRule) -> bool,
    ) -> Option<usize> {
        let seen = self.seen(text.as_bytes());
        let fits = |row: &usize| rules.get(*row).is_some_and(&fits);
        let whole = |row: &usize| {
            self.others.get(*row).is_some_and(|others| others.iter().all(|&at| seen.holds(at)))
        };
        let begun = seen.numbers.iter().filter_map(|&at| self.begun.get(at)).flatten().copied();
        let phrased = begun.filter(|row| fits(row) && whole(row)).min();
        let code = enhanced.map(|code| (code.subject(), code.detail()));
        let coded = code.and_then(|code| self.coded.get(&code)).into_iter().flatten();
        let coded = coded.copied().find(fits);
        let open = self.open.iter().copied().find(fits);
        [phrased, coded, open].into_iter().flatten().min()
    }

    fn seen(&self, text: &[u8]) -> Seen {
        let mut seen = Seen { bits: [0; WORDS], numbers: SmallVec::new() };
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

/// The fragments that occur, each once: as bits, and in the order in which they were found.
struct Seen {
    bits: [u64; WORDS],
    numbers: SmallVec<[usize; 16]>,
}

impl Seen {
    fn add(&mut self, number: usize) {
        if self.holds(number) {
            return;
        }
        if let Some(word) = self.bits.get_mut(number / 64) {
            *word |= 1 << (number % 64);
            self.numbers.push(number);
        }
    }

    fn holds(&self, number: usize) -> bool {
        self.bits.get(number / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
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
