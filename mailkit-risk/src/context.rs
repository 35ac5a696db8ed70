//! What the host knows about a mail: authentication, own names, counterparties.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::SystemTime;

use crate::account::Account;
use crate::counterparty::Counterparty;
use crate::domain;
use crate::freemail;
use crate::lookalike::Name;
use crate::message::Mailbox;
use crate::text;

/// What the host knows when a mail arrives. Whatever it leaves out counts neither for nor against the mail.
///
/// ```
/// use std::time::SystemTime;
/// use mailkit_risk::{Context, Counterparty};
///
/// let context = Context::new(SystemTime::UNIX_EPOCH)
///     .with_own_domain("acme.example")
///     .with_counterparty(Counterparty::new("supplier.example"));
/// assert!(context.counterparty("mail.supplier.example").is_some());
/// ```
#[derive(Debug, Clone)]
pub struct Context {
    pub(crate) now: SystemTime,
    pub(crate) auth: AuthSignals,
    pub(crate) envelope: Option<Envelope>,
    pub(crate) own_people: Vec<Person>,
    own_domains: Vec<Name>,
    counterparties: Vec<(Name, Counterparty)>,
    known_domains: Vec<Name>,
    own_accounts: Vec<Account>,
}

impl Context {
    /// A context that knows nothing but the time.
    #[must_use]
    pub fn new(now: SystemTime) -> Self {
        Self {
            now,
            auth: AuthSignals::default(),
            envelope: None,
            own_people: Vec::new(),
            own_domains: Vec::new(),
            counterparties: Vec::new(),
            known_domains: Vec::new(),
            own_accounts: Vec::new(),
        }
    }

    /// Adds the results of SPF, DKIM and DMARC.
    #[must_use]
    pub fn with_auth(mut self, auth: AuthSignals) -> Self {
        self.auth = auth;
        self
    }

    /// Adds what the SMTP session said: the reverse path (RFC 5321 section 4.1.1.2) and the address of the client.
    #[must_use]
    pub fn with_envelope(mut self, mail_from: impl Into<String>, client_ip: IpAddr) -> Self {
        self.envelope = Some(Envelope { mail_from: mail_from.into(), client_ip });
        self
    }

    /// Adds a domain of the host's organisation.
    #[must_use]
    pub fn with_own_domain(mut self, name: impl AsRef<str>) -> Self {
        self.own_domains.push(Name::new(name.as_ref()));
        self
    }

    /// Adds a person whose name a fraudster might borrow, with the address that person writes from.
    #[must_use]
    pub fn with_own_person(mut self, name: impl Into<String>, address: impl Into<String>) -> Self {
        let name = name.into();
        let words = text::name_words(&name);
        self.own_people.push(Person { name, words, address: address.into() });
        self
    }

    /// Adds a bank account of the host's organisation. A mail may name it, as a customer's word of what was paid to it
    /// does, and it is never an account that changed.
    ///
    /// ```
    /// use std::time::SystemTime;
    /// use mailkit_risk::{Account, Code, Context, Counterparty, Scorer};
    ///
    /// let known = Account::iban("GB29 NWBK 6016 1331 9268 19")?;
    /// let context = Context::new(SystemTime::UNIX_EPOCH)
    ///     .with_counterparty(Counterparty::new("customer.example").with_account(known))
    ///     .with_own_account(Account::iban("DE89 3704 0044 0532 0130 00")?);
    /// let mail = b"From: ann@customer.example\r\n\r\nWe paid to DE89 3704 0044 0532 0130 00.\r\n";
    /// assert!(Scorer::builtin().assess(mail, &context).reason(Code::PaymentAccountChanged).is_none());
    /// # Ok::<(), mailkit_risk::AccountError>(())
    /// ```
    #[must_use]
    pub fn with_own_account(mut self, account: Account) -> Self {
        self.own_accounts.push(account);
        self
    }

    /// Adds a counterparty: a supplier, a customer, a bank.
    #[must_use]
    pub fn with_counterparty(mut self, counterparty: Counterparty) -> Self {
        self.counterparties.push((Name::new(counterparty.domain()), counterparty));
        self
    }

    /// Adds a domain that others might imitate, without a history.
    #[must_use]
    pub fn with_known_domain(mut self, name: impl AsRef<str>) -> Self {
        self.known_domains.push(Name::new(name.as_ref()));
        self
    }

    /// The counterparty that owns this host name, if one does.
    #[must_use]
    pub fn counterparty(&self, host: &str) -> Option<&Counterparty> {
        let host = domain::normalise(host);
        let owner = domain::registrable(&host);
        self.counterparties.iter().find(|(name, _)| name.owner() == owner).map(|(_, party)| party)
    }

    /// The counterparties that write from these addresses, one for each domain. At a free provider the domain is
    /// everybody's, so there the address itself has to be on record.
    pub(crate) fn counterparties_of(&self, mailboxes: &[Mailbox]) -> Vec<&Counterparty> {
        let (mut domains, mut addresses) = (BTreeSet::new(), BTreeSet::new());
        for mailbox in mailboxes {
            let Some(host) = mailbox.domain() else { continue };
            if freemail::is_freemail(&host) {
                addresses.insert(mailbox.address.trim().to_lowercase());
            } else {
                domains.insert(domain::registrable(&host).to_owned());
            }
        }
        let parties = self.counterparties.iter().filter(|(name, party)| {
            domains.remove(name.owner()) || party.addresses().iter().any(|it| addresses.remove(it))
        });
        parties.map(|(_, party)| party).collect()
    }

    /// Whether it is the host's own account.
    pub(crate) fn has_account(&self, account: &Account) -> bool {
        self.own_accounts.iter().any(|own| own.is_same(account))
    }

    pub(crate) fn owns(&self, host: &str) -> bool {
        self.own_domains.iter().any(|own| own.owner() == domain::registrable(host))
    }

    /// The domains a look-alike would imitate.
    pub(crate) fn genuine_domains(&self) -> impl Iterator<Item = &Name> {
        let known = self.own_domains.iter().chain(&self.known_domains);
        known.chain(self.counterparties.iter().map(|(name, _)| name))
    }
}

/// The results of authentication as the host found them; what it did not check stays `None`.
///
/// ```
/// use mailkit_risk::{AuthSignals, DmarcPolicy, DmarcResult, SpfResult};
///
/// let auth = AuthSignals::default().with_spf(SpfResult::Pass).with_dmarc(DmarcResult::Fail, Some(DmarcPolicy::Reject));
/// assert_eq!(auth.dmarc, Some(DmarcResult::Fail));
/// assert_eq!(auth.dkim, None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct AuthSignals {
    /// SPF of the envelope sender (RFC 7208 section 2.6).
    pub spf: Option<SpfResult>,
    /// The best DKIM signature (RFC 6376 section 3.9).
    pub dkim: Option<DkimResult>,
    /// DMARC of the From domain (RFC 9989).
    pub dmarc: Option<DmarcResult>,
    /// The policy the From domain publishes (`p` or `sp`).
    pub dmarc_policy: Option<DmarcPolicy>,
    /// The domain those results are about, when it is not the one in From.
    pub from_domain: Option<String>,
}

impl AuthSignals {
    /// Sets the SPF result.
    #[must_use]
    pub fn with_spf(mut self, result: SpfResult) -> Self {
        self.spf = Some(result);
        self
    }

    /// Sets the DKIM result.
    #[must_use]
    pub fn with_dkim(mut self, result: DkimResult) -> Self {
        self.dkim = Some(result);
        self
    }

    /// Sets the DMARC result and the published policy, if there is one.
    #[must_use]
    pub fn with_dmarc(mut self, result: DmarcResult, policy: Option<DmarcPolicy>) -> Self {
        self.dmarc = Some(result);
        self.dmarc_policy = policy;
        self
    }

    /// Sets the domain the results are about.
    #[must_use]
    pub fn with_from_domain(mut self, name: impl AsRef<str>) -> Self {
        self.from_domain = Some(domain::normalise(name.as_ref()));
        self
    }
}

/// SPF results (RFC 7208 section 2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SpfResult {
    /// No record.
    None,
    /// The domain says nothing about the client.
    Neutral,
    /// The client may send.
    Pass,
    /// The client may not send.
    Fail,
    /// The client probably may not send.
    SoftFail,
    /// A lookup failed for now.
    TempError,
    /// The record is wrong.
    PermError,
}

/// DKIM results (RFC 8601 section 2.7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DkimResult {
    /// No signature.
    None,
    /// A signature verifies.
    Pass,
    /// Signatures are there and none verifies.
    Fail,
}

/// DMARC results (RFC 9989).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DmarcResult {
    /// No record.
    None,
    /// An aligned SPF or DKIM result passes.
    Pass,
    /// No aligned result passes.
    Fail,
}

/// DMARC policies (RFC 9989).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DmarcPolicy {
    /// The domain only watches.
    None,
    /// Failing mail is suspicious.
    Quarantine,
    /// Failing mail is not wanted.
    Reject,
}

#[derive(Debug, Clone)]
pub(crate) struct Envelope {
    pub(crate) mail_from: String,
    pub(crate) client_ip: IpAddr,
}

#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) name: String,
    /// The name as it is compared.
    pub(crate) words: Vec<String>,
    pub(crate) address: String,
}
