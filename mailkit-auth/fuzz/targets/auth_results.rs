//! `Authentication-Results`: what was read and written reads back equal.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mailkit_auth::auth_results::AuthenticationResults;

fuzz_target!(|text: &str| {
    let Ok(results) = text.parse::<AuthenticationResults>() else { return };
    let header = results.to_header();
    let (_, value) = header.split_once(':').expect("a field");
    assert_eq!(value.parse::<AuthenticationResults>().expect("what was written reads"), results);
});
