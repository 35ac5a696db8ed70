//! Messages that are signed by the book, and what is done to them.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mailkit_auth::keys::DkimKeyPair;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::book;

/// A canonicalization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Relaxed,
    Simple,
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Relaxed => "relaxed",
            Self::Simple => "simple",
        })
    }
}

/// A message and how it is signed.
#[derive(Clone, Debug)]
pub(crate) struct Signed {
    pub(crate) header: Form,
    pub(crate) body_form: Form,
    /// The signed fields (`h=`).
    pub(crate) names: Vec<String>,
    /// Which of the keys signs.
    pub(crate) key: usize,
    /// Further tags.
    pub(crate) tags: &'static str,
    pub(crate) unsigned: Vec<u8>,
}

impl Signed {
    /// The message without its signature.
    pub(crate) fn unsigned(&self) -> &[u8] {
        &self.unsigned
    }

    /// The message with its signature in front.
    pub(crate) fn message(&self, keys: &[(&str, DkimKeyPair)]) -> Vec<u8> {
        let (fields, body) = book::parts(&self.unsigned).expect("a good header");
        let (selector, key) = keys.get(self.key).expect("two keys");
        let algorithm = if *selector == "ed" { "ed25519-sha256" } else { "rsa-sha256" };
        let hash = STANDARD.encode(digest(&SHA256, &book::body(self.body_form, &body)));
        let Self { header, body_form, tags, .. } = self;
        let names = self.names.join(":");
        let value = format!(
            " v=1; a={algorithm}; c={header}/{body_form}; d=acme.test; s={selector};{tags}\r\n\t\
             h={names}; bh={hash};\r\n\tb="
        );
        let own = (b"DKIM-Signature".to_vec(), value.as_bytes().to_vec());
        let own = book::field(self.header, &own);
        let own = own.strip_suffix(b"\r\n").unwrap_or(&own);
        let signed = [&book::header(self.header, &self.names, &fields), own].concat();
        let signature = STANDARD.encode(key.sign(&signed).expect("a signature"));
        [format!("DKIM-Signature:{value}{signature}\r\n").as_bytes(), &self.unsigned].concat()
    }
}

/// Messages with odd white space in header and body, signed with either key in any form.
pub(crate) fn signed() -> impl Strategy<Value = Signed> {
    let form = || select(vec![Form::Relaxed, Form::Simple]);
    let name = select(vec!["From", "from", "Subject", "SUBJECT", "To", "X-A", "x-b", "Received"]);
    let names = prop::collection::vec(name, 0..6);
    let tags = select(vec!["", " t=1;", " q=dns/txt;", " i=@acme.test;", " i=a@m.acme.test; n=x;"]);
    (form(), form(), names, 0..2_usize, tags, header(), body()).prop_map(
        |(header, body_form, names, key, tags, fields, body)| {
            let mut names: Vec<String> = names.into_iter().map(str::to_owned).collect();
            names.insert(names.len() / 2, "From".to_owned());
            let unsigned = format!("{fields}\r\n{body}").into_bytes();
            Signed { header, body_form, names, key, tags, unsigned }
        },
    )
}

/// Fields with their line ends, From among them.
fn header() -> impl Strategy<Value = String> {
    let name = select(vec!["Subject", "subject", "To", "X-A", "X-B ", "Received", "X-C"]);
    let value = "[ \t]{0,2}([a-z=;:é\u{c}]{1,5}([ \t]{1,2}|\r\n[ \t]{1,2}))?[a-z]{0,3}[ \t]{0,2}";
    let from =
        select(vec!["From: a@acme.test", "From:\r\n \tA <a@acme.test> ", "FROM:a@acme.test"]);
    (prop::collection::vec((name, value), 0..6), from, any::<Index>()).prop_map(
        |(others, from, at)| {
            let mut lines: Vec<String> =
                others.into_iter().map(|(name, value)| format!("{name}:{value}\r\n")).collect();
            lines.insert(at.index(lines.len() + 1), format!("{from}\r\n"));
            lines.concat()
        },
    )
}

fn body() -> impl Strategy<Value = String> {
    prop_oneof![
        "([a-z]{1,9}( |  |\t|\r\n|\r\n\r\n|\n)){0,12}(\r\n| \r\n|\t){0,3}",
        "([a-zé]{1,9}( |\r\n)){0,9}",
        "[a-b \t\r\n\u{c}]{0,20}",
        ("[a-z ]{60,70}\r\n", 0_usize..90).prop_map(|(line, times)| line.repeat(times)),
    ]
}

/// Octets that are put in the place of others.
#[derive(Clone, Debug)]
pub(crate) struct Edit {
    at: Index,
    removed: usize,
    inserted: &'static str,
}

impl Edit {
    /// The message with the change made somewhere behind `front`.
    pub(crate) fn apply(&self, message: &[u8], front: usize) -> Vec<u8> {
        let at = front + self.at.index(message.len() - front + 1);
        let end = message.len().min(at + self.removed);
        let (before, after) = (message.get(..at), message.get(end..));
        [before.expect("in it"), self.inserted.as_bytes(), after.expect("in it")].concat()
    }
}

pub(crate) fn edit() -> impl Strategy<Value = Edit> {
    let inserted = select(vec![
        "",
        " ",
        "\t",
        "\r\n",
        "\n",
        "\r",
        "\u{c}",
        "a",
        "A",
        ":",
        ";",
        "=",
        "1",
        "\0",
        " \r\n",
        "\r\n\r\n",
        "From: e@evil.test\r\n",
        "From : e@evil.test\r\n",
        "X-A: b\r\n",
        "; l=0",
        "; s=rsa",
        "\r\n ",
        "é",
    ]);
    (any::<Index>(), 0..3_usize, inserted).prop_map(|(at, removed, inserted)| Edit {
        at,
        removed,
        inserted,
    })
}
