//! A computation that asks questions.
//!
//! Evaluators are written as `async` blocks whose only suspension is [`Asker::ask`]: they read as
//! the RFC does, and the compiler makes of them the state machine that `step` and `answer` drive.
//! No runtime takes part.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::{Answer, Lookup, Name, Question, RecordType, Step};

pub(crate) type Computation<T> = Pin<Box<dyn Future<Output = T> + Send + Sync>>;

/// An evaluation that asks and is answered, for those who drive any.
#[cfg(any(feature = "resolver", feature = "verify"))]
pub(crate) trait Evaluation {
    type Verdict;

    fn step(&mut self) -> Step<Self::Verdict>;
    fn answer(&mut self, answer: Answer);
}

/// A computation and the desk over which it and its driver exchange questions and answers.
pub(crate) struct Dialogue<T> {
    state: State<T>,
    asker: Asker,
}

enum State<T> {
    Running(Computation<T>),
    Done(T),
}

#[cfg(any(feature = "resolver", feature = "verify"))]
impl<T: Clone> Evaluation for Dialogue<T> {
    type Verdict = T;

    fn step(&mut self) -> Step<T> {
        Self::step(self)
    }

    fn answer(&mut self, answer: Answer) {
        Self::answer(self, answer);
    }
}

impl<T: Clone> Dialogue<T> {
    pub(crate) fn new(start: impl FnOnce(Asker) -> Computation<T>) -> Self {
        let asker = Asker::default();
        Self { state: State::Running(start(asker.clone())), asker }
    }

    /// Goes on as far as the answers reach. Without a new answer it asks the same question again.
    pub(crate) fn step(&mut self) -> Step<T> {
        let computation = match &mut self.state {
            State::Done(verdict) => return Step::Done(verdict.clone()),
            State::Running(computation) => computation,
        };
        match computation.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Pending => Step::Ask(self.asker.desk().question.clone()),
            Poll::Ready(verdict) => {
                self.state = State::Done(verdict.clone());
                Step::Done(verdict)
            }
        }
    }

    /// Takes the answer to the question asked last; an answer to no question is dropped.
    pub(crate) fn answer(&mut self, answer: Answer) {
        let mut desk = self.asker.desk();
        if desk.waiting {
            desk.waiting = false;
            desk.answer = Some(answer);
        }
    }

    pub(crate) fn run(mut self, lookup: &impl Lookup) -> T {
        loop {
            match self.step() {
                Step::Ask(question) => self.answer(lookup.answer(&question)),
                Step::Done(verdict) => return verdict,
            }
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for Dialogue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.state {
            State::Running(_) => {
                let desk = self.asker.desk();
                f.debug_tuple("Running").field(&desk.waiting.then_some(&desk.question)).finish()
            }
            State::Done(verdict) => write!(f, "Done({verdict:?})"),
        }
    }
}

/// The computation's end of the desk.
#[derive(Clone, Default)]
pub(crate) struct Asker(Arc<Mutex<Desk>>);

struct Desk {
    question: Question,
    waiting: bool,
    answer: Option<Answer>,
}

impl Asker {
    pub(crate) async fn ask(&self, name: &Name, record_type: RecordType) -> Answer {
        let question = Question::new(name.clone(), record_type);
        *self.desk() = Desk { question, waiting: true, answer: None };
        poll_fn(|_| self.desk().answer.take().map_or(Poll::Pending, Poll::Ready)).await
    }

    /// The lock is held for single assignments, so a poisoned desk is still in order.
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Desk {
    fn default() -> Self {
        let question = Question::new(Name::root(), RecordType::Txt);
        Self { question, waiting: false, answer: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_questions() -> Dialogue<usize> {
        Dialogue::new(|asker| {
            Box::pin(async move {
                let first = asker.ask(&Name::root(), RecordType::A).await;
                let second = asker.ask(&Name::root(), RecordType::Mx).await;
                [first, second].iter().filter(|answer| answer.is_void()).count()
            })
        })
    }

    #[test]
    fn asks_until_it_is_done() {
        let ask = |record_type| Step::Ask(Question::new(Name::root(), record_type));
        let mut dialogue = two_questions();
        assert_eq!(format!("{dialogue:?}"), "Running(None)");
        dialogue.answer(Answer::NoSuchName);
        assert_eq!(dialogue.step(), ask(RecordType::A), "an answer before the question is dropped");
        assert_eq!(dialogue.step(), ask(RecordType::A), "the same question until it is answered");
        dialogue.answer(Answer::NoRecords);
        dialogue.answer(Answer::TemporaryFailure);
        assert_eq!(dialogue.step(), ask(RecordType::Mx));
        dialogue.answer(Answer::TemporaryFailure);
        assert_eq!(dialogue.step(), Step::Done(1));
        dialogue.answer(Answer::NoRecords);
        assert_eq!(dialogue.step(), Step::Done(1), "the verdict stands");
    }
}
