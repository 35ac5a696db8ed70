//! A simulator: the same mail through the same world with any policy, this crate's planner among them.
//!
//! A [`World`] has domains with their mail hosts, and egresses, at the places of a [`Topology`]; round trips change
//! with the [`Weather`], and hosts, ways and egresses break by a [`FaultMix`]. [`run`] sends mail through it by a
//! [`Policy`], with events instead of a clock, so that three hours take a second. The same seed gives the same
//! world, the same mail and the same figures on every machine.
//!
//! ```
//! use mailkit_route::GeoPoint;
//! use mailkit_route::sim::{Contender, MailRate, SeedRuns, Site, Topology, Weather, World, WorldOptions, compare};
//!
//! let site = |name, latitude, longitude| {
//!     Ok::<_, mailkit_route::ConfigError>(Site::new(name, Some(GeoPoint::new(latitude, longitude)?)))
//! };
//! let sites = vec![site("Hong Kong", 22.3, 114.2)?, site("Frankfurt", 50.1, 8.7)?, site("Dallas", 32.8, -96.8)?];
//! // Nothing was measured, so that distances tell the round trips.
//! let topology = Topology::new(sites, |_, _| None)?;
//! let weather = Weather::calm();
//!
//! let mut options = WorldOptions::new(vec![0, 1]);
//! options.length = 1_800.0;
//! let mut seeds = Vec::new();
//! for seed in 1..=2 {
//!     let world = World::new(&topology, &weather, &options, seed)?;
//!     seeds.push(SeedRuns::new(&world, &[Contender::Static, Contender::Mailkit], MailRate::per_second(0.5)?, seed)?);
//! }
//! for compared in compare(&seeds) {
//!     println!("{}: {:.2} times the oracle's mean", compared.contender, compared.median.mean);
//! }
//! # assert_eq!(compare(&seeds).len(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`Scenario`] is the opposite of a world full of faults: one fault, so that the time until a policy leaves a
//! host and comes back to it can be read off.
//!
//! A policy of one's own implements [`Policy`]; the baselines are [`Static`], [`Nearest`], [`RoundRobin`], [`Ewma`],
//! [`PeakEwma`], [`Ucb`] and [`Thompson`], and [`Oracle`] is what nobody can beat by much. [`Contender`] names them.
//!
//! What it leaves out: connections that are used twice, hosts that react to how much we send, changes of the DNS,
//! mail that arrives twice, bandwidth. Simulator and planner know the same kinds of faults, which flatters the planner.

mod baseline;
mod compare;
mod contender;
mod faults;
mod mailkit;
mod policy;
mod rate;
mod report;
mod run;
mod scenario;
mod topology;
mod weather;
mod world;

pub use baseline::{Ewma, Nearest, Oracle, PeakEwma, RoundRobin, Static, Thompson, Ucb};
pub use compare::{Compared, ContenderRun, Ratios, RunError, SeedRuns, compare};
pub use contender::{Contender, UnknownContender};
pub use faults::{Fault, FaultKind, FaultMix, FaultMixError};
pub use mailkit::Mailkit;
pub use policy::{End, Knock, KnockResult, Policy, Recovered, Try};
pub use rate::{MailRate, MailRateError};
pub use report::Run;
pub use run::{MailTrace, Trace, TryTrace, run, trace};
pub use scenario::{
    Layout, Pace, Scenario, ScenarioOutcome, ScenarioSummary, Trouble, UnknownScenario,
};
pub use topology::{Site, Topology, TopologyError};
pub use weather::Weather;
pub use world::{Ending, Meeting, Path, SimHost, World, WorldError, WorldOptions};
