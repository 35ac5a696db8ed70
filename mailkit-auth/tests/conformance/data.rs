//! Where the vectors lie, and how a score is told.

use std::path::PathBuf;

/// The file of that name among the vectors; `None`, with a word on why, if it is not there.
pub(crate) fn read(name: &str) -> Option<Vec<u8>> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data");
    let data = std::env::var("MAILKIT_DATA").unwrap_or_else(|_| default.to_owned());
    let path = PathBuf::from(data).join(name);
    match std::fs::read(&path) {
        Ok(octets) => Some(octets),
        Err(error) => {
            eprintln!("skipped: {}: {error}", path.display());
            let required = std::env::var("MAILKIT_REQUIRE_PEERS").is_ok_and(|value| value == "1");
            assert!(!required, "the suite is required and absent");
            None
        }
    }
}

/// What a suite came to.
#[derive(Default)]
pub(crate) struct Score {
    passed: usize,
    misses: Vec<String>,
}

impl Score {
    /// Counts a case; the error says how it went wrong.
    pub(crate) fn count(&mut self, case: &str, outcome: Result<(), String>) {
        match outcome {
            Ok(()) => self.passed += 1,
            Err(miss) => self.misses.push(format!("{case}: {miss}")),
        }
    }

    /// Prints the line of the suite and holds that all `total` cases passed.
    #[track_caller]
    pub(crate) fn tell(self, suite: &str, total: usize) {
        println!("{suite} {}/{}", self.passed, self.passed + self.misses.len());
        assert!(self.misses.is_empty(), "{}", self.misses.join("\n"));
        assert_eq!(self.passed, total, "the suite has changed");
    }
}
