//! One fault at a time: how soon a policy leaves a host that fails, and how soon it comes back.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::{FaultKind, MailRate};

mod outcome;

pub use outcome::{ScenarioOutcome, ScenarioSummary};

/// One fault of half an hour in a world where nothing else breaks.
///
/// Its name has three words: what happens, how the hosts stand, how often mail comes.
///
/// ```
/// use mailkit_route::sim::Scenario;
/// let scenario: Scenario = "blackhole-primary-steady".parse()?;
/// assert_eq!(scenario.to_string(), "blackhole-primary-steady");
/// assert_eq!(Scenario::matching("sparse")?.len(), 8);
/// assert!(Scenario::matching("flood").is_err());
/// # Ok::<(), mailkit_route::sim::UnknownScenario>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Scenario {
    /// What happens.
    pub trouble: Trouble,
    /// How the hosts stand.
    pub layout: Layout,
    /// How often mail comes.
    pub pace: Pace,
}

/// What happens for half an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Trouble {
    /// The first host is silent.
    Blackhole,
    /// It refuses connections.
    Refuse,
    /// It gives temporary replies (4xx).
    Defer,
    /// The way to it from the egress that has the shortest is congested: five times the round trip, and
    /// one connection of five gets no answer.
    Jitter,
}

/// How the hosts of the domain stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Layout {
    /// Two equal hosts in one place, and a backup in another.
    Equals,
    /// One host, and a backup in another place.
    Primary,
}

/// How often mail comes; always as long from one to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Pace {
    /// Once a second.
    Steady,
    /// Once in ten minutes.
    Sparse,
}

impl Scenario {
    /// A scenario.
    #[must_use]
    pub fn new(trouble: Trouble, layout: Layout, pace: Pace) -> Self {
        Self { trouble, layout, pace }
    }

    /// All scenarios.
    pub fn all() -> impl Iterator<Item = Self> {
        Pace::ALL.into_iter().flat_map(|pace| {
            Trouble::ALL.into_iter().flat_map(move |trouble| {
                Layout::ALL.into_iter().map(move |layout| Self::new(trouble, layout, pace))
            })
        })
    }

    /// The scenarios whose names hold all words of this one; `all` is in each.
    ///
    /// # Errors
    /// When there is none.
    pub fn matching(words: &str) -> Result<Vec<Self>, UnknownScenario> {
        let holds = |it: &Self| words.split('-').all(|word| word == "all" || it.has(word));
        let found: Vec<Self> = Self::all().filter(holds).collect();
        if found.is_empty() { Err(UnknownScenario(words.to_owned())) } else { Ok(found) }
    }

    fn has(self, word: &str) -> bool {
        [self.trouble.code(), self.layout.code(), self.pace.code()].contains(&word)
    }

    /// Mails a second.
    #[must_use]
    pub fn rate(self) -> MailRate {
        match self.pace {
            Pace::Steady => MailRate::a_second(),
            Pace::Sparse => MailRate::a_ten_minutes(),
        }
    }

    /// From when until when the fault lasts, in seconds since the start.
    #[must_use]
    pub fn fault(self) -> (f64, f64) {
        match self.pace {
            Pace::Steady => (600.0, 2_400.0),
            Pace::Sparse => (3_600.0, 5_400.0),
        }
    }

    /// Seconds over which mail comes: as long after the fault as it lasted, or twice as long.
    #[must_use]
    pub fn length(self) -> f64 {
        match self.pace {
            Pace::Steady => 4_200.0,
            Pace::Sparse => 9_000.0,
        }
    }

    /// Preference and place of each host; the first is the one that fails.
    pub(super) fn hosts(self) -> &'static [(u16, usize)] {
        match self.layout {
            Layout::Equals => &[(0, 0), (0, 0), (1, 1)],
            Layout::Primary => &[(0, 0), (1, 1)],
        }
    }

    pub(super) fn fails(self) -> Fails {
        match self.trouble {
            Trouble::Blackhole => Fails::Host(FaultKind::Blackhole),
            Trouble::Refuse => Fails::Host(FaultKind::Refuse),
            Trouble::Defer => Fails::Host(FaultKind::Defer),
            Trouble::Jitter => Fails::BestWay(FaultKind::Congestion),
        }
    }
}

/// What a fault is about.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fails {
    /// The first host.
    Host(FaultKind),
    /// The way to it from the egress that has the shortest.
    BestWay(FaultKind),
}

impl Trouble {
    const ALL: [Self; 4] = [Self::Blackhole, Self::Refuse, Self::Defer, Self::Jitter];

    fn code(self) -> &'static str {
        match self {
            Self::Blackhole => "blackhole",
            Self::Refuse => "refuse",
            Self::Defer => "defer",
            Self::Jitter => "jitter",
        }
    }
}

impl Layout {
    const ALL: [Self; 2] = [Self::Equals, Self::Primary];

    fn code(self) -> &'static str {
        match self {
            Self::Equals => "equals",
            Self::Primary => "primary",
        }
    }
}

impl Pace {
    const ALL: [Self; 2] = [Self::Steady, Self::Sparse];

    fn code(self) -> &'static str {
        match self {
            Self::Steady => "steady",
            Self::Sparse => "sparse",
        }
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.trouble.code(), self.layout.code(), self.pace.code())
    }
}

impl FromStr for Scenario {
    type Err = UnknownScenario;

    fn from_str(name: &str) -> Result<Self, UnknownScenario> {
        let found = Self::all().find(|it| it.to_string() == name);
        found.ok_or_else(|| UnknownScenario(name.to_owned()))
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Scenario {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

/// No scenario has these words in its name.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error(
    "no scenario {0:?}: blackhole, refuse, defer or jitter; equals or primary; steady or sparse; \
     such as defer-primary-steady"
)]
pub struct UnknownScenario(String);
