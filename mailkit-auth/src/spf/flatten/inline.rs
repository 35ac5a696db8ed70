//! The terms of a tree as one sequence.

use super::{FlattenOptions, SpfSource};
use crate::record::spf::{Directive, DomainSpec, Mechanism, Modifier, Qualifier, SpfTerm};
use crate::spf::macro_string::depends_on_domain;
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

pub(super) fn inline(root: &SpfNode, options: &FlattenOptions) -> Inlined {
    let place = Place { options, root: true };
    let mut inlined = Inlined { sequence: Sequence::default(), sources: Vec::new() };
    for term in reached(root) {
        // At the root every term can stay where it is, so this gives something for each.
        let Some(piece) = place.term(term, root) else { continue };
        inlined.sources.push(source(term, &piece));
        inlined.sequence.items.extend(piece.items);
        inlined.sequence.end = piece.end;
    }
    inlined.sequence.items = shortest(inlined.sequence.items, &inlined.sequence.end);
    inlined
}

fn source(term: &SpfNodeTerm, piece: &Sequence) -> SpfSource {
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
    let problem = problem(term);
    SpfSource { term: term.text.clone(), networks: set.networks(), kept, problem }
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

/// Where the terms of a record are to stand.
#[derive(Clone, Copy)]
struct Place<'a> {
    options: &'a FlattenOptions,
    /// In the record that they stand in now, not in one of another domain.
    root: bool,
}

impl Place<'_> {
    /// The sequence of a whole record; `None` if a term of it can only stay where it is.
    fn record(self, node: &SpfNode) -> Option<Sequence> {
        if node.problem.is_some() {
            return None;
        }
        let mut sequence = Sequence::default();
        for term in reached(node) {
            let piece = self.term(term, node)?;
            sequence.items.extend(piece.items);
            sequence.end = piece.end;
        }
        Some(sequence)
    }

    fn term(self, term: &SpfNodeTerm, node: &SpfNode) -> Option<Sequence> {
        match &term.term {
            SpfTerm::Modifier(_) => self.redirect(term, node),
            SpfTerm::Directive(directive) => match directive.mechanism() {
                Mechanism::All => {
                    Some(Sequence { items: Vec::new(), end: End::All(directive.qualifier()) })
                }
                _ => self.directive(term, directive, node),
            },
        }
    }

    fn directive(
        self,
        term: &SpfNodeTerm,
        directive: &Directive,
        node: &SpfNode,
    ) -> Option<Sequence> {
        let qualifier = directive.qualifier();
        if term.state == SpfTermState::Resolved && !self.is_kept(term) {
            match directive.mechanism() {
                Mechanism::Include(_) => {
                    let nested = term.nested.as_deref();
                    if let Some(items) = nested.and_then(|nested| self.include(qualifier, nested)) {
                        return Some(Sequence { items, end: End::Nothing });
                    }
                }
                Mechanism::Exists(_) | Mechanism::Ptr(_) => {}
                _ => {
                    let set = term.networks.iter().copied().collect();
                    let items = vec![Item::Networks(qualifier, set)];
                    return Some(Sequence { items, end: End::Nothing });
                }
            }
        }
        let kept = match self.root {
            true => directive.clone(),
            false => Directive::new(qualifier, moved(term, directive.mechanism(), node)?),
        };
        let items = vec![Item::Kept(kept, term.cost.lookups)];
        Some(Sequence { items, end: End::Nothing })
    }

    fn is_kept(self, term: &SpfNodeTerm) -> bool {
        term.target.as_ref().is_some_and(|target| self.options.kept.contains(target))
    }

    /// Section 5.2: an include matches where the other record passes. That is a sequence as long as
    /// nothing that does not pass comes before a term that stays.
    fn include(self, qualifier: Qualifier, nested: &SpfNode) -> Option<Vec<Item>> {
        let Sequence { items, end } = Place { root: false, ..self }.record(nested)?;
        let mut passing = Vec::new();
        let mut refused = AddressSet::default();
        for item in items {
            match item {
                Item::Networks(Qualifier::Pass, set) => {
                    passing.push(Item::Networks(qualifier, set.minus(&refused)));
                }
                Item::Networks(_, set) => refused = refused.union(&set),
                Item::Kept(directive, lookups)
                    if directive.qualifier() == Qualifier::Pass && refused.is_empty() =>
                {
                    let directive = Directive::new(qualifier, directive.mechanism().clone());
                    passing.push(Item::Kept(directive, lookups));
                }
                Item::Kept(..) => return None,
            }
        }
        match end {
            End::All(Qualifier::Pass) => {
                passing.push(Item::Networks(qualifier, AddressSet::all().minus(&refused)));
            }
            End::All(_) | End::Nothing => {}
            End::Redirect(..) => return None,
        }
        Some(passing)
    }

    /// Section 6.1: the other record takes the place of this one, its explanation too. So a record
    /// is only taken in where neither explains its fails.
    fn redirect(self, term: &SpfNodeTerm, node: &SpfNode) -> Option<Sequence> {
        let SpfTerm::Modifier(Modifier::Redirect(target)) = &term.term else { return None };
        if let Some(nested) = &term.nested
            && !(self.is_kept(term) || explains(node) || explains(nested))
            && let Some(sequence) = (Place { root: false, ..self }).record(nested)
        {
            return Some(sequence);
        }
        let target = match (self.root, &term.target) {
            (true, _) => target.clone(),
            (false, Some(name)) => literal(name.as_str())?,
            (false, None) => Some(target.clone()).filter(|it| !depends_on_domain(it.as_str()))?,
        };
        Some(Sequence { items: Vec::new(), end: End::Redirect(target, term.cost.lookups) })
    }
}

fn explains(node: &SpfNode) -> bool {
    let is_explanation =
        |term: &SpfNodeTerm| matches!(term.term, SpfTerm::Modifier(Modifier::Explanation(_)));
    node.terms.iter().any(is_explanation)
}

/// The mechanism as it reads in the record of another domain; `None` if it cannot be moved there.
fn moved(term: &SpfNodeTerm, mechanism: &Mechanism, node: &SpfNode) -> Option<Mechanism> {
    let domain = match (&term.target, mechanism.domain()) {
        (Some(name), _) => literal(name.as_str())?,
        (None, Some(spec)) if !depends_on_domain(spec.as_str()) => spec.clone(),
        (None, Some(_)) => return None,
        (None, None) => literal(node.name.as_str())?,
    };
    Some(match mechanism {
        Mechanism::Include(_) => Mechanism::Include(domain),
        Mechanism::A { cidr, .. } => Mechanism::A { domain: Some(domain), cidr: *cidr },
        Mechanism::Mx { cidr, .. } => Mechanism::Mx { domain: Some(domain), cidr: *cidr },
        Mechanism::Ptr(_) => Mechanism::Ptr(Some(domain)),
        Mechanism::Exists(_) => Mechanism::Exists(domain),
        Mechanism::All | Mechanism::Ip4 { .. } | Mechanism::Ip6 { .. } => mechanism.clone(),
    })
}

/// A name as a record writes it; `None` for one with characters that mean something there.
fn literal(name: &str) -> Option<DomainSpec> {
    let plain = |octet: u8| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_' | b'.');
    name.bytes().all(plain).then(|| name.parse().ok())?
}

/// The sequence without what never decides, neighbours of one meaning joined.
fn shortest(items: Vec<Item>, end: &End) -> Vec<Item> {
    let mut short: Vec<Item> = Vec::new();
    let mut decided = AddressSet::default();
    let mut kept: Vec<Mechanism> = Vec::new();
    for item in items {
        match item {
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
    let outside = |network: &crate::spf::IpNetwork| {
        !AddressSet::from_iter([*network]).minus(decided).is_empty()
    };
    if decided.is_empty() {
        set.clone()
    } else {
        set.networks().into_iter().filter(outside).collect()
    }
}
