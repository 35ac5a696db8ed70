//! The `v=…; name=value` grammar that MTA-STS and TLS-RPT share (RFC 8461 section 3.1, RFC 8460
//! section 3).

use std::borrow::Borrow;

use super::tag_list::Tag;
use crate::{RecordError, RecordErrorKind};

/// The fields after the version, which must come first, letter by letter.
///
/// White space may stand around semicolons alone. Names may repeat: what that means is a matter of
/// each record.
pub(super) fn fields<'a, T: Borrow<Tag<'a>>>(
    mut tags: impl Iterator<Item = Result<T, RecordError>>,
    version: &'static str,
) -> Result<impl Iterator<Item = Result<T, RecordError>>, RecordError> {
    let first = tags.next().transpose().ok().flatten();
    let span = first.as_ref().map_or(0..0, |tag| tag.borrow().span.clone());
    let first = first.as_ref().map(|tag| (tag.borrow().name, tag.borrow().value));
    if span != (0..version.len()) || first != version.split_once('=') {
        return Err(RecordError::new(RecordErrorKind::WrongVersion { expected: version }, span));
    }
    Ok(tags.map(|tag| tag.and_then(tight)))
}

/// The field, if it has a value and no space around its equals sign.
fn tight<'a, T: Borrow<Tag<'a>>>(field: T) -> Result<T, RecordError> {
    let tag = field.borrow();
    if tag.value_span.start != tag.span.start + tag.name.len() + 1 {
        return Err(RecordError::new(RecordErrorKind::MalformedTag, tag.span.clone()));
    }
    if tag.value.is_empty() { Err(tag.invalid()) } else { Ok(field) }
}

/// The value of a field that the standard leaves to extensions.
pub(super) fn extension(tag: &Tag<'_>) -> Result<(String, String), RecordError> {
    if tag.value.contains(['=', ' ', '\t']) {
        return Err(tag.invalid());
    }
    Ok((tag.name.to_owned(), tag.value.to_owned()))
}
