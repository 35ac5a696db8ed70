//! The simulator: what it refuses, that it repeats itself, and what the planner makes of one fault.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use mailkit_route::GeoPoint;
use mailkit_route::sim::{
    Contender, Ending, Fault, FaultKind, FaultMix, FaultMixError, MailRate, Oracle, Path, Policy,
    RunError, Scenario, ScenarioOutcome, SeedRuns, SimHost, Site, Topology, Try, Weather, World,
    WorldError, WorldOptions, compare, trace,
};

fn topology() -> Topology {
    let site = |(name, latitude, longitude)| {
        Site::new(name, Some(GeoPoint::new(latitude, longitude).unwrap()))
    };
    let places = [
        ("Hong Kong", 22.3, 114.2),
        ("Frankfurt", 50.1, 8.7),
        ("Dallas", 32.8, -96.8),
        ("São Paulo", -23.6, -46.6),
        ("Dubai", 25.2, 55.3),
    ];
    Topology::new(places.map(site).into(), |_, _| None).unwrap()
}

fn options() -> WorldOptions {
    let mut options = WorldOptions::new(vec![0, 1, 2]);
    options.domains = 12;
    options.length = 3_600.0;
    options
}

#[test]
fn a_world_out_of_bounds_is_refused() {
    #[track_caller]
    fn check(change: impl Fn(&mut WorldOptions), expected: WorldError) {
        let mut options = options();
        change(&mut options);
        let world = World::new(&topology(), &Weather::calm(), &options, 1).map(|_| ());
        assert_eq!(world, Err(expected));
    }
    check(|it| it.egresses.clear(), WorldError::Egresses(0));
    check(|it| it.egresses = vec![0; 1_000], WorldError::Egresses(1_000));
    check(|it| it.egresses = vec![5], WorldError::NoSuchPlace(5));
    check(|it| it.domains = 0, WorldError::Domains(0));
    check(|it| it.domains = usize::MAX, WorldError::Domains(usize::MAX));
    check(|it| it.length = f64::NAN, WorldError::Length);
    check(|it| it.length = 1e9, WorldError::Length);
    let faults = WorldError::Faults;
    check(|it| it.faults.host_every = 0.0, faults(FaultMixError::Mean("host_every")));
    check(|it| it.faults.path_every = f64::NAN, faults(FaultMixError::Mean("path_every")));
    let crowd = |it: &mut WorldOptions| {
        (it.domains, it.length, it.faults.host_every) = (10_000, 86_400.0, 1.0);
    };
    check(crowd, WorldError::TooManyFaults);
    check(|it| it.faults.lasts = (0.9, 1.0), faults(FaultMixError::Duration("lasts")));
    check(|it| it.faults.slow_by.1 = f64::INFINITY, faults(FaultMixError::Duration("slow_by")));
    check(|it| it.faults.refuse = -0.1, faults(FaultMixError::Share("refuse")));
    check(|it| it.faults.path_blackhole = 1.1, faults(FaultMixError::Share("path_blackhole")));
    check(|it| it.faults.congestion = 0.5, faults(FaultMixError::Congestion));
    let none = |it: &mut WorldOptions| {
        let mix = &mut it.faults;
        for share in [&mut mix.blackhole, &mut mix.refuse, &mut mix.slow, &mut mix.defer] {
            *share = 0.0;
        }
    };
    check(none, faults(FaultMixError::NoShare));
}

#[test]
fn hosts_of_ones_own_fit_into_the_world_or_are_refused() {
    let (topology, weather) = (topology(), Weather::calm());
    let mut options = options();
    (options.domains, options.faults) = (2, FaultMix::none());
    let of_hosts = |hosts: Vec<SimHost>| World::of_hosts(&topology, &weather, &options, hosts, 1);
    let check = |other: SimHost, expected: Result<(), WorldError>| {
        let hosts = vec![SimHost::new(0, 0, 0, 0.3), other.clone()];
        assert_eq!(of_hosts(hosts).map(|_| ()), expected, "{other:?}");
    };
    let refuses = |from, until| Fault::new(from, until, FaultKind::Refuse);
    let good = SimHost::new(1, 0, 1, 0.3).with_fault(refuses(10.0, 20.0));
    check(good.clone().with_fault(refuses(20.0, 30.0)), Ok(()));
    check(SimHost::new(2, 0, 1, 0.3), Err(WorldError::Host(1)));
    check(SimHost::new(1, 0, 99, 0.3), Err(WorldError::Host(1)));
    check(SimHost::new(1, 0, 1, f64::NAN), Err(WorldError::Host(1)));
    check(SimHost::new(0, 0, 1, 0.3), Err(WorldError::NoHost(1)));
    for fault in [
        refuses(15.0, 30.0),
        refuses(30.0, 30.0),
        refuses(f64::NAN, 30.0),
        refuses(30.0, f64::INFINITY),
        Fault::new(30.0, 40.0, FaultKind::Slow(-1.0)),
        Fault::new(30.0, 40.0, FaultKind::Outage),
    ] {
        check(good.clone().with_fault(fault), Err(WorldError::Host(1)));
    }

    let backup_first = vec![SimHost::new(0, 20, 0, 0.3), SimHost::new(0, 10, 1, 0.3), good];
    let world = of_hosts(backup_first).unwrap();
    assert_eq!((world.hosts_of(0), world.hosts_of(1)), (&[1, 0][..], &[2][..]));
    assert_eq!(world.meet(Path::new(0, 2), 15.0, 1.0).ending, Ending::Refused);
}

#[test]
fn rates_and_scenarios_out_of_bounds_are_refused() {
    for (rate, fits) in [(0.0, false), (-1.0, false), (1e-4, true), (100.0, true), (101.0, false)] {
        assert_eq!(MailRate::per_second(rate).is_ok(), fits, "{rate}");
    }
    let scenario = "refuse-equals-sparse".parse().unwrap();
    let run = |egresses: &[usize]| {
        let (topology, policy) = (topology(), Contender::Oracle);
        ScenarioOutcome::of(&topology, &Weather::calm(), egresses, scenario, policy, 1).map(|_| ())
    };
    assert_eq!(run(&[0]), Ok(()));
    assert_eq!(run(&[]), Err(RunError::World(WorldError::Egresses(0))));
    assert_eq!(run(&[9]), Err(RunError::World(WorldError::NoSuchPlace(9))));
}

/// A policy whose times stand still or go backwards does not stop the time of the run.
#[test]
fn a_policy_without_sense_comes_to_an_end() {
    struct Odd(f64);
    impl Policy for Odd {
        fn choose(&mut self, _: usize, tried: &[Path], _: f64) -> Option<Try> {
            let mut chosen = Try::new(Path::new(0, 0));
            (chosen.connect_timeout, chosen.stagger) = (self.0, Some(self.0));
            (tried.len() < 3).then_some(chosen)
        }
        fn pause(&mut self, _: u32) -> f64 {
            self.0
        }
        fn next_probes_at(&self) -> Option<f64> {
            Some(self.0)
        }
    }
    let (topology, weather, rate) =
        (topology(), Weather::calm(), MailRate::per_second(0.01).unwrap());
    let silent = Fault::new(0.0, 3_600.0, FaultKind::Blackhole);
    let mut options = options();
    (options.domains, options.faults) = (1, FaultMix::none());
    let hosts = vec![SimHost::new(0, 0, 1, 0.3).with_fault(silent)];
    let world = World::of_hosts(&topology, &weather, &options, hosts, 1).unwrap();
    for time in [0.0, -1.0, f64::NAN, f64::NEG_INFINITY] {
        let run = trace(&world, &mut Odd(time), rate, 1).run;
        assert_eq!(run.taken, run.mails, "{time}");
    }
}

#[test]
fn no_such_place_is_no_way_off() {
    let topology = topology();
    for (from, to) in [(0, 5), (5, 0), (usize::MAX, 1), (usize::MAX, usize::MAX)] {
        assert_eq!(topology.round_trip(from, to), 0.0, "{from} {to}");
    }
}

#[test]
fn the_same_seed_gives_the_same_run_and_another_one_does_not() {
    let (topology, weather, rate) =
        (topology(), Weather::calm(), MailRate::per_second(0.5).unwrap());
    let runs = |seed| {
        let world = World::new(&topology, &weather, &options(), seed).unwrap();
        SeedRuns::new(&world, Contender::ALL, rate, seed).unwrap()
    };
    let first = runs(1);
    assert_eq!(first, runs(1));
    assert_ne!(first.oracle, runs(2).oracle);
}

/// Nothing breaks, so that nobody waits long, and nobody is faster than the oracle.
#[test]
fn in_a_calm_world_all_mail_is_taken_at_once() {
    let (topology, weather, rate) =
        (topology(), Weather::calm(), MailRate::per_second(0.5).unwrap());
    let mut options = options();
    options.faults = FaultMix::none();
    let world = World::new(&topology, &weather, &options, 3).unwrap();
    let all = SeedRuns::new(&world, Contender::ALL, rate, 3).unwrap();
    for compared in compare(&[all]) {
        let run = &compared.runs[0];
        assert_eq!((run.taken, run.attempts_per_mail), (run.mails, 1.0), "{}", compared.contender);
        assert!(run.mean < 10.0 && run.early_backups == 0.0, "{}: {run:?}", compared.contender);
        assert!(compared.median.mean >= 1.0, "{}: {:?}", compared.contender, compared.median);
    }
}

#[test]
fn a_trace_holds_every_mail_in_order() {
    let (topology, weather, rate) =
        (topology(), Weather::calm(), MailRate::per_second(0.5).unwrap());
    let world = World::new(&topology, &weather, &options(), 1).unwrap();
    let trace = trace(&world, &mut Oracle::new(&world), rate, 1);
    assert_eq!(trace.mails.len(), trace.run.mails);
    assert!(trace.mails.is_sorted_by(|a, b| a.posted < b.posted));
    for mail in &trace.mails {
        let preference = |path: Path| world.hosts()[path.host].domain;
        assert!(
            mail.tries.iter().all(|it| preference(it.path) == mail.domain && it.at >= mail.posted)
        );
    }
}

/// Three seeds of each trouble: the planner leaves and comes back within the times that its README names.
#[test]
fn the_planner_leaves_a_host_that_fails_and_comes_back() {
    #[track_caller]
    fn check(words: &str, left_after: f64, fail_back: f64) {
        let (topology, weather) = (topology(), Weather::calm());
        for scenario in Scenario::matching(words).unwrap() {
            for seed in 1..=3 {
                let ours = Contender::Mailkit;
                let seen =
                    ScenarioOutcome::of(&topology, &weather, &[0, 1, 2], scenario, ours, seed);
                let seen = seen.unwrap();
                let within = |time: Option<f64>, most: f64| time.is_some_and(|it| it <= most);
                assert!(within(seen.left_after, left_after), "{scenario}: {seen:?}");
                assert!(within(seen.fail_back, fail_back), "{scenario}: {seen:?}");
                assert!(seen.hits * 20 <= seen.mails, "{scenario}: {seen:?}");
            }
        }
    }
    check("blackhole-steady", 10.0, 60.0);
    check("refuse-steady", 10.0, 60.0);
    check("defer-steady", 20.0, 240.0);
}
