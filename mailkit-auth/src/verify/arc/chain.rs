//! The sets of a message, put in order (RFC 8617 section 4.2).

use std::collections::BTreeMap;

use super::problem::{ArcField, ArcProblem, ArcProblemKind};
use super::tags::{MessageSignature, Seal, Tags, instance};
use super::verdict::{ArcResult, ArcSet};
use crate::message::{Field, RawMessage, write_field};
use crate::record::dkim_signature::Canonicalization;
use crate::{RecordError, RecordErrorKind};

/// The sets of a chain, complete and numbered without a gap.
#[derive(Debug)]
pub(crate) struct Chain<'a> {
    pub(super) sets: Vec<Set<'a>>,
}

/// The three fields of one host.
#[derive(Debug)]
pub(super) struct Set<'a> {
    pub(super) instance: u32,
    pub(super) results: Field<'a>,
    pub(super) message_field: Field<'a>,
    /// Which of the message's fields that is.
    pub(super) message_index: usize,
    pub(super) message: MessageSignature,
    pub(super) seal_field: Field<'a>,
    pub(super) seal: Seal,
}

impl<'a> Chain<'a> {
    /// The chain of a message; `None` if it has none. The highest number is found in any case.
    pub(crate) fn read(message: &RawMessage<'a>) -> (u32, Result<Option<Self>, ArcProblem>) {
        let mut parts = Parts::default();
        let mut problem = None;
        for (index, field) in message.fields.iter().enumerate() {
            if let Err(error) = parts.take(index, *field) {
                problem = problem.or(Some(error));
            }
        }
        let highest = parts.sets.keys().next_back().copied().unwrap_or_default();
        let chain = match problem {
            Some(problem) => Err(problem),
            None if highest == 0 => Ok(None),
            None => parts.chain(highest).map(Some),
        };
        (highest, chain)
    }

    /// The sets as the verdict tells them.
    pub(super) fn to_sets(&self) -> Vec<ArcSet> {
        let set = |set: &Set<'_>| ArcSet {
            instance: set.instance,
            seal_domain: set.seal.signed.domain.clone(),
            seal_selector: set.seal.signed.selector.clone(),
            message_domain: set.message.signed.domain.clone(),
            // What is no name selects no field.
            signed_fields: set.message.names.iter().filter_map(|name| name.parse().ok()).collect(),
            results: split_results(set.results.value).ok().and_then(|(_, text)| text.parse().ok()),
        };
        self.sets.iter().map(set).collect()
    }

    /// What the seal of a next set covers of these, in canonical form.
    pub(crate) fn sealed_octets(&self) -> Vec<u8> {
        let fields = |set: &Set<'a>| [set.results, set.message_field, set.seal_field];
        let mut octets = Vec::with_capacity(4096);
        for field in self.sets.iter().flat_map(fields) {
            write_field(Canonicalization::Relaxed, field, &mut octets);
        }
        octets
    }

    /// Whether each seal says what its place asks for (RFC 8617 section 5.2).
    pub(super) fn check_status(&self) -> Result<(), ArcProblem> {
        let at = |set: &Set<'_>, kind| ArcProblem::at(kind, ArcField::Seal, Some(set.instance));
        if let Some(last) = self.sets.last().filter(|set| set.seal.status == ArcResult::Fail) {
            return Err(at(last, ArcProblemKind::FailedBefore));
        }
        for set in &self.sets {
            let expected = if set.instance == 1 { ArcResult::None } else { ArcResult::Pass };
            if set.seal.status != expected {
                return Err(at(set, ArcProblemKind::Status(set.seal.status)));
            }
        }
        Ok(())
    }
}

/// What was found so far of each set.
#[derive(Default)]
struct Parts<'a> {
    sets: BTreeMap<u32, Part<'a>>,
}

#[derive(Default)]
struct Part<'a> {
    results: Option<Field<'a>>,
    message: Option<(usize, Field<'a>, MessageSignature)>,
    seal: Option<(Field<'a>, Seal)>,
}

impl<'a> Parts<'a> {
    /// Takes a field, if it is one of a chain.
    fn take(&mut self, index: usize, field: Field<'a>) -> Result<(), ArcProblem> {
        let Some(kind) = ArcField::of(field) else { return Ok(()) };
        let at = |problem, instance| ArcProblem::at(problem, kind, instance);
        if kind == ArcField::AuthenticationResults {
            let read = split_results(field.value);
            let (instance, _) = read.map_err(|error| at(ArcProblemKind::Malformed(error), None))?;
            return put(&mut self.sets.entry(instance).or_default().results, field)
                .map_err(|problem| at(problem, Some(instance)));
        }
        let signature = |problem| at(ArcProblemKind::Signature(problem), None);
        let tags = Tags::read(field.value).map_err(signature)?;
        let instance = tags.instance().map_err(signature)?;
        let part = self.sets.entry(instance).or_default();
        let taken = if kind == ArcField::Seal {
            Seal::read(&tags).and_then(|seal| put(&mut part.seal, (field, seal)))
        } else {
            MessageSignature::read(&tags).and_then(|it| put(&mut part.message, (index, field, it)))
        };
        taken.map_err(|problem| at(problem, Some(instance)))
    }

    fn chain(mut self, highest: u32) -> Result<Chain<'a>, ArcProblem> {
        let sets = (1..=highest).map(|instance| {
            let part = self.sets.remove(&instance).unwrap_or_default();
            let missing = |field| ArcProblem::at(ArcProblemKind::Missing, field, Some(instance));
            let results = part.results.ok_or_else(|| missing(ArcField::AuthenticationResults))?;
            let message = part.message.ok_or_else(|| missing(ArcField::MessageSignature))?;
            let seal = part.seal.ok_or_else(|| missing(ArcField::Seal))?;
            let ((message_index, message_field, message), (seal_field, seal)) = (message, seal);
            Ok(Set { instance, results, message_field, message_index, message, seal_field, seal })
        });
        Ok(Chain { sets: sets.collect::<Result<_, _>>()? })
    }
}

/// Puts a field in its place, of which each set has one.
fn put<T>(place: &mut Option<T>, field: T) -> Result<(), ArcProblemKind> {
    match place.replace(field) {
        Some(_) => Err(ArcProblemKind::Duplicate),
        None => Ok(()),
    }
}

/// The instance at the front of an `ARC-Authentication-Results` field, and what follows it.
fn split_results(value: &[u8]) -> Result<(u32, String), RecordError> {
    let text = String::from_utf8_lossy(value);
    let invalid = || {
        let end = text.find(';').unwrap_or(text.len());
        RecordError::new(RecordErrorKind::InvalidValue { tag: "i".to_owned() }, 0..end)
    };
    let (front, results) = text.split_once(';').ok_or_else(invalid)?;
    let (name, number) = front.split_once('=').ok_or_else(invalid)?;
    let number = instance(number.trim()).filter(|_| name.trim() == "i").ok_or_else(invalid)?;
    Ok((number, results.to_owned()))
}
