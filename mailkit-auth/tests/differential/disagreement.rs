//! What mail-auth does otherwise, and which paragraph decides.

use mailkit_auth::keys::DkimKeyPair;

use crate::book;
use crate::messages::{Form, Signed};

/// A kind of message on which the two of us disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Disagreement {
    /// RFC 6376 section 3.4.4: lines of white space alone are empty once it is taken away, and empty
    /// lines at the end of the body do not count. mail-auth counts them.
    BlankLines,
    /// RFC 6376 section 2.3 and 3.4: a carriage return that ends no line is an octet like any other.
    /// mail-auth drops it from the body, so that one can be put into a signed text.
    CarriageReturn,
    /// RFC 6376 section 2.8: white space is space and tab. mail-auth takes more of ASCII for it.
    FormFeed,
    /// RFC 5322 section 4.5.8 and RFC 6376 section 3.4.2: white space before the colon does not belong
    /// to the name.
    SpaceBeforeColon,
    /// RFC 5322 sections 2.2 and 2.3: a line of the header is a field or its continuation and ends in
    /// CRLF, and it holds no NUL. mail-auth reads on, and so may see another author than a reader.
    Header,
    /// RFC 6376 sections 3.2, 3.5 and 6.1.1: a signature that repeats a tag, lacks one or has a value
    /// outside the grammar is ignored. mail-auth guesses.
    Grammar,
    /// RFC 6376 sections 3.5 and 5.4: a signature covers From. mail-auth does not ask.
    FromUnsigned,
    /// RFC 6376 section 3.5, `l=`: of the body no octet is signed. mail-auth takes 0 for all.
    BodyLength,
    /// RFC 5322 section 3.5: a message may be its header alone. mail-auth loses the last field if the
    /// message ends in its fold.
    HeaderAlone,
}

impl Disagreement {
    pub(crate) const ALL: [Self; 9] = [
        Self::BlankLines,
        Self::CarriageReturn,
        Self::FormFeed,
        Self::SpaceBeforeColon,
        Self::Header,
        Self::Grammar,
        Self::FromUnsigned,
        Self::BodyLength,
        Self::HeaderAlone,
    ];

    /// The kind of this message, given what we say about it.
    pub(crate) fn of(message: &[u8], ours: &Result<(), String>) -> Option<Self> {
        let refusal = ours.as_ref().err().map_or("", String::as_str);
        Self::ALL.into_iter().find(|kind| kind.explains(message, refusal))
    }

    fn explains(self, message: &[u8], refusal: &str) -> bool {
        let Some((fields, body)) = book::parts(message) else { return self == Self::Header };
        let header = |odd: fn(&(Vec<u8>, Vec<u8>)) -> bool| fields.iter().any(odd);
        match self {
            Self::BlankLines => refusal.is_empty() && ends_blank(&body),
            Self::CarriageReturn => has_carriage_return(&body),
            Self::FormFeed => header(|(_, value)| value.contains(&b'\x0c')),
            Self::SpaceBeforeColon => {
                header(|(name, _)| name.ends_with(b" ") || name.ends_with(b"\t"))
            }
            Self::Header => false,
            Self::Grammar => refusal.starts_with("malformed signature: "),
            Self::FromUnsigned => refusal == "the From field is not signed",
            Self::BodyLength => refusal.starts_with("only 0 of "),
            Self::HeaderAlone => refusal.is_empty() && is_header_alone(message),
        }
    }

    /// A message of this kind, and whether it passes here.
    pub(crate) fn example(self, keys: &[(&str, DkimKeyPair)]) -> (Vec<u8>, bool) {
        let sign = |names: &[&str], tags, fields: &str, body: &str| {
            let names = names.iter().map(|name| (*name).to_owned()).collect();
            let unsigned = format!("From: a@acme.test\r\n{fields}\r\n{body}").into_bytes();
            let (header, body_form) = (Form::Relaxed, Form::Relaxed);
            let signed = Signed { header, body_form, names, key: 1, tags, unsigned };
            String::from_utf8(signed.message(keys)).expect("text")
        };
        let plain = |tags, fields, body| sign(&["From", "X-A"], tags, fields, body);
        let (message, passes) = match self {
            Self::BlankLines => (plain("", "", "Hi\r\n \r\n\r\n"), true),
            Self::CarriageReturn => (plain("", "", "No fee\r\n").replace("No", "No\r"), false),
            Self::FormFeed => (plain("", "X-A: a b\r\n", "").replace("a b", "a\x0c b"), false),
            Self::SpaceBeforeColon => (plain("", "X-A : b\r\n", ""), true),
            Self::Header => (plain("", "To: b\r\n", "").replace("\r\nTo:", "\nTo:"), false),
            Self::Grammar => (plain(" d=acme.test;", "", ""), false),
            Self::FromUnsigned => (sign(&["X-A"], "", "", ""), false),
            Self::BodyLength => (plain(" l=0;", "", "Hi\r\n"), false),
            Self::HeaderAlone => {
                let message = plain("", "X-A: b\r\n", "");
                (format!("{}\r\n ", message.trim_end()), true)
            }
        };
        (message.into_bytes(), passes)
    }
}

/// Whether a body ends in lines of white space, or of nothing else.
fn ends_blank(body: &[u8]) -> bool {
    let end = body.iter().rposition(|octet| !matches!(octet, b' ' | b'\t' | b'\r' | b'\n'));
    let blank = end.map_or(body, |end| body.get(end + 1..).unwrap_or_default());
    blank.iter().any(|octet| matches!(octet, b' ' | b'\t'))
}

/// Whether a message ends in white space that continues its last field.
fn is_header_alone(message: &[u8]) -> bool {
    let empty_line = message.windows(4).any(|octets| octets == b"\r\n\r\n");
    !empty_line && matches!(message.last(), Some(b' ' | b'\t'))
}

fn has_carriage_return(body: &[u8]) -> bool {
    let ends = |at: usize| body.get(at + 1) == Some(&b'\n');
    body.iter().enumerate().any(|(at, octet)| *octet == b'\r' && !ends(at))
}
