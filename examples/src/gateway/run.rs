//! `mailkit gateway`: from the file to the signal, with its events on the standard output.

use std::error::Error;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use super::Gateway;
use super::config::Config;
use super::journal::{Event, Observer};

/// `mailkit gateway`: runs until SIGTERM or SIGINT.
///
/// # Errors
/// When the configuration is wrong or the gateway cannot start.
pub async fn run(path: &Path) -> Result<ExitCode, Box<dyn Error + Send + Sync>> {
    let filter = tracing_subscriber::EnvFilter::try_from_env("MAILKIT_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,hickory_server=warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .init();

    let (events, written) = JsonLines::start();
    let gateway = Gateway::start(Config::load(path)?, Arc::new(events)).await?;
    tracing::info!(address = %gateway.address(), "taking mail");
    wait_for_signal().await?;
    tracing::info!("stopping: running transactions and deliveries may end");
    gateway.stop().await;
    if written.recv_timeout(LAST_EVENTS).is_err() {
        tracing::warn!("the last events were not read");
    }
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// One JSON line an event, on the standard output. A reader that is slow or gone must not stop the mail: events that
/// find no room are dropped, and the log says so.
#[derive(Debug)]
struct JsonLines(mpsc::SyncSender<Vec<u8>>);

impl JsonLines {
    /// The observer, and what is ready once every line is written.
    fn start() -> (Self, mpsc::Receiver<()>) {
        let (sender, lines) = mpsc::sync_channel::<Vec<u8>>(WAITING_EVENTS);
        let (done, written) = mpsc::channel();
        thread::spawn(move || {
            for line in lines {
                if io::stdout().write_all(&line).is_err() {
                    break;
                }
            }
            // Nobody waits any more when this fails.
            let _ = done.send(());
        });
        (Self(sender), written)
    }
}

impl Observer for JsonLines {
    fn observe(&self, event: &Event) {
        let mut line = serde_json::to_vec(event).unwrap_or_default();
        line.push(b'\n');
        if self.0.try_send(line).is_err() {
            tracing::warn!("an event was dropped: nobody reads the standard output");
        }
    }
}

#[cfg(unix)]
pub(crate) async fn wait_for_signal() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        interrupted = tokio::signal::ctrl_c() => interrupted,
    }
}

#[cfg(not(unix))]
pub(crate) async fn wait_for_signal() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}

/// Events that may wait for their reader.
const WAITING_EVENTS: usize = 4096;

/// For the last events to be read once the gateway has stopped.
const LAST_EVENTS: Duration = Duration::from_secs(5);
