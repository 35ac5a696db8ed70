//! What a host remembers about somebody it does business with.

use std::time::SystemTime;

use crate::account::Account;
use crate::domain;

/// A counterparty's history. An empty history is not a bad one.
///
/// ```
/// use mailkit_risk::{Account, Counterparty};
///
/// let supplier = Counterparty::new("Supplier.example").with_account(Account::iban("DE89 3704 0044 0532 0130 00")?);
/// assert_eq!(supplier.domain(), "supplier.example");
/// assert_eq!(supplier.accounts().len(), 1);
/// # Ok::<(), mailkit_risk::AccountError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counterparty {
    domain: String,
    addresses: Vec<String>,
    accounts: Vec<Account>,
    currencies: Vec<String>,
    messages_seen: u64,
    last_seen: Option<SystemTime>,
}

impl Counterparty {
    /// A counterparty that writes from this domain. One that writes from a free mail provider is recognised by its
    /// [addresses](Self::with_address) alone.
    #[must_use]
    pub fn new(domain: impl AsRef<str>) -> Self {
        Self {
            domain: domain::normalise(domain.as_ref()),
            addresses: Vec::new(),
            accounts: Vec::new(),
            currencies: Vec::new(),
            messages_seen: 0,
            last_seen: None,
        }
    }

    /// Adds an address the counterparty has written from.
    #[must_use]
    pub fn with_address(mut self, address: impl AsRef<str>) -> Self {
        self.addresses.push(address.as_ref().trim().to_lowercase());
        self
    }

    /// Adds an account that payments have gone to.
    #[must_use]
    pub fn with_account(mut self, account: Account) -> Self {
        self.accounts.push(account);
        self
    }

    /// Adds a currency the counterparty invoices in (ISO 4217 code).
    #[must_use]
    pub fn with_currency(mut self, code: impl AsRef<str>) -> Self {
        self.currencies.push(code.as_ref().trim().to_ascii_uppercase());
        self
    }

    /// Sets how many mails were accepted so far and when the last one came.
    #[must_use]
    pub fn with_history(mut self, messages_seen: u64, last_seen: SystemTime) -> Self {
        self.messages_seen = messages_seen;
        self.last_seen = Some(last_seen);
        self
    }

    /// The domain, in lower case.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// The addresses seen, in lower case.
    #[must_use]
    pub fn addresses(&self) -> &[String] {
        &self.addresses
    }

    /// The accounts on record.
    #[must_use]
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// The currencies on record, as ISO 4217 codes.
    #[must_use]
    pub fn currencies(&self) -> &[String] {
        &self.currencies
    }

    /// How many mails were accepted so far.
    #[must_use]
    pub fn messages_seen(&self) -> u64 {
        self.messages_seen
    }

    /// When the last mail came.
    #[must_use]
    pub fn last_seen(&self) -> Option<SystemTime> {
        self.last_seen
    }
}
