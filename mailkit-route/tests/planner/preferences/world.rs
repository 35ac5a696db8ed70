//! What random histories are made of, and what each failure in them speaks of.

use std::{
    collections::HashMap,
    net::IpAddr,
    time::{Duration, SystemTime},
};

use mailkit_route::{BreakerScope, Destination, EgressId, Hop, Reason};

/// What a breaker may be about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Scope {
    Address(IpAddr),
    /// The address, for mail to a domain.
    Domain(IpAddr, usize),
    Egress(EgressId),
    Path(EgressId, IpAddr),
    Reputation(EgressId, usize),
    /// By the /24 of the address.
    Way(EgressId, [u8; 3]),
}

impl Scope {
    pub(super) fn of(
        scope: BreakerScope,
        egress: Option<&EgressId>,
        address: Option<IpAddr>,
        domain: usize,
    ) -> Self {
        let (egress, address) = (|| egress.cloned().unwrap(), || address.unwrap());
        match scope {
            BreakerScope::Address => Self::Address(address()),
            BreakerScope::Domain => Self::Domain(address(), domain),
            BreakerScope::Egress => Self::Egress(egress()),
            BreakerScope::Path => Self::Path(egress(), address()),
            BreakerScope::Reputation => Self::Reputation(egress(), domain),
            BreakerScope::Site => Self::Way(egress(), network(address())),
            _ => unreachable!("a scope that the test does not know"),
        }
    }
}

fn network(address: IpAddr) -> [u8; 3] {
    match address {
        IpAddr::V4(v4) => [v4.octets()[0], v4.octets()[1], v4.octets()[2]],
        IpAddr::V6(_) => unreachable!("the test has no such address"),
    }
}

/// When something last spoke against each thing, and until when one mail tries whether that is over.
#[derive(Default)]
pub(super) struct Failures {
    failed: HashMap<Scope, SystemTime>,
    tried: HashMap<Scope, SystemTime>,
}

impl Failures {
    /// Whether it failed, and others may be kept off it still.
    pub(super) fn explain(&self, scope: &Scope, now: SystemTime) -> bool {
        let Some(failed) = self.failed.get(scope) else { return false };
        now.duration_since(*failed).unwrap_or_default() <= LONGEST_PAUSE
            || self.tried.get(scope).is_some_and(|until| now <= *until)
    }

    /// A hop is given to one mail: others wait for what comes of it where it is a trial.
    pub(super) fn give(&mut self, hop: &Hop, domain: usize, now: SystemTime) {
        for reason in &hop.reasons {
            if let Reason::HalfOpen { scope, .. } = reason {
                let scope = Scope::of(*scope, Some(&hop.egress), Some(hop.address), domain);
                self.tried.insert(scope, now + hop.attempt_timeout.max(TRIAL));
            }
        }
    }

    /// The egress did not work.
    pub(super) fn of_egress(&mut self, egress: &EgressId, now: SystemTime) {
        self.failed.insert(Scope::Egress(egress.clone()), now);
    }

    /// No connection: the host may be down or the way to it. An egress is held responsible only if it failed before,
    /// and this was the trial of it.
    pub(super) fn of_connection(&mut self, egress: &EgressId, address: IpAddr, now: SystemTime) {
        let way = Scope::Way(egress.clone(), network(address));
        for scope in [Scope::Address(address), Scope::Path(egress.clone(), address), way] {
            self.failed.insert(scope, now);
        }
        self.failed.entry(Scope::Egress(egress.clone())).and_modify(|last| *last = now);
    }

    /// A host puts off mail to a domain.
    pub(super) fn of_domain(&mut self, address: IpAddr, domain: usize, now: SystemTime) {
        self.failed.insert(Scope::Domain(address, domain), now);
    }

    /// A host was not ready, or does not think well of the egress.
    pub(super) fn of_deferral(
        &mut self,
        egress: &EgressId,
        address: IpAddr,
        domain: usize,
        now: SystemTime,
    ) {
        let reputation = Scope::Reputation(egress.clone(), domain);
        for scope in [Scope::Address(address), Scope::Path(egress.clone(), address), reputation] {
            self.failed.insert(scope, now);
        }
    }
}

pub(super) fn random_destination(number: usize, dice: &mut Dice) -> Destination {
    let rows: Vec<_> = (0..1 + dice.below(5))
        .map(|_| {
            let network = ["203.0.113", "198.51.100"][dice.below(2)];
            let host = format!("mx{}.example", dice.below(4));
            (10 * (1 + dice.below(3)) as u16, host, format!("{network}.{}", dice.below(9)))
        })
        .collect();
    let rows: Vec<_> = rows.iter().map(|(rank, host, at)| (*rank, &**host, &**at)).collect();
    Destination::from_mx(format!("buyer{number}.example").parse().unwrap(), rows).unwrap()
}

/// Small and good enough (`SplitMix64`).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        (self.roll() % end as u64) as usize
    }
}

/// No pause lasts longer after the last failure, with its jitter and the wait for a probe.
const LONGEST_PAUSE: Duration = Duration::from_secs(400);
/// For so long one mail alone tries what failed, or for as long as the walk through its plan takes.
const TRIAL: Duration = Duration::from_secs(21);
