//! What has been met before.

use std::borrow::Cow;
use std::collections::HashSet;

use super::Grammar;

/// Words that have been met: a few are compared one by one, more are found by their hash.
pub(crate) struct Seen<'a> {
    key: fn(&'a str) -> Cow<'a, str>,
    is_same: fn(&str, &str) -> bool,
    few: [&'a str; FEW],
    count: usize,
    many: HashSet<Cow<'a, str>>,
}

/// Words that are compared one by one: more tags than a record has.
const FEW: usize = 16;

impl<'a> Seen<'a> {
    /// No word yet; two are the same if `is_same` says so, and then have the same `key`.
    pub(crate) fn new(key: fn(&'a str) -> Cow<'a, str>, is_same: fn(&str, &str) -> bool) -> Self {
        Self { key, is_same, few: [""; FEW], count: 0, many: HashSet::default() }
    }

    /// The names of a list.
    pub(crate) fn of_names(grammar: Grammar) -> Self {
        match grammar {
            Grammar::AnyCase => {
                Self::new(|name| Cow::Owned(name.to_ascii_lowercase()), str::eq_ignore_ascii_case)
            }
            Grammar::ExactCase | Grammar::Extensible | Grammar::Folded => {
                Self::new(Cow::Borrowed, |one, other| one == other)
            }
        }
    }

    /// Takes a word in, and says whether it is new.
    pub(crate) fn insert(&mut self, word: &'a str) -> bool {
        let few = self.few.get(..self.count.min(FEW)).unwrap_or_default();
        if few.iter().any(|other| (self.is_same)(word, other)) {
            return false;
        }
        let Some(free) = self.few.get_mut(self.count) else {
            return self.many.insert((self.key)(word));
        };
        *free = word;
        self.count += 1;
        true
    }
}
