//! `mailkit demo`: real mail through the whole gateway on loopback, and a check of every outcome.

mod mails;
mod policy_host;
mod report;
mod stage;
mod workbook;

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use self::mails::MAILS;
use self::report::Report;
use self::stage::Stage;
use crate::commands::output;
use crate::gateway::wait_for_signal;

/// Sends the mails, prints what became of them, and says by the exit code whether all is as expected. A signal ends it
/// early; nothing is left behind then either.
///
/// # Errors
/// When a part cannot be started: a directory, a port, a key.
pub async fn run(json: bool) -> Result<ExitCode, Box<dyn Error + Send + Sync>> {
    let started = Instant::now();
    let mut progress = Progress { quiet: json, step: 0 };
    // Heard from the start, minded once the stage stands: half a stage could not be struck.
    let stopped = tokio::spawn(wait_for_signal());
    let stage = Stage::build(&mut progress).await?;
    let report = tokio::select! {
        report = perform(&stage, &mut progress, started) => Some(report),
        stopped = stopped => stopped?.map(|()| None)?,
    };
    stage.strike().await?;
    let Some(report) = report.transpose()? else { return Ok(ExitCode::FAILURE) };

    if json {
        output::json(&report)?;
    } else {
        output::text(&report.to_string())?;
    }
    Ok(if report.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn perform(
    stage: &Stage,
    progress: &mut Progress,
    started: Instant,
) -> Result<Report, Box<dyn Error + Send + Sync>> {
    progress.step("sending", &format!("{} mails", MAILS.len()))?;
    let mut answers = Vec::new();
    for (number, mail) in MAILS.iter().enumerate() {
        answers.push(stage.send(number, mail).await?);
        progress.dot()?;
    }
    progress.step("replies", "waiting until each has arrived")?;
    let settled = stage.settle(Duration::from_secs(20)).await;
    progress.step("checking", "outcomes and signatures")?;
    Ok(Report::make(stage, &answers, settled, started).await)
}

/// Steps, told on the standard error while they happen.
struct Progress {
    quiet: bool,
    step: usize,
}

impl Progress {
    fn step(&mut self, name: &str, text: &str) -> io::Result<()> {
        self.step += 1;
        if self.quiet {
            return Ok(());
        }
        let line = if self.step == 1 { "" } else { "\n" };
        write!(io::stderr(), "{line}[{}/{STEPS}] {name:<10} {text} ", self.step)?;
        if self.step == STEPS { writeln!(io::stderr(), "\n") } else { Ok(()) }
    }

    fn dot(&self) -> io::Result<()> {
        if self.quiet { Ok(()) } else { write!(io::stderr(), ".") }
    }
}

const STEPS: usize = 6;
