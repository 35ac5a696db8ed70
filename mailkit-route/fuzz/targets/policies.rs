//! What a stranger's domain publishes: what is read is written and reads back equal.
#![no_main]

use std::{fmt::Display, str::FromStr};

use libfuzzer_sys::fuzz_target;
use mailkit_route::{
    Domain, Host,
    timing::WarmUpCounters,
    tls_policy::{MtaStsPolicy, MtaStsRecord},
};

fuzz_target!(|text: &str| {
    reads_back::<Domain>(text);
    reads_back::<Host>(text);
    reads_back::<MtaStsPolicy>(text);
    reads_back::<MtaStsRecord>(text);
    reads_back::<WarmUpCounters>(text);
});

fn reads_back<T: FromStr + Display + PartialEq>(text: &str) {
    if let Ok(read) = text.parse::<T>() {
        assert!(read.to_string().parse::<T>().is_ok_and(|again| again == read), "{read}");
    }
}
