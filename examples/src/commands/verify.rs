//! `mailkit verify`: SPF, DKIM, ARC and DMARC of a message, with the reasons.

use std::net::IpAddr;
use std::path::PathBuf;

use mailkit_auth::dmarc::DmarcResult;
use mailkit_auth::rollout::Day;
use mailkit_auth::verify::Envelope;

use super::dns::DnsArguments;
use super::ending::Ending;
use super::error::{CommandError, because};
use super::message::NO_HELO;
use super::output::{self, visible};
use super::{message, moment};

/// What `mailkit verify` is told.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  mailkit verify mail.eml --ip 192.0.2.7 --helo mx.acme.example --from info@acme.example --zone acme.zone

The answer is negative unless DMARC passes.")]
pub struct Arguments {
    /// The message, or `-` for the standard input. Line ends may be those of this host.
    #[arg(value_name = "MESSAGE")]
    message: PathBuf,
    #[command(flatten)]
    envelope: EnvelopeArguments,
    /// Print the Authentication-Results field that this host would add, under its name.
    #[arg(long, value_name = "AUTHSERV-ID")]
    results_as: Option<String>,
    /// The day of the check, which decides whether a signature has expired; by default this moment.
    #[arg(long, value_name = "YYYY-MM-DD")]
    now: Option<Day>,
    /// Print as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    dns: DnsArguments,
}

/// How the message came.
#[derive(Clone, Debug, clap::Args)]
pub struct EnvelopeArguments {
    /// The address of the host that sent it.
    #[arg(long)]
    ip: IpAddr,
    /// The name that the host gave in HELO.
    #[arg(long, default_value = NO_HELO)]
    helo: String,
    /// The sender of the envelope; none for a bounce.
    #[arg(long, value_name = "ADDRESS", default_value = "")]
    from: String,
}

impl EnvelopeArguments {
    pub(crate) fn envelope(&self) -> Envelope {
        Envelope::new(self.ip, self.helo.as_str(), self.from.as_str())
    }
}

/// Verifies; negative unless DMARC passes.
pub(crate) async fn run(arguments: &Arguments) -> Result<Ending, CommandError> {
    let octets = message::with_crlf(message::read_mail(&arguments.message)?);
    let dns = arguments.dns.open()?;
    let envelope = arguments.envelope.envelope();
    let report = dns.verify(&octets, &envelope, moment::moment(arguments.now)).await?;
    let results = arguments.results_as.as_ref().map(|name| {
        let results = report.authentication_results(name);
        results.map_err(because(format!("{name:?} cannot name this host")))
    });
    match results.transpose()? {
        Some(results) if arguments.json => output::json(&results)?,
        Some(results) => output::text(&results.to_header())?,
        None if arguments.json => output::json(&report)?,
        None => output::text(&report.to_string())?,
    }
    dns.tell_unseen();
    match report.dmarc.result {
        DmarcResult::TempError => {
            Err(CommandError::new(format!("no verdict: {}", visible(&report.dmarc.reason))))
        }
        result => Ok(Ending::fine_if(result == DmarcResult::Pass)),
    }
}
