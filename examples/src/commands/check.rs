//! `mailkit check`: the health of a domain's mail.

mod facts;
mod options;

use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use mailkit_auth::checkup::{
    CheckupReport, CheckupRequest, DeliveryTls, DomainUsage, MessagePurpose, MessageSample,
    SpamRate,
};
use mailkit_auth::lint::Severity;
use mailkit_auth::provider::Provider;
use mailkit_auth::rollout::Day;
use mailkit_auth::{Domain, Selector};

use super::dns::DnsArguments;
use super::ending::Ending;
use super::error::{CommandError, because};
use super::input::{MAX_SMALL_FILE, read};
use super::{message, moment, output};
use facts::FactArguments;

/// What `mailkit check` is told.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mailkit check acme.example --selector s1 --sender 192.0.2.7=mx.acme.example
  mailkit check acme.example --zone acme.zone --message newsletter.eml --bulk --spam-rate 2/1000
  mailkit check acme.example --dnssec secure --policy-failure certificate --ttl acme.example/MX=86400 --planned-change

What only you know (selectors, senders, messages, the policy file) makes the report complete; what is not said is
reported as not checked, never as missing.")]
pub struct Arguments {
    /// The domain.
    domain: Domain,
    /// A selector that the domain signs with; give them all.
    #[arg(long)]
    selector: Vec<Selector>,
    /// The domain signs nothing.
    #[arg(long, conflicts_with = "selector")]
    unsigned: bool,
    /// A host that sends for the domain, and the name it gives in HELO.
    #[arg(long, value_name = "IP[=HELO]")]
    sender: Vec<Sender>,
    /// A provider that sends or receives for the domain (`mailkit plan --providers` lists them), or `none`;
    /// given once, the list counts as complete.
    #[arg(long, value_name = "ID")]
    service: Vec<Service>,
    /// A message as it was sent.
    #[arg(long, value_name = "FILE")]
    message: Vec<PathBuf>,
    /// The messages are marketing or subscribed mail, which bulk rules ask more of.
    #[arg(long)]
    bulk: bool,
    /// Messages a day to the largest receiver.
    #[arg(long, value_name = "MESSAGES")]
    daily: Option<u64>,
    /// Complaints among messages.
    #[arg(long, value_name = "COMPLAINTS/MESSAGES", value_parser = spam_rate)]
    spam_rate: Option<SpamRate>,
    /// How much of the domain's mail is sent over TLS, where the receiver offers it.
    #[arg(long, value_enum)]
    delivery_tls: Option<Tls>,
    /// The logo that the BIMI record names.
    #[arg(long, value_name = "FILE")]
    logo: Option<PathBuf>,
    /// What the domain is for.
    #[arg(long, value_enum)]
    usage: Option<Usage>,
    /// The day of the check-up; by default today.
    #[arg(long, value_name = "YYYY-MM-DD")]
    now: Option<Day>,
    #[command(flatten)]
    facts: FactArguments,
    /// Print as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    dns: DnsArguments,
}

/// A host and its name in HELO.
#[derive(Clone, Debug)]
struct Sender(IpAddr, Option<Domain>);

impl FromStr for Sender {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (address, helo) = match text.split_once('=') {
            Some((address, helo)) => (address, Some(helo)),
            None => (text, None),
        };
        let address = address.parse().map_err(|error| format!("{error}: {address:?}"))?;
        let helo = helo.map(|it| it.parse().map_err(|error| format!("{error}: {it:?}")));
        Ok(Self(address, helo.transpose()?))
    }
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Usage {
    /// It neither sends nor receives.
    Parked,
    /// People write from it.
    People,
    /// Programs write from it.
    Transactions,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Tls {
    /// All of it.
    Always,
    /// Some hosts send without.
    Sometimes,
    /// None of it.
    Never,
}

impl From<Tls> for DeliveryTls {
    fn from(tls: Tls) -> Self {
        match tls {
            Tls::Always => Self::Always,
            Tls::Sometimes => Self::Sometimes,
            Tls::Never => Self::Never,
        }
    }
}

fn spam_rate(text: &str) -> Result<SpamRate, String> {
    let (complaints, messages) = text.split_once('/').ok_or("write it as 3/1000")?;
    let number = |it: &str| it.parse::<u64>().map_err(|error| format!("{error}: {it:?}"));
    let (complaints, messages) = (number(complaints)?, number(messages)?);
    if complaints > messages || messages == 0 {
        return Err("a message is complained about once: write complaints/messages".to_owned());
    }
    Ok(SpamRate::new(complaints, messages))
}

/// Examines; negative if the report has an error.
pub(crate) async fn run(arguments: &Arguments) -> Result<Ending, CommandError> {
    let dns = arguments.dns.open()?;
    dns.must_hold(&arguments.domain)?;
    dns.must_reply(&arguments.domain).await?;
    let visible = dns.visible();
    let request = visible.into_iter().fold(request(arguments)?, CheckupRequest::with_visible);
    let mut report = dns.check_up(&request).await;
    options::name(&mut report);
    if arguments.json {
        output::json(&report)?;
    } else {
        output::text(&report.to_string())?;
    }
    dns.tell_unseen();
    if report.grade.is_none() {
        let what = format!("no grade for {}", report.domain);
        return Err(because(what)("the DNS did not answer all that it rests on"));
    }
    Ok(Ending::fine_if(!has_error(&report)))
}

fn has_error(report: &CheckupReport) -> bool {
    report.findings.iter().any(|it| it.finding.severity == Severity::Error)
}

/// The identifier of a provider, or `none`.
#[derive(Clone, Copy, Debug)]
struct Service(Option<&'static Provider>);

impl FromStr for Service {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let unknown = || format!("no provider {text:?}; `mailkit plan --providers` lists them");
        match text {
            "none" => Ok(Self(None)),
            id => Provider::by_id(id).map(|it| Self(Some(it))).ok_or_else(unknown),
        }
    }
}

fn request(arguments: &Arguments) -> Result<CheckupRequest, CommandError> {
    let request = CheckupRequest::new(arguments.domain.clone());
    let mut request = request.with_now(moment::moment(arguments.now));
    for selector in &arguments.selector {
        request = request.with_selector(selector.clone());
    }
    if arguments.unsigned {
        request = request.without_dkim();
    }
    for Sender(address, helo) in &arguments.sender {
        request = request.with_sender(*address, helo.clone());
    }
    for service in &arguments.service {
        request = match service.0 {
            Some(provider) => request.with_service(provider),
            None => request.without_services(),
        };
    }
    let purpose = if arguments.bulk { MessagePurpose::Marketing } else { MessagePurpose::Personal };
    for path in &arguments.message {
        let message = String::from_utf8_lossy(&message::read_mail(path)?).into_owned();
        request = request.with_message(MessageSample::new(&message).with_purpose(purpose));
    }
    with_facts(arguments, request)
}

fn with_facts(
    arguments: &Arguments,
    mut request: CheckupRequest,
) -> Result<CheckupRequest, CommandError> {
    if let Some(messages) = arguments.daily {
        request = request.with_daily_messages(messages);
    }
    if let Some(rate) = arguments.spam_rate {
        request = request.with_spam_rate(rate);
    }
    if let Some(tls) = arguments.delivery_tls {
        request = request.with_delivery_tls(tls.into());
    }
    if let Some(path) = &arguments.logo {
        request = request.with_logo(read(path, MAX_SMALL_FILE)?);
    }
    let request = arguments.facts.add(request)?;
    Ok(match arguments.usage {
        Some(Usage::Parked) => request.with_usage(DomainUsage::Parked),
        Some(Usage::People) => request.with_usage(DomainUsage::People),
        Some(Usage::Transactions) => request.with_usage(DomainUsage::Transactions),
        None => request,
    })
}
