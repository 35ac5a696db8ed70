//! Where a check stands when it looks something up.

use crate::lookup::Name;
use crate::spf::log::Log;
use crate::spf::published::Term;

/// A term of a record to which a check came.
pub(in crate::spf) struct Place<'a> {
    pub(in crate::spf) log: &'a Log,
    /// The number of the visit to the record.
    pub(in crate::spf) visit: usize,
    pub(in crate::spf) term: &'a Term,
}

impl<'a> Place<'a> {
    /// The domain whose record it is.
    pub(super) fn domain(&self) -> &'a Name {
        self.log.domain(self.visit)
    }

    /// The term as it stands there.
    pub(super) fn text(&self) -> String {
        self.log.visit(self.visit).text(self.term).to_owned()
    }
}
