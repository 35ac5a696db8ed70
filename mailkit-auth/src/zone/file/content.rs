//! What the words behind a type say.

use std::net::AddrParseError;
use std::str::FromStr;
use std::sync::LazyLock;

use super::error::ZoneFileErrorKind as Kind;
use super::words::{Fault, Word};
use crate::lookup::{Name, RecordData, RecordType};
use crate::record::tlsa::TlsaData;
use crate::word_table::{Words, words};
use crate::zone::MAX_STRING_OCTETS;

/// The type of record that a word names, if its records are read; of the others an entry is skipped.
pub(super) fn record_type(word: &str) -> Option<RecordType> {
    Some(match word.to_ascii_uppercase().as_str() {
        "A" => RecordType::A,
        "AAAA" => RecordType::Aaaa,
        "CNAME" => RecordType::Cname,
        "DS" => RecordType::Ds,
        "MX" => RecordType::Mx,
        "NS" => RecordType::Ns,
        "PTR" => RecordType::Ptr,
        "SPF" => RecordType::Spf,
        "TLSA" => RecordType::Tlsa,
        "TXT" => RecordType::Txt,
        _ => return None,
    })
}

/// Whether a word is a type of record that has nothing to do with mail.
pub(super) fn is_other_type(word: &str) -> bool {
    let word = word.to_ascii_uppercase();
    let number = word.strip_prefix("TYPE").unwrap_or_default();
    OTHER_TYPES.contains(word.as_str()) || number.parse::<u16>().is_ok()
}

/// The words of a record's content, taken one by one.
pub(super) struct Content<'e, 't> {
    words: std::slice::Iter<'e, Word<'t>>,
    /// The type, whose place is named where content is missing.
    type_word: Word<'t>,
    origin: Option<&'e Name>,
}

impl<'e, 't> Content<'e, 't> {
    pub(super) fn new(
        type_word: Word<'t>,
        words: &'e [Word<'t>],
        origin: Option<&'e Name>,
    ) -> Self {
        Self { words: words.iter(), type_word, origin }
    }

    /// What the record says, and of a text its strings.
    pub(super) fn read(mut self, of: RecordType) -> Result<(RecordData, Vec<Vec<u8>>), Fault> {
        if let [first, ..] = self.words.as_slice()
            && first.raw == "\\#"
        {
            return Err(first.fault(Kind::GenericData));
        }
        let mut texts = Vec::new();
        let data = match of {
            RecordType::A => RecordData::A(self.address()?),
            RecordType::Aaaa => RecordData::Aaaa(self.address()?),
            RecordType::Cname => RecordData::Cname(self.name()?),
            RecordType::Ns => RecordData::Ns(self.name()?),
            RecordType::Ptr => RecordData::Ptr(self.name()?),
            RecordType::Mx => RecordData::Mx { preference: self.number()?, exchange: self.name()? },
            RecordType::Ds => RecordData::Ds {
                key_tag: self.number()?,
                algorithm: self.number()?,
                digest_type: self.number()?,
                digest: self.hex()?,
            },
            RecordType::Tlsa => RecordData::Tlsa(TlsaData {
                usage: self.number()?,
                selector: self.number()?,
                matching: self.number()?,
                data: self.hex()?,
            }),
            RecordType::Spf | RecordType::Txt => {
                texts = self.texts()?;
                match of {
                    RecordType::Spf => RecordData::Spf(texts.concat()),
                    _ => RecordData::Txt(texts.concat()),
                }
            }
        };
        match self.words.next() {
            Some(word) => Err(word.fault(Kind::SurplusContent)),
            None => Ok((data, texts)),
        }
    }

    fn word(&mut self) -> Result<&'e Word<'t>, Fault> {
        self.words.next().ok_or_else(|| self.type_word.fault(Kind::MissingContent))
    }

    fn address<T: FromStr<Err = AddrParseError>>(&mut self) -> Result<T, Fault> {
        let word = self.word()?;
        word.raw.parse().map_err(|error| word.fault(Kind::InvalidAddress(error)))
    }

    fn number<T: FromStr>(&mut self) -> Result<T, Fault> {
        let word = self.word()?;
        let digits = Some(word.raw).filter(|it| it.bytes().all(|octet| octet.is_ascii_digit()));
        let number = digits.and_then(|digits| digits.parse().ok());
        number.ok_or_else(|| word.fault(Kind::InvalidNumber))
    }

    fn name(&mut self) -> Result<Name, Fault> {
        name(self.word()?, self.origin)
    }

    /// The hexadecimal digits of all words that are left.
    fn hex(&mut self) -> Result<Vec<u8>, Fault> {
        let first = self.word()?;
        let digits: Vec<u8> =
            [first].into_iter().chain(self.words.by_ref()).flat_map(|it| it.raw.bytes()).collect();
        let pair = |pair: &[u8]| {
            let [high, low] = pair else { return None };
            let digit = |octet: &u8| char::from(*octet).to_digit(16);
            u8::try_from(digit(high)? * 16 + digit(low)?).ok()
        };
        let octets: Option<Vec<u8>> = digits.chunks(2).map(pair).collect();
        octets.filter(|it| it.len() <= MAX_DATA).ok_or_else(|| first.fault(Kind::InvalidHex))
    }

    /// The character-strings of all words that are left.
    fn texts(&mut self) -> Result<Vec<Vec<u8>>, Fault> {
        let first = self.word()?;
        let mut length = 0;
        let mut texts = Vec::new();
        for word in [first].into_iter().chain(self.words.by_ref()) {
            let octets = word.octets()?;
            // On the wire each string has its length in front.
            length += octets.len() + 1;
            if octets.len() > MAX_STRING_OCTETS {
                return Err(word.fault(Kind::StringTooLong));
            }
            if length > MAX_DATA {
                return Err(word.fault(Kind::DataTooLong));
            }
            texts.push(octets);
        }
        Ok(texts)
    }
}

/// A name, under the origin if it is not complete.
pub(super) fn name(word: &Word<'_>, origin: Option<&Name>) -> Result<Name, Fault> {
    let origin = || origin.ok_or_else(|| word.fault(Kind::NoOrigin));
    match word.raw {
        "@" => return origin().cloned(),
        "." => return Ok(Name::root()),
        _ => {}
    }
    let (labels, is_complete) = word.labels()?;
    if labels.iter().any(|label| label.contains(&b'.')) {
        return Err(word.fault(Kind::OddLabel));
    }
    let mut text = String::from_utf8(labels.join(&b'.')).map_err(|_| word.fault(Kind::OddLabel))?;
    let origin = if is_complete { None } else { Some(origin()?) };
    if let Some(origin) = origin.filter(|origin| !origin.is_root()) {
        text = format!("{text}.{}", origin.as_str());
    }
    // Behind the last label a dot means the root, so that an empty one is not overlooked.
    Name::new(&format!("{text}.")).map_err(|error| word.fault(Kind::InvalidName(error)))
}

/// Octets of a record's content (RFC 1035 section 3.2.1).
const MAX_DATA: usize = 65_535;

/// Types that mail does not ask for: those of the IANA registry that zone files hold, and the aliases
/// of some hosts.
static OTHER_TYPES: LazyLock<Words> =
    LazyLock::new(|| words(include_str!("../../../data/record-types.txt")));
