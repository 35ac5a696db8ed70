//! The automation of `shaping.toml`: what to do for a while after such a reply.

use std::{collections::BTreeMap, ops::Range, str::FromStr, time::Duration};

use regex::RegexSet;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{check_pattern, one_line, regex_set, table};
use crate::{Domain, Host, ParseError, ParseErrorKind, SmtpReply};

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

impl FromStr for ShapingRules {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let file = table::read(text)?;
        let mut reader = Reader::default();
        for (name, value) in table::in_order(file.get_ref()) {
            let Some(section) = value.get_ref().as_table() else { continue };
            match name {
                "default" => reader.section(&AutomationScope::Default, section)?,
                "provider" => reader.providers(section)?,
                _ => reader.section(&AutomationScope::Domain(name.to_owned()), section)?,
            }
        }
        Self::new(reader, 0..text.len())
    }
}

#[derive(Default)]
struct Reader {
    automations: Vec<Automation>,
    providers: BTreeMap<String, Vec<Suffix>>,
    unsupported: Vec<String>,
    /// How many patterns were read.
    patterns: usize,
}

impl Reader {
    fn providers(&mut self, providers: &DeTable<'_>) -> Result<(), ParseError> {
        for (name, value) in table::in_order(providers) {
            let section = value.get_ref().as_table().ok_or_else(|| table::wrong(value))?;
            let matches = table::get(section, "match").and_then(|found| found.get_ref().as_array());
            let suffixes = matches.into_iter().flatten().filter_map(suffix);
            self.providers.entry(name.to_owned()).or_default().extend(suffixes);
            self.section(&AutomationScope::Provider(name.to_owned()), section)?;
        }
        Ok(())
    }

    fn section(
        &mut self,
        scope: &AutomationScope,
        section: &DeTable<'_>,
    ) -> Result<(), ParseError> {
        let rules = table::get(section, "automation").and_then(|found| found.get_ref().as_array());
        for value in rules.into_iter().flatten() {
            let rule = value.get_ref().as_table().ok_or_else(|| table::wrong(value))?;
            let field = |name| table::get(rule, name).ok_or_else(|| table::wrong(value));
            let mut patterns = Vec::new();
            for (pattern, span) in table::strings(field("regex")?)? {
                match check_pattern(&pattern, self.patterns) {
                    Ok(()) => patterns.push(pattern),
                    Err(ParseErrorKind::InvalidPattern) => self.unsupported.push(pattern),
                    Err(kind) => return Err(ParseError::new(kind, span)),
                }
                self.patterns += 1;
            }
            self.automations.push(Automation {
                scope: scope.clone(),
                patterns,
                actions: actions(field("action")?)?,
                trigger: table::get(rule, "trigger").map_or(Ok(Trigger::Immediate), trigger)?,
                duration: text_of(field("duration")?, duration)?,
            });
        }
        Ok(())
    }
}

fn suffix(value: &Spanned<DeValue<'_>>) -> Option<Suffix> {
    let (kind, suffix) = table::in_order(value.get_ref().as_table()?).next()?;
    let suffix = suffix.get_ref().as_str()?.to_ascii_lowercase();
    match kind {
        "DomainSuffix" => Some(Suffix::Domain(suffix)),
        "MXSuffix" => Some(Suffix::Mx(suffix)),
        _ => None,
    }
}

fn actions(value: &Spanned<DeValue<'_>>) -> Result<Vec<AutomationAction>, ParseError> {
    match value.get_ref().as_array() {
        Some(values) => values.iter().map(action).collect(),
        None => Ok(vec![action(value)?]),
    }
}

fn action(value: &Spanned<DeValue<'_>>) -> Result<AutomationAction, ParseError> {
    let wrong = || table::wrong(value);
    if let Some(name) = value.get_ref().as_str() {
        let suspend = name == "Suspend";
        return Ok(if suspend {
            AutomationAction::Suspend
        } else {
            AutomationAction::Other(name.to_owned())
        });
    }
    let table = value.get_ref().as_table().ok_or_else(wrong)?;
    let (name, inner) = table::in_order(table).next().ok_or_else(wrong)?;
    if name != "SetConfig" {
        return Ok(AutomationAction::Other(name.to_owned()));
    }
    let inner = inner.get_ref().as_table().ok_or_else(wrong)?;
    let part =
        |name| table::get(inner, name).map(Spanned::get_ref).and_then(scalar).ok_or_else(wrong);
    Ok(AutomationAction::SetConfig { name: part("name")?, value: part("value")? })
}

fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Float(number) => Some(number.to_string()),
        DeValue::Boolean(yes) => Some(yes.to_string()),
        _ => None,
    }
}

fn trigger(value: &Spanned<DeValue<'_>>) -> Result<Trigger, ParseError> {
    if value.get_ref().as_str() == Some("Immediate") {
        return Ok(Trigger::Immediate);
    }
    let table = value.get_ref().as_table().ok_or_else(|| table::wrong(value))?;
    let threshold = table::get(table, "Threshold").ok_or_else(|| table::wrong(value))?;
    text_of(threshold, |text| {
        let (count, period) = text.split_once('/')?;
        let period = duration(&format!("1{period}"))?;
        Some(Trigger::Threshold { count: count.trim().parse().ok()?, period })
    })
}

fn text_of<T>(
    value: &Spanned<DeValue<'_>>,
    read: impl Fn(&str) -> Option<T>,
) -> Result<T, ParseError> {
    value.get_ref().as_str().and_then(read).ok_or_else(|| table::wrong(value))
}

/// `90m`, `2 hours`: a whole number and a unit.
fn duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits)?;
    let seconds = match unit.trim() {
        "s" | "sec" | "secs" | "second" | "seconds" => 1,
        "m" | "min" | "mins" | "minute" | "minutes" => 60,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3600,
        "d" | "day" | "days" => 86_400,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(seconds).map(Duration::from_secs)
}
