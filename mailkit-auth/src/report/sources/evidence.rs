//! What counts show about a source, and to a rollout.

use std::collections::BTreeMap;

use super::name::bounded;
use super::weight::{ByReporter, Weights};
use super::{Days, MessageCounts, Reporter, SourceKey, SourceName, Sources, total};
use crate::Domain;
use crate::rollout::{Evidence, ReporterId, SourceClass, SourceDay, SourceId};

impl Sources {
    /// Who is behind a source: what a rule says; else what the mail itself shows.
    ///
    /// A source that SPF names for the domain sends for it. So does one whose mail is signed by the
    /// domain for the most part, or a provider's at all. One whose failures are mostly excused as
    /// forwarding, by most of the reporters that saw some, forwards. Of all else nobody has said yet.
    #[must_use]
    pub fn class(&self, source: &SourceKey) -> SourceClass {
        // What found no room is nobody's to vouch for.
        if source.name == SourceName::Other {
            return SourceClass::Unknown;
        }
        if let Some(class) = self.rules.class_of(&source.name) {
            return class;
        }
        let days = self.sources.get(source);
        let counts = days.map(total).unwrap_or_default();
        let is_provider = matches!(source.name, SourceName::Provider(_));
        if counts.spf_aligned > 0 || half(counts.dkim_aligned, counts.messages) {
            SourceClass::Legitimate
        } else if half(counts.excused(), counts.failed()) && days.is_some_and(is_mostly_excused) {
            SourceClass::Forwarder
        } else if is_provider && counts.dkim_aligned > 0 {
            SourceClass::Legitimate
        } else {
            SourceClass::Unknown
        }
    }

    /// The evidence about a domain and those below it, for [`advise`](crate::rollout::advise).
    ///
    /// All reports that nobody verified are of one reporter ([`ReporterId::unverified`]).
    ///
    /// Of a source that ever failed, the messages that the larger half of the reporters counts on a
    /// day weigh together at most fifty times as much as those that the smaller half counts; on days on
    /// which only one saw it, a usual day of the smaller half is the measure. What is above is scaled
    /// down, passes and failures alike, so that honest rates stay what they are. So reporters that make
    /// up numbers hide no more than that one message in four fails, as long as they are not more than
    /// the honest ones that see the source, and one; and none is proved to be honest. What only one
    /// reporter sees is taken at its word, and so is what is said to fail.
    ///
    /// What found no room ([`SourceName::Other`]) comes back from
    /// [`uncounted`](Evidence::uncounted), also if its domain is lost: it may be of this one.
    #[must_use]
    pub fn evidence(&self, domain: &Domain) -> Evidence {
        let mut evidence = Evidence::default();
        for (key, days) in &self.sources {
            if key.name == SourceName::Other {
                if key.header_from.as_ref().is_none_or(|from| from.is_subdomain_of(domain)) {
                    evidence.add_uncounted(total(days).messages);
                }
                continue;
            }
            let Some(from) = key.header_from.as_ref().filter(|from| from.is_subdomain_of(domain))
            else {
                continue;
            };
            let class = self.class(key);
            let Ok(source) = bounded(&format!("{} for {from}", key.name)).parse::<SourceId>()
            else {
                continue;
            };
            let days = by_reporter(days);
            let mut weights = Weights::of(&days);
            for ((day, by), counts) in &days {
                let row = SourceDay::new(*day, source.clone(), class, by.clone());
                let row = weights.weigh(*day, by, counts.fill(row));
                // What finds no room there is counted there, too.
                let _ = evidence.add(row);
            }
        }
        evidence
    }
}

/// The counts of a source with all reporters as one that nobody verified.
fn by_reporter(days: &Days) -> ByReporter {
    let mut known: BTreeMap<&Reporter, Option<ReporterId>> = BTreeMap::new();
    let mut by_reporter = ByReporter::new();
    for ((day, reporter), counts) in days {
        let by = known.entry(reporter).or_insert_with(|| reporter_id(reporter));
        let Some(by) = by else { continue };
        let slot = by_reporter.entry((*day, by.clone())).or_default();
        *slot = slot.plus(counts);
    }
    by_reporter
}

fn reporter_id(reporter: &Reporter) -> Option<ReporterId> {
    match reporter.is_verified() {
        true => reporter.name().parse().ok(),
        false => Some(ReporterId::unverified()),
    }
}

/// Whether most reporters that saw mail of a source fail excuse most of it: one of several makes no
/// source a forwarder.
fn is_mostly_excused(days: &Days) -> bool {
    let mut reporters: BTreeMap<ReporterId, MessageCounts> = BTreeMap::new();
    for ((_, by), counts) in by_reporter(days) {
        let sum = reporters.entry(by).or_default();
        *sum = sum.plus(&counts);
    }
    let saw = reporters.values().filter(|counts| counts.failed() > 0);
    let (all, excused) = saw.fold((0, 0), |(all, excused): (usize, usize), counts| {
        (all + 1, excused + usize::from(half(counts.excused(), counts.failed())))
    });
    excused > all - excused
}

fn half(part: u64, whole: u64) -> bool {
    part > 0 && part.saturating_mul(2) >= whole
}
