//! The order of the paths to the hosts of one preference.

use std::net::IpAddr;

use crate::evidence::{PathId, RowId, about_as_fast};
use crate::{Egress, MxHost, Reason, Removed, Rule};

/// An address to be reached.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    pub(super) mx: &'a MxHost,
    /// The place of the host among its equals, by chance.
    pub(super) host_rank: u64,
    pub(super) address: IpAddr,
    /// The place of the address among those of its host, by the resolver.
    pub(super) address_rank: usize,
    pub(super) host: RowId,
}

/// A path that may become a hop.
pub(super) struct Candidate<'a> {
    pub(super) target: Target<'a>,
    pub(super) id: PathId,
    pub(super) egress: &'a Egress,
    /// Until a mail is taken, in seconds.
    pub(super) seconds: f32,
    /// The least of it that one may hope for.
    pub(super) hoped: f32,
    /// How many egresses come before it for the same address.
    pub(super) round: usize,
    /// Failures in a row, of the path and of what it has in common with others.
    pub(super) failures: u32,
    pub(super) reasons: Vec<Reason>,
    /// A breaker is open, and strict order keeps the path all the same.
    pub(super) shunned: bool,
    /// How much the mail would rather take another egress.
    pub(super) reluctance: u8,
}

impl<'a> Candidate<'a> {
    pub(super) fn new(target: Target<'a>, id: PathId, egress: &'a Egress, seconds: f32) -> Self {
        let (hoped, reasons) = (seconds, Vec::new());
        let (round, failures, shunned, reluctance) = (0, 0, false, 0);
        Self { target, id, egress, seconds, hoped, round, failures, reasons, shunned, reluctance }
    }

    /// What counts before any time.
    fn class(&self) -> (bool, u8) {
        (self.shunned, self.reluctance)
    }

    pub(super) fn removed(&self, rule: Rule) -> Removed {
        let egress = Some(self.egress.id().clone());
        Removed { egress, ..Removed::address(self.target.mx, self.target.address, rule) }
    }
}

/// The paths to one address, best egress first; among egresses about as fast, the one given first.
///
/// The choice is stable, for who changes the egress without need spoils the reputation of both.
pub(super) fn by_egress(paths: &mut [Candidate<'_>]) {
    by_time(paths, |group| group.sort_by_key(|path| path.id.egress));
}

/// Each address from its best egress, then each from its next one.
pub(super) fn in_rounds(addresses: Vec<Vec<Candidate<'_>>>, seed: u64) -> Vec<Candidate<'_>> {
    let mut rounds: Vec<Vec<Candidate<'_>>> = Vec::new();
    for paths in addresses {
        rounds.resize_with(rounds.len().max(paths.len()), Vec::new);
        rounds.iter_mut().zip(paths).for_each(|(round, path)| round.push(path));
    }
    rounds.iter_mut().for_each(|paths| by_time(paths, |group| order_equals(group, seed)));
    for (round, paths) in rounds.iter_mut().enumerate().skip(1) {
        for path in paths {
            path.round = round;
            path.reasons.push(Reason::OtherEgress);
        }
    }
    let mut ranked: Vec<_> = rounds.into_iter().flatten().collect();
    ranked.sort_by_key(|path| path.shunned);
    ranked
}

/// Hosts about as fast stand in the order of chance, their addresses in that of the resolver.
fn order_equals(group: &mut [Candidate<'_>], seed: u64) {
    group.sort_by_key(|path| (path.target.host_rank, path.target.address_rank));
    let hosts = group.chunk_by(|a, b| a.target.host_rank == b.target.host_rank).count();
    if hosts > 1 {
        let reason = Reason::EqualPreference { hosts, seed };
        group.iter_mut().for_each(|path| path.reasons.push(reason.clone()));
    }
}

/// Sorts by class and time, and hands over each group about as fast as its fastest.
fn by_time<'t>(paths: &mut [Candidate<'t>], mut order: impl FnMut(&mut [Candidate<'t>])) {
    paths.sort_by(|a, b| a.class().cmp(&b.class()).then(a.hoped.total_cmp(&b.hoped)));
    let mut rest = paths;
    while let Some((class, fastest)) = rest.first().map(|path| (path.class(), path.hoped)) {
        let near = about_as_fast(fastest);
        let size = rest.partition_point(|path| path.class() == class && path.hoped <= near);
        let (group, slower) = rest.split_at_mut(size);
        order(group);
        rest = slower;
    }
}
