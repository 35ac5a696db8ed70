//! `mailkit route`: where mail goes, what hosts and replies say, and how routing fares when hosts fail.

mod classify;
mod destination;
mod plan;
mod probe;
mod resolve;
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
    /// Connect to mail hosts without mail: how long each step takes, what they offer, which TLS.
    Probe(probe::Arguments),
    /// Ask the resolvers of several regions for the way to a domain: how long it takes, what differs.
    Resolve(resolve::Arguments),
    /// Send the same mail by several policies through worlds in which things break.
    Simulate(Box<simulate::Arguments>),
}

/// Does it.
pub(crate) async fn run(arguments: &Arguments) -> Result<Ending, CommandError> {
    match &arguments.action {
        Action::Classify(arguments) => classify::run(arguments),
        Action::Plan(arguments) => plan::run(arguments).await,
        Action::Probe(arguments) => probe::run(arguments).await,
        Action::Resolve(arguments) => resolve::run(arguments).await,
        Action::Simulate(arguments) => simulate::run(arguments),
    }
}
