//! Which mail hosts may be used, and what each must do about TLS.

use std::collections::BTreeMap;

use super::{
    DanePolicy, MtaStsMode, MtaStsPolicy, TlsFailure, TlsPolicyType, TlsRequirement, TlsResultType,
};
use crate::{Domain, EnhancedCode, Host, MxHost, Rule, SmtpReply};

/// The TLS policies of one destination.
///
/// DANE comes before MTA-STS: a host with usable TLSA records needs no MTA-STS, and one whose DANE
/// fails is not saved by it (RFC 8461 section 2).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TlsPolicies {
    mta_sts: Option<MtaStsPolicy>,
    dane: BTreeMap<Domain, DanePolicy>,
}

impl TlsPolicies {
    /// With the MTA-STS policy of the domain, as in
    /// [`MtaStsVerdict::policy`](super::MtaStsVerdict::policy).
    #[must_use]
    pub fn with_mta_sts(mut self, policy: MtaStsPolicy) -> Self {
        self.mta_sts = Some(policy);
        self
    }

    /// With what a [`DaneLookup`](super::DaneLookup) found out of a host. A host without has no TLSA
    /// records.
    #[must_use]
    pub fn with_dane(mut self, host: Domain, policy: DanePolicy) -> Self {
        self.dane.insert(host, policy);
        self
    }

    /// What applies to one host. An address literal has no name, and so no policy.
    ///
    /// ```
    /// use mailkit_route::tls_policy::{HostTls, TlsPolicies, TlsRequirement};
    /// let host = "mx1.buyer.example".parse()?;
    /// assert_eq!(TlsPolicies::default().for_host(&host), HostTls::Keep(TlsRequirement::Opportunistic));
    /// # Ok::<(), mailkit_route::ParseError>(())
    /// ```
    #[must_use]
    pub fn for_host(&self, host: &Host) -> HostTls {
        let Some(name) = host.as_domain() else {
            return HostTls::Keep(TlsRequirement::Opportunistic);
        };
        match self.dane.get(name) {
            Some(DanePolicy::Failed(_)) => HostTls::Skip(Rule::DaneLookupFailed),
            Some(DanePolicy::Required(tls)) => HostTls::Keep(TlsRequirement::Dane(tls.clone())),
            Some(DanePolicy::Unusable) => match self.mta_sts_for(name) {
                HostTls::Keep(TlsRequirement::Verified { names }) => {
                    HostTls::Keep(TlsRequirement::Verified { names })
                }
                HostTls::Keep(_) => HostTls::Keep(TlsRequirement::Encrypted),
                skipped => skipped,
            },
            Some(DanePolicy::NotOffered) | None => self.mta_sts_for(name),
        }
    }

    fn mta_sts_for(&self, name: &Domain) -> HostTls {
        let names = || vec![name.clone()];
        match &self.mta_sts {
            Some(policy) if policy.mode() == MtaStsMode::Enforce && !policy.allows(name) => {
                HostTls::Skip(Rule::MtaStsMismatch)
            }
            Some(policy) if policy.mode() == MtaStsMode::Enforce => {
                HostTls::Keep(TlsRequirement::Verified { names: names() })
            }
            Some(policy) if policy.mode() == MtaStsMode::Testing => {
                HostTls::Keep(TlsRequirement::Reported { names: names() })
            }
            _ => HostTls::Keep(TlsRequirement::Opportunistic),
        }
    }

    /// What applies to each host, in their order, and what a TLS report counts before any connection.
    #[must_use]
    pub fn select(&self, hosts: &[MxHost]) -> TlsSelection {
        let mut selection = TlsSelection::default();
        for mx in hosts {
            match self.for_host(&mx.host) {
                HostTls::Keep(requirement) => selection.kept.push((mx.clone(), requirement)),
                HostTls::Skip(rule) => selection.removed.push((mx.clone(), rule)),
            }
            selection.failures.extend(self.failures(&mx.host));
        }
        selection
    }

    fn failures(&self, host: &Host) -> impl Iterator<Item = TlsFailure> {
        let name = host.as_domain();
        let dane = name.and_then(|name| self.dane.get(name));
        let decided = matches!(dane, Some(DanePolicy::Required(_) | DanePolicy::Failed(_)));
        let unnamed = |policy: &&MtaStsPolicy| {
            policy.mode() != MtaStsMode::None && name.is_some_and(|name| !policy.allows(name))
        };
        let mismatch = self.mta_sts.as_ref().filter(unnamed).filter(|_| !decided).map(|_| {
            let result_type = TlsResultType::ValidationFailure;
            TlsFailure::new(result_type, TlsPolicyType::Sts, Some(host.clone()))
        });
        let dane = name.zip(dane).and_then(|(name, dane)| dane.failure(name));
        dane.into_iter().chain(mismatch)
    }
}

/// What applies to one host.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum HostTls {
    /// It may be used, if the connection does this.
    Keep(TlsRequirement),
    /// It must not be used now; others may.
    Skip(Rule),
}

/// The hosts that may be used, the others, and what to report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TlsSelection {
    /// The hosts that may be used, with what each must do.
    pub kept: Vec<(MxHost, TlsRequirement)>,
    /// The hosts that must not be used now, each with the rule.
    pub removed: Vec<(MxHost, Rule)>,
    /// What a TLS report counts.
    pub failures: Vec<TlsFailure>,
}

impl TlsSelection {
    /// Why the mail must wait: policies left no host. It is never a reason to bounce it now, for the
    /// policy or the answer may be an attacker's (RFC 8461 section 5.1, RFC 7672 section 2.1.2).
    ///
    /// ```
    /// use mailkit_route::tls_policy::TlsPolicies;
    /// let policy = "version: STSv1\nmode: enforce\nmx: *.buyer.example\nmax_age: 604800\n";
    /// let mx = mailkit_route::MxSet::new("buyer.example".parse()?, [(10, "mx.other.example".into())]);
    /// let tls = TlsPolicies::default().with_mta_sts(policy.parse()?).select(mx.hosts());
    /// assert_eq!(tls.deferral().map(|reply| reply.code()), Some(451));
    /// # Ok::<(), mailkit_route::ParseError>(())
    /// ```
    #[must_use]
    pub fn deferral(&self) -> Option<SmtpReply> {
        let (_, rule) = self.removed.first().filter(|_| self.kept.is_empty())?;
        let (code, text) = match rule {
            Rule::DaneLookupFailed => {
                (EnhancedCode::new(4, 4, 3), "TLSA records were not found out")
            }
            _ => (EnhancedCode::new(4, 7, 5), "no mail host is in the MTA-STS policy"),
        };
        Some(SmtpReply::ours(451, Some(code), text))
    }
}

#[cfg(test)]
mod tests;
