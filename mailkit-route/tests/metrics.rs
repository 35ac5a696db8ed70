//! The registry of metrics: what is counted, over which time, and what merging does.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and the number of series is the point"
)]

use std::{
    collections::BTreeSet,
    time::{Duration, SystemTime},
};

use mailkit_route::metrics::{
    Metric, MetricOptions, MetricRegistry, MetricValue, Scope, ScopeKind, Series, Session,
    Statistic, Window,
};
use mailkit_route::{
    ConnectFailure, Destination, Egress, GeoPoint, Hop, HopOutcome, RoutePlanner, SmtpReply, Stage,
    reply::rules::ReplyRules,
};

#[path = "metrics/laws.rs"]
mod laws;
#[path = "metrics/snapshots.rs"]
mod snapshots;
#[path = "metrics/text.rs"]
mod text;

fn at(second: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(second)
}

/// From the egress to host `number`.
fn hop(egress: &str, number: u32) -> Hop {
    let place = GeoPoint::new(50.11, 8.68).unwrap();
    let mut planner = RoutePlanner::new([Egress::new(egress, "eu", place)]).unwrap();
    let rows = [(10, "mx.example", "203.0.113.1")];
    let to = Destination::from_mx("buyer.example".parse().unwrap(), rows).unwrap();
    let mut hop = planner.next_hop(&to, &[], at(0), 7).unwrap();
    hop.host = format!("mx{number}.example").parse().unwrap();
    hop.address = std::net::Ipv4Addr::from_bits(0x0B00_0000 + number).into();
    hop
}

fn registry(node: u16) -> MetricRegistry {
    let mut options = MetricOptions::default();
    options.node = node;
    MetricRegistry::new(options)
}

fn accepted(millis: u64) -> HopOutcome {
    HopOutcome::accepted(Duration::from_millis(millis))
}

fn count(registry: &MetricRegistry, scope: &str, series: Series, now: SystemTime) -> Option<u64> {
    match registry.value(&scope.parse().unwrap(), series, now)? {
        MetricValue::Count(count) => Some(count),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_number_of_series_is_the_one_that_is_said() {
    let by = |statistic| Series::all().filter(|series| series.statistic == statistic).count();
    let [counts, means, p95s, shares] =
        [Statistic::Count, Statistic::Mean, Statistic::P95, Statistic::Share].map(by);
    let metrics = Metric::all().count();
    println!(
        "{metrics} metrics, {} series a scope: {counts} counts, {means} means, {p95s} p95, {shares} shares",
        Series::all().count()
    );
    assert_eq!((metrics, counts, means, p95s, shares), (67, 264, 36, 36, 4));
    let names: BTreeSet<_> = Series::all().map(|series| series.to_string()).collect();
    assert_eq!(names.len(), Series::all().count());
    let readme = include_str!("../README.md");
    assert!(readme.contains("67 metrics") && readme.contains("340 series"));
}

/// A series that nothing can ever fill would be a lie about their number, and a reply without one a gap.
#[test]
fn the_built_in_table_fills_each_metric_about_replies_and_no_other() {
    let mut met = BTreeSet::new();
    for digit in ['4', '5'] {
        let plain: SmtpReply = format!("{digit}99 no").parse().unwrap();
        met.insert((digit, plain.class()));
        for rule in ReplyRules::builtin().rules() {
            let row = rule.to_string();
            let code = row.split(" | ").nth(1).unwrap();
            if code.starts_with([digit, 'x']) {
                met.insert((digit, rule.class()));
            }
        }
    }
    let named = Metric::all().filter_map(|metric| match metric {
        Metric::Temporary(class) => Some(('4', class)),
        Metric::Permanent(class) => Some(('5', class)),
        _ => None,
    });
    assert_eq!(named.collect::<BTreeSet<_>>(), met);
}

#[test]
fn what_an_attempt_counts() {
    #[track_caller]
    fn check(outcome: &HopOutcome, is_silent: bool, expected: &[&str]) {
        let mut session = Session::default();
        session.took(Stage::Connect, Duration::from_millis(3));
        if is_silent {
            session.fell_silent();
        }
        let mut registry = registry(0);
        registry.record(&hop("fra", 1), None, &session, outcome, at(100));
        let scope: Scope = "egress fra".parse().unwrap();
        let said = registry.values(&scope, at(100)).filter(|(series, value)| {
            series.window == Window::Hour && value.is_some_and(|value| value.as_f64() > 0.0)
        });
        let said: Vec<_> = said.map(|(series, _)| series.to_string()).collect();
        let connect =
            ["duration.connect 1h count", "duration.connect 1h mean", "duration.connect 1h p95"];
        let expected: Vec<_> = connect.iter().chain(expected).map(ToString::to_string).collect();
        assert_eq!(said, expected);
    }
    let replied = |stage, text: &str| HopOutcome::replied(stage, text.parse().unwrap());
    let dropped = |stage| HopOutcome::dropped(stage);
    let failed = HopOutcome::connect_failed;
    let whole = ["duration.whole 1h count", "duration.whole 1h mean", "duration.whole 1h p95"];
    check(&accepted(9), false, &[&whole[..], &["attempts 1h count", "accepted 1h count"]].concat());
    check(
        &failed(ConnectFailure::Refused),
        false,
        &["attempts 1h count", "connect-failed.refused 1h count"],
    );
    check(
        &failed(ConnectFailure::TimedOut),
        false,
        &["attempts 1h count", "connect-failed.timed-out 1h count", "loss 1h share"],
    );
    check(
        &failed(ConnectFailure::EgressFailed),
        false,
        &["attempts 1h count", "connect-failed.egress-failed 1h count"],
    );
    check(&dropped(Stage::Greeting), false, &["attempts 1h count", "reset.opening 1h count"]);
    check(
        &dropped(Stage::MailFrom),
        true,
        &["attempts 1h count", "silence.envelope 1h count", "loss 1h share"],
    );
    check(
        &dropped(Stage::Dot),
        true,
        &["attempts 1h count", "silence.content 1h count", "loss 1h share"],
    );
    check(
        &replied(Stage::RcptTo, "450 4.7.1 Greylisted"),
        false,
        &["attempts 1h count", "temporary.greylist 1h count"],
    );
    check(
        &replied(Stage::Dot, "550 5.1.1 no such user"),
        true,
        &["attempts 1h count", "permanent.unknown-mailbox 1h count"],
    );
    check(
        &replied(Stage::Greeting, "554 no"),
        false,
        &["attempts 1h count", "permanent.permanent 1h count"],
    );
    check(&replied(Stage::RcptTo, "250 ok"), false, &["attempts 1h count"]);
}

#[test]
fn an_attempt_counts_for_its_egress_path_host_and_provider() {
    let mut registry = registry(0);
    let provider = "google".parse().unwrap();
    registry.record(&hop("fra", 1), Some(&provider), &Session::default(), &accepted(1), at(0));
    registry.record(&hop("fra", 2), None, &Session::default(), &accepted(1), at(0));
    registry.record(&hop("hk", 1), Some(&provider), &Session::default(), &accepted(1), at(0));
    let check = |scope: &str, expected| {
        let series = Series::count(Metric::Attempts, Window::Day);
        assert_eq!(count(&registry, scope, series, at(0)), expected, "{scope}");
    };
    check("egress fra", Some(2));
    check("egress hk", Some(1));
    check("egress ams", None);
    check("host mx1.example", Some(2));
    check("host mx2.example", Some(1));
    check("path fra 11.0.0.1", Some(1));
    check("path hk 11.0.0.1", Some(1));
    check("path hk 11.0.0.2", None);
    check("provider google", Some(2));
    let shown = |kind| registry.scopes(kind).iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(shown(ScopeKind::Egress), ["egress fra", "egress hk"]);
    assert_eq!(shown(ScopeKind::Provider), ["provider google"]);
    assert_eq!(shown(ScopeKind::Path).len(), 3);
}

#[test]
fn a_share_is_of_the_attempts_that_left_the_egress() {
    let mut registry = registry(0);
    let scope = "egress fra".parse().unwrap();
    let loss = Series::new(Metric::Loss, Window::Minute, Statistic::Share);
    let mut record = |cause| {
        let outcome = HopOutcome::connect_failed(cause);
        registry.record(&hop("fra", 1), None, &Session::default(), &outcome, at(0));
        registry.value(&scope, loss, at(0))
    };
    assert_eq!(record(ConnectFailure::EgressFailed), None);
    assert_eq!(record(ConnectFailure::TimedOut), Some(MetricValue::Share(1.0)));
    assert_eq!(record(ConnectFailure::Refused), Some(MetricValue::Share(0.5)));
    assert_eq!(record(ConnectFailure::Unreachable), Some(MetricValue::Share(1.0 / 3.0)));
}

#[test]
fn a_statistic_that_a_metric_does_not_have_has_no_value() {
    let mut registry = registry(0);
    registry.record(&hop("fra", 1), None, &Session::default(), &accepted(1), at(0));
    let check = |metric, statistic| {
        let series = Series::new(metric, Window::Day, statistic);
        assert_eq!(registry.value(&"egress fra".parse().unwrap(), series, at(0)), None);
    };
    check(Metric::Attempts, Statistic::Mean);
    check(Metric::WholeDuration, Statistic::Share);
    check(Metric::Loss, Statistic::Count);
    check(Metric::Duration(Stage::Dot), Statistic::P95);
}

#[test]
fn a_window_forgets() {
    let mut registry = registry(0);
    registry.record(&hop("fra", 1), None, &Session::default(), &accepted(1), at(1_000_009));
    let check = |now: u64, expected: [u64; 4]| {
        for (window, expected) in Window::ALL.iter().zip(expected) {
            let series = Series::count(Metric::Attempts, *window);
            let found = count(&registry, "egress fra", series, at(now));
            assert_eq!(found, Some(expected), "{now} {window}");
        }
    };
    // Its slots begin at 1,000,000 s, 1,000,000 s, 999,600 s and 993,600 s.
    check(1_000_009, [1, 1, 1, 1]);
    check(1_000_059, [1, 1, 1, 1]);
    check(1_000_060, [0, 1, 1, 1]);
    check(1_000_599, [0, 1, 1, 1]);
    check(1_000_600, [0, 0, 1, 1]);
    check(1_003_199, [0, 0, 1, 1]);
    check(1_003_200, [0, 0, 0, 1]);
    check(1_079_999, [0, 0, 0, 1]);
    check(1_080_000, [0, 0, 0, 0]);
    // What was recorded later than a reading is not read, except in the slot that is not over.
    check(999_999, [0, 0, 1, 1]);
    check(0, [0, 0, 0, 0]);
}

#[test]
fn absurd_clocks_do_no_harm_that_lasts() {
    let year_1969 = SystemTime::UNIX_EPOCH - Duration::from_secs(1_000_000);
    let far = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(1 << 62)).unwrap();
    let mut registry = registry(0);
    let attempts = |registry: &MetricRegistry, now| {
        count(registry, "egress fra", Series::count(Metric::Attempts, Window::Minute), now)
    };
    let now = at(1_800_000_000);
    let mut record = |now| {
        registry.record(&hop("fra", 1), None, &Session::default(), &accepted(1), now);
        attempts(&registry, now)
    };
    assert_eq!(record(now), Some(1));
    assert_eq!(record(far), Some(1));
    assert_eq!(record(year_1969), Some(1));
    assert_eq!(record(SystemTime::UNIX_EPOCH), Some(2));
    // 1,800,000,000 s and 0 s have the same place, so the clock that was set back took it.
    assert_eq!(record(now), Some(1));
    assert_eq!(record(now), Some(2));
    // A little late is no harm at all.
    record(now + Duration::from_secs(10));
    assert_eq!(record(now), Some(3));
    assert_eq!(attempts(&registry, now + Duration::from_secs(10)), Some(4));
}

#[test]
fn a_flood_of_hosts_is_forgotten_and_nothing_else() {
    let mut options = MetricOptions::default();
    options.octets = 1 << 20;
    let mut registry = MetricRegistry::new(options);
    let (provider, mut hop) = ("google".parse().unwrap(), hop("fra", 0));
    registry.record(&hop, Some(&provider), &Session::default(), &accepted(1), at(0));
    for number in 1..2_000 {
        hop.host = format!("mx{number}.example").parse().unwrap();
        registry.record(&hop, None, &Session::default(), &accepted(1), at(0));
    }
    let known = registry.scopes(ScopeKind::Host).len();
    assert!((50..300).contains(&known), "{known}");
    assert_eq!(registry.forgotten(), 2_000 - known as u64);
    assert!(registry.scopes(ScopeKind::Host).contains(&Scope::Host(hop.host)));
    let all = Series::count(Metric::Attempts, Window::Day);
    assert_eq!(count(&registry, "egress fra", all, at(0)), Some(2_000));
    assert_eq!(count(&registry, "provider google", all, at(0)), Some(1));
}
