//! `mailkit plan`: the records that a domain needs, and the way there.

mod dmarc;
mod published;
mod rotate;
mod steps;
mod values;

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use mailkit_auth::plan::{DomainPlan, Plan, PlanError, ProviderRole};
use mailkit_auth::record::mta_sts_policy::Mode;
use mailkit_auth::record::spf::{Mechanism, Qualifier};
use mailkit_auth::record::{BimiRecord, HttpsUri, ReportUri};
use mailkit_auth::rollout::Day;
use mailkit_auth::zone::Ttl;
use mailkit_auth::{Domain, Selector, TlsRptRecord};

use super::ending::Ending;
use super::error::{CommandError, because};
use super::output;
use super::zone_file::ZoneFiles;
use dmarc::DmarcArguments;
use published::Published;
use values::{AliasArgument, AllArgument, KeyArgument, MailHost, ProviderArgument};

/// What `mailkit plan` is told.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Examples:
  mailkit plan acme.example --provider google --ip 192.0.2.7 --rua dmarc@acme.example --dkim s1=s1.pem > acme.zone
  mailkit plan acme.example --provider microsoft-365,tenant=acme,partition=r --stage quarantine --against old.zone
  mailkit plan rotate --key 2026q1a=rsa,signing,2026-01-05"
)]
pub struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
    /// The domain.
    #[arg(required_unless_present = "providers")]
    domain: Option<Domain>,
    /// A provider of the table: ID, in the role it most often has, or ID:sends, ID:receives or ID:mailboxes; and the values it
    /// asks for as ,name=value.
    #[arg(long, value_name = "ID[:ROLE][,NAME=VALUE]…")]
    provider: Vec<ProviderArgument>,
    /// List the providers of the table.
    #[arg(long, conflicts_with_all = ["domain", "provider", "ip", "mx", "spf", "spf_all", "stage", "rua", "ruf", "fo", "sp", "np",
        "adkim", "aspf", "dkim", "dkim_alias", "retire", "mta_sts", "tls_rua", "logo", "ttl", "parked", "against", "now"])]
    providers: bool,
    /// An address from which the domain itself sends.
    #[arg(long, value_name = "ADDRESS")]
    ip: Vec<IpAddr>,
    /// A host that receives the domain's mail.
    #[arg(long, value_name = "[PREFERENCE=]HOST")]
    mx: Vec<MailHost>,
    /// Another sender as SPF writes it: mx, a:host.example, ip4:192.0.2.0/28, include:_spf.host.example.
    #[arg(long, value_name = "MECHANISM")]
    spf: Vec<Mechanism>,
    /// What SPF says about every other host; by default as published, or softfail.
    #[arg(long, value_enum, value_name = "RESULT")]
    spf_all: Option<AllArgument>,
    #[command(flatten)]
    dmarc: DmarcArguments,
    /// A DKIM key to publish: the private key in PEM, or a file with its record, as `mailkit keys` prints it.
    #[arg(long, value_name = "SELECTOR=FILE")]
    dkim: Vec<KeyArgument>,
    /// A selector whose key somebody else keeps.
    #[arg(long, value_name = "SELECTOR=DOMAIN")]
    dkim_alias: Vec<AliasArgument>,
    /// A selector that no longer signs: it gets the empty key.
    #[arg(long, value_name = "SELECTOR")]
    retire: Vec<Selector>,
    /// MTA-STS in this mode: none, testing or enforce.
    #[arg(long, value_name = "MODE", value_parser = values::mode)]
    mta_sts: Option<Mode>,
    /// Where TLS reports go.
    #[arg(long, value_name = "ADDRESS", value_parser = values::report_uri)]
    tls_rua: Vec<ReportUri>,
    /// The logo shown beside the domain's mail (BIMI): an SVG file. It needs an enforced policy.
    #[arg(long, value_name = "URL")]
    logo: Option<HttpsUri>,
    /// The certificate of the logo.
    #[arg(long, value_name = "URL", requires = "logo")]
    logo_certificate: Option<HttpsUri>,
    /// How long records may be kept: seconds, or with units such as 1h30m.
    #[arg(long, value_name = "TIME", default_value = "1h")]
    ttl: Ttl,
    /// The domain neither sends nor receives.
    #[arg(long, conflicts_with_all = ["provider", "ip", "mx", "spf", "spf_all", "stage", "ruf", "fo", "sp", "np", "adkim", "aspf",
        "dkim", "dkim_alias", "retire", "mta_sts", "tls_rua", "logo", "ttl"])]
    parked: bool,
    /// What is published now, as a zone file: print the steps from there, negative if there are any.
    ///
    /// What no option speaks of stays as it is published: the tags of DMARC one by one, SPF where no sender is named. Who
    /// names one (--ip, --spf, --provider) has to name them all.
    ///
    /// Ask once and follow the steps. The times to live must be those of the domain's own servers, not what a resolver has
    /// left of them.
    #[arg(long, value_name = "FILE")]
    against: Vec<PathBuf>,
    /// When asked again after times to live were shortened: the day until which caches may hold what they had.
    #[arg(long, value_name = "YYYY-MM-DD", requires = "against")]
    held_until: Option<Day>,
    /// The day to count from; by default today.
    #[arg(long, value_name = "YYYY-MM-DD")]
    now: Option<Day>,
    /// Print as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Say what to do next with each DKIM key, and when.
    Rotate(rotate::Arguments),
}

/// Plans, and prints the records or the steps.
pub(crate) fn run(arguments: &Arguments) -> Result<Ending, CommandError> {
    if let Some(Action::Rotate(arguments)) = &arguments.action {
        return rotate::run(arguments);
    }
    if arguments.providers {
        return values::print_providers(arguments.json);
    }
    let Some(domain) = &arguments.domain else {
        return Err(CommandError::new("plan needs a domain"));
    };
    let files = ZoneFiles::read(&arguments.against)?;
    let published = Published::new(files, domain.clone());
    if !arguments.against.is_empty() {
        published.must_tell()?;
    }
    let plan = match arguments.parked {
        true => parked(arguments, domain, &published)?,
        false => plan(arguments, domain, &published)?,
    };
    if !arguments.against.is_empty() {
        return steps::print(arguments, &plan, &published);
    }
    if arguments.json {
        output::json(&plan)?;
    } else {
        output::text(&format!("{plan}{}", steps::policy_file(&plan)))?;
    }
    Ok(Ending::Fine)
}

fn parked(
    arguments: &Arguments,
    domain: &Domain,
    published: &Published,
) -> Result<Plan, CommandError> {
    Ok(Plan::parked(domain.clone(), &arguments.dmarc.record(published.dmarc(true)?)))
}

fn plan(
    arguments: &Arguments,
    domain: &Domain,
    published: &Published,
) -> Result<Plan, CommandError> {
    let dmarc = arguments.dmarc.record(published.dmarc(arguments.dmarc.has_stage())?);
    let all = arguments.spf_all.map_or_else(|| published.all(), Qualifier::from);
    let mut plan = DomainPlan::new(domain.clone(), dmarc).with_ttl(arguments.ttl).with_all(all);
    for provider in &arguments.provider {
        plan = plan.with_provider(provider.0.clone());
    }
    for host in &arguments.mx {
        plan = plan.with_mail_host(host.preference, host.host.clone());
    }
    for address in &arguments.ip {
        plan = plan.with_sending_address(*address);
    }
    for mechanism in &arguments.spf {
        plan = plan.with_sender(mechanism.clone());
    }
    for key in &arguments.dkim {
        plan = plan.with_dkim_key(key.selector.clone(), key.read()?);
    }
    for alias in &arguments.dkim_alias {
        plan = plan.with_dkim_alias(alias.selector.clone(), alias.target.clone());
    }
    for selector in &arguments.retire {
        plan = plan.with_retired_selector(selector.clone());
    }
    if let Some(mode) = arguments.mta_sts {
        plan = plan.with_mta_sts_by_content(mode, POLICY_AGE);
    }
    if let Some(record) = logo(arguments) {
        plan = plan.with_logo(record);
    }
    if let Some(record) = tls_reports(&arguments.tls_rua)? {
        plan = plan.with_tls_reports(record);
    }
    let mut plan = plan.plan().map_err(|error| no_plan(domain, error))?;
    let names_senders = !arguments.ip.is_empty()
        || !arguments.spf.is_empty()
        || arguments.provider.iter().any(|it| it.0.role() != ProviderRole::Receives);
    if !names_senders && published.keeps_spf()? {
        if arguments.spf_all.is_some() {
            return Err(CommandError::new(
                "--spf-all also needs who sends: --ip, --provider or --spf",
            ));
        }
        published.without_spf(&mut plan);
    }
    Ok(plan)
}

/// Why there is none, and the option that helps.
fn no_plan(domain: &Domain, error: PlanError) -> CommandError {
    let what = match &error {
        PlanError::TwoReceivers { first, second } => format!(
            "no plan for {domain}; write `--provider {first}:sends` or `--provider {second}:sends` of the one that only sends"
        ),
        _ => format!("no plan for {domain}"),
    };
    because(what)(error)
}

fn logo(arguments: &Arguments) -> Option<BimiRecord> {
    let record = BimiRecord::new(arguments.logo.clone()?);
    let authority = arguments.logo_certificate.clone().into_iter();
    Some(authority.fold(record, BimiRecord::with_authority))
}

fn tls_reports(uris: &[ReportUri]) -> Result<Option<TlsRptRecord>, CommandError> {
    let mut record: Option<TlsRptRecord> = None;
    for uri in uris {
        let next = match record.take() {
            Some(record) => record.with_reports(uri.clone()),
            None => TlsRptRecord::new(uri.clone()),
        };
        record = Some(next.map_err(because("no record for TLS reports"))?);
    }
    Ok(record)
}

/// A week: long enough to outlive an attack, short enough to change hosts.
const POLICY_AGE: Duration = Duration::from_secs(7 * 86_400);
