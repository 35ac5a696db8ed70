//! The records of an answer.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use super::RecordData;
use crate::spf::Published;
#[cfg(feature = "verify")]
use crate::verify::{DkimProblem, Key};

/// Records of one name and type. Clones share them, so a source that holds them answers without
/// copying, and what a check reads in them is read once: an SPF record, or a key.
///
/// ```
/// use mailkit_auth::lookup::{RecordData, Records};
///
/// let records = Records::from(vec![RecordData::A([192, 0, 2, 1].into())]);
/// assert_eq!(records.clone().first(), records.first());
/// ```
#[derive(Clone, Default)]
pub struct Records(Arc<Shared>);

#[derive(Clone, Default)]
struct Shared {
    records: Vec<RecordData>,
    /// What the records say as SPF, once that has been asked. It follows from the records alone.
    spf: OnceLock<Published>,
    /// The key of DKIM that the records hold, likewise.
    #[cfg(feature = "verify")]
    key: OnceLock<Result<Key, DkimProblem>>,
}

impl Records {
    /// Adds a record; clones made before keep what they have.
    pub(super) fn push(&mut self, data: RecordData) {
        let shared = Arc::make_mut(&mut self.0);
        let records = std::mem::take(&mut shared.records);
        *shared = Shared { records, ..Shared::default() };
        shared.records.push(data);
    }

    /// The SPF record among the texts.
    #[inline]
    pub(crate) fn spf(&self) -> &Published {
        self.0.spf.get_or_init(|| Published::read(&self.0.records))
    }

    /// The key of DKIM among the texts.
    #[cfg(feature = "verify")]
    pub(crate) fn dkim_key(&self) -> Result<&Key, DkimProblem> {
        let key = self.0.key.get_or_init(|| Key::find(&self.0.records));
        key.as_ref().map_err(Clone::clone)
    }
}

impl Deref for Records {
    type Target = [RecordData];

    #[inline]
    fn deref(&self) -> &[RecordData] {
        &self.0.records
    }
}

impl PartialEq for Records {
    fn eq(&self, other: &Self) -> bool {
        self.0.records == other.0.records
    }
}

impl Eq for Records {}

impl fmt::Debug for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.records.fmt(f)
    }
}

impl From<Vec<RecordData>> for Records {
    fn from(records: Vec<RecordData>) -> Self {
        Self(Arc::new(Shared { records, ..Shared::default() }))
    }
}

impl FromIterator<RecordData> for Records {
    fn from_iter<I: IntoIterator<Item = RecordData>>(records: I) -> Self {
        Self::from(Vec::from_iter(records))
    }
}
