//! Counts how often names are compared: work on records that grows too fast shows in it, on whatever
//! machine.

use std::cell::Cell;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

pub(crate) fn note() {
    COUNT.set(COUNT.get() + 1);
}

/// How many there are while something is done.
pub(crate) fn during(work: impl FnOnce()) -> u64 {
    let before = COUNT.get();
    work();
    COUNT.get() - before
}
