//! A language with its script and region, and the decision which one a mail is written in.

mod decision;
mod matching;
mod wish;

use std::fmt;
use std::str::FromStr;

use icu_locale::{LanguageIdentifier, LocaleCanonicalizer, LocaleDirectionality};
use thiserror::Error;

pub use decision::{LocaleDecision, LocaleOutcome, LocaleReason, LocaleSource};

/// A locale: language, and where they matter script and region, as a canonical BCP 47 tag.
///
/// ```
/// use mailkit_template::{Direction, Locale};
///
/// let locale: Locale = "zh-hans".parse()?;
/// assert_eq!(locale.to_string(), "zh-Hans");
/// assert_eq!(locale.direction(), Direction::LeftToRight);
/// # Ok::<(), mailkit_template::LocaleError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Locale(LanguageIdentifier);

impl Locale {
    const MAX_LEN: usize = 64;

    /// The language subtag, such as `zh`.
    #[must_use]
    pub fn language(&self) -> &str {
        self.0.language.as_str()
    }

    /// The direction the locale is written in, by its script or the likely one.
    #[must_use]
    pub fn direction(&self) -> Direction {
        if LocaleDirectionality::new_common().is_right_to_left(&self.0) {
            Direction::RightToLeft
        } else {
            Direction::LeftToRight
        }
    }

    pub(crate) const fn identifier(&self) -> &LanguageIdentifier {
        &self.0
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Locale {
    type Err = LocaleError;

    fn from_str(tag: &str) -> Result<Self, LocaleError> {
        let error = || LocaleError { tag: tag.chars().take(Self::MAX_LEN).collect() };
        if tag.len() > Self::MAX_LEN {
            return Err(error());
        }
        // Extensions such as `-u-hc-h23` choose formats, not the language of a text.
        let id = canonical(tag.parse::<icu_locale::Locale>().map_err(|_| error())?.id);
        if id.language.is_unknown() { Err(error()) } else { Ok(Self(id)) }
    }
}

/// The tag that replaces an older or a longer one (UTS 35 Annex C): `he` for `iw`, `zh` for `cmn`.
fn canonical(id: LanguageIdentifier) -> LanguageIdentifier {
    let mut locale = id.into();
    LocaleCanonicalizer::new_extended().canonicalize(&mut locale);
    locale.id
}

#[cfg(feature = "serde")]
impl serde::Serialize for Locale {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A text is not the BCP 47 tag of a language.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{tag:?} is not a BCP 47 language tag")]
pub struct LocaleError {
    tag: String,
}

/// The direction in which lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Direction {
    /// As in English.
    LeftToRight,
    /// As in Arabic.
    RightToLeft,
}

impl Direction {
    /// The value of the HTML attribute `dir`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LeftToRight => "ltr",
            Self::RightToLeft => "rtl",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tags() {
        #[track_caller]
        fn check(tag: &str, expected: Option<&str>) {
            assert_eq!(tag.parse::<Locale>().ok().map(|l| l.to_string()).as_deref(), expected);
        }
        check("de", Some("de"));
        check("DE-at", Some("de-AT"));
        check("zh-hans", Some("zh-Hans"));
        check("de-AT-u-hc-h23", Some("de-AT"));
        check("iw-IL", Some("he-IL"));
        check("in", Some("id"));
        check("cmn-Hans-CN", Some("zh-Hans-CN"));
        check("sh", Some("sr-Latn"));
        check("zh_CN", None);
        check("de, en", None);
        check("zh;q=0.9", None);
        check("", None);
        check("und", None);
        check("deutsch!", None);
        check(&"de-".repeat(40), None);
    }

    proptest! {
        #[test]
        fn tags_read_back(tag in "[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?|.{0,80}") {
            if let Ok(locale) = tag.parse::<Locale>() {
                prop_assert_eq!(locale.to_string().parse::<Locale>(), Ok(locale));
            }
        }
    }
}
