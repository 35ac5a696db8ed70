//! The tags of DMARC: as they are published, but for those that the options name.

use mailkit_auth::record::ReportUri;
use mailkit_auth::record::dmarc::{AlignmentMode, FailureOption};
use mailkit_auth::rollout::Stage;
use mailkit_auth::{DmarcRecord, Policy};

use super::values::{self, StageArgument};

/// What is decided about DMARC.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct DmarcArguments {
    /// How strict DMARC is; by default as published, or none. The share of mail (pct) that was published goes.
    #[arg(long, value_enum, help_heading = "DMARC")]
    stage: Option<StageArgument>,
    /// Where aggregate reports go: an address, or a URI.
    #[arg(long, value_name = "ADDRESS", value_parser = values::report_uri, help_heading = "DMARC")]
    rua: Vec<ReportUri>,
    /// Where failure reports go.
    #[arg(long, value_name = "ADDRESS", value_parser = values::report_uri, help_heading = "DMARC")]
    ruf: Vec<ReportUri>,
    /// When failure reports are wanted: 0, 1, d or s.
    #[arg(long, value_name = "CASE", value_parser = values::case, help_heading = "DMARC")]
    fo: Vec<FailureOption>,
    /// The policy for subdomains: none, quarantine or reject.
    #[arg(long, value_name = "POLICY", value_parser = values::policy, help_heading = "DMARC")]
    sp: Option<Policy>,
    /// The policy for subdomains that do not exist.
    #[arg(long, value_name = "POLICY", value_parser = values::policy, help_heading = "DMARC")]
    np: Option<Policy>,
    /// How near the domain of a DKIM signature must be: r or s.
    #[arg(long, value_name = "MODE", value_parser = values::alignment, help_heading = "DMARC")]
    adkim: Option<AlignmentMode>,
    /// How near the domain that SPF proves must be: r or s.
    #[arg(long, value_name = "MODE", value_parser = values::alignment, help_heading = "DMARC")]
    aspf: Option<AlignmentMode>,
}

impl DmarcArguments {
    /// Whether the record can be told without the one that is published.
    pub(super) fn has_stage(&self) -> bool {
        self.stage.is_some()
    }

    /// The record, with the tags that no option names as in this one.
    pub(super) fn record(&self, published: DmarcRecord) -> DmarcRecord {
        let record = match self.stage {
            Some(stage) => Stage::from(stage).record(&published),
            None => published,
        };
        self.with_reports(self.with_policies(record))
    }

    fn with_policies(&self, record: DmarcRecord) -> DmarcRecord {
        let record = self.sp.into_iter().fold(record, DmarcRecord::with_subdomain_policy);
        let record = self.np.into_iter().fold(record, DmarcRecord::with_nonexistent_policy);
        let record = self.adkim.into_iter().fold(record, DmarcRecord::with_dkim_alignment);
        self.aspf.into_iter().fold(record, DmarcRecord::with_spf_alignment)
    }

    fn with_reports(&self, mut record: DmarcRecord) -> DmarcRecord {
        if !self.rua.is_empty() {
            let rua = self.rua.iter().cloned();
            record =
                rua.fold(record.without_aggregate_reports(), DmarcRecord::with_aggregate_reports);
        }
        if !self.ruf.is_empty() {
            let ruf = self.ruf.iter().cloned();
            record = ruf.fold(record.without_failure_reports(), DmarcRecord::with_failure_reports);
        }
        if !self.fo.is_empty() {
            let fo = self.fo.iter().copied();
            record = fo.fold(record.without_failure_options(), DmarcRecord::with_failure_option);
        }
        record
    }
}
