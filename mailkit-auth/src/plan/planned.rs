//! The records of a plan, and those of a domain without mail.

use std::fmt;

use super::{DEFAULT_TTL, PlanNote, note};
use crate::lookup::{Name, RecordData};
use crate::record::MtaStsPolicy;
use crate::record::spf::{Mechanism, Qualifier};
use crate::zone::{Zone, ZoneRecord};
use crate::{DmarcRecord, Domain, Policy, SpfRecord};

/// The records of a domain, and what has to be done elsewhere.
///
/// It prints as a zone file, with the notes as comments.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Plan {
    /// The domain.
    pub domain: Domain,
    /// The records.
    pub zone: Zone,
    /// The policy file of MTA-STS, to be served at the address that a note names.
    #[cfg_attr(feature = "serde", serde(serialize_with = "as_text"))]
    pub policy_file: Option<MtaStsPolicy>,
    /// The lookups that a check of the SPF record costs at least; more where a note says that the
    /// cost of an include is not known.
    pub spf_lookups: u8,
    /// What to do or to know beyond the records.
    pub notes: Vec<PlanNote>,
}

impl Plan {
    /// A domain that neither sends nor receives mail: nobody can use its name.
    ///
    /// It has a null MX (RFC 7505), an SPF record that allows no host, an empty key for every
    /// selector, and a DMARC policy that refuses all mail. Reports show who tries: they go where `dmarc`
    /// says, whose other tags stay too, but for the policies.
    ///
    /// ```
    /// use mailkit_auth::plan::Plan;
    ///
    /// let published = "v=DMARC1; p=none; rua=mailto:a@acme.example,mailto:b@acme.example".parse()?;
    /// let zone = Plan::parked("acme.example".parse()?, &published).zone.to_string();
    /// assert!(zone.contains("acme.example. 3600 IN TXT \"v=spf1 -all\"\n"));
    /// assert!(zone.contains("p=reject; rua=mailto:a@acme.example,mailto:b@acme.example"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn parked(domain: Domain, dmarc: &DmarcRecord) -> Self {
        let record = |name: Name, data| ZoneRecord::new(name, DEFAULT_TTL, data);
        let text = |text: String| RecordData::Txt(text.into_bytes());
        let spf = SpfRecord::new().with_mechanism(Qualifier::Fail, Mechanism::All);
        let dmarc = refusing(dmarc.clone());
        let null_mx = RecordData::Mx { preference: 0, exchange: Name::root() };
        let mut zone = Zone::new()
            .with_record(record(Name::from(&domain), null_mx))
            .with_record(record(Name::from(&domain), text(spf.to_string())));
        // A name under `_dmarc` or `_domainkey` that is too long for the DNS cannot be used either.
        if let Ok(name) = domain.prefixed("_dmarc") {
            zone = zone.with_record(record(Name::from(name), text(dmarc.to_string())));
        }
        if let Ok(name) = Name::new(&format!("*._domainkey.{domain}")) {
            zone = zone.with_record(record(name, text("v=DKIM1; p=".to_owned())));
        }
        let mut notes: Vec<PlanNote> = note::no_reports(&dmarc).into_iter().collect();
        notes.extend(note::external_reports(&domain, &dmarc, DEFAULT_TTL));
        Self { domain, zone, policy_file: None, spf_lookups: 0, notes }
    }
}

/// The record with a policy that refuses all mail, of names below the domain too.
fn refusing(dmarc: DmarcRecord) -> DmarcRecord {
    let mut dmarc = dmarc.with_stage(Policy::Reject, false, false);
    if dmarc.subdomain_policy() != Policy::Reject {
        dmarc = dmarc.with_subdomain_policy(Policy::Reject);
    }
    if dmarc.nonexistent_policy() != Policy::Reject {
        dmarc = dmarc.with_nonexistent_policy(Policy::Reject);
    }
    dmarc
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.zone.fmt(f)?;
        for line in self.notes.iter().map(ToString::to_string) {
            // A note quotes tables that others wrote: what is not visible stays out of the zone file.
            writeln!(f, "; {}", line.replace(|c: char| c.is_control(), " "))?;
        }
        Ok(())
    }
}

/// A policy file is written as it is served.
#[cfg(feature = "serde")]
fn as_text<S: serde::Serializer>(
    file: &Option<MtaStsPolicy>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serde::Serialize::serialize(&file.as_ref().map(ToString::to_string), serializer)
}
