//! The receiving side of SMTP as a state machine: bytes in, events out.
//!
//! ```
//! use mailkit_examples::smtp::{Event, Reply, Session, SessionConfig};
//!
//! let mut session = Session::new(SessionConfig::new("mx.example.com".parse()?), "192.0.2.1:49152".parse()?);
//! session.feed(b"EHLO client.example.org\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.com>\r\n");
//! let mut said = String::new();
//! while let Some(event) = session.next_event() {
//!     match event {
//!         Event::Reply(reply) => said += &reply.to_string(),
//!         Event::Recipient { recipient, .. } => session.answer(Reply::accept(format!("{recipient} is known"))),
//!         other => panic!("unexpected {other:?}"),
//!     }
//! }
//! assert!(said.starts_with("220 mx.example.com ESMTP\r\n250-mx.example.com\r\n"));
//! assert!(said.ends_with("250 2.0.0 b@example.com is known\r\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod body;
mod command;
mod event;
mod limits;
mod line;
mod refusal;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::net::SocketAddr;

pub use self::event::{Event, ReceivedMail, SessionConfig};
pub use self::limits::Limits;

use self::body::Body;
use self::line::LineBuffer;
use super::address::{MailAddress, ReversePath};
use super::host_name::HostName;
use super::reply::{Reply, ReplyCode};

/// One client's dialogue.
///
/// Feed what was read, then take events until there are none. The events do not depend on how the bytes were cut.
#[derive(Debug)]
pub struct Session {
    config: SessionConfig,
    peer: SocketAddr,
    lines: LineBuffer,
    events: VecDeque<Event>,
    state: State,
    helo: Option<HostName>,
    tls: bool,
    transaction: Option<Transaction>,
    bad_commands: usize,
    idle_commands: usize,
    messages: usize,
}

#[derive(Debug)]
enum State {
    /// The next line is a command.
    Command,
    /// The next line is message text.
    Data(Body),
    /// The host is asked about this recipient.
    AskedRecipient(MailAddress),
    /// The host is asked about a message.
    AskedMessage,
    /// The host makes the TLS handshake.
    StartingTls,
    Closed,
}

/// From MAIL to the final reply.
#[derive(Debug)]
struct Transaction {
    sender: ReversePath,
    recipients: Vec<MailAddress>,
    smtp_utf8: bool,
}

impl Session {
    /// A session with a client that has just connected; its first event is the greeting.
    #[must_use]
    pub fn new(config: SessionConfig, peer: SocketAddr) -> Self {
        let greeting = Reply::plain(ReplyCode::Ready, format!("{} ESMTP", config.host_name));
        Self {
            config,
            peer,
            lines: LineBuffer::default(),
            events: VecDeque::from([Event::Reply(greeting)]),
            state: State::Command,
            helo: None,
            tls: false,
            transaction: None,
            bad_commands: 0,
            idle_commands: 0,
            messages: 0,
        }
    }

    /// Takes bytes the client sent.
    pub fn feed(&mut self, bytes: &[u8]) {
        if !matches!(self.state, State::Closed) {
            self.lines.feed(bytes);
        }
    }

    /// What to do next; `None` while the client's next bytes or the host's answer are missing.
    pub fn next_event(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            let advanced = match self.state {
                State::Command => self.read_command(),
                State::Data(_) => self.read_data(),
                State::AskedRecipient(_)
                | State::AskedMessage
                | State::StartingTls
                | State::Closed => false,
            };
            if !advanced {
                return None;
            }
        }
    }

    /// The host's reply to [`Event::Recipient`] or [`Event::Message`]. A 421 closes the session.
    ///
    /// An answer that nobody asked for is dropped.
    pub fn answer(&mut self, reply: Reply) {
        match std::mem::replace(&mut self.state, State::Command) {
            State::AskedRecipient(recipient) => self.end_recipient(recipient, reply.is_positive()),
            State::AskedMessage => self.idle_commands = 0,
            other => {
                self.state = other;
                return;
            }
        }
        match reply.code() {
            ReplyCode::NotAvailable => self.close_with(reply),
            _ => self.say(reply),
        }
    }

    /// The TLS handshake is done: the client starts over with EHLO (RFC 3207 section 4.2).
    pub fn tls_started(&mut self) {
        if matches!(self.state, State::StartingTls) {
            self.state = State::Command;
            self.lines = LineBuffer::default();
            self.tls = true;
            self.helo = None;
            self.transaction = None;
        }
    }

    /// Whether a mail is on its way: MAIL was accepted and its final reply not yet given.
    #[must_use]
    pub fn in_transaction(&self) -> bool {
        self.transaction.is_some() || matches!(self.state, State::AskedMessage)
    }

    /// Whether the client is sending message text.
    #[must_use]
    pub fn in_data(&self) -> bool {
        matches!(self.state, State::Data(_))
    }

    /// Octets of message text that are held.
    #[must_use]
    pub fn text_held(&self) -> usize {
        if let State::Data(body) = &self.state { body.held() } else { 0 }
    }

    /// Lets go of the message text and takes no more; the client hears why after its final dot.
    pub fn refuse_text(&mut self, reply: Reply) {
        if let State::Data(body) = &mut self.state {
            body.refuse(reply);
        }
    }

    /// Ends the session for a reason of the host's, most often with a 421: a timeout, a shutdown.
    pub fn close_with(&mut self, reply: Reply) {
        self.say(reply);
        self.close();
    }

    fn close(&mut self) {
        self.events.push_back(Event::Close);
        self.state = State::Closed;
        self.transaction = None;
        self.lines = LineBuffer::default();
    }

    fn say(&mut self, reply: Reply) {
        self.events.push_back(Event::Reply(reply));
    }

    fn read_command(&mut self) -> bool {
        match self.lines.next_line(self.config.limits.command_line) {
            Ok(Some(line)) => {
                let line = line.to_vec();
                self.command(&line);
                true
            }
            Ok(None) => false,
            Err(error) => {
                self.close_with(error.reply_to_command());
                true
            }
        }
    }

    fn read_data(&mut self) -> bool {
        let State::Data(body) = &mut self.state else { return false };
        match self.lines.next_line(self.config.limits.data_line) {
            Ok(Some(b".\r\n")) => self.end_data(),
            Ok(Some(line)) => {
                let unstuffed = line.strip_prefix(b".").unwrap_or(line);
                body.push(unstuffed, &self.config.limits);
            }
            Ok(None) => return false,
            Err(error) => self.close_with(error.reply_to_data()),
        }
        true
    }

    fn end_data(&mut self) {
        let state = std::mem::replace(&mut self.state, State::Command);
        let (State::Data(body), Some(transaction), Some(helo)) =
            (state, self.transaction.take(), self.helo.clone())
        else {
            return;
        };
        self.messages += 1;
        match body.finish() {
            Ok(bytes) => {
                let Transaction { sender, recipients, smtp_utf8 } = transaction;
                let mail = ReceivedMail {
                    peer: self.peer,
                    helo,
                    sender,
                    recipients,
                    tls: self.tls,
                    smtp_utf8,
                    bytes,
                };
                self.events.push_back(Event::Message(mail));
                self.state = State::AskedMessage;
            }
            Err(refusal) => self.say(refusal),
        }
    }

    fn end_recipient(&mut self, recipient: MailAddress, accepted: bool) {
        match &mut self.transaction {
            Some(transaction) if accepted => transaction.recipients.push(recipient),
            // Refused recipients count: a client that only guesses addresses is not here to send mail.
            _ => self.idle_commands += 1,
        }
    }
}
