//! How much message text all sessions together may hold.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Octets that are left.
#[derive(Debug, Clone)]
pub(super) struct Budget(Arc<AtomicUsize>);

/// What one session has of it; given back when this is dropped.
#[derive(Debug)]
pub(super) struct Share {
    left: Arc<AtomicUsize>,
    held: usize,
}

impl Budget {
    pub(super) fn new(octets: usize) -> Self {
        Self(Arc::new(AtomicUsize::new(octets)))
    }

    pub(super) fn share(&self) -> Share {
        Share { left: Arc::clone(&self.0), held: 0 }
    }
}

impl Share {
    /// Holds at least so many octets. Says whether there were enough; if not, nothing changes.
    pub(super) fn grow_to(&mut self, octets: usize) -> bool {
        let more = octets.saturating_sub(self.held);
        let taken = self
            .left
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| left.checked_sub(more));
        if taken.is_ok() {
            self.held += more;
        }
        taken.is_ok()
    }

    /// Gives everything back.
    pub(super) fn clear(&mut self) {
        self.left.fetch_add(std::mem::take(&mut self.held), Ordering::AcqRel);
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_never_exceed_the_budget_and_come_back() {
        let budget = Budget::new(10);
        let (mut one, mut other) = (budget.share(), budget.share());
        assert!(one.grow_to(6) && one.grow_to(4), "six are held, so four are");
        assert!(!other.grow_to(5), "four are left");
        assert!(other.grow_to(4));
        drop(one);
        assert!(other.grow_to(10));
        other.clear();
        assert!(budget.share().grow_to(10));
    }
}
