//! The planner over real sockets, beside the same planner in the simulator: five SMTP hosts on loopback that are far,
//! slow, silent, refusing, resetting or temporarily out, three egresses, and the same mail at the same times.
//!
//! The clock that planner, sender and hosts share runs some times as fast as real time. Two things stand in
//! for a network. The delays: the kernel answers a SYN on loopback at once, so that the sender waits a round trip before
//! its SYN, and each host owes a round trip before each reply, by the address of the peer. And the loss: the queue of a
//! listening socket is full, so that the kernel drops SYNs, and nobody has to be root for that.
#![cfg(target_os = "linux")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "route_sockets/clock.rs"]
mod clock;
#[path = "route_sockets/figures.rs"]
mod figures;
#[path = "route_sockets/host.rs"]
mod host;
#[path = "route_sockets/names.rs"]
mod names;
#[path = "route_sockets/probes.rs"]
mod probes;
#[path = "route_sockets/sender.rs"]
mod sender;
#[path = "route_sockets/world.rs"]
mod world;

use std::ops::Range;
use std::time::Duration;

use clock::Clock;
use figures::{Figures, Mail};
use mailkit_route::sim::{MailRate, Mailkit, Trace, Weather, trace};
use sender::{Sender, Sent};
use tokio::time::timeout;

#[tokio::test]
async fn the_simulator_tells_what_happens_over_sockets() {
    let groups: Vec<Vec<Vec<Mail>>> =
        (0..GROUPS).map(|group| seeds(group).map(simulate).collect()).collect();
    let simulated: Vec<Figures> = groups.iter().map(|mails| Figures::of(mails)).collect();

    for speed in SPEEDS {
        let (sent, late) = send_all(&groups[0], speed).await;
        println!("time runs {speed} times as fast; {late} connections came late");
        // A machine that cannot keep up is given more time.
        if late > MOST_LATE && speed > SPEEDS[SPEEDS.len() - 1] {
            continue;
        }
        let real = Figures::of(&sent);
        println!("{}", figures::table(&simulated, &real));
        assert_eq!(figures::apart(&simulated, &real), [""; 0]);
        return;
    }
}

/// The mail of all worlds, and how many connections came late.
async fn send_all(posted: &[Vec<Mail>], speed: f64) -> (Vec<Vec<Mail>>, usize) {
    let posted = seeds(0).zip(posted.iter().cloned());
    let sending: Vec<_> =
        posted.map(|(seed, mails)| tokio::spawn(send(seed, mails, speed))).collect();
    let (mut all, mut late) = (Vec::new(), 0);
    for world in sending {
        let sent = timeout(LONGEST, world).await.expect("in time").expect("a run to its end");
        all.push(sent.mails);
        late += sent.late;
    }
    (all, late)
}

/// The seeds of the worlds of a group; they differ in when mail comes and to whom.
fn seeds(group: u64) -> Range<u64> {
    group * WORLDS..(group + 1) * WORLDS
}

fn simulate(seed: u64) -> Vec<Mail> {
    let (topology, weather) = (world::topology(), Weather::calm());
    let world = world::simulated(&topology, &weather, seed);
    let mut policy = Mailkit::new(&world, seed).expect("few egresses");
    let rate = MailRate::per_second(world::MAILS_A_SECOND).expect("a rate");
    let Trace { mails, .. } = trace(&world, &mut policy, rate, seed);
    mails.iter().map(Mail::from).collect()
}

/// Posts the same mail to hosts on loopback.
async fn send(seed: u64, posted: Vec<Mail>, speed: f64) -> Sent {
    let clock = Clock::start(speed);
    let mut hosts = Vec::new();
    for number in 0..world::HOSTS.len() {
        hosts.push(host::open(number, clock).await.expect("a host on loopback"));
    }
    Sender::new(hosts, clock, seed).send(&posted).await
}

/// How many times as fast as ours the time of the worlds runs, until a run is not disturbed.
const SPEEDS: [f64; 3] = [10.0, 5.0, 2.5];
/// Of some 4,500 mails.
const MOST_LATE: usize = 4;
const LONGEST: Duration = Duration::from_secs(600);
/// Worlds at the same time, so that there is enough mail.
const WORLDS: u64 = 3;
/// So many times three worlds are simulated; the mail of the first is sent over sockets, too.
const GROUPS: u64 = 30;
