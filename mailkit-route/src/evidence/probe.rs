//! Connections without mail: whose fault is it, is it over, and how far is it now.

use super::agenda::{ACTIVE, Due, Question, Target};
use super::breaker::{Pause, Scope};
use super::table::RowId;
use super::tick::Tick;
use super::{Evidence, PathId};

impl Evidence {
    /// What to ask now, at most `most` questions.
    pub(crate) fn questions(&mut self, most: usize, now: Tick) -> Vec<Question> {
        let mut questions = Vec::new();
        while questions.len() < most
            && let Some(due) = self.agenda.next(now)
        {
            match due {
                Due::Breaker(scope) => questions.extend(self.question_of(scope, now)),
                Due::Diagnosis { other, .. } => {
                    questions.push(Question { target: Target::Path(other), why: due });
                }
                Due::Sweep => self.sweep(most, now, &mut questions),
            }
        }
        questions
    }

    fn question_of(&mut self, scope: Scope, now: Tick) -> Option<Question> {
        if self.until(scope)? > now {
            return None;
        }
        let domain = RowId::NONE;
        let target = match scope {
            Scope::Egress(egress) => Target::Egress(egress),
            Scope::Path(egress, host) => Target::Path(PathId { egress, host, domain }),
            Scope::Host(host) => Target::Path(self.path_of_question(host, now)?),
            Scope::Way(egress, site) => {
                let recent = || self.sites.get(site).into_iter().flat_map(|site| site.recent());
                let is_well = |host: &RowId| self.hosts.get(*host).is_some_and(|host| !host.shut);
                let host = recent().find(is_well).or_else(|| recent().next())?;
                Target::Path(PathId { egress, host, domain })
            }
            Scope::Refusal(..) | Scope::Reputation(..) => return None,
        };
        Some(Question { target, why: Due::Breaker(scope) })
    }

    /// The path over which to ask a host: from the nearest egress that is well, and from the next one each time
    /// that there was no answer, for the way may be at fault, too.
    fn path_of_question(&self, host: RowId, now: Tick) -> Option<PathId> {
        let row = self.hosts.get(host)?;
        let site = self.sites.get(row.site).map_or(0, |site| site.shut);
        let shut = self.shut | site;
        let path = |egress| PathId { egress, host, domain: RowId::NONE };
        let mut paths: Vec<PathId> = self.egresses_for(host).map(path).collect();
        paths.sort_by(|a, b| {
            let is_shut = |path: &PathId| shut >> path.egress & 1;
            let round_trip = |path: &PathId| self.round_trip(*path, now);
            is_shut(a).cmp(&is_shut(b)).then(round_trip(a).total_cmp(&round_trip(b)))
        });
        let turn = usize::from(self.failures(Scope::Host(host)));
        paths.get(turn.checked_rem(paths.len())?).copied()
    }

    /// Asks for the round trips to active places, often where the path might be chosen. What does not fit into
    /// `most` comes first in the next sweep.
    fn sweep(&mut self, most: usize, now: Tick, questions: &mut Vec<Question>) {
        for egress in self.remote_egresses().filter(|&egress| !self.has(Scope::Egress(egress))) {
            questions.push(Question { target: Target::Egress(egress), why: Due::Sweep });
        }
        let sites = &self.sites;
        let is_active = |site: &RowId| {
            let used = sites.get(*site).and_then(|site| site.used);
            used.is_some_and(|used| now.age(used) <= ACTIVE)
        };
        let mut swept = 0;
        for site in self.agenda.retain_active(is_active) {
            if questions.len() >= most {
                break;
            }
            self.sweep_site(site, now, questions);
            swept += 1;
        }
        questions.truncate(most);
        self.agenda.rotate_active(swept);
    }

    fn sweep_site(&self, id: RowId, now: Tick, questions: &mut Vec<Question>) {
        let Some(site) = self.sites.get(id) else { return };
        let Some(host) = site.recent().next() else { return };
        let domain = RowId::NONE;
        let Some(row) = self.hosts.get(host) else { return };
        let own = if row.shut { u32::MAX } else { row.shut_paths };
        // What has a breaker is asked when that is over.
        let shut = self.shut | site.shut | own;
        let open = || {
            let egresses = self.egresses_for(host).filter(|&egress| shut >> egress & 1 == 0);
            egresses.map(|egress| {
                let path = PathId { egress, host, domain };
                (path, self.seconds(path, now))
            })
        };
        let ways = self.ways.to(id);
        let best = open().map(|(_, seconds)| seconds).fold(f32::INFINITY, f32::min);
        for (path, seconds) in open() {
            let age = ways.get(usize::from(path.egress)).map_or(0.0, |way| way.age(now));
            let fresh = if seconds < best * CONTENDER { FRESH } else { STALE };
            if age > fresh {
                questions.push(Question { target: Target::Path(path), why: Due::Sweep });
            }
        }
    }

    /// Learns what came of a question: whether there was an answer, and after how many seconds.
    pub(crate) fn probed(
        &mut self,
        question: Question,
        answered: bool,
        round_trip: Option<f32>,
        now: Tick,
    ) {
        if let (Target::Path(path), Some(seconds)) = (question.target, round_trip) {
            self.connected(path, seconds, now);
        }
        match (question.why, question.target) {
            (Due::Breaker(scope), Target::Path(path)) if answered => {
                self.close(scope, now);
                self.close(Scope::Path(path.egress, path.host), now);
                self.reopened(scope);
            }
            (Due::Breaker(scope), Target::Egress(_)) if answered => {
                self.close(scope, now);
                self.reopened(scope);
            }
            (Due::Breaker(scope), _) if self.has(scope) => self.trip(scope, pause(scope), now),
            (Due::Diagnosis { path, .. }, _) if answered => self.blame_way(path, now),
            (Due::Diagnosis { path, .. }, _) => {
                self.trip(Scope::Host(path.host), Pause::CONNECTION, now);
            }
            (Due::Sweep, Target::Egress(egress)) if !answered => {
                self.trip(Scope::Egress(egress), Pause::EGRESS, now);
            }
            (Due::Sweep, Target::Path(path)) if !answered => {
                let scopes = self.scopes(path);
                if !scopes.into_iter().any(|scope| self.has(scope)) {
                    self.overdue(path, 0.0, now);
                }
            }
            _ => {}
        }
    }

    /// Another egress reaches the host, so the way is at fault, if it still is.
    fn blame_way(&mut self, path: PathId, now: Tick) {
        let [_, way, _, own, ..] = self.scopes(path);
        if self.has(own) {
            self.trip(way, Pause::WAY, now);
        }
    }
}

fn pause(scope: Scope) -> Pause {
    match scope {
        Scope::Egress(_) => Pause::EGRESS,
        Scope::Way(..) => Pause::WAY,
        _ => Pause::CONNECTION,
    }
}

/// Paths that take less than this multiple of the best one may soon be the best.
const CONTENDER: f32 = 1.6;
/// After so many seconds the round trip of a contender is asked for again.
const FRESH: f32 = 15.0;
/// The same of the others.
const STALE: f32 = 300.0;
