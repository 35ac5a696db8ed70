//! Which reporters count: receivers that the owner of a domain knows.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use thiserror::Error;

use super::{ReportAuthor, ReportAuthorError, Reporter, ReporterProof, SourceRules};
use crate::checkup::is_public_suffix;
use crate::rollout::ReporterId;
use crate::word_table::{FREE_MAIL, Words, words};

/// Addresses and domains that receivers send their reports from.
static RECEIVERS: LazyLock<Words> =
    LazyLock::new(|| words(include_str!("../../../data/receivers.txt")));

/// A receiver whose reports count: an address, or a domain from which nobody but the receiver writes.
///
/// Others get their text into mails of a domain too, where it has mailboxes, or services that
/// send what somebody wrote. Then an address alone says whose report it is.
///
/// ```
/// use mailkit_auth::report::sources::KnownReporter;
///
/// let reporter: KnownReporter = "dmarc@receiver.test".parse()?;
/// assert_eq!(reporter.to_string(), "dmarc@receiver.test");
/// assert!("reports.receiver.test".parse::<KnownReporter>().is_ok());
/// assert!("gmail.com".parse::<KnownReporter>().is_err());
/// assert!("co.uk".parse::<KnownReporter>().is_err());
/// # Ok::<(), mailkit_auth::report::sources::KnownReporterError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KnownReporter(ReportAuthor);

impl KnownReporter {
    /// Whether it wrote as this author: from its address, or from its domain or one below it.
    ///
    /// ```
    /// use mailkit_auth::report::sources::KnownReporter;
    ///
    /// let reporter: KnownReporter = "receiver.test".parse()?;
    /// assert!(reporter.is_author(&"dmarc@mx.receiver.test".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn is_author(&self, author: &ReportAuthor) -> bool {
        match self.0.local_part() {
            Some(_) => self.0 == *author,
            None => author.domain().is_subdomain_of(self.0.domain()),
        }
    }
}

impl TryFrom<ReportAuthor> for KnownReporter {
    type Error = KnownReporterError;

    fn try_from(author: ReportAuthor) -> Result<Self, KnownReporterError> {
        let domain = author.domain();
        match author.local_part() {
            None if is_public_suffix(domain) => Err(KnownReporterError::Suffix),
            None if FREE_MAIL.contains(domain.as_str()) => Err(KnownReporterError::FreeMail),
            _ => Ok(Self(author)),
        }
    }
}

impl FromStr for KnownReporter {
    type Err = KnownReporterError;

    fn from_str(text: &str) -> Result<Self, KnownReporterError> {
        text.parse::<ReportAuthor>().map_err(KnownReporterError::Author)?.try_into()
    }
}

impl fmt::Display for KnownReporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why a text names no [`KnownReporter`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum KnownReporterError {
    /// It is no address and no domain.
    #[error(transparent)]
    Author(ReportAuthorError),
    /// Anybody gets a mailbox in the domain (`data/free-mail.txt`).
    #[error("anybody gets a mailbox in this domain; write the address that sends the reports")]
    FreeMail,
    /// Anybody gets a domain below it (`data/second-level-suffixes.txt`).
    #[error("anybody gets a domain below this one")]
    Suffix,
}

impl SourceRules {
    /// Counts the reports of a receiver.
    ///
    /// A few large receivers are known without it (`data/receivers.txt`). Whoever is named here is
    /// believed: what passes and what fails is what they say.
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
    /// let mut counts = |author: &str| -> Result<bool, Box<dyn std::error::Error>> {
    ///     Ok(sources.begin(&header, &ReportSender::Verified(author.parse()?))?.is_known())
    /// };
    /// assert!(counts("a@eu.reports.receiver.test")? && counts("dmarcreport@microsoft.com")?);
    /// assert!(!counts("dmarc@receiver.test")? && !counts("someone@microsoft.com")?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_reporter(mut self, reporter: KnownReporter) -> Self {
        self.reporters.push(reporter);
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

    /// The receiver that writes as an author. One that is named as a whole is one reporter, whatever
    /// host or address its reports come from.
    fn receiver_of(&self, author: &ReportAuthor) -> Option<ReporterId> {
        let named = self.reporters.iter().filter(|named| named.is_author(author));
        let widest =
            named.min_by_key(|KnownReporter(it)| (it.local_part(), it.domain().as_str().len()));
        let known = widest.map(ToString::to_string).or_else(|| {
            let names = [author.to_string(), author.domain().to_string()];
            names.into_iter().find(|name| RECEIVERS.contains(name.as_str()))
        });
        known.and_then(|known| known.parse().ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(proof: ReporterProof, name: &str, expected: Option<&str>) {
        let rules = ["reports.test", "a.reports.test", "dmarc@office.test", "x@reports.test"];
        let rules = rules.into_iter().map(|it| it.parse().unwrap());
        let rules = rules.fold(SourceRules::default(), SourceRules::with_reporter);
        let found = rules.receiver(&Reporter::new(name, proof));
        assert_eq!(found.as_ref().map(ReporterId::as_str), expected, "{name}");
    }

    #[test]
    fn receivers() {
        use ReporterProof::{Trusted, Unverified, Verified};
        let google = "noreply-dmarc-support@google.com";
        check(Verified, google, Some(google));
        check(Verified, "noreply@dmarc.yahoo.com", Some("dmarc.yahoo.com"));
        check(Verified, "dmarc.yahoo.com", Some("dmarc.yahoo.com"));
        for author in ["reports.test", "x@reports.test", "x@b.a.reports.test"] {
            check(Verified, author, Some("reports.test"));
        }
        check(Verified, "dmarc@office.test", Some("dmarc@office.test"));
        check(Trusted, "evil.test", Some("evil.test"));
        // Strangers get their text into other mails of these domains.
        for name in ["google.com", "noreply-gerritcodereview@google.com", "office.test"] {
            check(Verified, name, None);
        }
        for name in ["a@office.test", "dmarc@a.office.test", "dmarc@evil.test"] {
            check(Verified, name, None);
        }
        for name in ["gmail.com", "yahoo.com", "sites.google.com", "notgoogle.com", "evil.test"] {
            check(Verified, name, None);
        }
        for name in [google, "reports.test"] {
            check(Unverified, name, None);
        }
    }

    #[test]
    fn names_of_everybody_are_no_reporters() {
        use KnownReporterError::{FreeMail, Suffix};
        let read = |text: &str| text.parse::<KnownReporter>().map(|it| it.to_string());
        for text in ["test", "co.uk", "com"] {
            assert_eq!(read(text), Err(Suffix), "{text}");
        }
        for text in ["gmail.com", "Yahoo.com"] {
            assert_eq!(read(text), Err(FreeMail), "{text}");
        }
        for text in ["acme.co.uk", "dmarc@gmail.com", "reports.yahoo.com"] {
            assert_eq!(read(text).as_deref(), Ok(text));
        }
        assert!(matches!(read("a b"), Err(KnownReporterError::Author(_))));
    }
}
