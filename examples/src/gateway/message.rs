//! A mail as text: its header fields, what a reply needs of them, and the fields that we put in front.

use std::time::SystemTime;

use mail_parser::{DateTime, Message, MessageParser};
use mailkit_auth::auth_results::AuthenticationResults;

use crate::smtp::ReceivedMail;

/// What the gateway reads of a header.
#[derive(Debug, Default)]
pub(super) struct Header {
    /// The subject, decoded.
    pub subject: String,
    /// The first mailbox in `From`: its name, decoded, and its address.
    pub from: Option<(Option<String>, String)>,
    /// The addresses in `To` and `Cc`.
    pub recipients: Vec<String>,
    /// The identifier, without angle brackets.
    pub message_id: Option<String>,
    /// The thread, the oldest first.
    pub references: Vec<String>,
    /// Hours that the clock of the sender is ahead of UTC, as its `Date` says; UTC itself says nothing.
    pub utc_offset: Option<i8>,
    /// All fields as they stand, in their order.
    pub fields: Vec<(String, String)>,
}

impl Header {
    /// Reads the header; what cannot be read is absent. The size is bounded by the SMTP session.
    pub(super) fn read(mail: &[u8]) -> Self {
        let Some(message) = MessageParser::new().parse_headers(mail) else {
            return Self::default();
        };
        Self {
            subject: message.subject().unwrap_or_default().to_owned(),
            from: first_from(&message),
            recipients: recipients(&message),
            message_id: message.message_id().map(str::to_owned),
            references: message
                .references()
                .as_text_list()
                .map_or_else(Vec::new, |ids| ids.iter().map(ToString::to_string).collect()),
            utc_offset: message.date().and_then(utc_offset),
            fields: message
                .headers_raw()
                .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
                .collect(),
        }
    }

    /// How often the field stands there.
    pub(super) fn count(&self, name: &str) -> usize {
        self.fields.iter().filter(|(field, _)| field.eq_ignore_ascii_case(name)).count()
    }
}

/// The mail with our trace in front, and without fields that claim to be ours (RFC 8601 section 5).
pub(super) fn traced(mail: &ReceivedMail, host_name: &str, front: &[String]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(mail.bytes.len() + 1024);
    for field in front {
        bytes.extend_from_slice(field.as_bytes());
    }
    let (header, body) = split(&mail.bytes);
    for field in fields(header) {
        if !claims_to_be_ours(field, host_name) {
            bytes.extend_from_slice(field);
        }
    }
    bytes.extend_from_slice(body);
    bytes
}

/// Our `Received` field (RFC 5321 section 4.4).
pub(super) fn received(mail: &ReceivedMail, host_name: &str, id: &str, now: SystemTime) -> String {
    let with = match (mail.smtp_utf8, mail.tls) {
        (false, false) => "ESMTP",
        (false, true) => "ESMTPS",
        (true, false) => "UTF8SMTP",
        (true, true) => "UTF8SMTPS",
    };
    let (helo, address, date) = (&mail.helo, mail.peer.ip(), rfc822(now));
    format!(
        "Received: from {helo} ([{address}])\r\n\tby {host_name} with {with} id {id};\r\n\t{date}\r\n"
    )
}

/// A date as mail writes it, in UTC.
pub(super) fn rfc822(now: SystemTime) -> String {
    let seconds = now.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |it| it.as_secs());
    DateTime::from_timestamp(i64::try_from(seconds).unwrap_or(i64::MAX)).to_rfc822()
}

fn first_from(message: &Message<'_>) -> Option<(Option<String>, String)> {
    let mailbox = message.from()?.first()?;
    Some((mailbox.name().map(str::to_owned), mailbox.address()?.to_owned()))
}

fn recipients(message: &Message<'_>) -> Vec<String> {
    let fields = [message.to(), message.cc()];
    let mailboxes = fields.into_iter().flatten().flat_map(mail_parser::Address::iter);
    mailboxes.filter_map(|it| it.address()).map(str::to_owned).collect()
}

fn utc_offset(date: &DateTime) -> Option<i8> {
    let hours = i8::try_from(date.tz_hour).ok().filter(|hours| (1..=14).contains(hours))?;
    (date.tz_minute == 0).then_some(if date.tz_before_gmt { -hours } else { hours })
}

/// The header with its last line end, and the rest.
fn split(mail: &[u8]) -> (&[u8], &[u8]) {
    let end = mail.windows(4).position(|window| window == b"\r\n\r\n");
    mail.split_at(end.map_or(mail.len(), |end| end + 2))
}

/// The fields of a header, each with its folded lines.
fn fields(header: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = header;
    std::iter::from_fn(move || {
        let starts_field = |at: &usize| !matches!(rest.get(*at), Some(b' ' | b'\t'));
        let line_ends =
            rest.windows(2).enumerate().filter(|(_, it)| it == b"\r\n").map(|(at, _)| at + 2);
        let end = line_ends.into_iter().find(starts_field).unwrap_or(rest.len());
        let (field, after) = rest.split_at(end);
        rest = after;
        (!field.is_empty()).then_some(field)
    })
}

/// Whether a field says what only we may say: results under our name (or under one that cannot be read), a risk of ours,
/// a return path (RFC 5321 section 4.4), or an SPF result that a filter behind us would take for ours.
fn claims_to_be_ours(field: &[u8], host_name: &str) -> bool {
    let text = String::from_utf8_lossy(field);
    let Some((name, value)) = text.split_once(':') else { return false };
    match name.trim().to_ascii_lowercase().as_str() {
        "received-spf" | "return-path" | "x-mailkit-risk" => true,
        "authentication-results" => value
            .trim()
            .parse::<AuthenticationResults>()
            .map_or(true, |results| results.authserv_id().eq_ignore_ascii_case(host_name)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(bytes: &[u8]) -> ReceivedMail {
        ReceivedMail {
            peer: "192.0.2.1:25".parse().unwrap(),
            helo: "client.example".parse().unwrap(),
            sender: "a@client.example".parse().unwrap(),
            recipients: Vec::new(),
            tls: true,
            smtp_utf8: false,
            bytes: bytes.to_vec(),
        }
    }

    #[test]
    fn forged_results_go_and_others_stay() {
        let before = mail(
            b"Authentication-Results: mx.acme.example;\r\n\tdmarc=pass\r\n\
              authentication-results : MX.ACME.EXAMPLE; spf=pass\r\n\
              Authentication-Results: mx.other.example; spf=fail\r\n\
              Authentication-Results: \"mx\\.acme.example\"; dmarc=pass\r\n\
              X-MAILKIT-RISK: score=-9; level=low\r\nReceived-SPF: pass\r\nReturn-Path: <a@b>\r\n\
              Subject: a\r\n b\r\n\r\nAuthentication-Results: mx.acme.example\r\n",
        );
        let after = traced(&before, "mx.acme.example", &["X-Front: 1\r\n".to_owned()]);
        let expected = "X-Front: 1\r\nAuthentication-Results: mx.other.example; spf=fail\r\n\
                        Subject: a\r\n b\r\n\r\nAuthentication-Results: mx.acme.example\r\n";
        assert_eq!(String::from_utf8_lossy(&after), expected);
    }

    #[test]
    fn a_header_without_a_body_stays_whole() {
        for text in ["", "Subject: a\r\n", "Subject: a\r\n\r\n", "\r\n\r\n", "\r\nbody\r\n"] {
            assert_eq!(traced(&mail(text.as_bytes()), "mx.acme.example", &[]), text.as_bytes());
        }
    }

    #[test]
    fn the_header_is_read() {
        let header = Header::read(
            "From: =?utf-8?B?546L6Iqz?= <wang@huaxin.example>\r\nTo: info@acme.example\r\n\
             Date: Fri, 20 Nov 2026 10:00:00 +0800\r\nMessage-ID: <1@huaxin.example>\r\n\
             Subject: a\r\n b\r\n\r\n"
                .as_bytes(),
        );
        let name = header.from.and_then(|(name, _)| name);
        assert_eq!(name.as_deref(), Some("王芳"));
        assert_eq!(header.recipients, ["info@acme.example"]);
        assert_eq!(header.utc_offset, Some(8));
        assert_eq!(header.message_id.as_deref(), Some("1@huaxin.example"));
        assert_eq!(header.subject, "a b");
    }
}
