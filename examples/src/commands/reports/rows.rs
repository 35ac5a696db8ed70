//! The sources, one row for what known reporters saw of each, one for what the others say.

use std::cmp::Reverse;

use mailkit_auth::Domain;
use mailkit_auth::report::sources::{MessageCounts, Reporter, SourceKey, Sources};
use mailkit_auth::rollout::Day;

/// What a source sent, as reporters say of whom all count in a rollout, or none does.
pub(super) struct Row<'a> {
    pub(super) key: &'a SourceKey,
    pub(super) counts: MessageCounts,
    pub(super) is_known: bool,
}

impl Row<'_> {
    /// What it is made of, day by day.
    pub(super) fn days<'a>(
        &self,
        sources: &'a Sources,
    ) -> impl Iterator<Item = (Day, &'a Reporter, &'a MessageCounts)> {
        sources.days(self.key).filter(|(_, by, _)| sources.knows(by) == self.is_known)
    }

    /// Whether it counts in a rollout, for a table.
    pub(super) fn counts(is_known: bool) -> String {
        if is_known { "counts" } else { "does not count" }.to_owned()
    }
}

/// The sources of a domain, or all: what counts first, and then those that sent most.
pub(super) fn by_volume<'a>(sources: &'a Sources, domain: Option<&Domain>) -> Vec<Row<'a>> {
    let totals = sources.totals().filter(|(key, _)| is_about(key, domain));
    let mut rows: Vec<Row<'_>> = totals
        .flat_map(|(key, totals)| {
            [(totals.known, true), (totals.others, false)].map(|(counts, is_known)| Row {
                key,
                counts,
                is_known,
            })
        })
        .filter(|row| row.days(sources).next().is_some())
        .collect();
    rows.sort_by_key(|row| (!row.is_known, Reverse(row.counts.messages)));
    rows
}

/// Whether a source sends in the name of a domain or of one below it.
fn is_about(key: &SourceKey, domain: Option<&Domain>) -> bool {
    domain.is_none_or(|domain| {
        key.header_from.as_ref().is_some_and(|from| from.is_subdomain_of(domain))
    })
}
