//! The BIMI assertion record at `<selector>._bimi.<domain>`
//! (draft-brand-indicators-for-message-identification).

use std::fmt;
use std::str::FromStr;

use super::{Tag, strict};
use crate::error::UnknownWord;
use crate::{Domain, RecordError, RecordErrorKind};

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

impl FromStr for BimiRecord {
    type Err = RecordError;

    fn from_str(text: &str) -> Result<Self, RecordError> {
        let tags = strict(text)?;
        let mut tags = tags.iter();
        check_version(tags.next())?;
        let (mut record, mut located) = (Self::default(), false);
        for tag in tags {
            match tag.name {
                "l" => (record.location, located) = (uri(tag)?, true),
                "a" => record.authority = uri(tag)?,
                "avp" => record.avatar_preference = Some(tag.parse()?),
                _ => record.others.push((tag.name.to_owned(), tag.value.to_owned())),
            }
        }
        let kind = RecordErrorKind::MissingTag { tag: "l" };
        if located { Ok(record) } else { Err(RecordError::new(kind, text.len()..text.len())) }
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

fn check_version(first: Option<&Tag<'_>>) -> Result<(), RecordError> {
    match first {
        Some(tag) if (tag.name, tag.value, tag.span.start) == ("v", "BIMI1", 0) => Ok(()),
        tag => {
            let span = tag.map_or(0..0, |tag| tag.span.clone());
            Err(RecordError::new(RecordErrorKind::WrongVersion { expected: VERSION }, span))
        }
    }
}

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

impl FromStr for AvatarPreference {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        match text.to_ascii_lowercase().as_str() {
            "brand" => Ok(Self::Brand),
            "personal" => Ok(Self::Personal),
            _ => Err(UnknownWord),
        }
    }
}

impl fmt::Display for AvatarPreference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Brand => "brand",
            Self::Personal => "personal",
        })
    }
}

/// A URI of the scheme `https`, without commas and semicolons, which a record percent-encodes.
///
/// ```
/// use mailkit_auth::record::bimi::HttpsUri;
///
/// let uri: HttpsUri = "https://acme.test/logo.svg".parse()?;
/// assert_eq!(uri.host().as_str(), "acme.test");
/// assert!("http://acme.test/logo.svg".parse::<HttpsUri>().is_err());
/// # Ok::<(), mailkit_auth::RecordError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HttpsUri {
    text: String,
    host: Domain,
}

impl HttpsUri {
    /// The URI as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host, without a port.
    #[must_use]
    pub fn host(&self) -> &Domain {
        &self.host
    }
}

impl FromStr for HttpsUri {
    type Err = RecordError;

    fn from_str(text: &str) -> Result<Self, RecordError> {
        let odd = |c: char| !c.is_ascii_graphic() || matches!(c, ',' | ';');
        if let Some((at, c)) = text.char_indices().find(|&(_, c)| odd(c)) {
            let kind = RecordErrorKind::UnexpectedCharacter(c);
            return Err(RecordError::new(kind, at..at + c.len_utf8()));
        }
        let invalid = || RecordError::new(RecordErrorKind::InvalidUri, 0..text.len());
        let (scheme, rest) = text.split_once("://").ok_or_else(invalid)?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (host, port) = authority.split_once(':').unwrap_or((authority, "443"));
        if !scheme.eq_ignore_ascii_case("https") || !port.bytes().all(|it| it.is_ascii_digit()) {
            return Err(invalid());
        }
        Ok(Self { text: text.to_owned(), host: host.parse().map_err(|_| invalid())? })
    }
}

impl fmt::Display for HttpsUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>) {
        let actual = text.parse::<BimiRecord>().map(|it| it.to_string());
        let actual = actual.map_err(|error| error.to_string());
        assert_eq!(actual.as_deref().map_err(String::as_str), expected, "{text:?}");
    }

    #[test]
    fn texts() {
        const LOGO: &str = "v=BIMI1; l=https://a.test/l.svg";
        check("v=BIMI1;l=https://a.test/l.svg;", Ok(LOGO));
        check("v=BIMI1; l=https://a.test/l.svg; a=;", Ok(LOGO));
        check("v=BIMI1; l=; a=;", Ok("v=BIMI1; l=; a="));
        check("v=BIMI1; l=;", Ok("v=BIMI1; l=; a="));
        check(
            "v=BIMI1; a=https://a.test:443/v.pem; l=",
            Ok("v=BIMI1; l=; a=https://a.test:443/v.pem"),
        );
        let full = format!("{LOGO}; a=https://a.test/v.pem; avp=personal; lps=a,b");
        check(&full, Ok(&full));
        check("v=bimi1; l=", Err("expected version `v=BIMI1` at byte 0"));
        check("l=; v=BIMI1", Err("expected version `v=BIMI1` at byte 0"));
        check(" v=BIMI1; l=", Err("expected version `v=BIMI1` at byte 1"));
        check("v=BIMI1; a=", Err("missing tag `l` at byte 11"));
        check("v=BIMI1; l=; l=", Err("duplicate tag `l` at byte 13"));
        check("v=BIMI1; l=http://a.test", Err("invalid value for tag `l` at byte 11"));
        check("v=BIMI1; l=https://a.test/a,b", Err("invalid value for tag `l` at byte 11"));
        check("v=BIMI1; l=https:///x", Err("invalid value for tag `l` at byte 11"));
        check("v=BIMI1; l=https://u@a.test/x", Err("invalid value for tag `l` at byte 11"));
        check("v=BIMI1; l=; a=self", Err("invalid value for tag `a` at byte 15"));
        check("v=BIMI1; l=; avp=logo", Err("invalid value for tag `avp` at byte 17"));
    }

    #[test]
    fn uris() {
        let error = |text: &str| text.parse::<HttpsUri>().map_err(|error| error.to_string());
        assert_eq!(error("ftp://a.test"), Err("not an `https` URI at byte 0".to_owned()));
        assert_eq!(error("https://a.test:x"), Err("not an `https` URI at byte 0".to_owned()));
        assert_eq!(error("https://a.test;"), Err("unexpected character ';' at byte 14".to_owned()));
        assert_eq!(
            error("HTTPS://A.test#x").map(|uri| uri.host().to_string()),
            Ok("a.test".to_owned())
        );
    }

    #[test]
    fn builders() -> Result<(), RecordError> {
        let record = BimiRecord::new("https://a.test/l.svg".parse()?)
            .with_authority("https://a.test/v.pem".parse()?)
            .with_avatar_preference(AvatarPreference::Personal);
        let text = "v=BIMI1; l=https://a.test/l.svg; a=https://a.test/v.pem; avp=personal";
        assert_eq!(record.to_string(), text);
        assert_eq!(text.parse(), Ok(record));
        assert!(BimiRecord::declination().is_declination());
        Ok(())
    }

    proptest! {
        #[test]
        fn what_reads_prints_and_reads_back(
            text in "v=BIMI1;( ?(l|a)=(https://a\\.test[a-z/?:0-9]{0,9})?;| ?avp=(brand|Personal);| ?x=[a-z =]{0,9};){0,4}|\\PC{0,60}",
        ) {
            if let Ok(record) = text.parse::<BimiRecord>() {
                prop_assert_eq!(record.to_string().parse(), Ok(record));
            }
        }
    }
}
