//! What fraudsters do to pass: each row is a mail that a person reads as the fraud it is.
#![cfg(feature = "message")]
#![allow(clippy::unwrap_used, reason = "a test that cannot build its input has failed")]

use std::time::{Duration, SystemTime};

use mailkit_risk::{Account, Assessment, Code, Context, Counterparty, Scorer};

const KNOWN_IBAN: &str = "DE89 3704 0044 0532 0130 00";

fn context() -> Context {
    let supplier = Counterparty::new("supplier.example")
        .with_account(Account::iban(KNOWN_IBAN).unwrap())
        .with_address("ann@supplier.example");
    Context::new(SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000))
        .with_own_domain("acme.example")
        .with_counterparty(supplier)
}

fn assess_in(context: &Context, from: &str, kind: &str, body: &str) -> Assessment {
    let raw = format!(
        "From: {from}\nSubject: Invoice\nContent-Type: text/{kind}; charset=utf-8\n\n{body}\n"
    );
    Scorer::builtin().assess(raw.replace('\n', "\r\n").as_bytes(), context)
}

fn assess(from: &str, kind: &str, body: &str) -> Assessment {
    assess_in(&context(), from, kind, body)
}

const ANN: &str = "Ann <ann@supplier.example>";

#[track_caller]
fn check_account(body: &str, is_changed: bool) {
    let assessment = assess(ANN, "plain", body);
    let found = assessment.reason(Code::PaymentAccountChanged).is_some();
    assert_eq!(found, is_changed, "{body:?} {:?}", assessment.reasons());
}

#[test]
fn no_invisible_character_hides_an_account() {
    for c in "\u{ad}\u{200b}\u{200e}\u{200f}\u{61c}\u{206a}\u{fff9}\u{3164}\u{ffa0}\u{115f}\u{1d173}\u{2800}\u{e0101}\u{202d}\u{2066}".chars() {
        check_account(&format!("Pay to GB29 NWBK{c} 6016 13{c}31 9268 19."), true);
        check_account(&format!("Pay to DE89 3704{c} 0044 05{c}32 0130 00."), false);
    }
}

#[test]
fn no_separator_hides_an_account() {
    for separator in [
        "",
        " ",
        "-",
        "\u{2010}",
        "\u{2011}",
        "\u{2013}",
        "\u{2014}",
        "/",
        " / ",
        "_",
        "\u{b7}",
        ",",
        " | ",
        ":",
        " \u{2022} ",
        "'",
        "\u{2019}",
        "*",
        "\u{a0}",
        "\n",
        "\n> ",
        "\n> > ",
    ] {
        let number = ["GB29", "NWBK", "6016", "1331", "9268", "19"].join(separator);
        check_account(&format!("Pay to {number} please"), true);
        let number = ["DE89", "3704", "0044", "0532", "0130", "00"].join(separator);
        check_account(&format!("Pay to {number} please"), false);
    }
}

#[test]
fn no_spelling_hides_an_account() {
    for number in [
        "G B 2 9 N W B K 6 0 1 6 1 3 3 1 9 2 6 8 1 9",
        "IBANGB29NWBK60161331926819",
        "GB29NWBK60161331926819GBP",
        "IBANGB29NWBK60161331926819BIC",
        "G\u{412}29NW\u{412}\u{41a}60161331926819",
        "G\u{392}29\u{39d}W\u{392}\u{39a}60161331926819",
        "GB\u{662}\u{669}NWBK\u{666}\u{660}\u{661}\u{666}\u{661}\u{663}\u{663}\u{661}\u{669}\u{662}\u{666}\u{668}\u{661}\u{669}",
        "\u{ff27}\u{ff22}\u{ff12}\u{ff19}NWBK60161331926819",
    ] {
        check_account(&format!("Pay to {number} please"), true);
    }
    for number in [
        "GB29 NWBK 6016 1331 9268 18",
        "GB29NWBK601613319268199",
        "GB29 NWBK 6016 1331",
        "GB29 NWBK 6016 甲 1331 9268 19",
    ] {
        check_account(&format!("Pay to {number} please"), false);
    }
}

#[test]
fn no_second_sender_hides_the_counterparty() {
    let body = "Please pay to GB29 NWBK 6016 1331 9268 19.";
    let alone = assess(ANN, "plain", body);
    for from in [
        "x@foo.example, Ann <ann@supplier.example>",
        "Ann <ann@supplier.example>, x@foo.example",
        "x@foo.example\nFrom: Ann <ann@supplier.example>",
        "Ann <ann@supplier.example>\nFrom: x@foo.example",
        "x@foo.example, y@newcomer.example, Ann <ann@supplier.example>",
    ] {
        let newcomer = Counterparty::new("newcomer.example");
        let more = assess_in(&context().with_counterparty(newcomer), from, "plain", body);
        assert!(more.reason(Code::PaymentAccountChanged).is_some(), "{from} {:?}", more.reasons());
        assert!(more.score() >= alone.score(), "{from}");
    }
    let spoofed = assess("x@foo.example, it@suppl1er.example", "plain", "Hello");
    assert!(spoofed.reason(Code::LookalikeDomain).is_some(), "{:?}", spoofed.reasons());
    let stranger = assess("x@foo.example, y@bar.example", "plain", body);
    assert!(stranger.reason(Code::PaymentAccountChanged).is_none(), "{:?}", stranger.reasons());
}

#[test]
fn no_known_account_in_the_background_vouches_for_a_new_one() {
    let new = "Account number: 99887766";
    check_account(&format!("{new}\n\n> IBAN {KNOWN_IBAN}"), true);
    check_account(&format!("{new}\n  >> IBAN {KNOWN_IBAN}"), true);
    check_account(&format!("{new}\n{}\nIBAN {KNOWN_IBAN}", "Words as they are. ".repeat(20)), true);
    check_account(&format!("{new}\nIBAN {KNOWN_IBAN}"), false);
    check_account(&format!("IBAN {KNOWN_IBAN}\n{new}"), false);
    for (style, is_changed) in [("display:none", true), ("color:black", false)] {
        let body = format!("<p>{new}</p><p style='{style}'>IBAN {KNOWN_IBAN}</p>");
        let found = assess(ANN, "html", &body).reason(Code::PaymentAccountChanged).is_some();
        assert_eq!(found, is_changed, "{style}");
    }
}

#[test]
fn an_own_account_is_never_a_changed_one() {
    let own = Account::iban("GB29 NWBK 6016 1331 9268 19").unwrap();
    for (body, is_changed) in [
        ("We paid to GB29 NWBK 6016 1331 9268 19.", false),
        ("We paid to DE02 1203 0000 0000 2020 51.", true),
        ("We paid to GB29 NWBK 6016 1331 9268 19. Pay us at DE02 1203 0000 0000 2020 51.", true),
        ("We paid to GB29 NWBK 6016 1331 9268 19. Our account number: 99887766.", true),
    ] {
        let context = context().with_own_account(own.clone());
        let assessment = assess_in(&context, ANN, "plain", body);
        let found = assessment.reason(Code::PaymentAccountChanged).is_some();
        assert_eq!(found, is_changed, "{body}");
    }
}

#[test]
fn no_form_of_a_name_hides_a_borrowed_one() {
    let context = context().with_own_person("Ann Müller", "ann.mueller@acme.example");
    let found = |name: &str, code| {
        let from = format!("\"{name}\" <x@foo.example>");
        assess_in(&context, &from, "plain", "Hello").reason(code).is_some()
    };
    for (name, is_borrowed) in [
        ("Ann Müller", true),
        ("Müller, Ann", true),
        ("Ann Müller (Director)", true),
        ("Dr. Ann Müller", true),
        ("Ann Mueller", true),
        ("MUELLER, Ann, Managing Director", true),
        ("Ann Mullers", false),
        ("Anna Müller", false),
        ("Müller", false),
        ("Ann Müller via Sign Service", false),
        ("Director", false),
    ] {
        assert_eq!(found(name, Code::OwnPersonSpoofed), is_borrowed, "{name}");
    }
    for (name, shows_another) in [
        ("[ceo@acme.example]", true),
        ("ceo@acme.example;", true),
        ("ceo@acme.example:", true),
        ("Ann <ceo@acme.example>", true),
        ("{ceo@acme.example}|", true),
        ("[ceo@foo.example]", false),
        ("Ann @ Acme", false),
    ] {
        assert_eq!(found(name, Code::DisplayNameAddress), shows_another, "{name}");
    }
}

#[test]
fn no_spelling_hides_an_imitated_domain() {
    for (host, code) in [
        ("\u{455}u\u{440}\u{440}l\u{456}\u{435}r.example", Some(Code::LookalikeDomain)),
        ("supp1ier-billing.example", Some(Code::LookalikeDomain)),
        ("supplier.example-login.org", Some(Code::LookalikeDomain)),
        ("supplierexample.org", Some(Code::LookalikeDomain)),
        ("supplierinc.example", Some(Code::LookalikeVariant)),
        ("thesupplier.example", Some(Code::LookalikeVariant)),
        ("applier.test", None),
    ] {
        let assessment = assess(&format!("ann@{host}"), "plain", "Hello");
        let found = [Code::LookalikeDomain, Code::LookalikeVariant]
            .into_iter()
            .find(|code| assessment.reason(*code).is_some());
        assert_eq!(found, code, "{host}");
    }
}
