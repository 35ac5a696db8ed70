//! What nobody can know.

use crate::sim::policy::{End, Policy, Recovered, Try};
use crate::sim::world::{Ending, Path, World};

/// Sees what every path would do, takes the fastest one of the best preference that takes the mail, and looks again every five
/// seconds while there is none. A connection that congestion swallows is the one thing that it does not foresee; it goes on
/// after little more than two round trips.
#[derive(Clone, Debug)]
pub struct Oracle<'a> {
    world: &'a World<'a>,
    egresses: usize,
}

impl<'a> Oracle<'a> {
    /// With all egresses of the world.
    #[must_use]
    pub fn new(world: &'a World<'a>) -> Self {
        Self { world, egresses: world.egresses() }
    }

    /// With the egress where mail starts alone.
    #[must_use]
    pub fn at_home(world: &'a World<'a>) -> Self {
        Self { world, egresses: 1 }
    }
}

impl Policy for Oracle<'_> {
    fn choose(&mut self, domain: usize, tried: &[Path], now: f64) -> Option<Try> {
        let hosts = self.world.hosts_of(domain).iter();
        let paths = hosts.flat_map(|&host| (0..self.egresses).map(move |it| Path::new(it, host)));
        let paths = paths.filter(|path| !tried.contains(path));
        let seen = paths.filter_map(|path| {
            let meeting = self.world.meet(path, now, 1.0);
            let preference = self.world.hosts().get(path.host)?.preference;
            (meeting.ending == Ending::Accepted).then_some((preference, meeting.after, path))
        });
        let best = seen.min_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        best.map(|(_, _, path)| {
            let wait = 2.2 * self.world.round_trip(path, now) + 0.05;
            Try { stagger: Some(self.world.handoff(path.egress) + wait), ..Try::new(path) }
        })
    }

    fn pause(&mut self, _times: u32) -> f64 {
        5.0
    }

    fn ended(&mut self, _mail: usize, _end: &End, _now: f64) -> Recovered {
        Recovered::Nothing
    }
}
