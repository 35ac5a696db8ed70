//! The JSON of a TLS report.

use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use mail_parser::DateTime;

use super::list::{Entry, List};
use super::{TlsFailure, TlsLimits, TlsPolicyResult, TlsReport, TlsReportError};
use crate::report::anomaly::Anomalies;
use crate::report::words::{Words, word};
use crate::report::{AnomalyKind, DateRange};

/// The report that these octets are.
pub(super) fn read(octets: &[u8]) -> Result<TlsReport, TlsReportError> {
    let report: Report = serde_json::from_slice(octets).map_err(|error| TlsReportError::Json {
        line: error.line(),
        column: error.column(),
        message: message(&error),
    })?;
    let mut anomalies = Anomalies::default();
    let policies = report.policies.within()?.into_iter();
    let policies =
        policies.map(|policy| policy.result(&mut anomalies)).collect::<Result<_, _>>()?;
    let date_range = report.date_range.and_then(|range| range.parsed(&mut anomalies));
    for (element, is_missing) in [
        ("organization-name", report.organization_name.is_none()),
        ("date-range", date_range.is_none()),
        ("contact-info", report.contact_info.is_none()),
        ("report-id", report.report_id.is_none()),
    ] {
        if is_missing && !anomalies.names(element) {
            anomalies.add(AnomalyKind::Missing, element, "");
        }
    }
    Ok(TlsReport {
        organization_name: report.organization_name,
        date_range,
        contact_info: report.contact_info,
        report_id: report.report_id,
        policies,
        anomalies: anomalies.into_vec(),
    })
}

/// The message of an error without its place, and without what a stranger wrote.
fn message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let end = text.rfind(" at line ").unwrap_or(text.len());
    let plain = text.get(..end).unwrap_or_default().chars();
    plain.take(100).flat_map(char::escape_debug).collect()
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Report {
    organization_name: Option<String>,
    date_range: Option<Range>,
    contact_info: Option<String>,
    report_id: Option<String>,
    policies: List<Policy, { TlsLimits::MAX_ENTRIES }>,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Range {
    start_datetime: String,
    end_datetime: String,
}

impl Range {
    fn parsed(&self, anomalies: &mut Anomalies) -> Option<DateRange> {
        let mut time = |text: &str| {
            let time = date_time(text);
            if time.is_none() {
                anomalies.add(AnomalyKind::UnknownValue, "date-range", text);
            }
            time
        };
        let (begin, end) = (time(&self.start_datetime), time(&self.end_datetime));
        Some(DateRange { begin: begin?, end: end? })
    }
}

fn date_time(text: &str) -> Option<SystemTime> {
    let date = DateTime::parse_rfc3339(text).filter(DateTime::is_valid)?;
    let seconds = u64::try_from(date.to_timestamp()).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Policy {
    policy: Description,
    summary: Summary,
    #[serde(default)]
    failure_details: List<Failure, { TlsLimits::MAX_FAILURES }>,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Description {
    policy_type: Option<String>,
    #[serde(default)]
    policy_string: List<String, { TlsLimits::MAX_ENTRIES }>,
    policy_domain: Option<String>,
    #[serde(default)]
    mx_host: List<String, { TlsLimits::MAX_ENTRIES }>,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Summary {
    #[serde(default)]
    total_successful_session_count: u64,
    #[serde(default)]
    total_failure_session_count: u64,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Failure {
    result_type: String,
    sending_mta_ip: Option<String>,
    receiving_mx_hostname: Option<String>,
    receiving_mx_helo: Option<String>,
    receiving_ip: Option<String>,
    failed_session_count: u64,
    additional_information: Option<String>,
    failure_reason_code: Option<String>,
}

impl Entry for Policy {}
impl Entry for Failure {}

impl Policy {
    fn result(self, anomalies: &mut Anomalies) -> Result<TlsPolicyResult, TlsReportError> {
        let Description { policy_type, policy_string, policy_domain, mx_host } = self.policy;
        let policy_domain = policy_domain.and_then(|text| {
            let domain = text.parse().ok();
            if domain.is_none() {
                anomalies.add(AnomalyKind::UnknownValue, "policy-domain", &text);
            }
            domain
        });
        Ok(TlsPolicyResult {
            policy_type: optional_word(policy_type.as_deref(), "policy-type", anomalies),
            policy_string: policy_string.within()?,
            policy_domain,
            mx_hosts: mx_host.within()?,
            successful_sessions: self.summary.total_successful_session_count,
            failed_sessions: self.summary.total_failure_session_count,
            failure_details: self
                .failure_details
                .within()?
                .into_iter()
                .map(|failure| failure.parsed(anomalies))
                .collect(),
        })
    }
}

impl Failure {
    fn parsed(self, anomalies: &mut Anomalies) -> TlsFailure {
        let mut address = |text: Option<String>, element| {
            let text = text?;
            let address: Option<IpAddr> = text.parse().ok();
            if address.is_none() {
                anomalies.add(AnomalyKind::UnknownValue, element, &text);
            }
            address
        };
        let sending_mta_ip = address(self.sending_mta_ip, "sending-mta-ip");
        let receiving_ip = address(self.receiving_ip, "receiving-ip");
        TlsFailure {
            result_type: optional_word(Some(&self.result_type), "result-type", anomalies),
            sending_mta_ip,
            receiving_mx_hostname: self.receiving_mx_hostname,
            receiving_mx_helo: self.receiving_mx_helo,
            receiving_ip,
            failed_sessions: self.failed_session_count,
            additional_information: self.additional_information,
            failure_reason_code: self.failure_reason_code,
        }
    }
}

fn optional_word<T: Words>(
    text: Option<&str>,
    element: &'static str,
    anomalies: &mut Anomalies,
) -> Option<T> {
    if text.is_none() {
        anomalies.add(AnomalyKind::Missing, element, "");
    }
    word(text?, element, anomalies)
}
