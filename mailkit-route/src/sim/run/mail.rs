//! A mail on its way.

use super::MailTrace;
use crate::sim::world::Path;

pub(super) struct Mail {
    pub(super) trace: MailTrace,
    /// The paths of the present attempt.
    pub(super) tried: Vec<Path>,
    pub(super) put_off: u32,
    /// What waits for it, so that an earlier wait can be dropped.
    pub(super) wait: u32,
}
