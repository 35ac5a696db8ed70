//! How times and names look in JSON.

use std::{
    fmt::Display,
    time::{Duration, SystemTime},
};

use serde::{Serialize, Serializer, ser::SerializeStruct};

use crate::{
    Domain, EgressId, EnhancedCode, Host, ReplyClass, SmtpReply,
    metrics::{Metric, Scope, Window},
    reply::{Remedy, ReplyScope},
    tls_policy::{MtaStsPolicy, MxPattern, PolicyId, TlsaRecord},
};

/// Whole milliseconds.
pub(crate) fn milliseconds<S: Serializer>(time: &Duration, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_u64(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}

/// Seconds and parts of a second.
pub(crate) fn seconds<S: Serializer>(time: &Duration, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_f64(time.as_secs_f64())
}

/// Whole milliseconds, or none.
#[cfg(feature = "probe")]
pub(crate) fn maybe_milliseconds<S: Serializer>(
    time: &Option<Duration>,
    out: S,
) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => milliseconds(time, out),
        None => out.serialize_none(),
    }
}

/// Whole seconds since 1970, negative before.
pub(crate) fn unix_seconds<S: Serializer>(time: &SystemTime, out: S) -> Result<S::Ok, S::Error> {
    let seconds = |time: Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    out.serialize_i64(match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => seconds(since),
        Err(before) => -seconds(before.duration()),
    })
}

/// A type that is written as its text.
macro_rules! as_text {
    ($($name:ty),+) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                text(self, out)
            }
        }
    )+};
}

as_text!(Domain, EgressId, EnhancedCode, Host, Remedy, ReplyClass, ReplyScope);
as_text!(Metric, Scope, Window);
as_text!(MtaStsPolicy, MxPattern, PolicyId, TlsaRecord);

/// As its text.
pub(crate) fn text<S: Serializer>(value: &impl Display, out: S) -> Result<S::Ok, S::Error> {
    out.collect_str(value)
}

impl Serialize for SmtpReply {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut reply = out.serialize_struct("SmtpReply", 4)?;
        reply.serialize_field("code", &self.code())?;
        reply.serialize_field("enhanced", &self.enhanced())?;
        reply.serialize_field("class", &self.class())?;
        reply.serialize_field("text", &self.text())?;
        reply.end()
    }
}

#[cfg(test)]
mod tests;
