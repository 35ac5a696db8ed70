//! Days and moments of the command line.

use std::time::SystemTime;

use mailkit_auth::rollout::Day;

/// The start of the day that was given, else the present moment.
pub(crate) fn moment(given: Option<Day>) -> SystemTime {
    given.map_or_else(SystemTime::now, Day::start)
}
