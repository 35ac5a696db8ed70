//! What reports say, as tables and as data.

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
use super::rows::{Row, by_volume};
use crate::commands::output::{counted, table, visible};

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
    /// Whether those who say it count in a rollout.
    known_reporters: bool,
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
    let days_of = |row: &Row<'a>| {
        let days = row.days(sources);
        let data = |(day, by, counts): (Day, &'a Reporter, &'a MessageCounts)| DayData {
            day,
            reporter: by.name(),
            proof: by.proof(),
            counts,
        };
        days.map(data).collect()
    };
    let source = |row: Row<'a>| SourceData {
        name: row.key.name.to_string(),
        header_from: row.key.header_from.as_ref(),
        class: sources.class(row.key),
        known_reporters: row.is_known,
        counts: row.counts,
        days: days.then(|| days_of(&row)),
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
        "{}{twice}, {}, {}\n",
        counted(*aggregates, "aggregate report"),
        counted(failed, "failure report"),
        counted(encrypted, "TLS report"),
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

fn source_table(sources: &Sources, found: &[Row<'_>]) -> String {
    if found.is_empty() {
        return String::new();
    }
    let head = ["SOURCE", "IN THE NAME OF", "CLASS", "MESSAGES", "PASS", "DKIM", "SPF", "STOPPED"];
    let head = head.into_iter().chain([IN_A_ROLLOUT]).map(str::to_owned).collect();
    let row = |Row { key, counts, is_known }: &Row<'_>| {
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
            Row::counts(*is_known),
        ]
    };
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(found.iter().map(row)).collect();
    table(&rows, &[3, 4, 5, 6, 7])
}

fn day_table(sources: &Sources, found: &[Row<'_>]) -> String {
    let mut days: BTreeMap<(Day, &SourceKey, bool), (u128, u128)> = BTreeMap::new();
    for row in found {
        for (day, _, counts) in row.days(sources) {
            let (messages, aligned) = days.entry((day, row.key, !row.is_known)).or_default();
            *messages += u128::from(counts.messages);
            *aligned += u128::from(counts.aligned);
        }
    }
    let head = ["DAY", "SOURCE", "IN THE NAME OF", "MESSAGES", "PASS", IN_A_ROLLOUT];
    let head = head.map(str::to_owned).to_vec();
    let row = |(of, (messages, aligned)): (&(Day, &SourceKey, bool), &(u128, u128))| {
        let (day, key, is_unknown) = of;
        vec![
            day.to_string(),
            visible(&key.name.to_string()),
            from(key),
            messages.to_string(),
            percent(*aligned, *messages),
            Row::counts(!is_unknown),
        ]
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

/// Over what [`Row::counts`] says.
const IN_A_ROLLOUT: &str = "IN A ROLLOUT";
