//! A mail in the outbox, and what of it survives a restart.

use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use mailkit_route::timing::SendWindows;
use serde::{Deserialize, Serialize};

use super::Outgoing;
use crate::gateway::{files, maildir};

/// A mail in the outbox, and what became of it so far.
#[derive(Debug)]
pub(super) struct Queued {
    pub mail: Outgoing,
    pub history: History,
    /// With how many failures it waited for what, when that was last told.
    pub told: Option<(u32, String)>,
    /// Whether it came from the spool, and has to leave it when it is done.
    stored: bool,
}

/// What became of a mail so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct History {
    /// When it was handed to the outbox.
    pub queued: SystemTime,
    /// When its turn comes.
    pub next: SystemTime,
    /// Tries that failed.
    pub failures: u32,
    /// When the first and the last of them failed.
    pub failed: Option<(SystemTime, SystemTime)>,
    /// The egress that a greylisting host saw.
    pub egress: Option<String>,
}

impl History {
    pub(super) fn new(queued: SystemTime) -> Self {
        Self { queued, next: queued, failures: 0, failed: None, egress: None }
    }

    /// Counts a try that failed.
    pub(super) fn fail(&mut self, now: SystemTime) {
        self.failures = self.failures.saturating_add(1);
        self.failed = Some((self.failed.map_or(now, |(first, _)| first), now));
    }
}

/// What stands beside the message: the envelope and the history.
#[derive(Serialize, Deserialize)]
struct Record {
    sender: String,
    recipient: String,
    windows: Option<Vec<Range<SystemTime>>>,
    #[serde(flatten)]
    history: History,
}

impl Queued {
    pub(super) fn new(mail: Outgoing, now: SystemTime) -> Self {
        Self { mail, history: History::new(now), told: None, stored: false }
    }
}

/// Where mail waits for the next start: the messages in a Maildir that a person can read, the records in a folder.
#[derive(Debug)]
pub(super) struct Spool {
    messages: PathBuf,
    records: PathBuf,
}

impl Spool {
    pub(super) fn new(spool: &Path) -> Self {
        Self { messages: spool.join("unsent"), records: spool.join("state").join("waiting") }
    }

    /// Writes a mail for the next start. The record comes last: without it a message is a person's to look at.
    pub(super) async fn keep(&self, queued: Queued) -> io::Result<()> {
        let Queued { mail, history, .. } = queued;
        let record = Record {
            sender: mail.sender.to_string(),
            recipient: mail.recipient.to_string(),
            windows: mail.windows.intervals().map(<[_]>::to_vec),
            history,
        };
        let (path, record) = (self.record(&mail.id), serde_json::to_vec(&record)?);
        maildir::store(&self.messages, &mail.id, mail.bytes).await?;
        let work = tokio::task::spawn_blocking(move || files::replace(&path, &record));
        work.await.unwrap_or_else(|error| Err(io::Error::other(error)))
    }

    /// Takes a mail that is done out of the spool.
    pub(super) fn forget(&self, queued: &Queued) -> io::Result<()> {
        if !queued.stored {
            return Ok(());
        }
        fs::remove_file(self.record(&queued.mail.id))?;
        fs::remove_file(self.message(&queued.mail.id))
    }

    /// The mails of the last run. They stay in the spool until they are done; what cannot be read stays there for ever.
    pub(super) fn restore(&self) -> io::Result<Vec<Queued>> {
        let mut mails = Vec::new();
        if !self.records.is_dir() {
            return Ok(mails);
        }
        for entry in fs::read_dir(&self.records)? {
            let path = entry?.path();
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            match self.read(&path) {
                Ok(mail) => mails.push(mail),
                Err(error) => {
                    tracing::error!(path = %path.display(), %error, "a mail cannot be read back");
                }
            }
        }
        mails.sort_by_key(|mail| mail.history.next);
        Ok(mails)
    }

    fn read(&self, path: &Path) -> Result<Queued, Box<dyn std::error::Error>> {
        let id = path.file_stem().and_then(|stem| stem.to_str()).ok_or("the name is no text")?;
        let record: Record = serde_json::from_slice(&fs::read(path)?)?;
        let bytes = fs::read(self.message(id))?;
        let windows = record.windows.map(SendWindows::new).transpose()?.unwrap_or_default();
        let (sender, recipient) = (record.sender.parse()?, record.recipient.parse()?);
        let mail = Outgoing::new(id, sender, recipient, bytes).with_windows(windows);
        Ok(Queued { mail, history: record.history, told: None, stored: true })
    }

    fn record(&self, id: &str) -> PathBuf {
        self.records.join(format!("{id}.json"))
    }

    fn message(&self, id: &str) -> PathBuf {
        self.messages.join("new").join(id)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_mail_comes_back_as_it_was() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let spool = Spool::new(folder.path());
        let at = |second| SystemTime::UNIX_EPOCH + Duration::from_secs(second);
        let windows = SendWindows::new([at(0)..at(5), at(9)..at(10)]).unwrap();
        let sender = "a@acme.example".parse().unwrap();
        let recipient = "\"b c\"@buyer.example".parse().unwrap();
        let mail = Outgoing::new("1-0001.reply", sender, recipient, b"text\r\n".to_vec());
        let mut queued = Queued::new(mail.with_windows(windows.clone()), at(1));
        queued.history.fail(at(2));
        queued.history.fail(at(3));
        queued.history.egress = Some("hk".to_owned());
        let history = queued.history.clone();
        assert_eq!((history.failures, history.failed), (2, Some((at(2), at(3)))));

        spool.keep(queued).await?;
        let [again] = <[_; 1]>::try_from(spool.restore()?).unwrap();
        assert_eq!(again.history, history);
        assert_eq!(again.mail.id, "1-0001.reply");
        assert_eq!(again.mail.sender.to_string(), "a@acme.example");
        assert_eq!(again.mail.recipient.to_string(), "\"b c\"@buyer.example");
        assert_eq!((&again.mail.windows, &*again.mail.bytes), (&windows, &b"text\r\n"[..]));
        // It stays until it is done, and can be kept once more.
        spool.keep(again).await?;
        let [again] = <[_; 1]>::try_from(spool.restore()?).unwrap();
        spool.forget(&again)?;
        assert!(spool.restore()?.is_empty());
        assert_eq!(fs::read_dir(folder.path().join("unsent/new"))?.count(), 0);
        Ok(())
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_left_alone() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let spool = Spool::new(folder.path());
        files::replace(&spool.record("1"), b"no record")?;
        files::replace(&spool.record("2"), b"{}")?;
        assert!(spool.restore()?.is_empty());
        assert_eq!(fs::read_dir(&spool.records)?.count(), 2);
        Ok(())
    }
}
