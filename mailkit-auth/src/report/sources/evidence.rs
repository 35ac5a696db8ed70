//! What counts show about a source, and to a rollout.

use super::name::bounded;
use super::{SourceKey, SourceName, Sources, total};
use crate::Domain;
use crate::rollout::{Evidence, ReporterId, SourceClass, SourceDay, SourceId};

impl Sources {
    /// Who is behind a source: what a rule says; else what the mail itself shows.
    ///
    /// A source that SPF names for the domain sends for it. So does one whose mail is signed by the
    /// domain for the most part, or a provider's at all. One whose failures are mostly excused as
    /// forwarding forwards. Of all else nobody has said yet.
    #[must_use]
    pub fn class(&self, source: &SourceKey) -> SourceClass {
        if let Some(class) = self.rules.class_of(&source.name) {
            return class;
        }
        let counts = self.sources.get(source).map(total).unwrap_or_default();
        let half = |part: u64, whole: u64| part > 0 && part.saturating_mul(2) >= whole;
        let is_provider = matches!(source.name, SourceName::Provider(_));
        if source.name == SourceName::Other {
            SourceClass::Unknown
        } else if counts.spf_aligned > 0 || half(counts.dkim_aligned, counts.messages) {
            SourceClass::Legitimate
        } else if half(counts.excused(), counts.failed()) {
            SourceClass::Forwarder
        } else if is_provider && counts.dkim_aligned > 0 {
            SourceClass::Legitimate
        } else {
            SourceClass::Unknown
        }
    }

    /// The evidence about a domain and those below it, for [`advise`](crate::rollout::advise).
    #[must_use]
    pub fn evidence(&self, domain: &Domain) -> Evidence {
        let mut evidence = Evidence::default();
        for (key, days) in &self.sources {
            let Some(from) = key.header_from.as_ref().filter(|from| from.is_subdomain_of(domain))
            else {
                continue;
            };
            let class = self.class(key);
            let Ok(source) = bounded(&format!("{} for {from}", key.name)).parse::<SourceId>()
            else {
                continue;
            };
            for ((day, reporter), counts) in days {
                let Ok(reporter) = reporter.parse::<ReporterId>() else { continue };
                let row = SourceDay::new(*day, source.clone(), class, reporter);
                // What finds no room there is counted there, too.
                let _ = evidence.add(counts.fill(row));
            }
        }
        evidence
    }
}
