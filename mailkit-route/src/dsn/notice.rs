//! Whether the sender is told, and of what.

use super::{DeliveryStatus, Notify, RecipientStatus, ReturnContent, ReversePath};

/// A notification that should be sent: to the sender of the message, from nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub(super) to: String,
    pub(super) status: DeliveryStatus,
    pub(super) returns: ReturnContent,
    pub(super) text: Option<String>,
}

/// Whether a notification is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoticeVerdict {
    /// Send it.
    Send(Box<Notice>),
    /// Send nothing.
    Suppressed(NoNotice),
}

/// Why no notification is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NoNotice {
    /// No recipient has a status of which the sender wants to hear (RFC 3461 section 4.1).
    NotAsked,
    /// The message has the null reverse-path: it is a notification itself (RFC 5321 section 6.1).
    NullSender,
}

impl Notice {
    /// The notification of `status` for the sender of the message. `notify` gives what the sender asked for
    /// with each recipient; recipients of which they want to hear nothing are left out.
    ///
    /// ```
    /// use mailkit_route::dsn::{Action, DeliveryStatus, NoNotice, Notice, NoticeVerdict, Notify, RecipientStatus, ReversePath};
    /// let reply = "550 5.1.1 no such user".parse()?;
    /// let status = DeliveryStatus::new(&"mail.us.example".parse()?)
    ///     .with_recipient(RecipientStatus::from_reply("ann@buyer.example", Action::Failed, &reply));
    /// let told = Notice::about(&"<me@us.example>".parse()?, status.clone(), |_| Notify::default());
    /// assert!(matches!(told, NoticeVerdict::Send(_)));
    /// // A notification is never answered with another.
    /// let verdict = Notice::about(&ReversePath::NULL, status, |_| Notify::default());
    /// assert_eq!(verdict, NoticeVerdict::Suppressed(NoNotice::NullSender));
    /// # Ok::<(), mailkit_route::ParseError>(())
    /// ```
    #[must_use]
    pub fn about(
        sender: &ReversePath,
        mut status: DeliveryStatus,
        notify: impl Fn(&RecipientStatus) -> Notify,
    ) -> NoticeVerdict {
        let Some(to) = sender.mailbox() else {
            return NoticeVerdict::Suppressed(NoNotice::NullSender);
        };
        status.recipients.retain(|recipient| notify(recipient).wants(recipient.action));
        if status.recipients.is_empty() {
            return NoticeVerdict::Suppressed(NoNotice::NotAsked);
        }
        let (to, returns) = (to.to_owned(), ReturnContent::default());
        NoticeVerdict::Send(Box::new(Self { to, status, returns, text: None }))
    }

    /// The reverse-path to send it with: always the null one.
    #[must_use]
    pub fn reverse_path(&self) -> ReversePath {
        ReversePath::NULL
    }

    /// The mailbox to send it to.
    #[must_use]
    pub fn recipient(&self) -> &str {
        &self.to
    }

    /// The report it brings.
    #[must_use]
    pub fn status(&self) -> &DeliveryStatus {
        &self.status
    }

    /// With the `RET` of the sender. It counts for failures; other notifications bring the header alone
    /// (RFC 3461 section 4.3).
    #[must_use]
    pub fn with_return(self, returns: ReturnContent) -> Self {
        Self { returns, ..self }
    }

    /// With words for a person in place of the English ones.
    #[must_use]
    pub fn with_text(self, text: &str) -> Self {
        Self { text: Some(text.to_owned()), ..self }
    }
}
