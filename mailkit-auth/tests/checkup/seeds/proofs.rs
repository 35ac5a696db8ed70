//! Faults of SPF, DKIM and DMARC.

use mailkit_auth::DkimKeyRecord;
use mailkit_auth::checkup::{CheckupRequest, DomainUsage, KeyInUse};
use mailkit_auth::lookup::{RecordData, RecordType};
use mailkit_auth::provider::Provider;

use super::{Seed, all, hosts_of_spf, reports_to, set_key, set_usage, update};
use crate::case::{days_ago, rsa_key};

pub(crate) const SPF: &[Seed] = &[
    ("SPF022", all, |case| hosts_of_spf(case, 11)),
    ("SPF023", all, |case| hosts_of_spf(case, 8)),
    ("SPF024", all, |case| {
        let names = [case.at("v1"), case.at("v2"), case.at("v3")];
        names.iter().for_each(|name| case.spf(&format!("a:{name}")));
    }),
    ("SPF025", all, |case| {
        let many = case.at("many");
        (0..11).for_each(|index| case.mx(&many, 10, &format!("h{index}.host.test")));
        case.spf(&format!("mx:{many}"));
    }),
    ("SPF026", all, |case| {
        let name = case.at("nothing");
        case.txt(&name, "another text");
        case.spf(&format!("include:{name}"));
    }),
    ("SPF027", all, |case| {
        let (domain, target) = (case.domain.clone(), case.at("nothing"));
        case.edit(&domain, |text| text.replace("~all", &format!("redirect={target}")));
    }),
    ("SPF028", all, |case| {
        let name = case.at("loop");
        case.txt(&name, &format!("v=spf1 include:{} ~all", case.domain));
        case.spf(&format!("include:{name}"));
    }),
    ("SPF038", all, |case| {
        let name = case.at("why");
        if case.shape.alias {
            case.txt(&name, "one");
            case.txt(&name, "two");
        }
        let domain = case.domain.clone();
        case.edit(&domain, |text| format!("{text} exp={name}"));
    }),
    ("SPF040", all, |case| case.spf(&format!("a:{}", case.at("gone")))),
    ("SPF041", all, |case| case.txt(&format!("*.{}", case.domain), "v=spf1 -all")),
    ("SPF042", all, |case| set_usage(case, DomainUsage::Parked)),
    ("SPF043", all, |case| {
        case.txt("sendgrid.net", "v=spf1 ip4:203.0.113.0/24 ~all");
        case.spf("include:sendgrid.net");
        update(case, |request| {
            request.with_service(Provider::by_id("mailgun").expect("a provider"))
        });
    }),
    ("SPF044", all, |case| case.spf("include:_spf.vendor-that-closed.test")),
    (
        "SPF045",
        |shape| shape.provider.is_some(),
        |case| {
            let domain = case.domain.clone();
            let include = case.shape.provider.expect("a provider").include;
            case.edit(&domain, |text| text.replace(&format!("include:{include} "), ""));
        },
    ),
    ("SPF048", all, |case| {
        let (domain, host) = (case.at("big"), case.at("bighost"));
        case.mx(&domain, 10, &host);
        (0..11).for_each(|last| case.add(&host, RecordData::A([203, 0, 113, last].into())));
        case.spf(&format!("mx:{domain}"));
    }),
];

pub(crate) const DKIM: &[Seed] = &[
    ("DKM001", |shape| !shape.alias, |case| case.remove(&case.key_name("s1"), RecordType::Txt)),
    ("DKM005", all, |case| set_key(case, "s1", "v=DKIM1; k=rsa; p=")),
    ("DKM013", all, |case| {
        set_key(case, "s1", ED25519);
        set_key(case, "s2", ED25519);
    }),
    ("DKM017", all, |case| {
        case.edit(&case.key_name("s1"), |text| text.replace("k=rsa", "k=rsa; t=s"));
        let tags = format!(" i=@{};", case.at("news"));
        case.only_message(case.message(&case.domain, &case.at("bounce"), &tags));
    }),
    ("DKM021", all, |case| {
        let key: DkimKeyRecord = rsa_key(1).parse().expect("a key");
        update(case, |request| request.with_other_key("other.test".parse().expect("ok"), key));
    }),
    ("DKM022", |shape| shape.alias, |case| case.remove(&case.key_name("s2"), RecordType::Txt)),
    ("DKM023", all, |case| {
        let key = KeyInUse::new("s1".parse().expect("ok")).with_since(days_ago(200));
        update(case, |request| request.with_key(key));
    }),
    ("DKM024", all, |case| {
        let key = KeyInUse::new("s1".parse().expect("ok"));
        let key = key.with_previous(rsa_key(9).parse().expect("a key"));
        update(case, |request| request.with_key(key));
    }),
    ("DKM032", all, |case| {
        case.only_message(case.message("vendor.test", &case.at("bounce"), ""));
    }),
];

pub(crate) const DMARC: &[Seed] = &[
    ("DMC001", all, |case| case.remove(&case.at("_dmarc"), RecordType::Txt)),
    ("DMC005", all, |case| {
        case.remove(&case.at("_dmarc"), RecordType::Txt);
        case.txt(&case.domain.clone(), "v=DMARC1; p=reject; rua=mailto:a@acme.test");
    }),
    ("DMC018", all, |case| {
        let policy = format!("p={}", case.shape.policy);
        case.dmarc(|text| text.replace(&policy, "p=none"));
    }),
    (
        "DMC021",
        |shape| shape.domain == "mail.acme.test",
        |case| {
            case.txt("_dmarc.acme.test", "v=DMARC1; p=reject");
            case.dmarc(|text| format!("{text}; sp=reject"));
        },
    ),
    ("DMC026", all, |case| reports_to(case, &format!("dmarc@{}", case.at("dead")))),
    ("DMC027", all, |case| {
        case.mx("reports.example", 10, "mx.reports.example");
        reports_to(case, "acme@reports.example");
    }),
    ("DMC028", all, |case| {
        let domain = case.domain.clone();
        case.mx("qiye.163.com", 10, "qiye163mx01.mxmail.netease.com");
        case.txt(&format!("{domain}._report._dmarc.qiye.163.com"), "v=DMARC1");
        reports_to(case, "dmarc_report@qiye.163.com");
    }),
    ("DMC029", all, |case| update(case, |request| request.with_daily_messages(500_000))),
    ("DMC031", all, |case| {
        let strict = if case.shape.alias { "adkim=s" } else { "aspf=s" };
        case.dmarc(|text| format!("{text}; {strict}"));
        case.only_message(case.message(&case.at("news"), &case.at("bounce"), ""));
    }),
    ("DMC032", all, |case| case.dmarc(|text| format!("{text}; psd=y"))),
    ("DMC033", all, |case| {
        case.request.domain = case.at("a.b.c.d.e.f.g").parse().expect("a domain");
    }),
    ("DMC034", all, |case| {
        case.spf(&format!("include:{}", case.at("gone")));
        update(case, CheckupRequest::without_dkim);
        case.request.messages.clear();
    }),
    ("DMC035", |shape| shape.policy == "reject", |case| set_usage(case, DomainUsage::People)),
    ("DMC036", all, |case| {
        update(case, CheckupRequest::without_dkim);
        case.request.messages.clear();
    }),
];

const ED25519: &str = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
