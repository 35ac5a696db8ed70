//! What each command does. The grammar is `smtp-proto`'s, the order is RFC 5321 section 4.1.4.

use std::borrow::Cow;

use smtp_proto::{MAIL_BODY_7BIT, MAIL_BODY_8BITMIME, MAIL_SMTPUTF8, MailFrom, RcptTo, Request};

use super::body::{Body, too_big};
use super::refusal::{MailboxError, not_offered, parameter_not_offered, syntax_reply};
use super::{Event, Session, State, Transaction};
use crate::smtp::address::{MailAddress, ReversePath};
use crate::smtp::host_name::HostName;
use crate::smtp::reply::{Reply, ReplyCode};

type Text<'a> = Cow<'a, str>;

impl Session {
    /// Obeys one command line, its CR LF included.
    pub(super) fn command(&mut self, line: &[u8]) {
        if let Some(reply) = self.patience_lost() {
            return self.close_with(reply);
        }
        let Ok(text) = std::str::from_utf8(line) else {
            return self.bad(Reply::new(
                ReplyCode::SyntaxError,
                (5, 2),
                "the command is not UTF-8",
            ));
        };
        match Request::parse(&mut text.as_bytes().iter()) {
            Ok(request) => self.obey(request, names_postmaster(text)),
            Err(error) => self.bad(syntax_reply(error)),
        }
    }

    fn obey(&mut self, request: Request<Text<'_>>, postmaster: bool) {
        match request {
            Request::Ehlo { host } => self.hello(&host, true),
            Request::Helo { host } => self.hello(&host, false),
            Request::Mail { from } => self.mail(&from, postmaster),
            Request::Rcpt { to } => self.rcpt(&to, postmaster),
            Request::Data => self.data(),
            Request::StartTls => self.start_tls(),
            Request::Rset => {
                self.transaction = None;
                self.idle(Reply::accept("forgotten"));
            }
            Request::Noop { .. } => self.idle(Reply::accept("still here")),
            Request::Vrfy { .. } => {
                let text = "not looked up: send the mail and see";
                self.idle(Reply::new(ReplyCode::CannotVerify, (0, 0), text));
            }
            Request::Help { .. } => {
                let text = "EHLO, STARTTLS, MAIL, RCPT, DATA, RSET, NOOP, VRFY, QUIT (RFC 5321)";
                self.idle(Reply::new(ReplyCode::Help, (0, 0), text));
            }
            Request::Quit => self.close_with(Reply::new(ReplyCode::Closing, (0, 0), "goodbye")),
            // The octets behind these would be read as commands, which is how mail is smuggled: nothing more is read.
            Request::Bdat { .. } | Request::Burl { .. } => {
                self.close_with(not_offered(request.name()));
            }
            _ => self.bad(not_offered(request.name())),
        }
    }

    fn hello(&mut self, host: &str, extended: bool) {
        let Ok(host) = host.parse::<HostName>() else {
            let text = "that is no host name: say EHLO with yours, or with [your address]";
            return self.bad(Reply::new(ReplyCode::ParameterSyntax, (5, 2), text));
        };
        self.helo = Some(host);
        self.transaction = None;
        let mut text = self.config.host_name.to_string();
        if extended {
            text += "\nPIPELINING\n8BITMIME\nSMTPUTF8\nENHANCEDSTATUSCODES";
            text += &format!("\nSIZE {}", self.config.limits.message);
            text += if self.offers_tls() { "\nSTARTTLS" } else { "" };
        }
        self.idle(Reply::plain(ReplyCode::Completed, text));
    }

    fn mail(&mut self, from: &MailFrom<Text<'_>>, postmaster: bool) {
        if self.helo.is_none() {
            return self.out_of_order("say EHLO first");
        }
        if self.transaction.is_some() {
            return self.out_of_order("a mail is begun already: say RSET to drop it");
        }
        if self.messages >= self.config.limits.messages {
            let text = "enough mails for one connection: connect again";
            return self.close_with(Reply::new(ReplyCode::NotAvailable, (7, 0), text));
        }
        match self.transaction_from(from, postmaster) {
            Ok(transaction) => {
                let text = format!("sender <{}> noted", transaction.sender);
                self.transaction = Some(transaction);
                self.say(Reply::new(ReplyCode::Completed, (1, 0), text));
            }
            Err(reply) => self.bad(reply),
        }
    }

    fn transaction_from(
        &self,
        from: &MailFrom<Text<'_>>,
        postmaster: bool,
    ) -> Result<Transaction, Reply> {
        let flags = from.flags & (MAIL_BODY_7BIT | MAIL_BODY_8BITMIME | MAIL_SMTPUTF8);
        let offered = MailFrom {
            address: from.address.clone(),
            flags,
            size: from.size,
            ..MailFrom::default()
        };
        if offered != *from {
            return Err(parameter_not_offered("MAIL", "SIZE, BODY=8BITMIME and SMTPUTF8"));
        }
        if from.size > self.config.limits.message {
            return Err(Reply::new(
                ReplyCode::ExceededStorage,
                (3, 4),
                too_big(self.config.limits.message),
            ));
        }
        let smtp_utf8 = flags & MAIL_SMTPUTF8 != 0;
        let sender = if from.address.is_empty() && !postmaster {
            ReversePath::Null
        } else {
            self.mailbox(&from.address, smtp_utf8).map_err(|error| error.reply((1, 7)))?.into()
        };
        Ok(Transaction { sender, recipients: Vec::new(), smtp_utf8 })
    }

    fn rcpt(&mut self, to: &RcptTo<Text<'_>>, postmaster: bool) {
        let Some(transaction) = &self.transaction else {
            return self.out_of_order("say MAIL first");
        };
        let limit = self.config.limits.recipients;
        if transaction.recipients.len() >= limit {
            let text = format!(
                "a mail goes to {limit} recipients at most: send the others in another mail"
            );
            return self.idle(Reply::new(ReplyCode::InsufficientStorage, (5, 3), text));
        }
        if *to != (RcptTo { address: to.address.clone(), ..RcptTo::default() }) {
            return self.bad(parameter_not_offered("RCPT", "none"));
        }
        if to.address.is_empty() && !postmaster {
            return self.bad(Reply::new(
                ReplyCode::NameNotAllowed,
                (1, 3),
                "a recipient needs an address",
            ));
        }
        match self.mailbox(&to.address, transaction.smtp_utf8) {
            Ok(recipient) => {
                let sender = transaction.sender.clone();
                self.events.push_back(Event::Recipient { sender, recipient: recipient.clone() });
                self.state = State::AskedRecipient(recipient);
            }
            Err(error) => self.bad(error.reply((1, 3))),
        }
    }

    fn data(&mut self) {
        match &self.transaction {
            Some(transaction) if !transaction.recipients.is_empty() => {
                let text = "send the message, end it with a line that holds one dot";
                self.say(Reply::plain(ReplyCode::StartMailInput, text));
                self.state = State::Data(Body::default());
            }
            Some(_) => self.out_of_order("no recipient was accepted: say RCPT first"),
            None => self.out_of_order("say MAIL and RCPT first"),
        }
    }

    fn start_tls(&mut self) {
        if !self.offers_tls() {
            return self.out_of_order(if self.tls {
                "TLS is on already"
            } else {
                "TLS is not offered here"
            });
        }
        if !self.lines.is_empty() {
            // RFC 3207 section 4: what stands behind the command in clear text may be somebody else's.
            let text = "wait for the reply to STARTTLS before you send more";
            return self.close_with(Reply::new(ReplyCode::BadSequence, (5, 1), text));
        }
        self.say(Reply::new(ReplyCode::Ready, (0, 0), "start the handshake"));
        self.events.push_back(Event::StartTls);
        self.state = State::StartingTls;
    }

    fn offers_tls(&self) -> bool {
        self.config.start_tls && !self.tls
    }

    /// An address as `smtp-proto` gives it: without quotes, and empty where only `<postmaster>` stood.
    fn mailbox(&self, text: &str, smtp_utf8: bool) -> Result<MailAddress, MailboxError> {
        let own_postmaster = ("postmaster", self.config.host_name.as_str());
        let (local_part, domain) = text.rsplit_once('@').unwrap_or(own_postmaster);
        let address = MailAddress::new(local_part, domain).map_err(MailboxError::Address)?;
        if address.is_ascii() || smtp_utf8 { Ok(address) } else { Err(MailboxError::NeedsUtf8) }
    }

    /// Replies to a command that moves no mail.
    fn idle(&mut self, reply: Reply) {
        self.idle_commands += 1;
        self.say(reply);
    }

    /// Replies to a command that cannot be obeyed.
    fn bad(&mut self, reply: Reply) {
        self.bad_commands += 1;
        self.say(reply);
    }

    fn out_of_order(&mut self, text: &str) {
        self.bad(Reply::new(ReplyCode::BadSequence, (5, 1), text));
    }

    /// Why no more commands are taken from this client.
    fn patience_lost(&self) -> Option<Reply> {
        let text = if self.bad_commands >= self.config.limits.bad_commands {
            "too many commands that cannot be obeyed: check the client"
        } else if self.idle_commands >= self.config.limits.idle_commands {
            "too many commands and no mail: connect again when there is one"
        } else {
            return None;
        };
        Some(Reply::new(ReplyCode::NotAvailable, (7, 0), text))
    }
}

/// Tells `<postmaster>` from `<>`, which the parser gives as the same empty address (RFC 5321 section 4.5.1).
fn names_postmaster(line: &str) -> bool {
    line.to_ascii_lowercase().contains("<postmaster>")
}
