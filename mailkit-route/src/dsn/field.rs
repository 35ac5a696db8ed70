//! A field of a report.

use std::fmt;

/// Lines are broken before a space once they reach this length (RFC 5322 section 2.1.1).
const FOLD: usize = 76;

pub(super) fn field(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    value: Option<impl fmt::Display>,
) -> fmt::Result {
    let Some(value) = value else { return Ok(()) };
    write!(f, "{name}:")?;
    let mut column = name.len() + 1;
    for word in value.to_string().split(' ') {
        if column + word.len() >= FOLD && column > name.len() + 1 {
            f.write_str("\r\n")?;
            column = 0;
        }
        write!(f, " {word}")?;
        column += word.len() + 1;
    }
    f.write_str("\r\n")
}
