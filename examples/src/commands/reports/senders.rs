//! Who sent the reports.

use std::net::Ipv4Addr;
use std::time::SystemTime;

use mailkit_auth::report::sources::{
    KnownReporter, ReportAuthor, ReportSender, ReporterProof, SourceRules, Sources,
};
use mailkit_auth::verify::{Envelope, HeaderLimits};

use super::collect::Fault;
use crate::commands::dns::{Dns, DnsArguments};
use crate::commands::error::CommandError;
use crate::commands::message::{self, NO_HELO};
use crate::commands::output;

/// How the user knows who sent the reports.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct SenderArguments {
    /// The name under which your host writes Authentication-Results: reports in mails are of their author if it says that
    /// DMARC passed. It must take such fields out of what strangers send.
    #[arg(long, value_name = "AUTHSERV-ID", conflicts_with_all = ["verify_mails", "trust_reporters"])]
    results_of: Option<String>,
    /// Verify the mails that carry reports by their DKIM signatures; keys of old mails may be gone.
    #[arg(long, conflicts_with = "trust_reporters")]
    verify_mails: bool,
    /// Believe the names in the reports: you have verified the mails before you saved what they carried.
    #[arg(long)]
    trust_reporters: bool,
    /// A receiver whose reports count beside the large ones that are known (listed below): the address that sends its reports; or its domain,
    /// or one above it, if nobody else writes from there. It can stand several times.
    #[arg(long, value_name = "ADDRESS|DOMAIN")]
    reporter: Vec<KnownReporter>,
    #[command(flatten)]
    dns: DnsArguments,
}

/// Tells who sent a report.
pub(crate) enum Senders {
    Fixed(ReportSender),
    ResultsOf(String),
    Verified(Box<Dns>),
}

impl SenderArguments {
    /// The rules with the reporters that the user knows.
    pub(super) fn rules(&self, rules: SourceRules) -> SourceRules {
        self.reporter.iter().cloned().fold(rules, SourceRules::with_reporter)
    }

    /// Says which of these no report bears out: most often they are mistyped.
    pub(super) fn tell_vain(&self, sources: &Sources) {
        let reporters = || sources.totals().flat_map(|(key, ..)| sources.days(key));
        let proved = || {
            let verified = reporters().filter(|(_, by, _)| by.proof() == ReporterProof::Verified);
            verified.filter_map(|(_, by, _)| by.name().parse::<ReportAuthor>().ok())
        };
        if let Some(name) = self.results_of.as_ref().filter(|_| proved().next().is_none()) {
            output::note(&format!("--results-of {name}: in no mail it says that DMARC passed"));
        }
        for named in &self.reporter {
            if !proved().any(|author| named.is_author(&author)) {
                output::note(&format!("--reporter {named}: no report is proved to be of it"));
            }
        }
    }

    pub(crate) fn open(&self) -> Result<Senders, CommandError> {
        if self.verify_mails {
            return Ok(Senders::Verified(Box::new(self.dns.open()?)));
        }
        if self.dns.is_given() {
            return Err(CommandError::new("--zone and --server are for --verify-mails"));
        }
        if !self.reporter.is_empty() && self.results_of.is_none() {
            return Err(CommandError::new(
                "--reporter is for --results-of and --verify-mails: only what a mail proves shows who is a receiver",
            ));
        }
        Ok(match &self.results_of {
            Some(name) => Senders::ResultsOf(name.clone()),
            None if self.trust_reporters => Senders::Fixed(ReportSender::Trusted),
            None => Senders::Fixed(ReportSender::Unverified),
        })
    }
}

impl Senders {
    /// Who sent the report in a file. If that is a mail whose header cannot be read, nobody is proved.
    pub(super) async fn of(&self, octets: &[u8]) -> Result<ReportSender, Fault> {
        match self {
            Self::Fixed(sender) => Ok(sender.clone()),
            _ if !message::begins_with_field(octets) => Ok(ReportSender::Unverified),
            Self::ResultsOf(name) => {
                let sender = ReportSender::of_results(octets, name, HeaderLimits::default());
                Ok(sender.unwrap_or(ReportSender::Unverified))
            }
            Self::Verified(dns) => {
                let mail = message::with_crlf(octets.to_vec());
                // Where it came from is not known any more: SPF proves nothing.
                let envelope = Envelope::new(Ipv4Addr::UNSPECIFIED, NO_HELO, "");
                let report = dns.verify(&mail, &envelope, SystemTime::now()).await;
                let report = report.map_err(Fault::OfAll)?;
                let sender = ReportSender::of_mail(&report, &mail, HeaderLimits::default());
                sender.map_err(|problem| {
                    Fault::OfFile(format!("nobody knows who sent it: {problem}"))
                })
            }
        }
    }

    /// Says which questions no zone file could answer.
    pub(super) fn tell_unseen(&self) {
        if let Self::Verified(dns) = self {
            dns.tell_unseen();
        }
    }
}
