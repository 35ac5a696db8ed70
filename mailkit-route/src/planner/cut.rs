//! What stays of a plan that is longer than the limit.

use crate::Hop;

/// A hop with what decides whether it stays.
pub(super) struct Ranked {
    pub(super) hop: Hop,
    /// 0 from the best egress of its address, 1 from the next one, and so on.
    pub(super) round: usize,
    /// How often it failed since it last worked.
    pub(super) failures: u32,
}

/// The hops that stay and those that do not, each in the order they came in.
///
/// One hop of each preference stays before a second of any, for a backup that is in no plan is never
/// tried. Then each address from its best egress stays before any from its next one. Among equals,
/// what failed least stays, so that over several plans every address has its turn.
pub(super) fn to_limit(hops: Vec<Ranked>, limit: usize) -> (Vec<Hop>, Vec<Hop>) {
    let tiers = hops.chunk_by(|a, b| a.hop.preference == b.hop.preference);
    let claims: Vec<_> = tiers.enumerate().flat_map(|(tier, hops)| claims(tier, hops)).collect();
    let mut kept: Vec<_> = hops.into_iter().enumerate().zip(claims).collect();
    kept.sort_by_key(|(_, claim)| *claim);
    let cut = kept.split_off(limit.min(kept.len()));
    (in_order(kept), in_order(cut))
}

/// The claims of the hops of one preference; the lowest stays.
type Claim = (usize, u32);

fn claims(tier: usize, hops: &[Ranked]) -> impl Iterator<Item = Claim> {
    let best = (0..).zip(hops).min_by_key(|(_, ranked)| (ranked.round, ranked.failures));
    let best = best.map(|(index, _): (usize, _)| index);
    hops.iter().enumerate().map(move |(index, ranked)| match Some(index) == best {
        // The first preference never gives way, whatever its failures.
        true if tier == 0 => (0, 0),
        true => (0, ranked.failures),
        false => (ranked.round.saturating_add(1), ranked.failures),
    })
}

fn in_order(mut hops: Vec<((usize, Ranked), Claim)>) -> Vec<Hop> {
    hops.sort_by_key(|((index, _), _)| *index);
    hops.into_iter().map(|((_, ranked), _)| ranked.hop).collect()
}
