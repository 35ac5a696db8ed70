//! Lists of a TLS report, each with a limit.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, IgnoredAny, SeqAccess, Visitor};

use super::TlsReportError;

/// A list of at most `MAX` entries, or a single one without its brackets. What comes behind the
/// limit is read over and remembered as too much.
pub(super) struct List<T, const MAX: usize> {
    entries: Vec<T>,
    too_many: bool,
}

impl<T, const MAX: usize> List<T, MAX> {
    pub(super) fn within(self) -> Result<Vec<T>, TlsReportError> {
        if self.too_many {
            return Err(TlsReportError::TooManyEntries { limit: MAX });
        }
        Ok(self.entries)
    }
}

impl<T, const MAX: usize> Default for List<T, MAX> {
    fn default() -> Self {
        Self { entries: Vec::new(), too_many: false }
    }
}

impl<'de, T: Deserialize<'de> + Entry, const MAX: usize> Deserialize<'de> for List<T, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}

/// What may stand in a list.
pub(super) trait Entry: Sized {
    /// The entry that a text is by itself.
    fn of_text(_text: &str) -> Option<Self> {
        None
    }
}

impl Entry for String {
    fn of_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

struct ListVisitor<T, const MAX: usize>(PhantomData<T>);

impl<'de, T: Deserialize<'de> + Entry, const MAX: usize> Visitor<'de> for ListVisitor<T, MAX> {
    type Value = List<T, MAX>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        let entry = T::of_text(text).ok_or_else(|| E::custom("expected a list"))?;
        Ok(List { entries: vec![entry], too_many: false })
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(List::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while entries.len() < MAX {
            match list.next_element()? {
                Some(entry) => entries.push(entry),
                None => return Ok(List { entries, too_many: false }),
            }
        }
        let too_many = list.next_element::<IgnoredAny>()?.is_some();
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(List { entries, too_many })
    }
}
