//! The check of an Authenticated Received Chain (RFC 8617 section 5.2).

mod chain;
mod digest;
mod problem;
mod tags;
mod verdict;

use std::time::{SystemTime, UNIX_EPOCH};

pub(crate) use chain::Chain as ArcChain;
pub(crate) use digest::ChainDigest;
pub use problem::{ArcField, ArcProblem, ArcProblemKind};
pub(crate) use tags::MAX_SETS as MAX_ARC_SETS;
pub use verdict::{ArcResult, ArcSet, ArcVerdict};

use super::DkimProblem;
use super::dkim::{Body, check_body};
use super::key::{Keys, key_name};
use crate::lookup::Name;
use crate::message::{Field, RawMessage, signed_octets, write_field};
use crate::record::dkim_signature::Canonicalization;
use chain::{Chain, Set};
use tags::Signed;
use verdict::Found;

/// The chain of a message, and whether it is worth the lookup of its keys.
pub(super) struct ArcCheck<'a> {
    instance: u32,
    chain: Result<Option<Chain<'a>>, ArcProblem>,
    digest: ChainDigest,
    /// Why no key can make the chain good.
    refusal: Option<ArcProblem>,
}

impl<'a> ArcCheck<'a> {
    pub(super) fn new(message: &RawMessage<'a>) -> Self {
        let (instance, chain) = Chain::read(message);
        let digest = ChainDigest::of(message);
        let refusal =
            chain.as_ref().ok().and_then(Option::as_ref).and_then(|it| it.check_status().err());
        Self { instance, chain, digest, refusal }
    }

    /// Where the keys are: first those on which the result depends.
    pub(super) fn key_names(&self) -> Vec<Name> {
        let chain = self.chain.as_ref().ok().and_then(Option::as_ref);
        let Some(chain) = chain.filter(|_| self.refusal.is_none()) else { return Vec::new() };
        let seals = chain.sets.iter().rev().map(|set| &set.seal.signed);
        let messages = || chain.sets.iter().rev().map(|set| &set.message.signed);
        let needed = messages().take(1).chain(seals).chain(messages().skip(1));
        needed.filter_map(|signed| key_name(&signed.selector, &signed.domain).ok()).collect()
    }

    pub(super) fn verdict(
        &self,
        message: &RawMessage<'_>,
        body: &Body<'_>,
        keys: &Keys,
        now: SystemTime,
    ) -> ArcVerdict {
        let of = Found { instance: self.instance, digest: self.digest };
        let chain = match &self.chain {
            Ok(None) => return ArcVerdict::none(of),
            Ok(Some(chain)) => chain,
            Err(problem) => return ArcVerdict::failed(of, Vec::new(), problem.clone()),
        };
        let check = ChainCheck {
            message,
            body,
            keys,
            now: now.duration_since(UNIX_EPOCH).map_or(0, |it| it.as_secs()),
        };
        let refusal = self.refusal.clone().map_or(Ok(()), Err);
        let sets = chain.to_sets();
        match refusal.and_then(|()| check.oldest_pass(chain)) {
            Ok(oldest_pass) => ArcVerdict::passed(of, sets, oldest_pass),
            Err(problem) => ArcVerdict::failed(of, sets, problem),
        }
    }
}

/// What the signatures of a chain are checked against.
struct ChainCheck<'c> {
    message: &'c RawMessage<'c>,
    body: &'c Body<'c>,
    keys: &'c Keys,
    now: u64,
}

impl ChainCheck<'_> {
    /// The oldest set whose signature of the message still holds, as those after it do; 0 if that is
    /// the first. The last signature and all seals must hold.
    fn oldest_pass(&self, chain: &Chain<'_>) -> Result<u32, ArcProblem> {
        let problem = |set: &Set<'_>, field, problem| {
            ArcProblem::at(ArcProblemKind::Signature(problem), field, Some(set.instance))
        };
        let Some((last, earlier)) = chain.sets.split_last() else { return Ok(0) };
        self.check_message(last)
            .map_err(|error| problem(last, ArcField::MessageSignature, error))?;
        self.check_seals(chain).map_err(|(set, error)| problem(set, ArcField::Seal, error))?;
        let altered = earlier.iter().rev().find(|set| self.check_message(set).is_err());
        Ok(altered.map_or(0, |set| set.instance + 1))
    }

    fn check_message(&self, set: &Set<'_>) -> Result<(), DkimProblem> {
        let signature = &set.message;
        if signature.expires_at.is_some_and(|at| at <= self.now) {
            return Err(DkimProblem::Expired);
        }
        let body = self.body.digest(signature.body_form);
        check_body(body, &signature.body_hash, signature.body_length)?;
        let names = signature.names.iter().map(String::as_str);
        let fields = self.message.select(names, Some(set.message_index));
        let field = set.message_field;
        let value = signature.signed.unsigned_value(field.value);
        let own = Field { name: field.name, value: &value };
        let signed = signed_octets(signature.header_form, &fields, own);
        self.check_signature(&signature.signed, &signed)
    }

    /// Each seal covers the sets up to its own, in their order; its own signature is cut out.
    fn check_seals<'s, 'a>(&self, chain: &'s Chain<'a>) -> Result<(), (&'s Set<'a>, DkimProblem)> {
        let form = Canonicalization::Relaxed;
        let mut covered = Vec::with_capacity(4096);
        for set in &chain.sets {
            write_field(form, set.results, &mut covered);
            write_field(form, set.message_field, &mut covered);
            let before = covered.len();
            let value = set.seal.signed.unsigned_value(set.seal_field.value);
            let own = Field { name: set.seal_field.name, value: &value };
            covered.extend(signed_octets(form, &[], own));
            self.check_signature(&set.seal.signed, &covered).map_err(|error| (set, error))?;
            covered.truncate(before);
            write_field(form, set.seal_field, &mut covered);
        }
        Ok(())
    }

    fn check_signature(&self, signed: &Signed, octets: &[u8]) -> Result<(), DkimProblem> {
        let key = self.keys.get(&key_name(&signed.selector, &signed.domain)?)?;
        key.check_use(signed.key_type)?;
        key.verify(octets, &signed.signature)
    }
}
