//! How a key record is read and written.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{DkimKeyRecord, KeyType};
use crate::record::base64_value::octets;
use crate::record::tag_list::{self, FromTags, Grammar, Tag, missing};
use crate::{RecordError, RecordErrorKind};

impl DkimKeyRecord {
    fn read(&mut self, tag: &Tag<'_>) -> Result<(), RecordError> {
        match tag.name {
            "h" => self.hashes = Some(tag.parse_list(b':')?),
            "k" => self.key_type = Some(tag.parse()?),
            "n" => self.notes = Some(tag.unfolded()),
            "p" => self.public_key = octets(tag)?,
            "s" => self.services = Some(tag.parse_list(b':')?),
            "t" => self.flags = Some(tag.parse_list(b':')?),
            _ => self.others.push((tag.name.to_owned(), tag.unfolded())),
        }
        Ok(())
    }
}

impl FromTags for DkimKeyRecord {
    /// The grammar of the record has folds, as that of a header field (RFC 6376 section 3.6.1), and
    /// keys with line ends in them are published.
    const GRAMMAR: Grammar = Grammar::Folded;

    fn from_tags<'a, T: Borrow<Tag<'a>>>(
        tags: impl Iterator<Item = Result<T, RecordError>>,
        end: usize,
    ) -> Result<Self, RecordError> {
        let mut record = Self { versioned: false, key_type: None, ..Self::revoked(KeyType::Rsa) };
        let mut keyed = false;
        for (index, tag) in tags.enumerate() {
            let tag = tag?;
            let tag = tag.borrow();
            match tag.name {
                "v" if index == 0 && tag.value == "DKIM1" => record.versioned = true,
                "v" => {
                    let kind = RecordErrorKind::WrongVersion { expected: VERSION };
                    return Err(RecordError::new(kind, tag.span.clone()));
                }
                _ => record.read(tag)?,
            }
            keyed |= tag.name == "p";
        }
        if keyed { Ok(record) } else { Err(missing("p", end)) }
    }
}

impl FromStr for DkimKeyRecord {
    type Err = RecordError;

    fn from_str(text: &str) -> Result<Self, RecordError> {
        tag_list::read(text)
    }
}

impl fmt::Display for DkimKeyRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.versioned {
            write!(f, "{VERSION}; ")?;
        }
        write_list(f, "h", self.hashes.as_deref())?;
        if let Some(key_type) = self.key_type {
            write!(f, "k={key_type}; ")?;
        }
        write_list(f, "s", self.services.as_deref())?;
        write_list(f, "t", self.flags.as_deref())?;
        if let Some(notes) = &self.notes {
            write!(f, "n={notes}; ")?;
        }
        self.others.iter().try_for_each(|(name, value)| write!(f, "{name}={value}; "))?;
        write!(f, "p={}", STANDARD.encode(&self.public_key))
    }
}

/// The version, which must come first where it is given at all.
const VERSION: &str = "v=DKIM1";

fn write_list(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    items: Option<&[impl fmt::Display]>,
) -> fmt::Result {
    let Some(items) = items else { return Ok(()) };
    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
    write!(f, "{name}={}; ", items.join(":"))
}
