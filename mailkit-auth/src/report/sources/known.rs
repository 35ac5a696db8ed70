//! Which reporters count: receivers that the owner of a domain knows.

use std::sync::LazyLock;

use super::{Reporter, ReporterProof, SourceRules};
use crate::Domain;
use crate::rollout::ReporterId;
use crate::word_table::{Words, words};

/// Domains that receivers send their reports from.
static RECEIVERS: LazyLock<Words> =
    LazyLock::new(|| words(include_str!("../../../data/receivers.txt")));

impl SourceRules {
    /// Counts the reports of a receiver, whose mails prove this domain or one below it.
    ///
    /// A few large receivers are known without it (`data/receivers.txt`). Whoever is named here is
    /// believed: what passes and what fails is what they say. A domain in which strangers get mailboxes
    /// names nobody.
    ///
    /// ```
    /// use mailkit_auth::report::dmarc::{AggregateLimits, AggregateReport};
    /// use mailkit_auth::report::sources::{ReportSender, SourceLimits, SourceRules, Sources};
    ///
    /// let rules = SourceRules::default().with_reporter("reports.receiver.test".parse()?);
    /// let mut sources = Sources::new(rules, SourceLimits::default());
    /// let xml = "<feedback><report_metadata><org_name>Receiver</org_name><report_id>1</report_id>
    ///   <date_range><begin>1772323200</begin><end>1772409599</end></date_range></report_metadata></feedback>";
    /// let header = AggregateReport::read(xml.as_bytes(), AggregateLimits::default())?.header;
    /// let mut counts = |domain: &str| -> Result<bool, Box<dyn std::error::Error>> {
    ///     Ok(sources.begin(&header, &ReportSender::Verified(domain.parse()?))?.is_known())
    /// };
    /// assert!(counts("eu.reports.receiver.test")? && counts("google.com")?);
    /// assert!(!counts("receiver.test")?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_reporter(mut self, domain: Domain) -> Self {
        self.reporters.push(domain);
        self
    }

    /// The receiver whose report this is; `None` if nobody knows it, so that it does not count.
    pub(super) fn receiver(&self, reporter: &Reporter) -> Option<ReporterId> {
        match reporter.proof() {
            ReporterProof::Trusted => reporter.name().parse().ok(),
            ReporterProof::Verified => self.receiver_of(&reporter.name().parse().ok()?),
            ReporterProof::Unverified => None,
        }
    }

    /// The receiver that sends from a domain. One that is named as a whole is one reporter, whatever
    /// host its reports come from.
    fn receiver_of(&self, domain: &Domain) -> Option<ReporterId> {
        let named = self.reporters.iter().filter(|named| domain.is_subdomain_of(named));
        let widest = named.map(Domain::as_str).min_by_key(|named| named.len());
        let known = widest.or_else(|| RECEIVERS.get(domain.as_str()).copied());
        known.and_then(|known| known.parse().ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(proof: ReporterProof, name: &str, expected: Option<&str>) {
        let rules = ["reports.test", "a.reports.test"].into_iter();
        let rules = rules.map(|it| it.parse().unwrap());
        let rules = rules.fold(SourceRules::default(), SourceRules::with_reporter);
        let found = rules.receiver(&Reporter::new(name, proof));
        assert_eq!(found.as_ref().map(ReporterId::as_str), expected, "{name}");
    }

    #[test]
    fn receivers() {
        use ReporterProof::{Trusted, Unverified, Verified};
        check(Verified, "google.com", Some("google.com"));
        check(Verified, "dmarc.yahoo.com", Some("dmarc.yahoo.com"));
        check(Verified, "reports.test", Some("reports.test"));
        check(Verified, "b.a.reports.test", Some("reports.test"));
        check(Trusted, "evil.test", Some("evil.test"));
        for name in ["gmail.com", "yahoo.com", "sites.google.com", "notgoogle.com", "evil.test"] {
            check(Verified, name, None);
        }
        for name in ["google.com", "reports.test"] {
            check(Unverified, name, None);
        }
    }
}
