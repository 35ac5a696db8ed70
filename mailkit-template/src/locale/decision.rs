//! The one decision a mail makes about its locale, with its reasons.

use std::fmt;

use super::{Locale, matching, wish};
use crate::recipient::Recipient;

/// The locale of a mail, and every wish that was looked at on the way to it.
///
/// ```
/// use mailkit_template::{Locale, LocaleDecision, LocaleOutcome, Recipient};
///
/// let loaded: Vec<Locale> = vec!["en".parse()?, "zh-Hans".parse()?];
/// let decision = LocaleDecision::decide(&Recipient::unnamed().with_languages(["zh-HK"]), &loaded, &loaded[0]);
/// assert_eq!(decision.locale.to_string(), "en");
/// assert_eq!(decision.reasons[0].outcome, LocaleOutcome::NotLoaded); // traditional characters
/// # Ok::<(), mailkit_template::LocaleError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct LocaleDecision {
    /// The locale every part of the mail is written in.
    pub locale: Locale,
    /// The wishes in the order they were looked at; the last one is the one that was served.
    pub reasons: Vec<LocaleReason>,
}

impl LocaleDecision {
    /// The most languages of one source that are looked at.
    pub const MAX_LANGUAGES: usize = 16;

    /// Takes the first wish that a loaded locale serves: the stated languages, the language of the incoming mail, the
    /// likely language of the country, and at last `default`.
    #[must_use]
    pub fn decide(recipient: &Recipient, loaded: &[Locale], default: &Locale) -> Self {
        let mut reasons = Vec::new();
        for (source, position, wish) in wishes(recipient) {
            let (outcome, locale) = match position >= Self::MAX_LANGUAGES {
                true => (LocaleOutcome::OverLimit, None),
                false => look_at(source, wish, loaded),
            };
            reasons.push(LocaleReason { source, wish: shown(wish), outcome });
            if let Some(locale) = locale {
                return Self { locale: locale.clone(), reasons };
            }
        }
        let wish = default.to_string();
        let outcome = LocaleOutcome::Exact;
        reasons.push(LocaleReason { source: LocaleSource::Default, wish, outcome });
        Self { locale: default.clone(), reasons }
    }
}

/// The decision in words: `de (stated language "de-AT": served by its parent)`.
impl fmt::Display for LocaleDecision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (", self.locale)?;
        for (index, reason) in self.reasons.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{} {:?}: {}", reason.source, reason.wish, reason.outcome)?;
        }
        f.write_str(")")
    }
}

/// One wish and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct LocaleReason {
    /// Where the wish comes from.
    pub source: LocaleSource,
    /// The wish as it was given: a language tag or a country code.
    pub wish: String,
    /// What became of it.
    pub outcome: LocaleOutcome,
}

/// Where a wish for a locale comes from, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum LocaleSource {
    /// A language the recipient has stated.
    StatedLanguage,
    /// The language of the mail that is answered.
    MailLanguage,
    /// The likely language of the country.
    Country,
    /// The default locale of the template.
    Default,
}

impl fmt::Display for LocaleSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::StatedLanguage => "stated language",
            Self::MailLanguage => "language of the mail",
            Self::Country => "country",
            Self::Default => "default",
        })
    }
}

/// What became of a wish for a locale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum LocaleOutcome {
    /// The locale itself is loaded.
    Exact,
    /// A CLDR parent of it is loaded, as `es` for `es-MX`.
    Parent,
    /// The same language in the same script is loaded for another region, as `pt-BR` for `pt-PT`, or in its other
    /// written form, as `nb` for `nn`.
    OtherRegion,
    /// No loaded locale has this language in this script.
    NotLoaded,
    /// The wish is not a language tag or not a country code.
    Malformed,
    /// The wish is a country code, and CLDR has no likely language for it.
    NoLikelyLanguage,
    /// One source has more than [`LocaleDecision::MAX_LANGUAGES`] languages; from this one on they were not looked at.
    OverLimit,
}

impl fmt::Display for LocaleOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Exact => "loaded",
            Self::Parent => "served by its parent",
            Self::OtherRegion => "served by another region",
            Self::NotLoaded => "not loaded",
            Self::Malformed => "not understood",
            Self::NoLikelyLanguage => "no likely language",
            Self::OverLimit => "over the limit",
        })
    }
}

/// The wishes with their position among those of the same source.
fn wishes(recipient: &Recipient) -> impl Iterator<Item = (LocaleSource, usize, &str)> {
    // One more than the limit, so that the decision can name the first that was not looked at.
    let limit = LocaleDecision::MAX_LANGUAGES + 1;
    let stated = recipient.languages().iter().flat_map(move |list| wish::tags(list, limit));
    let stated = stated.take(limit).map(|tag| (LocaleSource::StatedLanguage, tag));
    let mail = recipient.mail_language().into_iter().flat_map(move |list| wish::tags(list, limit));
    let mail = mail.map(|tag| (LocaleSource::MailLanguage, tag));
    let country = recipient.country().map(|code| (LocaleSource::Country, code));
    let numbered = stated.enumerate().chain(mail.enumerate()).chain(country.map(|one| (0, one)));
    numbered.map(|(position, (source, wish))| (source, position, wish))
}

fn look_at<'a>(
    source: LocaleSource,
    wish: &str,
    loaded: &'a [Locale],
) -> (LocaleOutcome, Option<&'a Locale>) {
    let wanted = match source {
        LocaleSource::Country => matching::likely_of_country(wish),
        _ => wish::locale(wish).map_err(|_| LocaleOutcome::Malformed),
    };
    let wanted = match wanted {
        Ok(wanted) => wanted,
        Err(outcome) => return (outcome, None),
    };
    match matching::serve(&wanted, loaded) {
        Some((locale, outcome)) => (outcome, Some(locale)),
        None => (LocaleOutcome::NotLoaded, None),
    }
}

/// A wish comes from outside and may be of any length and content.
fn shown(wish: &str) -> String {
    crate::value::Text::shortened(wish, 32).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decide(recipient: &Recipient, loaded: &str) -> String {
        let loaded: Vec<Locale> = loaded.split(' ').map(|tag| tag.parse().unwrap()).collect();
        LocaleDecision::decide(recipient, &loaded, &loaded[0]).to_string()
    }

    #[test]
    fn stated_languages() {
        #[track_caller]
        fn check(stated: &str, loaded: &str, expected: &str) {
            let recipient = Recipient::unnamed().with_languages(stated.split(' '));
            let decision = decide(&recipient, loaded);
            assert_eq!(decision.split(' ').next(), Some(expected), "{decision}");
        }
        let shipped = "en zh-Hans de es ar";
        check("de-AT", shipped, "de");
        check("en-AU", shipped, "en");
        check("es-MX", shipped, "es");
        check("es-MX", "en es es-419", "es-419");
        check("zh-CN", shipped, "zh-Hans");
        check("zh", shipped, "zh-Hans");
        check("zh-SG", shipped, "zh-Hans");
        check("zh-HK", shipped, "en");
        check("zh-TW", shipped, "en");
        check("zh-Hant", shipped, "en");
        check("zh-HK", "en zh-Hans zh-Hant", "zh-Hant");
        check("zh-MO", "en zh-Hans zh-Hant-HK", "zh-Hant-HK");
        check("ar-EG", shipped, "ar");
        check("pt-PT", "en pt-BR", "pt-BR");
        check("sr-Latn", "en sr", "en");
        check("fr de", shipped, "de");
        check("x! de", shipped, "de");
        check("ja", shipped, "en");
        check("zh_CN", shipped, "zh-Hans");
        check("cmn-Hans-CN", shipped, "zh-Hans");
        check("zh;q=0.9", shipped, "zh-Hans");
        check("fr;q=0.9,es;q=0.3,de;q=0.5", shipped, "de");
        check("de;q=0", shipped, "en");
        check("iw", "en he", "he");
        check("he", "en iw", "he");
        check("in", "en id", "id");
        check("nn", "en nb", "nb");
        check("no", "en nb", "nb");
        check("nb", "en nn no", "no");
    }

    #[test]
    fn order_of_the_sources() {
        #[track_caller]
        fn check(recipient: &Recipient, expected: &str) {
            assert_eq!(decide(recipient, "en zh-Hans de es ar"), expected);
        }
        let nobody = Recipient::unnamed();
        check(&nobody, "en (default \"en\": loaded)");
        check(&nobody.clone().with_country("AT"), "de (country \"AT\": served by its parent)");
        check(&nobody.clone().with_country("EG"), "ar (country \"EG\": served by its parent)");
        check(
            &nobody.clone().with_country("HK"),
            "en (country \"HK\": not loaded; default \"en\": loaded)",
        );
        check(
            &nobody.clone().with_country("Österreich"),
            "en (country \"Österreich\": not understood; default \"en\": loaded)",
        );
        check(
            &nobody.clone().with_mail_language("es").with_country("AT"),
            "es (language of the mail \"es\": loaded)",
        );
        check(
            &nobody.with_languages(["ja"]).with_mail_language("ar").with_country("AT"),
            "ar (stated language \"ja\": not loaded; language of the mail \"ar\": loaded)",
        );
    }

    #[test]
    fn countries() {
        #[track_caller]
        fn check(code: &str, expected: &str) {
            let decision = decide(&Recipient::unnamed().with_country(code), "de en es");
            assert_eq!(
                decision.split_once(": ").map(|(_, outcome)| outcome),
                Some(expected),
                "{decision}"
            );
            assert_eq!(
                decision.starts_with("en "),
                expected == "served by its parent)",
                "{decision}"
            );
        }
        for code in ["GB", "AU", "CA", "IE", "NZ", "SG", "ZA", "US", "gb", "UK", "826"] {
            check(code, "served by its parent)");
        }
        check("XX", "no likely language; default \"de\": loaded)");
        check("ZZ", "no likely language; default \"de\": loaded)");
        check("G8", "not understood; default \"de\": loaded)");
        check("", "not understood; default \"de\": loaded)");
        check("FR", "not loaded; default \"de\": loaded)");
    }

    #[test]
    fn each_source_has_a_limit() {
        let many = vec!["ja"; 40].join(",");
        let recipient = Recipient::unnamed().with_languages([&many]).with_mail_language(&many);
        let loaded: Vec<Locale> = vec!["en".parse().unwrap()];
        let reasons = LocaleDecision::decide(&recipient, &loaded, &loaded[0]).reasons;
        let over = reasons.iter().filter(|reason| reason.outcome == LocaleOutcome::OverLimit);
        assert_eq!((reasons.len(), over.count()), (2 * (LocaleDecision::MAX_LANGUAGES + 1) + 1, 2));
    }

    proptest! {
        #[test]
        fn the_last_reason_is_the_served_one(tags in prop::collection::vec(".{0,12}", 0..6), country in ".{0,4}") {
            let loaded: Vec<Locale> = vec!["en".parse().unwrap(), "de".parse().unwrap()];
            let recipient = Recipient::unnamed().with_languages(tags).with_country(country);
            let decision = LocaleDecision::decide(&recipient, &loaded, &loaded[0]);
            prop_assert!(loaded.contains(&decision.locale));
            let (last, before) = decision.reasons.split_last().unwrap();
            let unserved = [LocaleOutcome::NotLoaded, LocaleOutcome::Malformed, LocaleOutcome::NoLikelyLanguage, LocaleOutcome::OverLimit];
            prop_assert!(!unserved.contains(&last.outcome));
            prop_assert!(before.iter().all(|reason| unserved.contains(&reason.outcome)));
        }
    }
}
