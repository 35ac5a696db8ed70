//! Octets in base64, as the tags of DKIM hold them.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::tag_list::{Grammar, Tag};
use crate::{RecordError, ValueError};

/// The octets of a tag. White space may stand anywhere, and the padding may be missing (RFC 6376
/// section 2.10, `base64string`).
pub(crate) fn octets(tag: &Tag<'_>) -> Result<Vec<u8>, RecordError> {
    let text = tag.value.as_bytes();
    let compact = || -> Vec<u8> {
        text.iter().copied().filter(|octet| !Grammar::Folded.is_space(*octet)).collect()
    };
    // Few values hold white space, so that it is looked for only where they do not read.
    let octets = READER.decode(text).or_else(|_| READER.decode(compact()));
    octets.map_err(|_| tag.invalid().with_cause(ValueError::Base64))
}

/// The octets of a tag, of which there must be some.
pub(crate) fn some_octets(tag: &Tag<'_>) -> Result<Vec<u8>, RecordError> {
    let octets = octets(tag)?;
    if octets.is_empty() { Err(tag.invalid()) } else { Ok(octets) }
}

const READER: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
