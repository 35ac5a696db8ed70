//! The `mailkit` command.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command talks to its user")]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use mailkit_examples::{demo, gateway, keys};

/// Enterprise and foreign-trade e-mail: authentication, routing, templates and risk in one sample gateway.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Send real mail through the whole gateway on loopback and check every outcome.
    ///
    /// Starts a DNS server, the gateway and the mail hosts of its customers on free ports, sends mails to the gateway,
    /// and shows what became of each. Needs no root, no network and no file; leaves nothing behind. Exits with 0 only if
    /// every outcome is the expected one.
    Demo {
        /// Print the results as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Run the gateway until it is told to stop.
    ///
    /// SIGTERM or SIGINT stops it: no new mail is taken, running transactions and deliveries end, and replies that still
    /// wait are written to the spool. Each event is one JSON line on the standard output; the log goes to the standard error.
    Gateway {
        /// The configuration; `examples/assets/gateway.toml` is an annotated sample.
        #[arg(long)]
        config: PathBuf,
    },
    /// Make a DKIM key: write the private key to a file, print the record to publish.
    Keys(keys::Arguments),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Demo { json } => runtime().and_then(|it| it.block_on(demo::run(json))),
        Command::Gateway { config } => runtime().and_then(|it| it.block_on(gateway::run(&config))),
        Command::Keys(arguments) => keys::run(&arguments).map(|record| {
            println!("{record}");
            ExitCode::SUCCESS
        }),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("mailkit: {error}");
        let mut cause = error.source();
        while let Some(error) = cause {
            eprintln!("  because: {error}");
            cause = error.source();
        }
        ExitCode::from(2)
    })
}

fn runtime() -> Result<tokio::runtime::Runtime, Box<dyn std::error::Error + Send + Sync>> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}
