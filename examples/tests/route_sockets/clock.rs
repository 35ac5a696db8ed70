//! A clock that runs faster than time.

use std::time::{Duration, SystemTime};

use tokio::time::{Instant, sleep_until};

/// Seconds since the world began.
#[derive(Clone, Copy)]
pub(crate) struct Clock {
    began: Instant,
    /// Seconds of the world in a second of ours.
    speed: f64,
}

impl Clock {
    pub(crate) fn start(speed: f64) -> Self {
        Self { began: Instant::now(), speed }
    }

    pub(crate) fn now(self) -> f64 {
        self.scaled(self.began.elapsed())
    }

    /// The time as a planner takes it.
    pub(crate) fn time(self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs_f64(self.now())
    }

    pub(crate) async fn reach(self, seconds: f64) {
        sleep_until(self.began + self.real(seconds)).await;
    }

    pub(crate) async fn pass(self, seconds: f64) {
        self.reach(self.now() + seconds).await;
    }

    /// How long seconds of the world take us.
    pub(crate) fn real(self, seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds.max(0.0) / self.speed)
    }

    /// The seconds of the world in a time of ours.
    pub(crate) fn scaled(self, real: Duration) -> f64 {
        real.as_secs_f64() * self.speed
    }
}
