use proptest::prelude::*;

use super::*;
use crate::timing::TimingError;

const START: SystemTime = SystemTime::UNIX_EPOCH;

fn ladder(repeat: EscalationRepeat) -> Escalator<u32> {
    let steps = [
        EscalationStep::new(Channel::Phone, EscalationTrigger::Failures(6)),
        EscalationStep::new(Channel::Webhook, EscalationTrigger::Failures(1)),
        EscalationStep::new(Channel::Sms, EscalationTrigger::Failures(3)),
        EscalationStep::new(Channel::Email, EscalationTrigger::Waiting(MINUTE * 10)),
    ];
    Escalator::new(EscalationPolicy::new(steps).unwrap().with_repeat(repeat))
}

/// The codes, or channels, of so many failures, a minute apart.
fn codes(repeat: EscalationRepeat, failures: u32) -> Vec<String> {
    let mut escalator = ladder(repeat);
    let tell = |verdict: EscalationVerdict<u32>| match verdict {
        EscalationVerdict::Raise(event) => format!("{} at {}", event.channel, event.failures),
        other => other.code().to_owned(),
    };
    (0..failures).map(|n| tell(escalator.record_failure(&7, None, START + MINUTE * n))).collect()
}

#[test]
fn one_event_a_mail_or_one_on_each_higher_channel() {
    let (once, more) = ("already-raised", EscalationRepeat::HigherChannel);
    assert_eq!(codes(EscalationRepeat::Never, 4), ["webhook at 1", once, once, once]);
    let louder = ["webhook at 1", once, "SMS at 3", once, once, "phone at 6", once];
    assert_eq!(codes(more, 7), louder);
}

#[test]
fn the_highest_of_the_channels_that_apply() {
    let mut escalator = ladder(EscalationRepeat::HigherChannel);
    escalator.record_failure(&7, Some(ReplyClass::Greylist), START);
    let EscalationVerdict::Raise(event) = escalator.check(&7, START + MINUTE * 10) else {
        panic!("nothing raised")
    };
    let told = (event.channel, event.since, event.failures, event.last_class);
    assert_eq!(told, (Channel::Email, START, 1, Some(ReplyClass::Greylist)));
    assert_eq!(escalator.settle(&7), Some(Channel::Email));
    assert_eq!(escalator.check(&7, START + MINUTE * 11), EscalationVerdict::Wait);
}

#[test]
fn a_mail_that_was_told_of_is_not_told_of_again_after_a_restart() {
    let mut escalator = ladder(EscalationRepeat::HigherChannel);
    assert!(escalator.restore(&7, START, 3, Some(Channel::Sms), START + MINUTE * 60));
    let now = START + MINUTE * 61;
    let told = EscalationVerdict::AlreadyRaised { channel: Channel::Sms };
    assert_eq!(escalator.check(&7, now), told);
    assert_eq!(escalator.record_failure(&7, None, now), told);
    assert_eq!(escalator.settle(&7), Some(Channel::Sms));
    let mut none = Escalator::with_capacity(EscalationPolicy::default(), 0);
    assert!(!none.restore(&7, START, 3, None, START));
}

#[test]
fn steps_that_apply_before_a_failure_are_refused() {
    let check = |steps: &[EscalationStep], expected| {
        assert_eq!(EscalationPolicy::new(steps.iter().copied()), Err(expected));
    };
    let never = EscalationStep::new(Channel::Sms, EscalationTrigger::Failures(0));
    check(&[never], TimingError::EscalationStep(0));
    check(&[], TimingError::EscalationSteps(16));
    check(&[never; 17], TimingError::EscalationSteps(16));
}

#[test]
fn a_full_escalator_says_so_and_forgets_only_what_its_host_forgot() {
    let mut escalator = Escalator::with_capacity(EscalationPolicy::default(), 8);
    for mail in 0..8 {
        escalator.record_failure(&mail, None, START);
    }
    assert_eq!(escalator.record_failure(&8, None, START), EscalationVerdict::NotWatched);
    escalator.record_failure(&9, None, START + STALE);
    assert_eq!(escalator.record_failure(&10, None, START + STALE), EscalationVerdict::Wait);
    assert_eq!(escalator.watched(), 1);
}

proptest! {
    #[test]
    fn never_two_events_for_a_mail(
        steps in proptest::collection::vec((0_u32..4, any::<bool>(), 0_u64..20_000), 1..200),
    ) {
        let mut escalator = Escalator::new(EscalationPolicy::default());
        let mut events = [0; 4];
        for (mail, failure, second) in steps {
            let now = START + Duration::from_secs(second);
            let verdict = if failure {
                escalator.record_failure(&mail, None, now)
            } else {
                escalator.check(&mail, now)
            };
            if let EscalationVerdict::Raise(event) = verdict {
                events[event.mail as usize] += 1;
                prop_assert!(event.failures >= 3 || elapsed(event.since, now) >= MINUTE * 240);
            }
        }
        prop_assert!(events.iter().all(|count| *count <= 1));
    }
}

const MINUTE: Duration = Duration::from_secs(60);
