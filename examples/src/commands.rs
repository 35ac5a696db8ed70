//! The `mailkit` command: one file a subcommand, and what they share.
//!
//! | module | what it holds |
//! |---|---|
//! | [`check`], [`keys`], [`lint`], [`plan`], [`reports`], [`rollout`], [`route`], [`sign`], [`spf`], [`verify`] | a subcommand each |
//! | [`dns`] | who answers questions to the DNS: zone files, a server, or the system's resolver |
//! | `ending`, `error`, `file`, `input`, `message`, `moment`, `output` | how a command ends, fails, reads and writes files, reads dates, and prints |
//! | `zone_file` | zone files in BIND's form and in JSON |

pub mod check;
pub mod dns;
mod ending;
mod error;
mod file;
mod input;
pub mod keys;
pub mod lint;
mod message;
mod moment;
pub(crate) mod output;
pub mod plan;
pub mod reports;
pub mod rollout;
pub mod route;
pub mod sign;
pub mod spf;
pub mod verify;
mod zone_file;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;

use crate::{demo, gateway};
use error::{CommandError, because};

/// What `mailkit` can do.
#[derive(Debug, Subcommand)]
#[non_exhaustive]
pub enum Command {
    /// Examine the mail set-up of a domain: grade, evidence, repair steps, rules of bulk receivers.
    Check(check::Arguments),
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
    /// Say what is wrong with a record, where, why, and mend what can safely be mended.
    Lint(lint::Arguments),
    /// Write the records that a domain needs, or the steps from what it has to what it needs.
    Plan(plan::Arguments),
    /// Read DMARC and TLS reports and show who sends in a domain's name.
    Reports(reports::Arguments),
    /// Say on evidence whether a DMARC policy can be tightened.
    Rollout(rollout::Arguments),
    /// Plan the way to a domain, probe its hosts, tell what a reply means, simulate routing while hosts fail.
    Route(route::Arguments),
    /// Sign a message with DKIM, with one key or several, or seal it with ARC.
    Sign(sign::Arguments),
    /// Evaluate an SPF record, show what it costs, flatten it.
    Spf(spf::Arguments),
    /// Verify SPF, DKIM, ARC and DMARC of a message, with the reasons.
    Verify(verify::Arguments),
}

impl Command {
    /// Does it, and says how the process shall end.
    #[must_use]
    pub fn run(self) -> ExitCode {
        self.outcome().unwrap_or_else(|error| {
            output::error(&error);
            ExitCode::from(2)
        })
    }

    fn outcome(self) -> Result<ExitCode, CommandError> {
        let ending = match self {
            Self::Check(arguments) => runtime()?.block_on(check::run(&arguments))?,
            Self::Demo { json } => return gateway_runtime(demo::run(json)),
            Self::Gateway { config } => return gateway_runtime(gateway::run(&config)),
            Self::Keys(arguments) => keys::run(&arguments)?,
            Self::Lint(arguments) => runtime()?.block_on(lint::run(&arguments))?,
            Self::Plan(arguments) => plan::run(&arguments)?,
            Self::Reports(arguments) => runtime()?.block_on(reports::run(&arguments))?,
            Self::Rollout(arguments) => runtime()?.block_on(rollout::run(&arguments))?,
            Self::Route(arguments) => runtime()?.block_on(route::run(&arguments))?,
            Self::Sign(arguments) => runtime()?.block_on(sign::run(&arguments))?,
            Self::Spf(arguments) => runtime()?.block_on(spf::run(&arguments))?,
            Self::Verify(arguments) => runtime()?.block_on(verify::run(&arguments))?,
        };
        Ok(ending.into())
    }
}

/// One thread is enough to wait for the DNS.
fn runtime() -> Result<tokio::runtime::Runtime, CommandError> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().map_err(because("cannot start"))
}

fn gateway_runtime(
    work: impl Future<Output = Result<ExitCode, Box<dyn std::error::Error + Send + Sync>>>,
) -> Result<ExitCode, CommandError> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.enable_all().build().map_err(because("cannot start"))?;
    runtime.block_on(work).map_err(CommandError::from)
}
