//! Reads the TOML form of `shaping.toml`.

use std::{collections::BTreeMap, str::FromStr, time::Duration};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{Automation, AutomationAction, AutomationScope, ShapingRules, Suffix, Trigger};
use crate::{
    ParseError, ParseErrorKind,
    kumomta::{check_pattern, table},
};

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

/// What was read so far.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) automations: Vec<Automation>,
    pub(super) providers: BTreeMap<String, Vec<Suffix>>,
    pub(super) unsupported: Vec<String>,
    /// How many patterns were read.
    pub(super) patterns: usize,
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
