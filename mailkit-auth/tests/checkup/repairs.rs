//! What a report offers to publish.

use std::error::Error;

use mailkit_auth::checkup::{Area, AreaState, CheckupReport, RecordChange, check};
use mailkit_auth::checkup::{PolicyFetch, PolicyOutcome};
use mailkit_auth::lint::{Severity, TxtRecord, lint_txt_set};
use mailkit_auth::lookup::{RecordData, ZoneSnapshot};
use mailkit_auth::record::RecordKind;

use crate::SEEDS;
use crate::case::{Case, shapes};
use crate::reports::{request, simple, state};

/// The errors of the TXT records that a report says to publish.
fn errors_to_publish(report: &CheckupReport) -> Vec<String> {
    let changes = report.repairs.iter().filter_map(|it| it.publish.as_ref());
    changes
        .filter_map(|change| match change {
            RecordChange::Add(record) | RecordChange::Replace(record) => Some(record),
            _ => None,
        })
        .filter_map(|record| match &record.data {
            RecordData::Txt(text) => {
                Some((RecordKind::at(&record.name), TxtRecord::from_joined(text)))
            }
            _ => None,
        })
        .filter(|(kind, text)| kind.is_meant(&text.text()))
        .flat_map(|(kind, text)| lint_txt_set(kind, &[text]))
        .filter(|it| it.finding.severity == Severity::Error)
        .map(|it| it.finding.to_string())
        .collect()
}

/// No record is offered that keeps an error, whatever else is wrong with the domain.
#[test]
fn what_is_published_has_no_error() {
    let all = [
        |text: &str| text.to_owned(),
        |text: &str| text.replace("~all", "+all"),
        |text: &str| text.replace("ip4:", "ipv4:").replace("~all", "+all"),
        |text: &str| text.replace("ip4:", "ipv4:"),
    ];
    let mut offered = 0;
    for (number, (code, fits, plant)) in SEEDS.into_iter().flatten().enumerate() {
        let fitting: Vec<_> = shapes().filter(|shape| fits(*shape)).collect();
        for shape in fitting.into_iter().skip(number % 5).step_by(18) {
            for spoil in all {
                let mut case = Case::clean(shape);
                plant(&mut case);
                case.edit_if_there(&case.domain.clone(), spoil);
                let report = case.report();
                let errors = errors_to_publish(&report);
                assert!(errors.is_empty(), "{code} {shape:?}: {errors:?}\n{report}");
                offered += report.repairs.iter().filter(|it| it.publish.is_some()).count();
            }
        }
    }
    assert!(offered > 250, "{offered}");
}

/// A slip that voids a record is not mended alone where the record then lets everybody send.
#[test]
fn a_record_is_offered_once_all_its_errors_are_mended() -> Result<(), Box<dyn Error>> {
    let check = |texts: &[&str], expected: Option<&str>, first: &str| {
        let zone = texts.iter().try_fold(
            ZoneSnapshot::new()
                .with_mx("acme.test", 10, "mx.acme.test")?
                .with_address("mx.acme.test", [192, 0, 2, 1])?,
            |zone, text| zone.with_txt("acme.test", *text),
        )?;
        let report = check(&zone, &request());
        let of_spf = report
            .repairs
            .iter()
            .find(|it| it.findings.iter().all(|index| report.findings[*index].area() == Area::Spf));
        let of_spf = of_spf.ok_or("no step")?;
        let publish = of_spf.publish.as_ref().map(ToString::to_string);
        assert_eq!((publish.as_deref(), of_spf.action.as_str()), (expected, first), "{report}");
        Ok::<(), Box<dyn Error>>(())
    };
    check(
        &["v=spf1 ipv4:8.8.8.8 -all"],
        Some("publish: acme.test. 3600 IN TXT \"v=spf1 ip4:8.8.8.8 -all\""),
        "use a mechanism of the standard",
    )?;
    check(
        &["v=spf1 ipv4:8.8.8.8 +all"],
        None,
        "use a mechanism of the standard; end the record with `~all` or `-all`",
    )?;
    // In the place of both, one mended record would take the other's senders away.
    check(&["v=spf1 ipv4:8.8.8.8 -all", "v=spf1 mx -all"], None, "join them into one record")
}

/// Neither a record nor a policy: the domain does without MTA-STS, and that is no fault.
#[test]
fn no_policy_where_none_is_announced_is_no_fault() -> Result<(), Box<dyn Error>> {
    let bare =
        simple()?.with_txt("_dmarc.acme.test", "v=DMARC1; p=reject; rua=mailto:d@acme.test")?;
    let host = bare.clone().with_address("mta-sts.acme.test", [192, 0, 2, 3])?;
    let announced = host.clone().with_txt("_mta-sts.acme.test", "v=STSv1; id=1")?;
    let check = |zone: &ZoneSnapshot, fetch: PolicyFetch, expected: (AreaState, &[&str])| {
        let report = check(zone, &request().with_policy_fetch(fetch));
        let mut codes = report.codes();
        codes.retain(|code| code.starts_with("STS"));
        assert_eq!(
            (state(&report, Area::MtaSts), codes.as_slice()),
            (Some(expected.0), expected.1),
            "{report}"
        );
    };
    for outcome in
        [PolicyOutcome::Status(404), PolicyOutcome::Unreachable, PolicyOutcome::Certificate]
    {
        let failed = || PolicyFetch::failed(outcome);
        check(&bare, failed(), (AreaState::Absent, &[]));
        check(&host, failed(), (AreaState::Absent, &[]));
        check(&announced, failed(), (AreaState::Broken, &["STS004"]));
    }
    let policy = "version: STSv1\nmode: none\nmax_age: 604800\n";
    let fetched = || PolicyFetch::new(200, "text/plain", policy);
    check(&host, fetched(), (AreaState::Broken, &["STS001"]));
    check(&bare, fetched(), (AreaState::Broken, &[]));
    Ok(())
}

/// A finding about the policy stands at the file, not at a record.
#[test]
fn findings_of_the_policy_stand_at_its_file() -> Result<(), Box<dyn Error>> {
    let zone = simple()?
        .with_address("mta-sts.acme.test", [192, 0, 2, 3])?
        .with_txt("_mta-sts.acme.test", "v=STSv1; id=1")?;
    let empty = PolicyFetch::new(200, "text/plain", "");
    let report = check(&zone, &request().with_policy_fetch(empty)).to_string();
    let place = "https://mta-sts.acme.test/.well-known/mta-sts.txt: ";
    assert!(report.contains(&format!("error STS006 {place}")), "{report}");
    assert!(!report.contains("mta-sts.acme.test TXT:"), "{report}");
    Ok(())
}

/// An address that was given and that nobody answered for is not said to be missing.
#[test]
fn reverse_names_without_an_answer() -> Result<(), Box<dyn Error>> {
    let bulk = |zone: &ZoneSnapshot, senders: &[u8]| {
        let mut request = request();
        for last in senders {
            request = request.with_sender([192, 0, 2, *last], Some("mx.acme.test".parse()?));
        }
        let report = check(zone, &request);
        let found = report.bulk.iter().find(|it| it.requirement.to_string() == "reverse names");
        let found = found.ok_or("no demand")?;
        Ok::<_, Box<dyn Error>>((found.evidence.clone(), state(&report, Area::Ptr)))
    };
    let silent = simple()?.with_temporary_failure("1.2.0.192.in-addr.arpa")?;
    let untold = |what: &str| (what.to_owned(), Some(AreaState::NotChecked));
    assert_eq!(bulk(&silent, &[])?, untold("give the sending addresses (`with_sender`)"));
    assert_eq!(bulk(&silent, &[1])?.0, "no answer of the DNS");
    let missing = bulk(&silent, &[1, 2])?;
    assert_eq!(
        missing,
        ("an address has none that leads back".to_owned(), Some(AreaState::Broken))
    );
    Ok(())
}
