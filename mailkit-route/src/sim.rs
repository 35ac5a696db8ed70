//! A simulator: mail through a world whose round trips and faults are known, by any policy.

mod baseline;
mod faults;
mod mailkit;
mod policy;
mod report;
mod run;
mod topology;
mod weather;
mod world;

pub use baseline::{Ewma, Nearest, Oracle, PeakEwma, RoundRobin, Static, Thompson, Ucb};
pub use faults::{Fault, FaultKind, FaultMix};
pub use mailkit::Mailkit;
pub use policy::{End, Policy, Probe, ProbeResult, Recovered, Try};
pub use report::Run;
pub use run::run;
pub use topology::{Site, Topology, TopologyError};
pub use weather::Weather;
pub use world::{Ending, Meeting, Path, SimHost, World, WorldOptions};
