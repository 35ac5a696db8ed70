//! Domains in good health, in many shapes, that a test can spoil.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mailkit_auth::checkup::{
    CertificateDigests, CheckupReport, CheckupRequest, DeliveryTls, DomainUsage, KeyInUse,
    KeyRenewal, LogoProof, MarkCertificate, MessagePurpose, MessageSample, PolicyFetch,
    PreviousPolicy, ServerCertificate, SpamRate, check,
};
use mailkit_auth::lookup::{Name, RecordData, RecordType, ZoneSnapshot};
use mailkit_auth::record::TlsaRecord;

/// A domain, its DNS, and what its owner says.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) shape: Shape,
    pub(crate) domain: String,
    records: Vec<(String, RecordData)>,
    pub(crate) request: CheckupRequest,
}

/// What shapes differ in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) domain: &'static str,
    pub(crate) provider: Option<Provider>,
    pub(crate) policy: &'static str,
    /// With MTA-STS, TLS-RPT, BIMI and DANE, or without.
    pub(crate) full: bool,
    /// Whether the keys stand behind aliases.
    pub(crate) alias: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Provider {
    pub(crate) include: &'static str,
    hosts: [&'static str; 2],
}

const PROVIDERS: [Option<Provider>; 5] = [
    None,
    Some(Provider {
        include: "_spf.google.com",
        hosts: ["aspmx.l.google.com", "alt1.aspmx.l.google.com"],
    }),
    Some(Provider {
        include: "spf.protection.outlook.com",
        hosts: ["acme.mail.protection.outlook.com", "acme2.mail.protection.outlook.com"],
    }),
    Some(Provider {
        include: "spf.163.com",
        hosts: ["qiye163mx01.mxmail.netease.com", "qiye163mx02.mxmail.netease.com"],
    }),
    Some(Provider { include: "zohomail.com", hosts: ["mx.zoho.com", "mx2.zoho.com"] }),
];

/// Every shape once: 120.
pub(crate) fn shapes() -> impl Iterator<Item = Shape> {
    let domains = ["acme.test", "acme.co.uk", "mail.acme.test"].into_iter();
    domains.flat_map(|domain| {
        PROVIDERS.into_iter().flat_map(move |provider| {
            ["quarantine", "reject"].into_iter().flat_map(move |policy| {
                [(false, false), (false, true), (true, false), (true, true)]
                    .into_iter()
                    .map(move |(full, alias)| Shape { domain, provider, policy, full, alias })
            })
        })
    })
}

/// Noon of some day.
pub(crate) fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000)
}

pub(crate) fn days_ago(days: u64) -> SystemTime {
    now() - Duration::from_secs(days * 86_400)
}

impl Case {
    /// A domain of this shape in which nothing is wrong.
    pub(crate) fn clean(shape: Shape) -> Self {
        let domain = shape.domain.to_owned();
        let request = CheckupRequest::new(domain.parse().expect("a domain"));
        let mut case = Self { shape, domain, records: Vec::new(), request };
        case.mail();
        case.proofs();
        if shape.full {
            case.transport();
            case.logo();
        }
        case.say();
        case
    }

    pub(crate) fn report(&self) -> CheckupReport {
        check(&self.zone(), &self.request)
    }

    pub(crate) fn zone(&self) -> ZoneSnapshot {
        self.records.iter().fold(ZoneSnapshot::new(), |zone, (name, data)| {
            zone.with_record(Name::new(name).expect("a name"), data.clone())
        })
    }

    #[cfg(feature = "resolver")]
    pub(crate) fn records(&self) -> &[(String, RecordData)] {
        &self.records
    }

    /// `labels` before the domain.
    pub(crate) fn at(&self, labels: &str) -> String {
        format!("{labels}.{}", self.domain)
    }

    pub(crate) fn hosts(&self) -> [String; 2] {
        match self.shape.provider {
            Some(provider) => provider.hosts.map(str::to_owned),
            None => [self.at("mx1"), self.at("mx2")],
        }
    }

    /// Where the TXT record of a selector stands.
    pub(crate) fn key_name(&self, selector: &str) -> String {
        match self.shape.alias {
            true => format!("{selector}.keys.host.test"),
            false => self.at(&format!("{selector}._domainkey")),
        }
    }

    pub(crate) fn add(&mut self, name: &str, data: RecordData) {
        self.records.push((name.to_owned(), data));
    }

    pub(crate) fn txt(&mut self, name: &str, text: &str) {
        self.add(name, RecordData::Txt(text.into()));
    }

    pub(crate) fn mx(&mut self, name: &str, preference: u16, host: &str) {
        let exchange = Name::new(host).expect("a name");
        self.add(name, RecordData::Mx { preference, exchange });
    }

    pub(crate) fn address(&mut self, name: &str) {
        let last = u8::try_from(self.records.len() % 250).expect("small");
        self.add(name, RecordData::A([198, 51, 100, last].into()));
        let six = [0x2001, 0xdb8, 0, 0, 0, 0, 0, u16::from(last)];
        self.add(name, RecordData::Aaaa(six.into()));
    }

    pub(crate) fn remove(&mut self, name: &str, record_type: RecordType) {
        let before = self.records.len();
        self.records.retain(|(own, data)| own != name || data.record_type() != record_type);
        assert!(self.records.len() < before, "{name} {record_type}: nothing there");
    }

    /// Changes the text record of a name that starts with `v=`.
    pub(crate) fn edit(&mut self, name: &str, change: impl Fn(&str) -> String) {
        assert!(self.edit_if_there(name, change), "{name}: no text");
    }

    /// The same, and whether there is one.
    pub(crate) fn edit_if_there(&mut self, name: &str, change: impl Fn(&str) -> String) -> bool {
        let mut changed = false;
        for (_, data) in self.records.iter_mut().filter(|(own, _)| own == name) {
            if let RecordData::Txt(text) = data
                && text.starts_with(b"v=")
            {
                *text = change(str::from_utf8(text).expect("text")).into_bytes();
                changed = true;
            }
        }
        changed
    }

    /// Puts terms before `all` into the SPF record.
    pub(crate) fn spf(&mut self, terms: &str) {
        let domain = self.domain.clone();
        self.edit(&domain, |text| text.replace(" ~all", &format!(" {terms} ~all")));
    }

    pub(crate) fn dmarc(&mut self, change: impl Fn(&str) -> String) {
        self.edit(&self.at("_dmarc"), change);
    }

    fn mail(&mut self) {
        let domain = self.domain.clone();
        for top in ["test", "uk", "com"] {
            self.add(top, RecordData::Ns(Name::new("ns.root.test").expect("a name")));
        }
        let ds =
            || RecordData::Ds { key_tag: 1, algorithm: 13, digest_type: 2, digest: vec![7; 32] };
        self.add(&domain, ds());
        let hosts = self.hosts();
        for (host, preference) in hosts.iter().zip([10, 20]) {
            self.mx(&domain, preference, host);
            self.address(host);
        }
        for zone in ["google.com", "outlook.com", "netease.com", "zoho.com"] {
            self.add(zone, ds());
        }
        self.txt(&domain, "site-verification=abc123");
    }

    fn proofs(&mut self) {
        let domain = self.domain.clone();
        let terms = match self.shape.provider {
            Some(provider) => format!("include:{}", provider.include),
            None => "mx".to_owned(),
        };
        self.txt(&domain, &format!("v=spf1 {terms} ip4:5.6.7.8 ~all"));
        if let Some(provider) = self.shape.provider {
            self.txt(provider.include, "v=spf1 ip4:203.0.113.0/24 ~all");
        }
        for (selector, seed) in [("s1", 1), ("s2", 2)] {
            let name = self.key_name(selector);
            if self.shape.alias {
                let target = Name::new(&name).expect("a name");
                self.add(&self.at(&format!("{selector}._domainkey")), RecordData::Cname(target));
            }
            self.txt(&name, &rsa_key(seed));
        }
        let policy = self.shape.policy;
        self.txt(&self.at("_dmarc"), &format!("v=DMARC1; p={policy}; rua=mailto:dmarc@{domain}"));
        let mx = self.at("out");
        self.add(&mx, RecordData::A([5, 6, 7, 8].into()));
        self.txt(&mx, "v=spf1 a -all");
        let name = Name::new(&mx).expect("a name");
        self.add("8.7.6.5.in-addr.arpa", RecordData::Ptr(name));
    }

    fn transport(&mut self) {
        self.txt(&self.at("_mta-sts"), "v=STSv1; id=20261101");
        self.address(&self.at("mta-sts"));
        let report = format!("v=TLSRPTv1; rua=mailto:tls@{}", self.domain);
        self.txt(&self.at("_smtp._tls"), &report);
        let body = self.policy("enforce");
        self.request = self
            .request
            .clone()
            .with_policy_fetch(PolicyFetch::new(200, "text/plain", body.clone()))
            .with_policy_since(days_ago(100))
            .with_previous_policy(PreviousPolicy::new("20261101", body));
        for host in self.hosts() {
            let name = format!("_25._tcp.{host}");
            self.add(&name, tlsa(3, 1));
            self.add(&name, tlsa(2, 2));
            let server = ServerCertificate::new(
                host.parse().expect("a domain"),
                CertificateDigests::new([9; 32], [1; 32]),
            );
            self.request = self.request.clone().with_server(
                server
                    .with_renewal(KeyRenewal::SameKey)
                    .with_not_after(days_ago(0) + Duration::from_secs(60 * 86_400)),
            );
        }
    }

    pub(crate) fn policy(&self, mode: &str) -> String {
        let [one, two] = self.hosts();
        format!("version: STSv1\nmode: {mode}\nmx: {one}\nmx: {two}\nmax_age: 604800\n")
    }

    fn logo(&mut self) {
        let domain = self.domain.clone();
        let text = format!("v=BIMI1; l=https://{domain}/logo.svg; a=https://{domain}/vmc.pem");
        self.txt(&self.at("default._bimi"), &text);
        let names = [domain.parse().expect("a domain")];
        let end = now() + Duration::from_secs(86_400);
        self.request = self
            .request
            .clone()
            .with_logo(LOGO)
            .with_mark_certificate(MarkCertificate::new(end, names, LogoProof::Same));
    }

    /// What the owner says, all of it fine.
    fn say(&mut self) {
        let key = |selector: &str| {
            KeyInUse::new(selector.parse().expect("a selector")).with_since(days_ago(30))
        };
        let message = self.message(&self.domain, &self.at("bounce"), "");
        self.request = self
            .request
            .clone()
            .with_now(now())
            .with_key(key("s1"))
            .with_key(key("s2"))
            .with_sender([5, 6, 7, 8], Some(self.at("out").parse().expect("a domain")))
            .with_message(message)
            .with_daily_messages(10_000)
            .with_spam_rate(SpamRate::new(1, 5_000))
            .with_delivery_tls(DeliveryTls::Always)
            .with_usage(DomainUsage::Transactions)
            .with_first_report(days_ago(90))
            .with_ttl(
                self.domain.parse().expect("a domain"),
                RecordType::Txt,
                Duration::from_secs(3_600),
            );
    }

    /// A marketing message from the domain that `signer` signed.
    pub(crate) fn message(&self, signer: &str, bounce: &str, tags: &str) -> MessageSample {
        MessageSample::new(&self.header(signer, bounce, tags))
            .with_purpose(MessagePurpose::Marketing)
    }

    pub(crate) fn header(&self, signer: &str, bounce: &str, tags: &str) -> String {
        let domain = &self.domain;
        format!(
            "Return-Path: <b@{bounce}>\r\n\
             DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={signer}; s=s1;{tags}\r\n\
             \th=From:To:Subject:Date:Message-ID:List-Unsubscribe:List-Unsubscribe-Post;\r\n\
             \tbh=AAAA; b=AAAA\r\n\
             From: News <news@{domain}>\r\nTo: Bob <bob@bob.test>\r\nSubject: News\r\n\
             Date: Mon, 21 Sep 2026 12:00:00 +0000\r\nMessage-ID: <1@{domain}>\r\n\
             List-Unsubscribe: <https://{domain}/u/1>\r\n\
             List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\r\n"
        )
    }

    /// Puts this message in place of the one that was given.
    pub(crate) fn only_message(&mut self, message: MessageSample) {
        self.request.messages.clear();
        self.request = self.request.clone().with_message(message);
    }

    pub(crate) fn fetched(&mut self, fetch: PolicyFetch) {
        self.request = self.request.clone().with_policy_fetch(fetch);
    }
}

/// A TLSA record of a digest made of one octet.
pub(crate) fn tlsa(usage: u8, octet: u8) -> RecordData {
    RecordData::Tlsa(TlsaRecord::of_sha256(usage.into(), 1.into(), [octet; 32]).into())
}

/// A record of an RSA key of 2,048 bits whose modulus is made up.
pub(crate) fn rsa_key(seed: u32) -> String {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(12_345);
    let mut modulus: Vec<u8> = Vec::new();
    for _ in 0..256 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        modulus.push(state.to_be_bytes()[0]);
    }
    modulus[0] |= 0x80;
    modulus[255] |= 1;
    let mut der = vec![0x30, 0x82, 0x01, 0x22, 0x30, 0x0d, 6, 9];
    der.extend([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0]);
    der.extend([0x03, 0x82, 0x01, 0x0f, 0, 0x30, 0x82, 0x01, 0x0a, 0x02, 0x82, 0x01, 0x01, 0]);
    der.extend(modulus);
    der.extend([0x02, 0x03, 1, 0, 1]);
    format!("v=DKIM1; k=rsa; p={}", STANDARD.encode(der))
}

pub(crate) const LOGO: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.2\" \
    baseProfile=\"tiny-ps\" viewBox=\"0 0 9 9\"><title>Acme</title><path d=\"M0 0h9v9z\"/></svg>";
