//! The `mailkit` command.

use std::process::ExitCode;

use clap::Parser;
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
    Arguments::parse().command.run()
}
