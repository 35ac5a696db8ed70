//! What has changed since a record was flattened, from what `flatten --json` printed then.

use std::collections::BTreeMap;
use std::path::Path;

use mailkit_auth::spf::flatten::{FlattenedSpf, SpfSource};
use serde::{Deserialize, Serialize};

use super::is_open;
use crate::commands::ending::Ending;
use crate::commands::error::{CommandError, because};
use crate::commands::input::{MAX_FILE, read_text};
use crate::commands::output;

/// As much of a flattened record as the comparison needs.
#[derive(Deserialize)]
struct Earlier {
    sources: Vec<EarlierSource>,
}

#[derive(Deserialize)]
struct EarlierSource {
    term: String,
    networks: Vec<String>,
    kept: Vec<String>,
}

/// How the networks behind a term have changed.
#[derive(Serialize)]
struct Change {
    term: String,
    added: Vec<String>,
    removed: Vec<String>,
    /// Why the term cannot be followed now.
    problem: Option<String>,
    /// Whether that is a fault, not a missing answer.
    #[serde(skip)]
    is_known_wrong: bool,
}

/// Prints the terms whose networks are others than in the file; negative if there are any.
pub(super) fn compare(path: &Path, now: &FlattenedSpf, json: bool) -> Result<Ending, CommandError> {
    let what = format!("{} is not what `mailkit spf flatten --json` prints", path.display());
    let earlier: Earlier =
        serde_json::from_str(&read_text(path, MAX_FILE)?).map_err(because(what))?;
    let changes = changes(earlier, now);
    if json {
        output::json(&changes)?;
    } else if changes.is_empty() {
        output::text("nothing has changed\n")?;
    } else {
        output::text(&changes.iter().map(Change::to_text).collect::<String>())?;
    }
    let is_change =
        |it: &Change| !it.added.is_empty() || !it.removed.is_empty() || it.is_known_wrong;
    Ok(Ending::fine_if(!changes.iter().any(is_change)))
}

fn changes(earlier: Earlier, now: &FlattenedSpf) -> Vec<Change> {
    let then = earlier.sources.into_iter();
    let mut then: BTreeMap<String, EarlierSource> =
        then.map(|source| (source.term.clone(), source)).collect();
    let mut changes: Vec<Change> = Vec::new();
    for source in &now.sources {
        changes.extend(Change::of(then.remove(&source.term), source));
    }
    let gone = then.into_values().filter(|source| !source.networks.is_empty());
    changes.extend(gone.map(|source| Change {
        removed: all(source.networks, source.kept),
        term: source.term,
        added: Vec::new(),
        problem: None,
        is_known_wrong: false,
    }));
    changes
}

/// What a source stands for: networks, and terms that stay as they are.
fn all(networks: Vec<String>, kept: Vec<String>) -> Vec<String> {
    networks.into_iter().chain(kept).collect()
}

impl Change {
    fn of(then: Option<EarlierSource>, now: &SpfSource) -> Option<Self> {
        let then = then.map(|it| all(it.networks, it.kept)).unwrap_or_default();
        let networks = now.networks.iter().map(ToString::to_string).collect();
        let current = all(networks, now.kept.clone());
        let only_in = |one: &[String], other: &[String]| -> Vec<String> {
            one.iter().filter(|it| !other.contains(it)).cloned().collect()
        };
        let is_known_wrong = now.problem.as_ref().is_some_and(|it| !is_open(it));
        let problem = now.problem.as_ref().map(|it| output::in_words(it));
        let term = now.term.clone();
        let change = match problem {
            // What cannot be seen now has not changed for all that is known.
            Some(_) => {
                Self { term, added: Vec::new(), removed: Vec::new(), problem, is_known_wrong }
            }
            None => {
                let (added, removed) = (only_in(&current, &then), only_in(&then, &current));
                Self { term, added, removed, problem, is_known_wrong }
            }
        };
        let changed = !change.added.is_empty() || !change.removed.is_empty();
        (changed || change.problem.is_some()).then_some(change)
    }

    fn to_text(&self) -> String {
        let line = |sign: &str, text: &String| format!("  {sign} {}\n", output::visible(text));
        let problem = self.problem.iter().map(|it| line("?", it));
        let removed = self.removed.iter().map(|it| line("-", it));
        let added = self.added.iter().map(|it| line("+", it));
        let lines: String = problem.chain(removed).chain(added).collect();
        format!("{}\n{lines}", output::visible(&self.term))
    }
}
