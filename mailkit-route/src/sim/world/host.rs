//! Mail hosts of simulated domains.

use super::WorldOptions;
use crate::sim::{Fault, FaultKind};

/// A mail host of a simulated domain.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SimHost {
    /// The domain it serves.
    pub domain: usize,
    /// Its preference: in worlds drawn by chance 0, or 1 for a backup.
    pub preference: u16,
    /// Where it stands.
    pub site: usize,
    /// Seconds of its own work on a mail.
    pub service: f64,
    /// What breaks, in the order of time.
    pub faults: Vec<Fault>,
}

impl SimHost {
    /// A host of that domain, preference and place that takes so many seconds for a mail, and never breaks.
    #[must_use]
    pub fn new(domain: usize, preference: u16, site: usize, service: f64) -> Self {
        Self { domain, preference, site, service, faults: Vec::new() }
    }

    /// With one more fault, later than those it has.
    #[must_use]
    pub fn with_fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Whether it can be in a world of so many domains and places.
    pub(super) fn fits(&self, domains: usize, sites: usize) -> bool {
        let seconds = 0.0..=WorldOptions::LENGTH;
        let lasts = |fault: &Fault| {
            let more = if let FaultKind::Slow(more) = fault.kind { more } else { 0.0 };
            let is_of_hosts = !matches!(fault.kind, FaultKind::Congestion | FaultKind::Outage);
            let is_span = fault.from < fault.until && seconds.contains(&fault.from);
            is_span && fault.until.is_finite() && is_of_hosts && seconds.contains(&more)
        };
        let in_order = self.faults.iter().zip(self.faults.iter().skip(1));
        self.domain < domains
            && self.site < sites
            && seconds.contains(&self.service)
            && self.faults.iter().all(lasts)
            && in_order.into_iter().all(|(one, next)| one.until <= next.from)
    }
}
