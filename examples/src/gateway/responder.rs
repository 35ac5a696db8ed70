//! The acknowledgement of an inquiry: in the language of the inquiry, at most once a sender and window, signed.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use mailkit_auth::sign::{DkimSigner, SignError};
use mailkit_risk::intent::Intent;
use mailkit_template::auto_reply::{
    AutoReplyDecision, AutoReplyPolicy, IncomingMail, SuppressReason, reply_subject, topic,
};
use mailkit_template::compose::{
    AutoSubmitted, ComposeError, HeaderError, Mailbox, MessageId, OutgoingMail,
};
use mailkit_template::{Catalog, Recipient, RenderError, Text, Value};

use super::config::{Company, Config, Department};
use super::journal::Ticket;
use super::message::Header;
use crate::smtp::{ReceivedMail, ReversePath};

/// Writes acknowledgements.
#[derive(Debug)]
pub(super) struct Responder {
    catalog: Catalog,
    policy: AutoReplyPolicy,
    signers: Vec<DkimSigner>,
    answered: Mutex<HashMap<String, SystemTime>>,
}

/// An acknowledgement.
#[derive(Debug)]
pub(super) struct Acknowledgement {
    pub to: Mailbox,
    pub locale: String,
    pub bytes: Vec<u8>,
}

/// Why there is no acknowledgement.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoReply {
    #[error("{0}")]
    Suppressed(#[from] SuppressReason),
    #[error("the reply could not be rendered: {0}")]
    Render(#[from] RenderError),
    #[error("the reply could not be composed: {0}")]
    Compose(#[from] ComposeError),
    #[error("the reply has no identifier: {0}")]
    MessageId(#[from] HeaderError),
    #[error("the reply could not be signed: {0}")]
    Sign(#[from] SignError),
}

/// The mail to acknowledge, and what is known of it.
#[derive(Debug)]
pub(super) struct Inquiry<'a> {
    pub id: &'a str,
    pub mail: &'a ReceivedMail,
    pub header: &'a Header,
    pub intent: &'a Intent,
    pub department: &'a Department,
    pub ticket: &'a Ticket,
}

impl Responder {
    pub(super) fn new(
        catalog: Catalog,
        config: &Config,
        signers: Vec<DkimSigner>,
    ) -> Result<Self, RenderError> {
        let window = Duration::from_hours(24 * u64::from(config.company.reply_window_days));
        let own = config.mailboxes.iter().map(|it| it.address.to_string());
        let policy = AutoReplyPolicy::new(own).with_window(window);
        let responder = Self { catalog, policy, signers, answered: Mutex::default() };
        responder.try_out(config)?;
        Ok(responder)
    }

    /// Writes a reply for each department in each language, so that a name that does not fit is found before a mail is.
    fn try_out(&self, config: &Config) -> Result<(), RenderError> {
        let template = self.catalog.get(TEMPLATE)?;
        for locale in template.locales() {
            let recipient = Recipient::unnamed().with_languages([locale.to_string()]);
            for department in config.departments.iter() {
                let department = department.name_in(&locale.to_string());
                let values = values(&config.company, department, "", "", 1);
                template.render(&recipient, &values, SystemTime::UNIX_EPOCH)?;
            }
        }
        Ok(())
    }

    /// Writes the acknowledgement, and remembers that the sender got one.
    pub(super) fn acknowledge(
        &self,
        inquiry: &Inquiry<'_>,
        company: &Company,
        now: SystemTime,
    ) -> Result<Acknowledgement, NoReply> {
        let to = self.reserve(&incoming(inquiry), now)?;
        let written = self.write(inquiry, company, to.clone(), now);
        if written.is_err() {
            self.forget(&to);
        }
        written
    }

    /// Decides, and takes the sender's place in the window in the same breath: two mails at one time get one reply.
    fn reserve(&self, mail: &IncomingMail, now: SystemTime) -> Result<Mailbox, SuppressReason> {
        let mut answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        let last = answered.get(&key(&mail.return_path)).copied();
        match self.policy.decide(mail, last, now) {
            AutoReplyDecision::Reply { to } => {
                if answered.len() >= REMEMBERED {
                    let window = self.policy.window;
                    answered.retain(|_, at| now.duration_since(*at).is_ok_and(|age| age < window));
                }
                if answered.len() >= REMEMBERED {
                    return Err(SuppressReason::RepliedRecently);
                }
                answered.insert(key(to.address()), now);
                Ok(to)
            }
            AutoReplyDecision::Suppress { reason } => Err(reason),
            _ => Err(SuppressReason::RobotSender),
        }
    }

    fn forget(&self, to: &Mailbox) {
        let mut answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        answered.remove(&key(to.address()));
    }

    fn write(
        &self,
        inquiry: &Inquiry<'_>,
        company: &Company,
        to: Mailbox,
        now: SystemTime,
    ) -> Result<Acknowledgement, NoReply> {
        let template = self.catalog.get(TEMPLATE)?;
        let recipient = recipient(inquiry);
        let locale = template.decide_locale(&recipient).locale.to_string();
        let hours = inquiry.ticket.answer_within.as_secs().div_ceil(3600);
        let department = inquiry.department.name_in(&locale);
        let topic = topic(&inquiry.header.subject);
        let parameters = values(company, department, topic.as_str(), inquiry.id, hours);
        let rendered = template.render(&recipient, &parameters, now)?;
        let id = format!("{}.reply@{}", inquiry.id, company.reply_from.domain()).parse()?;
        let mut reply =
            OutgoingMail::new(company.reply_from.clone(), to.clone(), &rendered, id, now)
                .with_subject(reply_subject(&inquiry.header.subject))
                .with_auto_submitted(AutoSubmitted::AutoReplied);
        // An identifier that is not one cannot be answered to; the policy has seen to that.
        if let Some(Ok(id)) = inquiry.header.message_id.as_ref().map(|id| id.parse::<MessageId>()) {
            let known = inquiry.header.references.iter().filter_map(|id| id.parse().ok());
            reply = reply.with_references(known.chain([id.clone()])).with_in_reply_to(id);
        }
        let bytes = self.signed(&reply.to_bytes()?, now)?;
        Ok(Acknowledgement { to, locale: rendered.locale().to_string(), bytes })
    }

    fn signed(&self, message: &[u8], now: SystemTime) -> Result<Vec<u8>, SignError> {
        let mut signed = Vec::with_capacity(message.len() + 1024 * self.signers.len());
        for signer in &self.signers {
            signed.extend_from_slice(signer.sign(message, now)?.as_bytes());
        }
        signed.extend_from_slice(message);
        Ok(signed)
    }
}

/// What stands in the reply.
fn values<'a>(
    company: &Company,
    department: &str,
    topic: &str,
    reference: &str,
    hours: u64,
) -> [(&'a str, Value); 9] {
    let signature = &company.signature;
    [
        ("topic", Value::shortened(topic, 48)),
        ("reference", Value::text(reference)),
        ("company", Value::text(&company.name)),
        ("department", Value::text(department)),
        ("sla", Value::int(i64::try_from(hours).unwrap_or(i64::MAX))),
        ("signature-name", Value::text(&signature.name)),
        ("signature-title", Value::text(&signature.title)),
        ("phone", Value::text(&signature.phone)),
        ("site", Value::url(signature.site.clone())),
    ]
}

fn incoming(inquiry: &Inquiry<'_>) -> IncomingMail {
    let return_path = match &inquiry.mail.sender {
        ReversePath::Null => String::new(),
        ReversePath::Address(address) => address.to_string(),
    };
    let from = inquiry.header.from.as_ref().map_or("", |(_, address)| address.as_str());
    let mut incoming = IncomingMail::new(return_path, from)
        .with_recipients(inquiry.header.recipients.iter().map(String::as_str));
    for (name, value) in &inquiry.header.fields {
        incoming = incoming.with_header(name, value);
    }
    incoming
}

/// The language from the text; the hour from the clock of the sender's own machine.
fn recipient(inquiry: &Inquiry<'_>) -> Recipient {
    let name = inquiry.header.from.as_ref().and_then(|(name, _)| name.as_deref());
    let mut recipient = name.map_or_else(Recipient::unnamed, Recipient::new);
    if let Some(language) = inquiry.intent.language {
        recipient = recipient.with_mail_language(language.to_string());
    }
    match inquiry.header.utc_offset {
        // The zone database counts these westward: `Etc/GMT-8` is eight hours ahead of UTC.
        Some(hours) => recipient.with_time_zone(format!("Etc/GMT{:+}", -hours)),
        None => recipient,
    }
}

fn key(address: &str) -> String {
    Text::new(address).as_str().to_lowercase()
}

const TEMPLATE: &str = "inquiry-received";

/// Senders remembered at one time. When all are within the window, nobody new gets a reply: silence is safe.
const REMEMBERED: usize = 100_000;
