//! What another node tells: a document that is read is written and reads back equal, and a planner takes it twice as once.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mailkit_route::{Egress, GeoPoint, RoutePlanner, store::SharedEvidence};
use std::time::{Duration, SystemTime};

fuzz_target!(|text: &str| {
    let Ok(shared) = text.parse::<SharedEvidence>() else { return };
    assert_eq!(shared.to_string().parse().as_ref(), Ok(&shared));
    let place = GeoPoint::new(50.11, 8.68).expect("a place on earth");
    let mut planner = RoutePlanner::new([Egress::new("fra", "eu", place)]).expect("one egress");
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_003);
    planner.import(&shared, now);
    let told = planner.export(now);
    assert_eq!(planner.import(&shared, now).taken, 0);
    assert_eq!(planner.export(now), told);
});
