//! From what is published to what is wanted, in an order in which no mail is lost.

mod draft;
mod groups;
mod mail_hosts;
mod order;
mod proposal;
mod senders;
mod state;

use std::collections::BTreeMap;
use std::fmt;
use std::time::SystemTime;

use super::step::ChangeStep;
use super::subject::replacements;
use super::{ChangeError, PublishedRecord};
use crate::zone::{Place, Zone};
use draft::Draft;

/// The steps of a change in their order, printed as a checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Changes {
    /// The steps.
    pub steps: Vec<ChangeStep>,
    /// Published records about mail that the plan does not speak of and that are left alone, such as
    /// keys of other senders: add them to the plan or retire them there.
    pub left_alone: Vec<PublishedRecord>,
}

/// The steps from what is published to what is wanted, in which mail that passed goes on passing as
/// long as it passes in the end: whatever a cache still holds, there is at no moment a second SPF or
/// DMARC record, an alias beside other records, a policy of MTA-STS that refuses a mail exchanger, or a
/// key that is gone while its mail is on its way.
///
/// A record that the wanted zone says nothing about stays. To retire a key, plan the empty key for its
/// selector ([`DomainPlan::with_retired_selector`](super::DomainPlan::with_retired_selector)). Records
/// that say the same in other words, such as tags in another order or a shorter time to live, are not
/// changed.
///
/// Ask once, and follow the steps: the times to live must be those that the domain's own servers tell,
/// and once the first step has shortened them, caches go on holding what they had. Whoever asks again
/// in between says so with [`PublishedRecord::with_held_until`].
///
/// # Errors
///
/// If no order is safe; the error says what to plan in its place. If there are more than
/// [`Changes::MAX_RECORDS`]: give those at the names that the plan speaks of, and of the hosts behind them.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
///
/// use mailkit_auth::lookup::{Name, RecordData};
/// use mailkit_auth::plan::{PublishedRecord, StepKind, changes};
/// use mailkit_auth::zone::{Zone, ZoneRecord};
///
/// let spf = |text: &str| RecordData::Txt(text.into());
/// let name = Name::new("acme.test")?;
/// let published = [PublishedRecord::new(name.clone(), Some(7200.into()), spf("v=spf1 a -all"))];
/// let wanted = Zone::new().with_record(ZoneRecord::new(name, 3600, spf("v=spf1 mx -all")));
/// let now = UNIX_EPOCH + Duration::from_secs(1_795_373_759);
/// let changes = changes(&published, &wanted, now)?;
/// let kinds: Vec<StepKind> = changes.steps.iter().map(|step| step.kind).collect();
/// assert_eq!(kinds, [StepKind::LowerTtl, StepKind::ReplaceSpf, StepKind::RaiseTtl]);
/// assert_eq!(changes.steps[1].not_before.at, now + Duration::from_secs(7200));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn changes(
    published: &[PublishedRecord],
    wanted: &Zone,
    now: SystemTime,
) -> Result<Changes, ChangeError> {
    let records = published.len().saturating_add(wanted.records().len());
    if records > Changes::MAX_RECORDS {
        return Err(ChangeError::TooManyRecords { records });
    }
    let published = distinct(published);
    let (replacements, left_alone) = replacements(&published, wanted)?;
    let mut draft = Draft::new(&published, wanted, now);
    order::arrange(&mut draft, &replacements)?;
    Ok(Changes { steps: draft.steps, left_alone })
}

impl Changes {
    /// How many records [`changes`] takes, published and wanted together.
    pub const MAX_RECORDS: usize = 100_000;
}

/// The records without repetition: one that was found twice counts as what is kept for longer.
fn distinct(published: &[PublishedRecord]) -> Vec<PublishedRecord> {
    let mut places: BTreeMap<Place<'_>, usize> = BTreeMap::new();
    let mut records: Vec<PublishedRecord> = Vec::new();
    for found in published {
        let at = *places.entry(Place(&found.record)).or_insert(records.len());
        match records.get_mut(at) {
            Some(known) => {
                known.record.ttl = known.record.ttl.max(found.record.ttl);
                known.ttl_is_known &= found.ttl_is_known;
                known.held_until = known.held_until.max(found.held_until);
            }
            None => records.push(found.clone()),
        }
    }
    records
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.steps.is_empty() {
            writeln!(f, "nothing to change")?;
        }
        for (index, step) in self.steps.iter().enumerate() {
            writeln!(f, "[ ] {}. {step}", index + 1)?;
        }
        for record in &self.left_alone {
            writeln!(f, "left alone: {record}")?;
        }
        Ok(())
    }
}
