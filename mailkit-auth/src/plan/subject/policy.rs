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

/// How much is asked of receivers: for the domain, its subdomains, names that do not exist, how
/// closely DKIM and SPF have to fit; and for the domain and its subdomains where only RFC 7489 is known.
type Demands = [u8; 7];

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
    let (dkim, spf) = (strict(record.dkim_alignment()), strict(record.spf_alignment()));
    let share = share(&record);
    let historic = |policy| historic_level(policy, share);
    let [old_own, old_below] = [record.policy(), record.subdomain_policy()].map(historic);
    Some([own, below, missing, dkim, spf, old_own, old_below])
}

/// RFC 7489 section 6.6.4: the policy is for a share of the mail, and the rest gets the next weaker one;
/// the test mode is not known.
fn historic_level(policy: Policy, share: u8) -> u8 {
    match policy {
        Policy::None => 0,
        Policy::Quarantine => share,
        Policy::Reject => WHOLE.saturating_add(share),
    }
}

/// The historic `pct`; one outside its grammar counts as absent.
fn share(record: &DmarcRecord) -> u8 {
    let mut tags = record.other_tags().filter(|(name, _)| name.eq_ignore_ascii_case("pct"));
    let share = tags.next().and_then(|(_, value)| value.parse::<u8>().ok());
    share.filter(|share| *share <= WHOLE).unwrap_or(WHOLE)
}

/// All of the mail, in percent.
const WHOLE: u8 = 100;
