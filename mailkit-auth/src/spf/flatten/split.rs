//! A sequence as records that are short enough.

use super::inline::{End, Item, Sequence};
use super::{FlattenError, FlattenErrorKind, FlattenOptions, FlattenedRecord, lookup_limit};
use crate::lookup::Name;
use crate::record::SpfRecord;
use crate::record::spf::{Directive, DomainSpec, Mechanism, Modifier, Qualifier, SpfTerm};
use crate::spf::IpNetwork;
use crate::spf::tree::SpfTree;

/// The records, that of the domain first, and the lookups that a check takes.
pub(super) fn split(
    tree: &SpfTree,
    sequence: Sequence,
    options: &FlattenOptions,
) -> Result<(Vec<FlattenedRecord>, usize), FlattenError> {
    let mut draft = Draft::new(tree, sequence);
    let mut records = Vec::new();
    let mut names = child_names(tree);
    loop {
        let lookups = draft.lookups();
        if lookups > lookup_limit() {
            let limit = lookup_limit();
            return Err(FlattenErrorKind::TooManyLookups { lookups, limit }.into());
        }
        let root = draft.record();
        let fits = root.to_string().len() <= options.octets;
        let Some(longest) = draft.longest().filter(|_| !fits) else {
            records.insert(0, FlattenedRecord { name: tree.root.name.clone(), record: root });
            return Ok((records, lookups));
        };
        let (name, target) = names.next().ok_or(FlattenErrorKind::NameTooLong)?;
        let record = longest.move_out(target, options.octets);
        records.push(FlattenedRecord { name, record });
    }
}

/// Names before the domain that no record of the tree has, as names and as records write them.
fn child_names(tree: &SpfTree) -> impl Iterator<Item = (Name, DomainSpec)> {
    let names = (1..).map_while(|number: usize| {
        let text = format!("_spf{number}.{}", tree.root.name.as_str());
        Some((Name::new(&text).ok()?, text.parse().ok()?))
    });
    names.filter(|(name, _)| tree.nodes().all(|node| node.name != *name))
}

/// The domain's record before it is written.
struct Draft {
    parts: Vec<Part>,
    end: End,
    /// The modifiers that stay: the explanation and those without a meaning.
    modifiers: Vec<Modifier>,
}

enum Part {
    Kept(Directive, usize),
    Networks(Group),
}

/// Networks of one meaning, and the records that hold more of them.
struct Group {
    qualifier: Qualifier,
    networks: Vec<IpNetwork>,
    moved: Vec<DomainSpec>,
}

impl Draft {
    fn new(tree: &SpfTree, sequence: Sequence) -> Self {
        let parts = sequence.items.into_iter().map(|item| match item {
            Item::Kept(directive, lookups) => Part::Kept(directive, lookups),
            Item::Networks(qualifier, set) => {
                Part::Networks(Group { qualifier, networks: set.networks(), moved: Vec::new() })
            }
        });
        let modifiers = tree.root.terms.iter().filter_map(|term| match &term.term {
            SpfTerm::Modifier(Modifier::Redirect(_)) | SpfTerm::Directive(_) => None,
            SpfTerm::Modifier(modifier) => Some(modifier.clone()),
        });
        Self { parts: parts.collect(), modifiers: modifiers.collect(), end: sequence.end }
    }

    fn lookups(&self) -> usize {
        let parts = self.parts.iter().map(|part| match part {
            Part::Kept(_, lookups) => *lookups,
            Part::Networks(group) => group.moved.len(),
        });
        let end = if let End::Redirect(_, lookups) = &self.end { *lookups } else { 0 };
        parts.sum::<usize>() + end
    }

    fn record(&self) -> SpfRecord {
        let mut terms = Vec::new();
        for part in &self.parts {
            match part {
                Part::Kept(directive, _) => terms.push(SpfTerm::Directive(directive.clone())),
                Part::Networks(group) => terms.extend(group.terms()),
            }
        }
        match &self.end {
            End::Nothing => {}
            End::All(qualifier) => {
                terms.push(SpfTerm::Directive(Directive::new(*qualifier, Mechanism::All)));
            }
            End::Redirect(target, _) => {
                terms.push(SpfTerm::Modifier(Modifier::Redirect(target.clone())));
            }
        }
        terms.extend(self.modifiers.iter().cloned().map(SpfTerm::Modifier));
        SpfRecord::of_terms(terms)
    }

    /// The group from which most can be moved out.
    fn longest(&mut self) -> Option<&mut Group> {
        let groups = self.parts.iter_mut().filter_map(|part| match part {
            Part::Networks(group) if !group.networks.is_empty() => Some(group),
            _ => None,
        });
        groups.max_by_key(|group| group.networks.len())
    }
}

impl Group {
    fn terms(&self) -> impl Iterator<Item = SpfTerm> {
        let networks = self.networks.iter().map(IpNetwork::mechanism);
        let moved = self.moved.iter().cloned().map(Mechanism::Include);
        let directive = |mechanism| SpfTerm::Directive(Directive::new(self.qualifier, mechanism));
        networks.chain(moved).map(directive)
    }

    /// Moves as many networks as fit into a record of their own.
    fn move_out(&mut self, target: DomainSpec, octets: usize) -> SpfRecord {
        let mut record = SpfRecord::new();
        let mut length = record.to_string().len() + " ~all".len();
        while let Some(network) = self.networks.last() {
            let mechanism = network.mechanism();
            length += 1 + mechanism.to_string().len();
            if length > octets && !record.terms().is_empty() {
                break;
            }
            record = record.with_mechanism(Qualifier::Pass, mechanism);
            self.networks.pop();
        }
        self.moved.push(target);
        record.with_mechanism(Qualifier::SoftFail, Mechanism::All)
    }
}
