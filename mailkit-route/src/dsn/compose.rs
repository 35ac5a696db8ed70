//! Writes the message.

use std::{collections::BTreeSet, fmt::Write, time::SystemTime};

use super::{Action, Notice, RecipientStatus, ReturnContent, date::Date};

/// A notification as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NoticeMessage {
    /// The message; every line ends with CRLF, no CR or LF stands alone.
    pub bytes: Vec<u8>,
    /// How much of the original it brings back.
    pub returned: Returned,
    /// Whether it holds bytes above 127, so that the next host must offer `8BITMIME` (RFC 6152).
    pub eight_bit: bool,
    /// Whether its header is outside ASCII, as the mailbox it goes to, so that the next host must offer `SMTPUTF8`
    /// (RFC 6531 section 3.2).
    pub smtputf8: bool,
}

/// How much of the original message came along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Returned {
    /// All of it.
    Full,
    /// Its header.
    Headers,
    /// The lines of its header that fit.
    CutHeaders,
}

impl Notice {
    /// The most of an original header that comes along, in bytes.
    pub const MAX_HEADERS: usize = 64 * 1024;

    /// The largest original that comes along whole, in bytes; of a larger one only the header does.
    pub const MAX_ORIGINAL: usize = 10 * 1024 * 1024;

    /// The whole message: `multipart/report` with the words, the report and the original or its header
    /// (RFC 6522 section 3). `seed` makes the message id and the boundary, and should not be known to others.
    ///
    /// ```
    /// use mailkit_route::dsn::{Action, DeliveryStatus, Notice, NoticeVerdict, Notify, RecipientStatus};
    /// use std::time::SystemTime;
    /// let reply = "550 5.1.1 no such user".parse()?;
    /// let status = DeliveryStatus::new(&"mail.us.example".parse()?)
    ///     .with_recipient(RecipientStatus::from_reply("ann@buyer.example", Action::Failed, &reply));
    /// let sender = "<me@us.example>".parse()?;
    /// let NoticeVerdict::Send(notice) = Notice::about(&sender, status, |_| Notify::default()) else { return Ok(()) };
    /// let message = notice.compose(b"Subject: offer\r\n\r\nHello", SystemTime::UNIX_EPOCH, 7);
    /// assert_eq!(DeliveryStatus::from_message(&message.bytes)?, *notice.status());
    /// # Ok::<(), mailkit_route::ParseError>(())
    /// ```
    #[must_use]
    pub fn compose(&self, original: &[u8], now: SystemTime, seed: u64) -> NoticeMessage {
        let (returned, original) = self.original(original);
        let text = lines(&self.text.clone().unwrap_or_else(|| self.words()));
        let boundary = boundary(&[text.as_bytes(), &original], seed);
        let mut head = self.header(now, seed, &boundary);
        let smtputf8 = !self.to.is_ascii();
        let [report, media] = media(returned, smtputf8);
        part(&mut head, &boundary, "text/plain; charset=utf-8", text.is_ascii());
        head.push_str(&text);
        part(&mut head, &boundary, report, true);
        head.push_str(&self.status.to_string());
        part(&mut head, &boundary, media, original.is_ascii());
        let mut bytes = head.into_bytes();
        bytes.extend(original);
        bytes.extend(format!("\r\n--{boundary}--\r\n").into_bytes());
        NoticeMessage { eight_bit: !bytes.is_ascii(), bytes, returned, smtputf8 }
    }

    fn header(&self, now: SystemTime, seed: u64, boundary: &str) -> String {
        let host = self.status.reporting_mta.value();
        let mut out = String::new();
        for (name, value) in [
            ("Date", Date(now).to_string()),
            ("From", format!("Mail Delivery System <mailer-daemon@{host}>")),
            ("To", format!("<{}>", self.to)),
            ("Message-ID", format!("<{seed:016x}.dsn@{host}>")),
            ("Subject", self.subject().to_owned()),
            ("Auto-Submitted", "auto-replied".to_owned()),
            ("MIME-Version", "1.0".to_owned()),
        ] {
            out.push_str(&format!("{name}: {value}\r\n"));
        }
        out.push_str("Content-Type: multipart/report; report-type=delivery-status;\r\n");
        out.push_str(&format!(" boundary=\"{boundary}\"\r\n"));
        out
    }

    fn any(&self, action: Action) -> bool {
        self.status.recipients.iter().any(|recipient| recipient.action == action)
    }

    fn subject(&self) -> &'static str {
        if self.any(Action::Failed) {
            "Your mail could not be delivered"
        } else if self.any(Action::Delayed) {
            "Your mail is delayed"
        } else {
            "Your mail was delivered"
        }
    }

    fn words(&self) -> String {
        let mut out =
            format!("This is the mail system at {}.\n", self.status.reporting_mta.value());
        for recipient in &self.status.recipients {
            out.push_str(&format!("\n{}", sentence(recipient)));
        }
        out
    }

    fn original(&self, original: &[u8]) -> (Returned, Vec<u8>) {
        let wanted = self.returns == ReturnContent::Full && self.any(Action::Failed);
        if wanted && original.len() <= Self::MAX_ORIGINAL {
            return (Returned::Full, crlf(original));
        }
        let header = crlf(original.get(..2 * Self::MAX_HEADERS).unwrap_or(original));
        let complete = original.len() <= 2 * Self::MAX_HEADERS;
        let whole = header.windows(4).position(|bytes| bytes == b"\r\n\r\n").map(|at| at + 2);
        let end = whole.or_else(|| complete.then_some(header.len()));
        match end.filter(|end| *end <= Self::MAX_HEADERS) {
            Some(end) => (Returned::Headers, header.get(..end).unwrap_or_default().to_vec()),
            None => (Returned::CutHeaders, whole_lines(&header, Self::MAX_HEADERS)),
        }
    }
}

fn sentence(recipient: &RecipientStatus) -> String {
    let done = match recipient.action {
        Action::Delayed => "has not been delivered yet; we go on trying",
        Action::Delivered => "was delivered",
        Action::Expanded => "was delivered to a list",
        Action::Failed => "could not be delivered",
        Action::Relayed => "was handed to a host that sends no confirmation",
    };
    let mut out = format!("Your mail to {} {done}", recipient.final_recipient.shown());
    if let Some(until) = recipient.will_retry_until.filter(|_| recipient.action == Action::Delayed)
    {
        let _ = write!(out, " until {}", Date(until));
    }
    out.push_str(".\n");
    if let Some(host) = &recipient.remote_mta {
        let _ = writeln!(out, "  Host: {}", host.value());
    }
    if let Some(diagnostic) = &recipient.diagnostic {
        let _ = writeln!(out, "  It said: {}", diagnostic.value());
    }
    let _ = writeln!(out, "  Status: {}", recipient.status);
    out
}

/// The types of the report and of the original. A sender outside ASCII is told in those of RFC 6533 sections 4 and 6
/// and RFC 6532 section 3.7.
fn media(returned: Returned, smtputf8: bool) -> [&'static str; 2] {
    match (returned, smtputf8) {
        (Returned::Full, false) => ["message/delivery-status", "message/rfc822"],
        (Returned::Full, true) => ["message/global-delivery-status", "message/global"],
        (_, false) => ["message/delivery-status", "text/rfc822-headers"],
        (_, true) => ["message/global-delivery-status", "message/global-headers"],
    }
}

fn part(out: &mut String, boundary: &str, media: &str, ascii: bool) {
    let encoding = if ascii { "7bit" } else { "8bit" };
    let _ = write!(out, "\r\n--{boundary}\r\nContent-Type: {media}\r\n");
    let _ = write!(out, "Content-Transfer-Encoding: {encoding}\r\n\r\n");
}

/// CRLF line ends, no other control characters than tabs, no line above 900 bytes (RFC 5322 section 2.1.1).
fn lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let mut column = 0;
        for c in line.chars() {
            if column + c.len_utf8() > 900 {
                out.push_str("\r\n");
                column = 0;
            }
            let shown = if c.is_control() && c != '\t' { char::REPLACEMENT_CHARACTER } else { c };
            out.push(shown);
            column += shown.len_utf8();
        }
        out.push_str("\r\n");
    }
    out
}

/// Each CR, LF or CRLF becomes CRLF: what stands alone could end the data of a careless host.
fn crlf(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 64);
    let mut after_cr = false;
    for &byte in text {
        match byte {
            b'\r' => out.extend(b"\r\n"),
            b'\n' if after_cr => {}
            b'\n' => out.extend(b"\r\n"),
            _ => out.push(byte),
        }
        after_cr = byte == b'\r';
    }
    out
}

fn whole_lines(text: &[u8], limit: usize) -> Vec<u8> {
    let text = text.get(..limit).unwrap_or(text);
    let end = text.windows(2).rposition(|bytes| bytes == b"\r\n").map_or(0, |at| at + 2);
    text.get(..end).unwrap_or_default().to_vec()
}

/// A boundary that none of the texts holds: all candidates that occur are gathered in one pass, and the first
/// that does not is taken.
fn boundary(texts: &[&[u8]], seed: u64) -> String {
    let stem = format!("=_dsn_{seed:016x}_");
    let mut taken = BTreeSet::new();
    for text in texts {
        for found in text.windows(stem.len() + 8) {
            if let Some(number) = found.strip_prefix(stem.as_bytes()) {
                taken.insert(number.to_vec());
            }
        }
    }
    let free = |number: &u32| !taken.contains(format!("{number:08x}").as_bytes());
    format!("{stem}{:08x}", (0..u32::MAX).find(free).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests;
