//! What of a record can stand in another.

use super::{End, Item, Sequence, reached};
use crate::record::spf::{Directive, DomainSpec, Mechanism, Modifier, Qualifier, SpfTerm};
use crate::spf::flatten::FlattenOptions;
use crate::spf::macro_string::depends_on_domain;
use crate::spf::network::AddressSet;
use crate::spf::tree::{SpfNode, SpfNodeTerm, SpfTermState};

/// Where the terms of a record are to stand.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    options: &'a FlattenOptions,
    /// In the record that they stand in now, not in one of another domain.
    root: bool,
}

impl<'a> Place<'a> {
    /// The domain's own record.
    pub(super) fn root(options: &'a FlattenOptions) -> Self {
        Self { options, root: true }
    }

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

    /// The sequence of one term; `None` if it can only stay where it is.
    pub(super) fn term(self, term: &SpfNodeTerm, node: &SpfNode) -> Option<Sequence> {
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
        let (mut passed, mut refused) = (AddressSet::default(), AddressSet::default());
        for item in items {
            match item {
                Item::Networks(Qualifier::Pass, set) => {
                    let set = set.minus(&refused);
                    // What a term before it lets pass already is not cut into networks once more.
                    if !set.minus(&passed).is_empty() {
                        passed = passed.union(&set);
                        passing.push(Item::Networks(qualifier, set));
                    }
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
