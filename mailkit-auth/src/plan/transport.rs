//! What is decided about the encryption of mail that the domain receives.

use std::time::Duration;

use super::DomainPlan;
use crate::record::TlsRptRecord;
use crate::record::mta_sts::PolicyId;
use crate::record::mta_sts_policy::Mode;

/// What is decided about MTA-STS.
#[derive(Clone, Debug)]
pub(super) struct MtaSts {
    pub(super) mode: Mode,
    pub(super) max_age: Duration,
    /// `None` for one that follows from the policy.
    pub(super) id: Option<PolicyId>,
}

impl DomainPlan {
    /// With a policy of MTA-STS for the hosts that receive the mail (RFC 8461): what senders do about
    /// one without a valid certificate, how long they remember it, and its number, which has to change
    /// with every change of the policy; a date and an hour make a good one.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use mailkit_auth::plan::DomainPlan;
    /// use mailkit_auth::record::mta_sts_policy::Mode;
    ///
    /// let week = Duration::from_secs(604_800);
    /// let plan = DomainPlan::new("acme.example".parse()?, "v=DMARC1; p=none".parse()?)
    ///     .with_mail_host(10, "mx.acme.example".parse()?)
    ///     .with_mta_sts(Mode::Testing, week, "2026112219".parse()?)
    ///     .plan()?;
    /// let file = plan.policy_file.ok_or("no file")?.to_string();
    /// assert_eq!(file, "version: STSv1\nmode: testing\nmx: mx.acme.example\nmax_age: 604800\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_mta_sts(mut self, mode: Mode, max_age: Duration, id: PolicyId) -> Self {
        self.mta_sts = Some(MtaSts { mode, max_age, id: Some(id) });
        self
    }

    /// The same with a number that follows from the policy: as long as that stays the same, so does the
    /// number, and senders fetch nothing.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use mailkit_auth::plan::DomainPlan;
    /// use mailkit_auth::record::mta_sts_policy::Mode;
    ///
    /// let week = Duration::from_secs(604_800);
    /// let plan = |mode| -> Result<String, Box<dyn std::error::Error>> {
    ///     let plan = DomainPlan::new("acme.example".parse()?, "v=DMARC1; p=none".parse()?)
    ///         .with_mail_host(10, "mx.acme.example".parse()?)
    ///         .with_mta_sts_by_content(mode, week);
    ///     Ok(plan.plan()?.zone.to_string())
    /// };
    /// assert_eq!(plan(Mode::Testing)?, plan(Mode::Testing)?);
    /// assert_ne!(plan(Mode::Testing)?, plan(Mode::Enforce)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_mta_sts_by_content(mut self, mode: Mode, max_age: Duration) -> Self {
        self.mta_sts = Some(MtaSts { mode, max_age, id: None });
        self
    }

    /// With reports about the encryption of mail that the domain receives (RFC 8460).
    #[must_use]
    pub fn with_tls_reports(mut self, record: TlsRptRecord) -> Self {
        self.tls_reports = Some(record);
        self
    }
}
