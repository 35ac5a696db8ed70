//! The guess from the distance, beside measured round trips between 49 data centres.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "support/shared_data.rs"]
mod shared_data;

use std::collections::HashMap;

use mailkit_route::GeoPoint;
use shared_data::shared;

#[test]
fn most_guesses_are_within_half_and_double_of_the_measured_round_trip() {
    let Some(places) = shared("route/azure/region-coordinates.json") else { return };
    let Some(matrix) = shared("route/azure/azure-rtt-p50-ms.csv") else { return };
    let places = coordinates(&places);
    let mut rows = matrix.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let names = rows.next().unwrap();
    let mut ratios = Vec::new();
    for row in rows {
        for (name, cell) in names.iter().zip(&row).skip(1) {
            let Ok(measured) = cell.parse::<f64>() else { continue };
            let (Some(from), Some(to)) = (places.get(row[0]), places.get(*name)) else { continue };
            if row[0] != *name && measured > 0.0 {
                ratios.push(from.expected_round_trip(*to).as_secs_f64() * 1e3 / measured);
            }
        }
    }
    ratios.sort_by(f64::total_cmp);
    let within = |factor: f64| {
        let count = ratios.iter().filter(|ratio| (1.0 / factor..factor).contains(*ratio)).count();
        count as f64 / ratios.len() as f64
    };
    let median = ratios[ratios.len() / 2];
    assert_eq!(ratios.len(), 2350);
    assert!((0.95..1.1).contains(&median), "median {median}");
    assert!(within(2.0) > 0.98 && within(1.5) > 0.92, "{} {}", within(2.0), within(1.5));
}

fn coordinates(json: &str) -> HashMap<String, GeoPoint> {
    let places: serde_json::Value = serde_json::from_str(json).unwrap();
    let place = |place: &serde_json::Value| {
        let degrees = |key: &str| place[key].as_f64().unwrap();
        let name = place["displayName"].as_str().unwrap().to_owned();
        (name, GeoPoint::new(degrees("lat"), degrees("lon")).unwrap())
    };
    places.as_object().unwrap().values().map(place).collect()
}
