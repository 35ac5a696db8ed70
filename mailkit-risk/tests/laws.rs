//! Laws that hold for every mail.
#![cfg(feature = "message")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot build its input has failed"
)]

use std::time::SystemTime;

use mailkit_risk::{
    Attachment, AttachmentFindingKind, AuthSignals, Code, Context, Defect, DefectKind, DmarcPolicy,
    DmarcResult, Family, Lexicon, Mailbox, MessageView, Model, Place, Policy, Scorer, Text,
    TextKind, intent,
};
use proptest::prelude::*;

fn context() -> Context {
    Context::new(SystemTime::UNIX_EPOCH)
        .with_own_domain("acme.example")
        .with_own_person("Jane Roe", "jane@acme.example")
}

/// Pieces that each carry a signal; any set of them makes a mail.
fn view(pieces: &[usize]) -> MessageView {
    let mut view = MessageView::default();
    view.from.push(Mailbox::new("someone@acrne.example"));
    for piece in pieces {
        add_piece(&mut view, *piece);
    }
    view
}

fn add_piece(view: &mut MessageView, piece: usize) {
    let text = |words: &str| Text::new(0, TextKind::Plain, words);
    let file = |kind| Attachment::new(1, "a.bin").with_finding(kind, "x");
    let defect = |kind| Defect::new(kind, Place::part(0), "x");
    match piece % PIECES {
        0 => view.texts.push(text("keep this between us")),
        1 => view.texts.push(text("must be paid today")),
        2 => view.texts.push(text("our bank details have changed")),
        3 => view.texts.push(text("verify your account")),
        4 => view.texts.push(text("buy gift cards")),
        5 => view.reply_to.push(Mailbox::new("x@gmail.com")),
        6 => view.reply_to.push(Mailbox::new("x@acnne.example")),
        7 => view.links.push(mailkit_risk::Link::new(0, "http://192.0.2.1/")),
        8 => view
            .links
            .push(mailkit_risk::Link::new(0, "https://a.example/").with_text("www.b.example")),
        9 => view.attachments.push(file(AttachmentFindingKind::MacroAutoExec)),
        10 => view.attachments.push(file(AttachmentFindingKind::Encrypted)),
        11 => view.attachments.push(Attachment::new(2, "a.pdf.exe")),
        12 => view.defects.push(defect(DefectKind::DuplicateMimeField)),
        13 => view.defects.push(defect(DefectKind::BareNewline)),
        14 => view.from.push(Mailbox::new("broken")),
        _ => view.password_form = Some(Place::part(0)),
    }
}

const PIECES: usize = 16;

proptest! {
    #[test]
    fn the_score_is_the_sum_of_its_reasons(pieces in proptest::collection::vec(0..PIECES, 0..20)) {
        let assessment = Scorer::builtin().assess_view(&view(&pieces), &context());
        let forwards: f64 = assessment.reasons().iter().map(|reason| reason.weight.logits()).sum();
        let backwards: f64 = assessment.reasons().iter().rev().map(|reason| reason.weight.logits()).sum();
        prop_assert_eq!(assessment.score(), assessment.prior() + forwards);
        prop_assert_eq!(forwards, backwards);
        prop_assert!((0.0..=1.0).contains(&assessment.probability()));
    }

    #[test]
    fn one_more_signal_never_lowers_the_score(pieces in proptest::collection::vec(0..PIECES, 0..12), more in 0..PIECES) {
        let scorer = Scorer::builtin();
        let mut worse = view(&pieces);
        let before = scorer.assess_view(&worse, &context());
        add_piece(&mut worse, more);
        let after = scorer.assess_view(&worse, &context());
        prop_assert!(after.score() >= before.score() && after.level() >= before.level() && after.action() >= before.action());
    }

    #[test]
    fn a_worse_result_of_dmarc_never_lowers_the_score(pieces in proptest::collection::vec(0..PIECES, 0..12)) {
        let score = |result, policy| {
            let auth = AuthSignals::default().with_dmarc(result, policy);
            Scorer::builtin().assess_view(&view(&pieces), &context().with_auth(auth)).score()
        };
        let ladder = [
            score(DmarcResult::Pass, None),
            score(DmarcResult::None, None),
            score(DmarcResult::Fail, Some(DmarcPolicy::None)),
            score(DmarcResult::Fail, Some(DmarcPolicy::Reject)),
        ];
        prop_assert!(ladder.is_sorted(), "{:?}", ladder);
    }

    #[test]
    fn a_family_adds_no_more_than_its_cap(pieces in proptest::collection::vec(0..PIECES, 0..30)) {
        let model = Model::builtin();
        let assessment = Scorer::builtin().assess_view(&view(&pieces), &context());
        for family in Family::ALL.iter().filter(|family| **family != Family::Trust) {
            let sum: f64 = assessment.reasons().iter().filter(|reason| reason.family == *family).map(|reason| reason.weight.logits()).sum();
            prop_assert!(sum <= model.cap(*family).logits(), "{family}");
        }
    }

    #[test]
    fn a_heavier_weight_never_lowers_the_score(pieces in proptest::collection::vec(0..PIECES, 0..12), code in 0..Code::ALL.len(), units in 0_i32..3_000) {
        let code = Code::ALL[code];
        prop_assume!(code.family() != Family::Trust);
        let table = include_str!("../data/model.tsv");
        let old = Model::builtin().weight(code);
        let heavier = old.logits() + f64::from(units) / 1024.0;
        let changed = table.replace(&format!("weight\t{code}\t{old}\t"), &format!("weight\t{code}\t{heavier}\t"));
        let model = Model::parse(&changed).unwrap();
        let scorer = Scorer::new(model, Policy::default());
        let view = view(&pieces);
        prop_assert!(scorer.assess_view(&view, &context()).score() >= Scorer::builtin().assess_view(&view, &context()).score());
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = Scorer::builtin().assess(&bytes, &context());
        let _ = intent::classify_raw(&bytes);
    }

    #[test]
    fn no_mail_panics(
        head in "((From|Subject|Reply-To|Content-Type|content-transfer-encoding|References): [ -~]{0,40}\r\n){0,6}",
        body in "\\PC{0,200}|(--b\r\n(Content-Type: (multipart/mixed; boundary=b|message/rfc822|text/html)\r\n)?\r\n[ -~]{0,20}\r\n){0,8}",
    ) {
        let raw = format!("Content-Type: multipart/mixed; boundary=b\r\n{head}\r\n{body}");
        let _ = Scorer::builtin().assess(raw.as_bytes(), &context());
        let _ = intent::classify_raw(raw.as_bytes());
    }
}

#[test]
fn every_row_of_the_model_can_be_changed_without_code() {
    let table = include_str!("../data/model.tsv");
    for code in Code::ALL {
        assert!(
            table.contains(&format!("weight\t{code}\t{}\t", Model::builtin().weight(*code))),
            "{code}"
        );
    }
    for (faulty, expected) in [
        (
            table.replace("weight\tDMARC_FAIL\t1.5", "weight\tDMARC_FAIL\t-1.5"),
            "weight of `DMARC_FAIL` has the wrong sign",
        ),
        (
            table.replace("weight\tDMARC_FAIL\t1.5", "weight\tDMARC_FAIL\t1.3"),
            "unreadable cell `1.3`",
        ),
        (table.replace("DMARC_FAIL\t1.5", "DMARC_FALL\t1.5"), "unreadable cell `DMARC_FALL`"),
        (table.replace("DMARC_NONE\t", "DMARC_FAIL\t"), "`DMARC_FAIL` stands twice"),
        (table.replace("prior\t", "# prior\t"), "`prior` is missing"),
        (
            table.replace("cap\ttrust\t-1\t", "cap\ttrust\t1\t"),
            "weight of `trust` has the wrong sign",
        ),
        (table.replace("level\thigh\t1\t", "level\thigh\t-2\t"), "unreadable cell `level`"),
        (table.replace("level\thigh\t1\t", "level\thigh\t"), "wrong number of cells"),
    ] {
        let error = Model::parse(&faulty).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}, not {expected}");
    }
}

#[test]
fn results_can_be_sent_to_other_threads() {
    fn is_sendable<T: Send + Sync + std::fmt::Debug + 'static>() {}
    is_sendable::<Scorer>();
    is_sendable::<mailkit_risk::Assessment>();
    is_sendable::<mailkit_risk::Intent>();
    is_sendable::<Context>();
    is_sendable::<Lexicon>();
}
