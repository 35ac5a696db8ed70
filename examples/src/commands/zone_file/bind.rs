//! Zone text as BIND reads it (RFC 1035 section 5), by hickory's reader.

use hickory_server::proto::rr::{self, RData};
use hickory_server::proto::serialize::txt::{ParseError, Parser};
use mailkit_auth::lookup::{Name, RecordData};
use thiserror::Error;

use super::{Content, Entry};

/// Reads zone text: the last `$ORIGIN`, and the records about mail.
pub(super) fn read(text: &str) -> Result<(Option<Name>, Vec<Entry>), BindError> {
    if let Some(line) = text.lines().position(is_include) {
        return Err(BindError::Include { line: line + 1 });
    }
    let (origin, sets) = parse(text).map_err(|error| BindError::located(text, error))?;
    let records = sets.values().flat_map(rr::RecordSet::records_without_rrsigs);
    Ok((plain_name(&origin), records.filter_map(entry).collect()))
}

/// Without `$ORIGIN` all names count as complete.
fn parse(text: &str) -> Result<Sets, ParseError> {
    Parser::new(joined(text), None, Some(rr::Name::root())).parse()
}

type Sets = (rr::Name, std::collections::BTreeMap<rr::RrKey, rr::RecordSet>);

fn is_include(line: &str) -> bool {
    let word = line.split_whitespace().next().unwrap_or_default();
    word.eq_ignore_ascii_case("$INCLUDE")
}

fn entry(record: &rr::Record) -> Option<Entry> {
    let name = plain_name(&record.name)?;
    Some(Entry { name, ttl: Some(record.ttl), content: content(&record.data)? })
}

/// What a record about mail says; `None` for others, and for a name that is no text.
fn content(data: &RData) -> Option<Content> {
    Some(Content::Data(match data {
        RData::A(address) => RecordData::A(address.0),
        RData::AAAA(address) => RecordData::Aaaa(address.0),
        RData::CNAME(target) => RecordData::Cname(plain_name(target)?),
        RData::MX(mx) => {
            RecordData::Mx { preference: mx.preference, exchange: plain_name(&mx.exchange)? }
        }
        RData::NS(target) => RecordData::Ns(plain_name(target)?),
        RData::PTR(target) => RecordData::Ptr(plain_name(target)?),
        RData::TLSA(tlsa) => RecordData::Tlsa(tlsa.to_string().parse().ok()?),
        RData::TXT(text) => {
            return Some(Content::Text(text.txt_data.iter().map(|it| it.to_vec()).collect()));
        }
        _ => return None,
    }))
}

fn plain_name(name: &rr::Name) -> Option<Name> {
    let labels = name.iter().map(|label| str::from_utf8(label).ok().filter(|it| !it.contains('.')));
    Name::new(&labels.collect::<Option<Vec<_>>>()?.join(".")).ok()
}

/// Why zone text cannot be read.
#[derive(Debug, Error)]
pub(super) enum BindError {
    #[error("line {line}: $INCLUDE is not followed; give the other file with a --zone of its own")]
    Include { line: usize },
    #[error("line {line}: {error}; {advice}")]
    Text { line: usize, error: ParseError, advice: &'static str },
}

impl BindError {
    /// The reader does not say where it stopped: the last entry of the shortest text that it refuses is meant.
    fn located(text: &str, error: ParseError) -> Self {
        let entries = entries(text);
        let mut refused = entries.len();
        let mut taken = 0;
        while refused - taken > 1 {
            let middle = usize::midpoint(taken, refused);
            let end = entries.get(middle).map_or(text.len(), |entry| entry.start);
            match parse(text.get(..end).unwrap_or(text)) {
                Ok(_) => taken = middle,
                Err(_) => refused = middle,
            }
        }
        let line = entries.get(taken).map_or(1, |entry| entry.line);
        let advice = advice(&error.to_string());
        Self::Text { line, error, advice }
    }
}

fn advice(message: &str) -> &'static str {
    if message.contains("ttl") {
        "put `$TTL 3600` on the first line"
    } else if message.contains("dynamically generated") || message.contains("unsupported") {
        "leave this record out, no check needs it"
    } else {
        "a record is `name ttl IN type content` on one line, with text in quotes"
    }
}

/// Where an entry begins.
struct Start {
    start: usize,
    line: usize,
}

/// The places where entries begin: lines that are not inside brackets or quotes.
fn entries(text: &str) -> Vec<Start> {
    let mut starts = vec![Start { start: 0, line: 1 }];
    let (mut place, mut line) = (Place::default(), 1);
    for (index, c) in text.char_indices() {
        let part = place.step(c);
        if c == '\n' {
            line += 1;
            if part == Part::End {
                starts.push(Start { start: index + 1, line });
            }
        }
    }
    starts
}

/// Each entry on one line and without comments: hickory takes what stands in brackets apart at spaces, in quotes too.
fn joined(text: &str) -> String {
    let mut place = Place::default();
    let character = |c| match place.step(c) {
        Part::Text | Part::End => Some(c),
        Part::Bracket => Some(' '),
        Part::Comment => None,
    };
    text.chars().filter_map(character).collect()
}

/// Where a reader of zone text is.
#[derive(Default)]
struct Place {
    depth: usize,
    quoted: bool,
    comment: bool,
    escaped: bool,
}

/// What a character is a part of.
#[derive(PartialEq, Eq)]
enum Part {
    Text,
    /// A bracket, or the end of a line within brackets.
    Bracket,
    Comment,
    /// The end of an entry.
    End,
}

impl Place {
    fn step(&mut self, c: char) -> Part {
        if std::mem::take(&mut self.escaped) {
            return Part::Text;
        }
        match c {
            '\n' if self.quoted => return Part::Text,
            '\n' => {
                self.comment = false;
                return if self.depth == 0 { Part::End } else { Part::Bracket };
            }
            _ if self.comment => return Part::Comment,
            '\\' => self.escaped = true,
            '"' => self.quoted = !self.quoted,
            _ if self.quoted => {}
            ';' => {
                self.comment = true;
                return Part::Comment;
            }
            '(' => {
                self.depth += 1;
                return Part::Bracket;
            }
            ')' => {
                self.depth = self.depth.saturating_sub(1);
                return Part::Bracket;
            }
            _ => {}
        }
        Part::Text
    }
}
