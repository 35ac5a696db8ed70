//! Notifications of others are searched and read; ours can be ended by no original.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mailkit_route::dsn::{DeliveryStatus, Notice, NoticeVerdict, Notify, ReturnContent};
use std::time::SystemTime;

fuzz_target!(|bytes: &[u8]| {
    let Ok(status) = DeliveryStatus::from_message(bytes) else { return };
    assert_eq!(status.to_string().parse(), Ok(status.clone()));
    let sender = "<me@us.example>".parse().expect("a sender");
    let notify: Notify = "SUCCESS,FAILURE,DELAY".parse().expect("words");
    if let NoticeVerdict::Send(notice) = Notice::about(&sender, status, |_| notify) {
        let message = notice.with_return(ReturnContent::Full).compose(bytes, SystemTime::UNIX_EPOCH, 7);
        assert!(DeliveryStatus::from_message(&message.bytes).is_ok());
    }
});
