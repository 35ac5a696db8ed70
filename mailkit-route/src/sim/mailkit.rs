//! The planner of this crate as a policy, by its public interface alone.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, SystemTime};

use super::baseline::classic_pause;
use super::policy::{End, Knock, KnockResult, Policy, Recovered, Try};
use super::world::{Ending, Path, World};
use crate::seed::Dice;
use crate::{
    ConfigError, ConnectFailure, Destination, Egress, EnhancedCode, GeoPoint, Hop, HopOutcome,
    MxSet, PlannerOptions, ProbeOutcome, ProbeTarget, RoutePlanner, SmtpReply, Stage,
};

/// [`RoutePlanner`] with its defaults as a sender uses it: a hop after the other, staggered, with probes. Mail that
/// was put off comes back by the same schedule as with every other policy, or as soon as its destination is back.
///
/// A host that puts mail off says `451 4.3.0`, which is about the host. One that says 450 to everything would be kept,
/// for it may mean the mail.
#[derive(Debug)]
pub struct Mailkit<'a> {
    world: &'a World<'a>,
    planner: RoutePlanner,
    destinations: Vec<Destination>,
    /// The hops of the mails under way.
    under_way: HashMap<(usize, Path), Hop>,
    /// The last hop over each path.
    last: HashMap<Path, Hop>,
    chosen: Option<Hop>,
    asked: Vec<(Knock, crate::Probe)>,
    /// What a host says that puts mail off.
    deferral: HopOutcome,
    dice: Dice,
}

impl<'a> Mailkit<'a> {
    /// The planner in a world, with dice of that seed.
    ///
    /// # Errors
    /// When the world has more egresses than a planner may have.
    pub fn new(world: &'a World<'a>, seed: u64) -> Result<Self, ConfigError> {
        Self::with_egresses(world, world.egresses(), seed)
    }

    /// The same with the egress where mail starts alone.
    ///
    /// # Errors
    /// As [`Mailkit::new`].
    pub fn at_home(world: &'a World<'a>, seed: u64) -> Result<Self, ConfigError> {
        Self::with_egresses(world, 1, seed)
    }

    fn with_egresses(world: &'a World<'a>, most: usize, seed: u64) -> Result<Self, ConfigError> {
        let nowhere = GeoPoint::new(0.0, 0.0)?;
        let egresses = (0..most).map(|egress| {
            let place = point(world, world.egress_site(egress)).unwrap_or(nowhere);
            let handoff = Duration::from_secs_f64(world.handoff(egress));
            Egress::new(&format!("egress-{egress}"), "simulated", place).with_handoff(handoff)
        });
        let options = PlannerOptions { seed, ..PlannerOptions::default() };
        let planner = RoutePlanner::with_options(egresses, options)?;
        let destinations = (0..world.domains()).filter_map(|domain| destination(world, domain));
        let destinations = destinations.collect();
        let dice = Dice::keyed(seed, &[20]);
        let trouble = SmtpReply::ours(451, Some(EnhancedCode::new(4, 3, 0)), "simulated trouble");
        let deferral = HopOutcome::replied(Stage::MailFrom, trouble);
        let (under_way, last, asked) = (HashMap::new(), HashMap::new(), Vec::new());
        let chosen = None;
        Ok(Self { world, planner, destinations, under_way, last, chosen, asked, deferral, dice })
    }

    fn path(egress: &str, address: IpAddr) -> Option<Path> {
        let egress = egress.strip_prefix("egress-")?.parse().ok()?;
        let IpAddr::V4(v4) = address else { return None };
        Some(Path::new(egress, (v4.to_bits() - FIRST).try_into().ok()?))
    }

    fn recovered(&mut self) -> Recovered {
        let names = self.planner.recovered();
        let number = |name: &crate::Host| {
            let name = name.to_string();
            name.strip_prefix("domain")?.split('.').next()?.parse().ok()
        };
        Recovered::Domains(names.iter().filter_map(number).collect())
    }
}

impl Policy for Mailkit<'_> {
    fn choose(&mut self, domain: usize, tried: &[Path], now: f64) -> Option<Try> {
        if tried.len() >= MOST_TRIES {
            return None;
        }
        let tried: Vec<Hop> =
            tried.iter().filter_map(|path| self.last.get(path).cloned()).collect();
        let destination = self.destinations.get(domain)?;
        let seed = self.dice.roll();
        let hop = self.planner.next_hop(destination, &tried, at(now), seed)?;
        let mut chosen = Try::new(Self::path(hop.egress.as_str(), hop.address)?);
        chosen.stagger = Some(hop.stagger.as_secs_f64());
        chosen.connect_timeout = hop.connect_timeout.as_secs_f64();
        self.chosen = Some(hop);
        Some(chosen)
    }

    fn pause(&mut self, times: u32) -> f64 {
        classic_pause(times, &mut self.dice)
    }

    fn began(&mut self, mail: usize, path: Path, now: f64) {
        let Some(hop) = self.chosen.take() else { return };
        self.planner.begin(&hop, at(now));
        self.last.insert(path, hop.clone());
        self.under_way.insert((mail, path), hop);
    }

    fn overdue(&mut self, path: Path, now: f64) {
        if let Some(hop) = self.last.get(&path) {
            self.planner.overdue(hop, at(now));
        }
    }

    fn ended(&mut self, mail: usize, end: &End, now: f64) -> Recovered {
        let Some(hop) = self.under_way.remove(&(mail, end.path)) else { return Recovered::Nothing };
        let latency = end.took - self.world.handoff(end.path.egress);
        let outcome = match end.ending {
            Ending::Accepted => HopOutcome::accepted(Duration::from_secs_f64(latency.max(0.0))),
            Ending::Deferred => self.deferral.clone(),
            Ending::EgressDown => HopOutcome::connect_failed(ConnectFailure::EgressFailed),
            Ending::Refused => HopOutcome::connect_failed(ConnectFailure::Refused),
            Ending::Silent => HopOutcome::connect_failed(ConnectFailure::TimedOut),
        };
        if let Some(round_trip) = end.round_trip {
            self.planner.connected(&hop, Duration::from_secs_f64(round_trip), at(now));
        }
        self.planner.record(&hop, &outcome, at(now));
        self.recovered()
    }

    fn next_probes_at(&self) -> Option<f64> {
        let at = self.planner.next_probes_at()?;
        at.duration_since(SystemTime::UNIX_EPOCH).ok().map(|since| since.as_secs_f64())
    }

    fn probes(&mut self, now: f64) -> Vec<Knock> {
        let wanted = self.planner.probes(at(now));
        let known = wanted.into_iter().filter_map(|probe| {
            let egress = probe.egress().as_str();
            let asked = match probe.target() {
                ProbeTarget::Egress => Knock::Egress(egress.strip_prefix("egress-")?.parse().ok()?),
                ProbeTarget::Host(address) => Knock::Path(Self::path(egress, address)?),
            };
            Some((asked, probe))
        });
        let known: Vec<_> = known.collect();
        let probes = known.iter().map(|(asked, _)| *asked).collect();
        self.asked.extend(known);
        probes
    }

    fn probed(&mut self, probe: Knock, result: KnockResult, now: f64) -> Recovered {
        let Some(place) = self.asked.iter().position(|(asked, _)| *asked == probe) else {
            return Recovered::Nothing;
        };
        let (_, wanted) = self.asked.swap_remove(place);
        let outcome = if result.answered {
            ProbeOutcome::Answered { round_trip: result.round_trip.map(Duration::from_secs_f64) }
        } else {
            ProbeOutcome::Failed
        };
        self.planner.probed(&wanted, outcome, at(now));
        self.recovered()
    }
}

/// What the planner is told of a domain: its hosts, and where they stand.
fn destination(world: &World<'_>, domain: usize) -> Option<Destination> {
    let hosts = world.hosts_of(domain).iter();
    let rows: Vec<_> = hosts.filter_map(|&host| Some((host, world.hosts().get(host)?))).collect();
    let name = |host: usize| format!("mx{host}.simulated.example");
    let records = rows.iter().map(|(number, host)| (host.preference, name(*number)));
    let domain = format!("domain{domain}.simulated.example").parse().ok()?;
    let mut destination = Destination::new(MxSet::new(domain, records));
    for (number, host) in rows {
        let at = address(number);
        let site = &world.topology().sites().get(host.site)?.name;
        destination =
            destination.with_addresses(&name(number).parse().ok()?, [at]).with_site(at, site);
        if let Some(point) = point(world, host.site) {
            destination = destination.with_location(at, point);
        }
    }
    Some(destination)
}

fn point(world: &World<'_>, site: usize) -> Option<GeoPoint> {
    world.topology().sites().get(site)?.point
}

/// The address of a host: from 198.18.0.0/15, which is set aside for tests (RFC 2544).
fn address(host: usize) -> IpAddr {
    Ipv4Addr::from_bits(FIRST + u32::try_from(host).unwrap_or_default()).into()
}

fn at(seconds: f64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs_f64(seconds)
}

const FIRST: u32 = 198 << 24 | 18 << 16;
const MOST_TRIES: usize = 6;
