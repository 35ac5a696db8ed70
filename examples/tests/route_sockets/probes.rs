//! The connections without mail that the planner asks for.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use mailkit_route::{Probe, ProbeOutcome, ProbeTarget};
use tokio::io::AsyncReadExt;
use tokio::net::TcpSocket;
use tokio::time::timeout;

use crate::names::{egress_number, host_at};
use crate::sender::Sender;
use crate::world::{self, ROUND_TRIPS};

impl Sender {
    pub(crate) async fn ask_for_probes(self: Arc<Self>) {
        loop {
            self.clock.pass(PROBES_EVERY).await;
            let now = self.clock.time();
            if self.planner().next_probes_at().is_none_or(|at| at > now) {
                continue;
            }
            for probe in self.planner().probes(now) {
                tokio::spawn(self.clone().probe(probe));
            }
        }
    }

    async fn probe(self: Arc<Self>, probe: Probe) {
        let outcome = match probe.target() {
            ProbeTarget::Host(address) => {
                let (egress, host) = (egress_number(probe.egress().as_str()), host_at(address));
                let round_trip = self.knock(egress, host).await;
                round_trip.map_or(ProbeOutcome::Failed, |it| ProbeOutcome::Answered {
                    round_trip: Some(it),
                })
            }
            _ => ProbeOutcome::Answered { round_trip: None },
        };
        self.planner().probed(&probe, outcome, self.clock.time());
        self.wake_recovered();
    }

    /// Connects and waits for the greeting; gives the time that the connection took.
    async fn knock(&self, egress: usize, host: usize) -> Option<Duration> {
        let since = self.clock.now() + world::handoff(egress);
        let round_trip = ROUND_TRIPS[egress][host];
        self.clock.reach(since + round_trip).await;
        let socket = TcpSocket::new_v4().ok()?;
        socket.bind(SocketAddr::new(world::address_of_egress(egress), 0)).ok()?;
        let greeting = async {
            let mut stream = socket.connect(self.hosts[host]).await.ok()?;
            let took = self.clock.now() - since;
            let mut code = [0; 3];
            stream.read_exact(&mut code).await.ok()?;
            (code == *b"220").then(|| Duration::from_secs_f64(took))
        };
        timeout(self.clock.real(PROBE_ROUND_TRIPS * round_trip + 0.1), greeting).await.ok()?
    }
}

/// After the SYN has arrived; with its way there it is as long as in the simulator.
const PROBE_ROUND_TRIPS: f64 = 2.0;
/// Seconds between two looks at what is due.
const PROBES_EVERY: f64 = 0.05;
