//! `mailkit reports`: who sends in a domain's name, from the reports that receivers sent.

mod about;
mod arguments;
mod collect;
mod evidence;
mod files;
mod reporters;
mod rows;
mod senders;
mod show;
mod tell;

use std::path::PathBuf;

use mailkit_auth::Domain;

pub(crate) use arguments::SourceArguments;
pub(crate) use collect::Collected;
pub(crate) use evidence::read as read_evidence;

use super::ending::Ending;
use super::error::CommandError;
use super::output;

/// What `mailkit reports` is told.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mailkit reports ~/dmarc-reports --legitimate 192.0.2.0/24=own-hosts
  mailkit reports --days --domain acme.example report.xml.gz tls-report.json
  mailkit reports ~/dmarc-mails --results-of mx.acme.example --reporter dmarc@isp.example \\
      --domain acme.example --evidence evidence.json --overwrite

In a rollout only reports of receivers count that are known: the name in a report proves nothing, the mail that carried
it proves an author (--results-of, --verify-mails), and of those the ones of large receivers count, and yours (--reporter).
The large receivers are au-1.mimecastreport.com, dmarc-support@alerts.comcast.net, dmarc.yahoo.com, dmarc_support@corp.mail.ru,
dmarcreport@microsoft.com, fastmaildmarc.com, noreply-dmarc-support@google.com, uk-1.mimecastreport.com and
us-1.mimecastreport.com. --trust-reporters believes all names. The reports of all others are shown and not counted.

Ends with 1 if a file, or every record of a report, could not be read; what could be read is shown all the same.")]
pub struct Arguments {
    /// Reports as they came (mail, gzip, zip, XML, JSON), folders of them, or `-` for one on the standard input.
    #[arg(value_name = "FILE|FOLDER", required = true)]
    paths: Vec<PathBuf>,
    /// Show only what is about this domain and those below it.
    #[arg(long)]
    domain: Option<Domain>,
    /// Show what each source sent day by day.
    #[arg(long)]
    days: bool,
    #[command(flatten)]
    sources: SourceArguments,
    #[command(flatten)]
    output: EvidenceArguments,
    /// Show how far it has come, even if the standard error is no terminal.
    #[arg(long)]
    progress: bool,
    /// Print as JSON.
    #[arg(long)]
    json: bool,
}

/// Where the evidence goes.
#[derive(Debug, clap::Args)]
struct EvidenceArguments {
    /// Write what `mailkit rollout advise --evidence` reads, of the domain alone.
    #[arg(long, value_name = "FILE", requires = "domain")]
    evidence: Option<PathBuf>,
    /// Put it in the place of a file that is there.
    #[arg(long, requires = "evidence")]
    overwrite: bool,
}

/// Reads all, prints what they say; negative if a file could not be read.
pub(crate) async fn run(arguments: &Arguments) -> Result<Ending, CommandError> {
    let domain = arguments.domain.as_ref();
    let Arguments { paths, sources, progress, .. } = arguments;
    let collected = Collected::read(paths, sources, domain, *progress).await?;
    let EvidenceArguments { evidence, overwrite } = &arguments.output;
    if let (Some(path), Some(domain)) = (evidence, domain) {
        collected.require(domain)?;
        evidence::write(&collected.sources.evidence(domain), path, *overwrite)?;
    }
    if arguments.json {
        output::json(&show::data(&collected, domain, arguments.days))?;
    } else {
        output::text(&show::text(&collected, domain, arguments.days))?;
    }
    collected.tell_skipped();
    if let Some(domain) = domain {
        collected.tell_missing(domain);
    }
    Ok(Ending::fine_if(collected.skipped.is_empty()))
}
