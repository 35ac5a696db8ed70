//! DMARC records and organizational domains, by walking up the tree (RFC 9989 section 4.10).

use std::collections::BTreeMap;

use super::DmarcProblem;
use crate::lookup::{Answer, Asker, Name, Question, RecordType};
use crate::record::AlignmentMode;
use crate::record::dmarc::Psd;
use crate::{DmarcRecord, Domain, RecordError};

/// Walks that share their answers, so that no name is asked for twice.
pub(crate) struct TreeWalk {
    pub(super) asker: Asker,
    queries: usize,
    unmarked: fn(&Domain) -> Domain,
    known: BTreeMap<Domain, AtName>,
}

impl TreeWalk {
    pub(crate) fn new(asker: Asker, queries: usize) -> Self {
        Self { asker, queries, unmarked: Domain::clone, known: BTreeMap::new() }
    }

    /// With another organizational domain where no record is found than the start itself (section
    /// 4.10.2): what it will be, once there is a record.
    pub(crate) fn with_unmarked(self, unmarked: fn(&Domain) -> Domain) -> Self {
        Self { unmarked, ..self }
    }

    /// The record that applies to the author's domain, and where it stands (section 4.10.1).
    pub(crate) async fn discover(
        &mut self,
        author: &Domain,
    ) -> Result<(Domain, DmarcRecord), DmarcProblem> {
        let found = match self.at_name(author).await {
            AtName::Record(found) => Some(found),
            AtName::Several => return Err(DmarcProblem::MultipleRecords(author.clone())),
            AtName::NoAnswer(question) => return Err(DmarcProblem::TemporaryFailure(question)),
            AtName::Nothing => self.walk(author).await?.policy(),
        };
        match found.ok_or_else(|| DmarcProblem::NoRecord(author.clone()))? {
            Found { domain, record, defect: None } => Ok((domain, record)),
            Found { domain, defect: Some(error), .. } => {
                Err(DmarcProblem::UnusableRecord { domain, error })
            }
        }
    }

    /// Whether `other` stands for the author's domain: it is equal, or, if relaxed, of the same
    /// organizational domain (section 4.4).
    pub(crate) async fn align(
        &mut self,
        author: &Domain,
        other: &Domain,
        mode: AlignmentMode,
    ) -> Result<bool, DmarcProblem> {
        if author == other {
            return Ok(true);
        }
        // An organizational domain ends in the top-level label of its members.
        if mode == AlignmentMode::Strict || author.labels().last() != other.labels().last() {
            return Ok(false);
        }
        let organization = self.organizational_domain(author).await?;
        // All members lie under their organizational domain. A stranger is not asked about it: one
        // whose servers do not answer would otherwise turn a failure into an open question.
        Ok(other.is_subdomain_of(&organization)
            && self.organizational_domain(other).await? == organization)
    }

    /// The organizational domain of a domain (section 4.10.2).
    pub(crate) async fn organizational_domain(
        &mut self,
        domain: &Domain,
    ) -> Result<Domain, DmarcProblem> {
        let walk = self.walk(domain).await?;
        Ok(walk.organizational_domain().unwrap_or_else(|| (self.unmarked)(domain)))
    }

    async fn at_name(&mut self, domain: &Domain) -> AtName {
        if let Some(known) = self.known.get(domain) {
            return known.clone();
        }
        let found = match domain.prefixed("_dmarc") {
            Ok(name) => self.query(domain, &Name::from(name)).await,
            // Nothing stands under a name too long to exist.
            Err(_) => AtName::Nothing,
        };
        self.known.insert(domain.clone(), found.clone());
        found
    }

    async fn query(&self, domain: &Domain, name: &Name) -> AtName {
        let answer = self.asker.ask(name, RecordType::Txt).await;
        if answer == Answer::TemporaryFailure {
            return AtName::NoAnswer(Question::new(name.clone(), RecordType::Txt));
        }
        let texts = answer.texts().map(String::from_utf8_lossy);
        // Texts that are no DMARC record are not counted.
        let mut records = texts.filter_map(|text| DmarcRecord::read_published(&text).ok());
        match (records.next(), records.next()) {
            (None, _) => AtName::Nothing,
            (Some(_), Some(_)) => AtName::Several,
            (Some((record, defect)), None) => {
                AtName::Record(Found { domain: domain.clone(), record, defect })
            }
        }
    }

    /// Walks from a domain up to its top level, or to a record that says where the tree ends.
    async fn walk(&mut self, start: &Domain) -> Result<Walk, DmarcProblem> {
        let mut found = Vec::new();
        for target in targets(start, self.queries) {
            match self.at_name(&target).await {
                AtName::NoAnswer(question) => {
                    return Err(DmarcProblem::TemporaryFailure(question));
                }
                AtName::Record(record) => {
                    let ends = record.record.psd() != Psd::Unknown;
                    found.push(record);
                    if ends {
                        break;
                    }
                }
                AtName::Nothing | AtName::Several => {}
            }
        }
        Ok(Walk { start: start.clone(), found })
    }
}

/// What stands at `_dmarc.<domain>`.
#[derive(Clone, Debug)]
enum AtName {
    Record(Found),
    Nothing,
    Several,
    NoAnswer(Question),
}

/// A record and where it stands.
#[derive(Clone, Debug)]
struct Found {
    domain: Domain,
    record: DmarcRecord,
    /// Why it asks for nothing, if it does not. It marks its place in the tree all the same.
    defect: Option<RecordError>,
}

/// The records found on one walk, from the longest name to the shortest.
struct Walk {
    start: Domain,
    found: Vec<Found>,
}

impl Walk {
    /// The organizational domain of the start (section 4.10.2), if a record marks it.
    fn organizational_domain(&self) -> Option<Domain> {
        for Found { domain, record, .. } in &self.found {
            match record.psd() {
                Psd::No => return Some(domain.clone()),
                Psd::Yes if *domain != self.start => return Some(self.child_of(domain)),
                _ => {}
            }
        }
        self.found.last().map(|found| found.domain.clone())
    }

    /// The record that applies where the start has none: that of the organizational domain, else
    /// that of the public suffix (section 4.10.1).
    fn policy(self) -> Option<Found> {
        let organizational = self.organizational_domain()?;
        let mut found = self.found;
        let own = found.iter().position(|found| found.domain == organizational);
        let suffix = || found.iter().position(|found| found.record.psd() == Psd::Yes);
        own.or_else(suffix).map(|at| found.swap_remove(at))
    }

    /// The name on the way down to the start that lies one label below `ancestor`.
    fn child_of(&self, ancestor: &Domain) -> Domain {
        let mut child = self.start.clone();
        while let Some(parent) = child.parent().filter(|parent| parent != ancestor) {
            child = parent;
        }
        child
    }
}

/// The names of a walk: the start, then its parents; of a long name the middle is left out, so that
/// `queries` are enough (section 4.10, steps 3 to 8).
fn targets(start: &Domain, queries: usize) -> Vec<Domain> {
    let surplus = start.labels().count().saturating_sub(queries);
    let parents = std::iter::successors(start.parent(), Domain::parent).skip(surplus);
    std::iter::once(start.clone()).chain(parents).take(queries).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(start: &str, expected: &[&str]) {
        let targets = targets(&start.parse().expect("a domain"), 8);
        assert_eq!(targets.iter().map(Domain::as_str).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn walks_of_at_most_eight_queries() {
        check("com", &["com"]);
        check("a.example.com", &["a.example.com", "example.com", "com"]);
        let rest = ["c.d.e.f.g.h.i", "d.e.f.g.h.i", "e.f.g.h.i", "f.g.h.i", "g.h.i", "h.i", "i"];
        let from = |start| [&[start][..], &rest].concat();
        check("b.c.d.e.f.g.h.i", &from("b.c.d.e.f.g.h.i"));
        check("a.b.c.d.e.f.g.h.i", &from("a.b.c.d.e.f.g.h.i"));
        check("z.y.x.a.b.c.d.e.f.g.h.i", &from("z.y.x.a.b.c.d.e.f.g.h.i"));
    }
}
