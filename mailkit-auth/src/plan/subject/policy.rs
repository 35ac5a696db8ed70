//! Whether a DMARC policy becomes weaker or stronger.

use super::{Replacement, ZoneRecord};
use crate::lookup::RecordData;
use crate::record::AlignmentMode;
use crate::{DmarcRecord, Policy};

/// What a change of the DMARC record does to mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::plan) enum PolicyChange {
    /// It asks for less of some mail, and for more of none.
    Weaker,
    /// It asks for more of some mail, and for less of none.
    Stronger,
    /// It asks for less of some mail and for more of other, or nobody can tell.
    Mixed,
    /// It asks for the same.
    Same,
}

impl Replacement {
    pub(in crate::plan) fn policy_change(&self) -> PolicyChange {
        let old = match self.removed.as_slice() {
            [one] if self.published == 1 => demands(&one.record),
            // Of several records none counts (RFC 9989 section 4.10).
            _ => Some(Demands::default()),
        };
        let new = self.wanted.first().map_or_else(|| Some(Demands::default()), demands);
        let (Some(old), Some(new)) = (old, new) else { return PolicyChange::Mixed };
        let stronger = new.iter().zip(&old).any(|(new, old)| new > old);
        let weaker = new.iter().zip(&old).any(|(new, old)| new < old);
        match (stronger, weaker) {
            (true, true) => PolicyChange::Mixed,
            (true, false) => PolicyChange::Stronger,
            (false, true) => PolicyChange::Weaker,
            (false, false) => PolicyChange::Same,
        }
    }
}

/// How much is asked of receivers: for the domain, its subdomains, names that do not exist, and how
/// closely DKIM and SPF have to fit.
type Demands = [u8; 5];

/// What a record asks for; `None` behind an alias.
fn demands(record: &ZoneRecord) -> Option<Demands> {
    let RecordData::Txt(text) = &record.data else { return None };
    let text = str::from_utf8(text).ok();
    let Some(record) = text.and_then(|text| DmarcRecord::from_published(text).ok()) else {
        // A record that cannot be read asks for nothing.
        return Some(Demands::default());
    };
    let tested = record.is_testing();
    let level = |policy| match (policy, tested) {
        (Policy::None, _) => 0,
        (Policy::Quarantine, true) => 1,
        (Policy::Quarantine, false) => 2,
        (Policy::Reject, true) => 3,
        (Policy::Reject, false) => 4,
    };
    let [own, below, missing] =
        [record.policy(), record.subdomain_policy(), record.nonexistent_policy()].map(level);
    // Without a policy it does not matter what fits.
    let is_enforced = own.max(below).max(missing) > 0;
    let strict = |mode| u8::from(is_enforced && mode == AlignmentMode::Strict);
    Some([own, below, missing, strict(record.dkim_alignment()), strict(record.spf_alignment())])
}
