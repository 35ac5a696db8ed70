//! The DKIM keys in use.

use std::time::SystemTime;

use crate::{DkimKeyRecord, Selector};

/// A key that the domain signs with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyInUse {
    /// The name of the key.
    pub selector: Selector,
    /// When it was first published.
    pub since: Option<SystemTime>,
    /// What stood there at an earlier time.
    pub previous: Option<DkimKeyRecord>,
}

impl KeyInUse {
    /// A key of which nothing but the name is known.
    #[must_use]
    pub fn new(selector: Selector) -> Self {
        Self { selector, since: None, previous: None }
    }

    /// With the time at which it was first published.
    #[must_use]
    pub fn with_since(mut self, since: SystemTime) -> Self {
        self.since = Some(since);
        self
    }

    /// With the record that stood there at an earlier time.
    #[must_use]
    pub fn with_previous(mut self, record: DkimKeyRecord) -> Self {
        self.previous = Some(record);
        self
    }
}
