//! What a check-up found.

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
    /// Where the record stands, or should; the domain, of a finding about its mail.
    pub name: Name,
    /// The type of the record; `None` of a finding about mail.
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
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
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
    /// What to publish, where that can be said.
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
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
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

/// A part of a domain's health.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Area {
    /// Who may send (RFC 7208).
    Spf,
    /// Signatures (RFC 6376).
    Dkim,
    /// The policy for mail without proof (RFC 9989).
    Dmarc,
    /// TLS on the way in, by HTTPS (RFC 8461).
    MtaSts,
    /// Reports of TLS failures (RFC 8460).
    TlsRpt,
    /// The logo.
    Bimi,
    /// TLS on the way in, by DNSSEC (RFC 7672).
    Dane,
    /// Mail exchangers (RFC 5321 section 5.1).
    Mx,
    /// Names of sending addresses.
    Ptr,
    /// The zone itself.
    Dns,
    /// Messages and what receivers demand of bulk senders.
    Messages,
}

impl Area {
    /// Every area.
    pub const ALL: &'static [Self] = &[
        Self::Spf,
        Self::Dkim,
        Self::Dmarc,
        Self::MtaSts,
        Self::TlsRpt,
        Self::Bimi,
        Self::Dane,
        Self::Mx,
        Self::Ptr,
        Self::Dns,
        Self::Messages,
    ];

    /// What a fault in this area does to mail.
    #[must_use]
    pub fn consequence(self) -> &'static str {
        match self {
            Self::Spf => "without an SPF pass mail rests on DKIM alone, and bulk mail is refused",
            Self::Dkim => {
                "mail without a valid signature loses its proof when it is forwarded, and bulk mail is refused"
            }
            Self::Dmarc => {
                "without a working policy anybody can write in your name, and bulk mail is refused"
            }
            Self::MtaSts => {
                "senders fall back to mail that can be read on the way, or hold it back"
            }
            Self::TlsRpt => "nobody tells you when senders cannot reach your hosts over TLS",
            Self::Bimi => "mailboxes show no logo",
            Self::Dane => "senders that check DANE hold mail to you back, or get no protection",
            Self::Mx => "mail to the domain is delayed, returned or lost",
            Self::Ptr => "large receivers refuse mail from addresses without a matching name",
            Self::Dns => "a record that receivers do not find or do not trust counts as absent",
            Self::Messages => "large receivers refuse such mail or file it as spam",
        }
    }

    /// The area of a lint.
    pub(super) fn of_code(code: &str) -> Self {
        match code.get(..3) {
            Some("SPF") => Self::Spf,
            Some("DKM") => Self::Dkim,
            Some("DMC") => Self::Dmarc,
            Some("STS") => Self::MtaSts,
            Some("TLS") => Self::TlsRpt,
            Some("BMI") => Self::Bimi,
            Some("DAN") => Self::Dane,
            Some("MXR") => Self::Mx,
            Some("PTR") => Self::Ptr,
            Some("DNS") => Self::Dns,
            _ => Self::Messages,
        }
    }
}

impl std::fmt::Display for Area {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Spf => "SPF",
            Self::Dkim => "DKIM",
            Self::Dmarc => "DMARC",
            Self::MtaSts => "MTA-STS",
            Self::TlsRpt => "TLS-RPT",
            Self::Bimi => "BIMI",
            Self::Dane => "DANE",
            Self::Mx => "MX",
            Self::Ptr => "PTR",
            Self::Dns => "DNS",
            Self::Messages => "messages",
        })
    }
}
