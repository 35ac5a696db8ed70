//! Mail hosts on loopback that play a part, a zone, and an outbox that delivers to them.

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use mailkit_examples::dns::{Zone, ZoneServer};
use mailkit_examples::gateway::config::Config;
use mailkit_examples::gateway::journal::{Attempted, Deferred, Escalated, Event, Observer};
use mailkit_examples::gateway::outbox::{Outbox, Outgoing};
use mailkit_examples::smtp::{
    Handler, MailAddress, ReceivedMail, Reply, ReversePath, Server, ServerConfig,
};

/// A mail host: it answers RCPT by its script, and takes everything once that is over.
#[derive(Default)]
pub(crate) struct Host {
    script: Mutex<VecDeque<Reply>>,
    seen: Mutex<Seen>,
    /// How long it works on a mail.
    work: Duration,
}

/// What a host saw.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// Where each RCPT came from.
    pub(crate) peers: Vec<IpAddr>,
    /// The mails it took, with whether they came over TLS.
    pub(crate) mails: Vec<(String, bool)>,
    at_once: usize,
    /// The most mails at one time.
    pub(crate) most_at_once: usize,
}

impl Host {
    pub(crate) fn playing(script: impl IntoIterator<Item = Reply>) -> Self {
        Self { script: Mutex::new(script.into_iter().collect()), ..Self::default() }
    }

    pub(crate) fn working(work: Duration) -> Self {
        Self { work, ..Self::default() }
    }

    pub(crate) fn seen(&self) -> Seen {
        locked(&self.seen).clone()
    }

    /// Serves on a free port.
    pub(crate) async fn start(self) -> (Arc<Self>, SocketAddr) {
        let name = "mx.buyer.example".parse().unwrap();
        self.start_at(loopback(0), ServerConfig::new(name)).await
    }

    pub(crate) async fn start_at(
        self,
        address: SocketAddr,
        config: ServerConfig,
    ) -> (Arc<Self>, SocketAddr) {
        let server = Server::bind(address, config).await.unwrap();
        let (host, address) = (Arc::new(self), server.local_addr().unwrap());
        tokio::spawn(server.serve(Arc::clone(&host), std::future::pending()));
        (host, address)
    }
}

impl Handler for Host {
    async fn recipient(&self, _: &ReversePath, _: &MailAddress, peer: SocketAddr) -> Reply {
        locked(&self.seen).peers.push(peer.ip());
        locked(&self.script).pop_front().unwrap_or_else(|| Reply::accept("known"))
    }

    async fn message(&self, mail: ReceivedMail) -> Reply {
        {
            let mut seen = locked(&self.seen);
            seen.at_once += 1;
            seen.most_at_once = seen.most_at_once.max(seen.at_once);
        }
        tokio::time::sleep(self.work).await;
        let mut seen = locked(&self.seen);
        seen.at_once -= 1;
        seen.mails.push((String::from_utf8_lossy(&mail.bytes).into_owned(), mail.tls));
        Reply::accept("queued")
    }
}

/// Everything around an outbox. Its mail hosts have the addresses 192.0.2.1, 192.0.2.2 and so on.
pub(crate) struct Stage {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) events: Arc<Events>,
    pub(crate) settings: String,
    zones: ZoneServer,
    /// Where the mail hosts really listen.
    dial: Vec<(IpAddr, SocketAddr)>,
}

impl Stage {
    /// The zone has these lines beside the addresses of `mx1`, `mx2` …; the settings stand behind those of the sample.
    pub(crate) async fn new(zone: &str, hosts: &[SocketAddr], settings: &str) -> Self {
        let mut text = format!("$ORIGIN buyer.example.\n@ 60 IN SOA ns hm 1 1 1 1 60\n{zone}");
        let mut dial = Vec::new();
        for (number, host) in (1..).zip(hosts) {
            let address = Ipv4Addr::new(192, 0, 2, number);
            text += &format!("mx{number} 60 IN A {address}\n");
            dial.push((address.into(), *host));
        }
        let zones = ZoneServer::start([Zone::parse(&text).unwrap()]).await.unwrap();
        let (folder, events) = (tempfile::tempdir().unwrap(), Arc::new(Events::default()));
        Self { folder, events, settings: settings.to_owned(), zones, dial }
    }

    pub(crate) fn config(&self) -> Config {
        let (before, rest) = SAMPLE.split_once("# How long a reply").unwrap();
        let (_, after) = rest.split_once("# Connect there").unwrap();
        let mut text = format!("{before}#{after}\n{}", self.settings);
        if !self.settings.contains("[outbound.tls]") {
            text += "[outbound.tls]\nmta_sts = false\n";
        }
        for (place, source) in [("22.3, 114.2", 1), ("50.1, 8.7", 2), ("38.9, -77.4", 3)] {
            // Three source addresses, so that a host can tell the egresses apart.
            let told = format!("at = [{place}]\n");
            assert!(text.contains(&told), "{told}");
            text = text.replacen(&told, &format!("{told}source = \"127.0.1.{source}\"\n"), 1);
        }
        let path = self.folder.path().join("gateway.toml");
        let mut config = Config::parse(&text, &path).unwrap();
        config.dns.zones.clear();
        config.outbound.private_hosts = true;
        config.outbound.dial = self.dial.iter().copied().collect();
        config
    }

    /// An outbox as the configuration has it.
    pub(crate) fn outbox(&self) -> Outbox {
        self.outbox_with(&self.config())
    }

    pub(crate) fn outbox_with(&self, config: &Config) -> Outbox {
        let observer: Arc<dyn Observer> = self.events.clone();
        Outbox::start(config, &[self.zones.address()], observer).unwrap()
    }

    pub(crate) fn spool(&self) -> &Path {
        self.folder.path()
    }
}

/// A mail to the buyer.
pub(crate) fn mail(id: &str) -> Outgoing {
    let (sender, recipient) = ("a@acme.example".parse(), "b@buyer.example".parse());
    let text = format!("Subject: {id}\r\n\r\ntext\r\n");
    Outgoing::new(id, sender.unwrap(), recipient.unwrap(), text.into_bytes())
}

pub(crate) fn loopback(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

/// A port at which nobody listens.
pub(crate) fn nobody() -> SocketAddr {
    std::net::TcpListener::bind(loopback(0)).and_then(|it| it.local_addr()).unwrap()
}

/// Remembers every event.
#[derive(Debug, Default)]
pub(crate) struct Events(Mutex<Vec<Event>>);

impl Observer for Events {
    fn observe(&self, event: &Event) {
        locked(&self.0).push(event.clone());
    }
}

impl Events {
    fn of<T>(&self, wanted: impl Fn(Event) -> Option<T>) -> Vec<T> {
        locked(&self.0).iter().cloned().filter_map(wanted).collect()
    }

    pub(crate) fn attempted(&self) -> Vec<Attempted> {
        self.of(|event| if let Event::Attempted(it) = event { Some(it) } else { None })
    }

    pub(crate) fn deferred(&self) -> Vec<Deferred> {
        self.of(|event| if let Event::Deferred(it) = event { Some(it) } else { None })
    }

    pub(crate) fn escalated(&self) -> Vec<Escalated> {
        self.of(|event| if let Event::Escalated(it) = event { Some(it) } else { None })
    }

    /// The hosts that took mail.
    pub(crate) fn delivered(&self) -> Vec<String> {
        self.of(|event| if let Event::Delivered(it) = event { Some(it.host) } else { None })
    }

    /// Why mails were given up.
    pub(crate) fn given_up(&self) -> Vec<String> {
        self.of(|event| if let Event::GaveUp(it) = event { Some(it.because) } else { None })
    }

    /// Waits for something to be so.
    #[track_caller]
    pub(crate) fn until(&self, so: impl Fn(&Self) -> bool) -> impl Future<Output = ()> {
        let place = std::panic::Location::caller();
        async move {
            let started = Instant::now();
            while !so(self) {
                assert!(started.elapsed() < PATIENCE, "{place}: it never was so: {self:#?}");
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

const SAMPLE: &str = include_str!("../../assets/gateway.toml");

/// Longer than any wait of these tests.
const PATIENCE: Duration = Duration::from_secs(30);
