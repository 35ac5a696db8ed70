//! The `v=…; name=value` grammar that MTA-STS and TLS-RPT share (RFC 8461 section 3.1, RFC 8460
//! section 3).

use super::tag_list::{MAX_OCTETS, Tag, check_length, elements_named};
use crate::{RecordError, RecordErrorKind};

/// The fields after the version, which must come first, letter by letter.
///
/// White space may stand around semicolons alone. Names may repeat: what that means is a matter of
/// each record.
pub(crate) fn fields<'a>(
    text: &'a str,
    version: &'static str,
) -> Result<Vec<Tag<'a>>, RecordError> {
    check_length(text, MAX_OCTETS)?;
    let mut elements = elements_named(text, is_field_name);
    let first = elements.next().transpose().ok().flatten();
    if !first
        .as_ref()
        .is_some_and(|tag| tag.span == (0..version.len()) && text.starts_with(version))
    {
        let span = first.map_or(0..0, |tag| tag.span);
        return Err(RecordError::new(RecordErrorKind::WrongVersion { expected: version }, span));
    }
    elements.map(|tag| tight(tag?)).collect()
}

/// The field, if it holds visible characters alone and no space around its equals sign.
fn tight(tag: Tag<'_>) -> Result<Tag<'_>, RecordError> {
    let tag = tag.visible()?;
    if tag.value_span.start != tag.span.start + tag.name.len() + 1 {
        return Err(RecordError::new(RecordErrorKind::MalformedTag, tag.span));
    }
    if tag.value.is_empty() || tag.value.contains(['\r', '\n']) {
        return Err(tag.invalid());
    }
    Ok(tag)
}

/// The value of a field that the standard leaves to extensions.
pub(crate) fn extension(tag: &Tag<'_>) -> Result<(String, String), RecordError> {
    if tag.value.contains(['=', ' ', '\t']) {
        return Err(tag.invalid());
    }
    Ok((tag.name.to_owned(), tag.value.to_owned()))
}

/// The name of a field or of a key of a policy (RFC 8461 section 3.1, `sts-ext-name`).
pub(crate) fn is_field_name(name: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    (1..=32).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(inner)
}
