//! The message that a failure report is about.

use mail_parser::MessageParser;
use serde::Serialize;

use super::FailureLimits;
use crate::Domain;
use crate::report::extract::Part;

/// What a failure report gives of the message that failed. The body is not kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OriginalMessage {
    /// The header as it stands in the report, at most
    /// [`FailureLimits::header_octets`](super::FailureLimits::header_octets) of it.
    pub header: String,
    /// Whether the report gives the body, too.
    pub has_body: bool,
    /// The domain of the first address in the From field.
    pub header_from: Option<Domain>,
    /// The subject, decoded.
    pub subject: Option<String>,
    /// The message id.
    pub message_id: Option<String>,
}

impl OriginalMessage {
    /// The message or the header that the report encloses, and whether less of the header is kept.
    pub(super) fn of_parts(parts: &[Part<'_>], limits: &FailureLimits) -> Option<(Self, bool)> {
        let is_original = |part: &&Part<'_>| {
            part.is_message() || part.is("text/rfc822-headers") || part.is("message/rfc822-headers")
        };
        let octets = &parts.iter().find(is_original)?.octets;
        Some(Self::read(&String::from_utf8_lossy(octets), limits))
    }

    /// What a text says that is a message or its header, and whether less of the header is kept.
    pub(super) fn read(text: &str, limits: &FailureLimits) -> (Self, bool) {
        let kept = text.get(..text.floor_char_boundary(limits.text_octets)).unwrap_or(text);
        let is_cut = kept.len() < text.len();
        let text = kept.trim_start_matches(['\r', '\n']);
        let end = ["\r\n\r\n", "\n\n"].iter().filter_map(|blank| text.find(blank)).min();
        let whole = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
        let header = whole.get(..whole.floor_char_boundary(limits.header_octets)).unwrap_or(whole);
        let is_cut = header.len() < whole.len() || (is_cut && end.is_none());
        let body = end.and_then(|end| text.get(end..)).unwrap_or_default();
        // The parser needs the end of the last line.
        let lines = format!("{header}\r\n\r\n");
        let parsed = MessageParser::new().parse_headers(&lines);
        let parsed = parsed.as_ref();
        let from = parsed.and_then(|message| message.from()?.first()?.address());
        let original = Self {
            header: header.trim_end().to_owned(),
            has_body: !body.trim().is_empty(),
            header_from: from.and_then(|from| from.rsplit_once('@')?.1.parse().ok()),
            subject: parsed.and_then(|message| message.subject().map(str::to_owned)),
            message_id: parsed.and_then(|message| message.message_id().map(str::to_owned)),
        };
        (original, is_cut)
    }
}
