//! Faults of mail hosts, of their encryption, and of messages.

use std::time::Duration;

use mailkit_auth::checkup::{
    CertificateDigests, DeliveryTls, DnssecState, DomainUsage, KeyRenewal, PolicyFetch,
    PolicyOutcome, PreviousPolicy, ServerCertificate, SpamRate,
};
use mailkit_auth::lookup::{Name, RecordData, RecordType};
use mailkit_auth::record::tlsa::TlsaData;

use super::{Seed, all, full, message, set_usage, update};
use crate::case::{days_ago, now, tlsa};

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
    ("MXR007", all, |case| {
        // Of the day before, of the last second, and of a certificate that nobody renewed in time.
        let days = match (case.shape.policy, case.shape.alias) {
            ("reject", true) => days_ago(1),
            ("reject", false) => days_ago(0),
            _ => days_ago(0) + Duration::from_secs(14 * 86_400),
        };
        let host = case.hosts()[0].parse().expect("a domain");
        let digests = CertificateDigests::new([9; 32], [1; 32]);
        let server = ServerCertificate::new(host, digests).with_renewal(KeyRenewal::SameKey);
        case.request.servers.retain(|it| it.host != server.host);
        case.request.servers.push(server.with_not_after(days));
    }),
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
