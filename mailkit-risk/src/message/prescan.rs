//! One pass over the raw bytes before they are parsed: limits, line ends, NUL, fields that stand twice.
//!
//! The parser's work grows faster than the header blocks it reads, so they are bounded here.

use std::borrow::Cow;

use super::boundaries::Boundaries;
use super::{Defect, DefectKind};
use crate::assessment::{Place, Unscannable, UnscannableCause};
use crate::limits::Limits;

/// What is safe to parse, and what was seen on the way.
pub(super) struct Prescan<'a> {
    pub(super) bytes: Cow<'a, [u8]>,
    pub(super) defects: Vec<Defect>,
    pub(super) unscannable: Vec<Unscannable>,
}

pub(super) fn prescan<'a>(raw: &'a [u8], limits: &Limits) -> Prescan<'a> {
    let mut scan = Scan::new(limits);
    let (head, _) = raw.split_at(raw.len().min(limits.message_bytes));
    let bytes = scan.run(head);
    let cut = scan.cut.or_else(|| (head.len() < raw.len()).then_some(head.len()));
    let mut defects = scan.defects;
    defects.extend(line_ends(head));
    defects.extend(nul(head));
    let mut unscannable = Vec::new();
    if let Some(cut) = cut {
        defects.push(Defect::new(
            DefectKind::Limit,
            Place::Raw(cut),
            format!("{} bytes", raw.len()),
        ));
        unscannable.push(Unscannable::new(Place::Raw(cut), UnscannableCause::Limit));
    }
    Prescan { bytes, defects, unscannable }
}

struct Scan<'a> {
    limits: &'a Limits,
    defects: Vec<Defect>,
    region: Region,
    /// The header block says that a whole message follows.
    holds_message: bool,
    boundaries: Boundaries,
    /// The field that is being read, with its folded lines.
    field: Vec<u8>,
    /// Where something was left out for the first time.
    cut: Option<usize>,
    block_bytes: usize,
    block_fields: usize,
    parts: usize,
    messages: usize,
    seen: Vec<String>,
}

impl<'a> Scan<'a> {
    fn new(limits: &'a Limits) -> Self {
        Self {
            limits,
            defects: Vec::new(),
            region: Region::Header,
            holds_message: false,
            boundaries: Boundaries::default(),
            field: Vec::new(),
            cut: None,
            block_bytes: 0,
            block_fields: 0,
            parts: 0,
            messages: 0,
            seen: Vec::new(),
        }
    }

    /// The bytes to parse: without the fields beyond a limit, and without what follows too many parts.
    fn run<'b>(&mut self, raw: &'b [u8]) -> Cow<'b, [u8]> {
        let mut kept = Cow::Borrowed(raw);
        let mut offset = 0;
        for line in raw.split_inclusive(|byte| *byte == b'\n') {
            self.line(line, offset);
            let (is_full, is_left_out) = (self.is_full(), self.is_block_full());
            if (is_full || is_left_out) && self.cut.is_none() {
                self.cut = Some(offset);
                kept = Cow::Owned(raw.get(..offset).unwrap_or_default().to_vec());
            } else if let Cow::Owned(kept) = &mut kept
                && !is_left_out
            {
                kept.extend_from_slice(line);
            }
            if is_full {
                break;
            }
            offset += line.len();
        }
        kept
    }

    fn line(&mut self, line: &[u8], offset: usize) {
        if self.region != Region::Header && self.boundaries.begin_part(line) {
            self.parts += 1;
            self.start_block(Region::PartHeader);
        } else if self.region != Region::Body && self.is_blank(line) {
            self.end_block();
        } else if self.region != Region::Body && !self.is_block_full() {
            self.field_line(line, offset);
        }
    }

    /// White space after a field belongs to the field.
    fn is_blank(&self, line: &[u8]) -> bool {
        let is_first = self.block_fields == 0;
        line.iter().all(|byte| b"\r\n".contains(byte) || is_first && byte.is_ascii_whitespace())
    }

    fn start_block(&mut self, region: Region) {
        self.region = region;
        self.field.clear();
        self.holds_message = false;
        self.block_bytes = 0;
        self.block_fields = 0;
    }

    fn end_block(&mut self) {
        self.end_field();
        let holds_message = self.holds_message;
        self.start_block(if holds_message { Region::PartHeader } else { Region::Body });
        self.messages += usize::from(holds_message);
    }

    fn end_field(&mut self) {
        self.boundaries.read(&self.field);
        self.field.clear();
    }

    fn field_line(&mut self, line: &[u8], offset: usize) {
        self.block_bytes += line.len();
        let lower = line.to_ascii_lowercase();
        self.holds_message |= contains(&lower, b"message/");
        if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            self.end_field();
            self.block_fields += 1;
            if self.region == Region::Header {
                self.field_name(&lower, offset);
            }
        }
        self.field.extend_from_slice(line);
    }

    fn field_name(&mut self, lower: &[u8], offset: usize) {
        let name = lower.split(|byte| *byte == b':').next().unwrap_or_default().trim_ascii_end();
        let name = String::from_utf8_lossy(name).into_owned();
        let kind = match name.as_str() {
            name if MIME_FIELDS.contains(&name) => DefectKind::DuplicateMimeField,
            name if SINGLE_FIELDS.contains(&name) => DefectKind::DuplicateField,
            _ => return,
        };
        if self.seen.contains(&name) {
            self.defects.push(Defect::new(kind, Place::Raw(offset), name));
        } else {
            self.seen.push(name);
        }
    }

    /// The rest of this header block is left out; what follows it is read.
    fn is_block_full(&self) -> bool {
        self.block_bytes > self.limits.header_bytes || self.block_fields > self.limits.headers
    }

    fn is_full(&self) -> bool {
        self.parts > self.limits.parts || self.messages > self.limits.parts.min(MAX_MESSAGES)
    }
}

/// Where in the message a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Region {
    /// The header of the message itself.
    Header,
    /// The header of a part, or of a message inside the message.
    PartHeader,
    Body,
}

fn contains(text: &[u8], needle: &[u8]) -> bool {
    text.windows(needle.len()).any(|window| window == needle)
}

/// A file with nothing but LF was stored so; a mixture came over the wire.
fn line_ends(raw: &[u8]) -> Option<Defect> {
    let returns = raw.iter().filter(|byte| **byte == b'\r').count();
    let feeds = raw.iter().filter(|byte| **byte == b'\n').count();
    let pairs = raw.windows(2).filter(|window| window == b"\r\n").count();
    let (bare_cr, bare_lf) = (returns - pairs, feeds - pairs);
    let mixed = bare_cr > 0 || (pairs > 0 && bare_lf > 0);
    mixed.then(|| {
        Defect::new(
            DefectKind::BareNewline,
            Place::Raw(0),
            format!("{bare_cr} bare CR, {bare_lf} bare LF"),
        )
    })
}

fn nul(raw: &[u8]) -> Option<Defect> {
    let at = raw.iter().position(|byte| *byte == 0)?;
    Some(Defect::new(DefectKind::Nul, Place::Raw(at), "NUL"))
}

const MIME_FIELDS: [&str; 4] =
    ["content-type", "content-transfer-encoding", "content-disposition", "mime-version"];
/// RFC 5322 section 3.6, without From, which has a reason of its own.
const SINGLE_FIELDS: [&str; 10] = [
    "date",
    "sender",
    "reply-to",
    "to",
    "cc",
    "bcc",
    "message-id",
    "in-reply-to",
    "references",
    "subject",
];
/// Nested messages are dropped recursively by the parser, so their number stays small.
const MAX_MESSAGES: usize = 500;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, expected: &[(DefectKind, &str)]) {
        let scan = prescan(raw.as_bytes(), &Limits::default());
        let found: Vec<_> =
            scan.defects.iter().map(|defect| (defect.kind, defect.evidence.as_str())).collect();
        assert_eq!(found, expected, "{raw:?}");
    }

    #[test]
    fn sees_defects() {
        check("Subject: a\r\nTo: b\r\n\r\nSubject: c\r\nSubject: d\r\n", &[]);
        check("Subject: a\nTo: b\n\ntext\n", &[]);
        check("Subject: a\r\nsubject : b\r\n\r\n", &[(DefectKind::DuplicateField, "subject")]);
        check(
            "Content-Type: a\nContent-type: b\n\n",
            &[(DefectKind::DuplicateMimeField, "content-type")],
        );
        check("Received: a\r\nReceived: b\r\n\r\n", &[]);
        check("a: b\r\n\r\nx\ny\r\n", &[(DefectKind::BareNewline, "0 bare CR, 1 bare LF")]);
        check("a: b\r\n\r\nx\ry\r\n", &[(DefectKind::BareNewline, "1 bare CR, 0 bare LF")]);
        check("a: b\r\n\r\nx\0\r\n", &[(DefectKind::Nul, "NUL")]);
    }

    #[test]
    fn cuts_at_limits_and_keeps_the_body() {
        let fields = "X-A: b\r\n".repeat(1_500);
        let raw = format!("Subject: s\r\n{fields}\r\nbody\r\n");
        let scan = prescan(raw.as_bytes(), &Limits::default());
        assert!(scan.bytes.len() < raw.len() && scan.bytes.ends_with(b"\r\n\r\nbody\r\n"));
        assert_eq!(scan.defects[0].kind, DefectKind::Limit);

        let part = "--b\r\nX: y\r\n\r\ntext\r\n";
        let raw =
            format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n{}", part.repeat(10_001));
        let scan = prescan(raw.as_bytes(), &Limits::default());
        assert_eq!((scan.defects[0].kind, scan.unscannable.len()), (DefectKind::Limit, 1));

        let raw = format!(
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n{fields}\r\none\r\n--b\r\n\r\ntwo\r\n"
        );
        let scan = prescan(raw.as_bytes(), &Limits::default());
        assert!(scan.bytes.ends_with(b"\r\n\r\none\r\n--b\r\n\r\ntwo\r\n"));
        assert_eq!(scan.unscannable.len(), 1);
        assert_eq!(prescan(part.repeat(20_000).as_bytes(), &Limits::default()).defects.len(), 0);
    }
}
