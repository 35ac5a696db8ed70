//! The stage of the demonstration: names, receivers, keys, the gateway, and a directory that goes with it.

use std::error::Error;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use mail_send::SmtpClientBuilder;
use mail_send::smtp::message::Message;
use mail_send::smtp::tls::build_tls_connector;
use mailkit_auth::Selector;
use mailkit_auth::keys::{DkimKeyPair, KeyAlgorithm};
use mailkit_auth::lookup::RecordData;
use mailkit_auth::resolver::Resolver;
use mailkit_auth::sign::DkimSigner;
use mailkit_auth::verify::{AuthReport, Envelope, Verifier};
use mailkit_auth::zone::ZoneRecord;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::Progress;
use super::mails::{DemoMail, MAILS};
use super::policy_host::{Certificate, NAMES, PolicyHost};
use crate::dns::{Zone, ZoneServer};
use crate::gateway::Gateway;
use crate::gateway::config::Config;
use crate::gateway::journal::{Event, Observer, Reply as ReplyStatus};
use crate::smtp::{
    Handler, HostName, Identity, MailAddress, ReceivedMail, Reply, ReversePath, Server,
    ServerConfig,
};

/// Everything that runs during the demonstration.
pub(super) struct Stage {
    directory: TempDir,
    zones: ZoneServer,
    receivers: Vec<Receiver>,
    /// It serves as long as the stage stands.
    _policy_host: PolicyHost,
    gateway: Gateway,
    keys: DkimKeyPair,
    verifier: Verifier,
    pub(super) events: Arc<Events>,
    pub(super) inbox: Arc<Inbox>,
}

type StageError = Box<dyn Error + Send + Sync>;

impl Stage {
    /// Starts name server, receivers and gateway.
    pub(super) async fn build(progress: &mut Progress) -> Result<Self, StageError> {
        let directory = tempfile::tempdir()?;
        let keys = DkimKeyPair::generate(KeyAlgorithm::Ed25519)?;
        let rsa = DkimKeyPair::generate(KeyAlgorithm::Rsa2048)?;
        let zones = ZoneServer::start(zones(&keys, &rsa)?).await?;
        let what = format!("{} served at {}, with fresh DKIM keys", ZONES.len(), zones.address());
        progress.step("zones", &what)?;

        let certificate = Certificate::make(directory.path())?;
        let inbox = Arc::new(Inbox::default());
        let mut receivers = Vec::new();
        for host in HOSTS.iter().filter(|host| host.is_up) {
            receivers.push(Receiver::start(host, &inbox, &certificate).await?);
        }
        let policy_host = PolicyHost::start(&certificate).await?;
        let what = format!("{} hosts listen, one is down", receivers.len());
        progress.step("receivers", &what)?;

        let mut config = configuration(directory.path(), &zones, &receivers, [&keys, &rsa]).await?;
        config.outbound.private_hosts = true;
        config.outbound.tls.mta_sts = true;
        config.outbound.tls.authorities = Some(certificate.chain);
        config.outbound.tls.policy_port = policy_host.address.port();
        let events = Arc::new(Events::default());
        let observer: Arc<dyn Observer> = events.clone();
        let gateway = Gateway::start(config, observer).await?;
        progress.step("gateway", &format!("takes mail at {} with STARTTLS", gateway.address()))?;

        let verifier = Verifier::new(Resolver::with_name_servers(&[zones.address()])?);
        Ok(Self {
            directory,
            zones,
            receivers,
            _policy_host: policy_host,
            gateway,
            keys,
            verifier,
            events,
            inbox,
        })
    }

    /// Sends a mail as its sender's server would, and returns the gateway's answer.
    pub(super) async fn send(&self, number: usize, mail: &DemoMail) -> Result<Answer, StageError> {
        let now = SystemTime::now();
        let mut bytes = mail.compose(number, now)?;
        if let Some(domain) = mail.signed_by {
            let signer = DkimSigner::new(domain.parse()?, ED25519.parse()?, &self.keys)?;
            bytes.splice(0..0, signer.sign(&bytes, now)?.into_bytes());
        }
        let before = self.events.received().len();
        let text = self.transmit(mail, bytes).await?;
        let id = self.events.received().get(before).map(|received| received.id.clone());
        Ok(Answer { text, id })
    }

    async fn transmit(&self, mail: &DemoMail, bytes: Vec<u8>) -> Result<String, StageError> {
        let address = self.gateway.address();
        let mut client = SmtpClientBuilder::new("mx.acme.example".to_owned(), address.port())?
            .implicit_tls(false)
            .helo_host(mail.domain())
            .timeout(Duration::from_secs(10));
        client.addr = address.to_string();
        // The gateway's certificate is its own making.
        client.tls_connector = build_tls_connector(true)?;
        let message = Message::new(mail.sender, [mail.to], bytes);
        let mut session = client.connect().await?;
        match session.send(message).await {
            Ok(reply) => Ok(format!("{} {}", reply.code, reply.message)),
            Err(mail_send::Error::UnexpectedReply(reply)) => {
                Ok(format!("{} {}", reply.code, reply.message))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Waits until every reply has arrived or was given up. Says whether that was so in time.
    pub(super) async fn settle(&self, limit: Duration) -> bool {
        let deadline = Instant::now() + limit;
        while self.events.pending() > 0 {
            if Instant::now() > deadline {
                return false;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        true
    }

    /// What a receiver finds when it verifies a mail of ours.
    pub(super) async fn verify(&self, mail: &ReceivedMail) -> AuthReport {
        let envelope = Envelope::new(mail.peer.ip(), mail.helo.as_str(), mail.sender.to_string());
        self.verifier.verify(&mail.bytes, &envelope, SystemTime::now()).await
    }

    /// Stops everything and removes the directory.
    pub(super) async fn strike(self) -> Result<(), StageError> {
        self.gateway.stop().await;
        for receiver in self.receivers {
            receiver.stop().await;
        }
        self.zones.stop().await;
        Ok(self.directory.close()?)
    }
}

/// What the gateway said at the end of a mail, and its name of the mail.
pub(super) struct Answer {
    pub text: String,
    pub id: Option<String>,
}

/// Remembers every event.
#[derive(Debug, Default)]
pub(super) struct Events(Mutex<Vec<Event>>);

impl Observer for Events {
    fn observe(&self, event: &Event) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(event.clone());
    }
}

impl Events {
    pub(super) fn all(&self) -> Vec<Event> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn received(&self) -> Vec<crate::gateway::journal::Received> {
        let all = self.all().into_iter();
        all.filter_map(|event| if let Event::Received(it) = event { Some(*it) } else { None })
            .collect()
    }

    /// Replies on their way.
    fn pending(&self) -> usize {
        let events = self.all();
        let queued = events.iter().filter(|event| {
            matches!(event, Event::Received(it) if matches!(it.reply, ReplyStatus::Queued { .. }))
        });
        let done = |event: &&Event| matches!(event, Event::Delivered(_) | Event::GaveUp(_));
        queued.count().saturating_sub(events.iter().filter(done).count())
    }
}

/// A mail host of a customer.
struct Host {
    name: &'static str,
    address: Ipv4Addr,
    is_up: bool,
}

/// The hosts of the demonstration's zones. The first is down, and the route must lead around it.
const HOSTS: &[Host] = &[
    Host { name: "mx1.nordlicht.example", address: Ipv4Addr::new(203, 0, 113, 10), is_up: false },
    Host { name: "mx2.nordlicht.example", address: Ipv4Addr::new(203, 0, 113, 20), is_up: true },
    Host { name: "mx.casaluz.example", address: Ipv4Addr::new(198, 51, 100, 30), is_up: true },
    Host { name: "mx1.huaxin.example", address: Ipv4Addr::new(192, 0, 2, 40), is_up: true },
    Host { name: "mx2.huaxin.example", address: Ipv4Addr::new(192, 0, 2, 41), is_up: true },
    Host { name: "mx.brightmart.example", address: Ipv4Addr::new(198, 51, 100, 50), is_up: true },
    Host { name: "gulftrade.example", address: Ipv4Addr::new(203, 0, 113, 60), is_up: true },
];

/// An SMTP server that stands in for a customer's host.
struct Receiver {
    address: IpAddr,
    listens: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl Receiver {
    /// A host with a certificate of its own making, unless it is the one that has a policy to keep.
    async fn start(
        host: &Host,
        inbox: &Arc<Inbox>,
        certificate: &Certificate,
    ) -> Result<Self, StageError> {
        let name: HostName = host.name.parse()?;
        let identity = if NAMES.contains(&host.name) {
            certificate.identity()?
        } else {
            Identity::self_signed(&name)?
        };
        let config = ServerConfig::new(name).with_tls(identity.acceptor()?);
        let server = Server::bind((Ipv4Addr::LOCALHOST, 0).into(), config).await?;
        let listens = server.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let serving =
            tokio::spawn(server.serve(Arc::clone(inbox), async move { drop(stopped.await) }));
        Ok(Self { address: host.address.into(), listens, stop, serving })
    }

    async fn stop(self) {
        // A receiver that has ended already needs no telling, and how it ended changes no outcome.
        let _ = self.stop.send(());
        let _ = self.serving.await;
    }
}

/// What the receivers got.
#[derive(Default)]
pub(super) struct Inbox(Mutex<Vec<ReceivedMail>>);

impl Inbox {
    /// The mail that answers to `id`.
    pub(super) fn reply(&self, id: &str) -> Option<ReceivedMail> {
        let mails = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let needle = format!("<{id}@");
        mails.iter().find(|mail| String::from_utf8_lossy(&mail.bytes).contains(&needle)).cloned()
    }
}

impl Handler for Inbox {
    async fn recipient(&self, _: &ReversePath, _: &MailAddress, _: SocketAddr) -> Reply {
        Reply::accept("the recipient is here")
    }

    async fn message(&self, mail: ReceivedMail) -> Reply {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(mail);
        Reply::accept("got it")
    }
}

/// The sample configuration, with free ports, fresh keys and a directory of its own.
async fn configuration(
    directory: &Path,
    zones: &ZoneServer,
    receivers: &[Receiver],
    keys: [&DkimKeyPair; 2],
) -> Result<Config, StageError> {
    let files = [(ED25519, "ed25519.pem"), (RSA, "rsa.pem")];
    let mut text = SAMPLE.to_owned();
    for ((selector, file), pair) in files.iter().zip(keys) {
        fs::write(directory.join(file), pair.to_pkcs8_pem().as_bytes())?;
        text += &format!(
            "\n[[signing_key]]\ndomain = \"acme.example\"\nselector = \"{selector}\"\nfile = \"{file}\"\n"
        );
    }
    let mut config = Config::parse(&text, &directory.join("gateway.toml"))?;
    config.listen = (Ipv4Addr::LOCALHOST, 0).into();
    config.dns.zones.clear();
    config.dns.servers = vec![zones.address()];
    // Bound and let go at once: nobody listens there, so a connection is refused.
    let nobody = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?.local_addr()?;
    config.outbound.dial = HOSTS.iter().map(|host| (host.address.into(), nobody)).collect();
    config.outbound.dial.extend(receivers.iter().map(|it| (it.address, it.listens)));
    Ok(config)
}

/// The zones with the DKIM keys of their domains.
fn zones(ed25519: &DkimKeyPair, rsa: &DkimKeyPair) -> Result<Vec<Zone>, StageError> {
    let mut zones = Vec::new();
    for (name, text) in ZONES {
        let mut text = (*text).to_owned();
        if *name == "acme.example" {
            text += &key_line(name, RSA, rsa)?;
        }
        if *name == "acme.example" || MAILS.iter().any(|mail| mail.signed_by == Some(*name)) {
            text += &key_line(name, ED25519, ed25519)?;
        }
        zones.push(Zone::parse(&text)?);
    }
    Ok(zones)
}

fn key_line(domain: &str, selector: &str, pair: &DkimKeyPair) -> Result<String, StageError> {
    let name = selector.parse::<Selector>()?.record_name(&domain.parse()?)?;
    let record = RecordData::Txt(pair.key_record().to_string().into_bytes());
    Ok(format!("{}\n", ZoneRecord::new(name.into(), 300, record)))
}

const ED25519: &str = "demo-ed25519";
const RSA: &str = "demo-rsa";
const SAMPLE: &str = include_str!("../../assets/gateway.toml");

macro_rules! zones {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../assets/zones/", $name, ".zone")))),*]
    };
}

/// The zones by name.
const ZONES: &[(&str, &str)] = zones![
    "acme.example",
    "ba1tic-bearings.example",
    "baltic-bearings.example",
    "brightmart.example",
    "casaluz.example",
    "gulftrade.example",
    "harbourbank.example",
    "huaxin.example",
    "nordlicht.example",
    "tradeweekly.example",
];
