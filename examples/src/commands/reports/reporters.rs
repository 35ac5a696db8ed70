//! Who reports, and whether that counts in a rollout.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use mailkit_auth::report::sources::{Reporter, ReporterProof, Sources};
use serde::Serialize;

use super::rows::Row;
use crate::commands::output::{self, visible};

/// A reporter, for `--json`.
#[derive(Serialize)]
pub(super) struct ReporterData<'a> {
    name: &'a str,
    proof: ReporterProof,
    counts: bool,
    messages: u64,
}

/// The reporters of these sources: those that count first, then by the messages that they tell of.
pub(super) fn data<'a>(sources: &'a Sources, found: &[Row<'_>]) -> Vec<ReporterData<'a>> {
    let mut reporters: BTreeMap<&Reporter, u64> = BTreeMap::new();
    for (_, by, counts) in found.iter().flat_map(|row| row.days(sources)) {
        let messages = reporters.entry(by).or_default();
        *messages = messages.saturating_add(counts.messages);
    }
    let data = |(by, messages): (&'a Reporter, u64)| {
        let (name, proof, counts) = (by.name(), by.proof(), sources.knows(by));
        ReporterData { name, proof, counts, messages }
    };
    let mut reporters: Vec<ReporterData<'_>> = reporters.into_iter().map(data).collect();
    reporters.sort_by_key(|it| (!it.counts, Reverse(it.messages)));
    reporters
}

/// The same as a table, without most of those that whoever forges reports may name.
pub(super) fn table(sources: &Sources, found: &[Row<'_>]) -> String {
    let reporters = data(sources, found);
    if reporters.is_empty() {
        return String::new();
    }
    let head = ["REPORTER", "MESSAGES", "IN A ROLLOUT"].map(str::to_owned).to_vec();
    let row = |it: &ReporterData<'_>| {
        let counts = match it.proof {
            _ if it.counts => "counts",
            ReporterProof::Verified => "does not count: no receiver that is known",
            _ => "does not count: nobody has shown who sent it",
        };
        vec![visible(it.name), it.messages.to_string(), counts.to_owned()]
    };
    let rows: Vec<Vec<String>> =
        std::iter::once(head).chain(reporters.iter().take(MAX_SHOWN).map(row)).collect();
    let table = output::table(&rows, &[1]);
    match reporters.len().saturating_sub(MAX_SHOWN) {
        0 => table,
        more => format!("{table}and {more} more\n"),
    }
}

const MAX_SHOWN: usize = 50;
