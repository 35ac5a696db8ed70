//! When mail goes again, how much of it at once, and whom to tell when it does not arrive.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use mailkit_route::timing::{
    Channel, EscalationPolicy, EscalationStep, EscalationTrigger, PacingLimits, Provider, Rate,
    SendWindows, WarmUpCurve, WarmUpCurves,
};
use mailkit_route::{Domain, ReplyClass, RetryPolicy, RetrySchedule};
use serde::{Deserialize, Deserializer, de};

use super::de::{Span, parsed};

/// The hours of each day in which replies go out, on a clock that is so far ahead of UTC.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "HoursTable")]
#[non_exhaustive]
pub struct SendHours {
    from: u64,
    until: u64,
    utc_offset: i64,
}

impl SendHours {
    /// The windows of so many days from the day of `now` on.
    #[must_use]
    pub fn windows(&self, now: SystemTime, days: u64) -> SendWindows {
        let second = now.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |it| it.as_secs());
        let today = second.saturating_add_signed(self.utc_offset * HOUR.cast_signed()) / DAY;
        let at = |day: u64, hour: u64| {
            let local = day.saturating_mul(DAY).saturating_add(hour * HOUR);
            let second = local.saturating_add_signed(-self.utc_offset * HOUR.cast_signed());
            SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(second)).unwrap_or(now)
        };
        let days = today..today.saturating_add(days);
        // Such windows end after their start, and of years of them there are too many.
        SendWindows::new(days.map(|day| at(day, self.from)..at(day, self.until)))
            .unwrap_or_default()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HoursTable {
    from: u64,
    until: u64,
    #[serde(default)]
    utc_offset: i64,
}

impl TryFrom<HoursTable> for SendHours {
    type Error = &'static str;

    fn try_from(table: HoursTable) -> Result<Self, Self::Error> {
        let HoursTable { from, until, utc_offset } = table;
        if from >= until || until > 24 || !(-14..=14).contains(&utc_offset) {
            return Err("the hours end after they begin, at 24 at the latest, within 14 of UTC");
        }
        Ok(Self { from, until, utc_offset })
    }
}

/// Who runs the mail hosts of many domains, and how much it takes at once.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ProviderConfig {
    /// Its name.
    #[serde(deserialize_with = "parsed")]
    pub name: Provider,
    /// Its mail hosts: these names and all below them.
    #[serde(deserialize_with = "domains")]
    pub hosts: Vec<Domain>,
    /// What it takes at once, when that is not what everybody takes.
    #[serde(default, deserialize_with = "maybe_limits")]
    pub pacing: Option<PacingLimits>,
}

/// How an address that receivers do not know yet begins to send.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "WarmUpTable")]
#[non_exhaustive]
pub struct WarmUpConfig {
    /// The messages of each day.
    pub curve: WarmUpCurve,
    /// Day one.
    pub started: SystemTime,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WarmUpTable {
    curve: String,
    started: toml::value::Datetime,
}

impl TryFrom<WarmUpTable> for WarmUpConfig {
    type Error = String;

    fn try_from(table: WarmUpTable) -> Result<Self, String> {
        let curves = WarmUpCurves::builtin();
        let unknown = || {
            let known: Vec<_> = curves.names().collect();
            format!("there is no curve `{}`; there are {}", table.curve, known.join(", "))
        };
        let curve = curves.get(&table.curve).ok_or_else(unknown)?.clone();
        let started = day(&table.started).ok_or("started: write a day such as 2026-11-23")?;
        Ok(Self { curve, started })
    }
}

/// The start of a day, in UTC.
fn day(date: &toml::value::Datetime) -> Option<SystemTime> {
    let date = date.date?;
    let start = mail_parser::DateTime {
        year: date.year,
        month: date.month,
        day: date.day,
        ..mail_parser::DateTime::from_timestamp(0)
    };
    let seconds = u64::try_from(start.to_timestamp()).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RetryTable {
    pauses: Option<Vec<Span>>,
    #[serde(default)]
    class: BTreeMap<Class, Vec<Span>>,
    give_up_after: Option<Span>,
}

/// The name of a class of replies.
#[derive(PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
struct Class(ReplyClass);

impl TryFrom<String> for Class {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let class = ReplyClass::ALL.iter().find(|class| class.code() == name);
        class.map(|class| Self(*class)).ok_or_else(|| {
            let known: Vec<_> = ReplyClass::ALL.iter().map(|class| class.code()).collect();
            format!("there is no class `{name}`; there are {}", known.join(", "))
        })
    }
}

/// The pauses between tries, by what a host replied. What is not said is as [`RetryPolicy::default`] has it.
pub(super) fn retry<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RetryPolicy, D::Error> {
    let table = RetryTable::deserialize(deserializer)?;
    let usual = RetryPolicy::default();
    let mut policy = match &table.pauses {
        Some(pauses) => RetryPolicy::new(schedule(pauses)?),
        None => RetryPolicy::new(usual.schedule(None).clone()),
    };
    for &class in ReplyClass::ALL {
        let own = usual.schedule(Some(class));
        if own != usual.schedule(None) {
            policy = policy.with_class(class, own.clone());
        }
    }
    for (Class(class), pauses) in &table.class {
        policy = policy.with_class(*class, schedule(pauses)?);
    }
    Ok(match table.give_up_after {
        Some(Span(time)) => policy.with_give_up_after(time),
        None => policy,
    })
}

fn schedule<E: de::Error>(pauses: &[Span]) -> Result<RetrySchedule, E> {
    let pauses = pauses.iter().map(|pause| pause.0);
    RetrySchedule::new(pauses, Duration::from_secs(5 * DAY)).map_err(E::custom)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepTable {
    channel: ChannelName,
    failures: Option<u32>,
    waiting: Option<Span>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ChannelName {
    Webhook,
    Email,
    Sms,
    Phone,
}

/// From when on a person hears of a mail that does not arrive.
pub(super) fn escalation<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<EscalationPolicy, D::Error> {
    let mut steps = Vec::new();
    for table in Vec::<StepTable>::deserialize(deserializer)? {
        let channel = match table.channel {
            ChannelName::Webhook => Channel::Webhook,
            ChannelName::Email => Channel::Email,
            ChannelName::Sms => Channel::Sms,
            ChannelName::Phone => Channel::Phone,
        };
        let trigger = match (table.failures, table.waiting) {
            (Some(count), None) => EscalationTrigger::Failures(count),
            (None, Some(Span(time))) => EscalationTrigger::Waiting(time),
            _ => return Err(de::Error::custom("a step has either `failures` or `waiting`")),
        };
        steps.push(EscalationStep::new(channel, trigger));
    }
    EscalationPolicy::new(steps).map_err(de::Error::custom)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LimitsTable {
    first: u32,
    most: u32,
    rate: Option<RateTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RateTable {
    count: u32,
    per: Span,
    #[serde(default = "one")]
    burst: u32,
}

fn one() -> u32 {
    1
}

/// Connections at once to one provider, and how many in a time.
pub(super) fn limits<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PacingLimits, D::Error> {
    let table = LimitsTable::deserialize(deserializer)?;
    let limits = PacingLimits::new(table.first, table.most).map_err(de::Error::custom)?;
    let Some(RateTable { count, per: Span(per), burst }) = table.rate else { return Ok(limits) };
    let rate = Rate::new(count, per).and_then(|rate| rate.with_burst(burst));
    rate.map(|rate| limits.with_rate(rate)).map_err(de::Error::custom)
}

fn maybe_limits<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<PacingLimits>, D::Error> {
    limits(deserializer).map(Some)
}

fn domains<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Domain>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    let read = |name: &String| {
        let failed = |error| de::Error::custom(format_args!("`{name}`: {error}"));
        name.parse().map_err(failed)
    };
    names.iter().map(read).collect()
}

const HOUR: u64 = 60 * 60;
const DAY: u64 = 24 * HOUR;
