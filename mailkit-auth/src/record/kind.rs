//! Which kind of record a text is, or was meant to be.

use std::fmt;

use super::dmarc::DmarcRecord;
use super::tag_list::{FromTags, Grammar, check_version, elements};
use super::{BimiRecord, DkimKeyRecord, MtaStsRecord, SpfRecord, TlsRptRecord};
use crate::lookup::Name;

/// A kind of record that stands in a TXT record of the DNS.
///
/// ```
/// use mailkit_auth::lookup::Name;
/// use mailkit_auth::record::RecordKind;
///
/// assert_eq!(RecordKind::at(&Name::new("_dmarc.acme.test")?), RecordKind::Dmarc);
/// assert!(RecordKind::Dmarc.is_record("v=DMARC1; p=rejct"), "valid or not");
/// assert!(!RecordKind::Dmarc.is_record("v=dmarc1; p=reject"), "receivers pass over it");
/// assert_eq!(RecordKind::meant("v=dmarc1; p=reject"), Some(RecordKind::Dmarc));
/// # Ok::<(), mailkit_auth::lookup::NameError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum RecordKind {
    /// The logo of a domain, at `<selector>._bimi.<domain>`.
    Bimi,
    /// A key of DKIM, at `<selector>._domainkey.<domain>`.
    DkimKey,
    /// The policy of DMARC, at `_dmarc.<domain>`.
    Dmarc,
    /// The announcement of an MTA-STS policy, at `_mta-sts.<domain>`.
    MtaSts,
    /// The senders of a domain, at the domain itself.
    Spf,
    /// Where reports of TLS failures go, at `_smtp._tls.<domain>`.
    TlsRpt,
}

impl RecordKind {
    /// All kinds.
    pub const ALL: &'static [Self] =
        &[Self::Bimi, Self::DkimKey, Self::Dmarc, Self::MtaSts, Self::Spf, Self::TlsRpt];

    /// The kind that is looked for at this name: SPF at any that is of no other, as every name may have
    /// mail. Whether it should have any is for its owner to say.
    #[must_use]
    pub fn at(name: &Name) -> Self {
        let labels: Vec<&str> = name.as_str().split('.').collect();
        match labels.as_slice() {
            ["_dmarc", ..] => Self::Dmarc,
            ["_mta-sts", ..] => Self::MtaSts,
            ["_smtp", "_tls", ..] => Self::TlsRpt,
            // A selector may have several labels.
            [_, rest @ ..] if rest.contains(&"_domainkey") => Self::DkimKey,
            [_, rest @ ..] if rest.contains(&"_bimi") => Self::Bimi,
            _ => Self::Spf,
        }
    }

    /// Whether a text is such a record, valid or not: what it starts with decides, in the case of
    /// letters that each standard asks for. A key needs no version, but then a tag `p`.
    #[must_use]
    pub fn is_record(self, text: &str) -> bool {
        match self {
            Self::Bimi => starts_with::<BimiRecord>(text, "v=BIMI1"),
            Self::DkimKey => is_key(text),
            Self::Dmarc => starts_with::<DmarcRecord>(text, "v=DMARC1"),
            Self::MtaSts => starts_with::<MtaStsRecord>(text, "v=STSv1"),
            Self::Spf => SpfRecord::is_record(text),
            Self::TlsRpt => starts_with::<TlsRptRecord>(text, "v=TLSRPTv1"),
        }
    }

    /// Whether a text is such a record or was meant to be one: its version is misspelled, in another
    /// case of letters, or not in front.
    #[must_use]
    pub fn is_meant(self, text: &str) -> bool {
        self.is_record(text) || self.is_named(&head(text)) || self.has_version(text)
    }

    /// The kind that a text is or was meant to be, if that can be told; a list with a tag `p` and
    /// nothing else that tells is a key.
    #[must_use]
    pub fn meant(text: &str) -> Option<Self> {
        let head = head(text);
        // `dkim` and `sts` may stand in the addresses of others, so the first word goes first.
        let of = |is: &dyn Fn(Self) -> bool| Self::ALL.iter().copied().find(|kind| is(*kind));
        of(&|kind| kind.is_named(&head)).or_else(|| of(&|kind| kind.has_version(text))).or_else(
            || {
                elements(text, Grammar::AnyCase)
                    .flatten()
                    .any(|tag| is(tag.name, "p"))
                    .then_some(Self::DkimKey)
            },
        )
    }

    /// Whether the first word of a text names the kind.
    fn is_named(self, head: &str) -> bool {
        let words: &[&str] = match self {
            Self::Bimi => &["bimi"],
            Self::DkimKey => &["dkim"],
            Self::Dmarc => &["dmarc"],
            Self::MtaSts => &["sts"],
            Self::Spf => &["v=spf", "spf1", "spf2.0"],
            Self::TlsRpt => &["tlsrpt"],
        };
        words.iter().any(|word| head.contains(word))
    }

    /// Whether the version stands anywhere among the tags, in any case of its letters.
    fn has_version(self, text: &str) -> bool {
        let version = match self {
            Self::Bimi => "BIMI1",
            Self::DkimKey => "DKIM1",
            Self::Dmarc => "DMARC1",
            Self::MtaSts => "STSv1",
            Self::Spf => "spf1",
            Self::TlsRpt => "TLSRPTv1",
        };
        let tags = elements(text, Grammar::AnyCase).flatten();
        tags.into_iter().any(|tag| is(tag.name, "v") && is(tag.value, version))
    }
}

impl fmt::Display for RecordKind {
    /// Its name for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bimi => "BIMI",
            Self::DkimKey => "DKIM key",
            Self::Dmarc => "DMARC",
            Self::MtaSts => "MTA-STS",
            Self::Spf => "SPF",
            Self::TlsRpt => "TLS-RPT",
        })
    }
}

fn is(text: &str, word: &str) -> bool {
    text.eq_ignore_ascii_case(word)
}

/// Whether a list starts with this version, as its record reads it.
fn starts_with<T: FromTags>(text: &str, version: &'static str) -> bool {
    let first = elements(text, T::GRAMMAR).next().transpose().ok().flatten();
    // Where fields are extensible no space stands around the equals sign.
    let is_tight = || first.as_ref().is_some_and(|tag| tag.span.end == version.len());
    let may_have_space = T::GRAMMAR != Grammar::Extensible;
    check_version(first.as_ref(), version).is_ok() && (may_have_space || is_tight())
}

/// Whether a verifier takes a text for a key, if only for one that is malformed: with the version in
/// front, or without a version (RFC 6376 section 3.6.1).
fn is_key(text: &str) -> bool {
    let mut tags = elements(text, DkimKeyRecord::GRAMMAR).flatten();
    let Some(first) = tags.next() else { return false };
    match first.name {
        "v" => first.value == "DKIM1",
        name => {
            let (mut keyed, mut versioned) = (name == "p", false);
            for tag in tags {
                keyed |= tag.name == "p";
                versioned |= tag.name == "v";
            }
            keyed && !versioned
        }
    }
}

/// The first word of a text as far as it is looked at, in lower case, without the spaces and quotes
/// that a slip puts into it.
fn head(text: &str) -> String {
    let letters = text.chars().filter(|c| !matches!(c, ' ' | '\t' | '"'));
    letters.take(HEAD).map(|c| c.to_ascii_lowercase()).collect()
}

/// Characters in which the name of the kind stands: a version, with what may stand before it.
const HEAD: usize = 12;

#[cfg(test)]
mod tests;
