//! Sealing with ARC (RFC 8617 section 5.1).

mod new_set;

use std::sync::Arc;
use std::time::SystemTime;

use new_set::NewSet;

use super::{SignError, SignedFields};
use crate::auth_results::{AuthenticationResults, received_results};
use crate::keys::{DkimKeyPair, SigningKey};
use crate::message::RawMessage;
use crate::verify::{
    ArcChain, ArcField, ArcProblemKind, ArcResult, ArcVerdict, ChainDigest, HeaderLimits,
    MAX_ARC_SETS,
};
use crate::{Domain, Selector};

/// Adds to a message what its host found out about it, so that those behind can know it.
///
/// A host that passes messages on, such as a list, verifies a message when it comes, does to it what
/// it does, and seals it last. The signature of the message is `relaxed` and covers the whole body.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use mailkit_auth::keys::{DkimKeyPair, KeyAlgorithm};
/// use mailkit_auth::lookup::ZoneSnapshot;
/// use mailkit_auth::sign::ArcSealer;
/// use mailkit_auth::verify::{ArcResult, Envelope, VerifyLimits, verify};
///
/// let key = DkimKeyPair::generate(KeyAlgorithm::Ed25519)?;
/// let zone = ZoneSnapshot::new()
///     .with_txt("s1._domainkey.list.test", key.key_record().to_string())?;
/// let envelope = Envelope::new([192, 0, 2, 1], "mx.acme.test", "a@acme.test");
/// let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_000_000);
/// let check = |message: &str| {
///     verify(&zone, message.as_bytes(), &envelope, now, VerifyLimits::default())
/// };
///
/// let message = "From: a@acme.test\r\nSubject: [list] Hi\r\n\r\nHello\r\n";
/// let report = check(message);
/// let sealer = ArcSealer::new("list.test".parse()?, "s1".parse()?, &key)?;
/// let results = report.authentication_results("mx.list.test")?;
/// let seal = sealer.seal(message.as_bytes(), &results, &report.arc, now)?.unwrap_or_default();
/// assert_eq!(check(&format!("{seal}{message}")).arc.result, ArcResult::Pass);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ArcSealer {
    domain: Domain,
    selector: Selector,
    key: Arc<dyn SigningKey>,
    fields: SignedFields,
    limits: HeaderLimits,
}

impl ArcSealer {
    /// A sealer for this domain, whose public key `selector` names. It keeps a copy of the key.
    ///
    /// # Errors
    ///
    /// If the cryptographic library cannot copy the key, or if the name under which the public key
    /// would be published is too long for the DNS.
    pub fn new(domain: Domain, selector: Selector, key: &DkimKeyPair) -> Result<Self, SignError> {
        let key = DkimKeyPair::from_pkcs8_der(&key.to_pkcs8_der())?;
        Self::with_key(domain, selector, Arc::new(key))
    }

    /// A sealer that shares its key, which may be held elsewhere.
    ///
    /// # Errors
    ///
    /// If the name under which the public key would be published is too long for the DNS.
    pub fn with_key(
        domain: Domain,
        selector: Selector,
        key: Arc<dyn SigningKey>,
    ) -> Result<Self, SignError> {
        selector.record_name(&domain)?;
        let (fields, limits) = (SignedFields::default(), HeaderLimits::default());
        Ok(Self { domain, selector, key, fields, limits })
    }

    /// With a signature of the message that covers other fields, in their order, and no field of the
    /// chain. From is covered in any case: as it is named, else sealed.
    #[must_use]
    pub fn with_fields(mut self, fields: SignedFields) -> Self {
        self.fields = fields.with_author_if_absent();
        self
    }

    /// With other limits for the header.
    #[must_use]
    pub fn with_limits(mut self, limits: HeaderLimits) -> Self {
        self.limits = limits;
        self
    }

    /// The three fields of the next set, folded and with their line ends, to put in front of the
    /// message. `chain` is what was found when the message arrived, `results` likewise.
    ///
    /// A chain that failed is closed by a set that says so and seals itself alone; `None` if it was
    /// closed before, as nothing may be added then (RFC 8617 section 5.1.2).
    ///
    /// # Errors
    ///
    /// If the header is malformed or beyond the limits, without the empty line at its end or with lines
    /// that do not end in CRLF, if the chain in the message is not the one of
    /// the verdict or has no room for another set, if the message has not exactly one From field or
    /// the fields to sign are not to be signed, or if the key fails.
    pub fn seal(
        &self,
        message: &[u8],
        results: &AuthenticationResults,
        chain: &ArcVerdict,
        now: SystemTime,
    ) -> Result<Option<String>, SignError> {
        let message = RawMessage::read(message, self.limits)?;
        let folded = |front: &str| results.folded(front);
        self.seal_message(&message, folded, chain, now)
    }

    /// As [`seal`](Self::seal), with the results that another program of this host put into the
    /// message: its `Authentication-Results` fields of this `authserv_id`, word for word.
    ///
    /// Anybody can write that name into a message. The program at the border must have taken such
    /// fields out of what came in, before it added its own (RFC 8601 section 5), as
    /// [`without_results_of`](crate::auth_results::without_results_of) does: else a stranger's
    /// results are sealed here.
    ///
    /// # Errors
    ///
    /// As [`seal`](Self::seal), and if there is no such field.
    pub fn seal_received(
        &self,
        message: &[u8],
        authserv_id: &str,
        chain: &ArcVerdict,
        now: SystemTime,
    ) -> Result<Option<String>, SignError> {
        let message = RawMessage::read(message, self.limits)?;
        let values: Vec<&[u8]> =
            message.named("Authentication-Results").map(|field| field.value).collect();
        let results = received_results(&values, authserv_id).ok_or(SignError::NoResults)?;
        self.seal_message(&message, |front| format!("{front} {results}"), chain, now)
    }

    fn seal_message(
        &self,
        message: &RawMessage<'_>,
        results: impl FnOnce(&str) -> String,
        verdict: &ArcVerdict,
        now: SystemTime,
    ) -> Result<Option<String>, SignError> {
        if verdict.problem.as_ref().is_some_and(|it| it.kind == ArcProblemKind::FailedBefore) {
            return Ok(None);
        }
        if ChainDigest::of(message) != verdict.digest {
            return Err(SignError::OtherChain);
        }
        let (highest, chain) = ArcChain::read(message);
        if highest == MAX_ARC_SETS {
            return Err(SignError::ChainFull);
        }
        let covered = match verdict.result {
            ArcResult::None | ArcResult::Fail => Vec::new(),
            ArcResult::Pass => {
                chain.map_err(SignError::Chain)?.map(|it| it.sealed_octets()).unwrap_or_default()
            }
        };
        let set = NewSet { sealer: self, instance: highest + 1, status: verdict.result, now };
        let results = results(&format!("{}: i={};", ArcField::AuthenticationResults, set.instance));
        let signature = set.message_signature(message)?;
        let seal = set.seal(covered, &[&results, &signature])?;
        Ok(Some(format!("{seal}\r\n{signature}\r\n{results}\r\n")))
    }
}

#[cfg(test)]
mod tests;
