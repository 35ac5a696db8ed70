use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::{ParseErrorKind, SmtpReply};

pub(super) fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

fn reply(text: &str) -> SmtpReply {
    text.parse().unwrap()
}

pub(super) fn failed() -> DeliveryStatus {
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
    .with_original_recipient(TypedField::from_orcpt("rfc822;bob+2Bx@buyer.example").unwrap())
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

#[test]
fn places_are_those_of_the_text_that_was_read() {
    let check = |text: &str, place: &str| {
        let error = text.parse::<TypedField>().unwrap_err();
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

}
