//! Where the answers of a check come from.

use std::convert::Infallible;

use crate::lookup::{Answer, Lookup, Name, Question, RecordType};

/// Who answers the questions of a check.
pub(super) trait Source {
    /// What says that there is no answer yet.
    type Wait;

    fn answer(&mut self, name: &Name, record_type: RecordType) -> Result<Answer, Self::Wait>;

    /// The answers so far have done their part.
    fn settle(&mut self);
}

/// A table that has every answer at once.
pub(super) struct Direct<'l>(pub(super) &'l dyn Lookup);

impl Source for Direct<'_> {
    type Wait = Infallible;

    fn answer(&mut self, name: &Name, record_type: RecordType) -> Result<Answer, Infallible> {
        Ok(self.0.answer_about(name, record_type))
    }

    fn settle(&mut self) {}
}

/// Answers that come one by one. The work that waits for one begins anew when it is there, so those
/// before it are kept until that work is done.
#[derive(Clone, Debug, Default)]
pub(super) struct Gathered {
    answers: Vec<Answer>,
    /// How many of them the work has taken since it began anew.
    taken: usize,
    question: Option<Question>,
}

impl Gathered {
    /// Lets the work begin anew.
    pub(super) fn rewind(&mut self) {
        self.taken = 0;
    }

    /// The question that waits for an answer.
    pub(super) fn question(&self) -> Option<&Question> {
        self.question.as_ref()
    }

    /// Takes the answer to the question; one to no question is dropped.
    pub(super) fn add(&mut self, answer: Answer) {
        if self.question.take().is_some() {
            self.answers.push(answer);
        }
    }
}

/// There is no answer to this question yet.
#[derive(Clone, Debug)]
pub(super) struct Waiting(pub(super) Question);

impl Source for &mut Gathered {
    type Wait = Waiting;

    fn answer(&mut self, name: &Name, record_type: RecordType) -> Result<Answer, Waiting> {
        if let Some(answer) = self.answers.get(self.taken) {
            self.taken += 1;
            return Ok(answer.clone());
        }
        let question = Question::new(name.clone(), record_type);
        self.question = Some(question.clone());
        Err(Waiting(question))
    }

    fn settle(&mut self) {
        self.answers.clear();
        self.taken = 0;
    }
}
