//! Who answers questions to the DNS: zone files, a server, or the system's resolver.

mod network;
mod zone_answers;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use mailkit_auth::Domain;
use mailkit_auth::checkup::{self, CheckupReport, CheckupRequest};
use mailkit_auth::lint::TxtRecord;
use mailkit_auth::lookup::{Answer, Lookup as _, Name, Question, RecordType};
use mailkit_auth::resolver::Resolver;
use mailkit_auth::spf::tree::{self, SpfTree, SpfTreeEvaluation, SpfTreeRequest};
use mailkit_auth::spf::{self, SpfEvaluation, SpfRequest, SpfVerdict};
use mailkit_auth::verify::{self, AuthReport, Envelope, Verification, Verifier, VerifyLimits};

use super::error::{CommandError, because};
use super::output::Waiting;
use super::zone_file::ZoneFiles;
use network::{Network, first};
use zone_answers::ZoneAnswers;

/// Where answers of the DNS come from.
#[derive(Clone, Debug, clap::Args)]
pub struct DnsArguments {
    /// A zone file to answer from, so that nothing is asked of the network; may be given several times.
    ///
    /// Zone text as BIND reads it, or JSON: {"acme.example": {"TXT": ["v=spf1 mx -all"], "MX": ["10 mx.acme.example"]}}
    #[arg(long, value_name = "FILE", help_heading = "DNS")]
    zone: Vec<PathBuf>,
    /// The DNS server to ask; without it and without zone files, those of this host.
    #[arg(long, value_name = "ADDRESS:PORT", conflicts_with = "zone", help_heading = "DNS")]
    server: Vec<SocketAddr>,
}

impl DnsArguments {
    /// Whether a zone file was given.
    pub(crate) fn has_zone(&self) -> bool {
        !self.zone.is_empty()
    }

    /// Whether any option says who is asked.
    pub(crate) fn is_given(&self) -> bool {
        self.has_zone() || !self.server.is_empty()
    }

    /// The name servers to ask; none where this host's are.
    pub(crate) fn servers(&self) -> &[SocketAddr] {
        &self.server
    }

    /// The records of the zone files.
    pub(crate) fn zone_files(&self) -> Result<ZoneFiles, CommandError> {
        ZoneFiles::read(&self.zone)
    }

    /// Gets ready to answer.
    pub(crate) fn open(&self) -> Result<Dns, CommandError> {
        if self.has_zone() {
            let files = self.zone_files()?;
            if files.published().is_empty() {
                return Err(CommandError::new("the zone files hold no records"));
            }
            return Ok(Dns::Zone(Box::new(ZoneAnswers::new(files))));
        }
        let resolver = match self.server.as_slice() {
            [] => Resolver::system(),
            servers => Resolver::with_name_servers(servers),
        };
        let resolver = resolver.map_err(because("cannot ask the DNS; give --server or --zone"))?;
        Ok(Dns::Network(Box::new(Network::new(resolver))))
    }
}

/// Answers from zone files, or from the network.
pub(crate) enum Dns {
    Zone(Box<ZoneAnswers>),
    Network(Box<Network>),
}

impl Dns {
    pub(crate) async fn answer(&self, name: &Name, record_type: RecordType) -> Answer {
        let question = Question::new(name.clone(), record_type);
        match self {
            Self::Zone(zone) => zone.answer(&question),
            Self::Network(network) => network.resolver.answer(&question).await,
        }
    }

    /// The texts of a name, with the seams between their strings where these are known; `None` if there was no answer.
    pub(crate) async fn texts(&self, name: &Name) -> Option<Vec<TxtRecord>> {
        let answer = self.answer(name, RecordType::Txt).await;
        match self {
            _ if answer == Answer::TemporaryFailure => None,
            Self::Zone(zone) => Some(zone.files().texts(name)),
            Self::Network(_) => Some(answer.texts().map(TxtRecord::from_joined).collect()),
        }
    }

    /// The selectors that are known to have a key; only a zone file can be searched.
    pub(crate) fn key_names(&self, domain: &Name) -> BTreeSet<Name> {
        match self {
            Self::Zone(zone) => zone.files().key_names(domain),
            Self::Network(_) => BTreeSet::new(),
        }
    }

    pub(crate) async fn check_host(
        &self,
        request: &SpfRequest<'_>,
    ) -> Result<SpfVerdict, CommandError> {
        match self {
            Self::Zone(zone) => Ok(spf::check_host(zone.as_ref(), request)),
            Self::Network(network) => {
                let _waiting = Waiting::for_the("DNS");
                network.must_reply(first(SpfEvaluation::new(request).step())).await?;
                Ok(network.resolver.check_host(request).await)
            }
        }
    }

    pub(crate) async fn spf_tree(&self, request: SpfTreeRequest) -> Result<SpfTree, CommandError> {
        match self {
            Self::Zone(zone) => Ok(tree::tree(zone.as_ref(), request)),
            Self::Network(network) => {
                let _waiting = Waiting::for_the("DNS");
                network.must_reply(first(SpfTreeEvaluation::new(request.clone()).step())).await?;
                let resolver = network.resolver.clone().with_time_limit(LONG_WORK);
                Ok(resolver.spf_tree(request).await)
            }
        }
    }

    pub(crate) async fn check_up(&self, request: &CheckupRequest) -> CheckupReport {
        match self {
            Self::Zone(zone) => checkup::check(zone.as_ref(), request),
            Self::Network(network) => {
                let _waiting = Waiting::for_the("DNS");
                network.resolver.clone().with_time_limit(LONG_WORK).check_up(request).await
            }
        }
    }

    pub(crate) async fn verify(
        &self,
        message: &[u8],
        envelope: &Envelope,
        now: SystemTime,
    ) -> Result<AuthReport, CommandError> {
        let limits = VerifyLimits::default();
        match self {
            Self::Zone(zone) => Ok(verify::verify(zone.as_ref(), message, envelope, now, limits)),
            Self::Network(network) => {
                let _waiting = Waiting::for_the("DNS");
                let questions = Verification::new(message, envelope, now, limits).questions();
                network.must_reply(questions).await?;
                Ok(Verifier::new(network.resolver.clone()).verify(message, envelope, now).await)
            }
        }
    }

    /// The domains about which zone files say all there is; none if the network is asked, or if a file holds names that
    /// are no domains by themselves.
    pub(crate) fn visible(&self) -> Vec<Domain> {
        let Self::Zone(zone) = self else { return Vec::new() };
        let domains = zone.files().apexes().map(|apex| apex.as_str().parse().ok());
        domains.collect::<Option<_>>().unwrap_or_default()
    }

    /// Fails where zone files were given that say nothing about the domain: what is not in them may well be published.
    pub(crate) fn must_hold(&self, domain: &Domain) -> Result<(), CommandError> {
        match self {
            Self::Zone(zone) if !zone.files().holds(&Name::from(domain)) => {
                let what = match zone.files().is_above(&Name::from(domain)) {
                    true => format!("names below {domain}, but not {domain} itself"),
                    false => format!("nothing of {domain}"),
                };
                Err(CommandError::new(format!("the zone files hold {what}")))
            }
            _ => Ok(()),
        }
    }

    /// Fails where nobody is there to say anything about a domain, before more is asked that would take its time as well.
    pub(crate) async fn must_reply(&self, domain: &Domain) -> Result<(), CommandError> {
        let Self::Network(network) = self else { return Ok(()) };
        let _waiting = Waiting::for_the("DNS");
        let ask = |of| Question::new(Name::from(domain), of);
        network.must_reply([RecordType::Mx, RecordType::Txt].map(ask).to_vec()).await
    }

    /// Says which questions no zone file could answer.
    pub(crate) fn tell_unseen(&self) {
        if let Self::Zone(zone) = self {
            zone.tell_unseen();
        }
    }
}

/// For questions about many names.
const LONG_WORK: Duration = Duration::from_secs(60);
