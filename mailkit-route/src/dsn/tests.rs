use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::ParseErrorKind;

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

fn reply(text: &str) -> SmtpReply {
    text.parse().unwrap()
}

fn failed() -> DeliveryStatus {
    let recipient =
        RecipientStatus::from_reply("ann@buyer.example", Action::Failed, &reply("550 5.1.1 no"));
    DeliveryStatus::new(&"mail.us.example".parse().unwrap()).with_recipient(recipient)
}

#[test]
fn n2_every_field_has_its_place() {
    let mut status = failed();
    status.envelope_id = Some("QQ314159".parse().unwrap());
    status.received_from_mta = Some("dns; app.us.example".parse().unwrap());
    status.arrival = Some(at(0));
    let delayed = RecipientStatus::from_reply(
        "bob@buyer.example",
        Action::Delayed,
        &reply("450 full: mailbox full"),
    )
    .with_original_recipient(Typed::from_orcpt("rfc822;bob+2Bx@buyer.example").unwrap())
    .with_remote_mta(&"mx.buyer.example".parse().unwrap())
    .with_last_attempt(at(60))
    .with_will_retry_until(at(86_400));
    let status = status.with_recipient(delayed);
    let text = "Original-Envelope-Id: QQ314159\r\nReporting-MTA: dns; mail.us.example\r\n\
        Received-From-MTA: dns; app.us.example\r\nArrival-Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n\r\n\
        Final-Recipient: rfc822; ann@buyer.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\
        Diagnostic-Code: smtp; 550 5.1.1 no\r\n\r\n\
        Original-Recipient: rfc822; bob+x@buyer.example\r\nFinal-Recipient: rfc822; bob@buyer.example\r\n\
        Action: delayed\r\nStatus: 4.2.2\r\nRemote-MTA: dns; mx.buyer.example\r\n\
        Diagnostic-Code: smtp; 450 full: mailbox full\r\n\
        Last-Attempt-Date: Thu, 01 Jan 1970 00:01:00 +0000\r\n\
        Will-Retry-Until: Fri, 02 Jan 1970 00:00:00 +0000\r\n";
    assert_eq!(status.to_string(), text);
    assert_eq!(text.parse(), Ok(status));
}

#[test]
fn n2_status_without_an_enhanced_code_is_that_of_the_class() {
    let check = |text: &str, status: &str| {
        let made = RecipientStatus::from_reply("a@b.example", Action::Failed, &reply(text));
        assert_eq!(made.status.to_string(), status, "{text}");
    };
    check("550 user unknown", "5.1.1");
    check("550 4.1.1 user unknown", "5.1.1");
    check("450 4.7.1 greylisted", "4.7.1");
    check("421 shutting down", "4.3.0");
    check("554 no", "5.0.0");
    check("250 ok", "2.0.0");
}

#[test]
fn n2_reports_of_others_are_read() {
    let check = |text: &str, expected: Result<&str, &str>| {
        let read = text.parse::<DeliveryStatus>();
        let shown = read.map(|status| {
            let rows = status.recipients.iter();
            rows.map(|r| format!("{} {} {}", r.final_recipient.value(), r.action, r.status))
                .collect::<Vec<_>>()
                .join(", ")
        });
        assert_eq!(
            shown.map_err(|e| e.to_string()),
            expected.map(Into::into).map_err(Into::into),
            "{text}"
        );
    };
    check(
        "Reporting-MTA: dns; a\nX-Queue-ID: 1\n\n\nFinal-Recipient: RFC822; <a@b.example>\nACTION: Failed\nstatus: 5.1.1 (user unknown)\nDiagnostic-Code: X-Postfix; a\n  b\n",
        Ok("<a@b.example> failed 5.1.1"),
    );
    check("Reporting-MTA: dns; a", Ok(""));
    check("", Err("missing field `Reporting-MTA` at byte 0"));
    check("Reporting-MTA: a", Err("invalid value of `Reporting-MTA` at byte 0"));
    check("Reporting-MTA: dns; a\n\nAction: failed", Err("missing field `Status` at byte 23"));
    check(
        "Reporting-MTA: dns; a\n\nAction: failed\nStatus: 5",
        Err("invalid enhanced status code at byte 23"),
    );
    check(
        "Reporting-MTA: dns; a\n\nAction: sent\nStatus: 5.0.0\nFinal-Recipient: a;b",
        Err("invalid value of `Action` at byte 23"),
    );
    check(
        "Reporting-MTA: dns; a\n\nAction: failed\nStatus: 5.0.0",
        Err("missing field `Final-Recipient` at byte 23"),
    );
    let many = "\nFinal-Recipient: rfc822; a\nAction: failed\nStatus: 5.0.0\n".repeat(1001);
    let error = format!("Reporting-MTA: dns; a\n{many}").parse::<DeliveryStatus>().unwrap_err();
    assert_eq!(error.kind(), &ParseErrorKind::TooMany { limit: 1000 });
    let error = " ".repeat(300_000).parse::<DeliveryStatus>().unwrap_err();
    assert_eq!(error.kind(), &ParseErrorKind::TooLong { limit: 256 * 1024 });
}

#[test]
fn n2_the_report_is_found_in_a_message() {
    let check = |text: &str, found: bool| {
        let status = DeliveryStatus::from_message(text.as_bytes());
        assert_eq!(status.is_ok(), found, "{text}: {status:?}");
    };
    let body =
        |kind: &str| format!("\n\n--b\nContent-Type: {kind}\n\nReporting-MTA: dns; a\n\n--b--\n");
    check(
        &format!("Content-Type: multipart/report; boundary=b{}", body("message/delivery-status")),
        true,
    );
    check(
        &format!(
            "content-type: Multipart/Report;\n\tboundary=\"b\"; x=y{}",
            body("message/global-delivery-status; charset=utf-8")
        ),
        true,
    );
    check(&format!("Content-Type: multipart/report; boundary=b{}", body("message/rfc822")), false);
    check(
        &format!("Content-Type: multipart/report; boundary=c{}", body("message/delivery-status")),
        false,
    );
    check(
        &format!("Content-Type: text/plain; boundary=b{}", body("message/delivery-status")),
        false,
    );
    let base64 = body("message/delivery-status\nContent-Transfer-Encoding: base64");
    check(&format!("Content-Type: multipart/report; boundary=b{base64}"), false);
    check(
        "Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; a",
        false,
    );
    check("", false);
}

#[test]
fn n2_the_sender_hears_what_it_asked_for() {
    let check = |sender: &str, notify: &str, action: Action, expected: Option<NoNotice>| {
        let notify = if notify.is_empty() { Notify::default() } else { notify.parse().unwrap() };
        let mut status = failed();
        status.recipients[0].action = action;
        let verdict = Notice::about(&sender.parse().unwrap(), status, |_| notify);
        let found = match verdict {
            NoticeVerdict::Send(notice) => {
                assert_eq!(
                    (notice.reverse_path(), notice.recipient()),
                    (ReversePath::NULL, "me@us.example")
                );
                None
            }
            NoticeVerdict::Suppressed(why) => Some(why),
        };
        assert_eq!(found, expected, "{sender} {notify} {action}");
    };
    let (not_asked, null) = (Some(NoNotice::NotAsked), Some(NoNotice::NullSender));
    check("<me@us.example>", "", Action::Failed, None);
    check("<me@us.example>", "", Action::Delayed, None);
    check("<me@us.example>", "", Action::Delivered, not_asked);
    check("<me@us.example>", "NEVER", Action::Failed, not_asked);
    check("<me@us.example>", "success", Action::Relayed, None);
    check("<me@us.example>", "SUCCESS,FAILURE", Action::Delayed, not_asked);
    check("<>", "", Action::Failed, null);
    check("<>", "SUCCESS,FAILURE,DELAY", Action::Failed, null);
}

fn composed(action: Action, returns: ReturnContent, original: &[u8]) -> NoticeMessage {
    let mut status = failed();
    status.recipients[0].action = action;
    let sender = "me@us.example".parse().unwrap();
    match Notice::about(&sender, status, |_| "SUCCESS,FAILURE,DELAY".parse().unwrap()) {
        NoticeVerdict::Send(notice) => notice.with_return(returns).compose(original, at(0), 7),
        NoticeVerdict::Suppressed(why) => panic!("{why:?}"),
    }
}

#[test]
fn n2_ret_says_how_much_comes_back() {
    let check = |action, returns, original: &[u8], expected, shown: &str| {
        let message = composed(action, returns, original);
        let text = String::from_utf8_lossy(&message.bytes);
        assert_eq!(message.returned, expected);
        assert!(text.contains(shown), "{text}");
    };
    let (full, headers) = (ReturnContent::Full, ReturnContent::Headers);
    let mail = b"Subject: a\n\nbody\n";
    let third = "Content-Transfer-Encoding: 7bit\r\n\r\nSubject: a\r\n";
    check(Action::Failed, full, mail, Returned::Full, &format!("{third}\r\nbody\r\n\r\n--"));
    check(Action::Failed, headers, mail, Returned::Headers, &format!("{third}\r\n--"));
    check(Action::Delayed, full, mail, Returned::Headers, &format!("{third}\r\n--"));
    check(Action::Failed, headers, b"Subject: a", Returned::Headers, "Subject: a\r\n--");
    let long = "X: y\n".repeat(20_000);
    check(Action::Failed, headers, long.as_bytes(), Returned::CutHeaders, "X: y\r\n\r\n--");
    let large = "y".repeat(Notice::MAX_ORIGINAL + 1);
    check(Action::Failed, full, large.as_bytes(), Returned::CutHeaders, "\r\n\r\n\r\n--");
}

#[test]
fn a_boundary_never_stands_in_the_original() {
    let first = composed(Action::Failed, ReturnContent::Full, b"");
    let text = String::from_utf8(first.bytes).unwrap();
    let boundary = text.split('"').nth(1).unwrap();
    let guessed = format!("Subject: a\r\n\r\n--{boundary}--\r\n");
    let second = composed(Action::Failed, ReturnContent::Full, guessed.as_bytes());
    let text = String::from_utf8(second.bytes).unwrap();
    assert_ne!(text.split('"').nth(1), Some(boundary));
    assert!(text.contains(&guessed));
}

#[test]
fn parameters_read_and_write() {
    let notify = |text: &str| text.parse::<Notify>().map(|notify| notify.to_string()).ok();
    assert_eq!(notify("delay,success").as_deref(), Some("SUCCESS,DELAY"));
    assert_eq!(notify("Never").as_deref(), Some("NEVER"));
    assert_eq!(notify("NEVER,DELAY"), None);
    assert_eq!(notify(""), None);
    let ret = |text: &str| text.parse::<ReturnContent>().map(|ret| ret.to_string()).ok();
    assert_eq!(ret("hdrs").as_deref(), Some("HDRS"));
    assert_eq!(ret("all"), None);
    let path = |text: &str| text.parse::<ReversePath>().map(|path| path.to_string()).ok();
    assert_eq!(path("<>").as_deref(), Some("<>"));
    assert_eq!(path("a@B.example").as_deref(), Some("<a@b.example>"));
    for wrong in
        ["", "a", "@b.example", "<a@b.example", "a@b.example>\r\nDATA", "a b@b.example", "a@-"]
    {
        assert_eq!(path(wrong), None, "{wrong}");
    }
    assert_eq!(path("\"a.\"@b.example").as_deref(), Some("<\"a.\"@b.example>"));
    for wrong in
        ["\"@b.example", "\"\"@b.example", "\"a@b.example", "a\"@b.example", "\"a\"b\"@b.example"]
    {
        assert_eq!(path(wrong), None, "{wrong}");
    }
    let id = |text: &str| EnvelopeId::from_xtext(text).map(|id| id.to_string()).ok();
    assert_eq!(id("a+20b").as_deref(), Some("a b"));
    for wrong in ["", "a=b", "a+0Ab", "a+2", "a+2bb", "a+20+20b", &"a".repeat(101)] {
        assert_eq!(id(wrong), None, "{wrong}");
    }
}

#[test]
fn mailboxes_outside_ascii_are_written_as_rfc_6533_has_them() {
    let check = |mailbox: &str, value: &str| {
        let typed = Typed::mailbox(mailbox);
        assert_eq!(
            (typed.kind(), typed.value(), typed.shown().as_ref()),
            ("utf-8", value, mailbox)
        );
        assert_eq!(Typed::from_orcpt(&typed.to_orcpt()), Ok(typed));
    };
    check("é@b.example", r"\x{E9}@b.example");
    check("é+shop=a@b.example", r"\x{E9}\x{2B}shop\x{3D}a@b.example");
    // What looks like the form itself is no part of it.
    check(r"é\x{41}@b.example", r"\x{E9}\x{5C}x{41}@b.example");
    // What turns the direction of a line is not shown.
    assert_eq!(Typed::mailbox("é\u{202E}a@b.example").shown(), r"é\x{202E}a@b.example");
    assert_eq!(Typed::mailbox(r"\x{E9}@b.example").shown(), r"\x{E9}@b.example");
}

#[test]
fn orcpt_is_read_and_passed_on() {
    let check = |parameter: &str, expected: Result<&str, &str>| {
        let read = Typed::from_orcpt(parameter);
        let shown = read.map(|typed| typed.to_orcpt()).map_err(|error| error.to_string());
        assert_eq!(shown, expected.map(Into::into).map_err(Into::into), "{parameter}");
    };
    let wrong = Err("invalid value of `ORCPT` at byte 0");
    check("rfc822;ann+2Bshop+3D@b.example", Ok("rfc822;ann+2Bshop+3D@b.example"));
    check("X400;+20a+20b", Ok("x400;a+20b"));
    check("utf-8;é@b.example", Ok(r"utf-8;\x{E9}@b.example"));
    check(r"UTF-8;\x{E9}\x{2B}@b.example", Ok(r"utf-8;\x{E9}\x{2B}@b.example"));
    check("utf-8;é+2B@b.example", wrong);
    check("utf-8;é @b.example", wrong);
    check("rfc822;é@b.example", wrong);
    check("rfc822;a=b", wrong);
    check("rfc822", wrong);
    check("a b;c", wrong);
}

#[test]
fn a_sender_outside_ascii_is_told_in_global_types() {
    let check = |sender: &str, returns, kinds: [&str; 2], smtputf8| {
        let mut status = failed();
        status.recipients[0].final_recipient = Typed::mailbox("анна@buyer.example");
        let verdict = Notice::about(&sender.parse().unwrap(), status, |_| Notify::default());
        let NoticeVerdict::Send(notice) = verdict else { panic!("{verdict:?}") };
        let message = notice.with_return(returns).compose(b"Subject: a\n\nb\n", at(0), 7);
        assert_eq!((message.smtputf8, message.eight_bit), (smtputf8, true));
        let text = String::from_utf8(message.bytes.clone()).unwrap();
        assert!(text.contains("Your mail to анна@buyer.example could not"), "{text}");
        for kind in kinds {
            assert!(text.contains(&format!("Content-Type: {kind}\r\n")), "{text}");
        }
        assert!(DeliveryStatus::from_message(&message.bytes).is_ok());
    };
    let (full, headers) = (ReturnContent::Full, ReturnContent::Headers);
    check("me@us.example", full, ["message/delivery-status", "message/rfc822"], false);
    check("me@us.example", headers, ["message/delivery-status", "text/rfc822-headers"], false);
    check("ich-für@us.example", full, ["message/global-delivery-status", "message/global"], true);
    let kinds = ["message/global-delivery-status", "message/global-headers"];
    check("ich-für@us.example", headers, kinds, true);
}

#[test]
fn places_are_those_of_the_text_that_was_read() {
    let check = |text: &str, place: &str| {
        let error = text.parse::<Typed>().unwrap_err();
        assert_eq!(text.get(error.span()), Some(place), "{text}");
    };
    check(" a b ; c", "a b");
    check("dns; ", " ");
    check("dns", "dns");
    let report = "Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n\
        Reporting-MTA: dns; a\n\nAction: sent\nStatus: 5.0.0\n--b--\n";
    let error = DeliveryStatus::from_message(report.as_bytes()).unwrap_err();
    assert_eq!(report.get(error.span()), Some("Action: sent\nStatus: 5.0.0"));
}

proptest! {
    #[test]
    fn any_value_is_printable_and_reads_back(value in "\\PC{0,80}|(a|é|\\PC){450,600}|[ \\r\\n\\ta-c]{0,20}") {
        let typed = Typed::mailbox(&value);
        prop_assert!(typed.to_string().bytes().all(|b| matches!(b, b' '..=b'~')));
        prop_assert_eq!(typed.to_string().parse(), Ok(typed));
    }

    #[test]
    fn any_reply_makes_a_report_that_reads_back(words in "\\PC{0,300}|[\\r\\n:a-z -]{0,300}", mailbox in "\\PC{1,30}", second in 0u64..4_000_000_000) {
        let Ok(reply) = SmtpReply::new(550, None, &words) else { return Ok(()) };
        let recipient = RecipientStatus::from_reply(&mailbox, Action::Failed, &reply).with_last_attempt(at(second));
        let status = DeliveryStatus::new(&"mail.us.example".parse().unwrap()).with_recipient(recipient);
        let text = status.to_string();
        prop_assert!(text.split("\r\n").all(|line| line.len() < 998 && !line.contains(['\r', '\n'])));
        prop_assert_eq!(text.parse(), Ok(status));
    }

    #[test]
    fn any_message_is_searched_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), text in "(Content-Type: (multipart/x|message/delivery-status)|; ?boundary=\"?b\"?|\r?\n|--b(--)?|Reporting-MTA: a;b|\\PC){0,30}") {
        let _ = DeliveryStatus::from_message(&bytes);
        let _ = DeliveryStatus::from_message(text.as_bytes());
        let _ = text.parse::<DeliveryStatus>();
    }

    #[test]
    fn no_original_ends_its_part(original in prop::collection::vec(any::<u8>(), 0..200), text in "\\PC{0,60}|[\\r\\n.-]{0,60}") {
        let sender = "me@us.example".parse().unwrap();
        let NoticeVerdict::Send(notice) = Notice::about(&sender, failed(), |_| Notify::default()) else { return Ok(()) };
        let notice = notice.with_text(&text).with_return(ReturnContent::Full);
        let message = notice.compose(&original, at(0), 7);
        prop_assert_eq!(DeliveryStatus::from_message(&message.bytes), Ok(notice.status().clone()));
        let lone = message.bytes.windows(2).any(|two| (two[0] == b'\r') != (two[1] == b'\n'));
        prop_assert!(!lone && message.bytes[0] != b'\n');
    }
}
