//! What a text is meant to be.

use mailkit_auth::lint::{self, Finding, SignatureContext};
use serde::Serialize;

/// A kind of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    /// BIMI, at `default._bimi`.
    Bimi,
    /// A DKIM key, at `<selector>._domainkey`.
    Dkim,
    /// The DKIM-Signature field of a message.
    DkimSignature,
    /// DMARC, at `_dmarc`.
    Dmarc,
    /// MTA-STS, at `_mta-sts`.
    MtaSts,
    /// The policy file of MTA-STS.
    MtaStsPolicy,
    /// SPF, at the domain.
    Spf,
    /// TLS reports, at `_smtp._tls`.
    TlsRpt,
    /// TLSA, at `_25._tcp.<host>`.
    Tlsa,
}

impl Kind {
    /// The kind that the first words tell, small slips in them forgiven.
    pub(super) fn of(text: &str) -> Option<Self> {
        let head: String = text.trim_start().chars().take(HEAD).collect();
        let head = head.to_ascii_lowercase().replace([' ', '\t', '"'], "");
        let tags = text.to_ascii_lowercase();
        let has_tag = |tag: &str| tags.split(';').any(|it| it.trim_start().starts_with(tag));
        let version =
            |word: &str| head.get(..HEAD_WORD.min(head.len())).is_some_and(|it| it.contains(word));
        Some(if head.starts_with("dkim-signature:") || (has_tag("bh=") && has_tag("h=")) {
            Self::DkimSignature
        } else if head.starts_with("version:") {
            Self::MtaStsPolicy
        } else if version("dmarc") {
            Self::Dmarc
        } else if version("dkim") {
            Self::Dkim
        } else if version("bimi") {
            Self::Bimi
        } else if version("tlsrpt") {
            Self::TlsRpt
        } else if version("sts") {
            Self::MtaSts
        } else if version("spf") {
            Self::Spf
        } else if is_tlsa(text) {
            Self::Tlsa
        } else if has_tag("v=dmarc1") {
            // The version stands somewhere else than it must.
            Self::Dmarc
        } else if has_tag("p=") {
            Self::Dkim
        } else {
            return None;
        })
    }

    /// What is wrong with a text of this kind.
    pub(super) fn lint(self, text: &str) -> Vec<Finding> {
        match self {
            Self::Bimi => lint::lint_bimi(text),
            Self::Dkim => lint::lint_dkim_key(text),
            Self::DkimSignature => lint::lint_dkim_signature(text, &SignatureContext::default()),
            Self::Dmarc => lint::lint_dmarc(text),
            Self::MtaSts => lint::lint_mta_sts(text),
            Self::MtaStsPolicy => lint::lint_mta_sts_policy(text),
            Self::Spf => lint::lint_spf(text),
            Self::TlsRpt => lint::lint_tls_rpt(text),
            Self::Tlsa => lint::lint_tlsa(text),
        }
    }

    /// Whether a file holds one text of this kind, whatever its lines.
    pub(super) fn has_lines(self) -> bool {
        matches!(self, Self::DkimSignature | Self::MtaStsPolicy)
    }
}

/// Three numbers and hexadecimal digits.
fn is_tlsa(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [usage, selector, matching, data, ..] = words.as_slice() else { return false };
    let number = |word: &str| word.len() <= 3 && word.bytes().all(|it| it.is_ascii_digit());
    [usage, selector, matching].iter().all(|word| number(word))
        && data.bytes().all(|octet| octet.is_ascii_hexdigit())
}

/// Characters that can hold the first word.
const HEAD: usize = 40;
/// Characters in which the name of the kind stands.
const HEAD_WORD: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_words_tell_the_kind() {
        let check = |text, expected| assert_eq!(Kind::of(text), expected, "{text}");
        check("v=spf1 -all", Some(Kind::Spf));
        check(" \"V = SPF1 -all\"", Some(Kind::Spf));
        check("spf2.0/pra -all", Some(Kind::Spf));
        check("v=DMARC1; p=none", Some(Kind::Dmarc));
        check("v=DMARC1; p=none; rua=mailto:dkim@a.test", Some(Kind::Dmarc));
        check("p=reject; v=DMARC1", Some(Kind::Dmarc));
        check("p=MIGf; v=DKIM1", Some(Kind::Dkim));
        check("v=DKIM1; p=", Some(Kind::Dkim));
        check("k=rsa; p=MIGf", Some(Kind::Dkim));
        check("v=STSv1; id=1", Some(Kind::MtaSts));
        check("version: STSv1\nmode: none\n", Some(Kind::MtaStsPolicy));
        check("v=TLSRPTv1; rua=mailto:a@b.test", Some(Kind::TlsRpt));
        check("v=BIMI1; l=;", Some(Kind::Bimi));
        check("3 1 1 0123456789abcdef", Some(Kind::Tlsa));
        check("DKIM-Signature: v=1; a=rsa-sha256", Some(Kind::DkimSignature));
        check("v=1; a=rsa-sha256; h=from; bh=x; b=y", Some(Kind::DkimSignature));
        check("hello", None);
        check("公司", None);
    }
}
