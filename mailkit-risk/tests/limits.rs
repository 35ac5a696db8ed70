//! Nobody buys a low level with a mail that is too large: what lies behind a limit is found, or the level says so.
#![cfg(feature = "message")]
#![allow(clippy::unwrap_used, reason = "a test that cannot build its input has failed")]

use std::time::{Duration, SystemTime};

use mailkit_risk::{
    Assessment, AuthSignals, Code, Context, Counterparty, DmarcResult, Level, Scorer,
};

/// A mail of a known, authenticated counterparty.
fn assess(content: &str) -> Assessment {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000);
    let supplier = Counterparty::new("supplier.example")
        .with_address("ann@supplier.example")
        .with_history(40, now);
    let context = Context::new(now)
        .with_own_domain("acme.example")
        .with_known_domain("bigbank.example")
        .with_counterparty(supplier)
        .with_auth(AuthSignals::default().with_dmarc(DmarcResult::Pass, None));
    let raw = format!("From: Ann <ann@supplier.example>\nSubject: Invoice 4711\n{content}");
    Scorer::builtin().assess(raw.replace('\n', "\r\n").as_bytes(), &context)
}

fn mixed(body: &str) -> String {
    format!("Content-Type: multipart/mixed; boundary=b\n\n{body}\n--b--\n")
}

const EXE: &str = "--b\nContent-Type: application/octet-stream; name=a.exe\n\nMZ\n";
const CHANGE: &str = "<p>Please note our new bank details.</p>";

/// The reason is found behind all that stands before it.
#[track_caller]
fn check_found(code: Code, content: &str) {
    let assessment = assess(content);
    assert!(assessment.reason(code).is_some(), "{code} is missing: {:?}", assessment.reasons());
}

/// Something was left out, so the level is no longer low, whoever sent it.
#[track_caller]
fn check_cut(content: &str) {
    let assessment = assess(content);
    let reasons = assessment.reasons();
    assert!(assessment.reason(Code::LimitReached).is_some(), "{reasons:?}");
    assert!(assessment.reason(Code::TrustKnownCounterparty).is_none(), "{reasons:?}");
    assert!(assessment.level() >= Level::Elevated, "{reasons:?}");
    let sum: f64 = reasons.iter().map(|reason| reason.weight.logits()).sum();
    assert_eq!(assessment.score(), assessment.prior() + sum);
}

#[test]
fn hyphens_hide_nothing() {
    check_found(Code::AttachmentExecutable, &mixed(&format!("{}{EXE}", "--x\n".repeat(10_001))));
    let dump = "--b\n\n-- MySQL dump\n-- Table\n".to_owned() + &"-- row\n".repeat(11_000);
    let honest = assess(&mixed(&dump));
    assert_eq!((honest.level(), honest.unscannable().len()), (Level::Low, 0));
}

#[test]
fn long_text_hides_no_later_part() {
    let long = "word ".repeat(120_000);
    let alternatives = format!("--b\n\n{long}\n--b\nContent-Type: text/html\n\n{CHANGE}");
    check_found(Code::PaymentChangeRequest, &mixed(&alternatives));
    check_cut(&mixed(&alternatives));
    for padding in ["<!--PAD-->", "<style>PAD</style>", "<p class='PAD'>"] {
        let page = padding.replace("PAD", &"x".repeat(2_200_000)) + CHANGE;
        check_found(Code::PaymentChangeRequest, &format!("Content-Type: text/html\n\n{page}\n"));
    }
}

#[test]
fn a_deep_part_hides_no_later_part() {
    let mut deep = String::from("--b\n");
    for level in 0..52 {
        deep += &format!("Content-Type: multipart/mixed; boundary=c{level}\n\n--c{level}\n");
    }
    deep += "\ntext\n";
    for level in (0..52).rev() {
        deep += &format!("--c{level}--\n");
    }
    check_found(Code::AttachmentExecutable, &mixed(&format!("{deep}{EXE}")));
    check_cut(&mixed(&deep));
}

#[test]
fn many_fields_hide_no_later_part() {
    let fields = "X-A: b\n".repeat(1_001);
    let first = format!("--b\n{fields}\nHello\n");
    check_found(Code::AttachmentExecutable, &mixed(&format!("{first}{EXE}")));
    check_cut(&mixed(&first));
    let change = format!("--b\n{fields}\nPlease note our new bank details.\n");
    check_found(Code::PaymentChangeRequest, &mixed(&change));
}

#[test]
fn many_links_raise_the_level() {
    let lookalike = "https://b1gbank.example/";
    let same = "https://shop.example/ ".repeat(1_001);
    check_cut(&format!("\n{same}{lookalike}\n"));
    let hosts =
        |count: usize| (0..count).map(|n| format!("https://shop{n}.example/ ")).collect::<String>();
    check_cut(&format!("\n{}{lookalike}\n", hosts(251)));
    check_found(Code::LinkLookalike, &format!("\n{}{lookalike}\n", hosts(60)));
}
