//! The fields of a `message/feedback-report` part.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use mail_parser::DateTime;

use super::{AlignedMechanism, AnomalyKind, FailureLimits, FailureReport};
use crate::Domain;
use crate::report::anomaly::Anomalies;
use crate::report::words::{Words, word};

/// The report that these fields make.
pub(super) fn read(octets: &[u8], limits: &FailureLimits) -> FailureReport {
    let mut report = FailureReport::default();
    let mut anomalies = Anomalies::default();
    let kept = octets.get(..limits.text_octets).unwrap_or(octets);
    if kept.len() < octets.len() {
        anomalies.add(AnomalyKind::TooLong, PART, "");
    }
    let text = String::from_utf8_lossy(kept);
    let mut fields = fields(&text, limits.field_octets);
    for Field { name, value, is_cut } in fields.by_ref().take(limits.fields) {
        if is_cut {
            anomalies.add(AnomalyKind::TooLong, PART, name);
        }
        field(&mut report, &mut anomalies, &name.to_ascii_lowercase(), &value);
    }
    if fields.next().is_some() {
        anomalies.add(AnomalyKind::TooMany, PART, "");
    }
    let missing = [
        ("feedback-type", report.feedback_type.is_none()),
        ("user-agent", report.user_agent.is_none()),
        ("version", report.version.is_none()),
    ];
    for (element, is_missing) in missing {
        if is_missing && !anomalies.names(element) {
            anomalies.add(AnomalyKind::Missing, element, "");
        }
    }
    report.anomalies = anomalies.into_vec();
    report
}

/// What anomalies of the part as a whole are about.
const PART: &str = "feedback-report";

/// A field, unfolded.
struct Field<'a> {
    name: &'a str,
    value: Cow<'a, str>,
    /// Whether it is longer than the limit, and its end is left out.
    is_cut: bool,
}

/// The fields of a text. Lines that are no field are left out.
fn fields(text: &str, limit: usize) -> impl Iterator<Item = Field<'_>> {
    let mut lines = text.lines().peekable();
    std::iter::from_fn(move || {
        loop {
            let line = lines.next()?;
            let Some((name, value)) = line.split_once(':').filter(|(name, _)| is_name(name)) else {
                continue;
            };
            let value = value.trim();
            let kept = value.get(..value.floor_char_boundary(limit)).unwrap_or_default();
            let is_cut = kept.len() < value.len();
            let mut field = Field { name, value: Cow::Borrowed(kept), is_cut };
            while let Some(more) = lines.next_if(|line| line.starts_with([' ', '\t'])) {
                field.is_cut |= field.value.len() + more.len() > limit;
                if !field.is_cut {
                    let value = field.value.to_mut();
                    value.push(' ');
                    value.push_str(more.trim());
                }
            }
            return Some(field);
        }
    })
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'-')
}

fn field(report: &mut FailureReport, anomalies: &mut Anomalies, name: &str, value: &str) {
    let text = || Some(value.to_owned()).filter(|text| !text.is_empty());
    let packed = || Some(value.split_ascii_whitespace().collect::<String>());
    match name {
        "feedback-type" => report.feedback_type = word(value, "feedback-type", anomalies),
        "auth-failure" => report.auth_failure = word(value, "auth-failure", anomalies),
        "user-agent" => report.user_agent = text(),
        "version" => report.version = text(),
        "arrival-date" | "received-date" => {
            report.arrival_date = date(value);
            if report.arrival_date.is_none() {
                anomalies.add(AnomalyKind::UnknownValue, "arrival-date", value);
            }
        }
        "source-ip" => report.source_ip = source_ip(value, anomalies),
        "source-port" => report.source_port = number(value, "source-port", anomalies),
        "incidents" => report.incidents = number(value, "incidents", anomalies),
        "original-mail-from" => report.original_mail_from = Some(address(value).to_owned()),
        "original-rcpt-to" => report.original_rcpt_to.push(address(value).to_owned()),
        "original-envelope-id" => report.original_envelope_id = text(),
        "reporting-mta" => report.reporting_mta = text(),
        "reported-domain" => {
            report.reported_domains.extend(domain(value, "reported-domain", anomalies));
        }
        "reported-uri" => report.reported_uris.extend(text()),
        "authentication-results" => report.authentication_results.extend(text()),
        "delivery-result" => report.delivery_result = word(value, "delivery-result", anomalies),
        "identity-alignment" => report.identity_alignment = alignment(value, anomalies),
        "dkim-domain" => report.dkim_domain = domain(value, "dkim-domain", anomalies),
        "dkim-identity" => report.dkim_identity = text(),
        "dkim-selector" => report.dkim_selector = text(),
        "dkim-canonicalized-header" => report.dkim_canonicalized_header = packed(),
        "dkim-canonicalized-body" => report.dkim_canonicalized_body = packed(),
        "spf-dns" => report.spf_dns.extend(text()),
        // RFC 5965 section 3.3: fields that are not known are ignored.
        _ => {}
    }
}

/// The address, behind which some receivers write its name.
fn source_ip(value: &str, anomalies: &mut Anomalies) -> Option<std::net::IpAddr> {
    let first = value.split_ascii_whitespace().next().unwrap_or_default();
    let address = first.trim_matches(['[', ']']).parse().ok();
    if address.is_none() {
        anomalies.add(AnomalyKind::UnknownValue, "source-ip", value);
    } else if first != value || first.starts_with('[') {
        anomalies.add(AnomalyKind::Decoration, "source-ip", value);
    }
    address
}

fn number<T: std::str::FromStr>(
    value: &str,
    element: &'static str,
    anomalies: &mut Anomalies,
) -> Option<T> {
    let number = value.parse().ok();
    if number.is_none() {
        anomalies.add(AnomalyKind::UnknownValue, element, value);
    }
    number
}

pub(super) fn domain(
    value: &str,
    element: &'static str,
    anomalies: &mut Anomalies,
) -> Option<Domain> {
    let domain = value.parse().ok();
    if domain.is_none() {
        anomalies.add(AnomalyKind::UnknownValue, element, value);
    }
    domain
}

fn alignment(value: &str, anomalies: &mut Anomalies) -> Vec<AlignedMechanism> {
    let words = value.split([',', ' ']).filter(|word| !word.is_empty());
    let most = AlignedMechanism::WORDS.len();
    words.take(most).filter_map(|text| word(text, "identity-alignment", anomalies)).collect()
}

/// An address without its angle brackets.
fn address(value: &str) -> &str {
    value.strip_prefix('<').and_then(|value| value.strip_suffix('>')).unwrap_or(value)
}

/// The time of a date as mail writes it.
pub(super) fn date(value: &str) -> Option<SystemTime> {
    let date = DateTime::parse_rfc822(value).filter(DateTime::is_valid)?;
    let seconds = u64::try_from(date.to_timestamp()).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}
