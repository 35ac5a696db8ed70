//! Which reports are about a domain, and what to say where none is.

use std::collections::BTreeSet;

use mailkit_auth::Domain;
use mailkit_auth::report::failure::FailureReport;
use mailkit_auth::report::tls::TlsReport;

use super::collect::Collected;
use crate::commands::error::CommandError;
use crate::commands::output;

/// Whether a failure report is about a domain or one below it; one that names no domain may be.
pub(super) fn failure(report: &FailureReport, domain: &Domain) -> bool {
    let mut named = report.reported_domains.iter().chain(&report.dkim_domain).peekable();
    named.peek().is_none() || named.any(|named| named.is_subdomain_of(domain))
}

/// What a TLS report says about a domain and those below it.
pub(super) fn tls(mut report: TlsReport, domain: &Domain) -> Option<TlsReport> {
    let is_about = |named: &Domain| named.is_subdomain_of(domain);
    report.policies.retain(|policy| policy.policy_domain.as_ref().is_some_and(is_about));
    (!report.policies.is_empty()).then_some(report)
}

impl Collected {
    /// Fails where no aggregate report is about mail in the name of a domain: most often it is
    /// mistyped.
    pub(crate) fn require(&self, domain: &Domain) -> Result<(), CommandError> {
        self.nothing_about(domain).map_or(Ok(()), |what| Err(CommandError::new(what)))
    }

    /// Says so where none is.
    pub(super) fn tell_missing(&self, domain: &Domain) {
        if let Some(what) = self.nothing_about(domain) {
            output::note(&what);
        }
    }

    fn nothing_about(&self, domain: &Domain) -> Option<String> {
        let named: BTreeSet<&Domain> =
            self.sources.totals().filter_map(|(key, _)| key.header_from.as_ref()).collect();
        if named.iter().any(|named| named.is_subdomain_of(domain)) {
            return None;
        }
        let first: Vec<&str> = named.iter().take(MAX_NAMED).map(|it| it.as_str()).collect();
        let others = match first.as_slice() {
            [] => String::new(),
            first => format!("; they are about {}", first.join(", ")),
        };
        Some(format!("no aggregate report is about mail in the name of {domain}{others}"))
    }
}

/// Domains that are told in the place of the one that is missing.
const MAX_NAMED: usize = 5;
