//! Notifications as another parser reads them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "helpers of tests")]

use std::time::{Duration, SystemTime};

use mail_parser::{MessageParser, MimeHeaders, PartType};
use mailkit_route::dsn::{
    Action, DeliveryStatus, Notice, NoticeMessage, NoticeVerdict, Notify, RecipientStatus,
    ReturnContent, Returned,
};

const ORIGINAL: &str = "From: me@us.example\nSubject: Angebot für Sie\n\nGrüße\n.\n";

fn composed(returns: ReturnContent) -> (DeliveryStatus, NoticeMessage) {
    let reply = "550-5.1.1 no such user\r\n550 5.1.1 unknown: häns".parse().unwrap();
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    let recipient = RecipientStatus::from_reply("häns@buyer.example", Action::Failed, &reply)
        .with_remote_mta(&"mx.buyer.example".parse().unwrap())
        .with_last_attempt(now);
    let status = DeliveryStatus::new(&"mail.us.example".parse().unwrap()).with_recipient(recipient);
    let sender = "<me@us.example>".parse().unwrap();
    match Notice::about(&sender, status, |_| Notify::default()) {
        NoticeVerdict::Send(notice) => {
            let notice = notice.with_return(returns);
            (notice.status().clone(), notice.compose(ORIGINAL.as_bytes(), now, 7))
        }
        verdict => panic!("{verdict:?}"),
    }
}

#[test]
fn n2_another_parser_reads_the_three_parts() {
    let check = |returns, returned, third: (&str, &str)| {
        let (status, message) = composed(returns);
        assert_eq!((message.returned, message.eight_bit), (returned, true));
        let read = MessageParser::default().parse(&message.bytes).unwrap();
        let media = |part: &mail_parser::MessagePart<'_>| {
            let media = part.content_type().unwrap();
            (media.ctype().to_owned(), media.subtype().unwrap().to_owned())
        };
        let whole = read.content_type().unwrap();
        assert_eq!(whole.attribute("report-type"), Some("delivery-status"));
        assert_eq!(
            read.header("Auto-Submitted").and_then(|value| value.as_text()),
            Some("auto-replied")
        );
        assert_eq!(read.date().map(mail_parser::DateTime::to_timestamp), Some(1_800_000_000));
        let PartType::Multipart(parts) = &read.parts[0].body else { panic!("no multipart") };
        let parts: Vec<_> =
            parts.iter().map(|at| &read.parts[usize::try_from(*at).unwrap()]).collect();
        let kinds: Vec<_> = parts.iter().map(|part| media(part)).collect();
        let kind = |(a, b): (&str, &str)| (a.to_owned(), b.to_owned());
        assert_eq!(
            kinds,
            [kind(("text", "plain")), kind(("message", "delivery-status")), kind(third)]
        );
        let report = String::from_utf8(parts[1].contents().to_vec()).unwrap();
        assert_eq!(report.parse(), Ok(status));
    };
    check(ReturnContent::Full, Returned::Full, ("message", "rfc822"));
    check(ReturnContent::Headers, Returned::Headers, ("text", "rfc822-headers"));
}
