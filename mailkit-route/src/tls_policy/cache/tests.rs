use super::*;
use crate::tls_policy::{FetchFailure, MtaStsAnswer, MtaStsQuestion, MtaStsStep, RecordFault};

mod bounds;
mod laws;
mod times;

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
