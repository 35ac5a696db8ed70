use proptest::prelude::*;

use super::*;

fn any_counters() -> impl Strategy<Value = WarmUpCounters> {
    let node = (0_u16..6, (0_u32..100, 0_u32..100).prop_map(|(a, b)| (a.max(b), a.min(b))));
    let nodes = proptest::collection::btree_map(node.0, node.1, 0..6);
    let resume = proptest::option::of(0_u64..5);
    (0_u32..3, 0_u16..3, 0_u32..3, any::<bool>(), resume, nodes).prop_map(
        |(day, step, back_offs, backed_off_today, resume, nodes)| {
            let held = false;
            WarmUpCounters { day, step, back_offs, backed_off_today, resume, held, nodes }
        },
    )
}

fn joined(left: &WarmUpCounters, right: &WarmUpCounters) -> WarmUpCounters {
    let mut both = left.clone();
    both.merge(right).unwrap();
    both
}

proptest! {
    #[test]
    fn merging_asks_for_no_order(a in any_counters(), b in any_counters(), c in any_counters()) {
        prop_assert_eq!(joined(&a, &b), joined(&b, &a));
        prop_assert_eq!(joined(&joined(&a, &b), &c), joined(&a, &joined(&b, &c)));
        prop_assert_eq!(joined(&a, &a), a);
    }

    #[test]
    fn what_is_written_reads_back(counters in any_counters(), held: bool) {
        let counters = WarmUpCounters { held, ..counters };
        prop_assert_eq!(counters.to_string().parse(), Ok(counters));
    }
}

#[test]
fn what_is_no_counter_is_refused() {
    let check = |text: &str, place: &str| {
        let error = text.parse::<WarmUpCounters>().unwrap_err();
        let start = text.len() - place.len();
        let end = start + place.split(' ').next().unwrap_or_default().len();
        assert_eq!(error.span(), start..end, "{text}");
    };
    check("", "");
    check("day 1 step 1 backs 0 resume -", "");
    check("day 1 step 1 backs 0 resume x nodes", "x nodes");
    check("day 1 step 1 backs -1", "-1");
    check("day 1 step 1 backs *", "*");
    check("day 1 step 1 resume - nodes", "resume - nodes");
    check("day -1 step 1 resume - nodes", "-1 step 1 resume - nodes");
    check("day 1 step 1 backs 0 resume - held held nodes", "held nodes");
    check("day 1 step 1 backs 0 resume - nodes 1:2", "1:2");
    check("day 1 step 1 backs 0 resume - nodes 1:2:3", "1:2:3");
    check("day 1 step 1 backs 0 resume - nodes 1:2:1 1:2:1", "1:2:1");
    let many: String = (0..65).map(|node| format!(" {node}:1:0")).collect();
    check(&format!("day 1 step 1 backs 0 resume - nodes{many}"), "64:1:0");
}

#[test]
fn more_nodes_than_the_limit_change_nothing() {
    let many = |from| (from..from + 40).map(|node| format!(" {node}:1:0")).collect::<String>();
    let read =
        |nodes: String| format!("day 1 step 1 backs 0 resume - nodes{nodes}").parse().unwrap();
    let (mut here, there): (WarmUpCounters, WarmUpCounters) = (read(many(0)), read(many(40)));
    let before = here.clone();
    assert_eq!(here.merge(&there), Err(TimingError::TooManyNodes(64)));
    assert_eq!(here, before);
}
