//! `check_host()`: from the envelope to the verdict (RFC 7208 section 4).

use std::ops::Range;
use std::pin::Pin;

use super::client::Client;
use super::macro_string::Facts;
use super::sender::Sender;
use super::verdict::{Decision, Outcome};
use super::{MatchedTerm, SpfProblem, SpfRequest, SpfResult, SpfVerdict};
use super::{SpfTermTrace, SpfTrace, TermOutcome};
use crate::lookup::{Answer, Asker, Dialogue, Lookup, Name, Step};
use crate::record::spf::{DomainSpec, Mechanism, Modifier, SpannedTerm, SpfRecord, SpfTerm};

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
        Self(Dialogue::new(|asker| Box::pin(check_envelope(asker, request))))
    }

    /// Goes on until it needs an answer or is done. Without a new answer it asks the same again.
    pub fn step(&mut self) -> Step<SpfVerdict> {
        self.0.step()
    }

    /// Takes the answer to the question asked last.
    pub fn answer(&mut self, answer: Answer) {
        self.0.answer(answer);
    }

    pub(super) fn run(self, lookup: &impl Lookup) -> SpfVerdict {
        self.0.run(lookup)
    }
}

async fn check_envelope(asker: Asker, request: SpfRequest) -> SpfVerdict {
    let sender = Sender::of(&request);
    let domain = sender.domain();
    let mut verdict = SpfVerdict::new(sender.identity, domain.clone());
    let Some(domain) = domain else { return verdict };
    let facts = Facts {
        // Section 5: a mapped address is the IPv4 address it holds.
        client_ip: request.client_ip.to_canonical(),
        helo: request.helo,
        local_part: sender.local_part,
        sender_domain: sender.domain,
        receiver: request.receiver,
        now: request.now,
    };
    let mut evaluator = Evaluator { client: Client::new(asker, facts, request.limits) };
    let Checked { outcome, trace } = evaluator.check(Name::from(domain)).await;
    if let Ok(decision) = &outcome {
        verdict.explanation = evaluator.client.explanation(decision).await;
    }
    verdict.decide(outcome, trace, evaluator.client.cost());
    verdict
}

/// The recursion over `include` and `redirect`.
struct Evaluator {
    client: Client,
}

/// What one domain's record says.
struct Checked {
    outcome: Outcome,
    trace: SpfTrace,
}

type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + Sync + 'a>>;

impl Evaluator {
    fn check(&mut self, domain: Name) -> Pending<'_, Checked> {
        Box::pin(async move {
            let mut trace = SpfTrace::new(domain);
            let outcome = self.evaluate(&mut trace).await;
            trace.result = match &outcome {
                Ok(decision) => decision.result,
                Err(problem) => problem.result(),
            };
            Checked { outcome, trace }
        })
    }

    /// Sections 4.6 and 4.7: the first directive that matches decides, else the redirect.
    async fn evaluate(&mut self, trace: &mut SpfTrace) -> Outcome {
        let record = trace.record.insert(self.client.record(&trace.domain).await?);
        let terms = SpfRecord::parse_with_spans(record)
            .map_err(|error| SpfProblem::InvalidRecord { domain: trace.domain.clone(), error })?;
        match self.first_match(&terms, trace).await? {
            Some(decision) => Ok(decision),
            None => self.redirect(&terms, trace).await,
        }
    }

    async fn first_match(
        &mut self,
        terms: &[SpannedTerm],
        trace: &mut SpfTrace,
    ) -> Result<Option<Decision>, SpfProblem> {
        for (span, term) in terms {
            let SpfTerm::Directive(directive) = term else { continue };
            let mut step = trace.step(span.clone(), self.client.cost());
            let matched = self.matches(directive.mechanism(), &trace.domain, &mut step).await;
            step.end(TermOutcome::of(&matched), self.client.cost());
            trace.terms.push(step);
            if matched? {
                let domain = trace.domain.clone();
                return Ok(Some(Decision {
                    result: directive.qualifier().into(),
                    matched: MatchedTerm::new(domain.clone(), trace.text(span), span.clone()),
                    explanation: explanation(terms).map(|target| (target.clone(), domain)),
                }));
            }
        }
        Ok(None)
    }

    /// Section 6.1: the other record decides in place of this one.
    async fn redirect(&mut self, terms: &[SpannedTerm], trace: &mut SpfTrace) -> Outcome {
        let Some((span, target)) = redirect(terms) else {
            return Err(SpfProblem::NoMatch(trace.domain.clone()));
        };
        let mut step = trace.step(span.clone(), self.client.cost());
        let outcome = self.try_redirect(target, &trace.domain, &mut step).await;
        let followed = matches!(outcome, Ok(_) | Err(SpfProblem::NoMatch(_)));
        let followed = if followed { TermOutcome::Matched } else { TermOutcome::Failed };
        step.end(followed, self.client.cost());
        trace.terms.push(step);
        outcome
    }

    async fn try_redirect(
        &mut self,
        target: &DomainSpec,
        domain: &Name,
        step: &mut SpfTermTrace,
    ) -> Outcome {
        self.client.count_lookup()?;
        let target = self.client.target(target, domain, &step.term).await?;
        self.follow(target, step).await
    }

    /// Whether the mechanism matches the client (section 5).
    async fn matches(
        &mut self,
        mechanism: &Mechanism,
        domain: &Name,
        step: &mut SpfTermTrace,
    ) -> Result<bool, SpfProblem> {
        if mechanism.needs_lookup() {
            self.client.count_lookup()?;
        }
        let target = match mechanism.domain() {
            Some(spec) => self.client.target(spec, domain, &step.term).await?,
            None => Some(domain.clone()),
        };
        match (mechanism, target) {
            (Mechanism::All, _) => Ok(true),
            (Mechanism::Include(_), target) => self.include(target, step).await,
            (Mechanism::Ip4 { address, cidr }, _) => Ok(self.client.is_in_ip4(*address, *cidr)),
            (Mechanism::Ip6 { address, cidr }, _) => Ok(self.client.is_in_ip6(*address, *cidr)),
            // No server can be asked for a malformed name, so nothing stands under it (section 4.8).
            (_, None) => Ok(false),
            (Mechanism::A { cidr, .. }, Some(host)) => self.client.has_address(&host, *cidr).await,
            (Mechanism::Mx { cidr, .. }, Some(name)) => self.client.has_mx(&name, *cidr).await,
            (Mechanism::Ptr(_), Some(name)) => self.client.has_name_under(&name).await,
            (Mechanism::Exists(_), Some(name)) => self.client.finds(&name).await,
        }
    }

    /// Section 5.2: an include matches if the other record passes.
    async fn include(
        &mut self,
        target: Option<Name>,
        step: &mut SpfTermTrace,
    ) -> Result<bool, SpfProblem> {
        match self.follow(target, step).await {
            Ok(decision) => Ok(decision.result == SpfResult::Pass),
            Err(SpfProblem::NoMatch(_)) => Ok(false),
            Err(problem) => Err(problem),
        }
    }

    /// What the record says to which an `include` or a `redirect` leads.
    async fn follow(&mut self, target: Option<Name>, step: &mut SpfTermTrace) -> Outcome {
        let nowhere = || SpfProblem::NoRecordAt { term: step.term.clone() };
        let Checked { outcome, trace } = self.check(target.ok_or_else(nowhere)?).await;
        let outcome = match outcome {
            Err(SpfProblem::NoRecord(_)) => Err(nowhere()),
            outcome => outcome,
        };
        step.nested = Some(Box::new(trace));
        outcome
    }
}

fn redirect(terms: &[SpannedTerm]) -> Option<(&Range<usize>, &DomainSpec)> {
    terms.iter().find_map(|(span, term)| match term {
        SpfTerm::Modifier(Modifier::Redirect(target)) => Some((span, target)),
        _ => None,
    })
}

fn explanation(terms: &[SpannedTerm]) -> Option<&DomainSpec> {
    terms.iter().find_map(|(_, term)| match term {
        SpfTerm::Modifier(Modifier::Explanation(target)) => Some(target),
        _ => None,
    })
}
