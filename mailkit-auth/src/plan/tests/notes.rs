//! What a plan says beside its records.

use super::*;

#[test]
fn notes() {
    let reports = "v=DMARC1; p=reject; rua=mailto:a@reports.test,mailto:b@sub.acme.example; \
        ruf=mailto:c@reports.test";
    let plan = DomainPlan::new(domain("acme.example"), reports.parse().expect("a record"))
        .with_provider(ProviderUse::sender(provider("mailjet")))
        .plan()
        .expect("a plan");
    let notes: Vec<String> = plan.notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        notes,
        [
            "no host receives the domain's mail: replies and bounces are lost",
            "include:spf.mailjet.com was counted as one lookup; it may cost more",
            "to be published by the owner of reports.test: \
             acme.example._report._dmarc.reports.test. 3600 IN TXT \"v=DMARC1\"",
            "copy the DKIM key of Mailjet for selector `mailjet` from its console",
            "the policy is enforced without a DKIM key: forwarded mail will fail",
            "compare the records of Mailjet with its console; they were seen in: zone files in public \
             repositories",
        ]
    );
    let text = plan.to_string();
    assert!(text.lines().all(|line| line.starts_with("; ") || line.contains(" IN ")), "{text}");
    let with_key = DomainPlan::new(domain("acme.example"), dmarc("p=reject"))
        .with_provider(ProviderUse::sender(provider("mailjet")))
        .with_dkim_key("mailjet".parse().expect("a selector"), key())
        .plan()
        .expect("a plan");
    assert!(!with_key.notes.iter().any(|note| matches!(note, PlanNote::ConsoleKey { .. })));
}

#[test]
fn notes_of_what_nobody_sees() {
    let noted = |sender: &str, record: &str| {
        let record = format!("v=DMARC1; {record}").parse().expect("a record");
        let plan = DomainPlan::new(domain("acme.example"), record)
            .with_sending_address(sender.parse::<IpAddr>().expect("an address"));
        plan.plan().expect("a plan").notes
    };
    let local = |sender: &str| {
        let notes = noted(sender, "p=none");
        notes.iter().any(|note| matches!(note, PlanNote::LocalSender { .. }))
    };
    for sender in ["10.0.0.1", "192.168.1.1", "100.64.0.1", "127.0.0.1", "fd00::1", "fe80::1"] {
        assert!(local(sender), "{sender}");
    }
    for sender in ["192.0.2.7", "100.128.0.1", "2001:db8::1"] {
        assert!(!local(sender), "{sender}");
    }
    assert!(noted("192.0.2.7", "p=none").contains(&PlanNote::NoReports));
    let reports = "p=none; rua=mailto:d@acme.example";
    assert!(!noted("192.0.2.7", reports).contains(&PlanNote::NoReports));
}

/// Whether SPF or a key lets anything pass.
#[test]
fn notes_of_mail_that_cannot_pass() {
    let plan = |stage: &str| DomainPlan::new(domain("acme.example"), dmarc(stage));
    let selector = || "s1".parse().expect("a selector");
    let address = |plan: DomainPlan| plan.with_sending_address([192, 0, 2, 7]);
    let checked = |plan: DomainPlan| {
        let notes = plan.plan().expect("a plan").notes;
        let has = |note: PlanNote| notes.contains(&note);
        (has(PlanNote::NobodySends), has(PlanNote::EnforcedWithoutDkim))
    };
    assert_eq!(checked(plan("p=reject")), (true, true));
    assert_eq!(checked(plan("p=none").with_all(Qualifier::Fail)), (true, false));
    assert_eq!(checked(plan("p=reject").with_retired_selector(selector())), (true, true));
    assert_eq!(checked(address(plan("p=reject"))), (false, true));
    assert_eq!(checked(address(plan("p=none"))), (false, false));
    assert_eq!(checked(plan("p=reject").with_dkim_key(selector(), key())), (false, false));
    let alias = plan("p=reject").with_dkim_alias(selector(), domain("k.test"));
    assert_eq!(checked(alias), (false, false));
    let google = ProviderUse::sender(provider("google-workspace"));
    assert_eq!(checked(plan("p=reject").with_provider(google)), (false, true));
}
