//! The terms of a tree as one sequence.

mod place;

use place::Place;

use super::{FlattenErrorKind, FlattenOptions, SpfSource};
use crate::record::spf::{Directive, DomainSpec, Mechanism, Modifier, Qualifier, SpfTerm};
use crate::spf::network::AddressSet;
use crate::spf::tree::{SpfNode, SpfNodeTerm, SpfTermState, SpfTreeProblem};

/// The sequence that stands for a record, and what each of its terms gave.
pub(super) struct Inlined {
    pub(super) sequence: Sequence,
    pub(super) sources: Vec<SpfSource>,
}

/// Items, of which the first that matches decides, and what decides if none does.
#[derive(Debug, Default)]
pub(super) struct Sequence {
    pub(super) items: Vec<Item>,
    pub(super) end: End,
}

#[derive(Clone, Debug)]
pub(super) enum Item {
    /// Addresses and what their match means.
    Networks(Qualifier, AddressSet),
    /// A term that stays, and the lookups it takes.
    Kept(Directive, usize),
}

#[derive(Debug, Default)]
pub(super) enum End {
    #[default]
    Nothing,
    All(Qualifier),
    /// A `redirect` that stays, and the lookups it takes.
    Redirect(DomainSpec, usize),
}

pub(super) fn inline(
    root: &SpfNode,
    options: &FlattenOptions,
) -> Result<Inlined, FlattenErrorKind> {
    let place = Place::root(options);
    let mut inlined = Inlined { sequence: Sequence::default(), sources: Vec::new() };
    for term in reached(root) {
        // At the root every term can stay where it is, so this gives something for each.
        let Some(piece) = place.term(term, root) else { continue };
        bounded(&piece.items)?;
        inlined.sources.push(source(term, &piece)?);
        inlined.sequence.items.extend(piece.items);
        inlined.sequence.end = piece.end;
    }
    inlined.sequence.items = shortest(inlined.sequence.items, &inlined.sequence.end);
    bounded(&inlined.sequence.items)?;
    Ok(inlined)
}

/// Refuses sets that take more networks than any records hold.
fn bounded(items: &[Item]) -> Result<(), FlattenErrorKind> {
    let too_many = |item: &Item| match item {
        Item::Networks(_, set) => set.exceeds(MAX_NETWORKS),
        Item::Kept(..) => false,
    };
    match items.iter().any(too_many) {
        true => Err(FlattenErrorKind::TooManyNetworks { limit: MAX_NETWORKS }),
        false => Ok(()),
    }
}

/// Networks of one meaning: as many as a tree has, and again for what is left between them.
pub(super) const MAX_NETWORKS: usize = 20_000;

fn source(term: &SpfNodeTerm, piece: &Sequence) -> Result<SpfSource, FlattenErrorKind> {
    let mut set = AddressSet::default();
    let mut kept = Vec::new();
    for item in &piece.items {
        match item {
            Item::Networks(_, networks) => set = set.union(networks),
            Item::Kept(directive, _) => kept.push(directive.to_string()),
        }
    }
    if let End::Redirect(target, _) = &piece.end {
        kept.push(format!("redirect={target}"));
    }
    if set.exceeds(MAX_NETWORKS) {
        return Err(FlattenErrorKind::TooManyNetworks { limit: MAX_NETWORKS });
    }
    let (networks, problem) = (set.networks(), problem(term));
    Ok(SpfSource { term: term.text.clone(), networks, kept, problem })
}

/// The first thing that is wrong with a term or with a record that it leads to.
fn problem(term: &SpfNodeTerm) -> Option<SpfTreeProblem> {
    if let SpfTermState::Problem(problem) = &term.state {
        return Some(problem.clone());
    }
    let nested = term.nested.as_ref()?;
    nested.problem.clone().or_else(|| nested.terms.iter().find_map(problem))
}

/// The directives and the redirect that a check can come to; `redirect` last, as it counts.
fn reached(node: &SpfNode) -> impl Iterator<Item = &SpfNodeTerm> {
    let counts = |term: &&SpfNodeTerm| {
        let silent =
            matches!(term.term, SpfTerm::Modifier(Modifier::Explanation(_) | Modifier::Other(_)));
        !silent && term.state != SpfTermState::NotReached
    };
    let is_redirect = |term: &&SpfNodeTerm| matches!(term.term, SpfTerm::Modifier(_));
    let terms = || node.terms.iter().filter(counts);
    terms().filter(move |term| !is_redirect(term)).chain(terms().filter(is_redirect))
}

/// The sequence without what never decides, neighbours of one meaning joined.
fn shortest(items: Vec<Item>, end: &End) -> Vec<Item> {
    let mut short: Vec<Item> = Vec::new();
    let mut decided = AddressSet::default();
    let mut kept: Vec<Mechanism> = Vec::new();
    for item in items {
        match item {
            Item::Networks(_, set) if set.minus(&decided).is_empty() => {}
            Item::Networks(qualifier, set) => {
                let live = live(&set, &decided);
                decided = decided.union(&set);
                match short.last_mut() {
                    Some(Item::Networks(of, before)) if *of == qualifier => {
                        *before = before.union(&live);
                    }
                    _ if live.is_empty() => {}
                    _ => short.push(Item::Networks(qualifier, live)),
                }
            }
            // What did not match the first time does not match the second.
            Item::Kept(directive, lookups) => {
                if !kept.contains(directive.mechanism()) {
                    kept.push(directive.mechanism().clone());
                    short.push(Item::Kept(directive, lookups));
                }
            }
        }
    }
    if let (Some(Item::Networks(last, _)), End::All(all)) = (short.last(), end)
        && last == all
    {
        short.pop();
    }
    short
}

/// The networks of a set without those that lie in another.
fn live(set: &AddressSet, decided: &AddressSet) -> AddressSet {
    if decided.is_empty() {
        return set.clone();
    }
    set.networks().into_iter().filter(|network| !decided.covers(network)).collect()
}
