use proptest::prelude::*;

use super::*;
use crate::tls_policy::{FetchFailure, MtaStsAnswer, MtaStsQuestion, MtaStsStep, RecordFault};

const START: SystemTime = SystemTime::UNIX_EPOCH;
const MINUTE: u64 = 60;
const DAY: u64 = 24 * 60 * MINUTE;
const WEEK: u64 = 7 * DAY;

fn at(seconds: u64) -> SystemTime {
    START + Duration::from_secs(1_800_000_000 + seconds)
}

fn policy(mode: &str, max_age: u64) -> MtaStsAnswer {
    MtaStsAnswer::Policy(format!(
        "version: STSv1\nmode: {mode}\nmx: a.example\nmax_age: {max_age}\n"
    ))
}

fn id(id: &str) -> MtaStsAnswer {
    MtaStsAnswer::Texts(vec![format!("v=STSv1; id={id}")])
}

fn gone() -> MtaStsAnswer {
    MtaStsAnswer::Texts(vec![])
}

fn blocked() -> MtaStsAnswer {
    MtaStsAnswer::FetchFailed(FetchFailure::Unreachable)
}

/// A domain that answers as it is told, and a sender's cache.
struct World {
    cache: MtaStsCache,
    record: MtaStsAnswer,
    policy: MtaStsAnswer,
}

impl World {
    fn new(record: MtaStsAnswer, policy: MtaStsAnswer) -> Self {
        Self { cache: MtaStsCache::default(), record, policy }
    }

    fn domain() -> Domain {
        "a.example".parse().unwrap()
    }

    /// The mode that applies, the fault, and what was asked: `T` for the record, `H` for the policy.
    fn look(&mut self, now: SystemTime) -> String {
        let lookup = self.cache.lookup(&Self::domain(), now);
        self.finish(lookup)
    }

    fn recheck(&mut self, now: SystemTime) -> String {
        let lookup = self.cache.recheck(&Self::domain(), now);
        self.finish(lookup)
    }

    fn finish(&mut self, mut lookup: MtaStsLookup) -> String {
        let mut asked = String::new();
        let finding = loop {
            match lookup.step() {
                MtaStsStep::Ask(MtaStsQuestion::Record { name }) => {
                    assert_eq!(name, "_mta-sts.a.example");
                    asked.push('T');
                    lookup.answer(self.record.clone());
                }
                MtaStsStep::Ask(MtaStsQuestion::Policy { host }) => {
                    assert_eq!(host, "mta-sts.a.example");
                    asked.push('H');
                    lookup.answer(self.policy.clone());
                }
                MtaStsStep::Done(finding) => break finding,
            }
            assert!(asked.len() <= 2, "{asked}");
        };
        let verdict = self.cache.record(finding);
        let mode = verdict.policy.map_or_else(|| "no policy".into(), |it| it.mode().to_string());
        let fault = verdict.fault.map(|it| format!(", {it}")).unwrap_or_default();
        format!("{mode}{fault} [{asked}]")
    }
}

#[track_caller]
fn check(actual: &str, expected: &str) {
    assert_eq!(actual, expected);
}

#[test]
fn s6_a_changed_id_and_a_blocked_policy_host_change_nothing() {
    let mut world = World::new(id("1"), policy("enforce", WEEK));
    check(&world.look(at(0)), "enforce [TH]");
    (world.record, world.policy) = (id("2"), blocked());
    check(&world.look(at(10 * MINUTE)), "enforce, MTA-STS policy was not fetched [TH]");
    for failure in [
        FetchFailure::Certificate,
        FetchFailure::ContentType,
        FetchFailure::NotText,
        FetchFailure::Redirect,
        FetchFailure::Status(404),
        FetchFailure::TimedOut,
        FetchFailure::TooLong,
    ] {
        let mut world = World::new(id("1"), policy("enforce", WEEK));
        check(&world.look(at(0)), "enforce [TH]");
        (world.record, world.policy) = (id("2"), MtaStsAnswer::FetchFailed(failure));
        check(&world.look(at(DAY / 2)), "enforce, MTA-STS policy was not fetched [TH]");
    }
}

#[test]
fn s6_a_malformed_new_policy_changes_nothing() {
    let mut world = World::new(id("1"), policy("enforce", WEEK));
    check(&world.look(at(0)), "enforce [TH]");
    (world.record, world.policy) = (id("2"), MtaStsAnswer::Policy("<html>".into()));
    check(&world.look(at(10 * MINUTE)), "enforce, malformed MTA-STS policy [TH]");
    check(
        &world.look(at(11 * MINUTE)),
        "enforce, fetch of the MTA-STS policy failed shortly before []",
    );
}

#[test]
fn s6_a_record_that_is_gone_changes_nothing() {
    let several = MtaStsAnswer::Texts(vec!["v=STSv1; id=1".into(), "v=STSv1; id=2".into()]);
    for (record, fault) in [
        (gone(), "no MTA-STS record"),
        (MtaStsAnswer::LookupFailed, "MTA-STS record was not found out"),
        (several, "several MTA-STS records"),
        (MtaStsAnswer::Texts(vec!["v=STSv1; id=?".into()]), "malformed MTA-STS record"),
        (blocked(), "MTA-STS record was not found out"),
    ] {
        let mut world = World::new(id("1"), policy("enforce", WEEK));
        check(&world.look(at(0)), "enforce [TH]");
        (world.record, world.policy) = (record, blocked());
        check(&world.look(at(10 * MINUTE)), &format!("enforce, {fault} [T]"));
        // A day later the policy itself is asked for, although no record says so.
        check(&world.look(at(DAY)), "enforce, MTA-STS policy was not fetched [TH]");
        check(&world.look(at(WEEK - 1)), "enforce, MTA-STS policy was not fetched [TH]");
        check(&world.look(at(WEEK + 10 * MINUTE)), &format!("no policy, {fault} [T]"));
    }
}

#[test]
fn s6_a_missing_record_does_not_stop_the_refresh() {
    let mut world = World::new(id("1"), policy("enforce", WEEK));
    check(&world.look(at(0)), "enforce [TH]");
    world.record = gone();
    for day in 1..30 {
        check(&world.look(at(day * DAY)), "enforce [TH]");
    }
}

#[test]
fn s6_a_failed_fetch_is_not_repeated_for_five_minutes() {
    let mut world = World::new(id("1"), blocked());
    check(&world.look(at(0)), "no policy, MTA-STS policy was not fetched [TH]");
    for second in [1, MINUTE, 5 * MINUTE - 1] {
        world.record = id(&format!("new{second}"));
        check(
            &world.look(at(second)),
            "no policy, fetch of the MTA-STS policy failed shortly before []",
        );
        check(
            &world.recheck(at(second)),
            "no policy, fetch of the MTA-STS policy failed shortly before [T]",
        );
    }
    world.policy = policy("testing", WEEK);
    check(&world.look(at(5 * MINUTE)), "testing [TH]");
}

#[test]
fn s6_with_a_policy_too_a_failed_fetch_is_not_repeated() {
    let mut world = World::new(id("1"), policy("enforce", WEEK));
    check(&world.look(at(0)), "enforce [TH]");
    (world.record, world.policy) = (id("2"), blocked());
    check(&world.look(at(DAY)), "enforce, MTA-STS policy was not fetched [TH]");
    let paused = "enforce, fetch of the MTA-STS policy failed shortly before";
    check(&world.look(at(DAY + 4 * MINUTE)), &format!("{paused} []"));
    check(&world.recheck(at(DAY + 4 * MINUTE)), &format!("{paused} [T]"));
    world.policy = policy("none", DAY);
    check(&world.look(at(DAY + 5 * MINUTE)), "none [TH]");
}

#[test]
fn s6_a_policy_is_refreshed_before_it_expires() {
    let mut world = World::new(id("1"), policy("enforce", WEEK));
    check(&world.look(at(0)), "enforce [TH]");
    check(&world.look(at(MINUTE)), "enforce []");
    check(&world.look(at(DAY - 1)), "enforce [T]");
    check(&world.look(at(DAY + 4 * MINUTE)), "enforce []");
    check(&world.look(at(DAY + 5 * MINUTE)), "enforce [TH]");
    let mut short = World::new(id("1"), policy("enforce", 2 * 60 * MINUTE));
    check(&short.look(at(0)), "enforce [TH]");
    check(&short.look(at(59 * MINUTE)), "enforce [T]");
    check(&short.look(at(65 * MINUTE)), "enforce [TH]");
}

#[test]
fn s6_a_policy_ends_with_its_time() {
    let mut world = World::new(id("1"), policy("enforce", WEEK));
    check(&world.look(at(0)), "enforce [TH]");
    (world.record, world.policy) = (gone(), blocked());
    check(&world.look(at(WEEK)), "no policy, no MTA-STS record [T]");
    let mut world = World::new(id("1"), policy("enforce", 0));
    check(&world.look(at(0)), "enforce [TH]");
    check(&world.look(at(5 * MINUTE - 1)), "enforce []");
    (world.record, world.policy) = (gone(), blocked());
    check(&world.look(at(5 * MINUTE)), "no policy, no MTA-STS record [T]");
}

#[test]
fn s6_a_new_id_brings_the_new_policy() {
    let mut world = World::new(id("1"), policy("enforce", WEEK));
    check(&world.look(at(0)), "enforce [TH]");
    (world.record, world.policy) = (id("2"), policy("none", DAY));
    check(&world.recheck(at(1)), "none [TH]");
    check(&world.recheck(at(2)), "none [T]");
}

#[test]
fn s1_without_a_record_nothing_is_fetched() {
    let mut world = World::new(gone(), policy("enforce", WEEK));
    check(&world.look(at(0)), "no policy, no MTA-STS record [T]");
    world.record = MtaStsAnswer::LookupFailed;
    check(&world.look(at(1)), "no policy, MTA-STS record was not found out [T]");
    world.record = MtaStsAnswer::Texts(vec!["v=STSv1; id=1".into(); 2]);
    check(&world.look(at(2)), "no policy, several MTA-STS records [T]");
    assert!(world.cache.is_empty());
}

#[test]
fn s6_an_answer_of_another_kind_is_a_failure() {
    let mut world = World::new(id("1"), gone());
    check(&world.look(at(0)), "no policy, MTA-STS policy was not fetched [TH]");
    let mut lookup = world.cache.lookup(&World::domain(), at(0));
    lookup.answer(policy("enforce", WEEK));
    let MtaStsStep::Done(finding) = lookup.step() else { panic!("asks") };
    assert_eq!(world.cache.record(finding).fault, Some(MtaStsFault::Paused));
}

#[test]
fn s6_clocks_may_stand_anywhere() {
    let end = START + Duration::from_secs(1 << 40);
    let before = START - Duration::from_secs(1 << 30);
    for first in [START, at(0), end, before] {
        let mut world = World::new(id("1"), policy("enforce", u64::from(u32::MAX)));
        check(&world.look(first), "enforce [TH]");
        (world.record, world.policy) = (gone(), blocked());
        // A clock that was set back makes the policy due, and keeps it.
        let earlier = first - Duration::from_secs(WEEK);
        check(&world.look(earlier), "enforce, MTA-STS policy was not fetched [TH]");
        check(&world.look(first), "enforce, no MTA-STS record [T]");
        let year = MtaStsPolicy::MAX_AGE;
        check(&world.look(first + year), "no policy, no MTA-STS record [T]");
    }
}

/// What a look ends with that gets these answers.
fn ended(mut lookup: MtaStsLookup, answers: [MtaStsAnswer; 2]) -> MtaStsFinding {
    answers.into_iter().for_each(|answer| lookup.answer(answer));
    let MtaStsStep::Done(finding) = lookup.step() else { panic!("asks") };
    finding
}

#[test]
fn s6_of_two_looks_at_once_the_newer_policy_applies() {
    let mode = |verdict: MtaStsVerdict| verdict.policy.map(|it| it.mode().to_string());
    let begin = |cache: &mut MtaStsCache, now| cache.recheck(&World::domain(), at(now));
    let check = |older: [MtaStsAnswer; 2], older_first: bool, expected: &str| {
        let mut cache = MtaStsCache::default();
        let (one, two) = (begin(&mut cache, 0), begin(&mut cache, 1));
        let one = ended(one, older);
        let two = ended(two, [id("2"), policy("enforce", WEEK)]);
        let last = if older_first {
            cache.record(one);
            cache.record(two)
        } else {
            cache.record(two);
            cache.record(one)
        };
        assert_eq!(mode(last).as_deref(), Some(expected), "{older_first}");
        let later = cache.lookup(&World::domain(), at(2));
        let MtaStsStep::Done(finding) = later.step() else { panic!("asks") };
        assert_eq!(mode(cache.record(finding)).as_deref(), Some(expected), "{older_first}");
    };
    for older_first in [true, false] {
        check([id("1"), blocked()], older_first, "enforce");
        check([id("1"), policy("testing", WEEK)], older_first, "enforce");
        check([gone(), gone()], older_first, "enforce");
    }
}

#[test]
fn s6_after_a_clock_was_set_back_a_new_policy_replaces_the_old_one() {
    let mut world = World::new(id("1"), policy("enforce", WEEK));
    check(&world.look(at(DAY)), "enforce [TH]");
    (world.record, world.policy) = (id("2"), policy("none", WEEK));
    check(&world.look(at(0)), "none [TH]");
}

#[test]
fn s6_domains_without_policy_take_no_policy_away() {
    let mut world = World::new(id("1"), policy("enforce", WEEK));
    world.cache = MtaStsCache::new(4);
    check(&world.look(at(0)), "enforce [TH]");
    for number in 0..1000 {
        let domain: Domain = format!("d{number}.example").parse().unwrap();
        let mut lookup = world.cache.lookup(&domain, at(1));
        lookup.answer(id("1"));
        lookup.answer(blocked());
        let MtaStsStep::Done(finding) = lookup.step() else { panic!("asks") };
        assert!(world.cache.record(finding).policy.is_none());
    }
    assert!(world.cache.failures.len() <= 4);
    check(&world.look(at(2)), "enforce []");
}

#[test]
fn s6_the_cache_is_bounded_and_keeps_what_is_used() {
    let mut cache = MtaStsCache::new(8);
    for number in 0..1000 {
        for name in [format!("d{number}.example"), "a.example".into()] {
            let mut lookup = cache.lookup(&name.parse().unwrap(), at(number));
            lookup.answer(id("1"));
            lookup.answer(policy("enforce", WEEK));
            let MtaStsStep::Done(finding) = lookup.step() else { panic!("asks") };
            assert!(cache.record(finding).policy.is_some());
        }
        assert!(cache.len() <= 8);
    }
    let known = cache.policies.get(&World::domain()).and_then(|entry| entry.known.clone()).unwrap();
    assert!(age(known.fetched_at, at(999)) <= MtaStsCache::PAUSE.max(Duration::from_secs(1000)));
}

#[test]
fn t1_what_cannot_be_refreshed_is_reported() {
    let mut world = World::new(id("1"), MtaStsAnswer::FetchFailed(FetchFailure::Certificate));
    let mut lookup = world.cache.lookup(&World::domain(), at(0));
    lookup.answer(world.record.clone());
    lookup.answer(world.policy.clone());
    let MtaStsStep::Done(finding) = lookup.step() else { panic!("asks") };
    let failure = world.cache.record(finding).fault.and_then(|fault| fault.failure());
    assert_eq!(failure.map(|it| it.to_string()).as_deref(), Some("sts-webpki-invalid (sts)"));
    assert_eq!(MtaStsFault::Record(RecordFault::Absent).failure(), None);
}

fn answers() -> impl Strategy<Value = (MtaStsAnswer, MtaStsAnswer)> {
    let record = prop_oneof![
        Just(id("1")),
        Just(id("2")),
        Just(gone()),
        Just(MtaStsAnswer::LookupFailed),
        Just(blocked()),
    ];
    let fetched =
        prop_oneof![Just(blocked()), Just(MtaStsAnswer::Policy("x".into())), Just(gone())];
    (record, fetched)
}

proptest! {
    /// Whatever an attacker answers who cannot show a certificate, a policy holds to its end, and the
    /// policy host is not asked more often than each five minutes.
    #[test]
    fn s6_nothing_but_time_or_a_valid_policy_ends_a_policy(
        steps in prop::collection::vec((0_u64..DAY, answers(), any::<bool>()), 0..60),
    ) {
        let mut world = World::new(id("1"), policy("enforce", WEEK));
        check(&world.look(at(0)), "enforce [TH]");
        let (mut now, mut fetched) = (0, None);
        for (pause, (record, policy), recheck) in steps {
            now += pause;
            (world.record, world.policy) = (record, policy);
            let seen = if recheck { world.recheck(at(now)) } else { world.look(at(now)) };
            prop_assert_eq!(seen.starts_with("enforce"), now < WEEK, "{} at {}", seen, now);
            if seen.ends_with("H]") {
                prop_assert!(fetched.is_none_or(|last| now - last >= 5 * MINUTE), "{}", seen);
                fetched = Some(now);
            }
        }
    }

    #[test]
    fn s6_no_clock_panics(times in prop::collection::vec(any::<i64>(), 1..20)) {
        let mut world = World::new(id("1"), policy("enforce", WEEK));
        for time in times {
            let distance = Duration::from_secs(time.unsigned_abs());
            let now = if time < 0 { START.checked_sub(distance) } else { START.checked_add(distance) };
            let seen = world.look(now.unwrap_or(START));
            prop_assert!(seen.starts_with("enforce"), "{}", seen);
        }
    }
}
