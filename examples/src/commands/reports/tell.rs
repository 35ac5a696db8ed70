//! What is said beside the answer: which reports do not count, and what was skipped.

use super::collect::Collected;
use crate::commands::output;

impl Collected {
    /// Says what was skipped.
    pub(crate) fn tell_skipped(&self) {
        if self.unknown > 0 {
            output::note(&format!(
                "aggregate reports that do not count in a rollout, since nobody knows whose they are: {} of {}; {HOW_TO_COUNT}",
                self.unknown, self.aggregates
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
            let files = output::counted(files, "more file");
            output::note(&format!("and {files}, {}", output::counted(records, "more record")));
        }
    }
}

/// What makes reports count that do not.
const HOW_TO_COUNT: &str = "say who sent them by --results-of or --verify-mails, and beside one of these by --reporter which of the senders is a receiver that `mailkit reports --help` does not list; or give --trust-reporters";
/// Of each kind.
const MAX_TOLD: usize = 20;
