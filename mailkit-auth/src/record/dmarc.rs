//! The DMARC policy record at `_dmarc.<domain>` (RFC 9989 section 4.7).

mod edit;
mod report_uri;
mod values;
mod wire;

pub use report_uri::{ReportUri, ReportUriError};
pub use values::{AlignmentMode, FailureOption, Policy, Psd};

/// What a domain asks receivers to do with mail that claims its name without proof.
///
/// ```
/// use mailkit_auth::{DmarcRecord, Policy};
///
/// let record = DmarcRecord::new(Policy::Reject).with_subdomain_policy(Policy::None);
/// assert_eq!(record.to_string(), "v=DMARC1; p=reject; sp=none");
/// assert_eq!(record.to_string().parse(), Ok(record));
/// # Ok::<(), mailkit_auth::RecordError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DmarcRecord {
    policy: Option<Policy>,
    subdomain_policy: Option<Policy>,
    nonexistent_policy: Option<Policy>,
    psd: Option<Psd>,
    dkim_alignment: Option<AlignmentMode>,
    spf_alignment: Option<AlignmentMode>,
    testing: Option<bool>,
    failure_options: Vec<FailureOption>,
    aggregate_reports: Vec<ReportUri>,
    failure_reports: Vec<ReportUri>,
    others: Vec<(String, String)>,
}

impl DmarcRecord {
    /// A record that asks for `policy` and leaves every other tag to its default.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self { policy: Some(policy), ..Self::empty() }
    }

    /// What a version alone says, which is no record yet.
    fn empty() -> Self {
        Self {
            policy: None,
            subdomain_policy: None,
            nonexistent_policy: None,
            psd: None,
            dkim_alignment: None,
            spf_alignment: None,
            testing: None,
            failure_options: Vec::new(),
            aggregate_reports: Vec::new(),
            failure_reports: Vec::new(),
            others: Vec::new(),
        }
    }

    /// The policy for the domain itself (`p`), `none` if only reports are asked for.
    #[must_use]
    pub fn policy(&self) -> Policy {
        self.policy.unwrap_or(Policy::None)
    }

    /// The policy for existing subdomains (`sp`), by default that of the domain.
    #[must_use]
    pub fn subdomain_policy(&self) -> Policy {
        self.subdomain_policy.unwrap_or_else(|| self.policy())
    }

    /// The policy for subdomains that do not exist (`np`), by default that of subdomains.
    #[must_use]
    pub fn nonexistent_policy(&self) -> Policy {
        self.nonexistent_policy.unwrap_or_else(|| self.subdomain_policy())
    }

    /// Whether the domain is a public suffix (`psd`), by default not known.
    #[must_use]
    pub fn psd(&self) -> Psd {
        self.psd.unwrap_or(Psd::Unknown)
    }

    /// How near the signing domain must be (`adkim`), by default relaxed.
    #[must_use]
    pub fn dkim_alignment(&self) -> AlignmentMode {
        self.dkim_alignment.unwrap_or(AlignmentMode::Relaxed)
    }

    /// How near the bounce domain must be (`aspf`), by default relaxed.
    #[must_use]
    pub fn spf_alignment(&self) -> AlignmentMode {
        self.spf_alignment.unwrap_or(AlignmentMode::Relaxed)
    }

    /// Whether receivers are asked to apply the next weaker policy while testing (`t=y`).
    #[must_use]
    pub fn is_testing(&self) -> bool {
        self.testing.unwrap_or(false)
    }

    /// When failure reports are wanted (`fo`), by default where [all](FailureOption::All) fails.
    #[must_use]
    pub fn failure_options(&self) -> &[FailureOption] {
        match self.failure_options.as_slice() {
            [] => &[FailureOption::All],
            options => options,
        }
    }

    /// Where aggregate reports go (`rua`).
    #[must_use]
    pub fn aggregate_reports(&self) -> &[ReportUri] {
        &self.aggregate_reports
    }

    /// Where failure reports go (`ruf`).
    #[must_use]
    pub fn failure_reports(&self) -> &[ReportUri] {
        &self.failure_reports
    }

    /// Names and values of the tags that RFC 9989 does not define, in their order: the historic `pct`,
    /// `rf` and `ri` of RFC 7489 among them, which receivers ignore like the others.
    ///
    /// ```
    /// use mailkit_auth::DmarcRecord;
    ///
    /// let record: DmarcRecord = "v=DMARC1; p=reject; pct=50; ri=86400".parse()?;
    /// assert_eq!(record.other_tags().collect::<Vec<_>>(), [("pct", "50"), ("ri", "86400")]);
    /// # Ok::<(), mailkit_auth::RecordError>(())
    /// ```
    pub fn other_tags(&self) -> impl Iterator<Item = (&str, &str)> {
        self.others.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// With this policy for existing subdomains (`sp`).
    #[must_use]
    pub fn with_subdomain_policy(mut self, policy: Policy) -> Self {
        self.subdomain_policy = Some(policy);
        self
    }

    /// With this policy for subdomains that do not exist (`np`).
    #[must_use]
    pub fn with_nonexistent_policy(mut self, policy: Policy) -> Self {
        self.nonexistent_policy = Some(policy);
        self
    }

    /// With this alignment mode for DKIM (`adkim`).
    #[must_use]
    pub fn with_dkim_alignment(mut self, mode: AlignmentMode) -> Self {
        self.dkim_alignment = Some(mode);
        self
    }

    /// With this alignment mode for SPF (`aspf`).
    #[must_use]
    pub fn with_spf_alignment(mut self, mode: AlignmentMode) -> Self {
        self.spf_alignment = Some(mode);
        self
    }

    /// With what is known about the domain being a public suffix (`psd`).
    #[must_use]
    pub fn with_psd(mut self, psd: Psd) -> Self {
        self.psd = Some(psd);
        self
    }

    /// With one more case in which failure reports are wanted (`fo`).
    #[must_use]
    pub fn with_failure_option(mut self, option: FailureOption) -> Self {
        self.failure_options.push(option);
        self
    }

    /// With this policy and test mode; `capped`, no policy for subdomains stays stronger.
    ///
    /// The tag `pct` of RFC 7489 goes, as receivers that know it would follow it.
    pub(crate) fn with_stage(mut self, policy: Policy, testing: bool, capped: bool) -> Self {
        self.policy = Some(policy);
        self.testing = testing.then_some(true);
        self.others.retain(|(name, _)| !name.eq_ignore_ascii_case("pct"));
        if capped {
            self.subdomain_policy = self.subdomain_policy.map(|own| own.min(policy));
            self.nonexistent_policy = self.nonexistent_policy.map(|own| own.min(policy));
        }
        self
    }

    /// With the wish that receivers apply the next weaker policy (`t=y`).
    #[must_use]
    pub fn with_testing(mut self) -> Self {
        self.testing = Some(true);
        self
    }

    /// With one more address for aggregate reports (`rua`).
    #[must_use]
    pub fn with_aggregate_reports(mut self, to: ReportUri) -> Self {
        self.aggregate_reports.push(to);
        self
    }

    /// With one more address for failure reports (`ruf`).
    #[must_use]
    pub fn with_failure_reports(mut self, to: ReportUri) -> Self {
        self.failure_reports.push(to);
        self
    }
}

#[cfg(test)]
mod tests;
