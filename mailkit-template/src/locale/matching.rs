//! Which of the loaded locales serves a wanted one: CLDR parents first, then the same language and script.

use icu_locale::fallback::{LocaleFallbackConfig, LocaleFallbackIterator};
use icu_locale::subtags::{Language, Script, language};
use icu_locale::{LanguageIdentifier, LocaleExpander, LocaleFallbacker};

use super::{Locale, LocaleOutcome};
use crate::clock::is_country;

/// CLDR's chains are at most six long (`es-MX`, `es-419`, `es`, …); more would be a loop.
const MAX_CHAIN: usize = 16;

/// Finds the loaded locale for `wanted`, and says how. A different script never serves: `zh-HK` is written in
/// traditional characters (`zh-Hant`), and a reader of those is not sent `zh-Hans`.
pub(super) fn serve<'a>(
    wanted: &Locale,
    loaded: &'a [Locale],
) -> Option<(&'a Locale, LocaleOutcome)> {
    let mut chain = chain_of(wanted);
    for step in 0..MAX_CHAIN {
        if chain.get().is_unknown() {
            break;
        }
        if let Some(found) = loaded.iter().find(|locale| chain_of(locale).get() == chain.get()) {
            let outcome = if step == 0 { LocaleOutcome::Exact } else { LocaleOutcome::Parent };
            return Some((found, outcome));
        }
        chain.step();
    }
    let written = script_of(wanted.identifier().clone());
    let found = loaded.iter().find(|l| script_of(l.identifier().clone()) == written)?;
    Some((found, LocaleOutcome::OtherRegion))
}

/// The likely language of a country: `und-AT` is `de-AT`.
pub(super) fn likely_of_country(code: &str) -> Result<Locale, LocaleOutcome> {
    let region = code.trim().parse().map_err(|_| LocaleOutcome::Malformed)?;
    let id = LanguageIdentifier { region: Some(region), ..LanguageIdentifier::UNKNOWN };
    let mut id = super::canonical(id);
    LocaleExpander::new_extended().maximize(&mut id);
    if id.language.is_unknown() && id.region.is_some_and(|region| is_country(region.as_str())) {
        // CLDR lists only the countries that differ from `und`, which is likely English (UTS 35, Likely Subtags).
        id.language = language!("en");
    }
    if id.language.is_unknown() { Err(LocaleOutcome::NoLikelyLanguage) } else { Ok(Locale(id)) }
}

/// The locale in its shortest form, then its CLDR parents.
fn chain_of(locale: &Locale) -> LocaleFallbackIterator<'static> {
    LocaleFallbacker::new()
        .for_config(LocaleFallbackConfig::default())
        .fallback_for(locale.identifier().into())
}

/// Language and script, by which one locale can be read in place of another: both forms of Norwegian count as one.
fn script_of(mut id: LanguageIdentifier) -> (Language, Option<Script>) {
    LocaleExpander::new_extended().maximize(&mut id);
    let language = match id.language.as_str() {
        "nb" | "nn" => language!("no"),
        _ => id.language,
    };
    (language, id.script)
}
