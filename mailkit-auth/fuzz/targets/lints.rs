//! Every lint: spans lie in the text, and fixes can be applied until none is left.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mailkit_auth::lint::{self, Finding, apply_fixes};

fuzz_target!(|text: &str| {
    for lint in [lint::lint_spf, lint::lint_dmarc, lint::lint_dkim_key] {
        check(lint, text);
    }
});

fn check(lint: fn(&str) -> Vec<Finding>, text: &str) {
    let mut text = text.to_owned();
    for _ in 0..ROUNDS {
        let findings = lint(&text);
        for finding in &findings {
            assert!(text.get(finding.span.clone()).is_some(), "{finding:?} in {text:?}");
        }
        text = apply_fixes(&text, &findings);
    }
}

/// Fixes may uncover others, so a few rounds are made.
const ROUNDS: usize = 4;
