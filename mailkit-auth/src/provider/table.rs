//! The table of providers, and how one is found in it.

use std::sync::LazyLock;

use super::{HostPattern, Provider};
use crate::Domain;

/// A table of providers.
///
/// ```
/// use mailkit_auth::provider::ProviderTable;
///
/// let table: ProviderTable = "provider acme\nname Acme\nmx-pattern mx*.acme.test\n\
///     source its console\nresolved 2026-11-22\n".parse()?;
/// let provider = table.of_mx(&"mx7.acme.test".parse()?);
/// assert_eq!(provider.map(|it| it.name.as_str()), Some("Acme"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
pub struct ProviderTable {
    pub(super) providers: Vec<Provider>,
}

impl ProviderTable {
    /// The table that is compiled in.
    #[must_use]
    pub fn built_in() -> &'static Self {
        // A test reads the file; if it did not parse, no provider would be known.
        static TABLE: LazyLock<ProviderTable> =
            LazyLock::new(|| BUILT_IN.parse().unwrap_or_default());
        &TABLE
    }

    /// The providers in the order of the table.
    #[must_use]
    pub fn providers(&self) -> &[Provider] {
        &self.providers
    }

    /// The provider of this identifier.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&Provider> {
        self.providers.iter().find(|it| it.id == id)
    }

    /// The provider that receives at this host of an MX record.
    #[must_use]
    pub fn of_mx(&self, host: &Domain) -> Option<&Provider> {
        self.closest(host, |it| &it.mx_patterns)
    }

    /// The provider whose senders an SPF record includes by this domain, today or in the past.
    ///
    /// Of several the first of the table is meant, unless only another still asks for the include.
    #[must_use]
    pub fn of_spf_include(&self, domain: &Domain) -> Option<&Provider> {
        let today = |it: &&Provider| it.spf.iter().any(|include| include.domain == *domain);
        let once = |it: &&Provider| it.known_spf.contains(domain);
        self.providers.iter().find(today).or_else(|| self.providers.iter().find(once))
    }

    /// The provider that keeps the DKIM key to which this alias leads.
    #[must_use]
    pub fn of_dkim_cname(&self, target: &Domain) -> Option<&Provider> {
        self.closest(target, |it| &it.dkim_patterns)
    }

    /// The provider that gives out addresses of this domain itself.
    #[must_use]
    pub fn of_mailbox_domain(&self, domain: &Domain) -> Option<&Provider> {
        self.providers.iter().find(|it| it.mailboxes.contains(domain))
    }

    /// The provider that signs with DKIM in the name of this domain or of one above it.
    #[must_use]
    pub fn of_signing_domain(&self, domain: &Domain) -> Option<&Provider> {
        let signs =
            |name: &Domain| self.providers.iter().find(|it| it.signing_domains.contains(name));
        std::iter::successors(Some(domain.clone()), Domain::parent).find_map(|name| signs(&name))
    }

    /// The provider whose sending hosts have reverse names such as this.
    #[must_use]
    pub fn of_sending_host(&self, host: &Domain) -> Option<&Provider> {
        self.closest(host, |it| &it.hosts)
    }

    /// The provider with the longest pattern that fits.
    fn closest(&self, host: &Domain, of: fn(&Provider) -> &[HostPattern]) -> Option<&Provider> {
        let fits = |it: &Provider| {
            let fitting = of(it).iter().filter(|pattern| pattern.matches(host));
            fitting.map(|pattern| pattern.as_str().len()).max()
        };
        let ranked = self.providers.iter().filter_map(|it| Some((fits(it)?, it)));
        // The first of the table wins among equals, so the last in reverse.
        ranked.rev().max_by_key(|(length, _)| *length).map(|(_, it)| it)
    }
}

/// The table of `data/providers.txt`.
pub(super) const BUILT_IN: &str = include_str!("../../data/providers.txt");
