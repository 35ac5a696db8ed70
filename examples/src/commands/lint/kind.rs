//! What a text is meant to be.

use mailkit_auth::lint::{self, Finding, SignatureContext};
use mailkit_auth::record::RecordKind;
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
        let start: String = text.trim_start().chars().take(FIRST_WORD).collect();
        let start = start.to_ascii_lowercase();
        let has_tag = |name: &str| text.split(';').any(|it| it.trim_start().starts_with(name));
        if start.starts_with("dkim-signature:") || (has_tag("bh=") && has_tag("h=")) {
            Some(Self::DkimSignature)
        } else if start.starts_with("version:") {
            Some(Self::MtaStsPolicy)
        } else if is_tlsa(text) {
            Some(Self::Tlsa)
        } else {
            RecordKind::meant(text).and_then(Self::of_txt)
        }
    }

    fn of_txt(kind: RecordKind) -> Option<Self> {
        Some(match kind {
            RecordKind::Bimi => Self::Bimi,
            RecordKind::DkimKey => Self::Dkim,
            RecordKind::Dmarc => Self::Dmarc,
            RecordKind::MtaSts => Self::MtaSts,
            RecordKind::Spf => Self::Spf,
            RecordKind::TlsRpt => Self::TlsRpt,
            _ => return None,
        })
    }

    /// The kind of the TXT record, if it is one.
    pub(super) fn txt(self) -> Option<RecordKind> {
        match self {
            Self::Bimi => Some(RecordKind::Bimi),
            Self::Dkim => Some(RecordKind::DkimKey),
            Self::Dmarc => Some(RecordKind::Dmarc),
            Self::MtaSts => Some(RecordKind::MtaSts),
            Self::Spf => Some(RecordKind::Spf),
            Self::TlsRpt => Some(RecordKind::TlsRpt),
            Self::DkimSignature | Self::MtaStsPolicy | Self::Tlsa => None,
        }
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
const FIRST_WORD: usize = 40;

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
