//! Notifications of others are searched and read; ours can be ended by no original.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mailkit_route::dsn::{DeliveryStatus, Notice, NoticeVerdict, Notify, ReturnContent};
use std::time::SystemTime;

fuzz_target!(|bytes: &[u8]| {
    let Ok(status) = DeliveryStatus::from_message(bytes) else { return };
    assert_eq!(status.to_string().parse(), Ok(status.clone()));
    let notify: Notify = "SUCCESS,FAILURE,DELAY".parse().expect("words");
    for sender in ["<me@us.example>", "<ich-für@us.example>"] {
        let sender = sender.parse().expect("a sender");
        if let NoticeVerdict::Send(notice) = Notice::about(&sender, status.clone(), |_| notify) {
            let message = notice.with_return(ReturnContent::Full).compose(bytes, SystemTime::UNIX_EPOCH, 7);
            assert!(DeliveryStatus::from_message(&message.bytes).is_ok());
        }
    }
});
