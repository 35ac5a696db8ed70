//! Changes of a record that was read.

use super::{DmarcRecord, Policy};

impl DmarcRecord {
    /// With another policy for the domain itself (`p`); what subdomains have of their own stays.
    ///
    /// ```
    /// use mailkit_auth::{DmarcRecord, Policy};
    ///
    /// let record: DmarcRecord = "v=DMARC1; p=none; rua=mailto:d@acme.test".parse()?;
    /// let stricter = record.with_policy(Policy::Quarantine);
    /// assert_eq!(stricter.to_string(), "v=DMARC1; p=quarantine; rua=mailto:d@acme.test");
    /// assert_eq!(stricter.subdomain_policy(), Policy::Quarantine);
    /// # Ok::<(), mailkit_auth::RecordError>(())
    /// ```
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = Some(policy);
        self
    }

    /// Without addresses for aggregate reports (`rua`).
    ///
    /// ```
    /// use mailkit_auth::DmarcRecord;
    ///
    /// let record: DmarcRecord = "v=DMARC1; p=reject; rua=mailto:old@acme.test".parse()?;
    /// let moved = record.without_aggregate_reports();
    /// let moved = moved.with_aggregate_reports("mailto:new@acme.test".parse()?);
    /// assert_eq!(moved.to_string(), "v=DMARC1; p=reject; rua=mailto:new@acme.test");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn without_aggregate_reports(mut self) -> Self {
        self.aggregate_reports.clear();
        self
    }

    /// Without addresses for failure reports (`ruf`); the cases in which they are wanted stay.
    ///
    /// ```
    /// use mailkit_auth::DmarcRecord;
    ///
    /// let record: DmarcRecord = "v=DMARC1; p=none; fo=1; ruf=mailto:f@acme.test".parse()?;
    /// assert_eq!(record.without_failure_reports().to_string(), "v=DMARC1; p=none; fo=1");
    /// # Ok::<(), mailkit_auth::RecordError>(())
    /// ```
    #[must_use]
    pub fn without_failure_reports(mut self) -> Self {
        self.failure_reports.clear();
        self
    }

    /// Without the cases in which failure reports are wanted (`fo`).
    ///
    /// ```
    /// use mailkit_auth::DmarcRecord;
    ///
    /// let record: DmarcRecord = "v=DMARC1; p=none; fo=d:s".parse()?;
    /// assert_eq!(record.without_failure_options().to_string(), "v=DMARC1; p=none");
    /// # Ok::<(), mailkit_auth::RecordError>(())
    /// ```
    #[must_use]
    pub fn without_failure_options(mut self) -> Self {
        self.failure_options.clear();
        self
    }
}
