//! `check_host()`: from the envelope to the verdict (RFC 7208 section 4).

use std::sync::Arc;

use super::client::Client;
use super::macro_string::Facts;
use super::published::{ReadTerm, Target};
use super::sender::Sender;
use super::verdict::{Decision, Outcome};
use super::{MatchedTerm, SpfProblem, SpfRequest, SpfResult, SpfVerdict};
use super::{SpfTermTrace, SpfTrace, TermOutcome};
use crate::lookup::{Answer, Ask, Dialogue, Direct, Lookup, Name, Step, complete};
use crate::record::spf::{Directive, DomainSpec, Mechanism, Modifier, SpfTerm};

/// An SPF check that waits for answers between its steps.
///
/// ```
/// use mailkit_auth::lookup::{Answer, Step};
/// use mailkit_auth::spf::{SpfEvaluation, SpfRequest, SpfResult};
///
/// let request = SpfRequest::new([192, 0, 2, 7], "mx.acme.test", "alice@acme.test");
/// let mut evaluation = SpfEvaluation::new(&request);
/// let verdict = loop {
///     match evaluation.step() {
///         Step::Ask(question) if question.to_string() == "acme.test TXT" => {
///             evaluation.answer(Answer::NoSuchName);
///         }
///         Step::Ask(_) => evaluation.answer(Answer::TemporaryFailure),
///         Step::Done(verdict) => break verdict,
///     }
/// };
/// assert_eq!(verdict.result, SpfResult::None);
/// ```
#[derive(Debug)]
pub struct SpfEvaluation(pub(crate) Dialogue<SpfVerdict>);

impl SpfEvaluation {
    /// A check that has not asked anything yet.
    #[must_use]
    pub fn new(request: &SpfRequest) -> Self {
        let request = request.clone();
        Self(Dialogue::new(|asker| Box::pin(async move { check_envelope(asker, &request).await })))
    }

    /// Goes on until it needs an answer or is done. Without a new answer it asks the same again.
    pub fn step(&mut self) -> Step<SpfVerdict> {
        self.0.step()
    }

    /// Takes the answer to the question asked last.
    pub fn answer(&mut self, answer: Answer) {
        self.0.answer(answer);
    }
}

/// The check over a table, without the steps between.
pub(super) fn check_now(lookup: &impl Lookup, request: &SpfRequest) -> SpfVerdict {
    complete(check_envelope(Direct(lookup), request))
}

async fn check_envelope(asker: impl Ask, request: &SpfRequest) -> SpfVerdict {
    let sender = Sender::of(request);
    let Some(domain) = sender.domain() else { return SpfVerdict::without_domain(sender.identity) };
    let facts = Facts {
        // Section 5: a mapped address is the IPv4 address it holds.
        client_ip: request.client_ip.to_canonical(),
        helo: &request.helo,
        local_part: sender.local_part,
        sender_domain: sender.domain,
        receiver: request.receiver.as_deref(),
        now: request.now,
    };
    let mut evaluator = Evaluator { client: Client::new(asker, facts, &request.limits) };
    let Checked { outcome, trace } = evaluator.check(Name::from(&domain)).await;
    let explanation = match &outcome {
        Ok(decision) => evaluator.client.explanation(decision).await,
        Err(_) => None,
    };
    let cost = evaluator.client.cost();
    let verdict = SpfVerdict::decided(sender.identity, domain, outcome, trace, cost);
    SpfVerdict { explanation, ..verdict }
}

/// The recursion over `include` and `redirect`.
struct Evaluator<'r, A> {
    client: Client<'r, A>,
}

/// What one domain's record says.
struct Checked {
    outcome: Outcome,
    trace: SpfTrace,
}

/// The record that is being evaluated.
#[derive(Clone, Copy)]
struct Record<'t> {
    domain: &'t Name,
    text: &'t str,
    terms: &'t [ReadTerm],
}

impl<'t> Record<'t> {
    fn text(self, term: &ReadTerm) -> &'t str {
        self.text.get(term.span.clone()).unwrap_or_default()
    }

    fn redirect(self) -> Option<&'t ReadTerm> {
        let is_redirect =
            |read: &&ReadTerm| matches!(read.term, SpfTerm::Modifier(Modifier::Redirect(_)));
        self.terms.iter().find(is_redirect)
    }

    fn explanation(self) -> Option<&'t DomainSpec> {
        self.terms.iter().find_map(|read| match &read.term {
            SpfTerm::Modifier(Modifier::Explanation(target)) => Some(target),
            _ => None,
        })
    }

    /// What it means that this directive matches.
    fn decision(self, directive: &Directive, term: &ReadTerm) -> Decision {
        let result = directive.qualifier().into();
        let explanation = self.explanation().filter(|_| result == SpfResult::Fail);
        let text = self.text(term).to_owned();
        Decision {
            result,
            matched: MatchedTerm::new(self.domain.clone(), text, term.span.clone()),
            explanation: explanation.map(|target| (target.clone(), self.domain.clone())),
        }
    }
}

impl<A: Ask> Evaluator<'_, A> {
    async fn check(&mut self, domain: Name) -> Checked {
        let mut trace = SpfTrace::new(domain);
        let outcome = self.evaluate(&mut trace).await;
        trace.result = match &outcome {
            Ok(decision) => decision.result,
            Err(problem) => problem.result(),
        };
        Checked { outcome, trace }
    }

    /// Sections 4.6 and 4.7: the first directive that matches decides, else the redirect.
    async fn evaluate(&mut self, trace: &mut SpfTrace) -> Outcome {
        let domain = trace.domain.clone();
        let read = self.client.record(&domain).await?;
        trace.record = Some(Arc::clone(&read.text));
        let terms = read.terms.as_ref().map_err(|error| SpfProblem::InvalidRecord {
            domain: domain.clone(),
            error: error.clone(),
        })?;
        let record = Record { domain: &domain, text: &read.text, terms };
        trace.terms.reserve_exact(terms.len());
        match self.first_match(record, trace).await? {
            Some(decision) => Ok(decision),
            None => self.redirect(record, trace).await,
        }
    }

    async fn first_match(
        &mut self,
        record: Record<'_>,
        trace: &mut SpfTrace,
    ) -> Result<Option<Decision>, SpfProblem> {
        for term in record.terms {
            let SpfTerm::Directive(directive) = &term.term else { continue };
            let mut step = SpfTermTrace::begin(term.span.clone(), self.client.cost());
            let matched = self.matches(directive.mechanism(), record, term, &mut step).await;
            step.end(TermOutcome::of(&matched), self.client.cost());
            trace.terms.push(step);
            if matched? {
                return Ok(Some(record.decision(directive, term)));
            }
        }
        Ok(None)
    }

    /// Section 6.1: the other record decides in place of this one.
    async fn redirect(&mut self, record: Record<'_>, trace: &mut SpfTrace) -> Outcome {
        let Some(term) = record.redirect() else {
            return Err(SpfProblem::NoMatch(record.domain.clone()));
        };
        let mut step = SpfTermTrace::begin(term.span.clone(), self.client.cost());
        let outcome = self.try_redirect(record, term, &mut step).await;
        let followed = matches!(outcome, Ok(_) | Err(SpfProblem::NoMatch(_)));
        let followed = if followed { TermOutcome::Matched } else { TermOutcome::Failed };
        step.end(followed, self.client.cost());
        trace.terms.push(step);
        outcome
    }

    async fn try_redirect(
        &mut self,
        record: Record<'_>,
        term: &ReadTerm,
        step: &mut SpfTermTrace,
    ) -> Outcome {
        self.client.count_lookup()?;
        let target = self.target(record, term).await?;
        self.follow(target, record.text(term), step).await
    }

    /// The name a term is about; `None` if no server can be asked for it.
    async fn target(
        &mut self,
        record: Record<'_>,
        term: &ReadTerm,
    ) -> Result<Option<Name>, SpfProblem> {
        match &term.target {
            Target::Own => Ok(Some(record.domain.clone())),
            Target::Fixed(name) => Ok(name.clone()),
            Target::Macros(spec) => {
                self.client.target(spec, record.domain, record.text(term)).await
            }
        }
    }

    /// Whether the mechanism matches the client (section 5).
    async fn matches(
        &mut self,
        mechanism: &Mechanism,
        record: Record<'_>,
        term: &ReadTerm,
        step: &mut SpfTermTrace,
    ) -> Result<bool, SpfProblem> {
        match mechanism {
            Mechanism::All => return Ok(true),
            Mechanism::Ip4 { address, cidr } => return Ok(self.client.is_in_ip4(*address, *cidr)),
            Mechanism::Ip6 { address, cidr } => return Ok(self.client.is_in_ip6(*address, *cidr)),
            _ => self.client.count_lookup()?,
        }
        let target = self.target(record, term).await?;
        match (mechanism, target) {
            (Mechanism::Include(_), target) => self.include(target, record.text(term), step).await,
            // No server can be asked for a malformed name, so nothing stands under it (section 4.8).
            (_, None) => Ok(false),
            (Mechanism::A { cidr, .. }, Some(host)) => self.client.has_address(&host, *cidr).await,
            (Mechanism::Mx { cidr, .. }, Some(name)) => self.client.has_mx(&name, *cidr).await,
            (Mechanism::Ptr(_), Some(name)) => self.client.has_name_under(&name).await,
            (Mechanism::Exists(_), Some(name)) => self.client.finds(&name).await,
            (Mechanism::All | Mechanism::Ip4 { .. } | Mechanism::Ip6 { .. }, _) => Ok(false),
        }
    }

    /// Section 5.2: an include matches if the other record passes.
    async fn include(
        &mut self,
        target: Option<Name>,
        term: &str,
        step: &mut SpfTermTrace,
    ) -> Result<bool, SpfProblem> {
        match self.follow(target, term, step).await {
            Ok(decision) => Ok(decision.result == SpfResult::Pass),
            Err(SpfProblem::NoMatch(_)) => Ok(false),
            Err(problem) => Err(problem),
        }
    }

    /// What the record says to which an `include` or a `redirect` leads.
    async fn follow(
        &mut self,
        target: Option<Name>,
        term: &str,
        step: &mut SpfTermTrace,
    ) -> Outcome {
        let nowhere = || SpfProblem::NoRecordAt { term: term.to_owned() };
        let target = target.ok_or_else(nowhere)?;
        let Checked { outcome, trace } = Box::pin(self.check(target)).await;
        step.nested = Some(Box::new(trace));
        match outcome {
            Err(SpfProblem::NoRecord(_)) => Err(nowhere()),
            outcome => outcome,
        }
    }
}
