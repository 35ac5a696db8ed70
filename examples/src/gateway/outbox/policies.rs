//! What must be asked of TLS: the MTA-STS policies of domains, and the TLSA records of mail hosts.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use mailkit_route::resolver::{DaneResolver, MtaStsResolver, MxResolver, PolicyFetcher};
use mailkit_route::tls_policy::{MtaStsCache, MtaStsSnapshot, TlsPolicies};
use mailkit_route::{Destination, Domain, SpecialAddresses};

use crate::gateway::config::Config;
use crate::gateway::files;
use crate::smtp::TrustAnchors;

/// Looks policies up, and keeps them over a restart: a policy that is in force cannot be taken away by whoever sits
/// between us and its domain.
#[derive(Debug)]
pub(super) struct Policies {
    mta_sts: Option<MtaStsResolver>,
    dane: Option<DaneResolver>,
    /// Who vouches for certificates.
    pub(super) anchors: TrustAnchors,
    kept: Mutex<Option<MtaStsSnapshot>>,
    file: PathBuf,
}

impl Policies {
    pub(super) fn new(
        config: &Config,
        servers: &[SocketAddr],
        resolver: &MxResolver,
    ) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let told = &config.outbound.tls;
        let anchors = match &told.authorities {
            Some(file) => TrustAnchors::from_pem_file(file)?,
            None if told.mta_sts => TrustAnchors::system().map_err(|error| {
                format!("{error}: install them, or name a file as outbound.tls.authorities")
            })?,
            None => TrustAnchors::none(),
        };
        let file = config.spool.join("state").join("mta-sts.json");
        let kept = files::read(&file)?.map(|bytes| serde_json::from_slice(&bytes)).transpose()?;
        let mta_sts = if told.mta_sts {
            let fetcher = match &told.authorities {
                Some(file) => {
                    PolicyFetcher::with_roots(resolver.clone(), TrustAnchors::read(file)?)?
                }
                None => PolicyFetcher::new(resolver.clone())?,
            };
            let fetcher = fetcher.with_port(told.policy_port);
            let fetcher = match config.outbound.private_hosts {
                true => fetcher.with_special_addresses(SpecialAddresses::Allow),
                false => fetcher,
            };
            let mut cache = MtaStsCache::default();
            if let Some(kept) = &kept {
                cache.restore(MtaStsSnapshot::clone(kept), SystemTime::now())?;
            }
            Some(MtaStsResolver::new(fetcher, cache))
        } else {
            None
        };
        let dane = match servers {
            _ if !told.dane => None,
            [] => Some(DaneResolver::system()?),
            servers => Some(DaneResolver::with_name_servers(servers)?),
        };
        Ok(Self { mta_sts, dane, anchors, kept: Mutex::new(kept), file })
    }

    /// The policies that apply to a destination now.
    pub(super) async fn of(&self, destination: &Destination) -> TlsPolicies {
        let mut policies = TlsPolicies::default();
        if let Some(dane) = &self.dane {
            for (host, policy) in dane.policies(destination.mx()).await {
                policies = policies.with_dane(host, policy);
            }
        }
        let domain = destination.name().as_domain();
        match self.mta_sts.as_ref().zip(domain) {
            Some((mta_sts, domain)) => with_mta_sts(policies, mta_sts, domain).await,
            None => policies,
        }
    }

    /// Writes the policies of MTA-STS, if they are others than before.
    pub(super) fn keep(&self) -> io::Result<()> {
        let Some(mta_sts) = &self.mta_sts else { return Ok(()) };
        let (snapshot, mut kept) =
            (mta_sts.snapshot(), self.kept.lock().unwrap_or_else(PoisonError::into_inner));
        if snapshot.policies.is_empty() || kept.as_ref() == Some(&snapshot) {
            return Ok(());
        }
        files::replace(&self.file, &serde_json::to_vec(&snapshot)?)?;
        *kept = Some(snapshot);
        Ok(())
    }
}

async fn with_mta_sts(
    policies: TlsPolicies,
    mta_sts: &MtaStsResolver,
    domain: &Domain,
) -> TlsPolicies {
    let verdict = mta_sts.policy(domain, SystemTime::now()).await;
    let Some(policy) = verdict.policy else { return policies };
    if let Some(fault) = verdict.fault {
        // RFC 8461 section 10.2: somebody may be in the way.
        tracing::warn!(%domain, %fault, "the MTA-STS policy in force could not be brought up to date");
    }
    policies.with_mta_sts(policy)
}
