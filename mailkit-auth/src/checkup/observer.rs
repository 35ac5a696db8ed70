//! The questions of a check-up: each asked once, so many and no more.

use std::collections::{BTreeSet, HashMap};

use super::suffix::registered_name;
use super::{CheckupLimit, CheckupLimits};
use crate::dmarc::{DmarcLimits, DmarcProblem, DmarcResult, TreeWalk};
use crate::lookup::{Answer, Asker, Dialogue, Name, Question, RecordData, RecordType, Step};
use crate::record::AlignmentMode;
use crate::{DmarcRecord, Domain};

pub(super) struct Observer {
    asker: Asker,
    limits: CheckupLimits,
    visible: Option<Vec<Name>>,
    asked: HashMap<Question, Answer>,
    /// The questions in the order in which they were asked.
    pub(super) order: Vec<Question>,
    pub(super) limits_hit: BTreeSet<CheckupLimit>,
}

impl Observer {
    pub(super) fn new(asker: Asker, limits: CheckupLimits, visible: Option<&[Domain]>) -> Self {
        let visible = visible.map(|domains| domains.iter().map(Name::from).collect());
        let (asked, order, limits_hit) = (HashMap::new(), Vec::new(), BTreeSet::new());
        Self { asker, limits, visible, asked, order, limits_hit }
    }

    /// The answer; [`Answer::TemporaryFailure`] also where nothing may be asked any more.
    pub(super) async fn ask(&mut self, name: &Name, record_type: RecordType) -> Answer {
        let question = Question::new(name.clone(), record_type);
        if let Some(known) = self.asked.get(&question) {
            return known.clone();
        }
        if !self.sees(name) {
            let nothing = self.is_policy_above(name);
            return if nothing { Answer::NoSuchName } else { Answer::TemporaryFailure };
        }
        if self.order.len() == self.limits.questions {
            self.limits_hit.insert(CheckupLimit::Questions);
            return Answer::TemporaryFailure;
        }
        let answer = self.asker.ask(name, record_type).await;
        let answer = self.bounded(answer);
        self.order.push(question.clone());
        self.asked.insert(question, answer.clone());
        answer
    }

    /// Whether the records of this name can be seen at all.
    pub(super) fn sees(&self, name: &Name) -> bool {
        self.visible.as_ref().is_none_or(|seen| seen.iter().any(|it| name.is_subdomain_of(it)))
    }

    /// Whether it is the place of a DMARC record above the registered name of all that can be seen:
    /// only registries could publish one there, and hardly any does (RFC 9989 section 4.10).
    fn is_policy_above(&self, name: &Name) -> bool {
        let Some(above) = name.as_str().strip_prefix("_dmarc.") else { return false };
        let is_above = |seen: &Name| {
            let registered = seen.as_str().parse().map(|domain: Domain| registered_name(&domain));
            registered.is_ok_and(|it| it.as_str() != above && is_suffix(above, it.as_str()))
        };
        self.visible.as_ref().is_some_and(|seen| !seen.is_empty() && seen.iter().all(is_above))
    }

    pub(super) fn known(&self, question: &Question) -> Option<&Answer> {
        self.asked.get(question)
    }

    /// The texts of a name that cannot be too long to ask for, as text.
    pub(super) async fn texts(&mut self, name: &Name) -> Option<Vec<String>> {
        let answer = self.ask(name, RecordType::Txt).await;
        let texts = answer.texts().map(|text| String::from_utf8_lossy(text).into_owned());
        (answer != Answer::TemporaryFailure).then(|| texts.collect())
    }

    /// Whether the host has an address; `None` where the DNS does not say.
    pub(super) async fn has_address(&mut self, host: &Name) -> Option<bool> {
        let four = self.ask(host, RecordType::A).await;
        if !four.records().is_empty() {
            return Some(true);
        }
        let six = self.ask(host, RecordType::Aaaa).await;
        match (&four, &six) {
            (_, six) if !six.records().is_empty() => Some(true),
            (Answer::TemporaryFailure, _) | (_, Answer::TemporaryFailure) => None,
            _ => Some(false),
        }
    }

    /// Lets another evaluator ask through this one.
    pub(super) async fn drive<T: Clone>(&mut self, mut dialogue: Dialogue<T>) -> T {
        loop {
            match dialogue.step() {
                Step::Ask(question) => {
                    let answer = self.ask(&question.name, question.record_type).await;
                    dialogue.answer(answer);
                }
                Step::Done(result) => return result,
            }
        }
    }

    /// The organizational domain; `None` where the DNS does not say.
    pub(super) async fn organization(&mut self, domain: &Domain) -> Option<Domain> {
        let domain = domain.clone();
        let walk = |mut tree: TreeWalk| async move { tree.organizational_domain(&domain).await };
        self.walk(walk).await.ok()
    }

    /// Whether `other` stands for `author`; `None` where the DNS does not say.
    pub(super) async fn is_aligned(
        &mut self,
        author: &Domain,
        other: &Domain,
        mode: AlignmentMode,
    ) -> Option<bool> {
        let (author, other) = (author.clone(), other.clone());
        let walk = |mut tree: TreeWalk| async move { tree.align(&author, &other, mode).await };
        self.walk(walk).await.ok()
    }

    /// The DMARC record that applies, and whose it is.
    pub(super) async fn dmarc(&mut self, domain: &Domain) -> AppliedDmarc {
        let domain = domain.clone();
        let walk = |mut tree: TreeWalk| async move { tree.discover(&domain).await };
        AppliedDmarc::from(self.walk(walk).await)
    }

    /// Walks up the tree as receivers do. Where no DMARC record is found, the registered name is
    /// the best guess at where the owner will publish one.
    async fn walk<T, F>(&mut self, work: impl FnOnce(TreeWalk) -> F) -> T
    where
        T: Clone,
        F: Future<Output = T> + Send + Sync + 'static,
    {
        let queries = DmarcLimits::default().queries;
        let tree = |asker| TreeWalk::new(asker, queries).with_unmarked(registered_name);
        self.drive(Dialogue::new(|asker| Box::pin(work(tree(asker))))).await
    }

    fn bounded(&mut self, answer: Answer) -> Answer {
        let (records, most) = (answer.records(), self.limits.text);
        let too_many = records.len() > self.limits.records;
        let too_long = records.iter().any(|data| text_octets(data) > most);
        if !too_many && !too_long {
            return answer;
        }
        self.limits_hit.extend(too_many.then_some(CheckupLimit::Records));
        self.limits_hit.extend(too_long.then_some(CheckupLimit::Text));
        let kept = records.iter().take(self.limits.records).cloned();
        Answer::Records(kept.map(|data| cut(data, most)).collect())
    }
}

/// Which DMARC record applies to a domain.
#[derive(Clone, Default)]
pub(super) enum AppliedDmarc {
    /// The DNS does not say.
    #[default]
    Unknown,
    Nothing,
    /// The record, and whose it is.
    Record(Domain, DmarcRecord),
}

impl AppliedDmarc {
    /// Whether a record applies.
    pub(super) fn exists(&self) -> Option<bool> {
        match self {
            Self::Unknown => None,
            Self::Nothing => Some(false),
            Self::Record(..) => Some(true),
        }
    }

    pub(super) fn into_record(self) -> Option<(Domain, DmarcRecord)> {
        match self {
            Self::Record(owner, record) => Some((owner, record)),
            Self::Unknown | Self::Nothing => None,
        }
    }
}

impl From<Result<(Domain, DmarcRecord), DmarcProblem>> for AppliedDmarc {
    fn from(found: Result<(Domain, DmarcRecord), DmarcProblem>) -> Self {
        match found {
            Ok((owner, record)) => Self::Record(owner, record),
            Err(problem) if problem.result() == DmarcResult::TempError => Self::Unknown,
            Err(_) => Self::Nothing,
        }
    }
}

fn text_octets(data: &RecordData) -> usize {
    match data {
        RecordData::Txt(text) | RecordData::Spf(text) => text.len(),
        _ => 0,
    }
}

fn cut(mut data: RecordData, most: usize) -> RecordData {
    if let RecordData::Txt(text) | RecordData::Spf(text) = &mut data {
        text.truncate(most);
    }
    data
}

/// Whether the labels of a name end with those of `suffix`.
fn is_suffix(suffix: &str, name: &str) -> bool {
    name.strip_suffix(suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}
