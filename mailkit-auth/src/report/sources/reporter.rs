//! Who reports, and which report is which.

use std::fmt;
use std::sync::Arc;

use super::name::{bounded, hash};
use super::{ReportSender, SourcesError};
use crate::Domain;
use crate::report::dmarc::AggregateHeader;
use crate::rollout::Day;

/// Who counted messages.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reporter {
    name: Arc<str>,
    is_verified: bool,
}

impl Reporter {
    pub(super) fn new(name: &str, is_verified: bool) -> Self {
        Self { name: bounded(name).as_str().into(), is_verified }
    }

    /// The reporter of what found no room.
    pub(super) fn nobody() -> Self {
        Self::new("other", false)
    }

    /// A reporter has one name whatever address its reports come from.
    fn of(header: &AggregateHeader, sender: &ReportSender) -> Self {
        match sender {
            ReportSender::Verified(domain) => Self::new(registered(domain), true),
            ReportSender::Trusted => Self::new(&claimed(header), true),
            ReportSender::Unverified => Self::new(&claimed(header), false),
        }
    }

    /// The domain that was verified; else the name that the report gives its author, in lower case.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the name is more than what the report says of itself.
    #[must_use]
    pub fn is_verified(&self) -> bool {
        self.is_verified
    }
}

impl fmt::Display for Reporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if self.is_verified { Ok(()) } else { f.write_str(" (unverified)") }
    }
}

/// A hash of what names a report, its day, and who reports.
pub(super) fn identity(
    header: &AggregateHeader,
    sender: &ReportSender,
) -> Result<(u128, (Day, Reporter)), SourcesError> {
    let range = header.metadata.date_range.ok_or(SourcesError::NoDate)?;
    let reporter = Reporter::of(header, sender);
    let claimed = claimed(header);
    let domain = header.policy.domain.as_ref().map_or("", Domain::as_str);
    let id = header.metadata.report_id.as_deref().unwrap_or_default();
    let day = Day::of(range.begin);
    // What nobody verified takes the name of no report that somebody did.
    let name = format!("{reporter}\n{claimed}\n{domain}\n{day}\n{id}");
    Ok((hash(&name), (day, reporter)))
}

/// The organization that reports, as it says; the domain of its address if it does not say its name.
fn claimed(header: &AggregateHeader) -> String {
    let metadata = &header.metadata;
    let email = metadata.email.as_deref().and_then(|email| email.rsplit_once('@'));
    let name = metadata.org_name.as_deref().or_else(|| email.map(|(_, domain)| domain));
    let name = bounded(&name.unwrap_or_default().to_lowercase());
    if name.is_empty() { "unknown".to_owned() } else { name }
}

/// The last two labels: whoever owns a domain makes as many names below it as they like, so that
/// these are one. Where a registry sells names one level deeper, its customers are one, too: there are
/// then fewer independent reporters than could be told apart, and never more.
fn registered(domain: &Domain) -> &str {
    let text = domain.as_str();
    text.rmatch_indices('.').nth(1).and_then(|(dot, _)| text.get(dot + 1..)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_below_one_are_one() {
        let check = |domain: &str, expected: &str| {
            assert_eq!(registered(&domain.parse().unwrap()), expected, "{domain}");
        };
        check("google.com", "google.com");
        check("a.b.evil.test", "evil.test");
        check("mail.acme.co.uk", "co.uk");
        check("test", "test");
    }
}
