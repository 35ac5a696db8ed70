//! A body in canonical form (RFC 6376 section 3.4), hashed as it comes.

use std::fmt;

use aws_lc_rs::digest::{Context, SHA256};

use crate::record::dkim_signature::Canonicalization;

/// The SHA-256 hash of a body in canonical form, and how many octets that form has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BodyDigest {
    pub(crate) hash: [u8; 32],
    pub(crate) octets: u64,
}

impl BodyDigest {
    pub(crate) fn new(form: Canonicalization, body: &[u8]) -> Self {
        let mut hasher = BodyHasher::new(form);
        hasher.write(body);
        hasher.finish()
    }
}

/// Hashes a body that comes in pieces; it keeps none of it.
///
/// A line ends in CRLF or in a line feed alone, which programs store in its place. A carriage return
/// that ends no line is an octet like any other, so that none can be slipped into a signed body.
#[derive(Debug)]
pub(crate) struct BodyHasher {
    form: Canonicalization,
    sink: Sink,
    /// Line ends since the last octet that counts; those at the end of the body do not.
    breaks: u64,
    /// White space stands before the next octet, in the relaxed form one space.
    space: bool,
    /// The last octet was a carriage return, which may begin a line end.
    carriage_return: bool,
    /// An octet that counts has been seen.
    filled: bool,
}

impl BodyHasher {
    pub(crate) fn new(form: Canonicalization) -> Self {
        Self {
            form,
            sink: Sink::new(),
            breaks: 0,
            space: false,
            carriage_return: false,
            filled: false,
        }
    }

    /// Takes the next piece of the body, cut anywhere.
    pub(crate) fn write(&mut self, mut piece: &[u8]) {
        while !piece.is_empty() {
            let canonical = if self.is_at_line_start() { self.canonical_lines(piece) } else { 0 };
            let (lines, rest) = piece.split_at_checked(canonical).unwrap_or((&[], piece));
            if let Some(text) = lines.strip_suffix(b"\r\n") {
                self.begin_content();
                self.sink.write(text);
                self.breaks = 1;
            }
            let line = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
            let (line, rest) = rest.split_at_checked(line).unwrap_or((rest, &[]));
            line.iter().for_each(|octet| self.push(*octet));
            piece = rest;
        }
    }

    /// The hash of what was written.
    pub(crate) fn finish(mut self) -> BodyDigest {
        self.settle_carriage_return();
        // A body has an end of line, unless it is empty and its form relaxed.
        if self.filled || self.form == Canonicalization::Simple {
            self.sink.write(b"\r\n");
        }
        self.sink.finish()
    }

    /// How many octets in front of `piece` are whole lines that are canonical as they stand.
    fn canonical_lines(&self, piece: &[u8]) -> usize {
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', piece) {
            let line = piece.get(start..=end).unwrap_or_default();
            let Some(text) = line.strip_suffix(b"\r\n") else { break };
            if text.is_empty() || (self.form == Canonicalization::Relaxed && !is_relaxed(text)) {
                break;
            }
            start = end + 1;
        }
        start
    }

    fn is_at_line_start(&self) -> bool {
        (self.breaks > 0 || !self.filled) && !self.space && !self.carriage_return
    }

    fn push(&mut self, octet: u8) {
        match octet {
            b'\n' => {
                self.breaks += 1;
                self.space = false;
                self.carriage_return = false;
            }
            b'\r' => {
                self.settle_carriage_return();
                self.carriage_return = true;
            }
            b' ' | b'\t' if self.form == Canonicalization::Relaxed => {
                self.settle_carriage_return();
                self.space = true;
            }
            octet => {
                self.settle_carriage_return();
                self.begin_content();
                self.sink.push(octet);
            }
        }
    }

    /// A carriage return after which no line ended is content.
    fn settle_carriage_return(&mut self) {
        if self.carriage_return {
            self.carriage_return = false;
            self.begin_content();
            self.sink.push(b'\r');
        }
    }

    /// Writes what was held back, now that content follows it.
    fn begin_content(&mut self) {
        for _ in 0..std::mem::take(&mut self.breaks) {
            self.sink.write(b"\r\n");
        }
        if std::mem::take(&mut self.space) {
            self.sink.push(b' ');
        }
        self.filled = true;
    }
}

/// Whether a line without its end is as the relaxed form wants it: no tab, no two spaces in a row,
/// none at its end.
fn is_relaxed(line: &[u8]) -> bool {
    let next = line.iter().skip(1).chain(std::iter::once(&b' '));
    // One pass without an early end, which the compiler turns into vector instructions.
    let odd = line.iter().zip(next).fold(false, |odd, (octet, next)| {
        odd | (*octet == b'\t') | ((*octet == b' ') & (*next == b' '))
    });
    !odd
}

/// The hash, behind a buffer for what comes octet by octet.
struct Sink {
    context: Context,
    buffer: Vec<u8>,
    octets: u64,
}

impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sink").field("octets", &self.octets).finish_non_exhaustive()
    }
}

impl Sink {
    fn new() -> Self {
        Self { context: Context::new(&SHA256), buffer: Vec::new(), octets: 0 }
    }

    fn push(&mut self, octet: u8) {
        self.buffer.push(octet);
        if self.buffer.len() >= BUFFER_OCTETS {
            self.flush();
        }
    }

    fn write(&mut self, octets: &[u8]) {
        if octets.len() < SMALL_OCTETS {
            self.buffer.extend_from_slice(octets);
        } else {
            self.flush();
            self.octets += octets.len() as u64;
            self.context.update(octets);
        }
        if self.buffer.len() >= BUFFER_OCTETS {
            self.flush();
        }
    }

    fn flush(&mut self) {
        self.octets += self.buffer.len() as u64;
        self.context.update(&self.buffer);
        self.buffer.clear();
    }

    fn finish(mut self) -> BodyDigest {
        self.flush();
        let digest = self.context.finish();
        // A digest of SHA-256 has 32 octets.
        let hash = digest.as_ref().try_into().unwrap_or_default();
        BodyDigest { hash, octets: self.octets }
    }
}

/// Octets after which the buffer is hashed.
const BUFFER_OCTETS: usize = 4096;
/// Octets below which it is cheaper to copy than to hash at once.
const SMALL_OCTETS: usize = 256;

#[cfg(test)]
mod tests {
    use aws_lc_rs::digest::digest;
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(body: &[u8], relaxed: &[u8], simple: &[u8]) {
        let forms = [(Canonicalization::Relaxed, relaxed), (Canonicalization::Simple, simple)];
        for (form, expected) in forms {
            let hash = digest(&SHA256, expected).as_ref().try_into().unwrap();
            let expected = BodyDigest { hash, octets: expected.len() as u64 };
            assert_eq!(BodyDigest::new(form, body), expected, "{form:?} {body:?}");
        }
    }

    #[test]
    fn forms() {
        // RFC 6376 section 3.4.5.
        check(b" C \r\nD \t E\r\n\r\n\r\n", b" C\r\nD E\r\n", b" C \r\nD \t E\r\n");
        check(b"", b"", b"\r\n");
        check(b"\r\n\r\n", b"", b"\r\n");
        check(b" \r\n\t\r\n", b"", b" \r\n\t\r\n");
        check(b"a\r\n \r\n\r\n", b"a\r\n", b"a\r\n \r\n");
        check(b"a\r\n \r\n\r\nb", b"a\r\n\r\n\r\nb\r\n", b"a\r\n \r\n\r\nb\r\n");
        check(b"a  b\t\r\n  c\r\n", b"a b\r\n c\r\n", b"a  b\t\r\n  c\r\n");
        check(b"a b\r\n c\r\n", b"a b\r\n c\r\n", b"a b\r\n c\r\n");
        check(b"a\n\nb\n", b"a\r\n\r\nb\r\n", b"a\r\n\r\nb\r\n");
        check(b"\r\na\r\n", b"\r\na\r\n", b"\r\na\r\n");
        check(b"a\rb\r\r\n\r", b"a\rb\r\r\n\r\r\n", b"a\rb\r\r\n\r\r\n");
        check(b"a \r b", b"a \r b\r\n", b"a \r b\r\n");
        check(b"a\x0c b\0\r\n", b"a\x0c b\0\r\n", b"a\x0c b\0\r\n");
    }

    /// The relaxed form in the words of RFC 6376 section 3.4.4, one step after the other.
    fn relaxed_by_the_book(body: &[u8]) -> Vec<u8> {
        let mut text = Vec::new();
        let mut lines: Vec<Vec<u8>> =
            body.split(|octet| *octet == b'\n').map(<[u8]>::to_vec).collect();
        let last = lines.len() - 1;
        for line in lines.iter_mut().take(last) {
            if line.last() == Some(&b'\r') {
                line.pop();
            }
        }
        for line in &mut lines {
            let words = line.split(|octet| matches!(octet, b' ' | b'\t'));
            let mut words: Vec<&[u8]> = words.collect();
            let leading = words.len() > 1 && words[0].is_empty();
            words.retain(|word| !word.is_empty());
            let joined = words.join(&b' ');
            *line = if leading && !joined.is_empty() {
                [b" ", joined.as_slice()].concat()
            } else {
                joined
            };
        }
        while lines.last().is_some_and(Vec::is_empty) {
            lines.pop();
        }
        for line in lines {
            text.extend(line);
            text.extend(b"\r\n");
        }
        text
    }

    proptest! {
        #[test]
        fn the_relaxed_form_is_the_one_of_the_book(body in "[ab \\t\\r\\n]{0,60}|([a-z ]{0,30}\r\n){0,20}") {
            let expected = relaxed_by_the_book(body.as_bytes());
            let digest = BodyDigest::new(Canonicalization::Relaxed, body.as_bytes());
            prop_assert_eq!(digest.octets, expected.len() as u64);
            let hash = aws_lc_rs::digest::digest(&SHA256, &expected);
            prop_assert_eq!(digest.hash.as_slice(), hash.as_ref());
        }

        #[test]
        fn cuts_change_nothing(body in "[ab \\t\\r\\n]{0,40}|([a-z ]{0,30}\r\n){0,9}", second in 0_usize..300) {
            let body = body.as_bytes();
            for form in [Canonicalization::Relaxed, Canonicalization::Simple] {
                let whole = BodyDigest::new(form, body);
                for first in 0..=body.len() {
                    let second = (first + second).min(body.len());
                    let mut hasher = BodyHasher::new(form);
                    hasher.write(&body[..first]);
                    hasher.write(&body[first..second]);
                    hasher.write(&body[second..]);
                    prop_assert_eq!(&hasher.finish(), &whole, "{:?} cut at {} and {}", form, first, second);
                }
            }
        }
    }
}
