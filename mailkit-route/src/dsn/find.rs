//! Finds the report in a message.

use super::DeliveryStatus;
use crate::{ParseError, ParseErrorKind};

impl DeliveryStatus {
    /// The most of a message that is searched, in bytes; the report stands before the message that it returns.
    pub const MAX_SEARCHED: usize = 1024 * 1024;

    /// The report in a whole message: a part `message/delivery-status` or `message/global-delivery-status` of its
    /// outermost multipart (RFC 6522 section 3, RFC 6533 section 4).
    ///
    /// # Errors
    /// When the first mebibyte has no such part in plain text, or the part is not a report. The place is that in the
    /// message, each byte that is not UTF-8 counted as three.
    ///
    /// ```
    /// use mailkit_route::dsn::{Action, DeliveryStatus};
    /// let message = b"Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
    ///     --b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n\
    ///     --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n\
    ///     Final-Recipient: rfc822; ann@buyer.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n";
    /// let status = DeliveryStatus::from_message(message)?;
    /// assert_eq!(status.recipients[0].action, Action::Failed);
    /// # Ok::<(), mailkit_route::ParseError>(())
    /// ```
    pub fn from_message(message: &[u8]) -> Result<Self, ParseError> {
        let absent = || ParseError::new(ParseErrorKind::NoDeliveryStatus, 0..message.len());
        let searched = message.get(..Self::MAX_SEARCHED).unwrap_or(message);
        let text = String::from_utf8_lossy(searched);
        let (header, body) = split_header(&text);
        let boundary = boundary(header).ok_or_else(absent)?;
        let is_report = |part: &str| {
            let (header, _) = split_header(part);
            let media = content_type(header).unwrap_or_default();
            let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            ["message/delivery-status", "message/global-delivery-status"].contains(&media.as_str())
                && is_plain(header)
        };
        let part = parts(body, &boundary).find(|(_, part)| is_report(part)).ok_or_else(absent)?;
        let (before, report) = split_header(part.1);
        let place = header.len() + part.0 + before.len();
        report.parse().map_err(|error: ParseError| error.shifted(place))
    }
}

/// The parts between the delimiter lines, each with its place. The text after the last delimiter is the epilogue, or a part that was cut off.
fn parts<'a>(body: &'a str, boundary: &str) -> impl Iterator<Item = (usize, &'a str)> {
    let delimiter = format!("--{boundary}");
    let mut starts = Vec::new();
    let mut ends = Vec::new();
    let mut at = 0;
    for line in body.split_inclusive('\n') {
        if let Some(rest) = line.strip_prefix(&delimiter)
            && matches!(rest.trim_end(), "" | "--")
        {
            ends.push(at);
            starts.push(at + line.len());
        }
        at += line.len();
    }
    let spans = starts.into_iter().zip(ends.into_iter().skip(1));
    spans.filter_map(|(start, end)| Some((start, body.get(start..end)?)))
}

/// Header and body; a part without an empty line is all header.
fn split_header(text: &str) -> (&str, &str) {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if matches!(line, "\n" | "\r\n") {
            return text.split_at_checked(at + line.len()).unwrap_or((text, ""));
        }
        at += line.len();
    }
    (text, "")
}

/// The value of the first field of that name, unfolded.
fn header_value(header: &str, name: &str) -> Option<String> {
    let mut lines = header.lines();
    let first = lines.by_ref().find_map(|line| {
        let (known, value) = line.split_once(':')?;
        known.trim_end().eq_ignore_ascii_case(name).then_some(value)
    })?;
    let folded = lines.take_while(|line| line.starts_with([' ', '\t']));
    Some(folded.fold(first.trim().to_owned(), |value, line| value + " " + line.trim()))
}

fn content_type(header: &str) -> Option<String> {
    header_value(header, "Content-Type")
}

/// RFC 3464 section 2.1 allows the part no other encoding.
fn is_plain(header: &str) -> bool {
    let encoding = header_value(header, "Content-Transfer-Encoding").unwrap_or_default();
    ["", "7bit", "8bit", "binary"].contains(&encoding.to_ascii_lowercase().as_str())
}

fn boundary(header: &str) -> Option<String> {
    let value = content_type(header)?;
    let lower = value.to_ascii_lowercase();
    if !lower.starts_with("multipart/") {
        return None;
    }
    let from = lower.match_indices("boundary=").find(|(at, _)| {
        let before = lower.get(..*at).unwrap_or_default();
        before.ends_with([';', ' ', '\t'])
    });
    let rest = value.get(from?.0 + "boundary=".len()..)?;
    let boundary = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"')?.0,
        None => rest.split([';', ' ', '\t']).next()?,
    };
    (!boundary.is_empty()).then(|| boundary.to_owned())
}
