//! What a monitoring system reads.

use super::*;

#[test]
fn open_metrics_of_one_attempt() {
    let mut registry = registry(0);
    let mut session = Session::default();
    session.took(Stage::Connect, Duration::from_micros(5));
    let outcome = HopOutcome::connect_failed(ConnectFailure::TimedOut);
    let mut hop = hop("f\"r\\a", 1);
    hop.host = "[IPv6:2001:db8::1]".parse().unwrap();
    let provider = "a{b=\"c\"}\\".parse().unwrap();
    registry.record(&hop, Some(&provider), &session, &outcome, at(1_000_000));
    let text = registry.open_metrics(&[ScopeKind::Egress], at(1_000_100));
    let expected = r##"# TYPE mailkit_route_attempts gauge
# HELP mailkit_route_attempts hops that were tried
mailkit_route_attempts{scope="egress",egress="f\"r\\a",window="1m"} 0
mailkit_route_attempts{scope="egress",egress="f\"r\\a",window="10m"} 1
mailkit_route_attempts{scope="egress",egress="f\"r\\a",window="1h"} 1
mailkit_route_attempts{scope="egress",egress="f\"r\\a",window="1d"} 1
# TYPE mailkit_route_connect_failed gauge
# HELP mailkit_route_connect_failed attempts without a connection
mailkit_route_connect_failed{scope="egress",egress="f\"r\\a",window="10m",cause="timed-out"} 1
mailkit_route_connect_failed{scope="egress",egress="f\"r\\a",window="1h",cause="timed-out"} 1
mailkit_route_connect_failed{scope="egress",egress="f\"r\\a",window="1d",cause="timed-out"} 1
# TYPE mailkit_route_duration_replies gauge
# HELP mailkit_route_duration_replies time from a command to the whole reply; whole: from the first SYN to the acceptance
mailkit_route_duration_replies{scope="egress",egress="f\"r\\a",window="10m",stage="connect"} 1
mailkit_route_duration_replies{scope="egress",egress="f\"r\\a",window="1h",stage="connect"} 1
mailkit_route_duration_replies{scope="egress",egress="f\"r\\a",window="1d",stage="connect"} 1
# TYPE mailkit_route_duration_mean_seconds gauge
# UNIT mailkit_route_duration_mean_seconds seconds
# HELP mailkit_route_duration_mean_seconds time from a command to the whole reply; whole: from the first SYN to the acceptance
mailkit_route_duration_mean_seconds{scope="egress",egress="f\"r\\a",window="10m",stage="connect"} 0.0000055
mailkit_route_duration_mean_seconds{scope="egress",egress="f\"r\\a",window="1h",stage="connect"} 0.0000055
mailkit_route_duration_mean_seconds{scope="egress",egress="f\"r\\a",window="1d",stage="connect"} 0.0000055
# TYPE mailkit_route_duration_p95_seconds gauge
# UNIT mailkit_route_duration_p95_seconds seconds
# HELP mailkit_route_duration_p95_seconds time from a command to the whole reply; whole: from the first SYN to the acceptance
mailkit_route_duration_p95_seconds{scope="egress",egress="f\"r\\a",window="10m",stage="connect"} 0.0000055
mailkit_route_duration_p95_seconds{scope="egress",egress="f\"r\\a",window="1h",stage="connect"} 0.0000055
mailkit_route_duration_p95_seconds{scope="egress",egress="f\"r\\a",window="1d",stage="connect"} 0.0000055
# TYPE mailkit_route_loss_ratio gauge
# UNIT mailkit_route_loss_ratio ratio
# HELP mailkit_route_loss_ratio attempts that left the egress and got no answer in time, of all that left it
mailkit_route_loss_ratio{scope="egress",egress="f\"r\\a",window="10m"} 1
mailkit_route_loss_ratio{scope="egress",egress="f\"r\\a",window="1h"} 1
mailkit_route_loss_ratio{scope="egress",egress="f\"r\\a",window="1d"} 1
# EOF
"##;
    assert_eq!(text, expected);
    let check = |kind, labels: &str| {
        let text = registry.open_metrics(&[kind], at(1_000_000));
        let line = format!("mailkit_route_attempts{{{labels},window=\"1m\"}} 1\n");
        assert!(text.contains(&line), "{text}");
    };
    check(ScopeKind::Host, r#"scope="host",host="[IPv6:2001:db8::1]""#);
    check(ScopeKind::Path, r#"scope="path",egress="f\"r\\a",address="11.0.0.1""#);
    check(ScopeKind::Provider, r#"scope="provider",provider="a{b=\"c\"}\\""#);
    assert_eq!(registry.open_metrics(ScopeKind::ALL, at(2_000_000)), "# EOF\n");
}

#[cfg(feature = "serde")]
#[test]
fn series_as_json() {
    use serde_json::{json, to_value};
    let series = Series::new(Metric::Duration(Stage::StartTls), Window::TenMinutes, Statistic::P95);
    let expected = json!({"metric": "duration.start-tls", "window": "10m", "statistic": Statistic::P95.code()});
    assert_eq!(to_value(series).unwrap(), expected);
    let check = |value: MetricValue, expected| assert_eq!(to_value(value).unwrap(), expected);
    check(MetricValue::Count(3), json!({"count": 3}));
    check(MetricValue::Duration(Duration::from_millis(20)), json!({"seconds": 0.02}));
    check(MetricValue::Share(0.5), json!({"ratio": 0.5}));
    let scope: Scope = "path fra 203.0.113.10".parse().unwrap();
    assert_eq!(to_value(&scope).unwrap(), "path fra 203.0.113.10");
    for stage in Stage::ALL {
        assert_eq!(to_value(stage).unwrap(), stage.code());
    }
}
