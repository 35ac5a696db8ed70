//! The `mailkit` command, as a user types it: output and exit codes, without a network.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "commands/check.rs"]
mod check;
#[path = "commands/lint.rs"]
mod lint;
#[path = "commands/plan.rs"]
mod plan;
#[path = "commands/published.rs"]
mod published;
#[path = "commands/reports.rs"]
mod reports;
#[path = "commands/rotate.rs"]
mod rotate;
#[path = "commands/route.rs"]
mod route;
#[path = "commands/sign.rs"]
mod sign;
#[path = "commands/spf.rs"]
mod spf;
#[path = "commands/use.rs"]
mod usage;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

/// How a command ended.
struct Run {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Run {
    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", self.stdout))
    }

    /// The exit code and the standard output, for goldens.
    #[track_caller]
    fn expect(&self, code: i32, stdout: &str) {
        assert_eq!((self.code, self.stdout.as_str()), (code, stdout), "{}", self.stderr);
    }

    /// The exit code and words that must stand in the output.
    #[track_caller]
    fn expect_words(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, code, "{}{}", self.stdout, self.stderr);
        for word in words {
            assert!(self.stdout.contains(word), "no {word:?} in: {}", self.stdout);
        }
    }

    /// A failure, and words that must stand in the error.
    #[track_caller]
    fn expect_error(&self, words: &[&str]) {
        assert_eq!(self.code, 2, "{}{}", self.stdout, self.stderr);
        for word in words {
            assert!(self.stderr.contains(word), "no {word:?} in: {}", self.stderr);
        }
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mailkit"));
    command.args(arguments).env_remove("NO_COLOR").current_dir(assets());
    command
}

fn mailkit(arguments: &[&str]) -> Run {
    mailkit_with(arguments, "")
}

fn mailkit_with(arguments: &[&str], input: &str) -> Run {
    let mut command = command(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A command that reads nothing may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |octets| String::from_utf8(octets).unwrap();
    Run {
        code: output.status.code().unwrap(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

/// Where the zone files and messages of these tests stand; commands run there.
fn assets() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets/commands")
}
