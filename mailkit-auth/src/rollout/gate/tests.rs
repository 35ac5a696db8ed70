//! How conditions are met and printed.

use super::*;

#[track_caller]
fn check(gate: Gate, met: bool, expected: &str) {
    assert_eq!((gate.met, gate.to_string().as_str()), (met, expected));
}

#[test]
fn both_bounds_include_their_number() {
    use Quantity::{Count, Days, Share};
    let name = GateName::Dwell;
    check(
        Gate::at_least(name, Days(7), Days(7)),
        true,
        "time at this stage: 7 days, at least 7 days needed",
    );
    check(
        Gate::at_least(name, Days(1), Days(7)),
        false,
        "time at this stage: 1 day, at least 7 days needed",
    );
    for gate in [Gate::at_least, Gate::at_most] {
        assert!(!gate(name, Quantity::Unreported, Days(7)).met);
    }
    check(
        Gate::at_most(name, Quantity::Unreported, Days(2)),
        false,
        "time at this stage: nothing reported, at most 2 days allowed",
    );
    let name = GateName::FailingSources;
    check(
        Gate::at_most(name, Count(0), Count(0)),
        true,
        "legitimate sources that fail: 0, at most 0 allowed",
    );
    check(
        Gate::at_most(name, Count(1), Count(0)),
        false,
        "legitimate sources that fail: 1, at most 0 allowed",
    );
    let name = GateName::PassRateDrop;
    check(
        Gate::at_most(name, Share(0.0051), Share(0.005)),
        false,
        "pass rate lost: 0.51 %, at most 0.50 % allowed",
    );
    check(
        Gate::at_least(name, Share(0.994_997), Share(0.995)),
        false,
        "pass rate lost: 99.4997 %, at least 99.5000 % needed",
    );
    check(
        Gate::at_least(name, Share(0.995_001), Share(0.995)),
        true,
        "pass rate lost: 99.50 %, at least 99.50 % needed",
    );
}

#[test]
fn codes_are_in_order_and_unique() {
    assert!(GateName::ALL.is_sorted_by_key(|name| name.code()));
    assert!(GateName::ALL.windows(2).all(|pair| pair[0].code() != pair[1].code()));
}
