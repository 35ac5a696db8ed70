//! DMARC records and organizational domains, by walking up the tree (RFC 9989 section 4.10).

use std::collections::BTreeMap;

use super::DmarcProblem;
use crate::lookup::{Answer, Asker, Name, Question, RecordType};
use crate::record::dmarc::Psd;
use crate::{DmarcRecord, Domain, RecordError};

/// What stands at `_dmarc.<domain>`.
#[derive(Clone, Debug)]
pub(super) enum Published {
    Record(Found),
    Nothing,
    Several,
    NoAnswer(Question),
}

/// A record and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) domain: Domain,
    pub(super) record: DmarcRecord,
    /// Why it asks for nothing, if it does not. It marks its place in the tree all the same.
    pub(super) defect: Option<RecordError>,
}

/// Walks that share their answers, so that no name is asked for twice.
pub(super) struct TreeWalk {
    pub(super) asker: Asker,
    queries: usize,
    known: BTreeMap<Domain, Published>,
}

/// The records found on one walk, from the longest name to the shortest.
pub(super) struct Walk {
    start: Domain,
    found: Vec<Found>,
}

impl TreeWalk {
    pub(super) fn new(asker: Asker, queries: usize) -> Self {
        Self { asker, queries, known: BTreeMap::new() }
    }

    pub(super) async fn published(&mut self, domain: &Domain) -> Published {
        if let Some(known) = self.known.get(domain) {
            return known.clone();
        }
        let published = match domain.prefixed("_dmarc") {
            Ok(name) => self.query(domain, &Name::from(name)).await,
            // Nothing stands under a name too long to exist.
            Err(_) => Published::Nothing,
        };
        self.known.insert(domain.clone(), published.clone());
        published
    }

    async fn query(&self, domain: &Domain, name: &Name) -> Published {
        let answer = self.asker.ask(name, RecordType::Txt).await;
        if answer == Answer::TemporaryFailure {
            return Published::NoAnswer(Question::new(name.clone(), RecordType::Txt));
        }
        let texts = answer.texts().map(String::from_utf8_lossy);
        // Texts that are no DMARC record are not counted.
        let mut records = texts.filter_map(|text| DmarcRecord::read_published(&text).ok());
        match (records.next(), records.next()) {
            (None, _) => Published::Nothing,
            (Some(_), Some(_)) => Published::Several,
            (Some((record, defect)), None) => {
                Published::Record(Found { domain: domain.clone(), record, defect })
            }
        }
    }

    /// Walks from a domain up to its top level, or to a record that says where the tree ends.
    pub(super) async fn walk(&mut self, start: &Domain) -> Result<Walk, DmarcProblem> {
        let mut found = Vec::new();
        for target in targets(start, self.queries) {
            match self.published(&target).await {
                Published::NoAnswer(question) => {
                    return Err(DmarcProblem::TemporaryFailure(question));
                }
                Published::Record(record) => {
                    let ends = record.record.psd() != Psd::Unknown;
                    found.push(record);
                    if ends {
                        break;
                    }
                }
                Published::Nothing | Published::Several => {}
            }
        }
        Ok(Walk { start: start.clone(), found })
    }
}

impl Walk {
    /// The organizational domain of the start (section 4.10.2).
    pub(super) fn organizational_domain(&self) -> Domain {
        for Found { domain, record, .. } in &self.found {
            match record.psd() {
                Psd::No => return domain.clone(),
                Psd::Yes if *domain != self.start => return self.child_of(domain),
                _ => {}
            }
        }
        self.found.last().map_or_else(|| self.start.clone(), |found| found.domain.clone())
    }

    /// The start's own record.
    pub(super) fn start_record(&self) -> Option<Found> {
        self.found.iter().find(|found| found.domain == self.start).cloned()
    }

    /// The record that applies where the start has none: that of the organizational domain, else
    /// that of the public suffix (section 4.10.1).
    pub(super) fn policy(self) -> Option<Found> {
        let organizational = self.organizational_domain();
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
