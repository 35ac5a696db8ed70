//! The policies that come with the simulator, by their names.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::{
    Ewma, Mailkit, Nearest, Oracle, PeakEwma, Policy, RoundRobin, Static, Thompson, Ucb, World,
};
use crate::ConfigError;

/// A policy that comes with the simulator.
///
/// ```
/// use mailkit_route::sim::Contender;
/// let contender: Contender = "peak-ewma".parse()?;
/// assert_eq!(contender, Contender::PeakEwma);
/// assert_eq!(contender.to_string(), "peak-ewma");
/// assert!(Contender::Static.is_at_home());
/// # Ok::<(), mailkit_route::sim::UnknownContender>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Contender {
    /// [`Static`]: RFC 5321 by the letter, from the home egress alone.
    Static,
    /// [`Static::pinned`]: the same, each domain from one of all egresses.
    StaticPinned,
    /// [`RoundRobin`].
    RoundRobin,
    /// [`Nearest`].
    Nearest,
    /// [`PeakEwma`].
    PeakEwma,
    /// [`Ucb`].
    Ucb,
    /// [`Thompson`].
    Thompson,
    /// [`Ewma`].
    Ewma,
    /// [`Mailkit::at_home`]: the planner of this crate with the home egress alone.
    MailkitAtHome,
    /// [`Mailkit`]: the planner of this crate.
    Mailkit,
    /// [`Oracle::at_home`]: the best that the home egress could do.
    OracleAtHome,
    /// [`Oracle`]: the best that all egresses could do.
    Oracle,
}

impl Contender {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Static,
        Self::StaticPinned,
        Self::RoundRobin,
        Self::Nearest,
        Self::PeakEwma,
        Self::Ucb,
        Self::Thompson,
        Self::Ewma,
        Self::MailkitAtHome,
        Self::Mailkit,
        Self::OracleAtHome,
        Self::Oracle,
    ];

    /// The policy in a world, with dice of that seed.
    ///
    /// # Errors
    /// When the world has more egresses than a planner may have.
    pub fn policy<'a>(
        self,
        world: &'a World<'a>,
        seed: u64,
    ) -> Result<Box<dyn Policy + 'a>, ConfigError> {
        Ok(match self {
            Self::Static => Box::new(Static::new(world, seed)),
            Self::StaticPinned => Box::new(Static::pinned(world, seed)),
            Self::RoundRobin => Box::new(RoundRobin::new(world, seed)),
            Self::Nearest => Box::new(Nearest::new(world, seed)),
            Self::PeakEwma => Box::new(PeakEwma::new(world, seed)),
            Self::Ucb => Box::new(Ucb::new(world, seed)),
            Self::Thompson => Box::new(Thompson::new(world, seed)),
            Self::Ewma => Box::new(Ewma::new(world, seed)),
            Self::MailkitAtHome => Box::new(Mailkit::at_home(world, seed)?),
            Self::Mailkit => Box::new(Mailkit::new(world, seed)?),
            Self::OracleAtHome => Box::new(Oracle::at_home(world)),
            Self::Oracle => Box::new(Oracle::new(world)),
        })
    }

    /// Whether it sends from the home egress alone.
    #[must_use]
    pub fn is_at_home(self) -> bool {
        matches!(self, Self::Static | Self::MailkitAtHome | Self::OracleAtHome)
    }

    /// The stable name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Static => "static",
            Self::StaticPinned => "static-pinned",
            Self::RoundRobin => "round-robin",
            Self::Nearest => "nearest",
            Self::PeakEwma => "peak-ewma",
            Self::Ucb => "ucb",
            Self::Thompson => "thompson",
            Self::Ewma => "ewma",
            Self::MailkitAtHome => "mailkit-at-home",
            Self::Mailkit => "mailkit",
            Self::OracleAtHome => "oracle-at-home",
            Self::Oracle => "oracle",
        }
    }
}

impl fmt::Display for Contender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl FromStr for Contender {
    type Err = UnknownContender;

    fn from_str(name: &str) -> Result<Self, UnknownContender> {
        let found = Self::ALL.iter().find(|it| it.code() == name);
        found.copied().ok_or_else(|| UnknownContender(name.to_owned()))
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Contender {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self.code())
    }
}

/// No policy has this name.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("no policy {0:?}: {names}", names = names())]
pub struct UnknownContender(String);

fn names() -> String {
    let names: Vec<_> = Contender::ALL.iter().map(|it| it.code()).collect();
    names.join(", ")
}
