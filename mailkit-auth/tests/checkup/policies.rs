//! What a policy rests on, and what a report proposes in its place.

use mailkit_auth::checkup::{
    Area, AreaState, CheckupLimits, CheckupReport, CheckupRequest, DomainUsage, Grade,
    RequirementState, check,
};
use mailkit_auth::lint::Severity;
use mailkit_auth::lookup::ZoneSnapshot;

use crate::reports::{request, simple, state};

/// A time-out is no statement about keys: no fault, no grade where all rests on them.
#[test]
fn keys_that_the_dns_does_not_show_are_not_missing() -> Result<(), Box<dyn std::error::Error>> {
    let signed = request().with_selector("s1".parse()?);
    let enforced = "v=DMARC1; p=reject; rua=mailto:d@acme.test";
    let zone = simple()?
        .with_txt("_dmarc.acme.test", enforced)?
        .with_temporary_failure("s1._domainkey.acme.test")?;
    let report = check(&zone, &signed);
    assert_eq!(
        (report.grade, state(&report, Area::Dkim)),
        (Some(Grade::A), Some(AreaState::NotChecked))
    );
    assert!(report.gaps.iter().any(|gap| gap.message.contains("s1._domainkey.acme.test")));
    assert!(report.bulk.iter().all(|it| it.state != RequirementState::NotMet), "{report}");
    let no_spf = ZoneSnapshot::new()
        .with_mx("acme.test", 10, "mx.acme.test")?
        .with_address("mx.acme.test", [192, 0, 2, 1])?
        .with_txt("_dmarc.acme.test", enforced)?;
    let unseen = no_spf.clone().with_temporary_failure("s1._domainkey.acme.test")?;
    let report = check(&unseen, &signed);
    assert_eq!(report.grade, None, "{report}");
    assert!(!report.codes().contains(&"DMC034"), "{report}");
    let report = check(&no_spf, &signed);
    assert_eq!(report.grade, Some(Grade::F));
    assert!(report.codes().contains(&"DMC034"));
    let mut limits = CheckupLimits::default();
    limits.selectors = 0;
    let report = check(&zone, &signed.with_limits(limits));
    assert_eq!(state(&report, Area::Dkim), Some(AreaState::NotChecked));
    Ok(())
}

/// An enforced policy where SPF passes for nobody rests on keys alone.
#[test]
fn mail_that_nothing_proves() -> Result<(), Box<dyn std::error::Error>> {
    let found = |spf: &str, request: &CheckupRequest| -> Result<_, Box<dyn std::error::Error>> {
        let zone = ZoneSnapshot::new()
            .with_mx("acme.test", 10, "mx.acme.test")?
            .with_address("mx.acme.test", [192, 0, 2, 1])?
            .with_txt("acme.test", spf)?
            .with_txt("_dmarc.acme.test", "v=DMARC1; p=reject; rua=mailto:d@acme.test")?;
        let report = check(&zone, request);
        let found = report.findings.iter().find(|it| it.finding.code == "DMC034");
        Ok(found.map(|it| it.finding.severity))
    };
    let sender = || request().with_sender([192, 0, 2, 7], None);
    for nobody in ["v=spf1 ~all", "v=spf1 ?mx ?all", "v=spf1 -ip4:192.0.2.1 -all"] {
        assert_eq!(found(nobody, &request().without_dkim())?, Some(Severity::Error), "{nobody}");
        // Which keys there are was not said.
        assert_eq!(found(nobody, &request())?, Some(Severity::Warning), "{nobody}");
    }
    // Who says that nobody sends means it, unless somebody does.
    assert_eq!(found("v=spf1 -all", &request().without_dkim())?, None);
    let sends = sender().without_dkim();
    assert_eq!(found("v=spf1 -all", &sends)?, Some(Severity::Error));
    assert_eq!(found("v=spf1 mx ~all", &sends)?, None);
    Ok(())
}

/// What a check-up says to publish in place of a policy that hurts.
#[test]
fn a_weaker_policy_is_published_where_it_is_in_force() -> Result<(), Box<dyn std::error::Error>> {
    let people = |domain: &str| -> Result<CheckupRequest, Box<dyn std::error::Error>> {
        Ok(CheckupRequest::new(domain.parse()?).with_usage(DomainUsage::People))
    };
    let check = |text: &str, domain: &str, expected: Option<&str>| {
        let zone = simple()?.with_txt("_dmarc.acme.test", text)?;
        let report = check(&zone, &people(domain)?);
        let lists = report.findings.iter().find(|it| it.finding.code == "DMC035");
        let found =
            lists.map(|it| it.publish.as_ref().map(ToString::to_string).unwrap_or_default());
        assert_eq!(found.as_deref(), expected, "{text} {domain}: {report}");
        Ok::<(), Box<dyn std::error::Error>>(())
    };
    check(
        "v=DMARC1; sp=reject; p=Reject; rua=mailto:d@acme.test",
        "acme.test",
        Some(
            "publish: _dmarc.acme.test. 3600 IN TXT \"v=DMARC1; p=quarantine; sp=reject; rua=mailto:d@acme.test\"",
        ),
    )?;
    // Below the owner of the record, `sp` decides, and the record of others is not the one to change.
    check(
        "v=DMARC1; p=none; sp=reject; rua=mailto:d@acme.test",
        "shop.acme.test",
        Some(
            "add:     _dmarc.shop.acme.test. 3600 IN TXT \"v=DMARC1; p=quarantine; rua=mailto:d@acme.test\"",
        ),
    )?;
    check("v=DMARC1; p=reject; sp=none; rua=mailto:d@acme.test", "shop.acme.test", None)?;
    check("v=DMARC1; p=none; sp=reject; rua=mailto:d@acme.test", "acme.test", None)
}

/// The zone of a domain holds nothing above it; that blocks no grade.
#[test]
fn a_zone_without_a_policy_is_graded() -> Result<(), Box<dyn std::error::Error>> {
    let zone = simple()?;
    let at = |domain: &str, seen: &str| -> Result<CheckupReport, Box<dyn std::error::Error>> {
        let request = CheckupRequest::new(domain.parse()?).with_visible(seen.parse()?);
        Ok(check(&zone, &request))
    };
    let report = at("acme.test", "acme.test")?;
    assert_eq!(
        (report.grade, report.codes().contains(&"DMC001")),
        (Some(Grade::D), true),
        "{report}"
    );
    // The organization's record may stand above a zone of its own.
    let zone = ZoneSnapshot::new().with_txt("shop.acme.test", "v=spf1 -all")?;
    let request = CheckupRequest::new("shop.acme.test".parse()?);
    let report = check(&zone, &request.with_visible("shop.acme.test".parse()?));
    assert_eq!((report.grade, report.codes().contains(&"DMC001")), (None, false), "{report}");
    Ok(())
}
