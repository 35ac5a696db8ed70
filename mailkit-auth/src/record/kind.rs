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

    /// The kind that is looked for at this name: SPF at any that is of no other.
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
mod tests {
    use super::*;
    use crate::{RecordError, RecordErrorKind};
    use proptest::prelude::*;

    #[test]
    fn where_records_stand() {
        let check = |name: &str, expected| {
            assert_eq!(Name::new(name).map(|name| RecordKind::at(&name)), Ok(expected), "{name}");
        };
        check("acme.test", RecordKind::Spf);
        check("_dmarc.acme.test", RecordKind::Dmarc);
        check("acme.test._report._dmarc.other.test", RecordKind::Spf);
        check("_mta-sts.acme.test", RecordKind::MtaSts);
        check("_smtp._tls.acme.test", RecordKind::TlsRpt);
        check("_tls.acme.test", RecordKind::Spf);
        check("s1._domainkey.acme.test", RecordKind::DkimKey);
        check("S1.mail._DomainKey.acme.test", RecordKind::DkimKey);
        check("_domainkey.acme.test", RecordKind::Spf);
        check("default._bimi.acme.test", RecordKind::Bimi);
    }

    #[test]
    fn what_receivers_take_for_a_record() {
        #[track_caller]
        fn check(text: &str, expected: Option<RecordKind>) {
            let kinds: Vec<_> =
                RecordKind::ALL.iter().copied().filter(|kind| kind.is_record(text)).collect();
            assert_eq!(kinds, Vec::from_iter(expected), "{text}");
        }
        check("v=spf1", Some(RecordKind::Spf));
        check("V=SPF1 -all", Some(RecordKind::Spf));
        check("v=spf10 -all", None);
        check("v=DMARC1; p=rejct", Some(RecordKind::Dmarc));
        check("v = DMARC1", Some(RecordKind::Dmarc));
        check("V=DMARC1", None);
        check("v=dmarc1; p=none", None);
        check("p=none; v=DMARC1", None);
        check("v=STSv1; id=1", Some(RecordKind::MtaSts));
        check("v=STSv1 ; id=1", Some(RecordKind::MtaSts));
        check("v = STSv1; id=1", None);
        check("v=STSv10; id=1", None);
        check("v=TLSRPTv1", Some(RecordKind::TlsRpt));
        check("v=TLSRPTv12;", None);
        check("v=BIMI1; l=", Some(RecordKind::Bimi));
        check("V=BIMI1; l=", None);
        check("v=DKIM1; k=rsa", Some(RecordKind::DkimKey));
        check("k=rsa; p=MIGf", Some(RecordKind::DkimKey));
        check("p=MIGf; v=DKIM1", None);
        check("v=dkim1; p=MIGf", None);
        check("k=rsa", None);
        check("", None);
    }

    #[test]
    fn what_a_text_was_meant_to_be() {
        #[track_caller]
        fn check(text: &str, expected: Option<RecordKind>) {
            assert_eq!(RecordKind::meant(text), expected, "{text}");
            if let Some(kind) = expected {
                assert!(kind.is_meant(text) || kind == RecordKind::DkimKey, "{text}");
            }
        }
        check("v=spf1 -all", Some(RecordKind::Spf));
        check(" \"V = SPF1 -all\"", Some(RecordKind::Spf));
        check("v=spf -all", Some(RecordKind::Spf));
        check("spf2.0/pra -all", Some(RecordKind::Spf));
        check("v=DMARC1; p=none; rua=mailto:dkim@a.test", Some(RecordKind::Dmarc));
        check("v=DMRAC1; v=DMARC1", Some(RecordKind::Dmarc));
        check("p=reject; v=DMARC1", Some(RecordKind::Dmarc));
        check("p=reject; V = dmarc1", Some(RecordKind::Dmarc));
        check("p=MIGf; v=DKIM1", Some(RecordKind::DkimKey));
        check("v=DKIM1; p=", Some(RecordKind::DkimKey));
        check("k=rsa; P=MIGf", Some(RecordKind::DkimKey));
        check("v=STS1; id=1", Some(RecordKind::MtaSts));
        check("v=tlsrptv1; rua=mailto:sts@b.test", Some(RecordKind::TlsRpt));
        check("v=BIMI1; l=;", Some(RecordKind::Bimi));
        check("google-site-verification=abc", None);
        check("公司", None);
    }

    fn is_wrong_version(error: &RecordError) -> bool {
        matches!(error.kind(), RecordErrorKind::WrongVersion { .. })
    }

    /// Whether a record of the kind can be read from the text, and whether it lacks the version.
    fn read(kind: RecordKind, text: &str) -> (bool, bool) {
        let error = match kind {
            RecordKind::Bimi => text.parse::<BimiRecord>().err(),
            RecordKind::DkimKey => text.parse::<DkimKeyRecord>().err(),
            RecordKind::Dmarc => DmarcRecord::from_published(text).err(),
            RecordKind::MtaSts => text.parse::<MtaStsRecord>().err(),
            RecordKind::Spf => text.parse::<SpfRecord>().err(),
            RecordKind::TlsRpt => text.parse::<TlsRptRecord>().err(),
        };
        (error.is_none(), error.is_some_and(|error| is_wrong_version(&error)))
    }

    proptest! {
        /// What can be read is a record, and what a reader refuses for its version is none.
        #[test]
        fn readers_agree(
            text in "(v ?= ?|V=|p=)?(spf1|DMARC1|dmarc1|STSv1|TLSRPTv1|BIMI1|DKIM1)?( ?[;a] ?(v=DKIM1|p=|id=1|l=|rua=mailto:a@b\\.test)){0,3}|\\PC{0,40}"
        ) {
            for kind in RecordKind::ALL {
                let (can_be_read, lacks_version) = read(*kind, &text);
                let is_record = kind.is_record(&text);
                prop_assert!(is_record || !can_be_read, "{kind}: {text:?}");
                prop_assert!(!(is_record && lacks_version), "{kind}: {text:?}");
                prop_assert!(kind.is_meant(&text) || !is_record, "{kind}: {text:?}");
            }
        }
    }
}
