//! Replies: what was read is written and reads back equal, has a class, and makes a report that reads back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mailkit_route::{
    ReplyClass, SmtpReply, Stage,
    dsn::{Action, DeliveryStatus, RecipientStatus},
};

fuzz_target!(|text: &str| {
    let Ok(reply) = text.parse::<SmtpReply>() else { return };
    assert_eq!(reply.to_string().parse::<SmtpReply>().as_ref(), Ok(&reply));
    assert_eq!(reply.class() == ReplyClass::Positive, reply.is_positive());
    assert_eq!(reply.scope(Stage::RcptTo).is_none(), reply.is_positive());
    let recipient = RecipientStatus::from_reply(&reply.text(), Action::Failed, &reply);
    let host = "mail.us.example".parse().expect("a host");
    let status = DeliveryStatus::new(&host).with_recipient(recipient);
    assert_eq!(status.to_string().parse(), Ok(status));
});
