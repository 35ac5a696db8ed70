//! The questions of one check.

use tokio::time::{Instant, timeout_at};

use super::Resolver;
use crate::lookup::{Answer, Evaluation, Question, Step};

/// A check that has begun: what is asked after its time is not answered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Session<'r> {
    pub(super) resolver: &'r Resolver,
    pub(super) deadline: Instant,
}

impl Session<'_> {
    /// The answer to a question; a late one is a temporary failure.
    pub(crate) async fn answer(&self, question: &Question) -> Answer {
        let answer = timeout_at(self.deadline, self.resolver.answer(question)).await;
        answer.unwrap_or(Answer::TemporaryFailure)
    }

    /// What an evaluation comes to.
    pub(crate) async fn drive<E: Evaluation>(&self, mut evaluation: E) -> E::Verdict {
        loop {
            match evaluation.step() {
                Step::Ask(question) => evaluation.answer(self.answer(&question).await),
                Step::Done(verdict) => return verdict,
            }
        }
    }
}
