//! What came of a run.

use std::collections::{HashMap, HashSet};

use super::compare::quantile;
use super::run::MailTrace;
use super::world::World;

/// What came of a run: times from the posting of a mail until it was taken.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Run {
    /// Mails posted.
    pub mails: usize,
    /// Mails taken before the end.
    pub taken: usize,
    /// The mean time in seconds.
    pub mean: f64,
    /// Half of the mails took no longer, in seconds.
    pub p50: f64,
    /// Of a hundred, 95 took no longer.
    pub p95: f64,
    /// Of a hundred, 99 took no longer.
    pub p99: f64,
    /// The share of mails taken within a minute.
    pub within_a_minute: f64,
    /// Connections for mail, a mail.
    pub attempts_per_mail: f64,
    /// Connections without mail.
    pub probes: u64,
    /// Connections to a backup though a better host was neither tried nor dead, a mail. The policy may have had reasons:
    /// what looked like the fault of the host was one of the way.
    pub early_backups: f64,
    /// Of the mails posted during a fault of one of several hosts, the share that tried it, in the mean over the faults.
    pub exposed: f64,
}

impl Run {
    pub(super) fn new(
        mails: usize,
        mut times: Vec<f64>,
        attempts: u64,
        probes: u64,
        backups: u64,
        exposed: f64,
    ) -> Self {
        times.sort_by(f64::total_cmp);
        let mean = times.iter().sum::<f64>() / times.len().max(1) as f64;
        let posted = mails.max(1) as f64;
        let within = times.partition_point(|&time| time <= 60.0) as f64 / posted;
        let quantile = |share| quantile(&times, share);
        Self {
            mails,
            taken: times.len(),
            mean,
            p50: quantile(0.5),
            p95: quantile(0.95),
            p99: quantile(0.99),
            within_a_minute: within,
            attempts_per_mail: attempts as f64 / posted,
            probes,
            early_backups: backups as f64 / posted,
            exposed,
        }
    }
}

/// Which mails tried a host during its fault.
#[derive(Default)]
pub(super) struct Exposure(HashMap<(usize, u64), HashSet<usize>>);

impl Exposure {
    pub(super) fn hit(&mut self, mail: usize, host: usize, since: f64) {
        self.0.entry((host, since.to_bits())).or_default().insert(mail);
    }

    /// Over the faults of the best hosts, where there was another one and at least ten mails came.
    pub(super) fn share(&self, world: &World<'_>, mails: &[MailTrace]) -> f64 {
        let mut born: Vec<Vec<(f64, usize)>> = vec![Vec::new(); world.domains()];
        for (number, mail) in mails.iter().enumerate() {
            if let Some(born) = born.get_mut(mail.domain) {
                born.push((mail.posted, number));
            }
        }
        let mut shares = Vec::new();
        for (index, host) in world.hosts().iter().enumerate() {
            if host.preference > 0 || world.hosts_of(host.domain).len() < 2 {
                continue;
            }
            let born = born.get(host.domain).map_or(&[][..], Vec::as_slice);
            for fault in host.faults.iter().filter(|fault| world.dead(index, fault.from).is_some())
            {
                let from = born.partition_point(|&(time, _)| time < fault.from);
                let until = born.partition_point(|&(time, _)| time < fault.until);
                let during = born.get(from..until).unwrap_or_default();
                let hit = self.0.get(&(index, fault.from.to_bits()));
                if during.len() >= 10 {
                    let hits =
                        during.iter().filter(|(_, it)| hit.is_some_and(|hit| hit.contains(it)));
                    shares.push(hits.count() as f64 / during.len() as f64);
                }
            }
        }
        shares.iter().sum::<f64>() / shares.len().max(1) as f64
    }
}
