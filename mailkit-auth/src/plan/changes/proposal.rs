//! A step before it has its place and its time.

use std::time::Duration;

use super::super::PublishedRecord;
use super::super::step::{Condition, StepKind};
use super::super::subject::Replacement;
use crate::zone::ZoneRecord;

/// The steps that come first, and how long before.
pub(super) type After = Vec<(usize, Duration)>;

/// A step that is to be added.
pub(super) struct Proposal {
    pub(super) kind: StepKind,
    pub(super) remove: Vec<PublishedRecord>,
    pub(super) add: Vec<ZoneRecord>,
    pub(super) after: After,
    pub(super) condition: Option<Condition>,
}

impl Proposal {
    pub(super) fn new(kind: StepKind, after: After) -> Self {
        Self { kind, remove: Vec::new(), add: Vec::new(), after, condition: None }
    }

    /// With all that these replace.
    pub(super) fn replacing(mut self, them: &[&Replacement]) -> Self {
        self.remove.extend(them.iter().flat_map(|it| &it.removed).cloned());
        self.add.extend(them.iter().flat_map(|it| &it.added).cloned());
        self
    }

    pub(super) fn once(mut self, condition: Option<Condition>) -> Self {
        self.condition = condition;
        self
    }
}
