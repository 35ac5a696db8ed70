//! Zones that were made to cost time, memory or sanity.

use mailkit_auth::checkup::{
    CheckupLimit, CheckupLimits, CheckupReport, CheckupRequest, Observation, check,
};
use mailkit_auth::lookup::{Answer, Lookup, Name, Question, RecordData, RecordType, ZoneSnapshot};

fn request() -> CheckupRequest {
    let request = CheckupRequest::new("evil.test".parse().expect("a domain"));
    request.with_selector("s1".parse().expect("a selector")).with_sender([192, 0, 2, 7], None)
}

#[track_caller]
fn check_bounds(report: &CheckupReport) {
    assert!(report.evidence.len() <= CheckupLimits::default().questions);
    let text = report.to_string();
    assert!(text.len() < 512 * 1024, "{} octets", text.len());
    let printable = |c: char| c == '\n' || (' '..='~').contains(&c) || !c.is_ascii();
    assert!(text.chars().all(printable), "{text:?}");
    for evidence in &report.evidence {
        if let Observation::Records(records) = &evidence.observation {
            assert!(records.len() <= CheckupLimits::default().records);
            assert!(records.iter().all(|it| it.bytes().all(|b| (b' '..=b'~').contains(&b))));
        }
    }
}

fn name(text: &str) -> Name {
    Name::new(text).expect("a name")
}

#[test]
fn ten_thousand_mail_exchangers() {
    let mut zone = ZoneSnapshot::new();
    for index in 0..10_000 {
        let exchange = name(&format!("mx{index}.evil.test"));
        zone = zone.with_record(name("evil.test"), RecordData::Mx { preference: 1, exchange });
    }
    let report = check(&zone, &request());
    check_bounds(&report);
    assert!(report.limits_hit.contains(&CheckupLimit::MailExchangers), "{:?}", report.limits_hit);
    assert!(report.limits_hit.contains(&CheckupLimit::Records));
}

#[test]
fn includes_without_end() {
    /// Every name includes ten others.
    struct Endless;
    impl Lookup for Endless {
        fn answer(&self, question: &Question) -> Answer {
            let name = &question.name;
            let label = name.as_str().split('.').next().unwrap_or_default();
            let text: String =
                (0..10).map(|index| format!(" include:{index}{label}.evil.test")).collect();
            let text = RecordData::Txt(format!("v=spf1{text} -all").into_bytes());
            match question.record_type {
                RecordType::Txt => Answer::Records(vec![text].into()),
                _ => Answer::NoSuchName,
            }
        }
    }
    check_bounds(&check(&Endless, &request()));
}

/// Whatever is asked, the answer is as large and as odd as it can be.
#[test]
fn hostile_answers() {
    struct Flood(&'static [u8]);
    impl Lookup for Flood {
        fn answer(&self, question: &Question) -> Answer {
            let evil = || name("a\u{1b}[31m\r\n.evil.test");
            let data = match question.record_type {
                RecordType::A => RecordData::A([192, 0, 2, 7].into()),
                RecordType::Aaaa => RecordData::Aaaa([0; 16].into()),
                RecordType::Cname => RecordData::Cname(evil()),
                RecordType::Mx => RecordData::Mx { preference: 0, exchange: evil() },
                RecordType::Ns => RecordData::Ns(evil()),
                RecordType::Ptr => RecordData::Ptr(evil()),
                RecordType::Spf => RecordData::Spf(self.0.repeat(200)),
                RecordType::Txt => RecordData::Txt(self.0.repeat(200)),
                _ => return Answer::NoRecords,
            };
            Answer::Records(vec![data; 150].into())
        }
    }
    let octets: [&[u8]; 9] = [
        b"v=spf1 include:evil.test \x1b[2J\r\n+all ",
        b"v=DMARC1; p=reject; rua=mailto:a@evil.test\x07; \xff",
        b"v=STSv1; id=\x1b]0;x\x07;",
        b"v=TLSRPTv1; rua=\0;",
        b"v=BIMI1; l=https://evil.test/\n;",
        b"v=DKIM1; p=\x1b; t=s;",
        b"\xf0\x9f\x92\xa9\x00",
        b"",
        b";;;;=====",
    ];
    for text in octets {
        check_bounds(&check(&Flood(text), &request()));
    }
}

#[test]
fn aliases_without_end() {
    let mut zone = ZoneSnapshot::new();
    for index in 0..1_000 {
        let (from, to) = (format!("a{index}.evil.test"), format!("a{}.evil.test", index + 1));
        zone = zone.with_alias(&from, &to).expect("names");
    }
    zone = zone.with_alias("evil.test", "a0.evil.test").expect("names");
    zone = zone.with_alias("_dmarc.evil.test", "_dmarc.evil.test").expect("names");
    check_bounds(&check(&zone, &request()));
}

/// A small limit is kept, and named.
#[test]
fn limits_are_kept() {
    let mut limits = CheckupLimits::default();
    limits.questions = 5;
    let report = check(&ZoneSnapshot::new(), &request().with_limits(limits));
    assert_eq!(report.evidence.len(), 5);
    assert_eq!(report.limits_hit, [CheckupLimit::Questions]);
    assert_eq!(report.grade, None, "SPF or DMARC could not be asked for");
}
