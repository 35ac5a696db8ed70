//! One look at the MTA-STS of a domain: the record, then the policy (RFC 8461 sections 3.3 and 5.1).

use std::time::SystemTime;

use super::{FetchFailure, MtaStsFault, MtaStsPolicy, MtaStsRecord, PolicyId, cache::Known};
use crate::Domain;

/// The questions of one look at a domain, from [`MtaStsCache::lookup`](super::MtaStsCache::lookup).
///
/// It asks nothing that the cache knows, and it ends with the policy that applies whatever the
/// answers are: no answer takes a cached policy away before its time.
///
/// ```
/// use mailkit_route::tls_policy::{MtaStsAnswer, MtaStsCache, MtaStsQuestion, MtaStsStep};
/// # let now = std::time::SystemTime::UNIX_EPOCH;
/// let mut cache = MtaStsCache::default();
/// let mut lookup = cache.lookup(&"buyer.example".parse()?, now);
/// let finding = loop {
///     match lookup.step() {
///         MtaStsStep::Ask(MtaStsQuestion::Record { name }) => {
///             assert_eq!(name, "_mta-sts.buyer.example");
///             lookup.answer(MtaStsAnswer::Texts(vec!["v=STSv1; id=1".into()]));
///         }
///         MtaStsStep::Ask(MtaStsQuestion::Policy { host }) => {
///             assert_eq!(host, "mta-sts.buyer.example");
///             let policy = "version: STSv1\nmode: testing\nmx: *.buyer.example\nmax_age: 86400\n";
///             lookup.answer(MtaStsAnswer::Policy(policy.into()));
///         }
///         MtaStsStep::Done(finding) => break finding,
///     }
/// };
/// let verdict = cache.record(finding);
/// assert!(verdict.policy.is_some() && verdict.fault.is_none());
/// # Ok::<(), mailkit_route::ParseError>(())
/// ```
#[derive(Debug, Clone)]
pub struct MtaStsLookup {
    domain: Domain,
    now: SystemTime,
    /// The policy that the cache has, if it is in force.
    known: Option<Known>,
    /// The known policy should be fetched again, whether its id changed or not.
    refresh: bool,
    /// A fetch failed shortly before.
    paused: bool,
    state: State,
}

#[derive(Debug, Clone)]
enum State {
    Record,
    Policy(PolicyId),
    Done(Outcome),
}

/// What the questions came to.
#[derive(Debug, Clone)]
pub(super) enum Outcome {
    /// Nothing new.
    Same,
    Fetched(Known),
    Failed(MtaStsFault),
}

impl MtaStsLookup {
    /// A look that asks for the record first.
    pub(super) fn new(domain: Domain, now: SystemTime, known: Option<Known>) -> Self {
        Self { domain, now, known, refresh: false, paused: false, state: State::Record }
    }

    pub(super) fn refreshing(self, refresh: bool) -> Self {
        Self { refresh, ..self }
    }

    pub(super) fn paused(self, paused: bool) -> Self {
        Self { paused, ..self }
    }

    /// A look that is over before it began.
    pub(super) fn done(self) -> Self {
        let fault = MtaStsFault::Paused;
        let outcome = if self.paused { Outcome::Failed(fault) } else { Outcome::Same };
        Self { state: State::Done(outcome), ..self }
    }

    /// The next question, or what was found out.
    #[must_use]
    pub fn step(&self) -> MtaStsStep {
        match &self.state {
            State::Record => {
                let name = format!("_mta-sts.{}", self.domain);
                MtaStsStep::Ask(MtaStsQuestion::Record { name })
            }
            State::Policy(_) => {
                let host = format!("mta-sts.{}", self.domain);
                MtaStsStep::Ask(MtaStsQuestion::Policy { host })
            }
            State::Done(outcome) => MtaStsStep::Done(MtaStsFinding {
                domain: self.domain.clone(),
                at: self.now,
                known: self.known.clone(),
                outcome: outcome.clone(),
            }),
        }
    }

    /// Takes the answer to the question of [`step`](Self::step). One that is not of its kind counts as
    /// a failure; one to no question is ignored.
    pub fn answer(&mut self, answer: MtaStsAnswer) {
        let next = match (&self.state, answer) {
            (State::Record, MtaStsAnswer::Texts(texts)) => {
                self.after_record(MtaStsRecord::among(texts).map_err(MtaStsFault::Record))
            }
            (State::Record, _) => self.after_record(Err(MtaStsFault::RecordLookupFailed)),
            (State::Policy(id), MtaStsAnswer::Policy(text)) => {
                State::Done(self.after_fetch(id.clone(), &text))
            }
            (State::Policy(_), MtaStsAnswer::FetchFailed(failure)) => failed(failure),
            (State::Policy(_), _) => failed(FetchFailure::Unreachable),
            (State::Done(_), _) => return,
        };
        self.state = next;
    }

    fn after_record(&self, record: Result<MtaStsRecord, MtaStsFault>) -> State {
        let known = self.known.as_ref();
        let wanted = match &record {
            Ok(record) if known.is_some_and(|it| it.id == *record.id()) && !self.refresh => None,
            Ok(record) => Some(record.id().clone()),
            // The record is not authenticated and the policy is, so that a record that was taken away
            // does not keep a known policy from being fetched again.
            Err(_) if self.refresh => known.map(|it| it.id.clone()),
            Err(_) => None,
        };
        match (wanted, record) {
            (Some(_), _) if self.paused => State::Done(Outcome::Failed(MtaStsFault::Paused)),
            (Some(id), _) => State::Policy(id),
            (None, Err(fault)) => State::Done(Outcome::Failed(fault)),
            (None, Ok(_)) => State::Done(Outcome::Same),
        }
    }

    fn after_fetch(&self, id: PolicyId, text: &str) -> Outcome {
        match text.parse::<MtaStsPolicy>() {
            Ok(policy) => Outcome::Fetched(Known { id, policy, fetched_at: self.now }),
            Err(error) => Outcome::Failed(MtaStsFault::Policy(error)),
        }
    }
}

fn failed(failure: FetchFailure) -> State {
    State::Done(Outcome::Failed(MtaStsFault::Fetch(failure)))
}

/// What to do next.
#[derive(Debug, Clone)]
#[allow(clippy::exhaustive_enums, reason = "whoever drives a lookup must see every step")]
pub enum MtaStsStep {
    /// Ask this.
    Ask(MtaStsQuestion),
    /// Give this to [`MtaStsCache::record`](super::MtaStsCache::record).
    Done(MtaStsFinding),
}

/// A question about the MTA-STS of a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "whoever drives a lookup must answer every question")]
pub enum MtaStsQuestion {
    /// The policy: `GET https://<host>/.well-known/mta-sts.txt` (RFC 8461 section 3.3).
    Policy {
        /// The policy host, for which the certificate must be valid.
        host: String,
    },
    /// The TXT records of a name.
    Record {
        /// The name.
        name: String,
    },
}

/// The answer to an [`MtaStsQuestion`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MtaStsAnswer {
    /// The policy was not fetched.
    FetchFailed(FetchFailure),
    /// The TXT lookup failed: no answer, `SERVFAIL`, signatures that do not hold.
    LookupFailed,
    /// The policy: status 200, `text/plain`, valid certificate.
    Policy(String),
    /// The TXT records, each with its strings joined; empty if the name has none or does not exist.
    Texts(Vec<String>),
}

/// What one look at a domain found out.
#[derive(Debug, Clone)]
pub struct MtaStsFinding {
    pub(super) domain: Domain,
    pub(super) at: SystemTime,
    pub(super) known: Option<Known>,
    pub(super) outcome: Outcome,
}
