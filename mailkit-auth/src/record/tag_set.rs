//! The tags of a header field, which are asked for by name.

use std::borrow::Borrow;
use std::str::FromStr;

use super::base64_value::some_octets;
#[cfg(feature = "verify")]
use super::tag_list::{Grammar, MAX_OCTETS, check_length, strict};
use super::tag_list::{Tag, missing};
use crate::{RecordError, ValueError};

/// All tags of a field that is well formed and names none twice.
pub(crate) struct TagSet<'a> {
    tags: Vec<Tag<'a>>,
    end: usize,
}

impl<'a> TagSet<'a> {
    /// Reads the value of a field.
    #[cfg(feature = "verify")]
    pub(crate) fn read(text: &'a str) -> Result<Self, RecordError> {
        check_length(text, MAX_OCTETS)?;
        Self::of(strict(text, Grammar::Folded), text.len())
    }

    /// The set of these tags, of a text that ends here.
    pub(crate) fn of<T: Borrow<Tag<'a>>>(
        tags: impl Iterator<Item = Result<T, RecordError>>,
        end: usize,
    ) -> Result<Self, RecordError> {
        // As many as a signature has.
        let mut set = Vec::with_capacity(12);
        for tag in tags {
            set.push(tag?.borrow().clone());
        }
        Ok(Self { tags: set, end })
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, Tag<'a>> {
        self.tags.iter()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Tag<'a>> {
        self.iter().find(|tag| tag.name == name)
    }

    /// A tag that the field cannot do without.
    pub(crate) fn required(&self, tag: &'static str) -> Result<&Tag<'a>, RecordError> {
        self.get(tag).ok_or_else(|| missing(tag, self.end))
    }

    /// The value of a tag that the field cannot do without.
    pub(crate) fn parse<T: FromStr<Err: Into<ValueError>>>(
        &self,
        tag: &'static str,
    ) -> Result<T, RecordError> {
        self.required(tag)?.parse()
    }

    /// The octets of a tag that the field cannot do without.
    pub(crate) fn octets(&self, tag: &'static str) -> Result<Vec<u8>, RecordError> {
        some_octets(self.required(tag)?)
    }

    /// The number of a tag, in digits alone.
    pub(crate) fn number(&self, name: &str) -> Result<Option<u64>, RecordError> {
        let Some(tag) = self.get(name) else { return Ok(None) };
        let digits = tag.value.bytes().all(|byte| byte.is_ascii_digit());
        tag.value.parse().ok().filter(|_| digits).map(Some).ok_or_else(|| tag.invalid())
    }
}
