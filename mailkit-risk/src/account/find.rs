//! Finding accounts in a text.

use super::{Account, iban_length, is_separator};

/// The accounts in a folded text: IBANs anywhere, other numbers only after a label that ends at one of `label_ends`.
///
/// The positions are bytes of that text. The work is linear, because a candidate reads a bounded number of characters.
pub(crate) fn find(folded: &str, label_ends: &[usize]) -> Vec<(usize, Account)> {
    let mut found = find_ibans(folded);
    for &end in label_ends {
        let local = find_local(folded, end);
        let new =
            local.filter(|(_, account)| !found.iter().any(|(_, known)| known.is_same(account)));
        found.extend(new);
    }
    found
}

fn find_ibans(folded: &str) -> Vec<(usize, Account)> {
    let mut found = Vec::new();
    let mut previous = ' ';
    for (start, c) in folded.char_indices() {
        if c.is_ascii_alphabetic() && !is_word_char(previous) {
            let account = folded.get(start..).and_then(iban_at_start);
            found.extend(account.map(|account| (start, account)));
        }
        previous = c;
    }
    found
}

fn iban_at_start(text: &str) -> Option<Account> {
    let country = text.get(..2)?.to_ascii_uppercase();
    let length = iban_length(&country)?;
    Account::iban(&take_number(text, length)?).ok()
}

/// The first `length` letters and digits, if only separators stand between them and the word ends there.
fn take_number(text: &str, length: usize) -> Option<String> {
    let mut number = String::with_capacity(length);
    let mut gap = 0;
    for c in text.chars().take(CANDIDATE_CHARS) {
        if number.len() == length {
            return (!is_word_char(c)).then_some(number);
        }
        if c.is_ascii_alphanumeric() {
            gap = 0;
            number.push(c);
        } else if is_separator(c) && gap < 2 {
            gap += 1;
        } else {
            return None;
        }
    }
    (number.len() == length).then_some(number)
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

/// Han and kana need no blank before a number.
fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() && !crate::text::is_unspaced(c)
}

const CANDIDATE_CHARS: usize = 80;
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
        check("order code89 3704 0044 0532 0130 00", &[]);
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
