//! The automation of `shaping.toml`: what to do for a while after such a reply.

use std::{collections::BTreeMap, ops::Range, time::Duration};

use regex::RegexSet;

use super::{one_line, regex_set};
use crate::{Domain, Host, ParseError, SmtpReply};

mod read;

use read::Reader;

/// The automation rules of one or more files, with the providers they name. The other settings of the files
/// are passed over.
///
/// ```
/// use mailkit_route::kumomta::{AutomationAction, ShapingRules};
/// use std::time::Duration;
/// let rules: ShapingRules = r#"
///     [provider."yahoo"]
///     match = [{MXSuffix = ".yahoodns.net"}]
///     [[provider."yahoo".automation]]
///     regex = '\[TSS04\]'
///     action = "Suspend"
///     duration = "2 hours"
/// "#.parse()?;
/// let found = rules.matching(&"421 4.7.0 [TSS04] later".parse()?, &"yahoo.com".parse()?, &"mta5.am0.yahoodns.net".parse()?);
/// assert_eq!(found[0].actions, [AutomationAction::Suspend]);
/// assert_eq!(found[0].duration, Duration::from_secs(7200));
/// # Ok::<(), mailkit_route::ParseError>(())
/// ```
#[derive(Debug, Clone)]
pub struct ShapingRules {
    automations: Vec<Automation>,
    providers: BTreeMap<String, Vec<Suffix>>,
    set: RegexSet,
    /// For each pattern of the set its automation.
    owners: Vec<usize>,
    unsupported: Vec<String>,
}

/// What to do after a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Automation {
    /// Whose replies it is about.
    pub scope: AutomationScope,
    /// The regular expressions, one of which must fit.
    pub patterns: Vec<String>,
    /// What to do.
    pub actions: Vec<AutomationAction>,
    /// After how many such replies.
    pub trigger: Trigger,
    /// For how long.
    pub duration: Duration,
}

/// Whose replies a rule is about.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AutomationScope {
    /// Everybody's.
    Default,
    /// Those of the hosts of a domain.
    Domain(String),
    /// Those of a provider, which a `match` of the same or another file describes.
    Provider(String),
}

/// What to do after a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AutomationAction {
    /// Send nothing from this egress to this site.
    Suspend,
    /// Change a setting, such as `max_message_rate`.
    SetConfig {
        /// The setting.
        name: String,
        /// Its value as text.
        value: String,
    },
    /// Another action of that name, such as `SuspendTenant`.
    Other(String),
}

/// After how many replies an action is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trigger {
    /// The first.
    Immediate,
    /// So many within the time.
    Threshold {
        /// How many.
        count: u32,
        /// Within which time.
        period: Duration,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Suffix {
    Domain(String),
    Mx(String),
}

impl ShapingRules {
    /// The rules in the order of the file.
    #[must_use]
    pub fn automations(&self) -> &[Automation] {
        &self.automations
    }

    /// Patterns that this library cannot run: KumoMTA knows look-around, which takes unbounded time.
    #[must_use]
    pub fn unsupported(&self) -> &[String] {
        &self.unsupported
    }

    /// The rules that fit a reply of the host `mx` for `domain`, in their order.
    #[must_use]
    pub fn matching(&self, reply: &SmtpReply, domain: &Domain, mx: &Host) -> Vec<&Automation> {
        let (domain, mx) = (domain.as_str(), mx.to_string());
        let found = self.set.matches(&one_line(reply));
        let mut owners: Vec<_> = found.iter().filter_map(|at| self.owners.get(at)).collect();
        owners.dedup();
        let found = owners.into_iter().filter_map(|at| self.automations.get(*at));
        found.filter(|automation| self.concerns(&automation.scope, domain, &mx)).collect()
    }

    /// The rules of this file, then those of `later`; each knows the providers of both.
    ///
    /// # Errors
    /// When both together have more than [`MAX_PATTERNS`](super::MAX_PATTERNS), or take too much memory. The place
    /// is 0..0 then, for there is no one text.
    pub fn followed_by(&self, later: &Self) -> Result<Self, ParseError> {
        let automations = self.automations.iter().chain(&later.automations).cloned().collect();
        let mut providers = self.providers.clone();
        for (name, suffixes) in &later.providers {
            providers.entry(name.clone()).or_default().extend(suffixes.iter().cloned());
        }
        let unsupported = [self.unsupported.as_slice(), &later.unsupported].concat();
        Self::new(Reader { automations, providers, unsupported, patterns: 0 }, 0..0)
    }

    fn concerns(&self, scope: &AutomationScope, domain: &str, mx: &str) -> bool {
        let ends =
            |name: &str, suffix: &str| format!(".{name}").ends_with(suffix.trim_end_matches('.'));
        match scope {
            AutomationScope::Default => true,
            AutomationScope::Domain(known) => known.eq_ignore_ascii_case(domain),
            AutomationScope::Provider(name) => {
                self.providers.get(name).into_iter().flatten().any(|suffix| match suffix {
                    Suffix::Domain(suffix) => ends(domain, suffix),
                    Suffix::Mx(suffix) => ends(mx, suffix),
                })
            }
        }
    }

    fn new(read: Reader, text: Range<usize>) -> Result<Self, ParseError> {
        let Reader { automations, providers, unsupported, .. } = read;
        let patterns = automations.iter().enumerate();
        let patterns =
            patterns.flat_map(|(at, rule)| rule.patterns.iter().map(move |p| (at, p.as_str())));
        let (owners, patterns): (Vec<_>, Vec<_>) = patterns.unzip();
        let set = regex_set(&patterns).map_err(|kind| ParseError::new(kind, text))?;
        Ok(Self { automations, providers, set, owners, unsupported })
    }
}
