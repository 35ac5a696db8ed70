//! Where the money should go, against where it went so far.

use super::{Case, Findings, Reading};
use crate::account::{self, Account, AccountScheme};
use crate::assessment::Place;
use crate::code::Code;
use crate::counterparty::Counterparty;
use crate::lexicon::Topic;
use crate::text;

pub(super) fn find(case: &Case<'_>, findings: &mut Findings) {
    let announced = case.phrase(Topic::AccountChange);
    if let Some((reading, hit)) = announced {
        let place = reading.place(hit.start, hit.end);
        findings.add(Code::PaymentChangeRequest, place, reading.words(&hit));
    }
    if case.counterparties.is_empty() {
        return;
    }
    let accounts: Vec<Named<'_>> = case.readings.iter().flat_map(named_accounts).collect();
    let foreign: Vec<&Named<'_>> =
        accounts.iter().filter(|named| !case.context.has_account(&named.account)).collect();
    for party in &case.counterparties {
        against_history(party, &foreign, announced.is_some(), findings);
        currency(case, party, !foreign.is_empty(), findings);
    }
}

/// An account in the message, and where it stands.
struct Named<'a> {
    account: Account,
    reading: &'a Reading<'a>,
    start: usize,
}

impl Named<'_> {
    /// Finding a place reads the text once more, so it is done for the account that is shown alone.
    fn place(&self) -> Place {
        self.reading.place(self.start, self.start)
    }
}

fn named_accounts<'a>(reading: &'a Reading<'a>) -> Vec<Named<'a>> {
    let labels = reading.hits.iter().filter(|hit| hit.phrase.topic == Topic::AccountLabel);
    let label_ends: Vec<usize> = labels.map(|hit| hit.end).collect();
    let found = account::find(&reading.folded, &label_ends);
    found.into_iter().map(|(start, account)| Named { account, reading, start }).collect()
}

/// Next to a known account, and without a word of change, a local number is as likely a customer's or a branch's.
fn against_history(
    party: &Counterparty,
    accounts: &[&Named<'_>],
    announced: bool,
    findings: &mut Findings,
) {
    let known = party.accounts();
    let is_known = |named: &Named<'_>| known.iter().any(|account| account.is_same(&named.account));
    let (old, new): (Vec<&Named<'_>>, Vec<&Named<'_>>) =
        accounts.iter().copied().partition(|named| is_known(named));
    let vouchers = Vouchers::new(&old);
    let counts = |named: &&&Named<'_>| {
        announced || named.account.scheme() == AccountScheme::Iban || !vouchers.vouch_for(named)
    };
    let Some(new) = new.iter().find(counts) else { return };
    if known.is_empty() {
        findings.add(Code::PaymentAccountUnknown, new.place(), &new.account.redacted());
        return;
    }
    let evidence = format!("{} instead of {}", new.account.redacted(), redacted(known));
    findings.add(Code::PaymentAccountChanged, new.place(), &evidence);
    let country = new.account.country();
    let moved = country.is_some()
        && known.iter().all(|account| account.country().is_some() && account.country() != country);
    if moved {
        findings.add(Code::PaymentCountryChanged, new.place(), country.unwrap_or_default());
    }
}

/// The known accounts that the sender shows to the reader in words of the mail itself, in order.
///
/// One in a quotation or in hidden text says nothing about a number above it.
struct Vouchers<'a> {
    places: Vec<(&'a Reading<'a>, Vec<usize>)>,
}

impl<'a> Vouchers<'a> {
    fn new(known: &[&Named<'a>]) -> Self {
        let mut places: Vec<(&Reading<'_>, Vec<usize>)> = Vec::new();
        for named in known.iter().filter(|named| named.reading.is_visible()) {
            match places.last_mut().filter(|(reading, _)| std::ptr::eq(*reading, named.reading)) {
                Some((_, starts)) => starts.push(named.start),
                None => places.push((named.reading, vec![named.start])),
            }
        }
        for (reading, starts) in &mut places {
            let quoted = text::quoted(reading.original);
            starts.retain(|start| {
                let before = quoted.partition_point(|range| range.start <= *start);
                let last = before.checked_sub(1).and_then(|index| quoted.get(index));
                !last.is_some_and(|range| range.contains(start))
            });
            starts.sort_unstable();
        }
        Self { places }
    }

    fn vouch_for(&self, named: &Named<'_>) -> bool {
        let place = self.places.iter().find(|(reading, _)| std::ptr::eq(*reading, named.reading));
        place.is_some_and(|(_, starts)| {
            let first = starts.partition_point(|start| start + NEAR < named.start);
            starts.get(first).is_some_and(|start| *start <= named.start + NEAR)
        })
    }
}

/// Bytes of a few lines, such as the bank details below an invoice take.
const NEAR: usize = 240;

fn redacted(accounts: &[Account]) -> String {
    let shown: Vec<String> = accounts.iter().take(3).map(Account::redacted).collect();
    shown.join(", ")
}

fn currency(case: &Case<'_>, party: &Counterparty, has_account: bool, findings: &mut Findings) {
    let known = party.currencies();
    if known.is_empty() || !has_account {
        return;
    }
    let named: Vec<&str> =
        case.readings.iter().flat_map(|reading| currencies(&reading.folded)).collect();
    let all_new =
        named.iter().all(|code| !known.iter().any(|known| known.eq_ignore_ascii_case(code)));
    if let Some(code) = named.first().filter(|_| all_new) {
        let evidence = format!("{} instead of {}", code.to_ascii_uppercase(), known.join(", "));
        findings.add(Code::PaymentCurrencyChanged, Place::History, &evidence);
    }
}

/// The currency codes that stand next to a number.
fn currencies(folded: &str) -> Vec<&'static str> {
    let words: Vec<&str> = folded.split(' ').collect();
    let is_amount = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit());
    let pairs = words.windows(2).filter_map(|pair| match pair {
        [code, amount] if is_amount(amount) => currency_code(code),
        [amount, code] if is_amount(amount) => currency_code(code),
        _ => None,
    });
    pairs.collect()
}

fn currency_code(word: &str) -> Option<&'static str> {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    CURRENCIES.iter().copied().find(|code| *code == word)
}

/// The currencies foreign trade is mostly invoiced in (ISO 4217).
const CURRENCIES: [&str; 15] = [
    "aud", "brl", "cad", "chf", "cny", "eur", "gbp", "hkd", "inr", "jpy", "krw", "mxn", "rub",
    "sgd", "usd",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_currencies_next_to_amounts() {
        for (text, expected) in [
            ("total usd 12,500.00 due", &["usd"][..]),
            ("12.500,00 eur, please", &["eur"]),
            ("try 3 times", &[]),
            ("our eur account", &[]),
            ("", &[]),
        ] {
            assert_eq!(currencies(text), expected, "{text}");
        }
    }
}
