//! Answers from the network, by hickory (feature `resolver`).

mod data;
mod session;

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr;
use thiserror::Error;
use tokio::time::Instant;

use crate::checkup::{Checkup, CheckupReport, CheckupRequest};
use crate::dmarc::{DmarcEvaluation, DmarcRequest, DmarcVerdict};
use crate::lookup::{Answer, Question, RecordType};
use crate::spf::tree::{SpfTree, SpfTreeEvaluation, SpfTreeRequest};
use crate::spf::{SpfEvaluation, SpfRequest, SpfVerdict};
use data::{record_data, wire_name, with_type};
use session::Session;

/// A resolver that answers the questions of SPF and DMARC checks, with hickory's cache behind it.
///
/// Clones share the cache. It must be used within a tokio runtime whose time is enabled.
///
/// ```no_run
/// use mailkit_auth::resolver::Resolver;
/// use mailkit_auth::spf::{SpfRequest, SpfResult};
///
/// # async fn example() -> Result<(), mailkit_auth::resolver::ResolverError> {
/// let resolver = Resolver::system()?;
/// let request = SpfRequest::new([192, 0, 2, 7], "mx.acme.test", "alice@acme.test");
/// let verdict = resolver.check_host(&request).await;
/// assert_eq!(verdict.result, SpfResult::Pass);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Resolver {
    inner: TokioResolver,
    time_limit: Duration,
}

impl Resolver {
    /// A resolver that asks the name servers of this host.
    ///
    /// # Errors
    ///
    /// If the configuration of the host cannot be read.
    pub fn system() -> Result<Self, ResolverError> {
        let mut builder = TokioResolver::builder_tokio().map_err(ResolverError)?;
        prepare(builder.options_mut());
        builder.build().map(Self::from).map_err(ResolverError)
    }

    /// A resolver that asks these name servers, over UDP and, where an answer is long, over TCP.
    ///
    /// # Errors
    ///
    /// If hickory refuses the configuration.
    pub fn with_name_servers(servers: &[SocketAddr]) -> Result<Self, ResolverError> {
        let servers = servers.iter().map(|server| {
            let mut config = NameServerConfig::udp_and_tcp(server.ip());
            config.connections.iter_mut().for_each(|connection| connection.port = server.port());
            config
        });
        let config = ResolverConfig::from_name_servers(servers.collect());
        let provider = TokioRuntimeProvider::default();
        let mut builder = TokioResolver::builder_with_config(config, provider);
        prepare(builder.options_mut());
        builder.build().map(Self::from).map_err(ResolverError)
    }

    /// With another time for a whole check, however many questions it asks. The default is 20
    /// seconds, the least RFC 7208 section 4.6.4 allows; what is asked later is not answered.
    #[must_use]
    pub fn with_time_limit(self, time_limit: Duration) -> Self {
        Self { time_limit, ..self }
    }

    /// The hickory resolver within.
    #[must_use]
    pub fn inner(&self) -> &TokioResolver {
        &self.inner
    }

    /// Whether the client may send for the domain of the envelope sender.
    pub async fn check_host(&self, request: &SpfRequest<'_>) -> SpfVerdict {
        self.begin().drive(SpfEvaluation::new(request)).await
    }

    /// Every record that a domain's SPF record leads to. What the time limit cuts off is a problem
    /// of its branch.
    pub async fn spf_tree(&self, request: impl Into<SpfTreeRequest>) -> SpfTree {
        self.begin().drive(SpfTreeEvaluation::new(request).0).await
    }

    /// Whether the author's domain is proved, and what it asks for if not.
    pub async fn evaluate_dmarc(&self, request: &DmarcRequest) -> DmarcVerdict {
        self.begin().drive(DmarcEvaluation::new(request).0).await
    }

    /// The health of a domain. What is asked after the time limit counts as not checked; give a
    /// check-up a minute.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// use mailkit_auth::checkup::CheckupRequest;
    /// use mailkit_auth::resolver::Resolver;
    ///
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let resolver = Resolver::system()?.with_time_limit(Duration::from_secs(60));
    /// let report = resolver.check_up(&CheckupRequest::new("acme.test".parse()?)).await;
    /// assert!(report.grade.is_some(), "the DNS gave no answer");
    /// # Ok(())
    /// # }
    /// ```
    pub async fn check_up(&self, request: &CheckupRequest) -> CheckupReport {
        self.begin().drive(Checkup::new(request).0).await
    }

    /// The answer of the network. Only a certain one says that there is no such name or record;
    /// whatever else goes wrong is a temporary failure.
    pub async fn answer(&self, question: &Question) -> Answer {
        let Some(name) = wire_name(&question.name) else { return Answer::NoSuchName };
        let record_type = match question.record_type {
            RecordType::A => rr::RecordType::A,
            RecordType::Aaaa => rr::RecordType::AAAA,
            RecordType::Cname => rr::RecordType::CNAME,
            RecordType::Ds => rr::RecordType::DS,
            RecordType::Mx => rr::RecordType::MX,
            RecordType::Ns => rr::RecordType::NS,
            RecordType::Ptr => rr::RecordType::PTR,
            RecordType::Spf => rr::RecordType::Unknown(99),
            RecordType::Tlsa => rr::RecordType::TLSA,
            RecordType::Txt => rr::RecordType::TXT,
        };
        let answers = match self.inner.lookup(name, record_type).await {
            Ok(lookup) => lookup.answers().iter().filter_map(|it| record_data(&it.data)).collect(),
            Err(error) => return failed(&error),
        };
        with_type(answers, question.record_type)
    }

    /// Begins a check, whose time runs from now on.
    pub(crate) fn begin(&self) -> Session<'_> {
        let now = Instant::now();
        // A limit beyond what a clock counts is years.
        let deadline = now.checked_add(self.time_limit).unwrap_or_else(|| now + YEARS);
        Session { resolver: self, deadline }
    }
}

impl From<TokioResolver> for Resolver {
    /// Takes the resolver as it is configured.
    fn from(inner: TokioResolver) -> Self {
        Self { inner, time_limit: TIME_LIMIT }
    }
}

impl fmt::Debug for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resolver").field("time_limit", &self.time_limit).finish_non_exhaustive()
    }
}

/// Why there is no resolver.
#[derive(Debug, Error)]
#[error("the resolver cannot be configured")]
pub struct ResolverError(#[source] NetError);

/// The time for a whole check (RFC 7208 section 4.6.4).
const TIME_LIMIT: Duration = Duration::from_secs(20);

/// Longer than any check.
const YEARS: Duration = Duration::from_secs(10 * 365 * 86_400);

/// What is proved must come from the DNS, not from a file of this host.
fn prepare(options: &mut ResolverOpts) {
    options.use_hosts_file = ResolveHosts::Never;
}

fn failed(error: &NetError) -> Answer {
    let NetError::Dns(DnsError::NoRecordsFound(none)) = error else {
        return Answer::TemporaryFailure;
    };
    match none.response_code {
        ResponseCode::NXDomain => Answer::NoSuchName,
        ResponseCode::NoError => Answer::NoRecords,
        _ => Answer::TemporaryFailure,
    }
}
