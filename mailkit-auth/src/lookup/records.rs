//! The records of an answer.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use super::RecordData;

/// Records of one name and type. Clones share them, so a source that holds them answers without
/// copying.
///
/// ```
/// use mailkit_auth::lookup::{RecordData, Records};
///
/// let records = Records::from(vec![RecordData::A([192, 0, 2, 1].into())]);
/// assert_eq!(records.clone().first(), records.first());
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Records(Arc<Vec<RecordData>>);

impl Records {
    /// Adds a record; clones made before keep what they have.
    pub(super) fn push(&mut self, data: RecordData) {
        Arc::make_mut(&mut self.0).push(data);
    }
}

impl Deref for Records {
    type Target = [RecordData];

    fn deref(&self) -> &[RecordData] {
        &self.0
    }
}

impl fmt::Debug for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<Vec<RecordData>> for Records {
    fn from(records: Vec<RecordData>) -> Self {
        Self(Arc::new(records))
    }
}

impl FromIterator<RecordData> for Records {
    fn from_iter<I: IntoIterator<Item = RecordData>>(records: I) -> Self {
        Self::from(Vec::from_iter(records))
    }
}
