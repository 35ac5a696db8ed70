//! `mailkit route`: where mail goes, what a reply means, and how routing fares when hosts fail.

mod classify;
mod plan;
mod simulate;

use super::ending::Ending;
use super::error::CommandError;

/// What `mailkit route` is told.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Say what a reply of a mail host means, and what to do about it.
    Classify(classify::Arguments),
    /// Show the way to a domain: which host, from which egress, and why.
    Plan(plan::Arguments),
    /// Send the same mail by several policies through worlds in which things break.
    Simulate(Box<simulate::Arguments>),
}

/// Does it.
pub(crate) async fn run(arguments: &Arguments) -> Result<Ending, CommandError> {
    match &arguments.action {
        Action::Classify(arguments) => classify::run(arguments),
        Action::Plan(arguments) => plan::run(arguments).await,
        Action::Simulate(arguments) => simulate::run(arguments),
    }
}
