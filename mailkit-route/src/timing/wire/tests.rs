//! Verdicts of `timing` as JSON: the codes are the same in JSON and in Rust.

use std::time::{Duration, SystemTime};

use crate::timing::{
    Channel, EscalationPolicy, EscalationVerdict, Escalator, Lane, Pacing, PacingLimits,
    PacingVerdict, Provider, RelationshipOptions, Relationships, VolumeVerdict, WarmUpVerdict,
    WindowVerdict,
};
use crate::{Egress, GeoPoint, NextAttempt, TimedAttempt};
use serde_json::{Value, json, to_value};

const NOW: SystemTime = SystemTime::UNIX_EPOCH;

#[track_caller]
fn check(code: &str, verdict: &impl serde::Serialize, expected: &Value) {
    assert_eq!(to_value(verdict).ok().as_ref(), Some(expected));
    assert_eq!(expected.get("code"), Some(&json!(code)));
}

#[test]
fn windows_and_retries() {
    let until = Some(NOW + Duration::from_secs(90));
    for (verdict, expected) in [
        (WindowVerdict::Closed { opens: NOW }, json!({"code": "window-closed", "opens": 0})),
        (WindowVerdict::Open { until }, json!({"code": "window-open", "until": 90})),
        (WindowVerdict::Over { ended: None }, json!({"code": "windows-over", "ended": null})),
    ] {
        check(verdict.code(), &verdict, &expected);
    }
    assert_eq!(to_value(NextAttempt::At(NOW)).unwrap(), json!({"code": "at", "at": 0}));
    assert_eq!(to_value(NextAttempt::GiveUp).unwrap(), json!({"code": "give-up"}));
    let (opens, give_up_at) = (NOW, NOW);
    for (attempt, expected) in [
        (
            TimedAttempt::At { at: NOW, moved_from: None },
            json!({"code": "at", "at": 0, "moved_from": null}),
        ),
        (TimedAttempt::GiveUp, json!({"code": "give-up"})),
        (
            TimedAttempt::OpensTooLate { opens, give_up_at },
            json!({"code": "opens-too-late", "opens": 0, "give_up_at": 0}),
        ),
        (
            TimedAttempt::WindowsOver { ended: until, give_up_at: None },
            json!({"code": "windows-over", "ended": 90, "give_up_at": null}),
        ),
    ] {
        check(attempt.code(), &attempt, &expected);
    }
}

#[test]
fn warm_up() {
    let (day, budget, left, until) = (1, 2, 3, NOW);
    for (verdict, expected) in [
        (
            WarmUpVerdict::Allowed { day, budget, left },
            json!({"code": "warm-up-allowed", "day": 1, "budget": 2, "left": 3}),
        ),
        (WarmUpVerdict::BackedOff { until }, json!({"code": "warm-up-back-off", "until": 0})),
        (WarmUpVerdict::Complete, json!({"code": "warm-up-complete"})),
        (WarmUpVerdict::NodesFull, json!({"code": "warm-up-nodes-full"})),
        (WarmUpVerdict::NotWarming, json!({"code": "warm-up-none"})),
        (WarmUpVerdict::Paused, json!({"code": "warm-up-paused"})),
        (
            WarmUpVerdict::Spent { day, budget, until },
            json!({"code": "warm-up-spent", "day": 1, "budget": 2, "until": 0}),
        ),
    ] {
        check(verdict.code(), &verdict, &expected);
    }
}

#[test]
fn pacing_and_volume() {
    let (limit, until) = (1, NOW);
    let egress = Egress::new("fra", "eu", GeoPoint::new(50.0, 8.0).unwrap());
    let lane = Lane::new(egress.id(), &Provider::others());
    let go = Pacing::new(PacingLimits::default()).acquire(&lane, NOW);
    for (verdict, expected) in [
        (go, json!({"code": "pacing-go", "egress": "fra", "provider": "*"})),
        (
            PacingVerdict::ConcurrencyFull { limit, runs_out: until },
            json!({"code": "pacing-full", "limit": 1, "runs_out": 0}),
        ),
        (
            PacingVerdict::Pausing { failures: 2, until },
            json!({"code": "pacing-pause", "failures": 2, "until": 0}),
        ),
        (
            PacingVerdict::RateReached { permille: 500, until },
            json!({"code": "pacing-rate", "permille": 500, "until": 0}),
        ),
        (PacingVerdict::TableFull { lanes: 4 }, json!({"code": "pacing-table-full", "lanes": 4})),
    ] {
        check(verdict.code(), &verdict, &expected);
    }
    let (today, habit) = (5, 2);
    let numbers = |code| json!({"code": code, "today": 5, "habit": 2, "limit": 1});
    for (verdict, expected) in [
        (VolumeVerdict::Ask { today, habit, limit }, numbers("volume-ask")),
        (VolumeVerdict::Hold { today, habit, limit }, numbers("volume-hold")),
        (VolumeVerdict::Allowed { today, habit, limit }, numbers("volume-allowed")),
        (VolumeVerdict::TableFull { keys: 3 }, json!({"code": "volume-table-full", "keys": 3})),
    ] {
        check(verdict.code(), &verdict, &expected);
    }
}

#[test]
fn escalation_and_advice() {
    let mut escalator = Escalator::new(EscalationPolicy::default());
    let verdicts: Vec<_> = (0..4).map(|_| escalator.record_failure(&"mail-1", None, NOW)).collect();
    let event = json!({
        "code": "raise", "mail": "mail-1", "channel": "sms", "trigger": {"failures": 3},
        "since": 0, "failures": 3, "last_class": null,
    });
    check(verdicts[0].code(), &verdicts[0], &json!({"code": "wait"}));
    check(verdicts[2].code(), &verdicts[2], &event);
    check(verdicts[3].code(), &verdicts[3], &json!({"code": "already-raised", "channel": "sms"}));
    let full: EscalationVerdict<u8> = EscalationVerdict::NotWatched;
    check(full.code(), &full, &json!({"code": "not-watched"}));
    for channel in [Channel::Webhook, Channel::Email, Channel::Sms, Channel::Phone] {
        assert_eq!(to_value(channel).unwrap(), channel.code());
    }

    let advice = Relationships::new(RelationshipOptions::default()).advice(&1, NOW);
    let expected = json!({"stage": "first-mails", "links": "without", "mails": 0, "replies": 0});
    assert_eq!(to_value(advice).unwrap(), expected);
    assert_eq!(expected["stage"], advice.code());
}
