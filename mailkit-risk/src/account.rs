//! Bank accounts: what they are, and where they stand in a text.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

mod find;

pub(crate) use find::find;

/// A bank account in normal form: capital letters and digits alone.
///
/// ```
/// use mailkit_risk::Account;
///
/// let account = Account::iban("de89 3704 0044 0532 0130 00")?;
/// assert_eq!(account.to_string(), "DE89370400440532013000");
/// assert_eq!(account.redacted(), "DE89…3000");
/// # Ok::<(), mailkit_risk::AccountError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account {
    scheme: AccountScheme,
    number: String,
}

impl Account {
    /// An International Bank Account Number (ISO 13616), with or without spaces.
    ///
    /// # Errors
    /// When the country, the length or the check digits are wrong: the text is not an IBAN, ask the sender again.
    pub fn iban(text: &str) -> Result<Self, AccountError> {
        let number = normal_form(text)?;
        check_iban(&number).map_err(|kind| AccountError { kind, span: 0..text.len() })?;
        Ok(Self { scheme: AccountScheme::Iban, number })
    }

    /// An account number of a country's own form, compared character by character.
    ///
    /// ```
    /// use mailkit_risk::{Account, AccountScheme};
    ///
    /// let account = Account::local("6222 0212 3456 7890")?;
    /// assert_eq!((account.scheme(), account.country()), (AccountScheme::Local, None));
    /// # Ok::<(), mailkit_risk::AccountError>(())
    /// ```
    ///
    /// # Errors
    /// When it is shorter than 6 or longer than 34 characters, or holds other characters than letters and digits.
    pub fn local(text: &str) -> Result<Self, AccountError> {
        let number = normal_form(text)?;
        if !(6..=34).contains(&number.len()) {
            return Err(AccountError { kind: AccountErrorKind::Length, span: 0..text.len() });
        }
        Ok(Self { scheme: AccountScheme::Local, number })
    }

    /// Whether it is an IBAN.
    #[must_use]
    pub fn scheme(&self) -> AccountScheme {
        self.scheme
    }

    /// The country of an IBAN (ISO 3166 two-letter code).
    #[must_use]
    pub fn country(&self) -> Option<&str> {
        self.number.get(..2).filter(|_| self.scheme == AccountScheme::Iban)
    }

    /// The first and last four characters, for people and logs.
    #[must_use]
    pub fn redacted(&self) -> String {
        let end = self.number.len().saturating_sub(4);
        match (self.number.get(..4), self.number.get(end..)) {
            (Some(head), Some(tail)) if end >= 8 => format!("{head}…{tail}"),
            (_, Some(tail)) => format!("…{tail}"),
            _ => "…".to_owned(),
        }
    }

    /// Whether both name the same account: an IBAN ends with the local number it was made from.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let (long, short) =
            if self.number.len() >= other.number.len() { (self, other) } else { (other, self) };
        if long.scheme == short.scheme {
            return long.number == short.number;
        }
        long.scheme == AccountScheme::Iban && long.number.ends_with(&short.number)
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.number)
    }
}

impl FromStr for Account {
    type Err = AccountError;

    /// Reads an IBAN; what is not one reads as a local number.
    fn from_str(text: &str) -> Result<Self, AccountError> {
        Self::iban(text).or_else(|_| Self::local(text))
    }
}

/// The kind of number an [`Account`] holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum AccountScheme {
    /// ISO 13616, with check digits.
    Iban,
    /// Any other number.
    Local,
}

/// A text is not an [`Account`], and where it is not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at byte {}", span.start)]
pub struct AccountError {
    kind: AccountErrorKind,
    span: Range<usize>,
}

impl AccountError {
    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> AccountErrorKind {
        self.kind
    }

    /// The bytes of the text that are wrong.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }
}

/// What can be wrong with an account number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AccountErrorKind {
    /// A character that is neither a letter, a digit nor a separator.
    #[error("character that does not belong in an account number")]
    Character,
    /// The check digits do not fit (ISO 7064 MOD 97-10).
    #[error("wrong check digits")]
    CheckDigits,
    /// No country of the IBAN registry.
    #[error("country without IBAN")]
    Country,
    /// Too short or too long.
    #[error("wrong length")]
    Length,
}

fn normal_form(text: &str) -> Result<String, AccountError> {
    let kept = text.char_indices().filter(|(_, c)| !is_separator(*c));
    kept.map(|(at, c)| {
        let kind = AccountErrorKind::Character;
        let error = || AccountError { kind, span: at..at + c.len_utf8() };
        c.is_ascii_alphanumeric().then(|| c.to_ascii_uppercase()).ok_or_else(error)
    })
    .collect()
}

/// Checks an IBAN in normal form.
fn check_iban(number: &str) -> Result<(), AccountErrorKind> {
    let country = number.get(..2).ok_or(AccountErrorKind::Length)?;
    let length = iban_length(country).ok_or(AccountErrorKind::Country)?;
    if number.len() != length {
        return Err(AccountErrorKind::Length);
    }
    let has_check_digits = number.bytes().skip(2).take(2).all(|byte| byte.is_ascii_digit());
    if has_check_digits && mod_97_is_one(number) {
        Ok(())
    } else {
        Err(AccountErrorKind::CheckDigits)
    }
}

/// What people write between the groups of a number.
fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '\t' | '-' | '.' | '\u{a0}' | '\u{202f}')
}

/// The length of a country's IBAN (table `data/iban.tsv`).
fn iban_length(country: &str) -> Option<usize> {
    let row = IBAN_TABLE.lines().find(|line| line.starts_with(country))?;
    row.split('\t').nth(1)?.parse().ok()
}

/// ISO 7064 MOD 97-10 over the number with its first four characters moved to the end.
fn mod_97_is_one(number: &str) -> bool {
    let (Some(head), Some(tail)) = (number.get(..4), number.get(4..)) else { return false };
    let remainder = tail.chars().chain(head.chars()).try_fold(0, |sum, c| {
        let value = c.to_digit(36)?;
        Some((sum * if value < 10 { 10 } else { 100 } + value) % 97)
    });
    remainder == Some(1)
}

const IBAN_TABLE: &str = include_str!("../data/iban.tsv");

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, AccountErrorKind>) {
        let found = Account::iban(text).map(|account| account.to_string());
        assert_eq!(found.map_err(|error| error.kind()), expected.map(str::to_owned), "{text}");
    }

    #[test]
    fn reads_ibans() {
        check("DE89 3704 0044 0532 0130 00", Ok("DE89370400440532013000"));
        check("gb29 nwbk 6016 1331 9268 19", Ok("GB29NWBK60161331926819"));
        check("NO93 8601 1117 947", Ok("NO9386011117947"));
        check("DE89 3704 0044 0532 0130 01", Err(AccountErrorKind::CheckDigits));
        check("DE89 3704 0044 0532 0130", Err(AccountErrorKind::Length));
        check("SMENTSDOCUMENTSDOCUMENTSDOC", Err(AccountErrorKind::CheckDigits));
        check("US89 3704 0044 0532 0130 00", Err(AccountErrorKind::Country));
        check("DE89/3704", Err(AccountErrorKind::Character));
        check("D", Err(AccountErrorKind::Length));
        check("", Err(AccountErrorKind::Length));
        check("# 93 8601 1117 947", Err(AccountErrorKind::Character));
        let error = Account::iban("DE89/3704").unwrap_err();
        assert_eq!(
            error.to_string(),
            "character that does not belong in an account number at byte 4"
        );
        assert_eq!(error.span(), 4..5);
    }

    #[test]
    fn an_iban_is_the_account_it_ends_with() -> Result<(), AccountError> {
        let iban = Account::iban("DE89 3704 0044 0532 0130 00")?;
        assert!(iban.is_same(&Account::local("0532013000")?));
        assert!(!iban.is_same(&Account::local("0532013001")?));
        assert!(!Account::local("10532013000")?.is_same(&Account::local("0532013000")?));
        Ok(())
    }

    #[test]
    fn every_row_of_the_table_reads() {
        for row in crate::table::rows(IBAN_TABLE) {
            let [country, length] = row.exactly().unwrap();
            assert!(country.len() == 2 && iban_length(country) == length.parse().ok(), "{country}");
            assert!((15..=34).contains(&iban_length(country).unwrap()), "{country}");
        }
    }

    proptest! {
        #[test]
        fn accounts_read_back(text in "[0-9A-Za-z]{6,34}") {
            let account: Account = text.parse().unwrap();
            prop_assert_eq!(account.to_string().parse(), Ok(account));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,60}") {
            if let Ok(account) = text.parse::<Account>() {
                let _ = account.redacted();
            }
        }
    }
}
