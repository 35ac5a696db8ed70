//! A body in canonical form (RFC 6376 section 3.4), hashed as it comes.

mod run;
mod sink;

use sink::Sink;

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
        while let Some((first, rest)) = piece.split_first() {
            let run = run::length(self.form, piece);
            let Some((text, after)) = piece.split_at_checked(run).filter(|_| run > 0) else {
                self.push(*first);
                piece = rest;
                continue;
            };
            self.settle_carriage_return();
            self.begin_content();
            self.sink.write(text);
            piece = after;
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

    /// Takes an octet with which no run begins.
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
            _ => {
                self.settle_carriage_return();
                self.space = true;
            }
        }
    }

    /// A carriage return after which no line ended is content.
    fn settle_carriage_return(&mut self) {
        if self.carriage_return {
            self.carriage_return = false;
            self.begin_content();
            self.sink.write(b"\r");
        }
    }

    /// Writes what was held back, now that content follows it.
    fn begin_content(&mut self) {
        for _ in 0..std::mem::take(&mut self.breaks) {
            self.sink.write(b"\r\n");
        }
        if std::mem::take(&mut self.space) {
            self.sink.write(b" ");
        }
        self.filled = true;
    }
}

#[cfg(test)]
mod tests;
