//! What reports say, as tables and as data.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use mailkit_auth::Domain;
use mailkit_auth::report::failure::FailureReport;
use mailkit_auth::report::sources::{MessageCounts, Reporter, ReporterProof, SourceKey, Sources};
use mailkit_auth::report::tls::TlsReport;
use mailkit_auth::rollout::{Day, SourceClass};
use serde::Serialize;

use super::collect::{Collected, Skipped};
use super::reporters::{self, ReporterData};
use crate::commands::output::{table, visible};

/// What `--json` prints.
#[derive(Serialize)]
pub(super) struct Data<'a> {
    aggregate_reports: usize,
    duplicates: usize,
    unknown_reports: usize,
    reporters: Vec<ReporterData<'a>>,
    sources: Vec<SourceData<'a>>,
    failures: &'a [FailureReport],
    failure_count: usize,
    tls: &'a [TlsReport],
    tls_count: usize,
    skipped_files: &'a [Skipped],
    bad_records: &'a [Skipped],
    bad_record_count: usize,
}

#[derive(Serialize)]
struct SourceData<'a> {
    name: String,
    header_from: Option<&'a Domain>,
    class: SourceClass,
    counts: MessageCounts,
    #[serde(skip_serializing_if = "Option::is_none")]
    days: Option<Vec<DayData<'a>>>,
}

#[derive(Serialize)]
struct DayData<'a> {
    day: Day,
    reporter: &'a str,
    proof: ReporterProof,
    counts: &'a MessageCounts,
}

/// All that was read, as data.
pub(super) fn data<'a>(collected: &'a Collected, domain: Option<&Domain>, days: bool) -> Data<'a> {
    let sources = &collected.sources;
    let days_of = |key: &'a SourceKey| {
        let days = sources.days(key);
        let data = |(day, by, counts): (Day, &'a Reporter, &'a MessageCounts)| DayData {
            day,
            reporter: by.name(),
            proof: by.proof(),
            counts,
        };
        days.map(data).collect()
    };
    let source = |(key, counts): (&'a SourceKey, MessageCounts)| SourceData {
        name: key.name.to_string(),
        header_from: key.header_from.as_ref(),
        class: sources.class(key),
        counts,
        days: days.then(|| days_of(key)),
    };
    let found = by_volume(sources, domain);
    Data {
        aggregate_reports: collected.aggregates,
        duplicates: collected.duplicates,
        unknown_reports: collected.unknown,
        reporters: reporters::data(sources, &found),
        sources: found.into_iter().map(source).collect(),
        failures: &collected.failures,
        failure_count: collected.failure_count,
        tls: &collected.tls,
        tls_count: collected.tls_count,
        skipped_files: &collected.skipped,
        bad_records: &collected.bad_records,
        bad_record_count: collected.bad_record_count,
    }
}

/// All that was read, as tables.
pub(super) fn text(collected: &Collected, domain: Option<&Domain>, days: bool) -> String {
    let Collected { sources, aggregates, failures, tls, .. } = collected;
    let (failed, encrypted) = (collected.failure_count, collected.tls_count);
    let twice = match collected.duplicates {
        0 => String::new(),
        duplicates => format!(" ({duplicates} counted once)"),
    };
    let mut text = format!(
        "{aggregates} aggregate reports{twice}, {failed} failure reports, {encrypted} TLS reports\n"
    );
    let found = by_volume(sources, domain);
    let parts = [
        source_table(sources, &found),
        reporters::table(sources, &found),
        if days { day_table(sources, &found) } else { String::new() },
        failure_table(failures),
        tls_table(tls),
    ];
    for part in parts.iter().filter(|part| !part.is_empty()) {
        // Writing to a text cannot fail.
        let _ = write!(text, "\n{part}");
    }
    text
}

/// The sources, those that sent most first.
fn by_volume<'a>(
    sources: &'a Sources,
    domain: Option<&Domain>,
) -> Vec<(&'a SourceKey, MessageCounts)> {
    let mut found: Vec<(&SourceKey, MessageCounts)> =
        sources.totals().filter(|(key, _)| is_about(key, domain)).collect();
    found.sort_by_key(|(_, counts)| Reverse(counts.messages));
    found
}

fn source_table(sources: &Sources, found: &[(&SourceKey, MessageCounts)]) -> String {
    if found.is_empty() {
        return String::new();
    }
    let head = ["SOURCE", "IN THE NAME OF", "CLASS", "MESSAGES", "PASS", "DKIM", "SPF", "STOPPED"];
    let row = |(key, counts): &(&SourceKey, MessageCounts)| {
        let percent = |part| percent(part, counts.messages);
        vec![
            visible(&key.name.to_string()),
            from(key),
            sources.class(key).to_string(),
            counts.messages.to_string(),
            percent(counts.aligned),
            percent(counts.dkim_aligned),
            percent(counts.spf_aligned),
            counts.quarantined.saturating_add(counts.rejected).to_string(),
        ]
    };
    let head = head.map(str::to_owned).to_vec();
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(found.iter().map(row)).collect();
    table(&rows, &[3, 4, 5, 6, 7])
}

fn day_table(sources: &Sources, found: &[(&SourceKey, MessageCounts)]) -> String {
    let mut days: BTreeMap<(Day, &SourceKey), (u128, u128)> = BTreeMap::new();
    for (key, _) in found {
        for (day, _, counts) in sources.days(key) {
            let (messages, aligned) = days.entry((day, key)).or_default();
            *messages += u128::from(counts.messages);
            *aligned += u128::from(counts.aligned);
        }
    }
    let head = ["DAY", "SOURCE", "IN THE NAME OF", "MESSAGES", "PASS"].map(str::to_owned).to_vec();
    let row = |((day, key), (messages, aligned)): (&(Day, &SourceKey), &(u128, u128))| {
        let name = visible(&key.name.to_string());
        vec![day.to_string(), name, from(key), messages.to_string(), percent(*aligned, *messages)]
    };
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(days.iter().map(row)).collect();
    table(&rows, &[3, 4])
}

fn failure_table(failures: &[FailureReport]) -> String {
    if failures.is_empty() {
        return String::new();
    }
    let head = ["FAILED", "FROM ADDRESS", "DOMAIN", "SUBJECT"].map(str::to_owned).to_vec();
    let row = |report: &FailureReport| {
        let what = report.auth_failure.map(|it| it.to_string());
        let subject = report.original.as_ref().and_then(|it| it.subject.as_deref());
        vec![
            what.unwrap_or_default(),
            report.source_ip.map(|it| it.to_string()).unwrap_or_default(),
            report.reported_domains.first().map(ToString::to_string).unwrap_or_default(),
            visible(&subject.unwrap_or_default().chars().take(60).collect::<String>()),
        ]
    };
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(failures.iter().map(row)).collect();
    table(&rows, &[])
}

fn tls_table(tls: &[TlsReport]) -> String {
    if tls.is_empty() {
        return String::new();
    }
    let head = ["TLS REPORT OF", "DOMAIN", "SESSIONS", "FAILED", "MOST OFTEN"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for report in tls {
        for policy in &report.policies {
            let worst = policy.failure_details.iter().max_by_key(|it| it.failed_sessions);
            let worst = worst.and_then(|it| it.result_type).map(|it| it.to_string());
            let sessions = policy.successful_sessions.saturating_add(policy.failed_sessions);
            rows.push(vec![
                visible(report.organization_name.as_deref().unwrap_or("unknown")),
                policy.policy_domain.as_ref().map(ToString::to_string).unwrap_or_default(),
                sessions.to_string(),
                policy.failed_sessions.to_string(),
                worst.unwrap_or_default(),
            ]);
        }
    }
    table(&rows, &[2, 3])
}

fn from(key: &SourceKey) -> String {
    key.header_from.as_ref().map_or_else(|| "?".to_owned(), ToString::to_string)
}

/// A share in whole percent; all of them only where none is missing.
fn percent(part: impl Into<u128>, whole: impl Into<u128>) -> String {
    let share = part.into() * 100 / whole.into().max(1);
    format!("{share} %")
}

/// Whether a source sends in the name of a domain or of one below it.
fn is_about(key: &SourceKey, domain: Option<&Domain>) -> bool {
    domain.is_none_or(|domain| {
        key.header_from.as_ref().is_some_and(|from| from.is_subdomain_of(domain))
    })
}
