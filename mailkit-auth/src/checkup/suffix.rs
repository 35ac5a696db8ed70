//! Where a registered name ends, as far as a small table knows.

use crate::Domain;

/// Whether the name lies below a suffix of two labels such as `co.uk` or `com.cn`.
///
/// The table names the labels under which countries register; every other name is taken for one that
/// is registered below its top level. A full list of public suffixes is not needed here: DMARC finds
/// its own way (RFC 9989 section 4.10), and this is only a guess where it finds no record.
pub(super) fn has_second_level_suffix(domain: &Domain) -> bool {
    let mut labels = domain.labels().rev();
    let (Some(top), Some(second), Some(_)) = (labels.next(), labels.next(), labels.next()) else {
        return false;
    };
    rows().any(|(country, mut seconds)| country == top && seconds.any(|label| label == second))
}

/// Whether strangers get names below this one: it is a top-level label, or a suffix of two labels.
#[cfg(feature = "report")]
pub(crate) fn is_public_suffix(domain: &Domain) -> bool {
    let mut labels = domain.labels().rev();
    match (labels.next(), labels.next(), labels.next()) {
        (Some(top), Some(second), None) => rows()
            .any(|(country, mut seconds)| country == top && seconds.any(|label| label == second)),
        (_, second, _) => second.is_none(),
    }
}

/// The name that was registered, by the same guess; a shorter name is its own.
pub(super) fn registered_name(domain: &Domain) -> Domain {
    let count = 2 + usize::from(has_second_level_suffix(domain));
    let surplus = domain.labels().count().saturating_sub(count);
    let mut ancestors = std::iter::successors(Some(domain.clone()), Domain::parent);
    ancestors.nth(surplus).unwrap_or_else(|| domain.clone())
}

/// Countries and the labels under them.
fn rows() -> impl Iterator<Item = (&'static str, std::str::SplitWhitespace<'static>)> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| {
        let mut words = line.split_whitespace();
        Some((words.next()?, words))
    })
}

const TABLE: &str = include_str!("../../data/second-level-suffixes.txt");

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(domain: &str, expected: &str) {
        assert_eq!(registered_name(&domain.parse().unwrap()).as_str(), expected);
    }

    #[test]
    fn names() {
        check("mail.abc.de", "abc.de");
        check("x.web.de", "web.de");
        check("x.qq.cn", "qq.cn");
        check("a.b.qq.com.cn", "qq.com.cn");
        check("mail.acme.co.uk", "acme.co.uk");
        check("acme.co.uk", "acme.co.uk");
        check("co.uk", "co.uk");
        check("mail.acme.test", "acme.test");
        check("test", "test");
    }

    #[cfg(feature = "report")]
    #[test]
    fn suffixes() {
        let check = |domain: &str| is_public_suffix(&domain.parse().unwrap());
        assert!(["test", "com", "co.uk", "com.cn"].into_iter().all(check));
        assert!(!["acme.test", "acme.co.uk", "co.test"].into_iter().any(check));
    }

    #[test]
    fn every_row_names_a_country_once_and_its_labels_in_order() {
        let countries: Vec<&str> = rows().map(|(country, _)| country).collect();
        assert!(countries.is_sorted() && countries.windows(2).all(|pair| pair[0] != pair[1]));
        for (country, labels) in rows() {
            assert_eq!(country.len(), 2, "{country}");
            let labels: Vec<&str> = labels.collect();
            assert!(
                !labels.is_empty() && labels.windows(2).all(|pair| pair[0] < pair[1]),
                "{country}"
            );
            for label in labels {
                assert!(
                    format!("a.{label}.{country}").parse::<Domain>().is_ok(),
                    "{label}.{country}"
                );
            }
        }
    }
}
