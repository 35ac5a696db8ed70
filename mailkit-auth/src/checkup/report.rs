//! What a check-up found.

mod area;
mod display;
mod evidence;
pub(super) mod grade;
mod repairs;

use crate::Domain;
use crate::lint::Finding;
use crate::lookup::{Name, RecordType};
use crate::zone::ZoneRecord;

use super::CheckupLimit;
use super::bulk::BulkCheck;
pub use area::Area;
pub use evidence::{Evidence, Observation};
pub use grade::Grade;
pub(super) use repairs::repairs;

/// The health of a domain, with what it rests on. It prints as a report for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct CheckupReport {
    /// The domain.
    pub domain: Domain,
    /// The grade; `None` if the DNS gave no answer for SPF or DMARC, or for the keys where all rests on
    /// them.
    pub grade: Option<Grade>,
    /// Each area once, in their order.
    pub areas: Vec<AreaReport>,
    /// What large receivers demand of bulk senders.
    pub bulk: Vec<BulkCheck>,
    /// What is wrong, by area.
    pub findings: Vec<CheckupFinding>,
    /// What to do, the most urgent first.
    pub repairs: Vec<Repair>,
    /// What was not checked, and what it takes to check it.
    pub gaps: Vec<Gap>,
    /// The records seen, in the order of the questions.
    pub evidence: Vec<Evidence>,
    /// The limits that ended parts of the check-up early.
    pub limits_hit: Vec<CheckupLimit>,
}

impl CheckupReport {
    /// What is known of an area.
    #[must_use]
    pub fn area(&self, area: Area) -> Option<&AreaReport> {
        self.areas.iter().find(|report| report.area == area)
    }

    /// The codes of the findings, each once, in their order.
    ///
    /// ```
    /// use mailkit_auth::checkup::{CheckupRequest, check};
    /// use mailkit_auth::lookup::ZoneSnapshot;
    ///
    /// let zone = ZoneSnapshot::new().with_txt("acme.test", "v=DMARC1; p=none")?;
    /// let report = check(&zone, &CheckupRequest::new("acme.test".parse()?));
    /// assert!(report.codes().contains(&"DMC005"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn codes(&self) -> Vec<&'static str> {
        let mut codes = Vec::new();
        for finding in &self.findings {
            if !codes.contains(&finding.finding.code) {
                codes.push(finding.finding.code);
            }
        }
        codes
    }
}

/// A finding and the record it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct CheckupFinding {
    /// Where the record stands, or should; of a finding about mail its domain, of one about the policy
    /// file of MTA-STS the host that serves it.
    pub name: Name,
    /// The type of the record; `None` of a finding about mail or the policy file of MTA-STS.
    pub record_type: Option<RecordType>,
    /// The text of the record, which the span of the finding is about. It is a stranger's text.
    pub text: Option<String>,
    /// The finding.
    pub finding: Finding,
    /// What to publish, where that can be said.
    pub publish: Option<RecordChange>,
}

impl CheckupFinding {
    /// The area it belongs to.
    #[must_use]
    pub fn area(&self) -> Area {
        Area::of_code(self.finding.code)
    }
}

/// A change to what is published.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum RecordChange {
    /// One more record.
    Add(ZoneRecord),
    /// A record in place of all of its type and kind that stand there.
    Replace(ZoneRecord),
    /// The records of this type and name go.
    Remove(Name, RecordType),
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Repair {
    /// The findings it ends, as indices into [`CheckupReport::findings`].
    pub findings: Vec<usize>,
    /// What to do.
    pub action: String,
    /// What the fault does to mail.
    pub reason: &'static str,
    /// What to publish, where that can be said: never a record that keeps an error.
    pub publish: Option<RecordChange>,
}

/// Something that was not checked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Gap {
    /// Where it belongs.
    pub area: Area,
    /// What was not checked, and what it takes.
    pub message: String,
}

/// What is known of an area.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct AreaReport {
    /// The area.
    pub area: Area,
    /// How it stands.
    pub state: AreaState,
    /// What is there, in one line of visible ASCII.
    pub summary: String,
}

/// How an area stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum AreaState {
    /// Nothing is wrong.
    Good,
    /// There are warnings.
    Weak,
    /// There are errors.
    Broken,
    /// The domain does without it.
    Absent,
    /// Nobody could tell, or nobody said what it takes to tell.
    NotChecked,
}
