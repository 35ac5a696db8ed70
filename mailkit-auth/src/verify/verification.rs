//! A verification between its questions and their answers.

use std::fmt;
use std::time::SystemTime;

use super::inspection::{Inspection, Signatures};
use super::key::KeyQuestions;
use super::{AuthReport, Envelope, VerifyLimits};
use crate::dmarc::DmarcEvaluation;
use crate::lookup::{Answer, Evaluation, Lookup, Question, Step};
use crate::spf::{SpfEvaluation, SpfVerdict};

/// A verification of a message that waits for answers between its steps, whoever fetches them.
///
/// ```
/// use std::time::SystemTime;
///
/// use mailkit_auth::dmarc::DmarcResult;
/// use mailkit_auth::lookup::{Lookup, Step, ZoneSnapshot};
/// use mailkit_auth::verify::{Envelope, Verification, VerifyLimits};
///
/// let zone = ZoneSnapshot::new()
///     .with_txt("acme.test", "v=spf1 ip4:192.0.2.1 -all")?
///     .with_txt("_dmarc.acme.test", "v=DMARC1; p=reject")?;
/// let message = b"From: ann@acme.test\r\nSubject: Order 7\r\n\r\nThe goods are here.\r\n";
/// let envelope = Envelope::new([192, 0, 2, 1], "mx.acme.test", "ann@acme.test");
/// let (now, limits) = (SystemTime::UNIX_EPOCH, VerifyLimits::default());
///
/// let mut verification = Verification::new(message, &envelope, now, limits);
/// let report = loop {
///     match verification.step() {
///         // Any resolver may be awaited here; this one is a table.
///         Step::Ask(question) => verification.answer(zone.answer(&question)),
///         Step::Done(report) => break report,
///     }
/// };
/// assert_eq!(report.dmarc.result, DmarcResult::Pass);
/// # Ok::<(), mailkit_auth::lookup::NameError>(())
/// ```
///
/// SPF, the keys and the record of the author's domain do not wait for each other:
/// [`questions`](Self::questions) gives all that can be asked at once, and
/// [`answer_to`](Self::answer_to) takes the answers as they come.
pub struct Verification<'m> {
    inspection: Inspection<'m>,
    envelope: Envelope,
    keys: KeyQuestions,
    known: Vec<(Question, Answer)>,
    asked: Option<Question>,
    state: State,
}

enum State {
    /// SPF and the keys are asked for, and the author's record by those who ask at once.
    Proving {
        spf: SpfEvaluation,
        author: Option<DmarcEvaluation>,
    },
    /// What is proved is known, and held against the author's record.
    Judging {
        spf: Box<SpfVerdict>,
        signatures: Signatures,
        dmarc: DmarcEvaluation,
    },
    Done(Box<AuthReport>),
}

impl<'m> Verification<'m> {
    /// A verification, by the clock of the caller, that has not asked anything yet. The message is as
    /// it was received, before anything is added to it.
    #[must_use]
    pub fn new(
        message: &'m [u8],
        envelope: &Envelope,
        now: SystemTime,
        limits: VerifyLimits,
    ) -> Self {
        let inspection = Inspection::new(message, now, limits);
        let spf = SpfEvaluation::new(&envelope.spf_request(now, limits.spf));
        Self {
            keys: inspection.questions(),
            inspection,
            envelope: envelope.clone(),
            known: Vec::new(),
            asked: None,
            state: State::Proving { spf, author: None },
        }
    }

    /// Goes on until it needs an answer or is done. Without a new answer it asks the same again.
    pub fn step(&mut self) -> Step<AuthReport> {
        let step = self.advance();
        if let Step::Ask(question) = &step {
            self.asked = Some(question.clone());
        }
        step
    }

    /// Takes the answer to the question that [`step`](Self::step) asked last.
    pub fn answer(&mut self, answer: Answer) {
        if let Some(question) = self.asked.take() {
            self.answer_to(&question, answer);
        }
    }

    /// All questions that wait for an answer, each once; none if the verification is done.
    ///
    /// ```
    /// use std::time::SystemTime;
    ///
    /// use mailkit_auth::lookup::Answer;
    /// use mailkit_auth::verify::{Envelope, Verification, VerifyLimits};
    ///
    /// let message = b"From: ann@acme.test\r\n\r\nHello\r\n";
    /// let envelope = Envelope::new([192, 0, 2, 1], "mx.corp.test", "bob@corp.test");
    /// let (now, limits) = (SystemTime::UNIX_EPOCH, VerifyLimits::default());
    /// let mut verification = Verification::new(message, &envelope, now, limits);
    /// let questions = verification.questions();
    /// let texts: Vec<String> = questions.iter().map(ToString::to_string).collect();
    /// assert_eq!(texts, ["corp.test TXT", "_dmarc.acme.test TXT"]);
    /// for question in &questions {
    ///     verification.answer_to(question, Answer::TemporaryFailure);
    /// }
    /// assert!(verification.questions().is_empty());
    /// ```
    #[must_use]
    pub fn questions(&mut self) -> Vec<Question> {
        let mut questions = Vec::from_iter(asked(self.advance()));
        let Self { keys, known, inspection, state, .. } = self;
        if let State::Proving { spf, author } = state {
            let author =
                author.get_or_insert_with(|| DmarcEvaluation::new(&inspection.author_request()));
            let others =
                [asked(step_knowing(spf, known)), asked(step_knowing(&mut author.0, known))];
            for question in unanswered(keys, known).chain(others.into_iter().flatten()) {
                if !questions.contains(&question) {
                    questions.push(question);
                }
            }
        }
        questions
    }

    /// Takes the answer to a question; the first stands. One that was not asked yet is kept.
    pub fn answer_to(&mut self, question: &Question, answer: Answer) {
        if find(&self.known, question).is_none() {
            self.known.push((question.clone(), answer));
        }
    }

    pub(super) fn run(mut self, lookup: &impl Lookup) -> AuthReport {
        loop {
            match self.advance() {
                Step::Ask(question) => self.answer_to(&question, lookup.answer(&question)),
                Step::Done(report) => return report,
            }
        }
    }

    fn advance(&mut self) -> Step<AuthReport> {
        let Self { inspection, envelope, keys, known, state, .. } = self;
        loop {
            match state {
                State::Proving { spf, .. } => {
                    if let Some(question) = unanswered(keys, known).next() {
                        return Step::Ask(question);
                    }
                    let spf = match step_knowing(spf, known) {
                        Step::Ask(question) => return Step::Ask(question),
                        Step::Done(spf) => Box::new(spf),
                    };
                    let answers = keys.iter().filter_map(|it| find(known, &it).cloned());
                    let signatures = inspection.signatures(&keys.keys(answers));
                    let request = inspection.dmarc_request(&spf, &signatures.dkim);
                    let dmarc = DmarcEvaluation::new(&request);
                    *state = State::Judging { spf, signatures, dmarc };
                }
                State::Judging { spf, signatures, dmarc } => {
                    let dmarc = match step_knowing(&mut dmarc.0, known) {
                        Step::Ask(question) => return Step::Ask(question),
                        Step::Done(dmarc) => dmarc,
                    };
                    let proofs = (spf.as_ref().clone(), signatures.clone());
                    let report = inspection.report(envelope, proofs, dmarc);
                    *state = State::Done(Box::new(report));
                }
                State::Done(report) => return Step::Done(report.as_ref().clone()),
            }
        }
    }
}

impl fmt::Debug for Verification<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verification").field("known", &self.known).finish_non_exhaustive()
    }
}

/// Goes on as far as the known answers reach.
fn step_knowing<E: Evaluation>(
    evaluation: &mut E,
    known: &[(Question, Answer)],
) -> Step<E::Verdict> {
    loop {
        match evaluation.step() {
            Step::Ask(question) => match find(known, &question) {
                Some(answer) => evaluation.answer(answer.clone()),
                None => return Step::Ask(question),
            },
            done @ Step::Done(_) => return done,
        }
    }
}

fn asked<T>(step: Step<T>) -> Option<Question> {
    match step {
        Step::Ask(question) => Some(question),
        Step::Done(_) => None,
    }
}

fn unanswered(keys: &KeyQuestions, known: &[(Question, Answer)]) -> impl Iterator<Item = Question> {
    keys.iter().filter(|question| find(known, question).is_none())
}

fn find<'k>(known: &'k [(Question, Answer)], question: &Question) -> Option<&'k Answer> {
    known.iter().find(|(asked, _)| asked == question).map(|(_, answer)| answer)
}
