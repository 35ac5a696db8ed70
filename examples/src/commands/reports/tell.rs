//! What is said beside the answer: which reports do not count, and what was skipped.

use super::collect::Collected;
use crate::commands::output;

impl Collected {
    /// Says what was skipped.
    pub(crate) fn tell_skipped(&self) {
        if self.unknown > 0 {
            output::note(&format!(
                "of {} aggregate reports, {} do not count in a rollout, since nobody knows whose they are: {HOW_TO_COUNT}",
                self.aggregates, self.unknown
            ));
        }
        for skipped in self.skipped.iter().take(MAX_TOLD) {
            output::note(&format!("{}: {}", skipped.file.display(), skipped.reason));
        }
        for bad in self.bad_records.iter().take(MAX_TOLD) {
            output::note(&format!("{}: skipped {}", bad.file.display(), bad.reason));
        }
        let files = self.skipped.len().saturating_sub(MAX_TOLD);
        let records = self.bad_record_count.saturating_sub(MAX_TOLD);
        let reports = self.failure_count + self.tls_count;
        let shown = self.failures.len() + self.tls.len();
        if shown < reports {
            output::note(&format!("of {reports} failure and TLS reports, {shown} are shown"));
        }
        if files + records > 0 {
            output::note(&format!("and {files} more files, {records} more records"));
        }
    }
}

/// What makes reports count that do not.
const HOW_TO_COUNT: &str = "--results-of or --verify-mails to show who sent them, --reporter to name a receiver, or --trust-reporters";
/// Of each kind.
const MAX_TOLD: usize = 20;
