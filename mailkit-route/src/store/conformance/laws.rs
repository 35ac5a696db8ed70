//! The laws as tables of steps.

use super::Law;

/// Something that is done to a store, and what must come of it. Times are seconds after the beginning.
pub(super) enum Step {
    Publish {
        at: u64,
        key: &'static str,
        node: &'static str,
        text: &'static str,
        until: u64,
    },
    Documents {
        at: u64,
        key: &'static str,
        expected: &'static [(&'static str, &'static str)],
    },
    Hold {
        at: u64,
        key: &'static str,
        node: &'static str,
        amount: u32,
        limit: u32,
        until: u64,
        /// What the node holds then, and what the others do.
        expected: (u32, u32),
    },
}

const fn publish(
    at: u64,
    (key, node): (&'static str, &'static str),
    text: &'static str,
    until: u64,
) -> Step {
    Step::Publish { at, key, node, text, until }
}

const fn documents(
    at: u64,
    key: &'static str,
    expected: &'static [(&'static str, &'static str)],
) -> Step {
    Step::Documents { at, key, expected }
}

const fn hold(
    at: u64,
    (key, node): (&'static str, &'static str),
    (amount, limit): (u32, u32),
    until: u64,
    expected: (u32, u32),
) -> Step {
    Step::Hold { at, key, node, amount, limit, until, expected }
}

pub(super) const LAWS: &[(Law, &[Step])] = &[
    (
        Law::Reads,
        &[
            documents(0, "k", &[]),
            publish(0, ("k", "b"), "two\nlines, \"quoted\" \\ and 山东\r\n", 60),
            documents(0, "k", &[("b", "two\nlines, \"quoted\" \\ and 山东\r\n")]),
            publish(0, ("k", "a"), "", 60),
            publish(0, ("k", "B"), "another node", 60),
            publish(0, ("k l", "b"), "another key", 60),
            publish(0, ("K", "b"), "one more", 60),
            documents(
                0,
                "k",
                &[
                    ("B", "another node"),
                    ("a", ""),
                    ("b", "two\nlines, \"quoted\" \\ and 山东\r\n"),
                ],
            ),
            documents(0, "k l", &[("b", "another key")]),
            documents(0, "K", &[("b", "one more")]),
            documents(0, "l", &[]),
        ],
    ),
    (
        Law::Replaces,
        &[
            publish(0, ("k", "a"), "first", 60),
            publish(0, ("k", "b"), "other", 60),
            publish(0, ("k", "a"), "second", 60),
            documents(0, "k", &[("a", "second"), ("b", "other")]),
            publish(1, ("k", "a"), "second", 60),
            documents(1, "k", &[("a", "second"), ("b", "other")]),
        ],
    ),
    (
        Law::RunsOut,
        &[
            publish(0, ("k", "a"), "short", 10),
            publish(0, ("k", "b"), "long", 60),
            documents(9, "k", &[("a", "short"), ("b", "long")]),
            documents(10, "k", &[("b", "long")]),
            publish(20, ("k", "b"), "long", 100),
            documents(99, "k", &[("b", "long")]),
            publish(99, ("k", "b"), "shorter", 110),
            documents(110, "k", &[]),
        ],
    ),
    (
        Law::Removes,
        &[
            publish(10, ("k", "a"), "here", 60),
            publish(10, ("k", "b"), "here", 60),
            publish(10, ("k", "a"), "gone", 10),
            documents(10, "k", &[("b", "here")]),
            publish(10, ("k", "c"), "never here", 9),
            documents(10, "k", &[("b", "here")]),
        ],
    ),
    (
        Law::Limits,
        &[
            hold(0, ("k", "a"), (8, 10), 60, (8, 0)),
            hold(0, ("k", "b"), (8, 10), 60, (2, 8)),
            hold(0, ("k", "c"), (1, 10), 60, (0, 10)),
            hold(0, ("k l", "c"), (1, 10), 60, (1, 0)),
            hold(0, ("none", "a"), (1, 0), 60, (0, 0)),
            hold(0, ("all", "a"), (u32::MAX, u32::MAX), 60, (u32::MAX, 0)),
            hold(0, ("all", "b"), (u32::MAX, u32::MAX), 60, (0, u32::MAX)),
        ],
    ),
    (
        Law::Sets,
        &[
            hold(0, ("k", "a"), (6, 10), 60, (6, 0)),
            hold(0, ("k", "a"), (6, 10), 60, (6, 0)),
            hold(0, ("k", "b"), (9, 10), 60, (4, 6)),
            hold(0, ("k", "a"), (2, 10), 60, (2, 4)),
            hold(0, ("k", "b"), (9, 10), 60, (8, 2)),
            hold(0, ("k", "b"), (0, 10), 60, (0, 2)),
            hold(0, ("k", "a"), (10, 10), 60, (10, 0)),
        ],
    ),
    (
        Law::HoldRunsOut,
        &[
            hold(0, ("k", "a"), (10, 10), 30, (10, 0)),
            hold(29, ("k", "b"), (1, 10), 60, (0, 10)),
            hold(30, ("k", "b"), (1, 10), 60, (1, 0)),
            hold(30, ("k", "a"), (10, 10), 60, (9, 1)),
            hold(59, ("k", "b"), (1, 10), 90, (1, 9)),
            hold(60, ("k", "a"), (10, 10), 90, (9, 1)),
            hold(60, ("k", "a"), (10, 10), 60, (0, 1)),
            hold(60, ("k", "b"), (10, 10), 90, (10, 0)),
        ],
    ),
    (
        Law::Lowers,
        &[
            hold(0, ("k", "a"), (6, 10), 60, (6, 0)),
            hold(0, ("k", "b"), (4, 10), 60, (4, 6)),
            hold(0, ("k", "b"), (4, 8), 60, (2, 6)),
            hold(0, ("k", "c"), (4, 8), 60, (0, 8)),
            hold(0, ("k", "b"), (4, 5), 60, (0, 6)),
            hold(0, ("k", "a"), (6, 5), 60, (5, 0)),
            hold(0, ("k", "a"), (6, 10), 60, (6, 0)),
        ],
    ),
];
