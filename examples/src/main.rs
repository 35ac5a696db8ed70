//! The `mailkit` command.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser;
use mailkit_auth::visible::{escaped_lines, is_visible};
use mailkit_examples::commands::Command;

/// Enterprise and foreign-trade e-mail: authentication records and checks, and one sample gateway.
///
/// A command ends with 0 if all is well, 1 if the answer is negative (an error in a record, a verdict other than pass, a
/// step not yet due), and 2 if it could not find out or was called the wrong way.
#[derive(Debug, Parser)]
#[command(name = "mailkit", version, max_term_width = 110)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    match Arguments::try_parse() {
        Ok(arguments) => arguments.command.run(),
        Err(error) => wrong_use(&error),
    }
}

/// Says what is wrong with the arguments, or helps. Of what they hold nothing reaches a terminal that it would obey.
fn wrong_use(error: &clap::Error) -> ExitCode {
    let shown = std::env::args_os().all(|it| it.to_string_lossy().chars().all(is_visible));
    if shown || !error.use_stderr() {
        error.exit();
    }
    // Nobody is left to tell if the standard error is closed.
    let _ = write!(io::stderr().lock(), "{}", escaped_lines(&error.to_string()));
    ExitCode::from(2)
}
