//! Who makes the probes.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::SystemTime,
};

use rustls_platform_verifier::Verifier;
use tokio::{
    net::TcpSocket,
    sync::Semaphore,
    task::JoinSet,
    time::{Instant, timeout},
};
use tokio_rustls::{
    TlsConnector,
    rustls::{client::danger::ServerCertVerifier, crypto::aws_lc_rs},
};

use super::{
    Probe, ProbeError, ProbeFailure, ProbeFault, ProbeLimits, ProbeOutcome, ProbeReport,
    ProbeRequest, ProbeTarget,
    session::{Depth, Session},
    tls,
};
use crate::{ConnectFailure, Egress, Host, Stage};

/// Connects to mail hosts and looks, without mail: greeting, `EHLO`, `STARTTLS` and the handshake, `QUIT`.
///
/// It takes any certificate whose key the host holds, for it sends nothing worth a secret. What a client that insists
/// on a valid one would say is in [`TlsSession::verdict`](super::TlsSession::verdict), if there is a verifier.
/// It connects to whatever address it is given. Clones share the limit of [`ProbeLimits::at_once`].
///
/// ```no_run
/// # async fn example(now: std::time::SystemTime) -> Result<(), Box<dyn std::error::Error>> {
/// use mailkit_route::probe::{ProbeRequest, Prober};
/// let prober = Prober::new()?.with_hello("mail.example.org".parse()?);
/// let request = ProbeRequest::new("203.0.113.10:25".parse()?).with_name("mx1.buyer.example".parse()?);
/// let report = prober.look(&request, now).await;
/// println!("{report}");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Prober {
    pub(super) hello: Option<Host>,
    pub(super) limits: ProbeLimits,
    pub(super) connector: TlsConnector,
    pub(super) verifier: Option<Arc<dyn ServerCertVerifier>>,
    turns: Arc<Semaphore>,
    port: u16,
}

impl Prober {
    /// A prober that judges no certificate and calls itself by the address it connects from.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new() -> Result<Self, ProbeError> {
        let connector = tls::connector(Arc::new(aws_lc_rs::default_provider()))?;
        let (limits, turns) = (ProbeLimits::default(), Arc::new(Semaphore::new(1)));
        let prober = Self { hello: None, limits, connector, verifier: None, turns, port: 25 };
        Ok(prober.with_limits(limits))
    }

    /// Calls itself by this name in `EHLO`.
    #[must_use]
    pub fn with_hello(self, name: Host) -> Self {
        Self { hello: Some(name), ..self }
    }

    /// Waits so long, and makes so many probes at once.
    #[must_use]
    pub fn with_limits(self, limits: ProbeLimits) -> Self {
        let at_once = limits.at_once.clamp(1, Semaphore::MAX_PERMITS);
        Self { limits, turns: Arc::new(Semaphore::new(at_once)), ..self }
    }

    /// Judges certificates as this verifier does, at the time of the probe.
    #[must_use]
    pub fn with_verifier(self, verifier: Arc<dyn ServerCertVerifier>) -> Self {
        Self { verifier: Some(verifier), ..self }
    }

    /// Judges certificates by the certificate authorities of the system.
    ///
    /// # Errors
    /// When the system has none.
    pub fn with_system_verifier(self) -> Result<Self, ProbeError> {
        let verifier = Verifier::new(Arc::new(aws_lc_rs::default_provider()))?;
        Ok(self.with_verifier(Arc::new(verifier)))
    }

    /// Asks the planner's hosts on another port than 25. The standard knows no other; a test needs one.
    #[must_use]
    pub fn with_port(self, port: u16) -> Self {
        Self { port, ..self }
    }

    /// Looks at one host. `now` is the time by which its certificate is judged.
    pub async fn look(&self, request: &ProbeRequest, now: SystemTime) -> ProbeReport {
        self.probe(request, Depth::Tls, now).await
    }

    /// Looks at many hosts at once; the reports stand in the order of the requests.
    pub async fn look_at_all(
        &self,
        requests: impl IntoIterator<Item = ProbeRequest>,
        now: SystemTime,
    ) -> Vec<ProbeReport> {
        let mut probes = JoinSet::new();
        for (number, request) in requests.into_iter().enumerate() {
            let prober = self.clone();
            probes.spawn(async move { (number, prober.look(&request, now).await) });
        }
        let mut reports = probes.join_all().await;
        reports.sort_by_key(|(number, _)| *number);
        reports.into_iter().map(|(_, report)| report).collect()
    }

    /// What came of a probe that the planner asks for, made from this machine as the egress it names: connection and
    /// greeting. Of an egress itself only this is seen, whether its addresses can be bound; who hands mail over to it
    /// asks it himself.
    ///
    /// ```no_run
    /// # async fn example(mut planner: mailkit_route::RoutePlanner, now: std::time::SystemTime)
    /// # -> Result<(), Box<dyn std::error::Error>> {
    /// let prober = mailkit_route::probe::Prober::new()?;
    /// for probe in planner.probes(now) {
    ///     let egress = planner.egress(probe.egress()).ok_or("no such egress")?;
    ///     let outcome = prober.answer(&probe, egress).await;
    ///     planner.probed(&probe, outcome, now);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn answer(&self, probe: &Probe, egress: &Egress) -> ProbeOutcome {
        let address = match probe.target() {
            ProbeTarget::Host(address) => address,
            ProbeTarget::Egress if egress.addresses().all(can_bind) => {
                return ProbeOutcome::Answered { round_trip: None };
            }
            ProbeTarget::Egress => return ProbeOutcome::Failed,
        };
        let request = ProbeRequest::new(SocketAddr::new(address, self.port))
            .with_source(egress.source_for(address));
        // No certificate is looked at, so that the time does not matter.
        self.probe(&request, Depth::Greeting, SystemTime::UNIX_EPOCH).await.outcome()
    }

    async fn probe(&self, request: &ProbeRequest, depth: Depth, now: SystemTime) -> ProbeReport {
        let mut report = ProbeReport::new(request);
        // The semaphore is never closed.
        let Ok(_turn) = self.turns.acquire().await else { return report };
        let (begun, report_to) = (Instant::now(), &mut report);
        let mut session =
            Session { prober: self, request, now, stage: Stage::Connect, report: report_to };
        let run = timeout(self.limits.total, session.run(depth)).await;
        let stage = session.stage;
        if let Err(fault) = run.unwrap_or_else(|_| Err(late_at(stage))) {
            report.failure = Some(ProbeFailure { stage, fault });
        }
        report.times.total = begun.elapsed();
        report
    }
}

impl fmt::Debug for Prober {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prober").field("limits", &self.limits).finish_non_exhaustive()
    }
}

fn late_at(stage: Stage) -> ProbeFault {
    match stage {
        Stage::Connect => ProbeFault::NoConnection { cause: ConnectFailure::TimedOut },
        _ => ProbeFault::TimedOut,
    }
}

fn can_bind(address: IpAddr) -> bool {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() };
    socket.is_ok_and(|socket| socket.bind((address, 0).into()).is_ok())
}
