//! What decides in a simulation.

use super::world::{Ending, Path};

/// A way to route mail, to be tried in a world.
///
/// All times are seconds since the start of the run. A policy knows what it is told here and nothing
/// else of the world, but for where hosts and egresses stand; the [oracle](super::Oracle) alone looks.
pub trait Policy {
    /// The path to try next for a mail whose present attempt has failed on `tried`, and how long to wait
    /// for it; `None` puts the mail off. A connect time-out counts as at least a tenth of a second and at most an
    /// hour, a stagger as at least a hundredth of a second.
    fn choose(&mut self, domain: usize, tried: &[Path], now: f64) -> Option<Try>;

    /// Seconds until a mail that was put off `times` times comes back; less than one counts as one.
    fn pause(&mut self, times: u32) -> f64;

    /// A connection begins. `mail` tells it from others on the same path.
    fn began(&mut self, mail: usize, path: Path, now: f64) {
        let _ = (mail, path, now);
    }

    /// There is no answer to the SYN after [`Try::stagger`]; the mail takes its next path while this one
    /// goes on waiting.
    fn overdue(&mut self, path: Path, now: f64) {
        let _ = (path, now);
    }

    /// A connection ended.
    fn ended(&mut self, mail: usize, end: &End, now: f64) -> Recovered {
        let _ = (mail, end, now);
        Recovered::Nothing
    }

    /// When to ask for probes next: at least a tenth of a second after the last time.
    fn next_probes_at(&self) -> Option<f64> {
        None
    }

    /// The probes that are due.
    fn probes(&mut self, now: f64) -> Vec<Knock> {
        let _ = now;
        Vec::new()
    }

    /// What came of a probe.
    fn probed(&mut self, probe: Knock, result: KnockResult, now: f64) -> Recovered {
        let _ = (probe, result, now);
        Recovered::Nothing
    }
}

/// A connection to make.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Try {
    /// Over which path.
    pub path: Path,
    /// Seconds to wait for the answer to the SYN, from then on.
    pub connect_timeout: f64,
    /// Seconds until another path is tried beside it, from the choice on, handing over included.
    pub stagger: Option<f64>,
}

impl Try {
    /// A try with nothing beside it, that waits for 30 seconds.
    #[must_use]
    pub fn new(path: Path) -> Self {
        Self { path, connect_timeout: 30.0, stagger: None }
    }

    /// The same with times that let a run go on; NaN counts as the least.
    #[expect(clippy::manual_clamp, reason = "a clamped NaN would stay one")]
    pub(super) fn bounded(self) -> Self {
        let connect_timeout = self.connect_timeout.max(0.1).min(3_600.0);
        let stagger = self.stagger.map(|stagger| stagger.max(0.01));
        Self { connect_timeout, stagger, ..self }
    }
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct End {
    /// The path.
    pub path: Path,
    /// How.
    pub ending: Ending,
    /// Seconds since the choice.
    pub took: f64,
    /// Seconds from SYN to SYN-ACK, where one came.
    pub round_trip: Option<f64>,
}

/// For which domains mail that was put off should be tried now.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Recovered {
    /// For none.
    Nothing,
    /// For these.
    Domains(Vec<usize>),
}

/// A connection without mail: SYN, greeting, QUIT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Knock {
    /// Whether an egress is there.
    Egress(usize),
    /// Whether a host answers over a path.
    Path(Path),
}

/// What came of a probe.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct KnockResult {
    /// Whether it was answered.
    pub answered: bool,
    /// Seconds from SYN to SYN-ACK, where one came.
    pub round_trip: Option<f64>,
}
