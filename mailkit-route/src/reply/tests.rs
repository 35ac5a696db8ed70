use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(text: &str, expected: Result<&str, &str>) {
    let read = text.parse::<SmtpReply>();
    let shown = read.as_ref().map(ToString::to_string).map_err(ToString::to_string);
    assert_eq!(shown, expected.map(String::from).map_err(String::from), "{text:?}");
}

#[test]
fn replies_read_and_write() {
    check("250 ok\r\n", Ok("250 ok"));
    check("250 ok\n", Ok("250 ok"));
    check("250", Ok("250 "));
    check(
        "250-a.example\r\n250-SIZE 100\r\n250 HELP",
        Ok("250-a.example\r\n250-SIZE 100\r\n250 HELP"),
    );
    check("550 \u{1b}[31mred\u{7}", Ok("550 \u{fffd}[31mred\u{fffd}"));
    check("550 a\u{202e}b", Ok("550 a\u{fffd}b"));
    check("550 a\rb", Ok("550 a\u{fffd}b"));
    check("", Err("invalid reply code at byte 0"));
    check("25", Err("invalid reply code at byte 0"));
    check("199 a", Err("invalid reply code at byte 0"));
    check("600 a", Err("invalid reply code at byte 0"));
    check("+50 a", Err("invalid reply code at byte 0"));
    check("250_a", Err("invalid reply code at byte 0"));
    check("25é a", Err("invalid reply code at byte 0"));
    check("250-a\r\n", Err("reply ends in the wrong line at byte 0"));
    check("250 a\r\n250 b", Err("reply ends in the wrong line at byte 7"));
    check("250-a\r\n550 b", Err("reply code changes between lines at byte 7"));
    // Six thousand bytes that would be written as eighteen thousand.
    check(&format!("250 {}", "\u{7}".repeat(6_000)), Err("longer than 16384 bytes at byte 0"));
    check(&format!("250 {}", "a".repeat(20_000)), Err("longer than 16384 bytes at byte 0"));
}

#[test]
fn replies_are_made_from_their_parts() {
    let check = |code, enhanced: Option<&str>, text: &str, expected: Result<&str, &str>| {
        let enhanced = enhanced.map(|code| code.parse().unwrap());
        let made = SmtpReply::new(code, enhanced, text);
        let shown = made.as_ref().map(ToString::to_string).map_err(ToString::to_string);
        assert_eq!(shown, expected.map(String::from).map_err(String::from));
        assert!(made.is_err() || made == shown.unwrap().parse());
    };
    check(250, None, "ok", Ok("250 ok"));
    check(250, None, "", Ok("250 "));
    check(550, Some("5.7.1"), "no\r\nnever", Ok("550-5.7.1 no\r\n550 5.7.1 never"));
    check(600, None, "a", Err("invalid reply code at byte 0"));
    check(250, None, &"a".repeat(20_000), Err("longer than 16384 bytes at byte 0"));
    check(250, None, &"\n".repeat(10_000), Err("longer than 16384 bytes at byte 0"));
}

#[track_caller]
fn check_class(text: &str, class: ReplyClass) {
    assert_eq!(text.parse::<SmtpReply>().map(|reply| reply.class()), Ok(class), "{text}");
}

#[test]
fn replies_have_classes() {
    check_class("250 2.1.0 ok", ReplyClass::Positive);
    check_class("354 go ahead", ReplyClass::Positive);
    check_class("450 4.7.1 Greylisted, come back in 300 seconds", ReplyClass::Greylist);
    check_class("451 4.7.1 Graylisting in action", ReplyClass::Greylist);
    check_class("421 4.7.28 unusual rate of unsolicited mail", ReplyClass::Rate);
    check_class("452 4.5.3 too many recipients", ReplyClass::Rate);
    check_class("550 5.7.26 This mail is unauthenticated", ReplyClass::Authentication);
    check_class("550 5.7.515 Access denied, sending domain", ReplyClass::Authentication);
    check_class("550 5.7.1 rejected due to DMARC policy", ReplyClass::Authentication);
    check_class("554 5.7.1 blocked using zen.spamhaus.org", ReplyClass::Reputation);
    check_class("550 5.7.1 looks like spam", ReplyClass::Spam);
    check_class("550 5.7.1 relaying denied", ReplyClass::Relaying);
    check_class("550 5.1.1 no such user", ReplyClass::UnknownMailbox);
    check_class("550 No such user here", ReplyClass::UnknownMailbox);
    check_class("452 4.2.2 over quota", ReplyClass::MailboxFull);
    check_class("552 5.3.4 too big", ReplyClass::TooLarge);
    check_class("556 5.1.10 null MX", ReplyClass::NullMx);
    check_class("421 shutting down", ReplyClass::System);
    check_class("451 4.3.0 try later", ReplyClass::System);
    check_class("450 try later", ReplyClass::Temporary);
    check_class("554 no", ReplyClass::Permanent);
    check_class("503 5.5.1 bad sequence", ReplyClass::Protocol);
}

#[test]
fn n1_a_contradicting_enhanced_code_is_not_believed() {
    // The reply code decides; the detail after the wrong first digit is dropped too.
    check_class("550 4.2.2 mailbox", ReplyClass::Permanent);
    check_class("450 5.1.1 mailbox", ReplyClass::Temporary);
    check_class("450 4.7.1 rule", ReplyClass::Policy);
    check_class("550 5.7.1 rule", ReplyClass::Policy);
    let odd: SmtpReply = "250 5.0.0 fine".parse().unwrap();
    assert!(odd.is_positive() && odd.enhanced().is_none());
}

#[test]
fn enhanced_codes_read_and_write() {
    let check = |text: &str, valid: bool| {
        let read = text.parse::<EnhancedCode>();
        assert_eq!(read.is_ok(), valid, "{text}");
        assert!(read.is_err() || read.unwrap().to_string() == text);
    };
    check("5.7.26", true);
    check("2.0.0", true);
    check("4.999.999", true);
    check("3.0.0", false);
    check("5.7", false);
    check("5.7.1.2", false);
    check("5.7.1000", false);
    check("5.07.1", false);
    check("5.-7.1", false);
    check("5.7.", false);
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic_and_reads_back(text in "[2-5][0-9]{2}[ -].{0,40}(\r\n[2-5][0-9]{2}[ -].{0,9})?|\\PC{0,60}") {
        if let Ok(reply) = text.parse::<SmtpReply>() {
            prop_assert_eq!(reply.to_string().parse(), Ok(reply.clone()));
            prop_assert_eq!(reply.class() == ReplyClass::Positive, reply.is_positive());
            prop_assert!(!reply.to_string().replace("\r\n", "").chars().any(char::is_control));
        }
    }
}
