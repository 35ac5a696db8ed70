//! Phrases and what they mean, in several languages.

use std::sync::LazyLock;
use std::time::Duration;

use aho_corasick::AhoCorasick;

use crate::intent::IntentKind;
use crate::language::Language;
use crate::table::{self, Row, TableError, TableErrorKind};
use crate::text;

/// A set of phrases, each with its topic and language, matched in one pass.
///
/// It reads from tables like those under `data/lexicon`: a `language` row, then rows of topic, phrase and, where the
/// topic knows a time, that time. A phrase is compared without case and marks, and as whole words; a `*` at its end lets
/// the last word go on. Scripts without blanks are matched anywhere.
///
/// ```
/// use mailkit_risk::Lexicon;
///
/// let lexicon = Lexicon::parse("language\tnl\nsecrecy\tstrikt vertrouwelijk\n")?;
/// assert_eq!(lexicon.len(), 1);
/// assert!(Lexicon::builtin().len() > 400);
/// # Ok::<(), mailkit_risk::TableError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Lexicon {
    automaton: AhoCorasick,
    phrases: Vec<Phrase>,
}

impl Lexicon {
    /// The phrases of this version of the crate: English, Chinese, German, Spanish, and words for “account” in others.
    #[must_use]
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<Lexicon> =
            LazyLock::new(|| table::built_in(Lexicon::parse(&BUILTIN_TABLES.concat())));
        &BUILTIN
    }

    /// Reads phrases.
    ///
    /// # Errors
    /// When a row names no topic, comes before any `language` row, or has the wrong number of cells.
    pub fn parse(text: &str) -> Result<Self, TableError> {
        let mut language = None;
        let mut patterns = Vec::new();
        let mut phrases = Vec::new();
        for row in table::rows(text) {
            if let ["language", tag] = row.cells.as_slice() {
                language = Some(tag.parse().map_err(|_| row.unreadable(tag))?);
                continue;
            }
            let language = language
                .ok_or_else(|| row.error(TableErrorKind::Missing("language".to_owned())))?;
            let (pattern, phrase) = Phrase::read(&row, language)?;
            patterns.push(pattern);
            phrases.push(phrase);
        }
        let too_large =
            |_| TableError { kind: TableErrorKind::TooLarge, line: text.lines().count() };
        let automaton = AhoCorasick::new(patterns).map_err(too_large)?;
        Ok(Self { automaton, phrases })
    }

    /// How many phrases there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.phrases.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.phrases.is_empty()
    }

    /// The phrases in a folded text, in the order in which they end.
    pub(crate) fn find(&self, folded: &str) -> Vec<Hit> {
        let matches = self.automaton.find_overlapping_iter(folded);
        let hits = matches.filter_map(|found| {
            let phrase = self.phrases.get(found.pattern().as_usize())?;
            phrase.fits(folded, found.start(), found.end()).then_some(Hit {
                phrase: *phrase,
                start: found.start(),
                end: found.end(),
            })
        });
        hits.take(MAX_HITS).collect()
    }
}

/// A phrase found in a folded text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit {
    pub(crate) phrase: Phrase,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Phrase {
    pub(crate) topic: Topic,
    pub(crate) language: Language,
    /// The time the phrase speaks of: how soon, or how long a unit is.
    pub(crate) time: Option<Duration>,
    word_start: bool,
    word_end: bool,
}

impl Phrase {
    fn read(row: &Row<'_>, language: Language) -> Result<(String, Self), TableError> {
        let (topic, phrase, time) = match *row.cells.as_slice() {
            [topic, phrase] => (topic, phrase, None),
            [topic, phrase, time] => {
                (topic, phrase, Some(read_time(time).ok_or_else(|| row.unreadable(time))?))
            }
            _ => return Err(row.error(TableErrorKind::CellCount)),
        };
        let topic = Topic::read(topic).ok_or_else(|| row.unreadable(topic))?;
        let (stem, goes_on) = phrase.strip_suffix('*').map_or((phrase, false), |stem| (stem, true));
        let folded = text::fold(stem);
        let (Some(first), Some(last)) = (folded.chars().next(), folded.chars().next_back()) else {
            return Err(row.unreadable(phrase));
        };
        let word_start = !text::is_unspaced(first);
        let word_end = !goes_on && !text::is_unspaced(last);
        Ok((folded, Self { topic, language, time, word_start, word_end }))
    }

    fn fits(&self, text: &str, start: usize, end: usize) -> bool {
        let before = text.get(..start).and_then(|head| head.chars().next_back());
        let after = text.get(end..).and_then(|tail| tail.chars().next());
        let joins =
            |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !text::is_unspaced(c));
        !(self.word_start && joins(before) || self.word_end && joins(after))
    }
}

/// What a phrase is evidence of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Topic {
    AccountChange,
    AccountLabel,
    Authority,
    Credentials,
    GiftCard,
    Intent(IntentKind),
    NotUrgent,
    Pressure,
    Secrecy,
    Unit,
    UnitWithin,
    Urgent,
    Within,
}

impl Topic {
    fn read(name: &str) -> Option<Self> {
        Some(match name {
            "account_change" => Self::AccountChange,
            "account_label" => Self::AccountLabel,
            "authority" => Self::Authority,
            "credentials" => Self::Credentials,
            "gift_card" => Self::GiftCard,
            "not_urgent" => Self::NotUrgent,
            "pressure" => Self::Pressure,
            "secrecy" => Self::Secrecy,
            "unit" => Self::Unit,
            "unit_within" => Self::UnitWithin,
            "urgent" => Self::Urgent,
            "within" => Self::Within,
            other => Self::Intent(other.parse().ok()?),
        })
    }
}

/// `30m`, `2h`, `3d`.
fn read_time(text: &str) -> Option<Duration> {
    let unit = text.chars().next_back()?;
    let count: u64 = text.strip_suffix(unit)?.parse().ok()?;
    let seconds = match unit {
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return None,
    };
    count.checked_mul(seconds).map(Duration::from_secs)
}

/// Enough for any honest text; one with more gets a reason that says so.
pub(crate) const MAX_HITS: usize = 2_000;

const BUILTIN_TABLES: [&str; 5] = [
    include_str!("../data/lexicon/en.tsv"),
    include_str!("../data/lexicon/zh.tsv"),
    include_str!("../data/lexicon/de.tsv"),
    include_str!("../data/lexicon/es.tsv"),
    include_str!("../data/lexicon/labels.tsv"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(table: &str, expected: Result<usize, &str>) {
        let read =
            Lexicon::parse(table).map(|lexicon| lexicon.len()).map_err(|error| error.to_string());
        assert_eq!(read, expected.map_err(str::to_owned), "{table}");
    }

    #[test]
    fn reads_tables() {
        check("language\ten\nsecrecy\tkeep this quiet\nurgent\tby noon\t4h\n", Ok(2));
        check("", Ok(0));
        check("secrecy\tquiet\n", Err("`language` is missing in line 1"));
        check("language\tqq\n", Err("unreadable cell `qq` in line 1"));
        check("language\ten\n# note\nsecret\tquiet\n", Err("unreadable cell `secret` in line 3"));
        check("language\ten\nurgent\tnow\tsoon\n", Err("unreadable cell `soon` in line 2"));
        check("language\ten\nsecrecy\t*\n", Err("unreadable cell `*` in line 2"));
        check("language\ten\nsecrecy\n", Err("wrong number of cells in line 2"));
    }

    #[test]
    fn matches_whole_words_and_unspaced_scripts() {
        let table =
            "language\ten\nsecrecy\tquiet\nsecrecy\tconfiden*\nlanguage\tzh-Hans\nsecrecy\t保密\n";
        let lexicon = Lexicon::parse(table).unwrap();
        for (text, expected) in [
            ("keep quiet", 1),
            ("quietly", 0),
            ("unquiet", 0),
            ("strictly confidential, QUIET!", 2),
            ("请保密谢谢", 1),
            ("请quiet谢谢", 1),
        ] {
            assert_eq!(lexicon.find(&text::fold(text)).len(), expected, "{text}");
        }
    }

    #[test]
    fn every_built_in_phrase_finds_itself_once() {
        let mut seen = std::collections::BTreeSet::new();
        let mut language = "";
        for row in BUILTIN_TABLES.iter().flat_map(|text| table::rows(text)) {
            if let ["language", tag] = row.cells.as_slice() {
                language = tag;
                continue;
            }
            let (topic, phrase) = (row.cells[0], row.cells[1]);
            assert!(
                seen.insert((language, topic, text::fold(phrase))),
                "{language} {topic} {phrase} stands twice"
            );
            let topic = Topic::read(topic).unwrap();
            let hits = Lexicon::builtin().find(&text::fold(phrase.trim_end_matches('*')));
            assert!(hits.iter().any(|hit| hit.phrase.topic == topic), "{language} {phrase}");
        }
    }
}
