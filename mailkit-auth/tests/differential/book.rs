//! RFC 6376 section 3.4, one step after the other.

use crate::messages::{Form, Signed};

/// Header fields, each with name and value, and a body.
type Parts = (Vec<(Vec<u8>, Vec<u8>)>, Vec<u8>);

/// Whether what is signed of both messages is the same; `None` if the altered one has no header that
/// RFC 5322 knows. The altered message begins with the signature.
pub(crate) fn agree(signed: &Signed, altered: &[u8]) -> Option<bool> {
    let (fields, body) = parts(altered)?;
    let (before, body_before) = parts(signed.unsigned())?;
    let own = fields.iter().position(|(name, _)| is(name, "DKIM-Signature"))?;
    if fields.iter().filter(|(name, _)| is(name, "DKIM-Signature")).count() != 1 {
        return Some(false);
    }
    let fields: Vec<_> = fields
        .into_iter()
        .enumerate()
        .filter(|(at, _)| *at != own)
        .map(|(_, field)| field)
        .collect();
    let header = |fields| header(signed.header, &signed.names, fields);
    let same_header = header(&fields) == header(&before);
    Some(
        same_header
            && self::body(signed.body_form, &body) == self::body(signed.body_form, &body_before),
    )
}

/// The first signature of a message that has a header.
pub(crate) fn signature(message: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    parts(message)?.0.into_iter().find(|(name, _)| is(name, "DKIM-Signature"))
}

/// The signed fields in canonical form.
pub(crate) fn header(form: Form, names: &[String], fields: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let mut left: Vec<_> = fields.iter().collect();
    let mut octets = Vec::new();
    for name in names {
        // Section 5.4.2: from the bottom.
        if let Some(at) = left.iter().rposition(|(other, _)| is(other, name)) {
            octets.extend(field(form, left.remove(at)));
        }
    }
    octets
}

/// A field in canonical form with its line end.
pub(crate) fn field(form: Form, (name, value): &(Vec<u8>, Vec<u8>)) -> Vec<u8> {
    if form == Form::Simple {
        return [name, b":".as_slice(), value].concat();
    }
    let name = trimmed(name).to_ascii_lowercase();
    let unfolded: Vec<u8> =
        value.iter().copied().filter(|octet| !matches!(octet, b'\r' | b'\n')).collect();
    [name.as_slice(), b":", &words(&unfolded), b"\r\n"].concat()
}

/// The body in canonical form.
pub(crate) fn body(form: Form, body: &[u8]) -> Vec<u8> {
    // A line feed alone stands for a line end, as files hold it.
    let mut lines: Vec<Vec<u8>> = body.split(|octet| *octet == b'\n').map(<[u8]>::to_vec).collect();
    let last = lines.len() - 1;
    for line in lines.iter_mut().take(last) {
        if line.last() == Some(&b'\r') {
            line.pop();
        }
    }
    if form == Form::Relaxed {
        for line in &mut lines {
            let lead = line.first().is_some_and(|octet| is_wsp(*octet));
            let text = words(line);
            *line = if lead && !text.is_empty() { [b" ", text.as_slice()].concat() } else { text };
        }
    }
    while lines.last().is_some_and(Vec::is_empty) {
        lines.pop();
    }
    if lines.is_empty() && form == Form::Simple {
        return b"\r\n".to_vec();
    }
    lines.iter().flat_map(|line| [line.as_slice(), b"\r\n"].concat()).collect()
}

/// The fields of a message whose header has the lines of RFC 5322 section 2.2, of one kind.
pub(crate) fn parts(message: &[u8]) -> Option<Parts> {
    let mut fields: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    let mut rest = message;
    while !rest.is_empty() {
        let end = rest.windows(2).position(|pair| pair == b"\r\n").map_or(rest.len(), |at| at + 2);
        let (line, after) = rest.split_at(end);
        rest = after;
        let text = line.strip_suffix(b"\r\n").unwrap_or(line);
        if text.iter().any(|octet| matches!(octet, b'\r' | b'\n' | 0)) {
            return None;
        }
        if text.is_empty() {
            return Some((fields, rest.to_vec()));
        }
        if is_wsp(*text.first()?) {
            fields.last_mut()?.1.extend(line);
            continue;
        }
        let colon = text.iter().position(|octet| *octet == b':')?;
        let (name, value) = line.split_at(colon);
        if trimmed(name).is_empty() || !trimmed(name).iter().all(u8::is_ascii_graphic) {
            return None;
        }
        fields.push((name.to_vec(), value.get(1..)?.to_vec()));
    }
    Some((fields, Vec::new()))
}

fn is(name: &[u8], other: &str) -> bool {
    trimmed(name).eq_ignore_ascii_case(other.as_bytes())
}

/// Without white space at the end.
fn trimmed(name: &[u8]) -> &[u8] {
    let end = name.iter().rposition(|octet| !is_wsp(*octet)).map_or(0, |at| at + 1);
    name.get(..end).unwrap_or_default()
}

/// The words of a line with one space between them.
fn words(line: &[u8]) -> Vec<u8> {
    let words: Vec<&[u8]> =
        line.split(|octet| is_wsp(*octet)).filter(|word| !word.is_empty()).collect();
    words.join(&b' ')
}

fn is_wsp(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t')
}
