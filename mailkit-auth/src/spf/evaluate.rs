//! `check_host()`: from the envelope to the verdict (RFC 7208 section 4).

use super::check::Check;
use super::client::{Client, Memory};
use super::sender::Sender;
use super::source::{Direct, Gathered, Waiting};
use super::{SpfRequest, SpfVerdict};
use crate::Domain;
use crate::lookup::{Answer, Lookup, Name, Step};

/// The check over a table, without the steps between.
pub(super) fn check_now(lookup: &dyn Lookup, request: &SpfRequest<'_>) -> SpfVerdict {
    let sender = Sender::of(request);
    let Some(domain) = sender.domain() else {
        return SpfVerdict::without_domain(sender.identity, request);
    };
    let mut client = Client::new(Direct(lookup), request, &sender, Memory::default());
    let mut check = Check::new(Name::from(&domain));
    match check.run(&mut client) {
        Ok(conclusion) => {
            SpfVerdict::concluded((sender.identity, domain), conclusion, check.log, request)
        }
        Err(never) => match never {},
    }
}

/// An SPF check that waits for answers between its steps.
///
/// ```
/// use mailkit_auth::lookup::{Answer, Step};
/// use mailkit_auth::spf::{SpfEvaluation, SpfRequest, SpfResult};
///
/// let request = SpfRequest::new([192, 0, 2, 1], "mx.acme.test", "alice@acme.test");
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
#[derive(Clone, Debug)]
pub struct SpfEvaluation {
    request: SpfRequest<'static>,
    gathered: Gathered,
    state: State,
}

#[derive(Clone, Debug)]
enum State {
    Running(Box<Course>),
    Done(Box<SpfVerdict>),
}

#[derive(Clone, Debug)]
struct Course {
    domain: Domain,
    check: Check,
}

impl SpfEvaluation {
    /// A check that has not asked anything yet.
    #[must_use]
    pub fn new(request: &SpfRequest<'_>) -> Self {
        let sender = Sender::of(request);
        let state = match sender.domain() {
            Some(domain) => {
                let check = Check::new(Name::from(&domain));
                State::Running(Box::new(Course { domain, check }))
            }
            None => State::Done(Box::new(SpfVerdict::without_domain(sender.identity, request))),
        };
        Self { request: request.to_owned(), gathered: Gathered::default(), state }
    }

    /// Goes on until it needs an answer or is done. Without a new answer it asks the same again.
    pub fn step(&mut self) -> Step<SpfVerdict> {
        if let Some(question) = self.gathered.question() {
            return Step::Ask(question.clone());
        }
        let course = match &mut self.state {
            State::Running(course) => course,
            State::Done(verdict) => return Step::Done(verdict.as_ref().clone()),
        };
        match course.advance(&self.request, &mut self.gathered) {
            Ok(verdict) => {
                self.state = State::Done(Box::new(verdict.clone()));
                Step::Done(verdict)
            }
            Err(Waiting(question)) => Step::Ask(question),
        }
    }

    /// Takes the answer to the question asked last.
    pub fn answer(&mut self, answer: Answer) {
        self.gathered.add(answer);
    }
}

impl Course {
    fn advance(
        &mut self,
        request: &SpfRequest<'_>,
        gathered: &mut Gathered,
    ) -> Result<SpfVerdict, Waiting> {
        let (sender, memory) = (Sender::of(request), gathered.rewind());
        let conclusion = self.check.run(&mut Client::new(gathered, request, &sender, memory))?;
        let sender = (sender.identity, self.domain.clone());
        Ok(SpfVerdict::concluded(sender, conclusion, self.check.log.clone(), request))
    }
}

#[cfg(any(feature = "resolver", feature = "verify"))]
impl crate::lookup::Evaluation for SpfEvaluation {
    type Verdict = SpfVerdict;

    fn step(&mut self) -> Step<SpfVerdict> {
        Self::step(self)
    }

    fn answer(&mut self, answer: Answer) {
        Self::answer(self, answer);
    }
}
