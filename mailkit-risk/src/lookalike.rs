//! Domains that imitate other domains.

use std::fmt;

use unicode_security::MixedScript;
use unicode_security::confusable_detection::skeleton;

use crate::context::Context;
use crate::domain;

/// How one domain resembles another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Resemblance {
    /// The letters look the same (UTS 39 section 4): `acrne` for `acme`, Cyrillic letters, digits.
    Confusable,
    /// The known domain is the beginning of a longer host: `acme.example.login.test`.
    Subdomain,
    /// The same letters with hyphens in other places: `ac-me`.
    Hyphen,
    /// Two neighbouring letters are swapped: `amce`.
    Transposition,
    /// A letter more, less or another; two in long names.
    Edit,
    /// The same name below another public suffix.
    OtherSuffix,
    /// The name with a word before or behind: `acme-payments`.
    Affix,
}

impl Resemblance {
    /// Whether it is hardly ever chance: another ending or an added word often belongs to the same company.
    #[must_use]
    pub fn is_strong(self) -> bool {
        !matches!(self, Self::OtherSuffix | Self::Affix)
    }
}

impl fmt::Display for Resemblance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Confusable => "confusable letters",
            Self::Subdomain => "name in front of another domain",
            Self::Hyphen => "hyphens moved",
            Self::Transposition => "letters swapped",
            Self::Edit => "letters changed",
            Self::OtherSuffix => "other ending",
            Self::Affix => "word added",
        })
    }
}

/// How `candidate` resembles the domain `genuine`; `None` where it does not, or belongs to the same registrant.
///
/// ```
/// use mailkit_risk::lookalike::{Resemblance, resemblance};
///
/// assert_eq!(resemblance("suppl1er.example", "supplier.example"), Some(Resemblance::Confusable));
/// assert_eq!(resemblance("mail.supplier.example", "supplier.example"), None);
/// ```
#[must_use]
pub fn resemblance(candidate: &str, genuine: &str) -> Option<Resemblance> {
    Name::new(genuine).imitated_by(&Name::new(candidate))
}

/// The known domain that a host resembles most, unless the host is a known one itself.
pub(crate) fn nearest<'a>(host: &str, context: &'a Context) -> Option<(&'a str, Resemblance)> {
    let candidate = Name::new(host);
    if context.genuine_domains().any(|genuine| genuine.owner == candidate.owner) {
        return None;
    }
    let found = context
        .genuine_domains()
        .filter_map(|genuine| Some((genuine.owner(), genuine.imitated_by(&candidate)?)));
    found.min_by_key(|(_, resemblance)| *resemblance)
}

/// A domain with all that comparing it needs, so that many comparisons are cheap.
#[derive(Debug, Clone)]
pub(crate) struct Name {
    host: String,
    /// The registrable domain.
    owner: String,
    /// Its first label and the rest, in Unicode.
    label: String,
    suffix: String,
    looks: String,
}

impl Name {
    pub(crate) fn new(host: &str) -> Self {
        let host = domain::normalise(host);
        let owner = domain::registrable(&host).to_owned();
        let unicode = domain::to_unicode(&owner);
        let (label, suffix) = unicode.split_once('.').unwrap_or_default();
        let (label, suffix) = (label.to_owned(), suffix.to_owned());
        Self { looks: looks(&label), host, owner, label, suffix }
    }

    pub(crate) fn owner(&self) -> &str {
        &self.owner
    }

    fn imitated_by(&self, other: &Self) -> Option<Resemblance> {
        if self.owner == other.owner || self.label.is_empty() || other.label.is_empty() {
            return None;
        }
        if self.is_in_front_of(other) {
            return Some(Resemblance::Subdomain);
        }
        if self.label == other.label {
            // Equal suffixes too: the same domain, written once as U-label and once as A-label.
            let is_other = self.suffix != other.suffix && length(&self.label) >= SHORTEST;
            return is_other.then_some(Resemblance::OtherSuffix);
        }
        let shortest = length(&self.label).min(length(&other.label));
        if shortest >= SHORTEST_CONFUSABLE && self.looks == other.looks {
            return Some(Resemblance::Confusable);
        }
        if shortest >= SHORTEST { labels(&other.label, &self.label, shortest) } else { None }
    }

    /// `supplier.example` in front of `login.test`, with other labels around or not.
    fn is_in_front_of(&self, other: &Self) -> bool {
        if other.host.len() <= other.owner.len() || !other.host.contains(&self.owner) {
            return false;
        }
        let inner = other.host.strip_suffix(&other.owner).unwrap_or_default();
        format!(".{inner}").contains(&format!(".{}.", self.owner))
    }
}

/// Whether a label mixes scripts that no one language uses together (UTS 39 section 5.1).
pub(crate) fn mixes_scripts(host: &str) -> bool {
    domain::to_unicode(host).split('.').any(|label| !label.is_ascii() && !label.is_single_script())
}

fn labels(label: &str, genuine: &str, shortest: usize) -> Option<Resemblance> {
    if label.replace('-', "") == genuine.replace('-', "") {
        return Some(Resemblance::Hyphen);
    }
    if is_transposition(label, genuine) {
        return Some(Resemblance::Transposition);
    }
    let allowed = if shortest >= LONG { 2 } else { usize::from(shortest > SHORTEST) };
    if allowed > 0 && within_edits(label, genuine, allowed) {
        return Some(Resemblance::Edit);
    }
    has_affix(label, genuine).then_some(Resemblance::Affix)
}

/// What a name looks like: digits and letter pairs as the letters they imitate, then the skeleton.
fn looks(name: &str) -> String {
    let replaced: String = name.chars().map(imitated).collect();
    let replaced = replaced.replace("vv", "w").replace("cl", "d");
    skeleton(&replaced).collect::<String>().to_lowercase()
}

/// The letter that a digit stands for; `i` and `l` are one.
const fn imitated(c: char) -> char {
    match c {
        '0' => 'o',
        '1' | 'i' => 'l',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '7' => 't',
        '8' => 'b',
        _ => c,
    }
}

fn is_transposition(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let different: Vec<usize> =
        one.iter().zip(&other).enumerate().filter(|(_, (a, b))| a != b).map(|(at, _)| at).collect();
    match different.as_slice() {
        [first, second] if one.len() == other.len() && first + 1 == *second => {
            one.get(*first) == other.get(*second) && one.get(*second) == other.get(*first)
        }
        _ => false,
    }
}

/// Whether at most `allowed` letters are inserted, deleted or replaced (Levenshtein).
fn within_edits(one: &str, other: &str, allowed: usize) -> bool {
    let other: Vec<char> = other.chars().collect();
    if length(one).abs_diff(other.len()) > allowed || other.len() > MAX_LABEL {
        return false;
    }
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, c) in one.chars().enumerate() {
        let mut left = index + 1;
        let mut next = vec![left];
        for (d, above) in other.iter().zip(row.windows(2)) {
            let [diagonal, up] = *above else { return false };
            left = (diagonal + usize::from(c != *d)).min(up + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().is_some_and(|distance| *distance <= allowed)
}

/// The genuine label as a whole word between hyphens.
fn has_affix(label: &str, genuine: &str) -> bool {
    let longer =
        length(genuine) > SHORTEST && label.len() > genuine.len() && label.contains(genuine);
    longer && format!("-{label}-").contains(&format!("-{genuine}-"))
}

fn length(name: &str) -> usize {
    name.chars().count()
}

const SHORTEST_CONFUSABLE: usize = 3;
const SHORTEST: usize = 4;
const LONG: usize = 9;
const MAX_LABEL: usize = 63;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(candidate: &str, genuine: &str, expected: Option<Resemblance>) {
        assert_eq!(resemblance(candidate, genuine), expected, "{candidate} {genuine}");
    }

    #[test]
    fn recognises_imitations() {
        check("suppl1er.example", "supplier.example", Some(Resemblance::Confusable));
        check("acrne.example", "acme.example", Some(Resemblance::Confusable));
        check("suppIier.example", "supplier.example", Some(Resemblance::Confusable));
        check("xn--spplier-t2f.example", "supplier.example", None);
        check("xn--80ak6aa92e.com", "apple.com", Some(Resemblance::Confusable));
        check("vvidget.example", "widget.example", Some(Resemblance::Confusable));
        check("supplier.example.login.test", "supplier.example", Some(Resemblance::Subdomain));
        check("sup-plier.example", "supplier.example", Some(Resemblance::Hyphen));
        check("suppleir.example", "supplier.example", Some(Resemblance::Transposition));
        check("supplyer.example", "supplier.example", Some(Resemblance::Edit));
        check("suppliers.example", "supplier.example", Some(Resemblance::Edit));
        check("supplier.test", "supplier.example", Some(Resemblance::OtherSuffix));
        check("supplier-payments.example", "supplier.example", Some(Resemblance::Affix));
    }

    #[test]
    fn leaves_others_alone() {
        for (candidate, genuine) in [
            ("supplier.example", "supplier.example"),
            ("mail.supplier.example", "supplier.example"),
            ("customer.example", "supplier.example"),
            ("acts.example", "acme.example"),
            ("ab.example", "ba.example"),
            ("abc.test", "abc.example"),
            ("bolts.example", "nuts.example"),
            ("", "supplier.example"),
            ("supplier.example", ""),
            ("xn--bcher-kva.example", "bücher.example"),
        ] {
            check(candidate, genuine, None);
        }
    }

    #[test]
    fn knows_mixed_scripts() {
        assert!(mixes_scripts("p\u{430}ypal.example"));
        assert!(
            !mixes_scripts("bücher.example")
                && !mixes_scripts("пример.example")
                && !mixes_scripts("例え.example")
        );
    }

    proptest! {
        #[test]
        fn nothing_imitates_itself(name in "[a-z0-9-]{1,20}\\.(com|example|co\\.uk)") {
            prop_assert_eq!(resemblance(&name, &name), None);
        }

        #[test]
        fn no_name_panics(one in "\\PC{0,40}", other in "\\PC{0,40}") {
            let _ = resemblance(&one, &other);
            let _ = mixes_scripts(&one);
        }
    }
}
