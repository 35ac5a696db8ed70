//! What is known to fail, and whose fault it seems to be.

use std::{
    net::IpAddr,
    time::{Duration, SystemTime},
};

use crate::{
    Limits,
    bounded::BoundedMap,
    breaker::{Breaker, BreakerOptions},
    estimate::Evidence,
    reason::BreakerScope,
};

/// Breakers and evidence of every path, and the breakers of what several bad paths have in common.
///
/// A failure speaks against its path. Only when an address fails from two egresses is the address at
/// fault, and only when an egress fails towards several addresses is the egress at fault; witnesses
/// that are themselves at fault do not count. So a broken line of ours condemns no host.
#[derive(Debug)]
pub(crate) struct Health {
    paths: BoundedMap<(usize, IpAddr), Path>,
    addresses: BoundedMap<IpAddr, Suspect<usize>>,
    egresses: Vec<Suspect<IpAddr>>,
    options: BreakerOptions,
}

#[derive(Debug, Default)]
struct Path {
    breaker: Breaker,
    evidence: Evidence,
}

/// Something blamed by witnesses, each counted once since the last success.
#[derive(Debug)]
struct Suspect<W> {
    breaker: Breaker,
    witnesses: Vec<W>,
}

impl<W> Default for Suspect<W> {
    fn default() -> Self {
        Self { breaker: Breaker::default(), witnesses: Vec::new() }
    }
}

impl<W: PartialEq> Suspect<W> {
    fn blame(&mut self, witness: W) {
        if self.witnesses.len() < MOST_WITNESSES && !self.witnesses.contains(&witness) {
            self.witnesses.push(witness);
        }
    }
}

impl Health {
    pub(crate) fn new(egresses: usize, limits: &Limits, options: BreakerOptions) -> Self {
        Self {
            paths: BoundedMap::new(limits.paths),
            addresses: BoundedMap::new(limits.paths),
            egresses: (0..egresses).map(|_| Suspect::default()).collect(),
            options,
        }
    }

    pub(crate) fn evidence(&self, egress: usize, address: IpAddr) -> Evidence {
        self.paths.get(&(egress, address)).map(|path| path.evidence).unwrap_or_default()
    }

    pub(crate) fn egress(&self, egress: usize) -> Option<&Breaker> {
        self.egresses.get(egress).map(|suspect| &suspect.breaker)
    }

    pub(crate) fn address(&self, address: IpAddr) -> Option<&Breaker> {
        self.addresses.get(&address).map(|suspect| &suspect.breaker)
    }

    pub(crate) fn path(&self, egress: usize, address: IpAddr) -> Option<&Breaker> {
        self.paths.get(&(egress, address)).map(|path| &path.breaker)
    }

    pub(crate) fn begin_trial(
        &mut self,
        scope: BreakerScope,
        egress: usize,
        address: IpAddr,
        now: SystemTime,
        attempt: Duration,
    ) {
        let breaker = match scope {
            BreakerScope::Egress => {
                self.egresses.get_mut(egress).map(|suspect| &mut suspect.breaker)
            }
            BreakerScope::Address => Some(&mut self.addresses.entry(address).breaker),
            BreakerScope::Path => Some(&mut self.paths.entry((egress, address)).breaker),
        };
        if let Some(breaker) = breaker {
            breaker.begin_trial(now, attempt);
        }
    }

    pub(crate) fn succeed(
        &mut self,
        egress: usize,
        address: IpAddr,
        latency: Option<Duration>,
        now: SystemTime,
    ) {
        let path = self.paths.entry((egress, address));
        path.breaker.succeed();
        if let Some(latency) = latency {
            path.evidence.observe(latency, now);
        }
        if self.addresses.get(&address).is_some() {
            *self.addresses.entry(address) = Suspect::default();
        }
        if let Some(suspect) = self.egresses.get_mut(egress) {
            *suspect = Suspect::default();
        }
    }

    pub(crate) fn fail(
        &mut self,
        egress: usize,
        address: IpAddr,
        attempt: Duration,
        now: SystemTime,
    ) {
        self.paths.entry((egress, address)).breaker.fail(now, attempt, &self.options);
        self.addresses.entry(address).blame(egress);
        if let Some(suspect) = self.egresses.get_mut(egress) {
            suspect.blame(address);
        }
        if self.egresses.len() > 1 {
            self.judge_address(address, attempt, now);
            self.judge_egress(egress, attempt, now);
        }
    }

    fn judge_address(&mut self, address: IpAddr, attempt: Duration, now: SystemTime) {
        let Self { addresses, egresses, options, .. } = self;
        let suspect = addresses.entry(address);
        let sound = |egress: &&usize| {
            egresses.get(**egress).is_some_and(|suspect| suspect.breaker.failures() == 0)
        };
        if suspect.witnesses.iter().filter(sound).count() >= WITNESSES_AGAINST_ADDRESS {
            suspect.breaker.fail(now, attempt, options);
        }
    }

    fn judge_egress(&mut self, egress: usize, attempt: Duration, now: SystemTime) {
        let Self { addresses, egresses, options, .. } = self;
        let Some(suspect) = egresses.get_mut(egress) else { return };
        let sound = |address: &&IpAddr| {
            addresses.get(address).is_none_or(|suspect| suspect.breaker.failures() == 0)
        };
        if suspect.witnesses.iter().filter(sound).count() >= WITNESSES_AGAINST_EGRESS {
            suspect.breaker.fail(now, attempt, options);
        }
    }

    /// How many paths are remembered.
    pub(crate) fn len(&self) -> usize {
        self.paths.len()
    }
}

/// Egresses from which an address must have failed before the address is left alone.
const WITNESSES_AGAINST_ADDRESS: usize = 2;
/// Addresses, none of them at fault, to which an egress must have failed before it is left alone.
const WITNESSES_AGAINST_EGRESS: usize = 3;
const MOST_WITNESSES: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::breaker::BreakerState;

    const NOW: SystemTime = SystemTime::UNIX_EPOCH;
    const ATTEMPT: Duration = Duration::from_secs(5);

    fn health(egresses: usize, failures: &[(usize, u8)]) -> Health {
        let mut health = Health::new(egresses, &Limits::default(), BreakerOptions::default());
        for &(egress, last) in failures {
            health.fail(egress, address(last), ATTEMPT, NOW);
        }
        health
    }

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    fn open(breaker: Option<&Breaker>) -> bool {
        breaker.is_some_and(|breaker| matches!(breaker.state(NOW), BreakerState::Open { .. }))
    }

    #[test]
    fn a_failure_condemns_its_path_alone() {
        let health = health(2, &[(0, 1)]);
        assert!(open(health.path(0, address(1))));
        assert!(!open(health.path(1, address(1))));
        assert!(!open(health.address(address(1))) && !open(health.egress(0)));
    }

    #[test]
    fn two_egresses_condemn_the_address() {
        let health = health(3, &[(0, 1), (1, 1)]);
        assert!(open(health.address(address(1))));
        assert!(!open(health.egress(0)) && !open(health.egress(1)));
    }

    #[test]
    fn a_broken_egress_condemns_no_host() {
        let mut health = health(2, &[(0, 1), (0, 2), (0, 3)]);
        assert!(open(health.egress(0)));
        assert!((1..4).all(|last| !open(health.address(address(last)))));
        // One failure from the sound egress is one witness, not two.
        health.fail(1, address(1), ATTEMPT, NOW);
        assert!(!open(health.address(address(1))));
    }

    #[test]
    fn dead_hosts_condemn_no_egress() {
        let failures = [(0, 1), (1, 1), (0, 2), (1, 2), (0, 3), (1, 3), (0, 4), (1, 4)];
        let health = health(2, &failures);
        assert!((1..5).all(|last| open(health.address(address(last)))));
        assert!(!open(health.egress(0)) && !open(health.egress(1)));
    }

    #[test]
    fn a_single_egress_is_never_condemned() {
        let failures: Vec<_> = (0..50).map(|last| (0, last)).collect();
        let health = health(1, &failures);
        assert!(!open(health.egress(0)) && open(health.path(0, address(7))));
    }

    #[test]
    fn a_success_clears_all_it_touches() {
        let mut health = health(2, &[(0, 1), (1, 1), (0, 2), (0, 3), (0, 4)]);
        health.succeed(0, address(1), Some(ATTEMPT), NOW);
        assert!(!open(health.address(address(1))) && !open(health.egress(0)));
        assert!(!open(health.path(0, address(1))) && open(health.path(1, address(1))));
    }

    #[test]
    fn memory_is_bounded_under_random_destinations() {
        let limits = Limits { paths: 1_000, ..Limits::default() };
        let mut health = Health::new(2, &limits, BreakerOptions::default());
        for n in 0..50_000_u32 {
            let address = IpAddr::from(n.to_be_bytes());
            health.fail(n as usize % 2, address, ATTEMPT, NOW);
            health.succeed(1, address, Some(ATTEMPT), NOW);
        }
        assert!(health.len() <= 1_000 && health.addresses.len() <= 1_000);
    }
}
