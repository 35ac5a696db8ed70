//! Mail providers: what a domain publishes to use one, and how one is recognized.
//!
//! The table is `data/providers.txt`, compiled in. Its entries come from the sources that they name
//! and may be out of date: [`Provider::resolved`] says when one was last compared with the DNS. A
//! table of your own is read by the same parser, [`ProviderTable`]'s [`FromStr`](std::str::FromStr).

mod read;
mod table;
mod template;

pub use read::{ProviderTableError, ProviderTableErrorKind};
pub use table::ProviderTable;
pub use template::{HostPattern, HostTemplate, TemplateError, Values};

use crate::Domain;
use crate::rollout::Day;

/// A company that sends or receives mail for the domains of others.
///
/// ```
/// use mailkit_auth::provider::Provider;
///
/// let provider = Provider::of_mx(&"acme-test.mail.protection.outlook.com".parse()?);
/// assert_eq!(provider.map(|it| it.id.as_str()), Some("microsoft-365"));
/// let provider = Provider::of_spf_include(&"spf.163.com".parse()?).ok_or("no provider")?;
/// assert_eq!(provider.spf[0].lookups, Some(6));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Provider {
    /// A stable identifier, such as `microsoft-365`.
    pub id: String,
    /// The name that people know.
    pub name: String,
    /// What a domain's SPF record includes.
    pub spf: Vec<SpfInclude>,
    /// Includes that a new record does not need: old ones, and ones that no receiver looks at.
    pub known_spf: Vec<Domain>,
    /// The MX records of a domain that receives with it; empty where they are not known.
    pub mx: Vec<MxHost>,
    /// Whether most customers only send with it, though it can receive.
    pub seldom_receives: bool,
    /// Hosts of MX records by which it is recognized.
    pub mx_patterns: Vec<HostPattern>,
    /// The DKIM keys of a domain that sends with it.
    pub dkim: Vec<DkimSetup>,
    /// Targets of DKIM aliases by which it is recognized.
    pub dkim_patterns: Vec<HostPattern>,
    /// Domains of the addresses that it gives out itself.
    pub mailboxes: Vec<Domain>,
    /// Domains in whose name, or below which, it signs with DKIM for customers without a key of their own.
    pub signing_domains: Vec<Domain>,
    /// Other aliases that it wants, such as that of the bounce domain.
    pub aliases: Vec<Alias>,
    /// Reverse names of hosts that it sends from.
    pub hosts: Vec<HostPattern>,
    /// What to know before use.
    pub notes: Vec<String>,
    /// Where these facts were seen.
    pub source: String,
    /// The day on which they were last compared with the DNS; `None` for never.
    pub resolved: Option<Day>,
}

/// A domain to include in an SPF record.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SpfInclude {
    /// The domain.
    pub domain: Domain,
    /// The lookups it costs of the ten that RFC 7208 section 4.6.4 allows, its own counted; `None`
    /// where that is not known.
    pub lookups: Option<u8>,
}

/// A host of an MX record.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct MxHost {
    /// The lower is tried first.
    pub preference: u16,
    /// The host.
    pub host: HostTemplate,
}

/// How a domain publishes the DKIM key that a provider signs with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum DkimSetup {
    /// The key is copied from the provider's console.
    Txt {
        /// The selector; `None` where the console names it.
        selector: Option<HostTemplate>,
    },
    /// The selector is an alias of a name at which the provider keeps the key, and can change it.
    Cname {
        /// The selector.
        selector: HostTemplate,
        /// Where the alias leads.
        target: HostTemplate,
    },
}

/// An alias that a provider wants below the domain.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Alias {
    /// What stands before the domain.
    pub label: HostTemplate,
    /// Where the alias leads.
    pub target: HostTemplate,
}

/// Every provider of the table that is compiled in.
#[must_use]
pub fn providers() -> &'static [Provider] {
    ProviderTable::built_in().providers()
}

/// These look into the table that is compiled in; [`ProviderTable`] has the same for a table of your own.
impl Provider {
    /// The provider of this identifier.
    #[must_use]
    pub fn by_id(id: &str) -> Option<&'static Self> {
        ProviderTable::built_in().by_id(id)
    }

    /// The provider that receives at this host of an MX record.
    #[must_use]
    pub fn of_mx(host: &Domain) -> Option<&'static Self> {
        ProviderTable::built_in().of_mx(host)
    }

    /// The provider whose senders an SPF record includes by this domain, today or in the past.
    #[must_use]
    pub fn of_spf_include(domain: &Domain) -> Option<&'static Self> {
        ProviderTable::built_in().of_spf_include(domain)
    }

    /// The provider that keeps the DKIM key to which this alias leads.
    #[must_use]
    pub fn of_dkim_cname(target: &Domain) -> Option<&'static Self> {
        ProviderTable::built_in().of_dkim_cname(target)
    }

    /// The provider that gives out addresses of this domain itself, such as `163.com`.
    #[must_use]
    pub fn of_mailbox_domain(domain: &Domain) -> Option<&'static Self> {
        ProviderTable::built_in().of_mailbox_domain(domain)
    }

    /// The provider that signs with DKIM in the name of this domain (`d`) or of one above it, as a report
    /// tells it.
    #[must_use]
    pub fn of_signing_domain(domain: &Domain) -> Option<&'static Self> {
        ProviderTable::built_in().of_signing_domain(domain)
    }

    /// The provider whose sending hosts have reverse names such as this.
    ///
    /// A reverse name is what the owner of the address says; check that the name leads back to the
    /// address before trusting it.
    #[must_use]
    pub fn of_sending_host(host: &Domain) -> Option<&'static Self> {
        ProviderTable::built_in().of_sending_host(host)
    }
}

#[cfg(test)]
mod tests;
