//! Answers from zone files.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use mailkit_auth::lookup::{Answer, Lookup, Name, Question, RecordData, RecordType};

use crate::commands::output;
use crate::commands::zone_file::ZoneFiles;

/// Zone files as a part of the DNS: what lies elsewhere gives no answer.
pub(crate) struct ZoneAnswers {
    files: ZoneFiles,
    /// What was asked in vain.
    unseen: Mutex<BTreeSet<Unseen>>,
}

impl ZoneAnswers {
    pub(super) fn new(files: ZoneFiles) -> Self {
        Self { files, unseen: Mutex::default() }
    }

    pub(super) fn files(&self) -> &ZoneFiles {
        &self.files
    }

    /// Says which questions no file could answer, and why.
    pub(super) fn tell_unseen(&self) {
        let unseen = self.unseen.lock().unwrap_or_else(PoisonError::into_inner);
        tell("not in the zone files", &unseen, |it| match it {
            Unseen::Missing(question) => Some(question),
            _ => None,
        });
        tell("aliases in a circle", &unseen, |it| match it {
            Unseen::Circle(chain) => Some(chain),
            _ => None,
        });
        tell("too many aliases in a row", &unseen, |it| match it {
            Unseen::TooLong(chain) => Some(chain),
            _ => None,
        });
    }
}

impl Lookup for ZoneAnswers {
    /// A name outside the files may exist, and so may the target of an alias; but above a domain there is nothing that
    /// speaks for it, and an address has the names that a file gives it.
    fn answer(&self, question: &Question) -> Answer {
        let answer = self.files.snapshot().answer(question);
        if answer != Answer::TemporaryFailure {
            return answer;
        }
        let holds = self.files.snapshot().holds(&question.name);
        if !holds
            && (self.files.is_above(&question.name) || question.record_type == RecordType::Ptr)
        {
            return Answer::NoSuchName;
        }
        let mut unseen = self.unseen.lock().unwrap_or_else(PoisonError::into_inner);
        unseen.insert(self.why(question));
        Answer::TemporaryFailure
    }
}

/// Why zone files give no answer to a question.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Unseen {
    /// This is not in them.
    Missing(String),
    /// Its aliases lead back to where they came from.
    Circle(String),
    /// There are more aliases in a row than are followed.
    TooLong(String),
}

impl ZoneAnswers {
    /// Follows the aliases of a name as the snapshot does.
    fn why(&self, question: &Question) -> Unseen {
        let mut names = vec![question.name.clone()];
        while let Some(target) = names.last().and_then(|name| self.alias(name)) {
            let is_circle = names.contains(&target);
            names.push(target);
            let chain = || names.iter().map(ToString::to_string).collect::<Vec<_>>().join(" → ");
            if is_circle {
                return Unseen::Circle(chain());
            }
            if names.len() > MAX_ALIASES {
                return Unseen::TooLong(chain());
            }
        }
        let last = names.pop().unwrap_or_else(|| question.name.clone());
        Unseen::Missing(Question::new(last, question.record_type).to_string())
    }

    fn alias(&self, name: &Name) -> Option<Name> {
        let answer = self.files.snapshot().answer(&Question::new(name.clone(), RecordType::Cname));
        answer.records().iter().find_map(|data| match data {
            RecordData::Cname(target) => Some(target.clone()),
            _ => None,
        })
    }
}

/// Aliases in a row that are told.
const MAX_ALIASES: usize = 9;
/// Notes what questions of one kind found no answer, the first of them.
fn tell(what: &str, unseen: &BTreeSet<Unseen>, of: fn(&Unseen) -> Option<&String>) {
    let found: Vec<&str> = unseen.iter().filter_map(of).map(String::as_str).collect();
    let shown = found.get(..MAX_SHOWN).unwrap_or(&found);
    if !shown.is_empty() {
        let more = if found.len() > MAX_SHOWN { ", …" } else { "" };
        output::note(&format!("{what}: {}{more}", shown.join(", ")));
    }
}

/// Questions of one kind that are told; of the rest it is said that there is one.
const MAX_SHOWN: usize = 10;
