//! What the user knows about sources.

use std::str::FromStr;

use mailkit_auth::report::sources::{SourceRules, Sources};
use mailkit_auth::rollout::{Evidence, SourceClass, SourceId};
use mailkit_auth::spf::IpNetwork;

use super::senders::SenderArguments;
use crate::commands::error::{CommandError, because};
use crate::commands::output;

/// What the user knows about sources.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct SourceArguments {
    /// A network whose mail is legitimate, and a name for it.
    #[arg(long, value_name = "NETWORK=NAME")]
    legitimate: Vec<NamedNetwork>,
    /// Who is behind a source, by its name in the table: legitimate, forwarder, hostile or unknown.
    #[arg(long, value_name = "NAME=CLASS")]
    class: Vec<NamedClass>,
    #[command(flatten)]
    pub(super) senders: SenderArguments,
}

impl SourceArguments {
    /// Fails where a class is for a source that no report names: most often it is mistyped.
    pub(super) fn check(&self, sources: &Sources) -> Result<(), CommandError> {
        let is_named = |name: &str| sources.totals().any(|(key, ..)| key.name.to_string() == name);
        for NamedNetwork(network, name) in self.legitimate.iter().filter(|it| !is_named(&it.1)) {
            output::note(&format!(
                "--legitimate {network}={name}: no report tells of mail from it"
            ));
        }
        self.senders.tell_vain(sources);
        let unknown = self.class.iter().find(|NamedClass(name, _)| !is_named(name));
        match unknown {
            Some(NamedClass(name, _)) => Err(no_such_source(name)),
            None => Ok(()),
        }
    }

    pub(super) fn rules(&self) -> SourceRules {
        let mut rules = self.senders.rules(SourceRules::default());
        for NamedNetwork(network, name) in &self.legitimate {
            rules = rules.with_network(*network, name, SourceClass::Legitimate);
        }
        for NamedClass(name, class) in &self.class {
            rules = rules.with_class(name, *class);
        }
        rules
    }

    /// Classifies the sources of evidence, which are called by their name and by the domain they send for.
    pub(crate) fn classify(&self, evidence: &mut Evidence) -> Result<(), CommandError> {
        for NamedClass(name, class) in &self.class {
            let prefix = format!("{name} for ");
            let named =
                |source: &SourceId| source.as_str() == name || source.as_str().starts_with(&prefix);
            let sources: Vec<SourceId> =
                evidence.sources().map(|(source, _)| source.clone()).filter(named).collect();
            if sources.is_empty() {
                return Err(no_such_source(name));
            }
            for source in &sources {
                evidence.classify(source, *class).map_err(because("cannot classify"))?;
            }
        }
        Ok(())
    }
}

fn no_such_source(name: &str) -> CommandError {
    CommandError::new(format!("no report named the source {name:?}"))
}

#[derive(Clone, Debug)]
struct NamedNetwork(IpNetwork, String);

impl FromStr for NamedNetwork {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (network, name) = text.split_once('=').ok_or("write it as 192.0.2.0/24=name")?;
        Ok(Self(network.parse().map_err(|error| format!("{error}"))?, name.to_owned()))
    }
}

#[derive(Clone, Debug)]
struct NamedClass(String, SourceClass);

impl FromStr for NamedClass {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // A name may hold the sign itself.
        let (name, class) = text.rsplit_once('=').ok_or("write it as name=legitimate")?;
        let class = class.parse();
        let class = class.map_err(|_| "a class is legitimate, forwarder, hostile or unknown")?;
        Ok(Self(name.to_owned(), class))
    }
}
