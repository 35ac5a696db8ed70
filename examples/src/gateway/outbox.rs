//! Outgoing mail: one task a mail, which waits for its turn, walks along its route, and waits again.
//!
//! | module | what it holds |
//! |---|---|
//! | `policies` | what must be asked of TLS |
//! | `queued` | a mail and its history, in memory and in the spool |
//! | `courier` | the life of a mail: tries, pauses, the end |
//! | `telling` | what is told of a mail |
//! | `walk` | one try: the destination, the demand, hop after hop |
//! | `connection` | one hop |
//! | `pace` | how much goes at once |
//! | `bells` | wakes mail that waits for something |

mod bells;
mod connection;
mod courier;
mod pace;
mod policies;
mod queued;
mod telling;
mod walk;

use std::error::Error;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use mailkit_route::timing::SendWindows;
use tokio::sync::watch;
use tokio::task::JoinSet;

use self::courier::Courier;
use self::queued::Queued;
use super::config::Config;
use super::journal::Observer;
use crate::smtp::{MailAddress, ReversePath};

/// A mail to deliver.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outgoing {
    /// Our name of the mail, which may also name a file.
    pub id: String,
    /// The envelope sender.
    pub sender: ReversePath,
    /// The one recipient.
    pub recipient: MailAddress,
    /// The message, lines ending in CR LF.
    pub bytes: Vec<u8>,
    /// When it may be sent.
    pub windows: SendWindows,
}

impl Outgoing {
    /// A mail that may be sent at every time.
    #[must_use]
    pub fn new(id: &str, sender: ReversePath, recipient: MailAddress, bytes: Vec<u8>) -> Self {
        Self { id: id.to_owned(), sender, recipient, bytes, windows: SendWindows::always() }
    }

    /// It may be sent in these windows only.
    #[must_use]
    pub fn with_windows(self, windows: SendWindows) -> Self {
        Self { windows, ..self }
    }
}

/// All mail that waits or is being delivered.
#[derive(Debug)]
pub struct Outbox {
    courier: Arc<Courier>,
    tasks: Mutex<JoinSet<()>>,
    stop: watch::Sender<bool>,
}

/// The outbox holds as much as it may.
#[derive(Debug, thiserror::Error)]
#[error("the outbox is full")]
#[non_exhaustive]
pub struct OutboxFull;

impl Outbox {
    /// Starts to deliver, with the mail that the last run left in the spool. Names are looked up at `servers`, or where
    /// the system does if there is none.
    ///
    /// # Errors
    /// When the settings cannot be used, or the spool cannot be read.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn start(
        config: &Config,
        servers: &[SocketAddr],
        observer: Arc<dyn Observer>,
    ) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let courier = Arc::new(Courier::new(config, servers, observer)?);
        let (stop, _) = watch::channel(false);
        let outbox = Self { courier, tasks: Mutex::default(), stop };
        for mail in outbox.courier.spool.restore()? {
            outbox.carry(mail)?;
        }
        let (courier, stop) = (Arc::clone(&outbox.courier), outbox.stop.subscribe());
        outbox.tasks().spawn(async move { courier.keep_state_until(stop).await });
        Ok(outbox)
    }

    /// Takes a mail and starts to deliver it.
    ///
    /// # Errors
    /// When too many mails wait already.
    pub fn send(&self, mail: Outgoing) -> Result<(), OutboxFull> {
        self.carry(Queued::new(mail, SystemTime::now()))
    }

    fn carry(&self, mail: Queued) -> Result<(), OutboxFull> {
        let mut tasks = self.tasks();
        while tasks.try_join_next().is_some() {}
        if tasks.len() >= CAPACITY {
            return Err(OutboxFull);
        }
        let (courier, stop) = (Arc::clone(&self.courier), self.stop.subscribe());
        tasks.spawn(async move { courier.carry(mail, stop).await });
        Ok(())
    }

    /// Lets running attempts end, writes what waits for a later one to the spool, and returns when all is done.
    pub async fn drain(&self) {
        self.stop.send_replace(true);
        let mut tasks = std::mem::take(&mut *self.tasks());
        while tasks.join_next().await.is_some() {}
        self.courier.keep_state();
    }

    fn tasks(&self) -> MutexGuard<'_, JoinSet<()>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Mails that may wait at one time: a few kilobytes each.
const CAPACITY: usize = 10_000;
