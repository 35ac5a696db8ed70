//! What the options of `mailkit plan` hold.

use std::path::PathBuf;
use std::str::FromStr;

use mailkit_auth::lookup::RecordData;
use mailkit_auth::plan::ProviderUse;
use mailkit_auth::provider::{Provider, providers};
use mailkit_auth::record::ReportUri;
use mailkit_auth::record::dmarc::{AlignmentMode, FailureOption};
use mailkit_auth::record::mta_sts_policy::Mode;
use mailkit_auth::record::spf::Qualifier;
use mailkit_auth::rollout::Stage;
use mailkit_auth::zone::ZoneFile;
use mailkit_auth::{DkimKeyRecord, Domain, Policy, Selector};

use crate::commands::ending::Ending;
use crate::commands::error::{CommandError, because};
use crate::commands::input::read_secret;
use crate::commands::{output, sign};

/// `ID[:ROLE][,NAME=VALUE]…`
#[derive(Clone, Debug)]
pub(super) struct ProviderArgument(pub(super) ProviderUse);

impl FromStr for ProviderArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.split(',');
        let first = parts.next().unwrap_or_default();
        let (id, role) = first.split_once(':').map_or((first, None), |(id, role)| (id, Some(role)));
        let provider = provider(id)
            .ok_or_else(|| format!("no provider {id:?}; `mailkit plan --providers` lists them"))?;
        let mut used = match role {
            None => ProviderUse::usual(provider),
            Some("mailboxes") => ProviderUse::mailboxes(provider),
            Some("receives") => ProviderUse::receiver(provider),
            Some("sends") => ProviderUse::sender(provider),
            Some(_) => return Err("a role is mailboxes, receives or sends".to_owned()),
        };
        for part in parts {
            let (name, value) = part.split_once('=').ok_or("write a value as name=value")?;
            used = used.with_value(name, value);
        }
        let missing = match used.missing_values().as_slice() {
            [] => String::new(),
            missing => format!("{id} also needs {}", missing.join(", ")),
        };
        match used.unknown_values().first() {
            Some(name) if missing.is_empty() => Err(format!("{id} asks for no value {name:?}")),
            Some(name) => Err(format!("{id} asks for no value {name:?}; {missing}")),
            None if missing.is_empty() => Ok(Self(used)),
            None => Err(missing),
        }
    }
}

/// The provider of this identifier, or the only one whose identifier begins so.
fn provider(id: &str) -> Option<&'static Provider> {
    let mut similar = providers().iter().filter(|it| it.id.starts_with(id));
    let only = similar.next().filter(|_| similar.next().is_none());
    Provider::by_id(id).or(only)
}

/// `[PREFERENCE=]HOST`
#[derive(Clone, Debug)]
pub(super) struct MailHost {
    pub(super) preference: u16,
    pub(super) host: Domain,
}

impl FromStr for MailHost {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (preference, host) = text.split_once('=').unwrap_or(("10", text));
        let preference = preference.parse().map_err(|error| format!("preference: {error}"))?;
        let host = host.parse().map_err(|error| format!("{error}"))?;
        Ok(Self { preference, host })
    }
}

/// `SELECTOR=FILE`
#[derive(Clone, Debug)]
pub(in crate::commands::plan) struct KeyArgument {
    pub(super) selector: Selector,
    file: PathBuf,
}

impl FromStr for KeyArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (selector, file) = split_selector(text)?;
        Ok(Self { selector, file: file.into() })
    }
}

impl KeyArgument {
    /// The record of the key: of a private one its public half.
    pub(super) fn read(&self) -> Result<DkimKeyRecord, CommandError> {
        let octets = read_secret(&self.file)?;
        let what = || format!("no DKIM key in {}", self.file.display());
        let text = std::str::from_utf8(&octets).map_err(because(what()))?;
        if text.contains("PRIVATE KEY") {
            return Ok(sign::key_pair(text, &self.file)?.key_record());
        }
        let record = text.trim().parse();
        record.or_else(|error| self.in_zone(text).ok_or(error)).map_err(because(format!(
            "{}, neither a private key in PEM nor its record, as text or as zone text of {}._domainkey",
            what(),
            self.selector
        )))
    }

    /// The record in zone text, as `mailkit keys` prints it.
    fn in_zone(&self, text: &str) -> Option<DkimKeyRecord> {
        let file: ZoneFile = text.parse().ok()?;
        let name = format!("{}._domainkey.", self.selector);
        let mut records = file.records().iter().map(|it| &it.record);
        records.find_map(|it| match &it.data {
            RecordData::Txt(octets) if it.name.as_str().starts_with(&name) => {
                std::str::from_utf8(octets).ok()?.parse().ok()
            }
            _ => None,
        })
    }
}

/// `SELECTOR=DOMAIN`
#[derive(Clone, Debug)]
pub(super) struct AliasArgument {
    pub(super) selector: Selector,
    pub(super) target: Domain,
}

impl FromStr for AliasArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (selector, target) = split_selector(text)?;
        Ok(Self { selector, target: target.parse().map_err(|error| format!("{error}"))? })
    }
}

fn split_selector(text: &str) -> Result<(Selector, &str), String> {
    let (selector, rest) = text.split_once('=').ok_or("write it with an = after the selector")?;
    Ok((selector.parse().map_err(|error| format!("selector: {error}"))?, rest))
}

/// The stages of a policy.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(super) enum StageArgument {
    /// p=none: reports alone.
    None,
    /// p=quarantine; t=y.
    QuarantineTesting,
    /// p=quarantine.
    Quarantine,
    /// p=reject; t=y.
    RejectTesting,
    /// p=reject.
    Reject,
}

impl From<StageArgument> for Stage {
    fn from(stage: StageArgument) -> Self {
        match stage {
            StageArgument::None => Self::None,
            StageArgument::QuarantineTesting => Self::QuarantineTesting,
            StageArgument::Quarantine => Self::Quarantine,
            StageArgument::RejectTesting => Self::RejectTesting,
            StageArgument::Reject => Self::Reject,
        }
    }
}

/// What SPF says about hosts that it does not name.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(super) enum AllArgument {
    /// -all: they may not send.
    Fail,
    /// ~all: they probably may not send.
    Softfail,
    /// ?all: nothing.
    Neutral,
}

impl From<AllArgument> for Qualifier {
    fn from(all: AllArgument) -> Self {
        match all {
            AllArgument::Fail => Self::Fail,
            AllArgument::Softfail => Self::SoftFail,
            AllArgument::Neutral => Self::Neutral,
        }
    }
}

/// An address, or a URI.
pub(super) fn report_uri(text: &str) -> Result<ReportUri, String> {
    if !text.contains([':', '@']) {
        return Err("no address: write it as dmarc@acme.example".to_owned());
    }
    let uri = if text.contains(':') { text.to_owned() } else { format!("mailto:{text}") };
    uri.parse().map_err(|error| format!("{error}"))
}

/// A mode of MTA-STS.
pub(super) fn mode(text: &str) -> Result<Mode, String> {
    text.parse().map_err(|_| "a mode is none, testing or enforce".to_owned())
}

/// A policy of DMARC.
pub(super) fn policy(text: &str) -> Result<Policy, String> {
    text.parse().map_err(|_| "a policy is none, quarantine or reject".to_owned())
}

/// How near a domain must be.
pub(super) fn alignment(text: &str) -> Result<AlignmentMode, String> {
    text.parse().map_err(|_| "r is relaxed, s is strict".to_owned())
}

/// When a failure report is wanted.
pub(super) fn case(text: &str) -> Result<FailureOption, String> {
    text.parse().map_err(|_| "a case is 0, 1, d or s".to_owned())
}

/// The table of providers: what to write after --provider, and the date of the facts.
pub(super) fn print_providers(json: bool) -> Result<Ending, CommandError> {
    if json {
        return output::json(&providers()).map(|()| Ending::Fine);
    }
    let row = |provider: &Provider| {
        let missing = ProviderUse::usual(provider);
        let values = missing.missing_values().join(", ");
        let date = provider.resolved.map(|day| day.to_string());
        let date = date.as_deref().unwrap_or("not compared with the DNS");
        // Last what may have letters of two columns.
        [provider.id.as_str(), date, &values, &provider.name].map(str::to_owned).to_vec()
    };
    let rows: Vec<Vec<String>> = providers().iter().map(row).collect();
    output::text(&output::table(&rows, &[]))?;
    Ok(Ending::Fine)
}
