//! Finding accounts in a text.

use std::ops::Range;

use super::{Account, iban_length};

/// The accounts in a folded text: IBANs anywhere, other numbers only after a label that ends at one of `label_ends`.
///
/// The positions are bytes of that text. The work is linear, because a candidate reads a bounded number of characters.
pub(crate) fn find(folded: &str, label_ends: &[usize]) -> Vec<(usize, Account)> {
    let ibans = find_ibans(folded);
    let mut found: Vec<(usize, Account)> = Vec::new();
    for &end in label_ends {
        let local = find_local(folded, end);
        // The digits of an IBAN behind a label are no other number.
        found.extend(local.filter(|(start, _)| !is_inside(&ibans, *start)));
    }
    let mut all: Vec<(usize, Account)> =
        ibans.into_iter().map(|(span, account)| (span.start, account)).collect();
    all.append(&mut found);
    all
}

fn find_ibans(folded: &str) -> Vec<(Range<usize>, Account)> {
    let starts = folded.char_indices().filter(|(_, c)| glyph(*c).is_some_and(is_letter));
    let found = starts.filter_map(|(start, _)| {
        let (length, account) = iban_at_start(folded.get(start..)?)?;
        Some((start..start + length, account))
    });
    found.collect()
}

fn is_inside(ibans: &[(Range<usize>, Account)], position: usize) -> bool {
    let before = ibans.partition_point(|(span, _)| span.start <= position);
    let last = before.checked_sub(1).and_then(|index| ibans.get(index));
    last.is_some_and(|(span, _)| span.contains(&position))
}

/// An IBAN, and how many bytes it takes here.
///
/// A reader puts it together whatever stands between its characters and whatever word is glued to it. So the length of
/// the country says where it ends, and the check digits prove that it is one.
fn iban_at_start(text: &str) -> Option<(usize, Account)> {
    let mut glyphs = glyphs(text).peekable();
    let head: String = glyphs.by_ref().take(4).map(|glyph| glyph.shown).collect();
    let (country, check_digits) = head.split_at_checked(2)?;
    // Almost every candidate ends here, before the table is read.
    if !country.chars().all(is_letter) || !is_number(check_digits) || head.len() < 4 {
        return None;
    }
    let rest = iban_length(&country.to_ascii_uppercase())?.checked_sub(4)?;
    let tail: Vec<Glyph> = glyphs.by_ref().take(rest).collect();
    let goes_on = glyphs.peek().is_some_and(|next| !next.after_gap && next.shown.is_ascii_digit());
    let number: String = head.chars().chain(tail.iter().map(|glyph| glyph.shown)).collect();
    let digits = number.chars().filter(char::is_ascii_digit).count();
    if goes_on || digits < MIN_IBAN_DIGITS {
        return None;
    }
    Some((tail.last()?.end, Account::iban(&number).ok()?))
}

/// A letter or digit of a number, as a reader takes it.
struct Glyph {
    shown: char,
    after_gap: bool,
    end: usize,
}

/// The letters and digits of a text up to the first that no account number holds, or to a long gap.
fn glyphs(text: &str) -> impl Iterator<Item = Glyph> {
    let mut gap = 0;
    let read = text.char_indices().map_while(move |(start, c)| match glyph(c) {
        Some(shown) => {
            let after_gap = std::mem::take(&mut gap) > 0;
            Some(Some(Glyph { shown, after_gap, end: start + c.len_utf8() }))
        }
        None => {
            gap += 1;
            (!c.is_alphanumeric() && gap <= MAX_GAP).then_some(None)
        }
    });
    read.flatten()
}

/// The ASCII letter or digit that a folded character is, or looks like as a capital.
fn glyph(c: char) -> Option<char> {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric().then_some(c);
    }
    let alike = |(_, other): &(char, char)| *other == c;
    ALIKE.iter().find(|pair| alike(pair)).map(|(letter, _)| *letter).or_else(|| digit(c))
}

/// The digit of another script.
fn digit(c: char) -> Option<char> {
    let before = ZEROS.partition_point(|zero| *zero <= c);
    let zero = *ZEROS.get(before.checked_sub(1)?)?;
    char::from_digit(u32::from(c) - u32::from(zero), 10)
}

fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic()
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A run of 7 to 24 digits right after a label such as “account number”; a date or a telephone number is none.
fn find_local(folded: &str, label_end: usize) -> Option<(usize, Account)> {
    let rest = folded.get(label_end..)?;
    let (offset, _) = rest.char_indices().take(GAP_CHARS).find(|(_, c)| c.is_ascii_digit())?;
    let (gap, run) = rest.split_at_checked(offset)?;
    if gap.contains('+') || gap.chars().filter(|c| c.is_alphabetic()).count() > GAP_LETTERS {
        return None;
    }
    let run = run.char_indices().take(CANDIDATE_CHARS);
    let end = run.take_while(|(_, c)| c.is_ascii_digit() || matches!(c, ' ' | '-')).last()?.0;
    let run = rest.get(offset..=offset + end)?.trim_end_matches([' ', '-']);
    let digits: String = run.chars().filter(char::is_ascii_digit).collect();
    if !(7..=24).contains(&digits.len()) || is_date(run) {
        return None;
    }
    Account::local(&digits).ok().map(|account| (label_end + offset, account))
}

/// `2026-11-22` or `22-11-2026`.
fn is_date(run: &str) -> bool {
    let groups: Vec<usize> = run.split([' ', '-']).map(str::len).collect();
    matches!(groups.as_slice(), [4, 2, 2] | [2, 2, 4])
}

const CANDIDATE_CHARS: usize = 80;
/// A line break, marks of quotation and a bullet may stand between two groups.
const MAX_GAP: usize = 8;
/// The IBANs with most letters, those of the Netherlands, have twelve digits: words with a few numbers have less.
const MIN_IBAN_DIGITS: usize = 10;
/// Cyrillic and Greek letters whose capitals look like Latin ones, and some that do themselves.
const ALIKE: [(char, char); 35] = [
    ('a', '\u{430}'),
    ('b', '\u{432}'),
    ('c', '\u{441}'),
    ('e', '\u{435}'),
    ('h', '\u{43d}'),
    ('i', '\u{456}'),
    ('j', '\u{458}'),
    ('k', '\u{43a}'),
    ('m', '\u{43c}'),
    ('o', '\u{43e}'),
    ('p', '\u{440}'),
    ('q', '\u{51b}'),
    ('s', '\u{455}'),
    ('t', '\u{442}'),
    ('w', '\u{51d}'),
    ('x', '\u{445}'),
    ('y', '\u{443}'),
    ('a', '\u{3b1}'),
    ('b', '\u{3b2}'),
    ('e', '\u{3b5}'),
    ('z', '\u{3b6}'),
    ('h', '\u{3b7}'),
    ('i', '\u{3b9}'),
    ('k', '\u{3ba}'),
    ('m', '\u{3bc}'),
    ('n', '\u{3bd}'),
    ('o', '\u{3bf}'),
    ('p', '\u{3c1}'),
    ('t', '\u{3c4}'),
    ('y', '\u{3c5}'),
    ('x', '\u{3c7}'),
    ('i', '\u{4cf}'),
    ('d', '\u{501}'),
    ('g', '\u{50d}'),
    ('i', '\u{131}'),
];
/// The zero of each script that has digits of its own (Unicode 15, general category Nd without compatibility forms).
const ZEROS: [char; 58] = [
    '\u{660}',
    '\u{6f0}',
    '\u{7c0}',
    '\u{966}',
    '\u{9e6}',
    '\u{a66}',
    '\u{ae6}',
    '\u{b66}',
    '\u{be6}',
    '\u{c66}',
    '\u{ce6}',
    '\u{d66}',
    '\u{de6}',
    '\u{e50}',
    '\u{ed0}',
    '\u{f20}',
    '\u{1040}',
    '\u{1090}',
    '\u{17e0}',
    '\u{1810}',
    '\u{1946}',
    '\u{19d0}',
    '\u{1a80}',
    '\u{1a90}',
    '\u{1b50}',
    '\u{1bb0}',
    '\u{1c40}',
    '\u{1c50}',
    '\u{a620}',
    '\u{a8d0}',
    '\u{a900}',
    '\u{a9d0}',
    '\u{a9f0}',
    '\u{aa50}',
    '\u{abf0}',
    '\u{104a0}',
    '\u{10d30}',
    '\u{11066}',
    '\u{110f0}',
    '\u{11136}',
    '\u{111d0}',
    '\u{112f0}',
    '\u{11450}',
    '\u{114d0}',
    '\u{11650}',
    '\u{116c0}',
    '\u{11730}',
    '\u{118e0}',
    '\u{11950}',
    '\u{11c50}',
    '\u{11d50}',
    '\u{11da0}',
    '\u{16a60}',
    '\u{16ac0}',
    '\u{16b50}',
    '\u{1e140}',
    '\u{1e2f0}',
    '\u{1e950}',
];
/// Between a label and its number stand a colon and at most a short word.
const GAP_CHARS: usize = 16;
const GAP_LETTERS: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let label = text.find("konto").map(|at| at + "konto".len());
        let labels: Vec<usize> = label.into_iter().collect();
        let found: Vec<String> =
            find(text, &labels).iter().map(|(_, account)| account.to_string()).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn finds_accounts_in_text() {
        check("iban: de89 3704 0044 0532 0130 00 bic x", &["DE89370400440532013000"]);
        check("pay de89370400440532013000.", &["DE89370400440532013000"]);
        check("账号de89370400440532013000。", &["DE89370400440532013000"]);
        check(
            "de89-3704-0044-0532-0130-00 or gb29nwbk60161331926819",
            &["DE89370400440532013000", "GB29NWBK60161331926819"],
        );
        check("de89 3704 0044 0532 0130 01", &[]);
        // Whatever word is glued to it, a reader sees the number.
        check("code89 3704 0044 0532 0130 00", &["DE89370400440532013000"]);
        check("konto de89 3704 0044 0532 0130 00", &["DE89370400440532013000"]);
        check("use 12 34 parts of 56 boxes", &[]);
        check("de89370400440532013000123", &[]);
        check("konto nr. 0532 013 000, blz", &["0532013000"]);
        check("konto im jahr 2026", &[]);
        check("konto 0532013000 1", &["05320130001"]);
        check("konto 2026-11-22", &[]);
        check("konto: tel. +49 30 5550123", &[]);
        check("konto manager 030 5550123", &[]);
        check("konto 1234567 -", &["1234567"]);
        check("invoice 0532013000", &[]);
    }
}
