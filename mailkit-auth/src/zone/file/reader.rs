//! What the entries of a zone file say, one after the other.

use super::content::{Content, is_other_type, name, record_type};
use super::error::ZoneFileErrorKind as Kind;
use super::words::{Entries, Entry, Fault, Word};
use super::{SkippedRecord, ZoneFile, ZoneFileError, ZoneFileRecord};
use crate::lookup::Name;
use crate::zone::{Ttl, ZoneRecord};

/// Reads a file entry by entry.
pub(super) fn read(text: &str, origin: Option<Name>) -> Result<ZoneFile, ZoneFileError> {
    let fail = |fault| ZoneFileError::new(text, fault);
    if text.len() > ZoneFile::MAX_OCTETS {
        return Err(fail(Fault { kind: Kind::TextTooLong, at: 0 }));
    }
    let mut reader = Reader { origin: origin.clone(), ..Reader::default() };
    reader.file.apex = origin;
    // Some editors put a byte order mark in front.
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = Lines { text: body, at: 0, line: 1 };
    for entry in Entries::new(body) {
        let entry = entry.map_err(|fault| ZoneFileError::new(body, fault))?;
        let line = entry.words.first().map_or(1, |word| lines.of(word.start));
        reader.entry(&entry, line).map_err(|fault| ZoneFileError::new(body, fault))?;
    }
    Ok(reader.file)
}

/// Counts lines as the places grow.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: usize,
}

impl Lines<'_> {
    fn of(&mut self, place: usize) -> usize {
        let passed = self.text.as_bytes().get(self.at..place).unwrap_or_default();
        self.line += passed.iter().filter(|octet| **octet == b'\n').count();
        self.at = place;
        self.line
    }
}

/// What the entries before have said.
#[derive(Default)]
struct Reader {
    origin: Option<Name>,
    default_ttl: Option<Ttl>,
    last_ttl: Option<Ttl>,
    owner: Option<Name>,
    file: ZoneFile,
    /// Whether the SOA record has named the zone.
    has_soa: bool,
}

impl Reader {
    fn entry(&mut self, entry: &Entry<'_>, line: usize) -> Result<(), Fault> {
        let Some((first, rest)) = entry.words.split_first() else { return Ok(()) };
        if entry.has_blank_owner {
            return self.record(&entry.words, line);
        }
        if first.raw.starts_with('$') {
            return self.directive(first, rest);
        }
        self.owner = Some(name(first, self.origin.as_ref())?);
        self.record(rest, line)
    }

    fn directive(&mut self, first: &Word<'_>, rest: &[Word<'_>]) -> Result<(), Fault> {
        let word = first.raw.to_ascii_uppercase();
        let one = || match rest {
            [] => Err(first.fault(Kind::MissingContent)),
            [one] => Ok(one),
            [_, surplus, ..] => Err(surplus.fault(Kind::SurplusContent)),
        };
        match word.as_str() {
            "$ORIGIN" => {
                let origin = name(one()?, self.origin.as_ref())?;
                if self.file.apex.is_none() {
                    self.file.apex = Some(origin.clone());
                }
                self.origin = Some(origin);
            }
            "$TTL" => self.default_ttl = Some(ttl(one()?)?),
            "$INCLUDE" => return Err(first.fault(Kind::Include)),
            "$GENERATE" => return Err(first.fault(Kind::Generate)),
            _ => return Err(first.fault(Kind::UnknownDirective { word: first.raw.to_owned() })),
        }
        Ok(())
    }

    /// What follows the owner: time to live and class in either order, type, content.
    fn record(&mut self, words: &[Word<'_>], line: usize) -> Result<(), Fault> {
        let mut rest = words;
        let mut has_class = false;
        let mut said = None;
        let type_word = loop {
            let Some((word, after)) = rest.split_first() else {
                let place = words.last().map_or(0, |word| word.start);
                return Err(Fault { kind: Kind::NoType, at: place });
            };
            rest = after;
            if said.is_none() && word.raw.starts_with(|c: char| c.is_ascii_digit()) {
                said = Some(ttl(word)?);
            } else if !has_class && is_class(word)? {
                has_class = true;
            } else {
                break *word;
            }
        };
        self.last_ttl = said.or(self.last_ttl);
        let name = self.owner.clone().ok_or_else(|| type_word.fault(Kind::NoOwner))?;
        let Some(of) = record_type(type_word.raw) else { return self.skip(name, &type_word, line) };
        let ttl = said.or(self.default_ttl).or(self.last_ttl);
        let ttl = ttl.ok_or_else(|| type_word.fault(Kind::NoTtl))?;
        if self.file.records.len() == ZoneFile::MAX_RECORDS {
            return Err(type_word.fault(Kind::TooManyRecords));
        }
        let (data, strings) = Content::new(type_word, rest, self.origin.as_ref()).read(of)?;
        let record = ZoneRecord::new(name, ttl, data);
        self.file.records.push(ZoneFileRecord { record, strings, line });
        Ok(())
    }

    fn skip(&mut self, name: Name, type_word: &Word<'_>, line: usize) -> Result<(), Fault> {
        let record_type = type_word.raw.to_owned();
        if !is_other_type(&record_type) {
            return Err(type_word.fault(Kind::UnknownType { word: record_type }));
        }
        if self.file.skipped.len() == ZoneFile::MAX_RECORDS {
            return Err(type_word.fault(Kind::TooManyRecords));
        }
        if record_type.eq_ignore_ascii_case("SOA") && !self.has_soa {
            self.has_soa = true;
            self.file.apex = Some(name.clone());
        }
        self.file.skipped.push(SkippedRecord { name, record_type, line });
        Ok(())
    }
}

fn ttl(word: &Word<'_>) -> Result<Ttl, Fault> {
    word.raw.parse().map_err(|_| word.fault(Kind::InvalidTtl))
}

/// Whether a word is the class of the Internet; another class is refused.
fn is_class(word: &Word<'_>) -> Result<bool, Fault> {
    let upper = word.raw.to_ascii_uppercase();
    match upper.as_str() {
        "IN" | "CLASS1" => Ok(true),
        "CH" | "CS" | "HS" => Err(word.fault(Kind::Class { word: word.raw.to_owned() })),
        other if other.starts_with("CLASS") => {
            Err(word.fault(Kind::Class { word: word.raw.to_owned() }))
        }
        _ => Ok(false),
    }
}
