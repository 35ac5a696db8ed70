//! Plans that cannot be made, and what they are told.

use super::*;

#[track_caller]
fn check_error(plan: &DomainPlan, expected: &str) {
    let error = plan.plan().expect_err("an error");
    let source = std::error::Error::source(&error).map(|it| format!(": {it}"));
    assert_eq!(format!("{error}{}", source.unwrap_or_default()), expected);
}

#[test]
fn errors() {
    let plan = || DomainPlan::new(domain("acme.example"), dmarc("p=none"));
    let both = plan()
        .with_provider(ProviderUse::mailboxes(provider("netease-qiye")))
        .with_provider(ProviderUse::sender(provider("tencent-exmail")))
        .with_sender(Mechanism::mx());
    check_error(
        &both,
        "SPF costs 15 lookups of 10: drop one of, replace by addresses, or move to a subdomain \
         `include:spf.mail.qq.com` (8), `include:spf.163.com` (6), `mx` (1)",
    );
    check_error(
        &plan()
            .with_provider(ProviderUse::mailboxes(provider("google-workspace")))
            .with_provider(ProviderUse::receiver(provider("zoho"))),
        "`google-workspace` and `zoho` are both to receive the mail: let one of them only send",
    );
    let everybody = "SPF would allow every host: plan the hosts that send";
    check_error(&plan().with_all(Qualifier::Pass), everybody);
    check_error(&plan().with_sender(Mechanism::All), everybody);
    let text = |owner, text: &str| ZoneRecord::new(name(owner), 60, RecordData::Txt(text.into()));
    let fault = |record, code: &str| {
        let error = plan().with_record(record).plan().expect_err("an error").to_string();
        assert!(error.ends_with(code), "{error}");
    };
    fault(text("acme.example", "v=spf1 -all"), "(SPF002)");
    fault(text("_dmarc.acme.example", "v=DMARC1; p=none"), "(DMC002)");
    let cut = RecordData::Tlsa("3 1 1 ab".parse().expect("parts"));
    fault(ZoneRecord::new(name("_25._tcp.mx.acme.example"), 60, cut), "(DAN000)");
    check_error(
        &plan().with_provider(ProviderUse::mailboxes(provider("microsoft-365"))),
        "a record of provider `microsoft-365` cannot be written: the provider's console shows a value \
         `tenant`, which is missing",
    );
    let microsoft = ProviderUse::sender(provider("microsoft-365")).with_value("tenant", "a b");
    check_error(
        &plan().with_provider(microsoft.with_value("partition", "r")),
        "a record of provider `microsoft-365` has an invalid name \
         \"selector1-acme-example._domainkey.a b.r-v1.dkim.mail.microsoft\": character ' ' in a name at \
         byte 35",
    );
    check_error(
        &plan().with_provider(ProviderUse::mailboxes(provider("xserver"))),
        "the hosts with which provider `xserver` receives are not known: give them",
    );
    let selector = || "s1".parse().expect("a selector");
    check_error(
        &plan().with_dkim_key(selector(), key()).with_dkim_alias(selector(), domain("k.test")),
        "selector `s1` stands for two different keys",
    );
    let alias = RecordData::Cname(name("www.acme.example"));
    check_error(
        &plan().with_record(ZoneRecord::new(name("acme.example"), 60, alias)),
        "an alias and another record stand at the same name `acme.example`",
    );
    let id = "2026112219".parse().expect("an id");
    check_error(
        &plan().with_mta_sts(Mode::Enforce, Duration::from_secs(86_400), id),
        "MTA-STS without a host that receives the mail",
    );
    let logo = || "v=BIMI1; l=https://acme.example/logo.svg".parse().expect("a record");
    check_error(&plan().with_logo(logo()), "a logo without an enforced policy");
    let testing = DomainPlan::new(domain("acme.example"), dmarc("p=reject; t=y"));
    check_error(&testing.with_logo(logo()), "a logo without an enforced policy");
    let open = DomainPlan::new(domain("acme.example"), dmarc("p=reject; sp=none"));
    check_error(&open.with_logo(logo()), "a logo without an enforced policy");
    let long = domain(&format!("{}.test", vec!["x".repeat(60); 4].join(".")));
    check_error(
        &DomainPlan::new(long, dmarc("p=none")),
        "a name below the domain cannot be written: name longer than 253 octets at byte 253",
    );
}
