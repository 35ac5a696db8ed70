//! What `reports --evidence` writes and `rollout advise --evidence` reads: counts by source, day and reporter.

use std::path::Path;

use mailkit_auth::Domain;
use mailkit_auth::report::sources::{MessageCounts, SourceKey, Sources};
use mailkit_auth::rollout::{Evidence, SourceDay};
use serde::{Deserialize, Serialize};

use crate::commands::error::{CommandError, because};
use crate::commands::input::{MAX_FILE, read_text};

/// What a source sent on a day, as one reporter saw it.
#[derive(Serialize, Deserialize)]
pub(super) struct Row {
    day: String,
    source: String,
    class: String,
    reporter: String,
    aligned: u64,
    failed: u64,
    overridden: u64,
    enforced: u64,
    foreign_dkim: u64,
    foreign_spf: u64,
}

/// The rows about a domain and those below it, or about all.
pub(super) fn rows(sources: &Sources, domain: Option<&Domain>) -> Vec<Row> {
    let mut rows = Vec::new();
    for (key, _) in sources.totals().filter(|(key, _)| is_about(key, domain)) {
        let from = key.header_from.as_ref().map(|from| format!(" for {from}")).unwrap_or_default();
        let source = format!("{}{from}", key.name);
        let class = sources.class(key).to_string();
        for (day, reporter, counts) in sources.days(key) {
            rows.push(row(day.to_string(), source.clone(), class.clone(), reporter, counts));
        }
    }
    rows
}

/// Whether a source sends in the name of a domain or of one below it.
pub(super) fn is_about(key: &SourceKey, domain: Option<&Domain>) -> bool {
    domain.is_none_or(|domain| {
        key.header_from.as_ref().is_some_and(|from| from.is_subdomain_of(domain))
    })
}

fn row(day: String, source: String, class: String, reporter: &str, counts: &MessageCounts) -> Row {
    let failed = counts.failed();
    Row {
        day,
        source,
        class,
        reporter: reporter.to_owned(),
        aligned: counts.aligned,
        failed,
        overridden: counts.excused().min(failed),
        enforced: counts.quarantined.saturating_add(counts.rejected).min(failed),
        foreign_dkim: counts.foreign_dkim,
        foreign_spf: counts.foreign_spf,
    }
}

/// Reads what `reports --evidence` wrote.
pub(crate) fn read(path: &Path) -> Result<Evidence, CommandError> {
    let what = || format!("{} is not what `mailkit reports --evidence` writes", path.display());
    let rows: Vec<Row> =
        serde_json::from_str(&read_text(path, MAX_FILE)?).map_err(because(what()))?;
    let mut evidence = Evidence::default();
    for (index, row) in rows.into_iter().enumerate() {
        let row =
            row.read().map_err(|error| because(what())(format!("row {}: {error}", index + 1)))?;
        // What finds no room is counted there, and stops any advance.
        let _ = evidence.add(row);
    }
    Ok(evidence)
}

impl Row {
    fn read(self) -> Result<SourceDay, String> {
        let day = self.day.parse().map_err(|error| format!("day: {error}"))?;
        let source = self.source.parse().map_err(|error| format!("source: {error}"))?;
        let reporter = self.reporter.parse().map_err(|error| format!("reporter: {error}"))?;
        let class = self.class.parse().map_err(|error| format!("class: {error}"))?;
        Ok(SourceDay::new(day, source, class, reporter)
            .with_aligned(self.aligned)
            .with_failed(self.failed)
            .with_overridden(self.overridden)
            .with_enforced(self.enforced)
            .with_foreign_dkim(self.foreign_dkim)
            .with_foreign_spf(self.foreign_spf))
    }
}
