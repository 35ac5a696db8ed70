//! What holds whatever was recorded.

use proptest::prelude::*;

use super::*;

/// An attempt: on which of two nodes, after how many more seconds, from which egress, to which host, and how many
/// microseconds its greeting took.
type Event = (u16, u64, bool, u32, u64);

fn events(most: usize) -> impl Strategy<Value = Vec<Event>> {
    let pause = prop_oneof![0_u64..3, 0_u64..200, 0_u64..20_000];
    let event = (1_u16..3, pause, any::<bool>(), 1_u32..3, 1_u64..100_000_000);
    proptest::collection::vec(event, 0..most)
}

/// The attempts with the times they end at.
fn timed(events: &[Event]) -> Vec<(Event, u64)> {
    let mut now = 1_800_000_000;
    let end = |event: &Event| {
        now += event.1;
        (*event, now)
    };
    events.iter().map(end).collect()
}

fn record(registry: &mut MetricRegistry, (event, now): &(Event, u64)) {
    let (_, _, is_fra, host, micros) = *event;
    let mut session = Session::default();
    session.took(Stage::Greeting, Duration::from_micros(micros));
    let outcome = match micros % 4 {
        0 => HopOutcome::connect_failed(ConnectFailure::TimedOut),
        1 => HopOutcome::dropped(Stage::Dot),
        _ => accepted(micros / 500),
    };
    let provider = (host == 1).then(|| "google".parse().unwrap());
    let egress = if is_fra { "fra" } else { "hk" };
    registry.record(&hop(egress, host), provider.as_ref(), &session, &outcome, at(*now));
}

fn recorded<'a, I: IntoIterator<Item = &'a (Event, u64)>>(node: u16, events: I) -> MetricRegistry {
    let mut registry = registry(node);
    events.into_iter().for_each(|event| record(&mut registry, event));
    registry
}

/// Everything that can be read.
fn all_values(registry: &MetricRegistry, now: u64) -> Vec<String> {
    let scopes = ScopeKind::ALL.iter().flat_map(|kind| registry.scopes(*kind));
    let values = scopes.flat_map(|scope| {
        let values = registry.values(&scope, at(now));
        values.map(|(series, value)| format!("{scope} {series} {value:?}")).collect::<Vec<_>>()
    });
    values.collect()
}

fn exact(sorted: &[u64], of_100: usize) -> Duration {
    Duration::from_micros(sorted[(sorted.len() * of_100).div_ceil(100).max(1) - 1])
}

/// Whether `found` is as near to `exact` as is said: a sixteenth, or half a microsecond.
fn is_near(found: Duration, exact: Duration) -> bool {
    found.abs_diff(exact) <= (exact / 16).max(Duration::from_nanos(500))
}

fn durations() -> impl Strategy<Value = Vec<u64>> {
    let near = prop_oneof![0_u64..20, 80_000_u64..120_000, 0_u64..4_294_967_296];
    proptest::collection::vec(near, 1..300)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mean_and_p95_are_within_what_is_said(micros in durations()) {
        let mut session = Session::default();
        micros.iter().for_each(|micros| session.took(Stage::Greeting, Duration::from_micros(*micros)));
        let mut registry = registry(0);
        registry.record(&hop("fra", 1), None, &session, &accepted(1), at(0));
        let value = |statistic| {
            let series = Series::new(Metric::Duration(Stage::Greeting), Window::Minute, statistic);
            registry.value(&"egress fra".parse().unwrap(), series, at(0))
        };
        prop_assert_eq!(value(Statistic::Count), Some(MetricValue::Count(micros.len() as u64)));
        let Some(MetricValue::Duration(mean)) = value(Statistic::Mean) else { panic!("no mean") };
        let Some(MetricValue::Duration(p95)) = value(Statistic::P95) else { panic!("no p95") };

        let mut sorted = micros;
        sorted.sort_unstable();
        let exact_mean = sorted.iter().sum::<u64>() * 1000 / sorted.len() as u64;
        prop_assert!(is_near(p95, exact(&sorted, 95)), "{:?} {:?}", p95, exact(&sorted, 95));
        prop_assert!(is_near(mean, Duration::from_nanos(exact_mean)), "{:?} {}", mean, exact_mean);
    }

    #[test]
    fn a_window_counts_what_ended_in_it(events in events(40), later in 0_u64..100_000) {
        let events = timed(&events);
        let registry = recorded(0, &events);
        let now = events.last().map_or(0, |(_, end)| end + later);
        for window in Window::ALL {
            let slot = window.slot().as_secs();
            let begin = (now / slot * slot + slot).saturating_sub(window.length().as_secs());
            let inside = events.iter().filter(|((_, _, is_fra, ..), end)| *is_fra && *end >= begin);
            let found = count(&registry, "egress fra", Series::count(Metric::Attempts, *window), at(now));
            prop_assert_eq!(found.unwrap_or(0), inside.count() as u64, "{}", window);
        }
    }

    #[test]
    fn nodes_add_up_to_what_one_would_have_counted(events in events(30), later in 0_u64..1_000) {
        let events = timed(&events);
        let of = |node| recorded(node, events.iter().filter(move |((at, ..), _)| *at == node));
        let (mut first, mut second) = (of(1), of(2));
        let now = events.last().map_or(0, |(_, end)| end + later);
        let (ours, theirs) = (first.snapshot(), second.snapshot());
        first.merge(&theirs, at(now)).unwrap();
        second.merge(&ours, at(now)).unwrap();
        prop_assert_eq!(all_values(&first, now), all_values(&recorded(0, &events), now));
        prop_assert_eq!(all_values(&first, now), all_values(&second, now));
    }

    /// Old and new snapshots of two nodes, in any order and any of them again.
    #[test]
    fn merging_asks_for_no_order(events in events(20), order in Just([0, 1, 2, 3, 0, 1, 2, 3]).prop_shuffle()) {
        let events = timed(&events);
        let (early, all) = (&events[..events.len() / 2], &events[..]);
        let of = |node, events: &[(Event, u64)]| {
            recorded(node, events.iter().filter(move |((at, ..), _)| *at == node)).snapshot()
        };
        let snapshots = [of(1, early), of(2, early), of(1, all), of(2, all)];
        let now = events.last().map_or(0, |(_, end)| *end);
        let mut merged = registry(9);
        for place in order {
            merged.merge(&snapshots[place], at(now)).unwrap();
        }
        prop_assert_eq!(all_values(&merged, now), all_values(&recorded(0, &events), now));
    }
}
