//! `mailkit lint`: what is wrong with records, where, why, and how to mend it.

mod domain;
mod kind;
mod linted;
mod mail;

use std::path::PathBuf;

use mailkit_auth::lint::sarif::SarifLog;
use mailkit_auth::lint::{self, Rule};
use mailkit_auth::visible::escaped_lines;
use mailkit_auth::{Domain, Selector};

use super::dns::DnsArguments;
use super::ending::Ending;
use super::error::CommandError;
use super::input::{MAX_FILE, read_text};
use super::output;
use domain::DomainLint;
use kind::Kind;
use linted::Linted;

/// What `mailkit lint` is told.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mailkit lint 'v=spf1 ipv4:8.8.8.8 -all'
  mailkit lint --fix records.txt
  mailkit lint --domain acme.example --zone acme.zone --format sarif
  mailkit lint --explain SPF017")]
pub struct Arguments {
    /// A record, a file with a record a line (or a message, whose DKIM signatures are linted), or
    /// `-` for the standard input, which is also read where nothing is named.
    #[arg(value_name = "RECORD|FILE")]
    records: Vec<String>,
    /// What the records are; by default their first words decide.
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// Lint all records that this domain publishes.
    #[arg(long, conflicts_with_all = ["records", "kind"])]
    domain: Option<Domain>,
    /// A selector of the domain's DKIM keys; those in a zone file are found without.
    #[arg(long, requires = "domain", conflicts_with_all = ["records", "kind", "fix", "explain", "rules"])]
    selector: Vec<Selector>,
    /// Print the records with everything mended that can safely be.
    #[arg(long, conflicts_with = "domain")]
    fix: bool,
    /// How to print.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// The same as `--format json`.
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Say what a code means, such as SPF017.
    #[arg(long, value_name = "CODE", conflicts_with_all = ["records", "domain", "fix", "rules"])]
    explain: Option<String>,
    /// List all rules.
    #[arg(long, conflicts_with_all = ["records", "domain", "fix"])]
    rules: bool,
    #[command(flatten)]
    dns: DnsArguments,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people: the record with the place underlined.
    Text,
    /// For programs: the records with their findings.
    Json,
    /// For code hosts and editors: SARIF 2.1.0.
    Sarif,
}

/// Lints, and prints; negative if a record has an error.
pub(crate) async fn run(arguments: &Arguments) -> Result<Ending, CommandError> {
    let format = if arguments.json { Format::Json } else { arguments.format };
    if arguments.domain.is_none() && arguments.dns.is_given() {
        return Err(CommandError::new("--zone and --server are for --domain"));
    }
    if let Some(code) = &arguments.explain {
        return explain(code, format);
    }
    if arguments.rules {
        return print_rules(format);
    }
    if let Some(domain) = &arguments.domain {
        let dns = arguments.dns.open()?;
        return print_domain(domain::lint(&dns, domain, &arguments.selector).await?, format);
    }
    let linted = texts(arguments)?;
    if arguments.fix {
        return print_fixed(linted, format);
    }
    print(&linted, format)?;
    Ok(Ending::fine_if(!linted.iter().any(Linted::has_error)))
}

/// The records of the arguments, of files, and of the standard input.
fn texts(arguments: &Arguments) -> Result<Vec<Linted>, CommandError> {
    let input = ["-".to_owned()];
    let records = match arguments.records.as_slice() {
        [] => input.as_slice(),
        records => records,
    };
    let mut linted = Vec::new();
    for (index, record) in records.iter().enumerate() {
        let path = PathBuf::from(record);
        if record == "-" || path.is_file() {
            let origin = if record == "-" { "standard input" } else { record };
            let text = read_text(&path, MAX_FILE)?;
            linted.extend(linted::of_file(origin, &text, arguments.kind)?);
        } else if path.is_dir() {
            return Err(CommandError::new(format!("{record:?} is a folder; name the files in it")));
        } else if is_file_name(record) {
            return Err(CommandError::new(format!(
                "there is no file {record:?}; the records of a domain are linted with --domain"
            )));
        } else {
            let number = format!("argument {}", index + 1);
            let origin = if records.len() == 1 { "the record" } else { &number };
            linted.push(Linted::new(origin, record, arguments.kind)?);
        }
    }
    Ok(linted)
}

/// Whether a text is the name of a file rather than a record, of which each kind has several words or an `=`.
fn is_file_name(text: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '/' | '\\' | '~');
    let separates = |c: char| matches!(c, '.' | '/' | '\\');
    text.contains(separates) && text.chars().all(is_name)
}

/// Prints what there is before it fails because of what there is not.
fn print_domain(lint: DomainLint, format: Format) -> Result<Ending, CommandError> {
    let DomainLint { linted, unanswered } = lint;
    if !linted.is_empty() || unanswered.is_empty() {
        print(&linted, format)?;
    }
    if unanswered.is_empty() {
        return Ok(Ending::fine_if(!linted.iter().any(Linted::has_error)));
    }
    let names: Vec<String> = unanswered.iter().map(|name| format!("{name} TXT")).collect();
    Err(CommandError::new(format!("the DNS gave no answer to {}", names.join(", "))))
}

fn print(linted: &[Linted], format: Format) -> Result<(), CommandError> {
    match format {
        Format::Text => {
            let style = output::style();
            let blocks: Vec<String> = linted.iter().map(|it| it.text(style)).collect();
            output::text(&blocks.join("\n"))
        }
        Format::Json => output::json(&linted),
        Format::Sarif => {
            let log = linted.iter().fold(SarifLog::new(), |log, it| it.report(log));
            output::json(&log)
        }
    }
}

/// Prints the records alone, so that they can take the place of the old ones.
fn print_fixed(linted: Vec<Linted>, format: Format) -> Result<Ending, CommandError> {
    let mended: Vec<Linted> = linted.into_iter().map(Linted::mended).collect();
    match format {
        Format::Text => {
            let record = |it: &Linted| escaped_lines(it.record().trim_end_matches('\n'));
            let lines = mended.iter().map(|it| format!("{}\n", record(it)));
            output::text(&lines.collect::<String>())?;
            let left: usize = mended.iter().map(Linted::errors).sum();
            if left > 0 {
                let verb = if left == 1 { "needs" } else { "need" };
                let errors = output::counted(left, "error");
                output::note(&format!("{errors} {verb} a decision; lint without --fix"));
            }
        }
        format => print(&mended, format)?,
    }
    Ok(Ending::fine_if(!mended.iter().any(Linted::has_error)))
}

fn explain(code: &str, format: Format) -> Result<Ending, CommandError> {
    let Some(rule) = lint::rule(&code.to_ascii_uppercase()) else {
        let what = format!("there is no rule {code:?}: `mailkit lint --rules` lists them");
        return Err(CommandError::new(what));
    };
    match format {
        Format::Text => {
            let Rule { code, severity, summary, help, reference, .. } = rule;
            output::text(&format!(
                "{code} ({severity}): {summary}\n  what to do: {help}\n  see: {reference}\n"
            ))?;
        }
        _ => output::json(rule)?,
    }
    Ok(Ending::Fine)
}

fn print_rules(format: Format) -> Result<Ending, CommandError> {
    let rules: Vec<&Rule> = lint::rules().collect();
    match format {
        Format::Text => {
            let row = |rule: &&Rule| {
                vec![rule.code.to_owned(), rule.severity.to_string(), rule.summary.to_owned()]
            };
            let rows: Vec<Vec<String>> = rules.iter().map(row).collect();
            output::text(&output::table(&rows, &[]))?;
        }
        Format::Json => output::json(&rules)?,
        Format::Sarif => output::json(&SarifLog::new())?,
    }
    Ok(Ending::Fine)
}
