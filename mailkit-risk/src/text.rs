//! Text as it is compared: folded, without the characters nobody sees.

use std::ops::Range;

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// Lower case, compatibility forms replaced, marks and invisible characters dropped, white space made one blank.
///
/// So `Überweisung`, `uberweisung` and `ＵＢＥＲ\u{200b}weisung` are the same word.
pub(crate) fn fold(text: &str) -> String {
    let mut folder = Folder::default();
    for c in text.chars() {
        folder.push(c);
    }
    folder.output
}

/// The byte of the original text from which the byte `position` of its folded form came.
pub(crate) fn original_offset(original: &str, position: usize) -> usize {
    let mut folder = Folder::default();
    for (offset, c) in original.char_indices() {
        folder.push(c);
        if folder.output.len() > position {
            return offset;
        }
    }
    original.len()
}

/// The words of a person's name, in the order of the alphabet: `Müller, Ann` and `Dr. Ann Mueller (Director)` are one person.
pub(crate) fn name_words(name: &str) -> Vec<String> {
    let folded = fold(name);
    let mut words: Vec<String> = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !TITLES.contains(word))
        .map(plain_letters)
        .collect();
    words.sort_unstable();
    words
}

/// Umlauts and their kin are written as two letters or as one; folding has dropped the marks of the one.
fn plain_letters(word: &str) -> String {
    let mut word = word.to_owned();
    for (written, plain) in
        [("ae", "a"), ("æ", "a"), ("oe", "o"), ("ø", "o"), ("œ", "o"), ("ue", "u")]
    {
        word = word.replace(written, plain);
    }
    word
}

/// The ranges of the folded form that come from quoted lines (`> …`), in order.
pub(crate) fn quoted(original: &str) -> Vec<Range<usize>> {
    let mut folder = Folder::default();
    let mut ranges = Vec::new();
    for line in original.split_inclusive('\n') {
        let start = folder.output.len();
        for c in line.chars() {
            folder.push(c);
        }
        if line.trim_start().starts_with('>') {
            ranges.push(start..folder.output.len());
        }
    }
    ranges
}

#[derive(Default)]
struct Folder {
    output: String,
}

impl Folder {
    fn push(&mut self, c: char) {
        if c.is_ascii() {
            self.push_simple(c);
        } else if !is_invisible(c) && !is_bidi_control(c) {
            decompose_compatible(c, |part| self.push_simple(part));
        }
    }

    fn push_simple(&mut self, c: char) {
        if c.is_whitespace() {
            if !self.output.is_empty() && !self.output.ends_with(' ') {
                self.output.push(' ');
            }
        } else if c == 'ß' {
            self.output.push_str("ss");
        } else if !c.is_control() && !is_combining_mark(c) {
            self.output.extend(c.to_lowercase().filter(|lower| !is_combining_mark(*lower)));
        }
    }
}

/// Characters that show nothing or are not drawn: they split words for a machine and not for a reader. These are the
/// format characters (general category Cf), the default ignorable ones (UAX 44) and the blank of Braille, without
/// [those that turn the direction](is_bidi_control).
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}'
        | '\u{8e2}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}'
        | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Characters that turn the direction of writing (UAX 9): embeddings, overrides and isolates.
pub(crate) fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Han, kana and Hangul: scripts in which a word has no blank around it, or an ending glued to it.
pub(crate) fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' | '\u{e00}'..='\u{e7f}')
}

/// A short piece of outside text that is safe in a log, a header or a page of plain text.
pub(crate) fn evidence(text: &str) -> String {
    let visible = text.chars().filter(|c| !is_invisible(*c));
    let safe = visible.map(|c| if c.is_control() || is_bidi_control(c) { '\u{fffd}' } else { c });
    let mut short: String = safe.clone().take(MAX_EVIDENCE).collect();
    if safe.count() > MAX_EVIDENCE {
        short.push('…');
    }
    short
}

/// A mail address of which a log may keep the domain but not the person.
pub(crate) fn redacted_address(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, host)) => format!("{}…@{host}", local.chars().next().unwrap_or_default()),
        None => address.to_owned(),
    }
}

/// The longest start of a text that has at most this many bytes.
pub(crate) fn truncate(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or(text)
}

/// What stands around the name of a person on a card.
const TITLES: [&str; 40] = [
    "ba",
    "bsc",
    "ceo",
    "cfo",
    "chairman",
    "cio",
    "coo",
    "cto",
    "dipl",
    "direktor",
    "director",
    "dr",
    "executive",
    "frau",
    "fr",
    "geschaftsfuhrer",
    "geschaftsfuhrerin",
    "gf",
    "herr",
    "hr",
    "ing",
    "jr",
    "ma",
    "manager",
    "managing",
    "mba",
    "md",
    "miss",
    "mr",
    "mrs",
    "ms",
    "msc",
    "officer",
    "phd",
    "president",
    "prof",
    "sr",
    "sra",
    "sir",
    "vp",
];
const MAX_EVIDENCE: usize = 80;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn folds() {
        for (input, expected) in [
            ("Überweisung", "uberweisung"),
            ("U\u{308}ber\u{200b}weisung", "uberweisung"),
            ("ＵＲＧＥＮＴ　now\r\n\t!", "urgent now !"),
            ("Straße", "strasse"),
            ("账号", "账号"),
            ("\u{202e}abc", "abc"),
            (
                "a\u{200e}b\u{61c}c\u{206a}d\u{fff9}e\u{3164}f\u{ffa0}g\u{115f}h\u{1d173}i\u{2800}j",
                "abcdefghij",
            ),
        ] {
            assert_eq!(fold(input), expected);
        }
    }

    #[test]
    fn reads_names_in_any_order() {
        for name in
            ["Ann Müller", "Müller, Ann", "Ann Müller (Director)", "Dr. Ann Müller", "MUELLER Ann"]
        {
            assert_eq!(name_words(name), ["ann", "muller"], "{name}");
        }
        for (name, expected) in
            [("Ann Mullers", &["ann", "mullers"][..]), ("李明", &["李明"]), ("Dr.", &[])]
        {
            assert_eq!(name_words(name), expected, "{name}");
        }
    }

    #[test]
    fn finds_quoted_lines() {
        let original = "New\n> Ä\u{308}lt\n  >> more\nend > it\n";
        let folded = fold(original);
        let lines: Vec<&str> =
            quoted(original).into_iter().filter_map(|it| folded.get(it)).map(str::trim).collect();
        assert_eq!(lines, ["> alt", ">> more"]);
    }

    #[test]
    fn evidence_is_short_and_plain() {
        assert_eq!(evidence("a\r\nb\u{202e}c\u{200b}d"), "a\u{fffd}\u{fffd}b\u{fffd}cd");
        assert_eq!(evidence(&"x".repeat(200)).chars().count(), MAX_EVIDENCE + 1);
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,60}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn positions_come_back(text in "[a-zäöü \\u{200b}]{0,40}", at in 0_usize..60) {
            prop_assert!(text.is_char_boundary(original_offset(&text, at)));
        }
    }
}
