//! Parts of limits.

use std::num::NonZeroU32;

use mailkit_route::store::{LimitShare, ShareVerdict};
use proptest::prelude::*;

use super::*;

fn share(limit: u32, index: u32, nodes: u32) -> LimitShare {
    LimitShare::new(limit, index, NonZeroU32::new(nodes).unwrap())
}

#[test]
fn without_a_store_each_node_has_its_part() {
    let mut share = share(10, 0, 3);
    for left in [3, 2, 1, 0] {
        assert_eq!(share.take(at(0)), ShareVerdict::Allowed { left });
    }
    assert_eq!(share.take(at(0)), ShareVerdict::StoreAway { allowance: 4 });
    share.give_back();
    assert!(share.take(at(0)).is_allowed());
}

#[test]
fn what_is_held_runs_out_in_two_steps() {
    let mut share = share(10, 0, 2);
    let hold = share.ask(at(60), at(0));
    assert_eq!((hold.amount, hold.limit), (1, 10));
    share.settle(hold, Held::new(1, 9));
    assert_eq!([0, 59, 60, 119, 120].map(|now| share.allowance(at(now))), [1, 1, 1, 1, 5]);
    assert!(share.take(at(1)).is_allowed());
    assert_eq!(share.take(at(1)), ShareVerdict::Spent { allowance: 1 });

    let hold = share.ask(at(90), at(30));
    assert_eq!(hold.amount, 2);
    share.settle(hold, Held::new(8, 2));
    assert_eq!([89, 90, 149, 150].map(|now| share.allowance(at(now))), [8, 5, 5, 5]);
}

#[test]
fn what_is_not_asked_for_is_given_up_before_the_answer() {
    let mut share = share(10, 0, 2);
    let hold = share.ask(at(60), at(0));
    share.settle(hold, Held::new(9, 0));
    let asked = share.ask(at(80), at(20));
    assert_eq!((asked.amount, share.allowance(at(20))), (1, 1));
}

#[cfg(feature = "serde")]
#[test]
fn verdicts_have_their_codes_in_json() {
    let check = |verdict: ShareVerdict, expected: &str| {
        assert_eq!(serde_json::to_string(&verdict).unwrap(), expected);
        assert!(expected.contains(verdict.code()));
    };
    check(ShareVerdict::Allowed { left: 2 }, r#"{"code":"share-allowed","left":2}"#);
    check(ShareVerdict::Spent { allowance: 2 }, r#"{"code":"share-spent","allowance":2}"#);
    check(ShareVerdict::StoreAway { allowance: 2 }, r#"{"code":"store-away","allowance":2}"#);
}

/// What a node does in five seconds.
#[derive(Debug, Clone, Copy)]
struct Step {
    takes: u8,
    gives: u8,
    /// Whether the answer of the store is lost, if it is asked.
    loses: bool,
}

fn steps() -> impl Strategy<Value = Vec<[Step; 3]>> {
    let step = (0_u8..6, 0_u8..6, any::<bool>()).prop_map(|(takes, gives, loses)| Step {
        takes,
        gives,
        loses,
    });
    proptest::collection::vec([step.clone(), step.clone(), step], 1..60)
}

proptest! {
    #[test]
    fn parts_add_up_to_the_limit(limit in any::<u32>(), nodes in 1_u32..50) {
        let parts = (0..nodes).map(|index| u64::from(share(limit, index, nodes).allowance(at(0))));
        prop_assert_eq!(parts.sum::<u64>(), u64::from(limit));
    }

    /// While all reach the store, and from when on none does.
    #[test]
    fn nodes_keep_a_limit_together(limit in 1_u32..30, dies_at in 0_usize..60, steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (store, key) = (MemoryStore::default(), key("k"));
        let ask = |index: usize, share: &mut LimitShare, loses: bool, now: u64| {
            let hold = share.ask(at(now + 60), at(now));
            let held = runtime.block_on(store.hold(&key, &node(&index.to_string()), hold, at(now)));
            if !loses {
                share.settle(hold, held.unwrap());
            }
        };
        let mut shares = [0, 1, 2].map(|index| share(limit, index, 3));
        for (index, share) in shares.iter_mut().enumerate() {
            ask(index, share, false, 0);
        }
        let (mut lost, idle) = ([false; 3], [Step { takes: 9, gives: 0, loses: false }; 3]);
        let steps = steps.into_iter().chain(std::iter::repeat_n(idle, 30));
        for (number, step) in steps.enumerate() {
            let now = 5 * number as u64;
            for (index, (share, step)) in shares.iter_mut().zip(step).enumerate() {
                (0..step.gives).for_each(|_| share.give_back());
                for _ in 0..step.takes {
                    share.take(at(now));
                }
                if number < dies_at && number % 4 == index {
                    lost[index] = step.loses && !lost[index];
                    ask(index, share, lost[index], now);
                }
            }
            let sum: u32 = shares.iter().map(|share| share.allowance(at(now))).sum();
            prop_assert!(sum <= limit, "{} of {} at {}", sum, limit, now);
        }
        let end: u32 = shares.iter().map(|share| share.allowance(at(100_000))).sum();
        prop_assert_eq!(end, limit);
    }
}
