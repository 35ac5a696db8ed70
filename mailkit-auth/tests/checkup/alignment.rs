//! What a check-up says of a message's signature, beside the verdict of a receiver.

use mailkit_auth::checkup::{CheckupRequest, MessageSample, check};
use mailkit_auth::dmarc::{DmarcRequest, DmarcResult, evaluate};
use mailkit_auth::lookup::{NameError, ZoneSnapshot};

/// Owners whose records end the walk at different places.
fn zone() -> Result<ZoneSnapshot, NameError> {
    ZoneSnapshot::new()
        .with_txt("_dmarc.acme.test", "v=DMARC1; p=reject; adkim=s")?
        .with_txt("_dmarc.loose.acme.test", "v=DMARC1; p=reject")?
        .with_txt("_dmarc.own.acme.test", "v=DMARC1; p=none; psd=n")?
        .with_txt("_dmarc.empty.acme.test", "v=DMARC1; adkim=s")?
        .with_txt("_dmarc.twice.acme.test", "v=DMARC1; p=none")?
        .with_txt("_dmarc.twice.acme.test", "v=DMARC1; p=none")?
        .with_temporary_failure("_dmarc.slow.acme.test")?
        .with_temporary_failure("_dmarc.slow.test")
}

/// `found` is what a check-up finds wrong about the signature.
#[track_caller]
fn row(author: &str, signer: &str, result: DmarcResult, found: &[&str]) {
    let zone = zone().expect("a zone");
    let domain = |text: &str| text.parse().expect("a domain");
    let verdict = evaluate(&zone, &DmarcRequest::new([domain(author)]).with_dkim(domain(signer)));
    assert_eq!(verdict.result, result, "{author} {signer}: {}", verdict.reason);
    let header = format!(
        "DKIM-Signature: v=1; a=rsa-sha256; d={signer}; s=s1; h=From; bh=AAAA; b=AAAA\r\n\
         From: a@{author}\r\nDate: x\r\nMessage-ID: <1@{author}>\r\n\r\n"
    );
    let registered = author.split_once("acme").map_or(author, |_| "acme.test");
    let request = CheckupRequest::new(domain(registered)).with_message(MessageSample::new(&header));
    let codes = check(&zone, &request).codes();
    let codes: Vec<&str> =
        codes.into_iter().filter(|code| ["DKM032", "DMC031"].contains(code)).collect();
    assert_eq!(codes, found, "{author} {signer}");
}

#[test]
fn a_signature_stands_for_whom_receivers_say() {
    use DmarcResult::{Fail, None, Pass, TempError};

    row("acme.test", "acme.test", Pass, &[]);
    row("acme.test", "news.acme.test", Fail, &["DMC031"]);
    row("news.acme.test", "acme.test", Fail, &["DMC031"]);
    row("loose.acme.test", "news.acme.test", Pass, &[]);
    row("loose.acme.test", "other.test", Fail, &["DKM032"]);
    row("loose.acme.test", "own.acme.test", Fail, &["DKM032"]);
    row("own.acme.test", "a.own.acme.test", Pass, &[]);
    row("own.acme.test", "acme.test", Fail, &["DKM032"]);
    row("slow.acme.test", "acme.test", TempError, &[]);
    row("loose.acme.test", "slow.acme.test", TempError, &[]);
    // No stranger makes the question an open one by being silent.
    row("loose.acme.test", "slow.test", Fail, &["DKM032"]);
    // Two records, or one that asks for nothing, are no record: the one above does not apply.
    row("twice.acme.test", "acme.test", None, &[]);
    row("empty.acme.test", "acme.test", None, &[]);
    // Without any record the registered name is the guess, so that a first record finds all aligned.
    row("bare.test", "mail.bare.test", None, &[]);
    row("bare.test", "other.test", None, &["DKM032"]);
}
