//! Lints of MTA-STS policies (RFC 8461 sections 3.2 and 4.1).

mod pattern;
pub(crate) mod rules;

use std::collections::HashSet;

use super::finding::{Finding, Fix, Severity, in_order};
use super::letters::look_alikes;
use super::nearest::nearest;
use super::tags::unread;
use super::version::unknown_message;
use crate::RecordError;
use crate::record::MtaStsPolicy;
use crate::record::check_length;
use crate::record::mta_sts_policy::{Line, MAX_AGE, MAX_OCTETS, lines};
use crate::text::work;
use rules as rule;
pub(super) use rules::ALL as RULES;

/// What is wrong with the text of an MTA-STS policy file, in the order of the text.
///
/// ```
/// use mailkit_auth::lint::{apply_fixes, lint_mta_sts_policy};
///
/// let text = "version: STSv1\nmode: Enforce\nmx: mx.acme.test.\nmax_age: 604800\n";
/// let findings = lint_mta_sts_policy(text);
/// assert_eq!(findings.iter().map(|it| it.code).collect::<Vec<_>>(), ["STS006", "STS008"]);
/// let fixed = "version: STSv1\nmode: enforce\nmx: mx.acme.test\nmax_age: 604800\n";
/// assert_eq!(apply_fixes(text, &findings), fixed);
/// ```
#[must_use]
pub fn lint_mta_sts_policy(text: &str) -> Vec<Finding> {
    if let Err(error) = check_length(text, MAX_OCTETS) {
        return vec![rule::POLICY.at(error.span(), error.kind().to_string())];
    }
    let policy = text.parse::<MtaStsPolicy>();
    if policy.is_err() {
        let letters = look_alikes(text, &rule::POLICY);
        if !letters.is_empty() {
            return letters;
        }
    }
    let (mut read, mut findings) = (Vec::new(), Vec::new());
    for line in lines(text).take(MAX_LINES) {
        match line {
            Ok(line) => read.push(line),
            Err(error) => findings.push(malformed_line(text, &error)),
        }
    }
    let mut names = HashSet::new();
    for line in &read {
        match line.name == "mx" || names.insert(line.name) {
            true => findings.extend(line_finding(line, &read)),
            false => findings.push(repeated_line(line)),
        }
    }
    findings.extend(missing_lines(text, &read));
    findings.extend(unread(&policy, &findings, &rule::POLICY));
    in_order(findings)
}

/// Lines that are looked at; more make no policy clearer.
const MAX_LINES: usize = 1_000;

/// A line without a key and a colon; space that stands in the way of them may go.
fn malformed_line(text: &str, error: &RecordError) -> Finding {
    let span = error.span();
    let line = text.get(span.clone()).unwrap_or_default();
    if line.is_empty() {
        let rest = text.get(span.start..).unwrap_or_default();
        let end = if rest.starts_with("\r\n") { 2 } else { 1 };
        let fix = Fix::replace(span.start..span.start + end, "");
        return rule::POLICY.fixed(span, "an empty line", fix);
    }
    if let Some((name, value)) = line.split_once(':')
        && let Some(key) = KEYS.iter().find(|key| **key == name.trim())
    {
        let fix = Fix::replace(span.clone(), format!("{key}:{value}"));
        return rule::POLICY.fixed(span, format!("space around the key `{key}`"), fix);
    }
    rule::POLICY.at(span, "a line that is no `key: value`")
}

/// A key after the first of its name, which senders ignore.
fn repeated_line(line: &Line<'_>) -> Finding {
    let fix = Fix::replace(line.span.start..line.next, "");
    let message = format!("`{}` stands twice: the first counts", line.name);
    rule::POLICY.fixed(line.span.clone(), message, fix).milder(Severity::Warning)
}

fn line_finding(line: &Line<'_>, lines: &[Line<'_>]) -> Option<Finding> {
    match line.name {
        "version" => {
            let meant = nearest(line.value, &["stsv1"]).map(|_| "STSv1");
            (line.value != "STSv1").then(|| word_finding(line, meant))
        }
        "mode" => {
            let known = MODES.contains(&line.value);
            (!known).then(|| word_finding(line, nearest(line.value, MODES)))
        }
        "mx" => pattern::finding(line),
        "max_age" => max_age_finding(line, lines),
        name => Some(unknown_key(line, name, lines)),
    }
}

/// A value that is none of its words, and the one that was meant.
fn word_finding(line: &Line<'_>, meant: Option<&str>) -> Finding {
    let span = line.value_span.clone();
    let message = format!("`{}` is no value of `{}`", line.value, line.name);
    match meant {
        Some(word) => rule::POLICY.fixed(span.clone(), message, Fix::replace(span, word)),
        None => rule::POLICY.at(span, message),
    }
}

fn max_age_finding(line: &Line<'_>, lines: &[Line<'_>]) -> Option<Finding> {
    let span = line.value_span.clone();
    let digits = line.value.bytes().all(|byte| byte.is_ascii_digit());
    let Some(seconds) = line.value.parse::<u64>().ok().filter(|_| digits) else {
        return Some(rule::POLICY.at(span, "`max_age` is no number of seconds"));
    };
    // RFC 8461 section 8.3: who withdraws a policy says so with a short one.
    let withdrawn = lines.iter().any(|line| (line.name, line.value) == ("mode", "none"));
    if seconds > MAX_AGE {
        let fix = Fix::replace(span.clone(), MAX_AGE.to_string());
        let message = format!("`max_age` is more than {MAX_AGE} seconds, a year");
        return Some(rule::MAX_AGE.fixed(span, message, fix));
    }
    (seconds < DAY && !withdrawn).then(|| {
        let message = "`max_age` is less than a day: an attacker need not wait long";
        rule::MAX_AGE.at(span, message).milder(Severity::Warning)
    })
}

/// Seconds of a day.
const DAY: u64 = 86_400;

/// A key that senders ignore; one that is written otherwise than the key that is missing is that one.
fn unknown_key(line: &Line<'_>, name: &str, lines: &[Line<'_>]) -> Finding {
    let even = name.to_ascii_lowercase().replace(['-', '.'], "_");
    let span = line.span.start..line.span.start + name.len();
    work::add(1);
    if KEYS.contains(&even.as_str()) && !lines.iter().any(|line| line.name == even) {
        let message = format!("`{name}` stands for `{even}`");
        return rule::POLICY.fixed(span.clone(), message, Fix::replace(span, even));
    }
    rule::POLICY.at(span, unknown_message(name, KEYS)).milder(Severity::Info)
}

fn missing_lines(text: &str, lines: &[Line<'_>]) -> Vec<Finding> {
    let has = |name: &str| lines.iter().any(|line| line.name == name);
    let end = text.len()..text.len();
    let keys = KEYS.iter().filter(|key| **key != "mx" && !has(key));
    let missing = |key: &&str| rule::POLICY.at(end.clone(), format!("there is no `{key}`"));
    let mut findings: Vec<Finding> = keys.map(missing).collect();
    let mode = lines.iter().find(|line| line.name == "mode");
    if !has("mx") && mode.is_some_and(|line| line.value != "none") {
        findings.push(rule::NO_MX.at(end, "there is no `mx`, so that no host may receive mail"));
    }
    findings
}

/// The keys of a policy.
const KEYS: &[&str] = &["version", "mode", "mx", "max_age"];
/// The words of `mode`.
const MODES: &[&str] = &["enforce", "testing", "none"];

#[cfg(test)]
mod tests;
