//! One fault for each lint of the check-up.

use std::time::Duration;

use mailkit_auth::DkimKeyRecord;
use mailkit_auth::checkup::{
    CertificateDigests, CheckupRequest, DeliveryTls, DnssecState, DomainUsage, KeyInUse,
    KeyRenewal, MessagePurpose, MessageSample, PolicyFetch, PolicyOutcome, PreviousPolicy,
    ServerCertificate, SpamRate,
};
use mailkit_auth::lookup::{Name, RecordData, RecordType};
use mailkit_auth::provider::Provider;
use mailkit_auth::record::tlsa::TlsaData;

use crate::case::{Case, Shape, days_ago, now, rsa_key, tlsa};

/// The code that must be found, the shapes it can be planted in, and how.
pub(crate) type Seed = (&'static str, fn(Shape) -> bool, fn(&mut Case));

fn all(_: Shape) -> bool {
    true
}

fn full(shape: Shape) -> bool {
    shape.full
}

fn update(case: &mut Case, change: impl FnOnce(CheckupRequest) -> CheckupRequest) {
    case.request = change(case.request.clone());
}

fn hosts_of_spf(case: &mut Case, count: usize) {
    for index in 0..count {
        let name = case.at(&format!("h{index}"));
        case.address(&name);
        case.spf(&format!("a:{name}"));
    }
}

fn message(case: &mut Case, change: impl Fn(String) -> String) {
    let header = change(case.header(&case.domain, &case.at("bounce"), ""));
    case.only_message(MessageSample::new(&header).with_purpose(MessagePurpose::Marketing));
}

fn set_usage(case: &mut Case, usage: DomainUsage) {
    update(case, |request| request.with_usage(usage));
}

fn reports_to(case: &mut Case, mailbox: &str) {
    let domain = case.domain.clone();
    case.dmarc(|text| text.replace(&format!("dmarc@{domain}"), mailbox));
}

fn set_key(case: &mut Case, selector: &str, record: &str) {
    case.edit(&case.key_name(selector), |_| record.to_owned());
}

const ED25519: &str = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

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
        update(case, |request| request.with_service(Provider::by_id("mailgun").unwrap()));
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

pub(crate) const TRANSPORT: &[Seed] = &[
    ("STS001", all, |case| match case.shape.full {
        true => case.remove(&case.at("_mta-sts"), RecordType::Txt),
        false => case.txt(&case.at("_mta-sts"), "v=STSv1; id=1"),
    }),
    ("STS004", full, |case| {
        let outcome = match case.shape.policy {
            "reject" => PolicyOutcome::Certificate,
            _ => PolicyOutcome::Redirected,
        };
        case.fetched(PolicyFetch::failed(outcome));
    }),
    ("STS005", full, |case| {
        let body = case.policy("enforce");
        case.fetched(PolicyFetch::new(200, "text/html", body));
    }),
    ("STS009", full, |case| {
        let body = case.policy("enforce").replacen(&case.hosts()[1], "other.test", 1);
        case.request.previous_policy = None;
        case.fetched(PolicyFetch::new(200, "text/plain", body));
    }),
    ("STS011", full, |case| match case.shape.alias {
        true => {
            let body = case.policy("testing");
            case.request.previous_policy = None;
            case.fetched(PolicyFetch::new(200, "text/plain", body));
        }
        false => case.remove(&case.at("_smtp._tls"), RecordType::Txt),
    }),
    ("STS012", full, |case| {
        let previous = PreviousPolicy::new("20261101", case.policy("testing"));
        update(case, |request| request.with_previous_policy(previous));
    }),
    ("TLS004", all, |case| {
        let name = if case.shape.alias { "_tls._smtp" } else { "_tls" };
        case.txt(&case.at(name), "v=TLSRPTv1; rua=mailto:tls@acme.test");
    }),
    ("BMI002", full, |case| case.dmarc(|text| format!("{text}; sp=none"))),
    ("BMI003", full, |case| update(case, |request| request.with_logo("<svg><script/></svg>"))),
    ("BMI004", full, |case| match case.shape.alias {
        true => update(case, |request| request.with_now(now() + Duration::from_secs(864_000))),
        false => {
            let name = case.at("default._bimi");
            case.edit(&name, |text| text.split("; a=").next().unwrap_or_default().to_owned());
        }
    }),
    ("DAN000", full, |case| {
        let name = format!("_25._tcp.{}", case.hosts()[0]);
        let cut = TlsaData { usage: 3, selector: 1, matching: 1, data: vec![1; 31] };
        case.add(&name, RecordData::Tlsa(cut));
    }),
    ("DAN001", full, |case| {
        let zone = case.hosts()[0].parse().expect("a domain");
        update(case, |request| request.with_dnssec(zone, DnssecState::Insecure));
    }),
    ("DAN003", full, |case| {
        for host in case.hosts() {
            let name = format!("_25._tcp.{host}");
            case.remove(&name, RecordType::Tlsa);
            case.add(&name, tlsa(3, 5));
            case.add(&name, tlsa(3, 6));
        }
    }),
    ("DAN004", full, |case| {
        let name = format!("_25._tcp.{}", case.hosts()[0]);
        case.remove(&name, RecordType::Tlsa);
        case.add(&name, tlsa(3, 1));
    }),
    ("DAN005", full, |case| {
        case.remove(&format!("_25._tcp.{}", case.hosts()[1]), RecordType::Tlsa);
    }),
    ("DAN006", full, |case| {
        let host = case.hosts()[0].clone();
        let name = format!("_25._tcp.{host}");
        case.remove(&name, RecordType::Tlsa);
        case.add(&name, tlsa(3, 1));
        let digests = CertificateDigests::new([9; 32], [1; 32]);
        let server = ServerCertificate::new(host.parse().expect("ok"), digests);
        case.request.servers = vec![server.with_renewal(KeyRenewal::NewKey)];
    }),
];

pub(crate) const HOSTS: &[Seed] = &[
    ("MXR001", all, |case| {
        let domain = case.domain.clone();
        match case.shape.alias {
            true => case.mx(&domain, 0, "."),
            false => case.remove(&domain, RecordType::Mx),
        }
    }),
    ("MXR002", all, |case| {
        let domain = case.domain.clone();
        match case.shape.alias {
            true => case.mx(&domain, 30, "192.0.2.1"),
            false => {
                let target = Name::new(&case.hosts()[0]).expect("a name");
                let alias = case.at("mxalias");
                case.add(&alias, RecordData::Cname(target));
                case.mx(&domain, 30, &alias);
            }
        }
    }),
    ("MXR003", all, |case| case.mx(&case.domain.clone(), 30, &case.at("void"))),
    ("MXR004", all, |case| case.mx(&case.domain.clone(), 30, &case.hosts()[0])),
    ("MXR005", all, |case| set_usage(case, DomainUsage::Parked)),
    ("MXR006", all, |case| {
        case.hosts().iter().for_each(|host| case.remove(host, RecordType::Aaaa));
    }),
    ("PTR001", all, |case| case.remove("8.7.6.5.in-addr.arpa", RecordType::Ptr)),
    ("PTR002", all, |case| case.remove(&case.at("out"), RecordType::A)),
    ("PTR003", all, |case| match case.shape.alias {
        true => case.request.senders[0].1 = Some(case.at("another").parse().expect("ok")),
        false => {
            case.remove("8.7.6.5.in-addr.arpa", RecordType::Ptr);
            let name = "5-6-7-8.pool.isp.test";
            case.add("8.7.6.5.in-addr.arpa", RecordData::Ptr(Name::new(name).expect("ok")));
            case.add(name, RecordData::A([5, 6, 7, 8].into()));
        }
    }),
    ("PTR004", all, |case| case.remove(&case.at("out"), RecordType::Txt)),
    ("DNS001", all, |case| match case.shape.alias {
        true => case.remove(&case.domain.clone(), RecordType::Ds),
        false => {
            let domain = case.request.domain.clone();
            update(case, |request| request.with_dnssec(domain, DnssecState::Bogus));
        }
    }),
    ("DNS002", all, |case| {
        let domain = case.request.domain.clone();
        let minute = Duration::from_secs(60);
        update(case, |request| request.with_ttl(domain, RecordType::Mx, minute));
    }),
    ("DNS003", all, |case| {
        case.remove(&case.at("_dmarc"), RecordType::Txt);
        let name = match case.shape.alias {
            true => case.at("dmarc"),
            false => case.at(&case.at("_dmarc")),
        };
        case.txt(&name, "v=DMARC1; p=reject; rua=mailto:a@acme.test");
    }),
    (
        "DNS004",
        |shape| shape.domain != "mail.acme.test",
        |case| {
            let target = Name::new("pages.host.test").expect("a name");
            case.address("pages.host.test");
            case.add(&case.domain.clone(), RecordData::Cname(target));
        },
    ),
];

pub(crate) const MESSAGES: &[Seed] = &[
    ("XRF001", all, |case| case.only_message(case.message(&case.domain, "vendor.test", ""))),
    ("XRF002", all, |case| {
        let signer = format!("{}.20230601.gappssmtp.com", case.domain.replace('.', "-"));
        case.only_message(case.message(&signer, &case.at("bounce"), ""));
    }),
    ("XRF003", all, |case| case.remove(&case.at("_dmarc"), RecordType::Txt)),
    ("XRF004", all, |case| match case.shape.alias {
        true => message(case, |it| it.replace("List-Unsubscribe-Post: ", "X-Other: ")),
        false => message(case, |it| it.replace(":List-Unsubscribe-Post", "")),
    }),
    ("XRF005", all, |case| match case.shape.alias {
        true => message(case, |it| it.replace("Date: ", "Date: x\r\nDate: ")),
        false => message(case, |it| {
            let start = it.find("From: News").expect("a From field");
            let end = it[start..].find("\r\n").expect("its end") + start;
            format!("{}From: me@gmail.com{}", &it[..start], &it[end..])
        }),
    }),
    ("XRF006", all, |case| {
        let complaints = if case.shape.alias { 1 } else { 4 };
        update(case, |request| request.with_spam_rate(SpamRate::new(complaints, 1_000)));
    }),
    ("XRF007", all, |case| {
        update(case, |request| request.with_delivery_tls(DeliveryTls::Sometimes));
    }),
];
