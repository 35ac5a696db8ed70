//! What is wrong with a record, or will be: codes, spans, paragraphs and fixes.
//!
//! A lint reads text, not a parsed record, so it also explains text that does not parse. Every
//! finding carries a stable code, the bytes it is about, the paragraph it rests on and, where a
//! machine can mend the text without guessing, a [`Fix`].

pub(crate) mod bimi;
pub(crate) mod dkim;
pub(crate) mod dkim_signature;
pub(crate) mod dmarc;
pub(crate) mod finding;
mod letters;
pub(crate) mod mta_sts;
pub(crate) mod mta_sts_policy;
mod nearest;
mod places;
pub mod render;
#[cfg(feature = "serde")]
pub mod sarif;
pub(crate) mod spf;
mod tag_letters;
mod tags;
pub(crate) mod tls_rpt;
pub(crate) mod tlsa;
mod txt_record;
mod txt_set;
mod version;
mod visible;

use crate::checkup;

pub use bimi::lint_bimi;
pub use dkim::lint_dkim_key;
pub use dkim_signature::{SignatureContext, lint_dkim_signature};
pub use dmarc::lint_dmarc;
pub use finding::{Finding, Fix, Rule, Severity, apply_fixes};
pub use mta_sts::lint_mta_sts;
pub use mta_sts_policy::lint_mta_sts_policy;
pub use spf::lint_spf;
pub use tls_rpt::lint_tls_rpt;
pub use tlsa::lint_tlsa;
pub use txt_record::{TxtFinding, TxtRecord};
pub use txt_set::{
    lint_bimi_set, lint_dkim_key_set, lint_dmarc_set, lint_mta_sts_set, lint_spf_set,
    lint_spf_type_set, lint_tls_rpt_set, lint_txt_at, lint_txt_set,
};

/// Every rule, by kind of record.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    [
        bimi::RULES,
        checkup::RULES,
        dkim::RULES,
        dkim_signature::RULES,
        dmarc::RULES,
        mta_sts::RULES,
        mta_sts_policy::RULES,
        spf::RULES,
        tls_rpt::RULES,
        tlsa::RULES,
        txt_set::RULES,
    ]
    .into_iter()
    .flatten()
}

/// The rule of this code.
#[must_use]
pub fn rule(code: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.code == code)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::record::tag_list::MAX_OCTETS;
    use crate::text::work;

    /// Twice the text costs about twice the work.
    #[track_caller]
    fn check_growth(name: &str, octets: usize, run: impl Fn(usize) -> usize) {
        let (half, whole) = (run(octets / 2), run(octets));
        assert!(whole <= half * 5 / 2 + 1000, "{name}: {half}, then {whole}");
    }

    type Lint = fn(&str) -> Vec<Finding>;

    const PARTS: &[&str] = &[
        "\"",
        "\"\t",
        "\\\u{201c}",
        "ｘ",
        "ü",
        "；",
        "\r\n",
        "\n",
        "mx ",
        "ip4:8.8.8.8 ",
        "include:a.test ",
        "x=y;",
        ";",
        "; ",
        "p=reject;",
        "n=\";",
        "%{p}",
        "=",
        "L=;l=;",
        "ID=;",
        "rua=x,;",
        "a:b/c:d@",
        "mode: x\n",
        "Mode:x\n",
    ];

    #[test]
    fn work_grows_with_the_text() {
        let lints: &[(&str, Lint)] = &[
            ("v=spf1 ", lint_spf),
            ("v=DMARC1; p=", lint_dmarc),
            ("v=DKIM1; p=; n=", lint_dkim_key),
            ("v=1; h=", |text| lint_dkim_signature(text, &SignatureContext::default())),
            ("v=STSv1; ", lint_mta_sts),
            ("version: STSv1\n", lint_mta_sts_policy),
            ("v=TLSRPTv1; rua=", lint_tls_rpt),
            ("v=BIMI1; l=", lint_bimi),
            ("3 1 1 ", lint_tlsa),
        ];
        for (head, lint) in lints {
            for part in PARTS {
                let run = |octets: usize| {
                    let text = format!("{head}{}", part.repeat((octets - head.len()) / part.len()));
                    work::of(|| lint(&text))
                };
                check_growth(&format!("{head}{part:?}"), MAX_OCTETS, run);
                check_growth(&format!("{head}{part:?}"), 65_536, run);
            }
        }
    }

    #[test]
    fn work_grows_with_the_strings() {
        for part in PARTS {
            let run = |octets: usize| {
                let strings = part.as_bytes().chunks(1).cycle().take(octets);
                let record = TxtRecord::new([&b"v=spf1 "[..]].into_iter().chain(strings));
                work::of(|| lint_spf_set(&[record.clone(), record]))
            };
            check_growth(part, 65_536, run);
        }
    }

    #[test]
    fn every_rule_has_a_code_of_its_own_and_says_what_and_why() {
        let mut codes = HashSet::new();
        for rule in rules() {
            let (letters, digits) = rule.code.split_at(3);
            let formed = letters.bytes().all(|byte| byte.is_ascii_uppercase())
                && digits.len() == 3
                && digits.bytes().all(|byte| byte.is_ascii_digit());
            assert!(formed, "{rule:?}");
            assert!(codes.insert(rule.code), "{} stands twice", rule.code);
            for text in [rule.summary, rule.help, rule.reference] {
                assert!(text.len() > 5 && !text.ends_with('.'), "{rule:?}");
            }
        }
    }
}
