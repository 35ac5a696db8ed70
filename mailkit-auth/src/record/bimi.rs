//! The BIMI assertion record at `<selector>._bimi.<domain>`
//! (draft-brand-indicators-for-message-identification).

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use super::HttpsUri;
use super::tag_list::{self, FromTags, Grammar, Tag, check_version, missing};
use super::words::words;
use crate::RecordError;

/// Where the logo of a domain is, and who vouches for it.
///
/// ```
/// use mailkit_auth::BimiRecord;
///
/// let text = "v=BIMI1; l=https://acme.test/logo.svg; a=https://acme.test/vmc.pem";
/// let record: BimiRecord = text.parse()?;
/// assert_eq!(record.location().map(|uri| uri.host().as_str()), Some("acme.test"));
/// assert!(!record.is_declination());
/// assert_eq!(record.to_string(), text);
/// # Ok::<(), mailkit_auth::RecordError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct BimiRecord {
    location: Option<HttpsUri>,
    authority: Option<HttpsUri>,
    avatar_preference: Option<AvatarPreference>,
    others: Vec<(String, String)>,
}

impl BimiRecord {
    /// A record of a logo at this place.
    #[must_use]
    pub fn new(location: HttpsUri) -> Self {
        Self { location: Some(location), ..Self::default() }
    }

    /// A record that says that the domain takes no part in BIMI.
    ///
    /// ```
    /// use mailkit_auth::BimiRecord;
    ///
    /// assert_eq!(BimiRecord::declination().to_string(), "v=BIMI1; l=; a=");
    /// ```
    #[must_use]
    pub fn declination() -> Self {
        Self::default()
    }

    /// Where the logo is (`l`), as SVG Tiny PS.
    #[must_use]
    pub fn location(&self) -> Option<&HttpsUri> {
        self.location.as_ref()
    }

    /// Where the certificate is that proves the right to the logo (`a`), in PEM.
    #[must_use]
    pub fn authority(&self) -> Option<&HttpsUri> {
        self.authority.as_ref()
    }

    /// Which picture a reader should see if there are several (`avp`), by default the brand's.
    #[must_use]
    pub fn avatar_preference(&self) -> AvatarPreference {
        self.avatar_preference.unwrap_or(AvatarPreference::Brand)
    }

    /// Whether the domain says that it takes no part.
    #[must_use]
    pub fn is_declination(&self) -> bool {
        self.location.is_none() && self.authority.is_none()
    }

    /// Names and values of the other tags in their order, which receivers ignore.
    pub fn other_tags(&self) -> impl Iterator<Item = (&str, &str)> {
        self.others.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// With the certificate that proves the right to the logo (`a`).
    #[must_use]
    pub fn with_authority(mut self, authority: HttpsUri) -> Self {
        self.authority = Some(authority);
        self
    }

    /// With this wish about several pictures (`avp`).
    #[must_use]
    pub fn with_avatar_preference(mut self, preference: AvatarPreference) -> Self {
        self.avatar_preference = Some(preference);
        self
    }
}

impl FromTags for BimiRecord {
    const GRAMMAR: Grammar = Grammar::ExactCase;

    fn from_tags<'a, T: Borrow<Tag<'a>>>(
        mut tags: impl Iterator<Item = Result<T, RecordError>>,
        end: usize,
    ) -> Result<Self, RecordError> {
        let first = tags.next().transpose()?;
        check_version(first.as_ref().map(Borrow::borrow), VERSION)?;
        let (mut record, mut located) = (Self::default(), false);
        for tag in tags {
            let tag = tag?;
            let tag = tag.borrow();
            match tag.name {
                "l" => (record.location, located) = (uri(tag)?, true),
                "a" => record.authority = uri(tag)?,
                "avp" => record.avatar_preference = Some(tag.parse()?),
                _ => record.others.push((tag.name.to_owned(), tag.value.to_owned())),
            }
        }
        if located { Ok(record) } else { Err(missing("l", end)) }
    }
}

impl FromStr for BimiRecord {
    type Err = RecordError;

    fn from_str(text: &str) -> Result<Self, RecordError> {
        tag_list::read(text)
    }
}

impl fmt::Display for BimiRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |uri: &Option<HttpsUri>| uri.as_ref().map_or(String::new(), HttpsUri::to_string);
        write!(f, "{VERSION}; l={}", text(&self.location))?;
        if self.authority.is_some() || self.is_declination() {
            write!(f, "; a={}", text(&self.authority))?;
        }
        if let Some(preference) = self.avatar_preference {
            write!(f, "; avp={preference}")?;
        }
        self.others.iter().try_for_each(|(name, value)| write!(f, "; {name}={value}"))
    }
}

/// The first tag, letter by letter.
const VERSION: &str = "v=BIMI1";

/// The URI of a tag that may be empty.
fn uri(tag: &Tag<'_>) -> Result<Option<HttpsUri>, RecordError> {
    if tag.value.is_empty() { Ok(None) } else { tag.parse().map(Some) }
}

/// Which picture a reader should see (`avp`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AvatarPreference {
    /// The logo of the domain.
    Brand,
    /// The picture of the person who wrote.
    Personal,
}

words!(AvatarPreference, any case, "brand" => Brand, "personal" => Personal);

#[cfg(test)]
mod tests;
