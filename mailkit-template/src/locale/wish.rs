//! Language tags as they come: from header fields, browsers and systems.

use super::{Locale, LocaleError};

/// The tags of a list such as `de, en;q=0.5` (RFC 3282, RFC 9110 section 12.5.4), the best one first. A tag of quality
/// zero is not wanted and is left out. At most `limit` tags are looked at.
pub(super) fn tags(list: &str, limit: usize) -> Vec<&str> {
    let weighted = list.split(',').take(limit).map(|wish| weighed(wish.trim()));
    let mut tags: Vec<_> = weighted.filter(|(_, quality)| *quality != Some(0)).collect();
    tags.sort_by_key(|(_, quality)| std::cmp::Reverse(quality.unwrap_or(MAX_QUALITY)));
    tags.into_iter().map(|(tag, _)| tag).collect()
}

/// The locale of one tag. What systems write is understood as well: `zh_CN`, `de_DE.UTF-8@euro`, and `zh-cmn-Hans`, the
/// older form with an extended language (RFC 5646 section 4.5).
pub(super) fn locale(tag: &str) -> Result<Locale, LocaleError> {
    let system = tag.contains('_');
    let tag = if system { tag.split(['.', '@']).next().unwrap_or_default() } else { tag };
    let tag = tag.replace('_', "-");
    let extended = tag.split_once('-').map(|(_, rest)| rest).filter(|rest| {
        let first = rest.split('-').next().unwrap_or_default();
        first.len() == 3 && first.bytes().all(|byte| byte.is_ascii_alphabetic())
    });
    extended.unwrap_or(&tag).parse()
}

/// In thousandths.
const MAX_QUALITY: u16 = 1000;

/// A tag and its quality; what is not a quality stays with the tag, which is then not understood.
fn weighed(wish: &str) -> (&str, Option<u16>) {
    let Some((tag, parameter)) = wish.split_once(';') else { return (wish, None) };
    match parameter.trim().strip_prefix(['q', 'Q']).and_then(|rest| rest.trim().strip_prefix('=')) {
        Some(quality) if quality_of(quality.trim()).is_some() => {
            (tag.trim(), quality_of(quality.trim()))
        }
        _ => (wish, None),
    }
}

/// RFC 9110 section 12.4.2: from `0` to `1`, with at most three digits behind the point.
fn quality_of(text: &str) -> Option<u16> {
    let (whole, digits) = text.split_once('.').unwrap_or((text, ""));
    if !matches!(whole, "0" | "1") || digits.len() > 3 {
        return None;
    }
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    let quality = format!("{whole}{digits:0<3}").parse().ok().filter(|_| is_number);
    quality.filter(|quality| *quality <= MAX_QUALITY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists() {
        #[track_caller]
        fn check(list: &str, expected: &[&str]) {
            assert_eq!(tags(list, 4), expected);
        }
        check("de", &["de"]);
        check("de, en", &["de", "en"]);
        check("zh;q=0.9", &["zh"]);
        check("en;q=0.5, de ; Q = 0.75,fr", &["fr", "de", "en"]);
        check("en;q=0, de;q=1.000", &["de"]);
        check("en;q=0.000", &[]);
        check("en;q=2, de;q=0.1234, fr;x=1", &["en;q=2", "de;q=0.1234", "fr;x=1"]);
        check("", &[""]);
        check("a,b,c,d,e", &["a", "b", "c", "d"]);
    }

    #[test]
    fn tags_of_systems() {
        #[track_caller]
        fn check(tag: &str, expected: Option<&str>) {
            assert_eq!(locale(tag).ok().map(|locale| locale.to_string()).as_deref(), expected);
        }
        check("zh_CN", Some("zh-CN"));
        check("de_DE.UTF-8", Some("de-DE"));
        check("de_DE@euro", Some("de-DE"));
        check("zh-cmn-Hans-CN", Some("zh-Hans-CN"));
        check("zh-yue", Some("yue"));
        check("zh-min-nan", None);
        check("de.DE", None);
        check("_", None);
        check("C", None);
        check("*", None);
    }
}
