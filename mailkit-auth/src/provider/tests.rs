use super::table::BUILT_IN;
use super::*;

fn domain(text: &str) -> Domain {
    text.parse().expect("a domain")
}

/// Every entry reads, and is found again by each of its own facts.
#[test]
fn the_table_reads_row_by_row() {
    let table: ProviderTable = BUILT_IN.parse().expect("the table");
    let entries = BUILT_IN.lines().filter(|line| line.starts_with("provider ")).count();
    assert_eq!((table.providers().len(), providers().len()), (entries, entries));
    assert!(entries >= 22, "{entries}");
    for it in table.providers() {
        check_entry(&table, it);
    }
}

#[track_caller]
fn check_entry(table: &ProviderTable, it: &Provider) {
    let id = Some(&it.id);
    let own = domain("acme.example");
    assert_eq!(table.by_id(&it.id).map(|it| &it.id), id);
    let fill = |template: &HostTemplate| {
        let values = template.values().fold(Values::new(), |values, name| values.with(name, "x1"));
        domain(&template.fill(&own, &values).expect("all values"))
    };
    for host in it.mx.iter().map(|mx| fill(&mx.host)) {
        // Tencent Cloud SES receives at a host of Tencent Exmail.
        let expected = if it.id == "tencent-ses" { "tencent-exmail" } else { &it.id };
        assert_eq!(table.of_mx(&host).map(|it| it.id.as_str()), Some(expected), "{host}");
    }
    for setup in &it.dkim {
        match setup {
            DkimSetup::Txt { selector } => drop(selector.as_ref().map(fill)),
            DkimSetup::Cname { selector, target } => {
                fill(selector);
                // Klaviyo's console shows the whole target.
                let found = table.of_dkim_cname(&fill(target)).map(|it| &it.id);
                assert!(found == id || it.id == "klaviyo", "{target}");
            }
        }
    }
    for domain in it.spf.iter().map(|it| &it.domain).chain(&it.known_spf) {
        let found = table.of_spf_include(domain).expect("a provider");
        let includes = found.spf.iter().any(|it| it.domain == *domain);
        assert!(includes || found.known_spf.contains(domain), "{domain}");
    }
    for domain in &it.mailboxes {
        assert_eq!(table.of_mailbox_domain(domain).map(|it| &it.id), id, "{domain}");
    }
    for domain in &it.signing_domains {
        assert_eq!(table.of_signing_domain(domain).map(|it| &it.id), id, "{domain}");
    }
    for pattern in &it.hosts {
        let host = domain(&pattern.as_str().replace('*', "x"));
        assert_eq!(table.of_sending_host(&host).map(|it| &it.id), id, "{host}");
    }
    assert!(it.spf.iter().all(|it| it.lookups.is_none_or(|lookups| lookups <= 10)), "{}", it.id);
    assert!(!it.name.is_empty() && !it.source.is_empty());
}

#[test]
fn recognition() {
    let id = |it: Option<&'static Provider>| it.map(|it| it.id.as_str());
    let mx = |host, expected| assert_eq!(id(Provider::of_mx(&domain(host))), expected, "{host}");
    mx("hzmx01.mxmail.netease.com", Some("netease-qiye"));
    mx("163mx02.mxmail.netease.com", Some("netease-free"));
    mx("mxbiz2.qq.com", Some("tencent-exmail"));
    mx("mx3.qq.com", Some("qq-mail"));
    mx("alt3.aspmx.l.google.com", Some("google-workspace"));
    mx("acme-test.r-v1.mx.microsoft", Some("microsoft-365"));
    mx("mxw.mxhichina.com", Some("alibaba-mail"));
    mx("mx.acme.test", None);
    mx("evilqq.com", None);
    let spf = |name, expected| {
        assert_eq!(id(Provider::of_spf_include(&domain(name))), expected, "{name}");
    };
    spf("spf.163.com", Some("netease-qiye"));
    spf("spf.mxhichina.com", Some("alibaba-mail"));
    spf("servers.mcsv.net", Some("mailchimp"));
    spf("_spf.acme.test", None);
    let dkim = |name, expected| {
        assert_eq!(id(Provider::of_dkim_cname(&domain(name))), expected, "{name}");
    };
    dkim("selector1-acme-test._domainkey.acme.onmicrosoft.com", Some("microsoft-365"));
    dkim("selector2-acme-test._domainkey.acme.w-v1.dkim.mail.microsoft", Some("microsoft-365"));
    dkim("dkim.mcsv.net.acme.test", None);
    dkim("s1.domainkey.u123.wl45.sendgrid.net", Some("sendgrid"));
    let signs = |name| id(Provider::of_signing_domain(&domain(name)));
    assert_eq!((signs("126.com"), signs("acme.test")), (Some("netease-free"), None));
    assert_eq!(signs("acme-test.20230601.gappssmtp.com"), Some("google-workspace"));
    let mailbox = |name| id(Provider::of_mailbox_domain(&domain(name)));
    assert_eq!((mailbox("foxmail.com"), mailbox("acme.test")), (Some("qq-mail"), None));
    spf("xserver.jp", Some("xserver"));
    let host = |name, expected| {
        assert_eq!(id(Provider::of_sending_host(&domain(name))), expected, "{name}");
    };
    host("mail-m17640.qiye.163.com", Some("netease-qiye"));
    host("out28-74.mail.aliyun.com", Some("alibaba-mail"));
    host("mail-dm6nam11on2047.outbound.protection.outlook.com", Some("microsoft-365"));
    host("a8-29.smtp-out.amazonses.com", Some("amazon-ses"));
    host("mail-qk1-f198.google.com", Some("google-workspace"));
    host("mail.google.com.acme.test", None);
}

#[test]
fn patterns() {
    let check = |pattern: &str, host, expected| {
        let pattern: HostPattern = pattern.parse().expect("a pattern");
        assert_eq!(pattern.matches(&domain(host)), expected, "{pattern} {host}");
    };
    check("mx.acme.test", "mx.acme.test", true);
    check("mx.acme.test", "mx.acme.test.evil.test", false);
    check("*.acme.test", "a.b.acme.test", true);
    check("*.acme.test", "acme.test", false);
    check("mx*.acme.test", "mx.acme.test", false);
    check("a*._dk.*.acme.test", "a1._dk.x.acme.test", true);
    check("a*._dk.*.acme.test", "a1._dk.acme.test", false);
    for text in ["", "*", "*.test", "*test", "mx*", "MX.acme.test", "a b.test"] {
        assert!(text.parse::<HostPattern>().is_err(), "{text}");
    }
}

#[test]
fn templates() {
    let fill = |template: &str| {
        let template: HostTemplate = template.parse()?;
        template.fill(&domain("acme.example"), &Values::new().with("a", "1"))
    };
    assert_eq!(fill("{dashes}.{a}x.{domain}").as_deref(), Ok("acme-example.1x.acme.example"));
    let missing = TemplateError::MissingValue { name: "b".to_owned() };
    assert_eq!(fill("{a}{b}"), Err(missing));
    for text in ["", "{", "a}b", "{}", "a{b", "a b"] {
        assert_eq!(fill(text), Err(TemplateError::NotATemplate), "{text}");
    }
}

#[test]
fn what_is_wrong_with_a_table() {
    let check = |text: &str, expected: &str| {
        let error = text.parse::<ProviderTable>().expect_err("an error");
        assert_eq!(error.to_string(), expected, "{text:?}");
    };
    check("name Acme", "fact without a provider in line 1");
    check("provider A", "invalid value of `provider` in line 1");
    check("provider a\nprovider b", "no empty line between two providers in line 2");
    check("provider a\nnmae A", "unknown word `nmae` in line 2");
    check("provider a\nspf a.test", "invalid value of `spf` in line 2");
    check("provider a\nspf a.test 0", "invalid value of `spf` in line 2");
    check("provider a\nmx 70000 a.test", "invalid value of `mx` in line 2");
    check("provider a\ndkim cname s1", "invalid value of `dkim` in line 2");
    check("provider a\nresolved 22.11.26", "invalid value of `resolved` in line 2");
    check("provider a\nresolved 2026-99-99", "invalid value of `resolved` in line 2");
    check("provider a\nreceives often", "invalid value of `receives` in line 2");
    check("provider a\nmailbox a b", "invalid value of `mailbox` in line 2");
    let lacks = "provider `a` lacks its name, its source or the date of its last check in line 3";
    check("provider a\nname A\n\n", lacks);
    let entry = "provider a\nname A\nsource s\nresolved never\n\n";
    check(&entry.repeat(2), "provider `a` stands twice in line 10");
    assert_eq!(entry.parse::<ProviderTable>().map(|it| it.providers().len()), Ok(1));
}
