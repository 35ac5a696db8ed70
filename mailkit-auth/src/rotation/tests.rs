use std::time::UNIX_EPOCH;

use proptest::prelude::*;

use super::name::Letters;
use super::*;

const DAY: u64 = 86_400;

/// A day of 2026, from 1.
fn day(number: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_767_225_600 + (number - 1) * DAY)
}

fn selector(text: &str) -> Selector {
    text.parse().expect("a selector")
}

fn ring(keys: &[(&str, KeyState)]) -> KeyRing {
    let key =
        |(name, state): &(&str, KeyState)| RotationKey::new(selector(name), KeyType::Rsa, *state);
    KeyRing::new(keys.iter().map(key)).expect("a ring")
}

fn policy() -> RotationPolicy {
    RotationPolicy::default().with_key_types([KeyType::Rsa])
}

#[track_caller]
fn check(keys: &[(&str, KeyState)], now: SystemTime, expected: &[&str]) {
    let actions = ring(keys).next_actions(&policy(), now);
    let actions: Vec<String> = actions.iter().map(ToString::to_string).collect();
    assert_eq!(actions, expected);
}

#[test]
fn times_are_those_of_the_policy() {
    use KeyState::{Revoked, Signing};
    let days = |days: u64| Duration::from_secs(days * DAY);
    let keys = [("a", Revoked { since: day(1) }), ("b", Signing { since: day(1) })];
    let check = |policy: RotationPolicy, expected: [&str; 2]| {
        let actions = ring(&keys).next_actions(&policy, day(2));
        assert_eq!(actions.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
    };
    let published = "2026-06-16 00:00 UTC: make and publish rsa key `2026q2a`";
    let removed = "2026-01-31 00:00 UTC: remove the record of `a`";
    check(policy(), [removed, published]);
    let short = policy().with_forget(days(2));
    check(short, ["2026-01-03 00:00 UTC: remove the record of `a`", published]);
    let period = policy().with_period(days(90));
    check(period.clone(), [removed, "2026-03-18 00:00 UTC: make and publish rsa key `2026q1a`"]);
    let lead = period.with_lead(days(1));
    check(lead, [removed, "2026-03-31 00:00 UTC: make and publish rsa key `2026q1a`"]);
}

#[test]
fn what_comes_next() {
    use KeyState::{Published, Removed, Retired, Revoked, Signing};
    check(&[], day(1), &["2026-01-01 00:00 UTC: make and publish rsa key `2026q1a`"]);
    let gone = [("2026q1a", Removed), ("2026q1b", Removed)];
    check(&gone, day(1), &["2026-01-01 00:00 UTC: make and publish rsa key `2026q1c`"]);
    let published = [("a", Published { since: day(1) })];
    check(&published, day(1), &["2026-01-02 00:00 UTC: sign with rsa key `a`"]);
    check(&published, day(5), &["2026-01-02 00:00 UTC: sign with rsa key `a` (overdue by 3 days)"]);
    let signing = ("a", Signing { since: day(1) });
    check(&[signing], day(2), &["2026-06-16 00:00 UTC: make and publish rsa key `2026q2a`"]);
    let late = "2026-06-16 00:00 UTC: make and publish rsa key `2026q4a` (overdue by 134 days)";
    check(&[signing], day(301), &[late]);
    let next = ("b", Published { since: day(170) });
    check(&[signing, next], day(170), &["2026-06-30 00:00 UTC: sign with rsa key `b`"]);
    let hasty = ("b", Published { since: day(200) });
    check(&[signing, hasty], day(200), &["2026-07-20 00:00 UTC: sign with rsa key `b`"]);
    let retired = ("a", Retired { last_signature: day(1) });
    let now = ("b", Signing { since: day(1) });
    let expected = [
        "2026-01-08 00:00 UTC: publish the empty key for `a`",
        "2026-06-16 00:00 UTC: make and publish rsa key `2026q2a`",
    ];
    check(&[retired, now], day(2), &expected);
    let revoked = ("a", Revoked { since: day(8) });
    let expected = [
        "2026-02-07 00:00 UTC: remove the record of `a`",
        "2026-06-16 00:00 UTC: make and publish rsa key `2026q2a`",
    ];
    check(&[revoked, now], day(9), &expected);
    let both = [signing, ("b", Signing { since: day(3) })];
    let expected = [
        "2026-01-04 00:00 UTC: sign no longer with rsa key `a`",
        "2026-06-18 00:00 UTC: make and publish rsa key `2026q2a`",
    ];
    check(&both, day(4), &expected);
}

#[test]
fn what_is_refused() {
    use KeyState::{Published, Retired, Revoked, Signing};
    let check = |state, step, at, expected: &str| {
        let mut ring = ring(&[("a", state)]);
        let before = ring.clone();
        let action = RotationAction::new(step, selector("a"), KeyType::Rsa, at, at);
        let error = ring.done(&action, &policy(), at).expect_err("an error");
        assert_eq!((error.to_string().as_str(), ring), (expected, before));
    };
    let since = day(1);
    let early = "too early for the key `a`: not before 2026-01-02 00:00 UTC";
    check(Published { since }, RotationStep::StartSigning, since, early);
    let early = "too early for the key `a`: not before 2026-01-08 00:00 UTC";
    check(Retired { last_signature: since }, RotationStep::Revoke, day(7), early);
    let early = "too early for the key `a`: not before 2026-01-31 00:00 UTC";
    check(Revoked { since }, RotationStep::Remove, day(2), early);
    let wrong = "the key `a` is signing since 2026-01-01 00:00 UTC";
    check(Signing { since }, RotationStep::Revoke, day(300), wrong);
    check(Signing { since }, RotationStep::Publish, day(300), wrong);
    let mut empty = KeyRing::default();
    let action =
        RotationAction::new(RotationStep::Revoke, selector("x"), KeyType::Rsa, since, since);
    let unknown = RotationError::UnknownSelector { selector: selector("x") };
    assert_eq!(empty.done(&action, &policy(), since), Err(unknown.clone()));
    assert_eq!(empty.compromised(&selector("x"), since), Err(unknown));
    let key = RotationKey::new(selector("a"), KeyType::Rsa, Published { since });
    assert!(KeyRing::new([key.clone(), key]).is_err());
}

#[test]
fn a_compromised_key_goes_at_once() {
    let mut ring = ring(&[("a", KeyState::Signing { since: day(1) })]);
    ring.compromised(&selector("a"), day(2)).expect("a known key");
    assert_eq!(ring.signing_key(KeyType::Rsa), None);
    let actions = ring.next_actions(&policy(), day(2));
    let actions: Vec<String> = actions.iter().map(ToString::to_string).collect();
    let expected = [
        "2026-01-02 00:00 UTC: make and publish rsa key `2026q1a`",
        "2026-01-02 00:00 UTC: publish the empty key for `a`",
    ];
    assert_eq!(actions, expected);
    let revoke =
        RotationAction::new(RotationStep::Revoke, selector("a"), KeyType::Rsa, day(2), day(2));
    ring.done(&revoke, &policy(), day(2)).expect("at once");
    ring.compromised(&selector("a"), day(3)).expect("a known key");
    assert_eq!(ring.keys()[0].state, KeyState::Revoked { since: day(2) }, "it is gone already");
}

#[test]
fn the_type_is_that_of_the_ring() {
    let since = day(1);
    let mut ring =
        ring(&[("a", KeyState::Signing { since }), ("b", KeyState::Published { since })]);
    let mut sign = RotationAction::new(
        RotationStep::StartSigning,
        selector("b"),
        KeyType::Rsa,
        day(9),
        day(9),
    );
    sign.key_type = KeyType::Ed25519;
    ring.done(&sign, &policy(), day(9)).expect("time enough");
    assert_eq!(ring.keys()[0].state, KeyState::Retired { last_signature: day(9) });
}

#[test]
fn no_policy_is_too_hasty() {
    let policy = policy().with_propagation(Duration::ZERO);
    let ring = ring(&[("a", KeyState::Published { since: day(1) })]);
    let due = ring.next_actions(&policy, day(1))[0].due;
    assert_eq!(due, day(1) + Duration::from_secs(3 * 3600));
}

#[cfg(feature = "serde")]
#[test]
fn a_ring_is_stored_and_read_back() {
    let ring = ring(&[
        ("a", KeyState::Revoked { since: day(1) }),
        ("b", KeyState::Retired { last_signature: day(2) }),
        ("c", KeyState::Signing { since: day(2) }),
        ("d", KeyState::Published { since: day(3) }),
        ("e", KeyState::Compromised { since: day(3) }),
        ("f", KeyState::Removed),
    ]);
    let json = serde_json::to_string(&ring).expect("JSON");
    let since = day(2).duration_since(UNIX_EPOCH).expect("later").as_secs();
    assert!(json.contains(&format!(r#""state":{{"signing":{{"since":{since}}}}}"#)), "{json}");
    assert_eq!(serde_json::from_str::<KeyRing>(&json).expect("a ring"), ring);
    let check = |json: &str, expected: &str| {
        let error = serde_json::from_str::<KeyRing>(json).expect_err("an error").to_string();
        assert!(error.contains(expected), "{error}");
    };
    check(&json.replace("\"b\"", "\"a\""), "selector `a` stands for two keys");
    check(&json.replace("\"b\"", "\"-\""), "label");
    check(&json.replace(&since.to_string(), &u64::MAX.to_string()), "later than can be told");
}

#[test]
fn letters_count() {
    let check = |number, expected: &str| assert_eq!(Letters(number).to_string(), expected);
    check(0, "a");
    check(25, "z");
    check(26, "aa");
    check(27, "ab");
    check(701, "zz");
    check(702, "aaa");
}

#[test]
fn the_records_of_a_life() {
    let domain = "acme.example".parse().expect("a domain");
    let key = "v=DKIM1; k=rsa; p=AAAA".parse().expect("a key");
    let check = |step, expected: &str| {
        let action = RotationAction::new(step, selector("a"), KeyType::Rsa, day(1), day(1));
        let diff = action.records(&domain, &KeyPlace::Domain, &key, 60).expect("names");
        assert_eq!(diff.to_string(), expected);
    };
    let full = "a._domainkey.acme.example. 60 IN TXT \"v=DKIM1; k=rsa; p=AAAA\"\n";
    let empty = "a._domainkey.acme.example. 60 IN TXT \"v=DKIM1; k=rsa; p=\"\n";
    check(RotationStep::Publish, &format!("+ {full}"));
    check(RotationStep::StartSigning, "");
    check(RotationStep::Revoke, &format!("- {full}+ {empty}"));
    check(RotationStep::Remove, &format!("- {empty}"));
}

proptest! {
    /// Whoever comes late or at random moments, and tries what is not due, never loses mail.
    #[test]
    fn mail_always_has_its_key(moments in prop::collection::vec((1..60 * DAY, any::<u8>()), 1..120)) {
        let policy = RotationPolicy::default();
        let mut now = day(1);
        let first = |name: &str, key_type| {
            RotationKey::new(selector(name), key_type, KeyState::Signing { since: day(1) })
        };
        let mut ring = KeyRing::new([first("r", KeyType::Rsa), first("e", KeyType::Ed25519)])?;
        let mut last_signed = std::collections::BTreeMap::new();
        let mut published = std::collections::BTreeMap::new();
        for (wait, choice) in moments {
            now += Duration::from_secs(wait);
            for key in ring.keys().iter().filter(|key| matches!(key.state, KeyState::Signing { .. })) {
                last_signed.insert(key.selector.clone(), now);
            }
            let mut actions = ring.next_actions(&policy, now);
            let turn = usize::from(choice) % actions.len();
            actions.rotate_left(turn);
            for action in actions.iter().take(usize::from(choice % 3)) {
                let known = ring.key(&action.selector).is_some();
                let done = ring.done(action, &policy, now);
                prop_assert!(done.is_ok() || !action.is_due(), "{} {:?}", action, done);
                match action.step {
                    RotationStep::Publish => {
                        prop_assert!(!known, "a selector is used once");
                        published.insert(action.selector.clone(), now);
                    }
                    RotationStep::StartSigning if done.is_ok() => {
                        let since = published[&action.selector];
                        prop_assert!(now.duration_since(since)? >= policy.propagation());
                    }
                    RotationStep::Revoke if done.is_ok() => {
                        let last = last_signed[&action.selector];
                        prop_assert!(now.duration_since(last)? >= Duration::from_secs(72 * 3600));
                    }
                    _ => {}
                }
            }
            for key_type in [KeyType::Rsa, KeyType::Ed25519] {
                let signing = ring.keys().iter().filter(|key| {
                    key.key_type == key_type && matches!(key.state, KeyState::Signing { .. })
                });
                prop_assert_eq!(signing.count(), 1);
            }
        }
    }
}
