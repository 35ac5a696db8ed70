//! What counts show about a source, and to a rollout.

use super::name::bounded;
use super::weight::Others;
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
        // What found no room is nobody's to vouch for.
        if source.name == SourceName::Other {
            return SourceClass::Unknown;
        }
        if let Some(class) = self.rules.class_of(&source.name) {
            return class;
        }
        let counts = self.sources.get(source).map(total).unwrap_or_default();
        let half = |part: u64, whole: u64| part > 0 && part.saturating_mul(2) >= whole;
        let is_provider = matches!(source.name, SourceName::Provider(_));
        if counts.spf_aligned > 0 || half(counts.dkim_aligned, counts.messages) {
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
    ///
    /// Of a source that ever failed, the messages that one reporter counts on a day weigh at most
    /// fifty times as much as those that the others count, without the largest of these if there are
    /// two or more; on days on which no other saw it, as much as on a usual day of theirs. What is
    /// above is scaled down, passes and failures alike, so that honest rates stay what they are: it
    /// bounds what one forged report can hide, and proves no report to be honest. What only one
    /// reporter sees is taken at its word.
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
            let mut others = Others::of(days);
            for ((day, by), counts) in days {
                let Ok(reporter) = by.parse::<ReporterId>() else { continue };
                let row = SourceDay::new(*day, source.clone(), class, reporter);
                let row = others.weigh(*day, by, counts.fill(row));
                // What finds no room there is counted there, too.
                let _ = evidence.add(row);
            }
        }
        evidence
    }
}
