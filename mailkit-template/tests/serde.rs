//! Explanations and findings as JSON.
#![cfg(feature = "serde")]

use mailkit_template::auto_reply::{AutoReplyPolicy, IncomingMail};
use mailkit_template::{Catalog, LocaleDecision, Recipient, TemplateSource};
use serde_json::{json, to_value};
use std::time::UNIX_EPOCH;

#[test]
fn decisions_and_defects() -> Result<(), Box<dyn std::error::Error>> {
    let loaded = ["en".parse()?, "de".parse()?];
    let recipient = Recipient::unnamed().with_languages(["ja", "de-AT"]);
    assert_eq!(
        to_value(LocaleDecision::decide(&recipient, &loaded, &loaded[0]))?,
        json!({
            "locale": "de",
            "reasons": [
                { "source": "stated-language", "wish": "ja", "outcome": "not-loaded" },
                { "source": "stated-language", "wish": "de-AT", "outcome": "parent" },
            ],
        })
    );
    let policy = AutoReplyPolicy::new(["sales@example.com"]);
    let decide = |mail| to_value(policy.decide(&mail, None, UNIX_EPOCH));
    let silent = decide(IncomingMail::new("", "anna@example.org"))?;
    assert_eq!(silent, json!({ "suppress": { "reason": "null-return-path" } }));
    let mail = IncomingMail::new("anna@example.org", "anna@example.org")
        .with_recipients(["sales@example.com"])
        .with_header("Message-ID", "<1@example.org>");
    assert_eq!(decide(mail)?, json!({ "reply": { "to": "anna@example.org" } }));
    let error =
        Catalog::load([TemplateSource::new("t").with_file("x", "")]).err().ok_or("loaded")?;
    assert_eq!(
        to_value(&error.defects()[2])?,
        json!({ "file": "t/x", "line": null, "kind": { "code": "file-unexpected" } })
    );
    assert_eq!(error.defects()[2].code(), "file-unexpected");
    Ok(())
}
