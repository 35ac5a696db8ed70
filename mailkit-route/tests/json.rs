//! Plans and replies as JSON.
#![cfg(feature = "serde")]

use std::time::{Duration, SystemTime};

use mailkit_route::timing::{SendWindows, WarmUpVerdict};
use mailkit_route::{
    Carrier, ConnectFailure, Demand, Destination, Egress, GeoPoint, HopOutcome, RoutePlanner,
    SmtpReply,
};
use serde_json::{json, to_value};

#[test]
fn a_plan_says_everything_with_units_in_the_names() {
    let rows = [(10, "a.example", "203.0.113.1"), (20, "b\u{1b}.example", "203.0.113.2")];
    let to = Destination::from_mx("buyer.example".parse().unwrap(), rows).unwrap();
    let place = GeoPoint::new(50.11, 8.68).unwrap();
    let mut planner =
        RoutePlanner::new([Egress::new("fra", "eu", place), Egress::new("b", "eu", place)])
            .unwrap();
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(100);
    let first = planner.plan(&to, now, 1).hops()[0].clone();
    planner.record(&first, &HopOutcome::connect_failed(ConnectFailure::Refused), now);
    let expected = json!({
        "destination": "buyer.example",
        "hops": [{
            "egress": "b", "source": null, "host": "a.example", "address": "203.0.113.1", "preference": 10,
            "tls": {"kind": "opportunistic"}, "estimate_ms": 4400, "connect_timeout_ms": 4000, "attempt_timeout_ms": 4000, "stagger_ms": 380,
            "reasons": [
                {"code": "lowest-preference", "preference": 10},
                {"code": "unknown-location", "round_trip_ms": 150},
            ],
        }],
        "removed": [
            {"preference": 20, "host": "b\u{1b}.example", "address": null, "egress": null,
             "rule": {"code": "invalid-target"}},
            {"preference": 10, "host": "a.example", "address": "203.0.113.1", "egress": "fra",
             "rule": {"code": "breaker-open", "scope": "path", "failures": 1, "until": 108, "remaining_ms": 8000}},
        ],
        "no_route": null,
    });
    let plan = planner.plan(&to, now, 1);
    assert_eq!(to_value(&plan).unwrap(), expected);
    assert!(!plan.to_string().contains('\u{1b}'), "{plan}");
}

#[test]
fn a_plan_says_what_a_demand_ruled_out() {
    let to = Destination::literal("203.0.113.1".parse().unwrap());
    let place = GeoPoint::new(50.11, 8.68).unwrap();
    let egresses = ["fra", "ams"].map(|id| Egress::new(id, "eu", place));
    let [fra, ams] = egresses.each_ref().map(|egress| egress.id().clone());
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(100);
    let verdict = WarmUpVerdict::BackedOff { until: now };
    let demand = Demand::default().with_warm_up(&fra, &verdict).with_aligned([fra]);
    let mut planner = RoutePlanner::new(egresses).unwrap();
    let plan = to_value(planner.plan_with(&to, &demand, now, 1)).unwrap();
    assert_eq!(plan["no_route"], json!({"code": "no-eligible-egress", "until": 100}));
    let warm_up = json!({"code": "warm-up", "reason": "warm-up-back-off", "until": 100});
    assert_eq!(plan["removed"][0]["rule"], warm_up);
    assert_eq!(plan["removed"][1]["rule"], json!({"code": "not-aligned"}));
    assert_eq!(plan["removed"][1]["egress"], json!(ams.as_str()));
    let closed = SendWindows::new([now + Duration::from_secs(1)..now + Duration::from_secs(2)]);
    let demand = Demand::default().with_windows(closed.unwrap());
    let plan = to_value(planner.plan_with(&to, &demand, now, 1)).unwrap();
    assert_eq!(plan["no_route"], json!({"code": "outside-windows", "until": 101}));
    let far = Demand::default().preferring_carrier(Carrier::ChinaUnicom);
    let unicom = Egress::new("sha", "cn", place).with_carrier(Carrier::ChinaUnicom);
    let mut planner = RoutePlanner::new([unicom]).unwrap();
    let plan = to_value(planner.plan_with(&to, &far, now, 1)).unwrap();
    let reason = json!({"code": "preferred-carrier", "carrier": "china-unicom"});
    assert_eq!(plan["hops"][0]["reasons"][2], reason);
}

#[test]
fn a_reply_says_what_it_means() {
    let reply: SmtpReply = "550-5.7.26 not\r\n550 5.7.26 signed".parse().unwrap();
    let expected =
        json!({"code": 550, "enhanced": "5.7.26", "class": "authentication", "text": "not signed"});
    assert_eq!(to_value(reply).unwrap(), expected);
}
