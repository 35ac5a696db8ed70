//! What a report says, row by row.

use mailkit_auth::checkup::{
    Area, AreaState, BulkReceiver, CheckupReport, CheckupRequest, Grade, MessageSample,
    RequirementState, check,
};
use mailkit_auth::lint::Severity;
use mailkit_auth::lookup::{Name, NameError, RecordData, ZoneSnapshot};

use crate::case::{Case, shapes};

pub(crate) fn simple() -> Result<ZoneSnapshot, NameError> {
    ZoneSnapshot::new()
        .with_mx("acme.test", 10, "mx.acme.test")?
        .with_address("mx.acme.test", [192, 0, 2, 1])?
        .with_txt("acme.test", "v=spf1 mx -all")
}

pub(crate) fn request() -> CheckupRequest {
    CheckupRequest::new("acme.test".parse().expect("a domain"))
}

pub(crate) fn state(report: &CheckupReport, area: Area) -> Option<AreaState> {
    report.area(area).map(|it| it.state)
}

#[test]
fn grades() -> Result<(), NameError> {
    let check = |zone: &ZoneSnapshot, request: &CheckupRequest, expected| {
        let report = check(zone, request);
        assert_eq!(report.grade, expected, "{report}");
    };
    let with_dmarc = |text| simple()?.with_txt("_dmarc.acme.test", text);
    check(&simple()?, &request(), Some(Grade::D));
    check(&with_dmarc("v=DMARC1; p=none; rua=mailto:d@acme.test")?, &request(), Some(Grade::C));
    let enforced = with_dmarc("v=DMARC1; p=reject; rua=mailto:d@acme.test")?;
    check(&enforced, &request(), Some(Grade::A));
    let https = enforced.clone().with_address("mta-sts.acme.test", [192, 0, 2, 3])?;
    check(&https, &request(), Some(Grade::C));
    let twice = enforced.with_mx("acme.test", 20, "mx.acme.test")?;
    check(&twice, &request(), Some(Grade::B));
    check(&ZoneSnapshot::new(), &request(), Some(Grade::F));
    let silent = ZoneSnapshot::new().with_temporary_failure("acme.test")?;
    check(&silent, &request(), None);
    let parked = ZoneSnapshot::new()
        .with_mx("acme.test", 0, ".")?
        .with_txt("acme.test", "v=spf1 -all")?
        .with_txt("_dmarc.acme.test", "v=DMARC1; p=reject; rua=mailto:d@reports.acme.test")?
        .with_mx("reports.acme.test", 10, "mx.acme.test")?
        .with_address("mx.acme.test", [192, 0, 2, 1])?;
    check(&parked, &request(), Some(Grade::A));
    Ok(())
}

/// What nobody said is not checked, and never missing.
#[test]
fn what_is_not_said_is_not_missing() -> Result<(), NameError> {
    let zone =
        simple()?.with_txt("_dmarc.acme.test", "v=DMARC1; p=reject; rua=mailto:d@acme.test")?;
    let report = check(&zone, &request());
    for area in [Area::Dkim, Area::Ptr, Area::Messages, Area::Dns] {
        assert_eq!(state(&report, area), Some(AreaState::NotChecked), "{area}");
        assert!(report.gaps.iter().any(|gap| gap.area == area), "{area}: how to check it");
    }
    assert_eq!(state(&report, Area::MtaSts), Some(AreaState::Absent));
    assert!(report.codes().iter().all(|code| !code.starts_with("DKM")));
    Ok(())
}

/// A key at a selector that the provider is known to use is shown; none is no fault.
#[test]
fn candidates_are_shown_only_if_found() -> Result<(), NameError> {
    let zone = ZoneSnapshot::new()
        .with_mx("acme.test", 1, "smtp.google.com")?
        .with_address("smtp.google.com", [192, 0, 2, 1])?
        .with_txt("acme.test", "v=spf1 include:_spf.google.com -all")?
        .with_txt("_spf.google.com", "v=spf1 ip4:203.0.113.0/24 -all")?
        .with_txt("_dmarc.acme.test", "v=DMARC1; p=reject; rua=mailto:d@acme.test")?;
    assert_eq!(state(&check(&zone, &request()), Area::Dkim), Some(AreaState::NotChecked));
    let zone = zone.with_txt("google._domainkey.acme.test", crate::case::rsa_key(1))?;
    let report = check(&zone, &request());
    assert_eq!(state(&report, Area::Dkim), Some(AreaState::Good));
    assert!(report.gaps.iter().any(|gap| gap.area == Area::Dkim), "others may be in use");
    Ok(())
}

/// The zone file of a domain says nothing about its includes.
#[test]
fn what_cannot_be_seen_is_not_missing() -> Result<(), NameError> {
    let zone = simple()?
        .with_txt("acme.test", "v=verification")?
        .with_txt("_dmarc.acme.test", "v=DMARC1; p=reject; rua=mailto:d@reports.example")?;
    let seen = request().with_visible(request().domain);
    let report = check(&zone, &seen);
    assert_eq!(report.grade, Some(Grade::A), "{report}");
    assert!(report.gaps.iter().any(|gap| gap.message.contains("reports.example")));
    assert!(check(&zone, &request()).codes().contains(&"DMC026"));
    Ok(())
}

#[test]
fn repairs_name_the_record_to_publish() -> Result<(), NameError> {
    let zone = ZoneSnapshot::new()
        .with_mx("acme.test", 1, "smtp.google.com")?
        .with_address("smtp.google.com", [192, 0, 2, 1])?
        .with_txt("acme.test", "v=spf1 ipv4:192.0.2.1 ip4:2001:db8::1 -all")?;
    let report = check(&zone, &request());
    let published: Vec<String> = report
        .repairs
        .iter()
        .filter_map(|it| it.publish.as_ref())
        .map(ToString::to_string)
        .collect();
    let expect = |line: &str| assert!(published.iter().any(|it| it == line), "{published:#?}");
    expect("publish: acme.test. 3600 IN TXT \"v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 -all\"");
    expect(
        "add:     _dmarc.acme.test. 3600 IN TXT \"v=DMARC1; p=none; rua=mailto:dmarc-reports@acme.test\"",
    );
    let first = report.repairs.first().and_then(|it| it.findings.first());
    let first = first.and_then(|index| report.findings.get(*index));
    assert_eq!(first.map(|it| it.finding.severity), Some(Severity::Error));
    Ok(())
}

#[test]
fn bulk_senders() {
    let case = Case::clean(shapes().next().expect("a shape"));
    let report = case.report();
    for receiver in [BulkReceiver::Gmail, BulkReceiver::Yahoo, BulkReceiver::Microsoft] {
        let checks: Vec<_> = report.bulk.iter().filter(|it| it.receiver == receiver).collect();
        assert_eq!(checks.len(), receiver.requirements().len());
        assert!(checks.iter().all(|it| it.state == RequirementState::Met), "{checks:#?}");
    }
    let bare = check(&case.zone(), &CheckupRequest::new(case.request.domain));
    let unknown = bare.bulk.iter().filter(|it| it.state == RequirementState::NotChecked).count();
    let refused = bare.bulk.iter().filter(|it| it.state == RequirementState::NotMet).count();
    assert!(unknown > 10 && refused == 0, "{bare}");
}

/// A message from elsewhere says nothing about this domain.
#[test]
fn messages_of_others_are_not_judged() {
    let mut case = Case::clean(shapes().next().expect("a shape"));
    let header = "From: a@other.test\r\nDate: x\r\nMessage-ID: <1@other.test>\r\n\r\n";
    case.only_message(MessageSample::new(header));
    let report = case.report();
    assert!(report.codes().is_empty(), "{report}");
    assert!(report.gaps.iter().any(|gap| gap.message.contains("other.test")));
}

/// A message that was given and cannot be judged says why.
#[test]
fn messages_without_a_plain_author_are_told() {
    let check = |from: &str, expected: Option<&str>| {
        let mut case = Case::clean(shapes().next().expect("a shape"));
        let header = format!("From: {from}\r\nDate: x\r\nMessage-ID: <1@other.test>\r\n\r\n");
        case.only_message(MessageSample::new(&header));
        let gaps = case.report().gaps;
        let told = gaps.iter().find_map(|it| it.message.strip_prefix("a message has no author: "));
        assert_eq!(told, expected, "{from}");
    };
    check("Ann <a@other.test> (Sales)", None);
    check("Ann", Some("the From field holds no address, or text that is none"));
    check("a@one.test, b@two.test", Some("the From field names several domains"));
}

/// A branch of SPF that nobody answered leaves open whether the record works; one that is broken does not.
#[test]
fn spf_that_was_not_seen_whole_is_open() -> Result<(), Box<dyn std::error::Error>> {
    let check = |record: &str, state_of_spf, grade| -> Result<(), Box<dyn std::error::Error>> {
        let zone = ZoneSnapshot::new()
            .with_mx("acme.test", 10, "mx.acme.test")?
            .with_address("mx.acme.test", [192, 0, 2, 1])?
            .with_txt("acme.test", record)?
            .with_txt("_dmarc.acme.test", "v=DMARC1; p=reject; rua=mailto:d@acme.test")?
            .with_temporary_failure("slow.test")?;
        let report = check(&zone, &request());
        assert_eq!(
            (state(&report, Area::Spf), report.grade),
            (Some(state_of_spf), grade),
            "{report}"
        );
        Ok(())
    };
    check("v=spf1 mx -all", AreaState::Good, Some(Grade::A))?;
    for open in ["include:slow.test -all", "redirect=slow.test", "a:slow.test -all"] {
        check(&format!("v=spf1 mx {open}"), AreaState::NotChecked, None)?;
    }
    check("v=spf1 include:slow.test include:gone.test -all", AreaState::Broken, Some(Grade::F))
}

/// An include whose own name is registered is not called free for a shorter name that is not.
#[test]
fn short_names_are_registered_names() -> Result<(), NameError> {
    let free = |include: &str, registered: &str| {
        let ns = || RecordData::Ns(Name::new("ns.root.test").expect("a name"));
        let top = registered.rsplit('.').next().unwrap_or_default();
        let zone = ZoneSnapshot::new()
            .with_txt("acme.test", format!("v=spf1 include:{include} -all"))?
            .with_record(Name::new(top)?, ns())
            .with_record(Name::new(registered)?, ns())
            .with_mx("acme.test", 10, "mx.acme.test")?
            .with_address("mx.acme.test", [192, 0, 2, 1])?;
        Ok::<bool, NameError>(check(&zone, &request()).codes().contains(&"SPF044"))
    };
    assert!(!free("spf.mail.abc.de", "abc.de")?);
    assert!(!free("x.qq.cn", "qq.cn")?);
    assert!(free("spf.abd.de", "abc.de")?);
    assert!(free("spf.acme.co.uk", "other.co.uk")?);
    Ok(())
}

/// Words never hold what a terminal would obey.
#[test]
fn words_are_visible_ascii() -> Result<(), NameError> {
    let zone = simple()?
        .with_txt(
            "_dmarc.acme.test",
            "v=DMARC1; p=reject; rua=mailto:d@acme.test; x=\u{1b}[2J\u{202e}",
        )?
        .with_txt("_mta-sts.acme.test", "v=STSv1; id=1; \u{1b}]0;x\u{7}")?;
    let report = check(&zone, &request());
    let words = report.areas.iter().map(|it| &it.summary);
    let words = words.chain(report.gaps.iter().map(|it| &it.message));
    for text in words.chain(report.findings.iter().map(|it| &it.finding.message)) {
        assert!(text.chars().all(|c| matches!(c, ' '..='~')), "{text:?}");
    }
    Ok(())
}

#[test]
fn results_move_between_threads() {
    fn is_shareable<T: Send + Sync + std::fmt::Debug + Clone + 'static>(_: &T) {}
    is_shareable(&check(&ZoneSnapshot::new(), &request()));
    is_shareable(&request());
}
