//! What a zone alone cannot do.

use std::fmt;
use std::net::IpAddr;

use crate::lookup::{Name, RecordData};
use crate::provider::Provider;
use crate::record::ReportUri;
use crate::record::spf::Mechanism;
use crate::zone::{Ttl, ZoneRecord};
use crate::{DmarcRecord, Domain, Selector};

/// Something to do or to know beyond the records of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum PlanNote {
    /// The provider makes a key of its own: copy it from the console and plan again with it.
    ConsoleKey {
        /// The provider's name.
        provider: String,
        /// The selector, if it is always the same.
        selector: Option<Selector>,
    },
    /// Reports go to a domain of somebody else, who has to say that they are welcome (RFC 9990
    /// section 4).
    ReportAuthorization {
        /// The domain that receives the reports.
        destination: Domain,
        /// The record that its owner has to publish.
        record: ZoneRecord,
    },
    /// What the table says about a provider has not been compared with the DNS.
    NotResolved {
        /// The provider's name.
        provider: String,
        /// Where the facts were seen.
        source: String,
    },
    /// The lookups that an include costs are not known; one was counted.
    UnknownCost {
        /// The domain that is included.
        include: Domain,
    },
    /// What the table says about a provider before its use.
    ProviderSays {
        /// The provider's name.
        provider: String,
        /// Its note.
        text: String,
    },
    /// The policy asks receivers to act on mail, and no DKIM key is planned: forwarded mail fails.
    EnforcedWithoutDkim,
    /// SPF allows no host and no DKIM key is planned, so none of the domain's mail can pass.
    NobodySends,
    /// Nobody gets aggregate reports, so nobody sees who writes in the domain's name and what the policy
    /// does to it.
    NoReports,
    /// No receiver on the internet sees this address: mail leaves under another.
    LocalSender {
        /// The address.
        address: IpAddr,
    },
    /// Nobody receives the domain's mail, so neither replies nor bounces arrive.
    NoMailHost,
    /// The policy file of MTA-STS has to be served there, with a valid certificate and without a
    /// redirect (RFC 8461 section 3.3); its host needs an address.
    ServePolicyFile {
        /// Where.
        url: String,
    },
    /// The SPF record is longer than 450 octets, so some answers will not fit one packet (RFC 7208
    /// section 3.4).
    LongSpf {
        /// Its length.
        octets: usize,
    },
}

impl fmt::Display for PlanNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ConsoleKey { provider, selector: Some(selector) } => {
                write!(
                    f,
                    "copy the DKIM key of {provider} for selector `{selector}` from its console"
                )
            }
            Self::ConsoleKey { provider, selector: None } => {
                write!(f, "copy the DKIM key of {provider} and its selector from its console")
            }
            Self::ReportAuthorization { destination, record } => {
                write!(f, "to be published by the owner of {destination}: {record}")
            }
            Self::NotResolved { provider, source } => write!(
                f,
                "compare the records of {provider} with its console; they were seen in: {source}"
            ),
            Self::UnknownCost { include } => {
                write!(f, "include:{include} was counted as one lookup; it may cost more")
            }
            Self::ProviderSays { provider, text } => write!(f, "{provider}: {text}"),
            Self::EnforcedWithoutDkim => {
                f.write_str("the policy is enforced without a DKIM key: forwarded mail will fail")
            }
            Self::NobodySends => f.write_str(
                "no host may send and no key signs: no mail of the domain can pass",
            ),
            Self::NoReports => f.write_str(
                "nobody gets aggregate reports: who writes in the domain's name, and what the policy does, stays unseen",
            ),
            Self::LocalSender { address } => write!(
                f,
                "{address} is an address of a local network: name the one under which mail leaves"
            ),
            Self::NoMailHost => {
                f.write_str("no host receives the domain's mail: replies and bounces are lost")
            }
            Self::ServePolicyFile { url } => write!(
                f,
                "serve the policy file at {url}: its host needs an address record and a valid certificate"
            ),
            Self::LongSpf { octets } => {
                write!(
                    f,
                    "the SPF record has {octets} octets: move senders into an include of their own"
                )
            }
        }
    }
}

/// The addresses that nobody outside sees (RFC 1918, RFC 3927, RFC 4193, RFC 4291, RFC 6598).
pub(super) fn local_senders(senders: &[Mechanism]) -> impl Iterator<Item = PlanNote> {
    let address = |it: &Mechanism| match it {
        Mechanism::Ip4 { address, .. } => Some(IpAddr::from(*address)),
        Mechanism::Ip6 { address, .. } => Some(IpAddr::from(*address)),
        _ => None,
    };
    let local = senders.iter().filter_map(address).filter(is_local);
    local.map(|address| PlanNote::LocalSender { address })
}

fn is_local(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(it) => {
            let [first, second, ..] = it.octets();
            let is_shared = first == 100 && (64..128).contains(&second);
            it.is_private() || it.is_loopback() || it.is_link_local() || is_shared
        }
        IpAddr::V6(it) => it.is_unique_local() || it.is_loopback() || it.is_unicast_link_local(),
    }
}

/// What the table says about a provider.
pub(super) fn about(provider: &Provider) -> Vec<PlanNote> {
    let name = || provider.name.clone();
    let says = provider.notes.iter();
    let says = says.map(|text| PlanNote::ProviderSays { provider: name(), text: text.clone() });
    let not_resolved = provider
        .resolved
        .is_none()
        .then(|| PlanNote::NotResolved { provider: name(), source: provider.source.clone() });
    says.chain(not_resolved).collect()
}

/// That nobody gets aggregate reports.
pub(super) fn no_reports(dmarc: &DmarcRecord) -> Option<PlanNote> {
    dmarc.aggregate_reports().is_empty().then_some(PlanNote::NoReports)
}

/// The records that owners of other domains have to publish before reports reach them.
///
/// Without the DNS the organizational domain is not known; a domain above or below counts as the
/// same owner's.
pub(super) fn external_reports(domain: &Domain, dmarc: &DmarcRecord, ttl: Ttl) -> Vec<PlanNote> {
    let uris = dmarc.aggregate_reports().iter().chain(dmarc.failure_reports());
    let mut notes: Vec<PlanNote> = Vec::new();
    for destination in uris.filter_map(destination) {
        if destination.is_subdomain_of(domain) || domain.is_subdomain_of(&destination) {
            continue;
        }
        // A name too long for the DNS cannot be published, so such reports never arrive.
        let Ok(name) = destination.prefixed(&format!("{domain}._report._dmarc")) else { continue };
        let data = RecordData::Txt(b"v=DMARC1".to_vec());
        let record = ZoneRecord::new(Name::from(name), ttl, data);
        let note = PlanNote::ReportAuthorization { destination, record };
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    notes
}

/// The domain that a report is sent to.
fn destination(uri: &ReportUri) -> Option<Domain> {
    let mailbox = uri.mailbox()?;
    let (_, domain) = mailbox.rsplit_once('@')?;
    domain.parse().ok()
}
