//! Hostile and merely strange mails of other projects: none panics, and each takes a bounded time.
#![cfg(feature = "message")]
#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "tests read files, the environment and the clock, and say what they skip"
)]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use mailkit_risk::{Context, Counterparty, Scorer, intent};

fn context() -> Context {
    Context::new(SystemTime::UNIX_EPOCH)
        .with_own_domain("acme.example")
        .with_counterparty(Counterparty::new("supplier.example"))
}

/// The shared data, or `None` (with a word on why) where it is absent and may be.
fn data(folder: &str) -> Option<PathBuf> {
    let root = std::env::var_os("MAILKIT_DATA").map(PathBuf::from);
    let root =
        root.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"));
    let folder = root.join(folder);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        std::env::var_os("MAILKIT_REQUIRE_PEERS").is_none_or(|value| value != "1"),
        "{} is missing",
        folder.display()
    );
    eprintln!("skipped: {} is missing", folder.display());
    None
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { waiting.push(path) } else { found.push(path) }
        }
    }
    found
}

/// Generous: an unoptimised build on a busy machine still has to stay below. Quadratic work on a megabyte does not.
const SLOWEST: Duration = Duration::from_secs(20);

#[track_caller]
fn score(name: &str, raw: &[u8]) -> mailkit_risk::Assessment {
    let start = Instant::now();
    let assessment = Scorer::builtin().assess(raw, &context());
    let _ = intent::classify_raw(raw);
    assert!(start.elapsed() < SLOWEST, "{name} takes {:?}", start.elapsed());
    assessment
}

#[test]
fn strange_mails_are_scored() {
    for (folder, least) in [
        ("espoofer", 20),
        ("mail-parser-eml", 250),
        ("cpython-email", 40),
        ("ruby-mail", 90),
        ("found-here", 2),
    ] {
        let Some(folder) = data(&format!("reliability/{folder}")) else { continue };
        let files = files(&folder);
        assert!(files.len() >= least, "{} has {} files", folder.display(), files.len());
        for file in files {
            score(&file.display().to_string(), &std::fs::read(&file).unwrap());
        }
    }
}

/// A mail that is nothing but this file (RFC 2045 section 6.2: `binary`).
#[cfg(feature = "attachments")]
fn attached(name: &str, content: &[u8]) -> Vec<u8> {
    let head = format!(
        "From: a@b.example
Content-Type: application/octet-stream; name=\"{name}\"
Content-Transfer-Encoding: binary

"
    );
    [head.as_bytes(), content].concat()
}

#[test]
#[cfg(feature = "attachments")]
fn bombs_are_named_and_damaged_documents_survived() {
    if let Some(folder) = data("reliability/zip-bombs") {
        for file in files(&folder) {
            let assessment = score(
                &file.display().to_string(),
                &attached("a.zip", &std::fs::read(&file).unwrap()),
            );
            let named = assessment.reason(mailkit_risk::Code::ArchiveBomb).is_some()
                || !assessment.unscannable().is_empty();
            assert!(named, "{}: {:?}", file.display(), assessment.reasons());
        }
    }
    if let Some(folder) = data("reliability/cfb") {
        let files = files(&folder);
        let damaged = files.iter().filter(|file| file.to_string_lossy().contains("fuzzed"));
        for file in damaged {
            score(&file.display().to_string(), &attached("a.doc", &std::fs::read(file).unwrap()));
        }
    }
}

/// Each shape is about a megabyte: work that grows with the square of it would not end.
#[test]
fn megabytes_of_one_shape_take_a_bounded_time() {
    let html = "From: a@b.example\r\nContent-Type: text/html\r\n\r\n";
    let plain = "From: a@supplier.example\r\nContent-Type: text/plain\r\n\r\n";
    for (name, raw) in [
        ("one long word", format!("{plain}{}", "a@".repeat(500_000))),
        ("nothing but IBAN heads", format!("{plain}{}", "DE89 ".repeat(200_000))),
        ("nothing but IBANs", format!("{plain}{}", "DE02120300000000202051 ".repeat(45_000))),
        ("nothing but labels", format!("{plain}{}", "account number ".repeat(70_000))),
        ("nothing but phrases", format!("{plain}{}", "urgent payment today ".repeat(50_000))),
        ("nothing but links", format!("{plain}{}", "http://192.0.2.1/ ".repeat(55_000))),
        ("nothing but beginnings of links", format!("{plain}{}", "http".repeat(130_000))),
        ("nothing but http", format!("{plain}{}", "https://".repeat(130_000))),
        ("unclosed tags", format!("{html}{}", "<div style='display:none'>".repeat(40_000))),
        ("unclosed links", format!("{html}{}", "<a href=x>y".repeat(90_000))),
        ("one tag with many attributes", format!("{html}<a {}", "b=c ".repeat(250_000))),
        ("header fields", format!("{}\r\n\r\nx", "X-A: b\r\n".repeat(120_000))),
        ("one header field", format!("Subject: {}\r\n\r\nx", "=?utf-8?q?a?= ".repeat(70_000))),
        (
            "continuations",
            format!(
                "Content-Type: text/plain;{}\r\n\r\nx",
                (0..50_000).map(|n| format!("\r\n name*{n}=a;")).collect::<String>()
            ),
        ),
        (
            "parts",
            format!(
                "Content-Type: multipart/mixed; boundary=b\r\n\r\n{}",
                "--b\r\n\r\nx\r\n".repeat(90_000)
            ),
        ),
        ("nested messages", "Content-Type: message/rfc822\r\n\r\n".repeat(30_000)),
        (
            "nested multiparts",
            (0..20_000)
                .map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n"))
                .collect(),
        ),
        ("addresses", format!("From: {}\r\n\r\nx", "a@b.example, ".repeat(80_000))),
    ] {
        score(name, raw.as_bytes());
    }
}
