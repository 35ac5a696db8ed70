//! How a world comes about.

use super::{Egress, SimHost, World, WorldError, WorldOptions};
use crate::seed::Dice;
use crate::sim::faults::{Fault, FaultMix, draw};
use crate::sim::scenario::{Fails, Scenario};
use crate::sim::{Topology, Weather};

impl<'a> World<'a> {
    /// A world of these options.
    ///
    /// Two of five domains have two equal hosts in one place, three of ten also have a backup elsewhere
    /// and their equals apart, three of twenty have four equals, and the rest one host and a backup.
    ///
    /// # Errors
    /// When an option is out of its range.
    pub fn new(
        topology: &'a Topology,
        weather: &'a Weather,
        options: &WorldOptions,
        seed: u64,
    ) -> Result<Self, WorldError> {
        options.check(topology)?;
        let shares = (1..=options.domains).map(|rank| (rank as f64).powf(-0.9)).collect();
        let mut world = Self::empty(topology, weather, options, shares);
        for domain in 0..options.domains {
            world.add_domain(&mut Dice::keyed(seed, &[1, domain as u64]));
        }
        world.add_egresses(options, seed);
        Ok(world)
    }

    /// A world with one domain and the one fault of a scenario; each of its hosts takes 0.35 s for a mail.
    /// The seed decides where the hosts stand.
    ///
    /// # Errors
    /// When there is no egress, there are too many, or one stands nowhere.
    pub fn of_scenario(
        topology: &'a Topology,
        weather: &'a Weather,
        egresses: &[usize],
        scenario: Scenario,
        seed: u64,
    ) -> Result<Self, WorldError> {
        let options = WorldOptions {
            domains: 1,
            length: scenario.length(),
            faults: FaultMix::none(),
            ..WorldOptions::new(egresses.to_vec())
        };
        options.check(topology)?;
        let mut world = Self::empty(topology, weather, &options, vec![1.0]);
        let mut dice = Dice::keyed(seed, &[1, 0]);
        let sites = [(); 2].map(|()| dice.below(topology.sites().len()));
        world.domains.push(Vec::new());
        for &(preference, place) in scenario.hosts() {
            let site = sites.get(place).copied().unwrap_or_default();
            world.add_host(SimHost { domain: 0, preference, site, service: 0.35, faults: vec![] });
        }
        world.add_egresses(&options, seed);
        world.break_as(scenario);
        Ok(world)
    }

    /// A world with these hosts, and the faults that they bring; egresses and ways break by the options.
    ///
    /// Hosts are numbered in the order given; each domain gets as much mail as any other.
    ///
    /// ```
    /// use mailkit_route::sim::{Fault, FaultKind, FaultMix, SimHost, Site, Topology, Weather, World, WorldOptions};
    /// let sites = ["Hong Kong", "Frankfurt"].map(|name| Site::new(name, None));
    /// let topology = Topology::new(sites.into(), |_, _| Some(0.183))?;
    /// let weather = Weather::calm();
    /// let mut options = WorldOptions::new(vec![0]);
    /// (options.domains, options.faults) = (1, FaultMix::none());
    /// let refusing = Fault::new(60.0, 120.0, FaultKind::Refuse);
    /// let hosts = vec![SimHost::new(0, 10, 1, 0.4).with_fault(refusing), SimHost::new(0, 20, 1, 0.5)];
    /// let world = World::of_hosts(&topology, &weather, &options, hosts, 1)?;
    /// assert_eq!((world.dead(0, 59.0), world.dead(0, 60.0)), (None, Some(refusing)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When an option is out of its range, a host does not fit, or a domain has none.
    pub fn of_hosts(
        topology: &'a Topology,
        weather: &'a Weather,
        options: &WorldOptions,
        hosts: Vec<SimHost>,
        seed: u64,
    ) -> Result<Self, WorldError> {
        options.check(topology)?;
        let (domains, sites) = (options.domains, topology.sites().len());
        if let Some(wrong) = hosts.iter().position(|host| !host.fits(domains, sites)) {
            return Err(WorldError::Host(wrong));
        }
        let mut world = Self::empty(topology, weather, options, vec![1.0; domains]);
        world.domains = vec![Vec::new(); domains];
        for host in hosts {
            world.add_host(host);
        }
        if let Some(empty) = world.domains.iter().position(Vec::is_empty) {
            return Err(WorldError::NoHost(empty));
        }
        for own in &mut world.domains {
            own.sort_by_key(|&host| world.hosts.get(host).map(|host| host.preference));
        }
        world.add_egresses(options, seed);
        Ok(world)
    }

    fn break_as(&mut self, scenario: Scenario) {
        let (from, until) = scenario.fault();
        match scenario.fails() {
            Fails::Host(kind) => {
                if let Some(host) = self.hosts.first_mut() {
                    host.faults = vec![Fault::new(from, until, kind)];
                }
            }
            Fails::BestWay(kind) => {
                let best = self.best_egress(0);
                let site = self.hosts.first().map_or(0, |host| host.site);
                let way = self.egresses.get_mut(best).and_then(|it| it.ways.get_mut(site));
                if let Some((_, faults)) = way {
                    *faults = vec![Fault::new(from, until, kind)];
                }
            }
        }
    }

    /// The egress with the shortest way to a host by the medians, handing over included.
    #[must_use]
    pub fn best_egress(&self, host: usize) -> usize {
        let site = self.hosts.get(host).map_or(0, |host| host.site);
        let takes = |egress: usize| {
            let round_trip = self.topology.round_trip(self.egress_site(egress), site);
            self.handoff(egress) + super::MAIL_ROUND_TRIPS * round_trip
        };
        let best = (0..self.egresses()).min_by(|&a, &b| takes(a).total_cmp(&takes(b)));
        best.unwrap_or_default()
    }

    fn empty(
        topology: &'a Topology,
        weather: &'a Weather,
        options: &WorldOptions,
        shares: Vec<f64>,
    ) -> Self {
        let (egresses, hosts, domains) = (Vec::new(), Vec::new(), Vec::new());
        let WorldOptions { length, faults, .. } = *options;
        Self { topology, weather, faults, length, egresses, hosts, domains, shares }
    }

    fn add_domain(&mut self, dice: &mut Dice) {
        let sites = [(); 3].map(|()| dice.below(self.topology.sites().len()));
        let [here, there, away] = sites;
        let layout: &[(u16, usize)] = match dice.unit() {
            kind if kind < 0.40 => &[(0, here), (0, here)],
            kind if kind < 0.70 => &[(0, here), (0, there), (1, away)],
            kind if kind < 0.85 => &[(0, here), (0, here), (0, here), (0, here)],
            _ => &[(0, here), (1, there)],
        };
        let domain = self.domains.len();
        self.domains.push(Vec::new());
        for &(preference, site) in layout {
            let service = (0.35_f64.ln() + 0.6 * dice.normal()).exp();
            let mix = self.faults;
            let faults = draw(dice, self.length, mix.host_every, |dice| mix.of_host(dice));
            self.add_host(SimHost { domain, preference, site, service, faults });
        }
    }

    fn add_host(&mut self, host: SimHost) {
        if let Some(hosts) = self.domains.get_mut(host.domain) {
            hosts.push(self.hosts.len());
            self.hosts.push(host);
        }
    }

    fn add_egresses(&mut self, options: &WorldOptions, seed: u64) {
        for (index, &site) in options.egresses.iter().enumerate() {
            self.add_egress(site, &mut Dice::keyed(seed, &[2, index as u64]));
        }
    }

    fn add_egress(&mut self, site: usize, dice: &mut Dice) {
        let (mix, length) = (self.faults, self.length);
        let home = self.egresses.first().map(|home| home.site);
        let ways = (0..self.topology.sites().len()).map(|_| {
            let weather = dice.below(self.weather.pairs());
            (weather, draw(dice, length, mix.path_every, |dice| mix.of_path(dice)))
        });
        let ways = ways.collect();
        let outages = draw(dice, length, mix.egress_every, |dice| mix.of_egress(dice));
        let reputation = (0..self.domains.len())
            .map(|_| draw(dice, length, mix.reputation_every, |dice| mix.of_reputation(dice)))
            .collect();
        self.egresses.push(Egress {
            site,
            handoff: home
                .map_or(0.0, |home| HANDOFF_ROUND_TRIPS * self.topology.round_trip(home, site)),
            outages: if home.is_some() { outages } else { Vec::new() },
            ways,
            reputation,
        });
    }
}

const HANDOFF_ROUND_TRIPS: f64 = 2.0;
