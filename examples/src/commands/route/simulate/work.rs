//! The work itself, on all cores.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use mailkit_route::sim::{Contender, Scenario, ScenarioOutcome, SeedRuns, World};

use super::{Arguments, Geography};
use crate::commands::error::{CommandError, because};
use crate::commands::output::Progress;

/// What is simulated.
#[derive(Clone, Copy)]
pub(super) struct Work<'a> {
    pub(super) arguments: &'a Arguments,
    pub(super) geography: &'a Geography,
    pub(super) egresses: &'a [usize],
}

impl Work<'_> {
    /// All policies over all seeds.
    pub(super) fn comparison(&self) -> Result<Vec<SeedRuns>, CommandError> {
        let Self { arguments, geography, egresses } = *self;
        let options = arguments.options(egresses)?;
        let (contenders, seeds) = (arguments.contenders(), arguments.seeds.all());
        self.each("seeds", &seeds, |&seed| {
            let Geography { topology, weather, .. } = geography;
            let world = World::new(topology, weather, &options, seed);
            let world = world.map_err(because("there is no such world"))?;
            SeedRuns::new(&world, &contenders, arguments.rate, seed)
                .map_err(because("cannot plan from these egresses"))
        })
    }

    /// One policy in one scenario over all seeds.
    pub(super) fn scenarios(
        &self,
        tasks: &[(Scenario, Contender)],
    ) -> Result<Vec<Vec<ScenarioOutcome>>, CommandError> {
        let Self { arguments, geography, egresses } = *self;
        let Geography { topology, weather, .. } = geography;
        let seeds = arguments.seeds.all();
        self.each("scenarios", tasks, |&(scenario, contender)| {
            let outcomes = seeds.iter().map(|&seed| {
                ScenarioOutcome::of(topology, weather, egresses, scenario, contender, seed)
            });
            outcomes.collect::<Result<_, _>>().map_err(because("cannot run the scenario"))
        })
    }

    /// Does each task, some at once, and gives the results in the order of the tasks.
    fn each<T: Sync, R: Send>(
        &self,
        what: &'static str,
        tasks: &[T],
        one: impl Fn(&T) -> Result<R, CommandError> + Sync,
    ) -> Result<Vec<R>, CommandError> {
        let progress = Progress::new(what, self.arguments.progress);
        let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let results = Mutex::new(Vec::with_capacity(tasks.len()));
        let worker = || {
            while let Some((place, task)) = {
                let place = next.fetch_add(1, Ordering::Relaxed);
                tasks.get(place).map(|task| (place, task))
            } {
                let result = one(task);
                results.lock().unwrap_or_else(PoisonError::into_inner).push((place, result));
                let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                progress.tell(done, Some(tasks.len()));
            }
        };
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::scope(|scope| {
            for _ in 0..cores.min(tasks.len()) {
                scope.spawn(worker);
            }
        });
        let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
        results.sort_by_key(|(place, _)| *place);
        results.into_iter().map(|(_, result)| result).collect()
    }
}
