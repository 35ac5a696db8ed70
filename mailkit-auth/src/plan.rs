//! What a domain has to publish to send and receive mail that others trust.
//!
//! [`DomainPlan`] takes what is decided (who handles the mail, which policy, which keys) and gives the
//! whole set of records, or says why there is none: too many lookups, two keys under one selector.
//! [`changes`] then says in which order to get there from what is published.

mod changes;
mod compose;
mod error;
mod note;
mod planned;
mod provider_use;
mod published;
mod step;
mod subject;
mod transport;

pub use changes::{Changes, changes};
pub use error::{ChangeError, PlanError, SpfCost};
pub use note::PlanNote;
pub use planned::Plan;
pub use provider_use::{ProviderRole, ProviderUse};
pub use published::PublishedRecord;
pub use step::{ChangeStep, Condition, NotBefore, Reversal, StepKind};

use std::net::IpAddr;

use crate::record::dkim::KeyType;
use crate::record::spf::{Mechanism, Qualifier};
use crate::record::{BimiRecord, TlsRptRecord};
use crate::zone::{Ttl, ZoneRecord};
use crate::{DkimKeyRecord, DmarcRecord, Domain, Selector};
use transport::MtaSts;

/// What is decided about the mail of a domain.
///
/// ```
/// use mailkit_auth::plan::{DomainPlan, PlanNote, ProviderUse};
/// use mailkit_auth::provider::Provider;
///
/// let provider = Provider::by_id("microsoft-365").ok_or("no such provider")?;
/// let host = ProviderUse::mailboxes(provider)
///     .with_value("tenant", "acme")
///     .with_value("partition", "r");
/// let dmarc = "v=DMARC1; p=quarantine; rua=mailto:dmarc@acme.example".parse()?;
/// let plan = DomainPlan::new("acme.example".parse()?, dmarc)
///     .with_provider(host)
///     .with_sending_address([198, 51, 100, 7])
///     .plan()?;
/// assert_eq!(plan.zone.to_string(), "\
/// acme.example. 3600 IN MX 0 acme-example.mail.protection.outlook.com.
/// acme.example. 3600 IN TXT \"v=spf1 ip4:198.51.100.7 include:spf.protection.outlook.com ~all\"
/// _dmarc.acme.example. 3600 IN TXT \"v=DMARC1; p=quarantine; rua=mailto:dmarc@acme.example\"
/// selector1._domainkey.acme.example. 3600 IN CNAME \
///     selector1-acme-example._domainkey.acme.r-v1.dkim.mail.microsoft.
/// selector2._domainkey.acme.example. 3600 IN CNAME \
///     selector2-acme-example._domainkey.acme.r-v1.dkim.mail.microsoft.
/// ");
/// assert!(plan.notes.iter().any(|note| matches!(note, PlanNote::NotResolved { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct DomainPlan {
    domain: Domain,
    ttl: Ttl,
    dmarc: DmarcRecord,
    providers: Vec<ProviderUse>,
    mail_hosts: Vec<(u16, Domain)>,
    senders: Vec<Mechanism>,
    all: Qualifier,
    dkim: Vec<(Selector, DkimEntry)>,
    mta_sts: Option<MtaSts>,
    tls_reports: Option<TlsRptRecord>,
    logo: Option<BimiRecord>,
    others: Vec<ZoneRecord>,
}

/// What stands at a selector.
#[derive(Clone, Debug)]
enum DkimEntry {
    Key(DkimKeyRecord),
    Alias(Domain),
}

impl DomainPlan {
    /// A domain with this policy, whose mail nobody handles yet.
    ///
    /// The stages of a policy and the way from one to the next are those of `rollout`; start with
    /// `p=none` and an address for reports.
    #[must_use]
    pub fn new(domain: Domain, dmarc: DmarcRecord) -> Self {
        Self {
            domain,
            ttl: DEFAULT_TTL,
            dmarc,
            providers: Vec::new(),
            mail_hosts: Vec::new(),
            senders: Vec::new(),
            all: Qualifier::SoftFail,
            dkim: Vec::new(),
            mta_sts: None,
            tls_reports: None,
            logo: None,
            others: Vec::new(),
        }
    }

    /// With a provider that receives the mail, or sends, or both.
    #[must_use]
    pub fn with_provider(mut self, provider: ProviderUse) -> Self {
        self.providers.push(provider);
        self
    }

    /// With a host of the domain's own that receives its mail; the lower preference is tried first.
    #[must_use]
    pub fn with_mail_host(mut self, preference: u16, host: Domain) -> Self {
        self.mail_hosts.push((preference, host));
        self
    }

    /// With an address from which the domain itself sends.
    #[must_use]
    pub fn with_sending_address(self, address: impl Into<IpAddr>) -> Self {
        self.with_sender(match address.into() {
            IpAddr::V4(address) => Mechanism::Ip4 { address, cidr: None },
            IpAddr::V6(address) => Mechanism::Ip6 { address, cidr: None },
        })
    }

    /// With senders as SPF describes them, such as a network or the domain's own mail hosts
    /// ([`Mechanism::mx`]).
    #[must_use]
    pub fn with_sender(mut self, mechanism: Mechanism) -> Self {
        self.senders.push(mechanism);
        self
    }

    /// With what SPF says about every other host. The default is [`Qualifier::SoftFail`]: where
    /// DMARC decides, `-all` only keeps receivers from looking at the DKIM signature of forwarded
    /// mail (RFC 7489 section 10.1).
    #[must_use]
    pub fn with_all(mut self, qualifier: Qualifier) -> Self {
        self.all = qualifier;
        self
    }

    /// With a DKIM key that the domain itself publishes.
    #[must_use]
    pub fn with_dkim_key(mut self, selector: Selector, key: DkimKeyRecord) -> Self {
        self.dkim.push((selector, DkimEntry::Key(key)));
        self
    }

    /// With a selector whose key somebody else keeps, at `target`.
    #[must_use]
    pub fn with_dkim_alias(mut self, selector: Selector, target: Domain) -> Self {
        self.dkim.push((selector, DkimEntry::Alias(target)));
        self
    }

    /// With the empty key for a selector that no longer signs (RFC 6376 section 3.6.1).
    ///
    /// [`changes`] publishes it a week after signing has moved to other keys.
    #[must_use]
    pub fn with_retired_selector(self, selector: Selector) -> Self {
        self.with_dkim_key(selector, DkimKeyRecord::revoked(KeyType::Rsa))
    }

    /// With a logo for the domain's mail, under the selector `default`. It needs an enforced policy.
    #[must_use]
    pub fn with_logo(mut self, record: BimiRecord) -> Self {
        self.logo = Some(record);
        self
    }

    /// With a record that the plan itself knows nothing about, such as the address of a mail host.
    #[must_use]
    pub fn with_record(mut self, record: ZoneRecord) -> Self {
        self.others.push(record);
        self
    }

    /// With this time for which records may be kept, by default an hour; a number is in seconds.
    #[must_use]
    pub fn with_ttl(mut self, ttl: impl Into<Ttl>) -> Self {
        self.ttl = ttl.into();
        self
    }

    /// The records, and what the zone alone cannot do.
    ///
    /// # Errors
    ///
    /// If the decisions contradict each other or the standards; the error says which one to change.
    pub fn plan(&self) -> Result<Plan, PlanError> {
        compose::compose(self)
    }
}

/// An hour: short enough to mend a slip within a morning.
const DEFAULT_TTL: Ttl = Ttl::of_secs(3600);

#[cfg(test)]
mod tests;
