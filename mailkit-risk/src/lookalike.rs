//! Domains that imitate other domains.

use std::fmt;
use std::ops::Range;

use unicode_security::MixedScript;
use unicode_security::confusable_detection::skeleton;

use crate::context::Context;
use crate::domain;

/// How one domain resembles another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Resemblance {
    /// The letters look the same (UTS 39 section 4): `acrne` for `acme`, Cyrillic letters, digits; with a word before or
    /// behind too.
    Confusable,
    /// The known domain is the beginning of a longer one: `acme.example.login.test`, `acme.example-login.test`,
    /// `acmeexample.test`.
    Subdomain,
    /// The same letters with hyphens in other places: `ac-me`.
    Hyphen,
    /// Two neighbouring letters are swapped: `amce`.
    Transposition,
    /// A letter more, less or another; two in long names.
    Edit,
    /// The same name below another public suffix.
    OtherSuffix,
    /// The name with a word before or behind: `acme-payments`, and in long names `thesupplier`, `supplierinc`.
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

/// A domain with all that comparing it needs: a mail may name many hosts and the context knows many domains, so comparing
/// two names allocates nothing, and most pairs end at their sets of letters.
#[derive(Debug, Clone)]
pub(crate) struct Name {
    host: String,
    host_letters: Letters,
    /// The registrable domain.
    owner: String,
    owner_letters: Letters,
    /// Its letters without dots and hyphens.
    joined: String,
    /// Its first label and the rest, in Unicode.
    label: Label,
    suffix: String,
}

impl Name {
    pub(crate) fn new(host: &str) -> Self {
        let host = domain::normalise(host);
        let owner = domain::registrable(&host).to_owned();
        let unicode = domain::to_unicode(&owner);
        let (label, suffix) = unicode.split_once('.').unwrap_or_default();
        Self {
            host_letters: Letters::of(&host),
            owner_letters: Letters::of(&owner),
            joined: unicode.replace(['.', '-'], ""),
            label: Label::new(label),
            suffix: suffix.to_owned(),
            host,
            owner,
        }
    }

    pub(crate) fn owner(&self) -> &str {
        &self.owner
    }

    fn imitated_by(&self, other: &Self) -> Option<Resemblance> {
        let shortest = self.label.chars.len().min(other.label.chars.len());
        if self.owner == other.owner || shortest == 0 {
            return None;
        }
        if self.is_in_front_of(other) {
            return Some(Resemblance::Subdomain);
        }
        if self.label.text == other.label.text {
            // Equal suffixes too: the same domain, written once as U-label and once as A-label.
            let is_other = self.suffix != other.suffix && shortest >= SHORTEST;
            return is_other.then_some(Resemblance::OtherSuffix);
        }
        self.label.imitated_by(&other.label, shortest)
    }

    /// `supplier.example` in front of `login.test` or of the rest of a label, with other labels around or not.
    fn is_in_front_of(&self, other: &Self) -> bool {
        if self.label.chars.len() >= SHORTEST && self.joined == other.label.bare {
            return true;
        }
        let inner = other.host.len().saturating_sub(other.owner.len());
        inner > 0
            && self.owner_letters.are_in(other.host_letters)
            && whole_words(&other.host, &self.owner)
                .any(|range| range.start < inner && range.end < other.host.len())
    }
}

/// The label of a registrable domain, in Unicode.
#[derive(Debug, Clone)]
struct Label {
    text: String,
    letters: Letters,
    chars: Vec<char>,
    /// Without hyphens.
    bare: String,
    looks: String,
    looks_letters: Letters,
}

impl Label {
    fn new(text: &str) -> Self {
        let looks = looks(text);
        Self {
            letters: Letters::of(text),
            looks_letters: Letters::of(&looks),
            chars: text.chars().collect(),
            bare: text.replace('-', ""),
            text: text.to_owned(),
            looks,
        }
    }

    /// Whether `other`, which is another label, resembles this one. The shorter of both has `shortest` letters.
    fn imitated_by(&self, other: &Self, shortest: usize) -> Option<Resemblance> {
        if shortest >= SHORTEST_CONFUSABLE && self.looks == other.looks {
            return Some(Resemblance::Confusable);
        }
        if shortest < SHORTEST {
            return None;
        }
        if self.bare == other.bare {
            return Some(Resemblance::Hyphen);
        }
        if self.letters.differences(other.letters) == 0
            && is_transposition(&self.chars, &other.chars)
        {
            return Some(Resemblance::Transposition);
        }
        if self.is_edited(other, shortest) {
            return Some(Resemblance::Edit);
        }
        self.affix(other)
    }

    fn is_edited(&self, other: &Self, shortest: usize) -> bool {
        let allowed = if shortest >= LONG { 2 } else { usize::from(shortest > SHORTEST) };
        allowed > 0
            && self.chars.len().abs_diff(other.chars.len()) <= allowed
            && shortest <= MAX_LABEL
            && self.letters.differences(other.letters) <= 2 * allowed
            && within_edits(&self.chars, &other.chars, allowed)
    }

    /// This name with a word before or behind. Spelled with other letters beside, it is no chance.
    fn affix(&self, other: &Self) -> Option<Resemblance> {
        let letters = self.chars.len();
        if letters <= SHORTEST {
            return None;
        }
        if self.letters.are_in(other.letters) && has_affix(&other.text, &self.text, letters) {
            return Some(Resemblance::Affix);
        }
        let looks_so = self.looks_letters.are_in(other.looks_letters)
            && has_affix(&other.looks, &self.looks, letters);
        looks_so.then_some(Resemblance::Confusable)
    }
}

/// The letters of a text and the pairs of neighbours as sets, in which some share a place: what is not in it is not in the
/// text. A label has fewer pairs than there are places, so none can be made that seems to hold every name.
#[derive(Debug, Clone, Copy)]
struct Letters {
    single: u64,
    pairs: u128,
}

impl Letters {
    fn of(text: &str) -> Self {
        let mut found = Self { single: 0, pairs: 0 };
        let mut before = None;
        for c in text.chars().map(u32::from) {
            found.single |= 1 << (c % u64::BITS);
            if let Some(before) = before.replace(c) {
                found.pairs |= 1 << ((37 * before + c) % u128::BITS);
            }
        }
        found
    }

    fn are_in(self, other: Self) -> bool {
        self.pairs & !other.pairs == 0
    }

    /// One edit makes two at most, a change of order none.
    fn differences(self, other: Self) -> usize {
        (self.single ^ other.single).count_ones() as usize
    }
}

/// Whether a label mixes scripts that no one language uses together (UTS 39 section 5.1).
pub(crate) fn mixes_scripts(host: &str) -> bool {
    domain::to_unicode(host).split('.').any(|label| !label.is_ascii() && !label.is_single_script())
}

/// What a name looks like: its skeleton, then digits and letter pairs as the letters they imitate. The skeleton comes
/// first because it makes Latin letters of the others.
fn looks(name: &str) -> String {
    let seen = skeleton(name).collect::<String>().to_lowercase();
    let replaced: String = seen.chars().map(imitated).collect();
    replaced.replace("vv", "w").replace("cl", "d")
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

fn is_transposition(one: &[char], other: &[char]) -> bool {
    match without_common_start(one, other) {
        ([a, b, one @ ..], [c, d, other @ ..]) => a == d && b == c && one == other,
        _ => false,
    }
}

/// Whether at most `allowed` letters are inserted, deleted or replaced (Levenshtein). `allowed` is 2 at most.
fn within_edits(one: &[char], other: &[char], allowed: usize) -> bool {
    match without_common_start(one, other) {
        ([], rest) | (rest, []) => rest.len() <= allowed,
        ([_, one_rest @ ..], [_, other_rest @ ..]) if allowed > 0 => {
            let (one, other) = without_common_start(one, other);
            within_edits(one_rest, other_rest, allowed - 1)
                || within_edits(one, other_rest, allowed - 1)
                || within_edits(one_rest, other, allowed - 1)
        }
        _ => false,
    }
}

fn without_common_start<'a>(
    mut one: &'a [char],
    mut other: &'a [char],
) -> (&'a [char], &'a [char]) {
    while let ([a, one_rest @ ..], [b, other_rest @ ..]) = (one, other)
        && a == b
    {
        (one, other) = (one_rest, other_rest);
    }
    (one, other)
}

/// The genuine label as a whole word between hyphens; one of many letters also without hyphens, at either end.
fn has_affix(label: &str, genuine: &str, letters: usize) -> bool {
    let is_glued =
        letters >= SHORTEST_GLUED && (label.starts_with(genuine) || label.ends_with(genuine));
    label.len() > genuine.len() && (is_glued || whole_words(label, genuine).next().is_some())
}

/// Where `word` stands in `text` between dots, hyphens and the ends.
fn whole_words(text: &str, word: &str) -> impl Iterator<Item = Range<usize>> {
    let ends = |c: Option<char>| c.is_none_or(|c| matches!(c, '.' | '-'));
    let ranges = text.match_indices(word).map(|(start, word)| start..start + word.len());
    ranges.filter(move |range| {
        ends(text.get(..range.start).and_then(|head| head.chars().next_back()))
            && ends(text.get(range.end..).and_then(|tail| tail.chars().next()))
    })
}

const SHORTEST_CONFUSABLE: usize = 3;
const SHORTEST: usize = 4;
const SHORTEST_GLUED: usize = 7;
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
        check(
            "\u{455}u\u{440}\u{440}l\u{456}\u{435}r.com",
            "supplier.com",
            Some(Resemblance::Confusable),
        );
        check("supplierinc.com", "supplier.com", Some(Resemblance::Affix));
        check("thesupplier.com", "supplier.com", Some(Resemblance::Affix));
        check("supp1ier-billing.com", "supplier.com", Some(Resemblance::Confusable));
        check("thesupp1ier.com", "supplier.com", Some(Resemblance::Confusable));
        check("suppliercom.org", "supplier.com", Some(Resemblance::Subdomain));
        check("supplier-com.org", "supplier.com", Some(Resemblance::Subdomain));
        check("supplier.com-login.org", "supplier.com", Some(Resemblance::Subdomain));
        check("www.supplier.com-login.org", "supplier.com", Some(Resemblance::Subdomain));
        check("www.supplier.com.login.org", "supplier.com", Some(Resemblance::Subdomain));
        check(
            "industrialpumsp.example",
            "industrialpumps.example",
            Some(Resemblance::Transposition),
        );
        check("industialpupms.example", "industrialpumps.example", None);
        check("industialpump.example", "industrialpumps.example", Some(Resemblance::Edit));
        check("indvstrialpvmps.example", "industrialpumps.example", Some(Resemblance::Edit));
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
            ("megabolts.example", "bolts.example"),
            ("www.xsupplier.com.org", "supplier.com"),
            ("www.bolts.co.uk", "nuts.co"),
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
