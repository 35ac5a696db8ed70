//! What a check-up is about, and what only the domain's owner knows.

mod bulk;
mod keys;
mod message;
mod policy_fetch;
mod server;
mod transport;
mod usage;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::{Duration, SystemTime};

pub use bulk::{DeliveryTls, SpamRate};
pub use keys::KeyInUse;
pub use message::{MessagePurpose, MessageSample};
pub use policy_fetch::{PolicyFetch, PolicyOutcome, PreviousPolicy};
pub use server::{CertificateDigests, KeyRenewal, LogoProof, MarkCertificate, ServerCertificate};
pub use transport::DnssecState;
pub use usage::DomainUsage;

use super::CheckupLimits;
use crate::lookup::RecordType;
use crate::provider::Provider;
use crate::{DkimKeyRecord, Domain, Selector};

/// A check-up of one domain. Everything but the domain is optional: what is not said is reported as
/// not checked, never as missing.
///
/// ```
/// use mailkit_auth::checkup::CheckupRequest;
/// use mailkit_auth::provider::Provider;
///
/// let mailgun = Provider::by_id("mailgun").ok_or("no such provider")?;
/// let request = CheckupRequest::new("acme.test".parse()?)
///     .with_service(mailgun)
///     .with_selector("2026q4".parse()?)
///     .with_sender([192, 0, 2, 7], Some("mx.acme.test".parse()?));
/// assert_eq!(request.keys.map(|keys| keys.len()), Some(1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CheckupRequest {
    /// The domain.
    pub domain: Domain,
    /// The time of the check-up, for what depends on age.
    pub now: Option<SystemTime>,
    /// The DKIM keys the domain signs with, all of them; empty if it does not sign, `None` if that is
    /// not known. A selector cannot be found out from the DNS.
    pub keys: Option<Vec<KeyInUse>>,
    /// Keys of other domains, which this one must not share.
    pub other_keys: Vec<(Domain, DkimKeyRecord)>,
    /// The hosts that send for the domain, with the name each gives in HELO.
    pub senders: Vec<(IpAddr, Option<Domain>)>,
    /// The providers that send or receive for the domain, all of them; empty if its own hosts do, `None`
    /// if that is not known.
    pub services: Option<Vec<Provider>>,
    /// Messages as they were sent.
    pub messages: Vec<MessageSample>,
    /// Messages a day to the largest receiver.
    pub daily_messages: Option<u64>,
    /// How many recipients complain.
    pub spam_rate: Option<SpamRate>,
    /// Whether mail is sent over TLS.
    pub delivery_tls: Option<DeliveryTls>,
    /// What the domain is for.
    pub usage: Option<DomainUsage>,
    /// When the first DMARC report came.
    pub first_report: Option<SystemTime>,
    /// What came of fetching the MTA-STS policy.
    pub policy_fetch: Option<PolicyFetch>,
    /// The MTA-STS policy at an earlier time.
    pub previous_policy: Option<PreviousPolicy>,
    /// Since when the MTA-STS policy has been in its present mode.
    pub policy_since: Option<SystemTime>,
    /// The certificates that mail hosts show.
    pub servers: Vec<ServerCertificate>,
    /// The file behind the BIMI record's `l`.
    pub logo: Option<Vec<u8>>,
    /// The certificate behind the BIMI record's `a`.
    pub mark_certificate: Option<MarkCertificate>,
    /// What a validating resolver says of a zone.
    pub dnssec: BTreeMap<Domain, DnssecState>,
    /// The TTLs of records.
    pub ttls: Vec<(Domain, RecordType, Duration)>,
    /// Whether the records are about to be changed.
    pub change_planned: bool,
    /// The domains whose records can be seen, where not all of the DNS can: the zone of a file. What
    /// lies elsewhere is not asked for and counts as not checked.
    pub visible: Option<Vec<Domain>>,
    /// Where the check-up stops.
    pub limits: CheckupLimits,
}

impl CheckupRequest {
    /// A check-up of what the DNS alone shows.
    #[must_use]
    pub fn new(domain: Domain) -> Self {
        Self {
            domain,
            now: None,
            keys: None,
            other_keys: Vec::new(),
            senders: Vec::new(),
            services: None,
            messages: Vec::new(),
            daily_messages: None,
            spam_rate: None,
            delivery_tls: None,
            usage: None,
            first_report: None,
            policy_fetch: None,
            previous_policy: None,
            policy_since: None,
            servers: Vec::new(),
            logo: None,
            mark_certificate: None,
            dnssec: BTreeMap::new(),
            ttls: Vec::new(),
            change_planned: false,
            visible: None,
            limits: CheckupLimits::default(),
        }
    }

    /// With the time of the check-up.
    #[must_use]
    pub fn with_now(mut self, now: SystemTime) -> Self {
        self.now = Some(now);
        self
    }

    /// With one more selector that the domain signs with.
    #[must_use]
    pub fn with_selector(self, selector: Selector) -> Self {
        self.with_key(KeyInUse::new(selector))
    }

    /// With one more key that the domain signs with.
    #[must_use]
    pub fn with_key(mut self, key: KeyInUse) -> Self {
        self.keys.get_or_insert_default().push(key);
        self
    }

    /// With the statement that the domain signs nothing.
    #[must_use]
    pub fn without_dkim(mut self) -> Self {
        self.keys = Some(Vec::new());
        self
    }

    /// With a key of another domain, which this one must not share.
    #[must_use]
    pub fn with_other_key(mut self, domain: Domain, key: DkimKeyRecord) -> Self {
        self.other_keys.push((domain, key));
        self
    }

    /// With one more host that sends for the domain, and the name it gives in HELO.
    #[must_use]
    pub fn with_sender(mut self, address: impl Into<IpAddr>, helo: Option<Domain>) -> Self {
        self.senders.push((address.into(), helo));
        self
    }

    /// With one more provider that the domain uses. The list then counts as complete.
    #[must_use]
    pub fn with_service(mut self, provider: &Provider) -> Self {
        self.services.get_or_insert_default().push(provider.clone());
        self
    }

    /// With the statement that no provider sends or receives for the domain.
    #[must_use]
    pub fn without_services(mut self) -> Self {
        self.services = Some(Vec::new());
        self
    }

    /// With one more message as it was sent.
    #[must_use]
    pub fn with_message(mut self, message: MessageSample) -> Self {
        self.messages.push(message);
        self
    }

    /// With the messages sent a day to the largest receiver.
    #[must_use]
    pub fn with_daily_messages(mut self, messages: u64) -> Self {
        self.daily_messages = Some(messages);
        self
    }

    /// With the share of messages that recipients complain about.
    #[must_use]
    pub fn with_spam_rate(mut self, rate: SpamRate) -> Self {
        self.spam_rate = Some(rate);
        self
    }

    /// With what is known of TLS on the way out.
    #[must_use]
    pub fn with_delivery_tls(mut self, tls: DeliveryTls) -> Self {
        self.delivery_tls = Some(tls);
        self
    }

    /// With what the domain is for.
    #[must_use]
    pub fn with_usage(mut self, usage: DomainUsage) -> Self {
        self.usage = Some(usage);
        self
    }

    /// With the time of the first DMARC report.
    #[must_use]
    pub fn with_first_report(mut self, at: SystemTime) -> Self {
        self.first_report = Some(at);
        self
    }

    /// With the statement that the records are about to be changed.
    #[must_use]
    pub fn with_planned_change(mut self) -> Self {
        self.change_planned = true;
        self
    }

    /// With the statement that only the records of `domain` and below can be seen. Given several
    /// times, all of these can.
    #[must_use]
    pub fn with_visible(mut self, domain: Domain) -> Self {
        self.visible.get_or_insert_default().push(domain);
        self
    }

    /// With other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: CheckupLimits) -> Self {
        self.limits = limits;
        self
    }

    /// The time since `then`, in days; `None` if the time of the check-up is not known.
    pub(super) fn days_since(&self, then: SystemTime) -> Option<u64> {
        Some(self.now?.duration_since(then).unwrap_or_default().as_secs() / 86_400)
    }
}
