//! From the domains of a message to the verdict (RFC 9989 sections 4.4 and 4.10).

mod align;

use std::collections::BTreeSet;

use super::tree_walk::TreeWalk;
use super::{DmarcProblem, DmarcRequest, DmarcResult, DmarcVerdict};
use crate::lookup::{Answer, Asker, Dialogue, Lookup, Name, RecordType, Step};
use crate::spf::SpfResult;
use crate::{DmarcRecord, Domain, Policy};

/// A DMARC check that waits for answers between its steps.
///
/// ```
/// use mailkit_auth::dmarc::{DmarcEvaluation, DmarcRequest, DmarcResult};
/// use mailkit_auth::lookup::{Answer, Step};
///
/// let mut evaluation = DmarcEvaluation::new(&DmarcRequest::new(["acme.test".parse()?]));
/// let verdict = loop {
///     match evaluation.step() {
///         Step::Ask(_) => evaluation.answer(Answer::NoSuchName),
///         Step::Done(verdict) => break verdict,
///     }
/// };
/// assert_eq!(verdict.result, DmarcResult::None);
/// # Ok::<(), mailkit_auth::DomainError>(())
/// ```
#[derive(Debug)]
pub struct DmarcEvaluation(pub(crate) Dialogue<DmarcVerdict>);

impl DmarcEvaluation {
    /// A check that has not asked anything yet.
    #[must_use]
    pub fn new(request: &DmarcRequest) -> Self {
        let request = request.clone();
        Self(Dialogue::new(|asker| Box::pin(check_message(asker, request))))
    }

    /// Goes on until it needs an answer or is done. Without a new answer it asks the same again.
    pub fn step(&mut self) -> Step<DmarcVerdict> {
        self.0.step()
    }

    /// Takes the answer to the question asked last.
    pub fn answer(&mut self, answer: Answer) {
        self.0.answer(answer);
    }

    pub(super) fn run(self, lookup: &impl Lookup) -> DmarcVerdict {
        self.0.run(lookup)
    }
}

async fn check_message(asker: Asker, request: DmarcRequest) -> DmarcVerdict {
    let authors = distinct(&request.from_domains);
    if authors.is_empty() {
        return DmarcVerdict::unfinished(None, DmarcProblem::NoAuthor);
    }
    let problem = DmarcProblem::SeveralAuthors(authors.len());
    if authors.len() > request.limits.from_domains {
        let verdict = DmarcVerdict::unfinished(authors.into_iter().next(), problem);
        return DmarcVerdict { policy: Policy::Reject, ..verdict };
    }
    let signers = |domains: &[Domain]| {
        let mut signers = distinct(domains);
        signers.truncate(request.limits.dkim_domains);
        signers
    };
    let mut evaluator = Evaluator {
        tree: TreeWalk::new(asker, request.limits.queries),
        dkim: signers(&request.dkim),
        dkim_undecided: signers(&request.dkim_undecided),
        spf: request.spf,
    };
    let mut verdicts = Vec::new();
    for author in authors {
        verdicts.push(evaluator.check(author).await);
    }
    combine(verdicts, problem)
}

/// A message by several authors passes if every one of them is proved. Otherwise it is treated as
/// the strictest of them asks, and never as one to which no policy applies. Who gave no answer may
/// ask for anything.
fn combine(verdicts: Vec<DmarcVerdict>, problem: DmarcProblem) -> DmarcVerdict {
    let several = verdicts.len() > 1;
    let policy = verdicts.iter().map(strictest).max().unwrap_or(Policy::None);
    let worst = verdicts.iter().position(|verdict| verdict.result != DmarcResult::Pass);
    let at = worst.unwrap_or(0);
    match verdicts.into_iter().nth(at) {
        Some(unproved) if several && worst.is_some() => {
            let result = problem.result();
            let reason = format!("{problem}: {}", unproved.reason);
            DmarcVerdict { result, policy, problem: Some(problem), reason, ..unproved }
        }
        Some(verdict) => verdict,
        None => DmarcVerdict::unfinished(None, problem),
    }
}

fn strictest(verdict: &DmarcVerdict) -> Policy {
    let unknown = verdict.result == DmarcResult::TempError && verdict.record_domain.is_none();
    if unknown { Policy::Reject } else { verdict.policy }
}

struct Evaluator {
    tree: TreeWalk,
    spf: Option<(SpfResult, Domain)>,
    dkim: Vec<Domain>,
    dkim_undecided: Vec<Domain>,
}

impl Evaluator {
    async fn check(&mut self, author: Domain) -> DmarcVerdict {
        let (record_domain, record) = match self.tree.discover(&author).await {
            Ok(found) => found,
            Err(problem) => return DmarcVerdict::unfinished(Some(author), problem),
        };
        let mut verdict = DmarcVerdict {
            result: DmarcResult::Fail,
            policy: self.policy(&author, &record_domain, &record).await,
            record_domain: Some(record_domain),
            spf_aligned: false,
            dkim_aligned: false,
            problem: None,
            reason: format!("no domain that is proved stands for {author}"),
            from_domain: Some(author.clone()),
        };
        self.align_spf(&author, record.spf_alignment(), &mut verdict).await;
        self.align_dkim(&author, record.dkim_alignment(), &mut verdict).await;
        if !verdict.spf_aligned && !verdict.dkim_aligned {
            self.align_undecided(&author, record.dkim_alignment(), &mut verdict).await;
        }
        conclude(verdict)
    }

    /// What the record asks for (section 4.7, `p`, `sp`, `np` and `t`).
    async fn policy(&self, author: &Domain, owner: &Domain, record: &DmarcRecord) -> Policy {
        let policy = if author == owner {
            record.policy()
        } else if record.nonexistent_policy() == record.subdomain_policy()
            || self.exists(author).await
        {
            record.subdomain_policy()
        } else {
            record.nonexistent_policy()
        };
        if record.is_testing() { policy.weakened() } else { policy }
    }

    /// Any answer but NXDOMAIN says that the domain exists (section 3.2.13).
    async fn exists(&self, domain: &Domain) -> bool {
        let answer = self.tree.asker.ask(&Name::from(domain), RecordType::A).await;
        answer != Answer::NoSuchName
    }
}

/// One aligned domain is enough; without one, an open question leaves the result open.
fn conclude(mut verdict: DmarcVerdict) -> DmarcVerdict {
    if verdict.spf_aligned || verdict.dkim_aligned {
        verdict.result = DmarcResult::Pass;
        verdict.problem = None;
    } else if let Some(problem) = &verdict.problem {
        verdict.result = problem.result();
        verdict.reason = problem.to_string();
    }
    verdict
}

/// The domains in their order, each once.
fn distinct(domains: &[Domain]) -> Vec<Domain> {
    let mut seen = BTreeSet::new();
    domains.iter().filter(|domain| seen.insert(*domain)).cloned().collect()
}
