//! Where the answers of a check come from.

use std::convert::Infallible;

use super::Published;
use super::client::Memory;
use crate::lookup::{Answer, Lookup, Name, Question, RecordData, RecordType, Records};

/// Who answers the questions of a check.
pub(super) trait Source<'l> {
    /// What says that there is no answer yet.
    type Wait;

    /// The records of an answer that stand in memory.
    fn lend(&self, name: &Name, record_type: RecordType) -> Option<&'l Records>;

    /// An answer that is not lent.
    fn answer(&mut self, name: &Name, record_type: RecordType) -> Result<Answer, Self::Wait>;

    /// The answers so far have done their part, which is this.
    fn settle(&mut self, memory: &Memory);
}

/// An answer as its source has it.
pub(super) enum Reply<'l> {
    Lent(&'l Records),
    Own(Answer),
}

impl Reply<'_> {
    #[inline]
    pub(super) fn is_void(&self) -> bool {
        match self {
            Self::Lent(records) => records.is_empty(),
            Self::Own(answer) => answer.is_void(),
        }
    }

    #[inline]
    pub(super) fn records(&self) -> &[RecordData] {
        match self {
            Self::Lent(records) => records,
            Self::Own(answer) => answer.records(),
        }
    }

    #[inline]
    pub(super) fn spf(&self) -> &Published {
        match self {
            Self::Lent(records) => records.spf(),
            Self::Own(answer) => answer.spf(),
        }
    }
}

/// A table that has every answer at once.
pub(super) struct Direct<'l>(pub(super) &'l dyn Lookup);

impl<'l> Source<'l> for Direct<'l> {
    type Wait = Infallible;

    #[inline]
    fn lend(&self, name: &Name, record_type: RecordType) -> Option<&'l Records> {
        self.0.lend(name, record_type)
    }

    fn answer(&mut self, name: &Name, record_type: RecordType) -> Result<Answer, Infallible> {
        Ok(self.0.answer(&Question::new(name.clone(), record_type)))
    }

    #[inline]
    fn settle(&mut self, _: &Memory) {}
}

/// Answers that come one by one. The work that waits for one begins anew when it is there, so those
/// before it are kept until that work is done.
#[derive(Clone, Debug, Default)]
pub(super) struct Gathered {
    answers: Vec<Answer>,
    /// How many of them the work has taken since it began anew.
    taken: usize,
    question: Option<Question>,
    /// What the work before it has come to.
    settled: Memory,
}

impl Gathered {
    /// Lets the work begin anew, with what was settled before.
    pub(super) fn rewind(&mut self) -> Memory {
        self.taken = 0;
        self.settled.clone()
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

impl<'l> Source<'l> for &mut Gathered {
    type Wait = Waiting;

    fn lend(&self, _: &Name, _: RecordType) -> Option<&'l Records> {
        None
    }

    fn answer(&mut self, name: &Name, record_type: RecordType) -> Result<Answer, Waiting> {
        if let Some(answer) = self.answers.get(self.taken) {
            self.taken += 1;
            return Ok(answer.clone());
        }
        let question = Question::new(name.clone(), record_type);
        self.question = Some(question.clone());
        Err(Waiting(question))
    }

    fn settle(&mut self, memory: &Memory) {
        self.settled = memory.clone();
        self.answers.clear();
        self.taken = 0;
    }
}
