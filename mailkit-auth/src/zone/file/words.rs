//! The words of a zone file, entry by entry (RFC 1035 section 5.1).

use super::error::ZoneFileErrorKind;
use crate::lookup::escaped_octet;

/// A word, and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'t> {
    /// As it was written, without the quotes around it.
    pub(super) raw: &'t str,
    /// The byte of the text at which it begins.
    pub(super) start: usize,
}

impl Word<'_> {
    /// The octets, escapes resolved.
    pub(super) fn octets(&self) -> Result<Vec<u8>, Fault> {
        let mut octets = Vec::with_capacity(self.raw.len());
        let mut rest = self.raw.bytes();
        while let Some(octet) = rest.next() {
            match octet {
                b'\\' => octets.push(escaped_octet(&mut rest).ok_or_else(|| self.bad_escape())?),
                octet => octets.push(octet),
            }
        }
        Ok(octets)
    }

    /// The labels of a name, and whether it is complete.
    pub(super) fn labels(&self) -> Result<(Vec<Vec<u8>>, bool), Fault> {
        let (mut labels, mut label) = (Vec::new(), Vec::new());
        let mut rest = self.raw.bytes();
        let mut ended = false;
        while let Some(octet) = rest.next() {
            ended = octet == b'.';
            match octet {
                b'.' => labels.push(std::mem::take(&mut label)),
                b'\\' => label.push(escaped_octet(&mut rest).ok_or_else(|| self.bad_escape())?),
                octet => label.push(octet),
            }
        }
        labels.extend((!ended).then_some(label));
        Ok((labels, ended))
    }

    pub(super) fn fault(&self, kind: ZoneFileErrorKind) -> Fault {
        Fault { kind, at: self.start }
    }

    fn bad_escape(&self) -> Fault {
        self.fault(ZoneFileErrorKind::InvalidEscape)
    }
}

/// What is wrong, and at which byte.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) kind: ZoneFileErrorKind,
    pub(super) at: usize,
}

/// One entry: a line, or several in brackets.
#[derive(Debug)]
pub(super) struct Entry<'t> {
    /// Its words, at least one.
    pub(super) words: Vec<Word<'t>>,
    /// Whether it begins with a blank and so belongs to the owner before.
    pub(super) has_blank_owner: bool,
}

/// The entries of a text.
pub(super) struct Entries<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Entries<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The words up to the end of the line that is outside all brackets.
    fn entry(&mut self) -> Result<Entry<'t>, Fault> {
        let has_blank_owner = matches!(self.peek(), Some(b' ' | b'\t'));
        let mut words = Vec::new();
        let mut brackets = Vec::new();
        while let Some(octet) = self.peek() {
            match octet {
                b'"' => words.push(self.quoted()?),
                b'(' => brackets.push(self.at),
                b')' if brackets.pop().is_none() => {
                    let kind = ZoneFileErrorKind::UnopenedBracket;
                    return Err(Fault { kind, at: self.at });
                }
                b';' => {
                    self.skip_comment();
                    continue;
                }
                b'\n' | b'\r' | b' ' | b'\t' | b')' => {}
                _ => {
                    words.push(self.plain());
                    continue;
                }
            }
            self.at += 1;
            if octet == b'\n' && brackets.is_empty() {
                break;
            }
        }
        // At the end of the text no bracket may be open.
        match (self.peek(), brackets.first()) {
            (None, Some(at)) => Err(Fault { kind: ZoneFileErrorKind::UnclosedBracket, at: *at }),
            _ => Ok(Entry { words, has_blank_owner }),
        }
    }

    /// A word in quotes; the reader stays at the last of them.
    fn quoted(&mut self) -> Result<Word<'t>, Fault> {
        let at = self.at;
        let start = at + 1;
        self.at = start;
        loop {
            match self.peek() {
                Some(b'"') => break,
                // A line ends whatever stands before its end.
                Some(b'\\') if !self.is_line_end(self.at + 1) => self.at += 2,
                None | Some(b'\n' | b'\\') => {
                    return Err(Fault { kind: ZoneFileErrorKind::UnclosedQuote, at });
                }
                Some(_) => self.at += 1,
            }
        }
        let raw = self.text.get(start..self.at).unwrap_or_default();
        Ok(Word { raw, start })
    }

    /// A word without quotes.
    fn plain(&mut self) -> Word<'t> {
        let start = self.at;
        while let Some(octet) = self.peek() {
            match octet {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'(' | b')' | b'"' => break,
                // A backslash before the end of its line is refused when the word is read.
                b'\\' if !self.is_line_end(self.at + 1) => self.at += 2,
                _ => self.at += 1,
            }
        }
        Word { raw: self.text.get(start..self.at).unwrap_or_default(), start }
    }

    fn is_line_end(&self, at: usize) -> bool {
        matches!(self.text.as_bytes().get(at), None | Some(b'\n'))
    }

    fn skip_comment(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        self.at += rest.find('\n').unwrap_or(rest.len());
    }
}

impl<'t> Iterator for Entries<'t> {
    type Item = Result<Entry<'t>, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.at < self.text.len() {
            match self.entry() {
                Ok(entry) if entry.words.is_empty() => {}
                entry => return Some(entry),
            }
        }
        None
    }
}
