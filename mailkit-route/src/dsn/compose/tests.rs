use proptest::prelude::*;

use super::*;
use crate::dsn::{
    DeliveryStatus, NoticeVerdict, Notify, TypedField,
    tests::{at, failed},
};

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
fn a_sender_outside_ascii_is_told_in_global_types() {
    let check = |sender: &str, returns, kinds: [&str; 2], smtputf8| {
        let mut status = failed();
        status.recipients[0].final_recipient = TypedField::mailbox("анна@buyer.example");
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

proptest! {
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
