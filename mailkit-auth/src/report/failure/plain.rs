//! Failure reports that say what they have to say to people alone.

use super::fields::{date, domain};
use super::{
    AnomalyKind, AuthFailure, FailureLimits, FailureReport, FeedbackType, OriginalMessage,
};
use crate::report::anomaly::Anomalies;
use crate::report::extract::Part;

/// The line behind which the header of the message stands.
const HEADER_FOLLOWS: &str = "------ This is a copy of the headers";
/// Lines of a text in which such a report shows.
const MAX_LINES: usize = 50;

/// A report, and the message it is about with whether less of its header is kept.
type Found = (FailureReport, Option<(OriginalMessage, bool)>);

/// The report that Exim writes into a text: lines of a label and a value.
pub(super) fn read(parts: &[Part<'_>], limits: &FailureLimits) -> Option<Found> {
    let text = String::from_utf8_lossy(&parts.iter().find(|part| part.is_text())?.octets);
    let labelled = |label: &str| {
        let lines = text.lines().take(MAX_LINES);
        lines.filter_map(|line| line.trim_start().strip_prefix(label)).map(str::trim).next()
    };
    let source_ip = labelled("Sender IP Address:")?.parse().ok()?;
    let mut anomalies = Anomalies::default();
    anomalies.add(AnomalyKind::Missing, "message/feedback-report", "");
    let reported = domain(labelled("Sender Domain:")?, "reported-domain", &mut anomalies);
    let original = text.split_once(HEADER_FOLLOWS).and_then(|(_, rest)| {
        let (_, header) = rest.split_once('\n')?;
        Some(OriginalMessage::read(header, limits))
    });
    let report = FailureReport {
        feedback_type: Some(FeedbackType::AuthFailure),
        auth_failure: labelled("DMARC Results:").map(|_| AuthFailure::Dmarc),
        source_ip: Some(source_ip),
        arrival_date: labelled("Received date:").and_then(date),
        reported_domains: reported.into_iter().collect(),
        anomalies: anomalies.into_vec(),
        ..FailureReport::default()
    };
    Some((report, original))
}
