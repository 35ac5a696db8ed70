use std::time::Duration;

use super::*;
use crate::lint;
use crate::lookup::{Name, RecordData, RecordType};
use crate::provider::{DkimSetup, Provider, providers};
use crate::record::mta_sts_policy::Mode;
use crate::zone::{Place, Zone};

mod changes;
mod effort;
mod laws;
mod notes;
mod refusals;
mod told;
mod world;

use changes::now;

fn domain(text: &str) -> Domain {
    text.parse().expect("a domain")
}

fn name(text: &str) -> Name {
    Name::new(text).expect("a name")
}

/// Whether two records differ in nothing but the time they may be kept.
fn same(one: &ZoneRecord, other: &ZoneRecord) -> bool {
    Place(one) == Place(other)
}

/// A policy of every stage.
const STAGES: [&str; 5] =
    ["p=none", "p=quarantine; t=y", "p=quarantine", "p=reject; t=y", "p=reject"];

fn dmarc(stage: &str) -> DmarcRecord {
    format!("v=DMARC1; {stage}; rua=mailto:dmarc@acme.example").parse().expect("a record")
}

/// A plan with one provider: every value given, hosts and a key of the domain's own where the table
/// knows none of the provider's.
fn with(provider: &Provider, stage: &str) -> DomainPlan {
    let plan = DomainPlan::new(domain("acme.example"), dmarc(stage));
    let used = match provider.mx.is_empty() {
        true => ProviderUse::sender(provider),
        false => ProviderUse::mailboxes(provider),
    };
    let missing: Vec<String> = used.missing_values().into_iter().map(str::to_owned).collect();
    let used =
        missing.iter().fold(used, |used, name| used.with_value(name, &format!("{name}.example")));
    let plan = match provider.mx.is_empty() {
        true => plan.with_mail_host(10, domain("mx.acme.example")),
        false => plan,
    };
    let is_alias = |setup: &DkimSetup| matches!(setup, DkimSetup::Cname { .. });
    match provider.dkim.iter().any(is_alias) {
        true => plan.with_provider(used),
        false => plan.with_provider(used).with_dkim_key("s1".parse().expect("a selector"), key()),
    }
}

fn key() -> DkimKeyRecord {
    KEY.parse().expect("a key")
}

/// Every code that a lint finds in the texts of a zone.
fn lints(zone: &Zone) -> Vec<(String, &'static str)> {
    let mut codes = Vec::new();
    for record in zone {
        let RecordData::Txt(text) = &record.data else { continue };
        let text = str::from_utf8(text).expect("ASCII");
        let findings = match record.name.as_str() {
            it if it.starts_with("_dmarc.") => lint::lint_dmarc(text),
            it if it.contains("._domainkey.") => lint::lint_dkim_key(text),
            _ => lint::lint_spf(text),
        };
        codes.extend(findings.iter().map(|it| (record.to_string(), it.code)));
    }
    codes
}

/// A stage before the last says of itself that it is one.
const OF_THE_STAGE: [&str; 2] = ["DMC016", "DMC018"];

#[test]
fn every_provider_at_every_stage_is_clean() {
    for provider in providers() {
        for stage in STAGES {
            let plan = with(provider, stage).plan();
            let plan = plan.unwrap_or_else(|error| panic!("{} {stage}: {error}", provider.id));
            assert!(plan.spf_lookups <= 10, "{}", provider.id);
            let mut found = lints(&plan.zone);
            found.retain(|(_, code)| !OF_THE_STAGE.contains(code));
            assert_eq!(found, [], "{} {stage}", provider.id);
            let types =
                |wanted| plan.zone.records().iter().any(|it| it.data.record_type() == wanted);
            assert!(types(RecordType::Mx) && types(RecordType::Txt), "{}", provider.id);
        }
    }
}

/// Two providers fit or are refused with the dearest named first.
#[test]
fn pairs_of_providers_stay_within_ten_lookups() {
    let mut refused = 0;
    for one in providers() {
        for other in providers() {
            let plan = with(one, "p=none");
            let used = ProviderUse::sender(other);
            let missing: Vec<String> =
                used.missing_values().into_iter().map(str::to_owned).collect();
            let used =
                missing.iter().fold(used, |used, name| used.with_value(name, &format!("o-{name}")));
            match plan.with_provider(used).plan() {
                Ok(plan) => assert!(plan.spf_lookups <= 10),
                Err(PlanError::TooManyLookups { lookups, costs }) => {
                    refused += 1;
                    assert!(lookups > 10);
                    assert!(costs.is_sorted_by(|a, b| a.lookups >= b.lookups), "{costs:?}");
                }
                Err(PlanError::SelectorTwice { .. } | PlanError::AliasBesideRecord { .. }) => {}
                Err(error) => panic!("{} {}: {error}", one.id, other.id),
            }
        }
    }
    assert!(refused > 0, "the table holds providers that do not fit together");
}

fn provider(id: &str) -> &'static Provider {
    Provider::by_id(id).expect("a provider")
}

#[test]
fn encryption_and_logo() {
    let plan = DomainPlan::new(domain("acme.example"), dmarc("p=quarantine"))
        .with_mail_host(10, domain("mx1.acme.example"))
        .with_mail_host(20, domain("mx2.acme.example"))
        .with_mta_sts(Mode::Enforce, Duration::from_secs(604_800), "7".parse().expect("an id"))
        .with_tls_reports("v=TLSRPTv1; rua=mailto:tls@acme.example".parse().expect("a record"))
        .with_logo("v=BIMI1; l=https://acme.example/logo.svg".parse().expect("a record"))
        .plan()
        .expect("a plan");
    let lines = [
        "_mta-sts.acme.example. 3600 IN TXT \"v=STSv1; id=7\"",
        "_smtp._tls.acme.example. 3600 IN TXT \"v=TLSRPTv1; rua=mailto:tls@acme.example\"",
        "default._bimi.acme.example. 3600 IN TXT \"v=BIMI1; l=https://acme.example/logo.svg\"",
    ];
    let text = plan.to_string();
    for line in lines {
        assert!(text.lines().any(|it| it.trim_end_matches(';') == line), "{line} in\n{text}");
    }
    assert!(text.contains("https://mta-sts.acme.example/.well-known/mta-sts.txt"), "{text}");
    let file = plan.policy_file.expect("a file");
    assert!(file.allows(&domain("mx2.acme.example")) && !file.allows(&domain("mx3.acme.example")));
}

#[test]
fn parked_domains() {
    let reports = "v=DMARC1; p=none; rua=mailto:dmarc@reports.test".parse().expect("a record");
    let plan = Plan::parked(domain("acme.example"), &reports);
    let lines = [
        "acme.example. 3600 IN MX 0 .",
        "acme.example. 3600 IN TXT \"v=spf1 -all\"",
        "_dmarc.acme.example. 3600 IN TXT \"v=DMARC1; p=reject; rua=mailto:dmarc@reports.test\"",
        "*._domainkey.acme.example. 3600 IN TXT \"v=DKIM1; p=\"",
    ];
    assert_eq!(plan.zone.to_string().lines().collect::<Vec<_>>(), lines);
    assert_eq!(plan.notes.len(), 1);
    let codes: Vec<&str> = lints(&plan.zone).into_iter().map(|(_, code)| code).collect();
    assert_eq!(codes, ["DKM005"], "the empty key is meant to be empty");
    // Of the record that is published the policies alone change.
    for (published, expected) in [
        ("p=none; sp=none; t=y; pct=0; x=1", "p=reject; sp=reject; x=1"),
        ("p=reject; np=quarantine; psd=n", "p=reject; np=reject; psd=n"),
        (
            "p=reject; fo=1; rua=mailto:a@b.test,mailto:c@b.test; ruf=mailto:d@b.test",
            "p=reject; fo=1; rua=mailto:a@b.test,mailto:c@b.test; ruf=mailto:d@b.test",
        ),
    ] {
        let published = format!("v=DMARC1; {published}").parse().expect(published);
        let plan = Plan::parked(domain("acme.example"), &published);
        let expected = format!("_dmarc.acme.example. 3600 IN TXT \"v=DMARC1; {expected}\"\n");
        assert!(plan.zone.to_string().contains(&expected), "{plan}");
        let unseen = plan.notes.contains(&PlanNote::NoReports);
        assert_eq!(unseen, published.aggregate_reports().is_empty(), "{plan}");
    }
}

/// A public key whose private half was thrown away.
const KEY: &str = "v=DKIM1; k=rsa; p=\
    MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAiO3NKetIlXCx2eOdwD2Cuj2OtNGdtfUpqHU7MU/l8XSZE9ox\
    IwtUugBBAy2o4Y+rP6wqHER0LT/1Yi5Rm6LcojLE7+vzDMX/ES8majcrdBsSdcjgGbxOTLw1eGx6tGwwGnn5Lefwneo/\
    djboM9aWjX3BoHk5kuqbmJjSKEMjnJLjCruoJLN6NsoAbIqzK63aFugEbVWXDCnr4cxwIde9c1aSFNLDg9PHaMzTZaFx\
    LwPcL4gWnjyjgFFrTcZAlLR78VgPLved5HcplRmUsspx044gBMdYgDWW1OzyD//YNT6f3zFITkxNEHYdEmHfCcvzuXAx\
    5FZJAPgrRzNdgKXUXQIDAQAB";
