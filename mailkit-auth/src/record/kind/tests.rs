use super::*;
use crate::record::tag_list::MAX_OCTETS;
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
    check("V=TLSRPTv1; rua=mailto:a@b.test", None);
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
    check("a v=DKIM1", Some(RecordKind::DkimKey));
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
        // What counts as one of several is what lints call a record, also where it is too long to be
        // read.
        for text in [format!("{text};{}", "x".repeat(MAX_OCTETS)), text] {
            let is_published = DmarcRecord::read_published(&text).is_ok();
            prop_assert_eq!(is_published, RecordKind::Dmarc.is_record(&text), "{}", text);
        }
    }
}
