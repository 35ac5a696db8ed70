//! From the text of a value to its type, with an error that says what to write instead.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Deserializer, de};

pub(super) fn parsed<'de, D: Deserializer<'de>, T: FromStr<Err: fmt::Display>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|error| de::Error::custom(format_args!("`{text}`: {error}")))
}

pub(super) fn socket_address<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<SocketAddr, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|_| {
        let message =
            format!("`{text}`: write an IP address and a port, such as \"127.0.0.1:2525\"");
        de::Error::custom(message)
    })
}

/// A name that may also name a directory.
pub(super) fn identifier<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if text.is_empty() || text.len() > 32 || !text.chars().all(plain) {
        let message = format!("`{text}`: use 1 to 32 lower-case letters, digits and hyphens");
        return Err(de::Error::custom(message));
    }
    Ok(text)
}

/// A time such as `90s`, `30m`, `4h` or `5d`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Span(pub(super) Duration);

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let unit = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (count, unit) = text.split_at(unit);
        let milliseconds: u64 = match unit {
            "ms" => 1,
            "s" => 1000,
            "m" => 60 * 1000,
            "h" => 60 * 60 * 1000,
            "d" => 24 * 60 * 60 * 1000,
            _ => 0,
        };
        let span = count.parse::<u64>().ok().and_then(|count| count.checked_mul(milliseconds));
        match span {
            Some(span) if milliseconds > 0 => Ok(Self(Duration::from_millis(span))),
            _ => Err(format!("`{text}`: write a time such as \"90s\", \"30m\", \"4h\" or \"5d\"")),
        }
    }
}

pub(super) fn seven() -> u16 {
    7
}
