//! What only the domain's owner, or somebody with a connection, knows.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use mailkit_auth::Domain;
use mailkit_auth::checkup::{
    CertificateDigests, CheckupRequest, DnssecState, LogoProof, MarkCertificate, PolicyFetch,
    PolicyOutcome, PreviousPolicy, ServerCertificate,
};
use mailkit_auth::lookup::RecordType;
use mailkit_auth::rollout::Day;

use crate::commands::error::CommandError;
use crate::commands::input::{MAX_SMALL_FILE, read_text};

/// Facts about zones, certificates and the MTA-STS policy.
#[derive(Debug, clap::Args)]
pub(super) struct FactArguments {
    /// What a validating resolver says of the domain's zone, or of another one.
    #[arg(long, value_name = "[ZONE=]secure|insecure|bogus")]
    dnssec: Vec<Dnssec>,
    /// The time to live of a record.
    #[arg(long, value_name = "NAME/TYPE=SECONDS")]
    ttl: Vec<RecordTtl>,
    /// The records are about to be changed, which wants short times to live.
    #[arg(long)]
    planned_change: bool,
    /// The certificate of a mail host: the SHA-256 digests in hex of it and of its public key, and its last day.
    #[arg(long, value_name = "HOST=CERTIFICATE:KEY[,YYYY-MM-DD]")]
    certificate: Vec<HostCertificate>,
    /// The mark certificate of the logo: its last day and the domains it is for.
    #[arg(long, value_name = "YYYY-MM-DD=DOMAIN[,DOMAIN]")]
    mark_certificate: Option<MarkFacts>,
    /// The MTA-STS policy file, as the web server gives it.
    #[arg(long, value_name = "FILE")]
    policy_file: Option<PathBuf>,
    /// What the web server gives in the place of the MTA-STS policy: a status, or why none came.
    #[arg(
        long,
        value_name = "STATUS|certificate|redirect|unreachable",
        value_parser = failure,
        conflicts_with = "policy_file"
    )]
    policy_failure: Option<PolicyOutcome>,
    /// The MTA-STS policy of before, and the id under which it was announced.
    #[arg(long, value_name = "ID=FILE", value_parser = previous)]
    previous_policy: Option<(String, PathBuf)>,
    /// The day on which the MTA-STS policy took its present mode.
    #[arg(long, value_name = "YYYY-MM-DD")]
    policy_since: Option<Day>,
    /// The day on which the first DMARC report came.
    #[arg(long, value_name = "YYYY-MM-DD")]
    first_report: Option<Day>,
}

impl FactArguments {
    /// The request with these facts.
    pub(super) fn add(&self, mut request: CheckupRequest) -> Result<CheckupRequest, CommandError> {
        for Dnssec(zone, state) in &self.dnssec {
            let zone = zone.clone().unwrap_or_else(|| request.domain.clone());
            request = request.with_dnssec(zone, *state);
        }
        for RecordTtl(name, record_type, ttl) in &self.ttl {
            request = request.with_ttl(name.clone(), *record_type, *ttl);
        }
        if self.planned_change {
            request = request.with_planned_change();
        }
        for HostCertificate(certificate) in &self.certificate {
            request = request.with_server(certificate.clone());
        }
        if let Some(MarkFacts(certificate)) = &self.mark_certificate {
            request = request.with_mark_certificate(certificate.clone());
        }
        if let Some(day) = self.first_report {
            request = request.with_first_report(day.start());
        }
        self.add_policy(request)
    }

    fn add_policy(&self, mut request: CheckupRequest) -> Result<CheckupRequest, CommandError> {
        if let Some(path) = &self.policy_file {
            let text = read_text(path, MAX_SMALL_FILE)?;
            request = request.with_policy_fetch(PolicyFetch::new(200, "text/plain", text));
        }
        if let Some(outcome) = self.policy_failure {
            request = request.with_policy_fetch(PolicyFetch::failed(outcome));
        }
        if let Some((id, path)) = &self.previous_policy {
            let text = read_text(path, MAX_SMALL_FILE)?;
            request = request.with_previous_policy(PreviousPolicy::new(id, text));
        }
        if let Some(day) = self.policy_since {
            request = request.with_policy_since(day.start());
        }
        Ok(request)
    }
}

#[derive(Clone, Debug)]
struct Dnssec(Option<Domain>, DnssecState);

impl FromStr for Dnssec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (zone, state) = match text.split_once('=') {
            Some((zone, state)) => (Some(domain(zone)?), state),
            None => (None, text),
        };
        let state = match state {
            "secure" => DnssecState::Secure,
            "insecure" => DnssecState::Insecure,
            "bogus" => DnssecState::Bogus,
            other => return Err(format!("secure, insecure or bogus, not {other:?}")),
        };
        Ok(Self(zone, state))
    }
}

#[derive(Clone, Debug)]
struct RecordTtl(Domain, RecordType, Duration);

impl FromStr for RecordTtl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = "write it as acme.example/TXT=3600";
        let (record, seconds) = text.split_once('=').ok_or(form)?;
        let (name, wanted) = record.split_once('/').ok_or(form)?;
        let known = [
            RecordType::A,
            RecordType::Aaaa,
            RecordType::Cname,
            RecordType::Mx,
            RecordType::Ns,
            RecordType::Txt,
        ];
        let mut known = known.into_iter();
        let record_type = known.find(|it| it.to_string().eq_ignore_ascii_case(wanted));
        let record_type = record_type.ok_or_else(|| format!("no type of record: {wanted:?}"))?;
        let seconds = seconds.parse().map_err(|error| format!("{error}: {seconds:?}"))?;
        Ok(Self(domain(name)?, record_type, Duration::from_secs(seconds)))
    }
}

#[derive(Clone, Debug)]
struct HostCertificate(ServerCertificate);

impl FromStr for HostCertificate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = "write it as mx.acme.example=DIGEST:DIGEST,2026-12-31";
        let (host, digests) = text.split_once('=').ok_or(form)?;
        let (digests, end) = match digests.split_once(',') {
            Some((digests, day)) => (digests, Some(day.parse::<Day>())),
            None => (digests, None),
        };
        let end = end.transpose().map_err(|error| format!("{error}"))?;
        let (certificate, key) = digests.split_once(':').ok_or(form)?;
        let digests = CertificateDigests::new(digest(certificate)?, digest(key)?);
        let certificate = ServerCertificate::new(domain(host)?, digests);
        Ok(Self(match end {
            Some(day) => certificate.with_not_after(day.plus(1).start() - Duration::from_secs(1)),
            None => certificate,
        }))
    }
}

#[derive(Clone, Debug)]
struct MarkFacts(MarkCertificate);

impl FromStr for MarkFacts {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (day, names) = text.split_once('=').ok_or("write it as 2026-12-31=acme.example")?;
        let day: Day = day.parse().map_err(|error| format!("{error}: {day:?}"))?;
        let names: Vec<Domain> = names.split(',').map(domain).collect::<Result<_, _>>()?;
        Ok(Self(MarkCertificate::new(day.plus(1).start(), names, LogoProof::NotCompared)))
    }
}

fn failure(text: &str) -> Result<PolicyOutcome, String> {
    match (text, text.parse::<u16>()) {
        ("certificate", _) => Ok(PolicyOutcome::Certificate),
        ("redirect", _) => Ok(PolicyOutcome::Redirected),
        ("unreachable", _) => Ok(PolicyOutcome::Unreachable),
        (_, Ok(status)) => Ok(PolicyOutcome::Status(status)),
        (_, Err(_)) => Err("a status, certificate, redirect or unreachable".to_owned()),
    }
}

fn previous(text: &str) -> Result<(String, PathBuf), String> {
    let (id, path) = text.split_once('=').ok_or("write it as ID=FILE")?;
    Ok((id.to_owned(), path.into()))
}

fn domain(text: &str) -> Result<Domain, String> {
    text.parse().map_err(|error| format!("{error}: {text:?}"))
}

fn digest(text: &str) -> Result<[u8; 32], String> {
    let octets: Option<Vec<u8>> = text
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    let octets = octets.and_then(|octets| octets.try_into().ok());
    octets.ok_or_else(|| format!("a SHA-256 digest is 64 hex digits, not {text:?}"))
}
