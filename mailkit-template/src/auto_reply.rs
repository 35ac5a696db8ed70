//! Whether an incoming mail may be answered by a machine (RFC 3834), as a decision without a clock or a store.
//!
//! ```
//! use mailkit_template::auto_reply::{AutoReplyDecision, AutoReplyPolicy, IncomingMail, SuppressReason};
//! use std::time::{Duration, UNIX_EPOCH};
//!
//! let now = UNIX_EPOCH + Duration::from_secs(1_795_000_000);
//! let policy = AutoReplyPolicy::new(["sales@example.com"]);
//! let mail = IncomingMail::new("anna@example.org", "anna@example.org")
//!     .with_recipients(["sales@example.com"])
//!     .with_header("Message-ID", "<1@example.org>");
//! assert!(matches!(policy.decide(&mail, None, now), AutoReplyDecision::Reply { .. }));
//!
//! let list = mail.with_header("List-Id", "<news.example.org>");
//! assert_eq!(
//!     policy.decide(&list, None, now),
//!     AutoReplyDecision::Suppress { reason: SuppressReason::MailingList },
//! );
//! ```

mod decision;
mod incoming;
mod robots;
mod subject;

use std::time::{Duration, SystemTime};

use crate::compose::{Mailbox, MessageId};

pub use decision::{AutoReplyDecision, SuppressReason};
pub use incoming::IncomingMail;
pub use subject::{reply_subject, topic};

/// When and to whom automatic replies go.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AutoReplyPolicy {
    /// Our addresses; a mail is answered when it was addressed to one of them, and never when it comes from one,
    /// with a `+tag` or without.
    pub own_addresses: Vec<String>,
    /// How long one sender gets no second reply (RFC 3834 section 2 recommends seven days).
    pub window: Duration,
}

impl AutoReplyPolicy {
    /// A policy for our addresses, with a window of seven days.
    #[must_use]
    pub fn new<T: Into<String>>(own_addresses: impl IntoIterator<Item = T>) -> Self {
        let own_addresses = own_addresses.into_iter().map(Into::into).collect();
        Self { own_addresses, window: Duration::from_hours(7 * 24) }
    }

    /// The same policy with another window.
    #[must_use]
    pub const fn with_window(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }

    /// Decides about one mail. `last_reply` is when the sender last got an automatic reply, if ever: the caller keeps
    /// that by the address in [`AutoReplyDecision::Reply`].
    #[must_use]
    pub fn decide(
        &self,
        mail: &IncomingMail,
        last_reply: Option<SystemTime>,
        now: SystemTime,
    ) -> AutoReplyDecision {
        match self.reply_to(mail, last_reply, now) {
            Ok(to) => AutoReplyDecision::Reply { to },
            Err(reason) => AutoReplyDecision::Suppress { reason },
        }
    }

    fn reply_to(
        &self,
        mail: &IncomingMail,
        last_reply: Option<SystemTime>,
        now: SystemTime,
    ) -> Result<Mailbox, SuppressReason> {
        let to = answerable_path(&mail.return_path)?;
        robots::check_headers(mail)?;
        let from: Mailbox = mail.from.parse().map_err(|_| SuppressReason::MalformedFrom)?;
        for sender in [&to, &from] {
            robots::check_sender(sender)?;
            if self.is_own(sender.address()) || self.is_own(&without_tag(sender)) {
                return Err(SuppressReason::OwnAddress);
            }
        }
        if !mail.recipients.iter().any(|address| self.is_own(address)) {
            return Err(SuppressReason::NotAddressedToUs);
        }
        check_message_id(mail)?;
        if last_reply.is_some_and(|last| is_within(self.window, last, now)) {
            return Err(SuppressReason::RepliedRecently);
        }
        Ok(to)
    }

    fn is_own(&self, address: &str) -> bool {
        self.own_addresses.iter().any(|own| own.eq_ignore_ascii_case(address.trim()))
    }
}

fn answerable_path(return_path: &str) -> Result<Mailbox, SuppressReason> {
    let path = return_path.trim();
    if path.is_empty() || path == "<>" {
        return Err(SuppressReason::NullReturnPath);
    }
    path.parse().map_err(|_| SuppressReason::MalformedReturnPath)
}

fn check_message_id(mail: &IncomingMail) -> Result<(), SuppressReason> {
    let mut ids = mail.values("Message-ID");
    match (ids.next(), ids.next()) {
        (Some(id), None) if id.parse::<MessageId>().is_ok() => Ok(()),
        _ => Err(SuppressReason::MalformedMessageId),
    }
}

/// The address without its subaddress (RFC 5233): `sales@…` for `sales+shop@…`.
fn without_tag(mailbox: &Mailbox) -> String {
    let name = mailbox.local_part().split('+').next().unwrap_or_default();
    format!("{name}@{}", mailbox.domain())
}

/// A `last` in the future is a clock that was set back; silence is the safe reading.
fn is_within(window: Duration, last: SystemTime, now: SystemTime) -> bool {
    now.duration_since(last).map_or(true, |age| age < window)
}

#[cfg(test)]
mod tests {
    use super::*;
    use SuppressReason as Reason;
    use proptest::prelude::*;
    use std::time::UNIX_EPOCH;

    const NOW: SystemTime = UNIX_EPOCH;

    fn mail() -> IncomingMail {
        IncomingMail::new("anna@example.org", "Anna <anna@example.org>")
            .with_recipients(["Sales@Example.com"])
            .with_header("Message-ID", "<1@example.org>")
    }

    fn decide(mail: &IncomingMail) -> Option<Reason> {
        match AutoReplyPolicy::new(["sales@example.com"]).decide(mail, None, NOW) {
            AutoReplyDecision::Reply { to } => {
                assert_eq!(to.to_string(), "anna@example.org");
                None
            }
            AutoReplyDecision::Suppress { reason } => Some(reason),
        }
    }

    #[test]
    fn headers() {
        #[track_caller]
        fn check(name: &str, value: &str, expected: Option<Reason>) {
            assert_eq!(decide(&mail().with_header(name, value)), expected, "{name}: {value}");
        }
        check("Subject", "hello", None);
        check("Auto-Submitted", "no", None);
        check("auto-submitted", " No (a person) ", None);
        check("Auto-Submitted", "auto-replied", Some(Reason::AutoSubmitted));
        check("Auto-Submitted", "auto-generated; owner-email=a@b", Some(Reason::AutoSubmitted));
        check("Auto-Submitted", "", Some(Reason::AutoSubmitted));
        check("X-Autoreply", "yes", Some(Reason::AutoSubmitted));
        check("X-Loop", "sales@example.com", Some(Reason::AutoSubmitted));
        check("X-Auto-Response-Suppress", "None", None);
        check("X-Auto-Response-Suppress", "DR, RN", None);
        check("X-Auto-Response-Suppress", "DR, OOF", Some(Reason::AutoResponseSuppress));
        check("X-Auto-Response-Suppress", "all", Some(Reason::AutoResponseSuppress));
        check("X-Auto-Response-Suppress", "AutoReply", Some(Reason::AutoResponseSuppress));
        check("Precedence", "first-class", None);
        check("Precedence", "Bulk", Some(Reason::Bulk));
        check("Precedence", "junk", Some(Reason::Bulk));
        check("Precedence", "list", Some(Reason::Bulk));
        check("List-Id", "<a.example>", Some(Reason::MailingList));
        check("list-unsubscribe", "<https://a.example>", Some(Reason::MailingList));
        check("Content-Type", "text/plain", None);
        check("Content-Type", "Multipart/Report; boundary=x", Some(Reason::Report));
        check("Precedence", "bulk (x)", Some(Reason::Bulk));
        check("Precedence", "(a (b) \\) c)list", Some(Reason::Bulk));
        check("Precedence", "normal (bulk)", None);
        check("Precedence", "bulkhead", None);
        check("X-Auto-Response-Suppress", "DR;OOF", Some(Reason::AutoResponseSuppress));
        check("X-Auto-Response-Suppress", "DR;RN", None);
        check("Auto-Submitted", "(x) no", None);
        check("Auto-Submitted", "no, auto-replied", Some(Reason::AutoSubmitted));
        check("Auto-Submitted ", "auto-replied", Some(Reason::AutoSubmitted));
        check("List-Id\t", "<a.example>", Some(Reason::MailingList));
        check("Content-Type", "message/disposition-notification", Some(Reason::Report));
        check("Content-Type", "message/delivery-status (x); a=b", Some(Reason::Report));
        check("Content-Type", "multipart / report", Some(Reason::Report));
        check("Content-Type", "message/rfc822", None);
        check("Message-ID", "<2@example.org>", Some(Reason::MalformedMessageId));
    }

    #[test]
    fn senders_and_recipients() {
        #[track_caller]
        fn check(return_path: &str, from: &str, to: &str, expected: Option<Reason>) {
            let mail =
                IncomingMail { from: from.into(), return_path: return_path.into(), ..mail() };
            assert_eq!(decide(&mail.with_recipients([to])), expected, "{return_path} {from} {to}");
        }
        let (anna, us) = ("anna@example.org", "sales@example.com");
        check(anna, anna, us, None);
        check("<anna@example.org>", anna, us, None);
        check("", anna, us, Some(Reason::NullReturnPath));
        check("<>", anna, us, Some(Reason::NullReturnPath));
        check("anna", anna, us, Some(Reason::MalformedReturnPath));
        check("a@b\r\nBcc: c@d", anna, us, Some(Reason::MalformedReturnPath));
        check(anna, "", us, Some(Reason::MalformedFrom));
        check(anna, "SALES@example.com", us, Some(Reason::OwnAddress));
        check(us, anna, us, Some(Reason::OwnAddress));
        check(anna, "Sales+shop@example.com", us, Some(Reason::OwnAddress));
        check("sales+1+2@example.com", anna, us, Some(Reason::OwnAddress));
        check(anna, "sales+shop@example.org", us, None);
        check(anna, "salesman@example.com", us, None);
        check(anna, anna, "other@example.com", Some(Reason::NotAddressedToUs));
        check("MAILER-DAEMON@example.org", anna, us, Some(Reason::RobotSender));
        check("no-reply@example.org", anna, us, Some(Reason::RobotSender));
        check(anna, "noreply@example.org", us, Some(Reason::RobotSender));
        check("owner-news@example.org", anna, us, Some(Reason::RobotSender));
        check("news-request@example.org", anna, us, Some(Reason::RobotSender));
        check("bounce+1=x@example.org", anna, us, Some(Reason::RobotSender));
    }

    #[test]
    fn names_of_machines() {
        #[track_caller]
        fn check(local: &str, answered: bool) {
            let from = format!("{local}@example.org");
            let found = decide(&IncomingMail { from, ..mail() });
            assert_eq!(found, (!answered).then_some(Reason::RobotSender), "{local}");
        }
        check("accounts-noreply", false);
        check("team.no-reply", false);
        check("do_not.reply", false);
        check("noreply-4711", false);
        check("orders+noreply", false);
        check("list-bounces+x=y", false);
        check("msprvs1=x=bounces-1-2", false);
        check("Bounce123", false);
        check("cron.daemon", false);
        check("nobody+1", false);
        check("post-master", false);
        check("abounce", true);
        check("bulkhead", true);
        check("robotics", true);
        check("casino-reply", true);
        check("amanda.root", true);
        check("daemonica", true);
        check("prvs=0123456789=anna", true);
    }

    #[test]
    fn message_ids() {
        let without = IncomingMail { headers: Vec::new(), ..mail() };
        assert_eq!(decide(&without), Some(Reason::MalformedMessageId));
        let broken = without.with_header("Message-ID", "<a b@c>");
        assert_eq!(decide(&broken), Some(Reason::MalformedMessageId));
    }

    #[test]
    fn one_reply_in_a_window() {
        #[track_caller]
        fn check(last: SystemTime, expected: bool) {
            let now = NOW + Duration::from_hours(24 * 365);
            let decision =
                AutoReplyPolicy::new(["sales@example.com"]).decide(&mail(), Some(last), now);
            assert_eq!(matches!(decision, AutoReplyDecision::Reply { .. }), expected);
        }
        let now = NOW + Duration::from_hours(24 * 365);
        check(now - Duration::from_hours(7 * 24), true);
        check(now - Duration::from_hours(7 * 24) + Duration::from_secs(1), false);
        check(now, false);
        check(now + Duration::from_secs(1), false);
    }

    proptest! {
        #[test]
        fn decisions_never_panic(path in ".{0,30}", from in ".{0,30}", name in ".{0,20}", value in ".{0,20}") {
            let mail = IncomingMail::new(path, from).with_header(name, value.clone());
            let _ = decide_any(&mail);
            let _ = reply_subject(&value);
        }

        /// More reasons for silence never turn silence into an answer.
        #[test]
        fn headers_only_silence(name in "(List-Id|Precedence|Auto-Submitted|X-[a-z]{1,5})", value in "(bulk|no|x|.{0,8})") {
            let silent = mail().with_header("Auto-Submitted", "auto-replied");
            prop_assert!(decide(&silent.with_header(name, value)).is_some());
        }
    }

    fn decide_any(mail: &IncomingMail) -> AutoReplyDecision {
        AutoReplyPolicy::new(["sales@example.com"]).decide(mail, None, NOW)
    }
}
