//! How a command ends that found out what it was asked.

use std::process::ExitCode;

/// The answer, as a shell sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// All is well: 0.
    Fine,
    /// The answer is negative: 1.
    Negative,
}

impl Ending {
    /// Fine if this holds.
    pub(crate) fn fine_if(fine: bool) -> Self {
        if fine { Self::Fine } else { Self::Negative }
    }
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Fine => Self::SUCCESS,
            Ending::Negative => Self::from(1),
        }
    }
}
