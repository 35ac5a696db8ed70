//! Data that lies outside of the repository: in `MAILKIT_DATA`, else beside the workspace in `shared/data`.

use std::path::PathBuf;

/// A file of it. Without it the test says so and ends, or fails where `MAILKIT_REQUIRE_PEERS` is 1.
#[allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "the place of the data comes from outside, and a skip says so"
)]
pub(crate) fn shared(path: &str) -> Option<String> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data");
    let root = std::env::var_os("MAILKIT_DATA").map_or_else(|| default.into(), PathBuf::from);
    match std::fs::read_to_string(root.join(path)) {
        Ok(text) => Some(text),
        Err(error) => {
            let required = std::env::var("MAILKIT_REQUIRE_PEERS");
            assert_ne!(required.as_deref(), Ok("1"), "{path}: {error}");
            eprintln!("skipped: {path}: {error}");
            None
        }
    }
}
