//! From a domain to its tree.

mod hosts;

use std::collections::HashMap;
use std::pin::Pin;

use super::{
    SpfCost, SpfNode, SpfNodeTerm, SpfTermState, SpfTree, SpfTreeBound, SpfTreeLimits,
    SpfTreeProblem, SpfTreeRequest,
};
use crate::lookup::{Answer, Asker, Name, Question, RecordType};
use crate::record::SpfRecord;
use crate::record::spf::{DomainSpec, Mechanism, Modifier, SpannedTerm, SpfTerm};
use crate::spf::macro_string::{Fixed, expand_fixed};
use crate::spf::{IpNetwork, Published};

pub(super) async fn tree(asker: Asker, request: SpfTreeRequest) -> SpfTree {
    let SpfTreeRequest { domain, record, limits } = request;
    let mut walk = Walk::new(asker, limits);
    let root = walk.node(Name::from(domain), record.map(|record| record.to_string())).await;
    let mut tree =
        SpfTree { cost: root.cost, root, mx_hosts: 0, ptr_terms: 0, questions: walk.answers.len() };
    let terms = || tree.nodes().flat_map(|node| &node.terms);
    let is_ptr = |term: &&SpfNodeTerm| {
        mechanism(&term.term).is_some_and(|it| matches!(it, Mechanism::Ptr(_)))
    };
    let ptr_terms = terms().filter(is_ptr).filter(|term| term.cost.lookups > 0).count();
    let mx_hosts = terms().map(|term| term.mx_hosts).max().unwrap_or_default();
    (tree.mx_hosts, tree.ptr_terms) = (mx_hosts, ptr_terms);
    tree
}

/// The walk and what it has used up.
struct Walk {
    asker: Asker,
    limits: SpfTreeLimits,
    answers: HashMap<Question, Answer>,
    /// The names from the root to the record that is being read.
    path: Vec<Name>,
    records: usize,
    terms: usize,
    networks: usize,
}

type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + Sync + 'a>>;

impl Walk {
    fn new(asker: Asker, limits: SpfTreeLimits) -> Self {
        let (answers, path) = (HashMap::new(), Vec::new());
        Self { asker, limits, answers, path, records: 0, terms: 0, networks: 0 }
    }

    fn node(&mut self, name: Name, record: Option<String>) -> Pending<'_, SpfNode> {
        Box::pin(async move {
            let (terms, cost) = (Vec::new(), SpfCost::default());
            let mut node = SpfNode { name, record, terms, cost, problem: None };
            self.path.push(node.name.clone());
            node.problem = self.fill(&mut node).await.err();
            self.path.pop();
            node
        })
    }

    /// Reads the record and follows its terms.
    async fn fill(&mut self, node: &mut SpfNode) -> Result<(), SpfTreeProblem> {
        count(&mut self.records, 1, self.limits.records, SpfTreeBound::Records)?;
        let record = match &node.record {
            Some(record) => record,
            None => node.record.insert(self.record(&node.name).await?),
        };
        let terms = SpfRecord::parse_with_spans(record).map_err(SpfTreeProblem::InvalidRecord)?;
        count(&mut self.terms, terms.len(), self.limits.terms, SpfTreeBound::Terms)?;
        let end = terms.iter().position(|(_, term)| is_all(term));
        for (at, (span, term)) in terms.into_iter().enumerate() {
            let text = record.get(span.clone()).unwrap_or_default().to_owned();
            let mut read = SpfNodeTerm::new(text, (span, term));
            if end.is_some_and(|all| at > all || is_redirect(&read.term)) {
                read.state = SpfTermState::NotReached;
            } else {
                self.follow(&mut read, &node.name).await;
            }
            node.cost += read.cost;
            node.terms.push(read);
        }
        Ok(())
    }

    /// The text of the one SPF record of a name.
    async fn record(&mut self, name: &Name) -> Result<String, SpfTreeProblem> {
        match self.ask(name, RecordType::Txt).await?.spf() {
            Published::Nothing => Err(SpfTreeProblem::NoRecord),
            Published::One(record) => Ok(record.text.as_ref().to_owned()),
            Published::Several => Err(SpfTreeProblem::MultipleRecords),
        }
    }

    /// Finds what a term stands for and what it takes.
    async fn follow(&mut self, read: &mut SpfNodeTerm, name: &Name) {
        read.cost.lookups = usize::from(needs_lookup(&read.term));
        let target = match domain(&read.term) {
            None => Fixed::Name(name.clone()),
            Some(spec) => expand_fixed(spec.as_str(), name),
        };
        let found = match (target, mechanism(&read.term)) {
            (_, Some(Mechanism::Ptr(_))) | (Fixed::DependsOnMessage, _) => {
                read.state = SpfTermState::DependsOnMessage;
                return;
            }
            (Fixed::NotAName, _) => Err(SpfTreeProblem::NotAName),
            (Fixed::Name(target), _) => {
                if read.cost.lookups > 0 {
                    read.target = Some(target.clone());
                }
                self.resolve(read, target).await
            }
        };
        if let Err(problem) = found {
            read.state = SpfTermState::Problem(problem);
        }
    }

    async fn resolve(
        &mut self,
        read: &mut SpfNodeTerm,
        target: Name,
    ) -> Result<(), SpfTreeProblem> {
        let term = read.term.clone();
        match &term {
            SpfTerm::Modifier(Modifier::Redirect(_)) => self.nest(read, target).await,
            SpfTerm::Modifier(_) => Ok(()),
            SpfTerm::Directive(directive) => match directive.mechanism() {
                Mechanism::Include(_) => self.nest(read, target).await,
                Mechanism::A { cidr, .. } => self.host(read, &target, *cidr).await,
                Mechanism::Mx { cidr, .. } => self.exchangers(read, &target, *cidr).await,
                Mechanism::Exists(_) => self.exists(read, &target).await,
                Mechanism::Ip4 { address, cidr } => {
                    self.add(read, [IpNetwork::ip4(*address, *cidr)])
                }
                Mechanism::Ip6 { address, cidr } => {
                    self.add(read, [IpNetwork::ip6(*address, *cidr)])
                }
                Mechanism::All | Mechanism::Ptr(_) => Ok(()),
            },
        }
    }

    async fn nest(&mut self, read: &mut SpfNodeTerm, target: Name) -> Result<(), SpfTreeProblem> {
        if self.path.contains(&target) {
            return Err(SpfTreeProblem::Loop(target));
        }
        if self.path.len() >= self.limits.depth {
            return Err(SpfTreeProblem::Limit {
                what: SpfTreeBound::Depth,
                limit: self.limits.depth,
            });
        }
        let nested = self.node(target, None).await;
        read.cost += nested.cost;
        read.nested = Some(Box::new(nested));
        Ok(())
    }

    async fn ask(
        &mut self,
        name: &Name,
        record_type: RecordType,
    ) -> Result<Answer, SpfTreeProblem> {
        let question = Question::new(name.clone(), record_type);
        let answer = match self.answers.get(&question) {
            Some(answer) => answer.clone(),
            None => {
                let mut asked = self.answers.len();
                count(&mut asked, 1, self.limits.questions, SpfTreeBound::Questions)?;
                let answer = self.asker.ask(name, record_type).await;
                self.answers.insert(question.clone(), answer.clone());
                answer
            }
        };
        match answer {
            Answer::TemporaryFailure => Err(SpfTreeProblem::TemporaryFailure(question)),
            answer => Ok(answer),
        }
    }
}

impl SpfNodeTerm {
    fn new(text: String, (span, term): SpannedTerm) -> Self {
        Self {
            text,
            span,
            term,
            target: None,
            state: SpfTermState::Resolved,
            networks: Vec::new(),
            mx_hosts: 0,
            cost: SpfCost::default(),
            nested: None,
        }
    }
}

/// Adds to what was used up; nothing, and the limit, where that is too much.
fn count(
    used: &mut usize,
    more: usize,
    limit: usize,
    what: SpfTreeBound,
) -> Result<(), SpfTreeProblem> {
    if used.saturating_add(more) > limit {
        return Err(SpfTreeProblem::Limit { what, limit });
    }
    *used += more;
    Ok(())
}

fn mechanism(term: &SpfTerm) -> Option<&Mechanism> {
    match term {
        SpfTerm::Directive(directive) => Some(directive.mechanism()),
        SpfTerm::Modifier(_) => None,
    }
}

/// The domain that a term names for the check itself; where an explanation stands costs nothing.
fn domain(term: &SpfTerm) -> Option<&DomainSpec> {
    match term {
        SpfTerm::Directive(directive) => directive.mechanism().domain(),
        SpfTerm::Modifier(Modifier::Redirect(target)) => Some(target),
        SpfTerm::Modifier(_) => None,
    }
}

fn needs_lookup(term: &SpfTerm) -> bool {
    is_redirect(term) || mechanism(term).is_some_and(Mechanism::needs_lookup)
}

fn is_redirect(term: &SpfTerm) -> bool {
    matches!(term, SpfTerm::Modifier(Modifier::Redirect(_)))
}

fn is_all(term: &SpfTerm) -> bool {
    matches!(mechanism(term), Some(Mechanism::All))
}
