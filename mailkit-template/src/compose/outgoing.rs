//! The mail that leaves: headers in order, two bodies, bytes.

use std::time::{SystemTime, UNIX_EPOCH};

use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::date::Date;
use mail_builder::headers::message_id::MessageId as MessageIds;
use mail_builder::headers::raw::Raw;
use mail_builder::headers::text::Text;
use mail_builder::mime::MimePart;
use thiserror::Error;

use super::boundary::boundary;
use super::{HeaderName, HeaderText, Mailbox, MessageId};
use crate::render::RenderedMail;

/// A mail ready to be written as bytes: `multipart/alternative` of text and HTML.
///
/// The same input gives the same bytes; see the [module](super) for an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingMail {
    from: Mailbox,
    to: Mailbox,
    reply_to: Option<Mailbox>,
    subject: HeaderText,
    date: SystemTime,
    message_id: MessageId,
    in_reply_to: Option<MessageId>,
    references: Vec<MessageId>,
    auto_submitted: Option<AutoSubmitted>,
    language: String,
    headers: Vec<(HeaderName, HeaderText)>,
    text: String,
    html: String,
}

impl OutgoingMail {
    /// The most message identifiers in `References`. Of a longer thread RFC 5322 section 3.6.4 lets the middle go: the
    /// first and the newest are kept.
    pub const MAX_REFERENCES: usize = 20;

    /// A mail from one mailbox to another.
    #[must_use]
    pub fn new(
        from: Mailbox,
        to: Mailbox,
        mail: &RenderedMail,
        message_id: MessageId,
        date: SystemTime,
    ) -> Self {
        Self {
            from,
            to,
            reply_to: None,
            subject: mail.subject_header().clone(),
            date,
            message_id,
            in_reply_to: None,
            references: Vec::new(),
            auto_submitted: None,
            language: mail.locale().to_string(),
            headers: Vec::new(),
            text: with_crlf(mail.text()),
            html: with_crlf(mail.html()),
        }
    }

    /// Where answers go, if not to the sender (`Reply-To`).
    #[must_use]
    pub fn with_reply_to(mut self, mailbox: Mailbox) -> Self {
        self.reply_to = Some(mailbox);
        self
    }

    /// The subject, in place of the template's, for example from [`reply_subject`](crate::auto_reply::reply_subject).
    #[must_use]
    pub fn with_subject(mut self, subject: HeaderText) -> Self {
        self.subject = subject;
        self
    }

    /// The mail this one answers (`In-Reply-To`).
    #[must_use]
    pub fn with_in_reply_to(mut self, id: MessageId) -> Self {
        self.in_reply_to = Some(id);
        self
    }

    /// The thread this mail belongs to (`References`), the oldest first.
    #[must_use]
    pub fn with_references(mut self, ids: impl IntoIterator<Item = MessageId>) -> Self {
        self.references = ids.into_iter().collect();
        if self.references.len() > Self::MAX_REFERENCES {
            let surplus = self.references.len() - Self::MAX_REFERENCES;
            self.references.drain(1..=surplus);
        }
        self
    }

    /// Marks the mail as written by a machine (`Auto-Submitted`, RFC 3834 section 5).
    #[must_use]
    pub const fn with_auto_submitted(mut self, kind: AutoSubmitted) -> Self {
        self.auto_submitted = Some(kind);
        self
    }

    /// One more header field. The fields this type writes itself are refused by [`to_bytes`](Self::to_bytes).
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, text: HeaderText) -> Self {
        self.headers.push((name, text));
        self
    }

    /// The mail in the form of RFC 5322, with CRLF at the end of every line.
    ///
    /// # Errors
    ///
    /// When a header field was added that this type writes itself, or when the date is not in the years 1970 to 9999.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ComposeError> {
        for (name, _) in &self.headers {
            check_free(name)?;
        }
        let mut bytes = Vec::new();
        self.builder()?.body(self.body()).serialize(&mut bytes);
        Ok(bytes)
    }

    fn builder(&self) -> Result<MessageBuilder<'_>, ComposeError> {
        let mut builder = MessageBuilder::new()
            .from(address(&self.from))
            .to(address(&self.to))
            .subject(self.subject.as_str())
            .date(Date::new(unix_seconds(self.date)?))
            .message_id(self.message_id.as_str());
        if let Some(reply_to) = &self.reply_to {
            builder = builder.reply_to(address(reply_to));
        }
        if let Some(id) = &self.in_reply_to {
            builder = builder.in_reply_to(id.as_str());
        }
        if !self.references.is_empty() {
            let ids = self.references.iter().map(MessageId::as_str);
            builder = builder.references(MessageIds::new_list(ids));
        }
        if let Some(kind) = self.auto_submitted {
            builder = builder.header("Auto-Submitted", Raw::new(kind.as_str()));
        }
        builder = builder.header("Content-Language", Raw::new(self.language.as_str()));
        for (name, text) in &self.headers {
            builder = builder.header(name.as_str(), Text::new(text.as_str()));
        }
        Ok(builder)
    }

    fn body(&self) -> MimePart<'_> {
        let boundary = boundary(self.message_id.as_str(), [&self.text, &self.html]);
        let parts = vec![
            MimePart::new("text/plain", self.text.as_str()),
            MimePart::new("text/html", self.html.as_str()),
        ];
        let kind = ContentType::new("multipart/alternative").attribute("boundary", boundary);
        MimePart::new(kind, parts)
    }
}

/// How a mail came to be written by a machine (RFC 3834 section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AutoSubmitted {
    /// `auto-generated`: on a schedule or an event.
    AutoGenerated,
    /// `auto-replied`: as an answer to a mail.
    AutoReplied,
}

impl AutoSubmitted {
    /// The value of the header field.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AutoGenerated => "auto-generated",
            Self::AutoReplied => "auto-replied",
        }
    }
}

/// A mail cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ComposeError {
    /// The date is before 1970 or after 9999.
    #[error("the date is not in the years 1970 to 9999")]
    Date,
    /// The header field is one that [`OutgoingMail`] writes itself.
    #[error("the header field {name} is written by its own method")]
    ReservedHeader {
        /// The field.
        name: HeaderName,
    },
}

/// The fields that are written from their own arguments, or that belong to the transport.
const RESERVED: [&str; 19] = [
    "Auto-Submitted",
    "Bcc",
    "Cc",
    "Content-Disposition",
    "Content-ID",
    "Content-Language",
    "Content-Transfer-Encoding",
    "Content-Type",
    "Date",
    "From",
    "In-Reply-To",
    "MIME-Version",
    "Message-ID",
    "References",
    "Reply-To",
    "Return-Path",
    "Sender",
    "Subject",
    "To",
];

fn check_free(name: &HeaderName) -> Result<(), ComposeError> {
    match RESERVED.iter().any(|reserved| reserved.eq_ignore_ascii_case(name.as_str())) {
        true => Err(ComposeError::ReservedHeader { name: name.clone() }),
        false => Ok(()),
    }
}

/// RFC 2045 section 6.8: text has the line ends of mail before it is encoded as base64.
fn with_crlf(text: &str) -> String {
    text.lines().flat_map(|line| [line, "\r\n"]).collect()
}

fn unix_seconds(date: SystemTime) -> Result<i64, ComposeError> {
    const END_OF_9999: u64 = 253_402_300_799;
    let seconds = date.duration_since(UNIX_EPOCH).map_err(|_| ComposeError::Date)?.as_secs();
    if seconds > END_OF_9999 {
        return Err(ComposeError::Date);
    }
    i64::try_from(seconds).map_err(|_| ComposeError::Date)
}

fn address(mailbox: &Mailbox) -> Address<'_> {
    Address::new_address(mailbox.name(), mailbox.address())
}
