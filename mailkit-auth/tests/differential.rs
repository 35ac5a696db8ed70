//! mail-auth beside us: messages signed by the book, then altered. Where the two disagree, the paragraph
//! that decides is named, and we never accept what the book does not.
#![cfg(feature = "verify")]
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "the test reads the clock, as its peer does, and may panic"
)]

#[path = "differential/book.rs"]
mod book;
#[path = "differential/disagreement.rs"]
mod disagreement;
#[path = "differential/messages.rs"]
mod messages;
#[path = "differential/peer.rs"]
mod peer;

use std::sync::LazyLock;
use std::time::SystemTime;

use disagreement::Disagreement;
use mailkit_auth::keys::{DkimKeyPair, KeyAlgorithm};
use mailkit_auth::lookup::ZoneSnapshot;
use mailkit_auth::verify::{DkimResult, HeaderError, VerifyLimits, verify_dkim};
use messages::{Signed, edit, signed};
use peer::MailAuth;
use proptest::prelude::*;

/// A key of each kind, where both can find it.
struct Stage {
    keys: [(&'static str, DkimKeyPair); 2],
    zone: ZoneSnapshot,
    peer: MailAuth,
}

static STAGE: LazyLock<Stage> = LazyLock::new(|| {
    let keys = [("rsa", KeyAlgorithm::Rsa2048), ("ed", KeyAlgorithm::Ed25519)];
    let keys = keys.map(|(selector, algorithm)| {
        (selector, DkimKeyPair::generate(algorithm).expect("randomness"))
    });
    let record = |(selector, key): &(&str, DkimKeyPair)| {
        (format!("{selector}._domainkey.acme.test"), key.key_record().to_string())
    };
    let records: Vec<(String, String)> = keys.iter().map(record).collect();
    let zone = records.iter().fold(ZoneSnapshot::new(), |zone, (name, record)| {
        zone.with_txt(name, record.as_str()).expect("a name")
    });
    Stage { keys, zone, peer: MailAuth::new(&records) }
});

/// Whether our check passes, and what it says if not.
fn ours(message: &[u8]) -> Result<(), String> {
    let limits = VerifyLimits::default();
    let verdicts = verify_dkim(&STAGE.zone, message, SystemTime::now(), limits);
    let verdicts = verdicts.map_err(|error: HeaderError| error.to_string())?;
    match verdicts.as_slice() {
        [verdict] if verdict.result == DkimResult::Pass => Ok(()),
        [verdict] => Err(verdict.reason.clone()),
        _ => Err(format!("{} signatures", verdicts.len())),
    }
}

/// Both agree, or a paragraph says who is right.
fn compare(message: &[u8]) -> Result<(), TestCaseError> {
    let (ours, theirs) = (ours(message), STAGE.peer.passes(message));
    if ours.is_ok() == theirs {
        return Ok(());
    }
    let named = Disagreement::of(message, &ours);
    let shown = String::from_utf8_lossy(message);
    prop_assert!(named.is_some(), "we say {ours:?}, mail-auth {theirs}: {shown:?}");
    Ok(())
}

/// What the book says, we say; mail-auth says the same, or a paragraph against it is named.
fn check(signed: &Signed, altered: &[u8]) -> Result<(), TestCaseError> {
    let ours = ours(altered);
    let shown = String::from_utf8_lossy(altered);
    match book::agree(signed, altered) {
        Some(true) => prop_assert_eq!(&ours, &Ok(()), "the same by the book: {:?}", shown),
        Some(false) => prop_assert!(ours.is_err(), "we accept what was altered: {shown:?}"),
        // The book knows no such header; whoever reads on guesses.
        None => prop_assert!(ours.is_err(), "we accept a header that is none: {shown:?}"),
    }
    compare(altered)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..Default::default() })]

    /// Messages with odd white space, line ends and bodies, as they were signed.
    #[test]
    fn signed_messages(signed in signed()) {
        let message = signed.message(&STAGE.keys);
        prop_assert_eq!(ours(&message), Ok(()), "{}", String::from_utf8_lossy(&message));
        compare(&message)?;
    }

    /// The same with octets put in, taken out and replaced below the signature.
    #[test]
    fn altered_messages(signed in signed(), edits in prop::collection::vec(edit(), 1..3)) {
        let message = signed.message(&STAGE.keys);
        let front = message.len() - signed.unsigned().len();
        let altered = edits.iter().fold(message.clone(), |message, edit| edit.apply(&message, front));
        // What comes to stand below the signature may have become a part of it.
        match book::signature(&altered) {
            Some(field) if Some(&field) != book::signature(&message).as_ref() => compare(&altered)?,
            _ => check(&signed, &altered)?,
        }
    }

    /// The same with the signature itself altered. There is no book but the two of us.
    #[test]
    fn altered_signatures(signed in signed(), edit in edit()) {
        let message = signed.message(&STAGE.keys);
        let front = message.len() - signed.unsigned().len();
        let (field, rest) = message.split_at(front);
        let altered = [edit.apply(field, 0).as_slice(), rest].concat();
        compare(&altered)?;
    }
}

/// Each disagreement that is named is one that occurs.
#[test]
fn disagreements() {
    for row in Disagreement::ALL {
        let (message, passes) = row.example(&STAGE.keys);
        let (ours, theirs) = (ours(&message), STAGE.peer.passes(&message));
        let shown = String::from_utf8_lossy(&message);
        assert_eq!((ours.is_ok(), theirs), (passes, !passes), "{row:?}: {ours:?}, {shown}");
        assert_eq!(Disagreement::of(&message, &ours), Some(row), "{ours:?}");
    }
}
