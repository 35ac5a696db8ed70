//! A reader that stops when its caller says so.

use std::io::{self, Read};
use std::ops::ControlFlow;

use thiserror::Error;

/// Reads from `R` as long as a check of the caller allows, for example until a deadline.
///
/// The check is asked before each read, with the octets read so far; readers of reports ask for
/// 64 KiB at a time. After [`ControlFlow::Break`] every read fails with [`Interrupted`].
///
/// ```
/// use std::io::Read;
/// use std::ops::ControlFlow;
///
/// use mailkit_auth::report::Guard;
///
/// let stop_after_three = |octets| match octets {
///     0..3 => ControlFlow::Continue(()),
///     _ => ControlFlow::Break(()),
/// };
/// let mut guard = Guard::new(&b"abcdef"[..], stop_after_three);
/// let mut buffer = [0; 3];
/// assert_eq!(guard.read(&mut buffer)?, 3);
/// assert!(guard.read(&mut buffer).is_err());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Guard<R, F> {
    read: R,
    check: F,
    octets: u64,
}

impl<R: Read, F: FnMut(u64) -> ControlFlow<()>> Guard<R, F> {
    /// Reads from `read` while `check` says to go on.
    pub fn new(read: R, check: F) -> Self {
        Self { read, check, octets: 0 }
    }
}

impl<R: Read, F: FnMut(u64) -> ControlFlow<()>> Read for Guard<R, F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if (self.check)(self.octets).is_break() {
            return Err(io::Error::other(Interrupted { octets: self.octets }));
        }
        let count = self.read.read(buffer)?;
        self.octets = self.octets.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        Ok(count)
    }
}

/// The check of a [`Guard`] said to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("stopped by the caller after {octets} octets")]
#[non_exhaustive]
pub struct Interrupted {
    /// Octets read before.
    pub octets: u64,
}
