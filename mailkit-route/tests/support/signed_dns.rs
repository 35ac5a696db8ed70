//! A name server that signs its answers: the root, and below it `plain.`, which is not signed, and
//! `alien.`, which has a key of its own. What it says of the TLSA records of some names is forged out of
//! records of those two zones, as somebody between us and the true server could.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use hickory_resolver::{
    TokioResolver,
    config::{NameServerConfig, ResolverConfig},
    net::runtime::TokioRuntimeProvider,
    proto::{
        dnssec::{
            DigestType, DnssecSigner, PublicKey, SigningKey, TrustAnchors,
            crypto::Ed25519SigningKey,
            rdata::{DNSKEY, DNSSECRData, DS, NSEC, RRSIG},
        },
        op::{Message, OpCode, ResponseCode},
        rr::{
            DNSClass, Name, RData, Record, RecordSet, RecordType,
            rdata::{A, AAAA, CNAME, MX, NS, SOA, SRV, TLSA},
        },
    },
};
use tokio::net::UdpSocket;

pub(crate) fn name(text: &str) -> Name {
    let mut name = Name::from_ascii(text).unwrap();
    name.set_fqdn(true);
    name
}

pub(crate) fn mx(target: &str) -> RData {
    RData::MX(MX::new(10, name(target)))
}

pub(crate) fn a() -> RData {
    RData::A(A::new(192, 0, 2, 1))
}

pub(crate) fn aaaa() -> RData {
    RData::AAAA(AAAA::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1))
}

pub(crate) fn alias(target: &str) -> RData {
    RData::CNAME(CNAME(name(target)))
}

pub(crate) fn tlsa(usage: u8) -> RData {
    RData::TLSA(TLSA::new(usage.into(), 1.into(), 1.into(), vec![7; 32]))
}

/// The server; it stops with the runtime of its test.
pub(crate) struct SignedDns {
    address: SocketAddr,
    anchors: Arc<TrustAnchors>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl SignedDns {
    pub(crate) async fn start(records: Vec<(&'static str, RData)>) -> Self {
        let (signer, alien) = (signer(&Name::root()), signer(&name("alien")));
        let mut anchors = TrustAnchors::empty();
        assert!(anchors.insert(&signer.key().to_public_key().unwrap()));
        let mut records: Vec<_> =
            records.into_iter().map(|(owner, data)| (name(owner), data)).collect();
        records.push((name("alien"), delegation(&alien)));
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let zone = Zone { signer, alien, records, asked: Arc::clone(&asked) };
        tokio::spawn(async move {
            let mut packet = vec![0; 4096];
            while let Ok((length, client)) = socket.recv_from(&mut packet).await {
                let answer =
                    zone.answer(&Message::from_vec(packet.get(..length).unwrap()).unwrap());
                socket.send_to(&answer.to_vec().unwrap(), client).await.unwrap();
            }
        });
        Self { address, anchors: Arc::new(anchors), asked }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// A resolver that trusts this root.
    pub(crate) fn resolver(&self) -> TokioResolver {
        let mut server = NameServerConfig::udp(self.address.ip());
        server.connections.iter_mut().for_each(|it| it.port = self.address.port());
        let config = ResolverConfig::from_name_servers(vec![server]);
        TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
            .with_trust_anchor(Arc::clone(&self.anchors))
            .build()
            .unwrap()
    }

    /// The names whose TLSA records were asked for, in order, since the last call.
    pub(crate) fn asked_for_tlsa(&self) -> Vec<String> {
        let asked: Vec<String> = self.asked.lock().unwrap().drain(..).collect();
        asked.iter().filter_map(|it| it.strip_suffix(". TLSA")).map(str::to_owned).collect()
    }
}

fn signer(zone: &Name) -> DnssecSigner {
    let pkcs8 = Ed25519SigningKey::generate_pkcs8().unwrap();
    let key = Ed25519SigningKey::from_pkcs8(&pkcs8).unwrap();
    let dnskey = DNSKEY::from_key(&key.to_public_key().unwrap());
    let years = std::time::Duration::from_secs(40 * 365 * 86_400);
    DnssecSigner::new(dnskey, Box::new(key), zone.clone(), years)
}

/// What the zone above says of a signed zone.
fn delegation(signer: &DnssecSigner) -> RData {
    let (tag, kind) = (signer.calculate_key_tag().unwrap(), DigestType::SHA256);
    let key = signer.to_dnskey();
    let digest = key.to_digest(signer.signer_name(), kind).unwrap().as_ref().to_vec();
    RData::DNSSEC(DNSSECRData::DS(DS::new(tag, key.public_key().algorithm(), kind, digest)))
}

fn soa(zone: &str) -> RData {
    RData::SOA(SOA::new(name(zone), name("admin.example"), 1, 60, 60, 60, 60))
}

struct Zone {
    signer: DnssecSigner,
    alien: DnssecSigner,
    records: Vec<(Name, RData)>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Zone {
    fn answer(&self, question: &Message) -> Message {
        let query = question.queries.first().unwrap();
        let (owner, kind) = (query.name().to_lowercase(), query.query_type());
        self.asked.lock().unwrap().push(format!("{owner} {kind}"));
        let mut answer = Message::response(question.id, OpCode::Query);
        answer.add_query(query.clone());
        if kind == RecordType::TLSA && owner.to_ascii().contains("broken") {
            answer.metadata.response_code = ResponseCode::ServFail;
            return answer;
        }
        if kind == RecordType::A && owner.to_ascii().contains("blocked") {
            answer.metadata.response_code = ResponseCode::ServFail;
            return answer;
        }
        if kind == RecordType::TLSA && self.forge(&owner, &mut answer) {
            return answer;
        }
        let found = self.find(&owner, kind);
        if kind == RecordType::MX && owner.to_ascii().contains("padded") {
            answer.add_answers(self.set(&name("x.plain"), &[a()]));
        }
        if found.is_empty() {
            answer.add_authorities(self.denial(&owner, kind));
        } else {
            answer.add_answers(found);
        }
        answer
    }

    /// Whether the answer about this name is a forged one, which says that there are no such records.
    fn forge(&self, owner: &Name, answer: &mut Message) -> bool {
        let plain = || self.set(&name("plain"), &[soa("ns.plain")]);
        match owner.to_ascii().split('.').nth(3) {
            Some("stripped") => answer.add_authorities(plain()),
            Some("strayed") => answer
                .add_answers(self.set(&name("x.plain"), &[a()]))
                .add_authorities(self.set(&name("plain"), &[RData::NS(NS(name("ns.plain")))])),
            Some("diverted") => {
                let elsewhere = RData::SRV(SRV::new(0, 0, 25, name("y.plain")));
                answer
                    .add_answers(self.set(&name("x.plain"), &[elsewhere]))
                    .add_authorities(plain())
            }
            Some("beside") => answer
                .add_authorities(plain())
                .add_additionals(vec![Record::from_rdata(owner.clone(), 60, tlsa(3))]),
            Some("denied") => {
                let next = name("x").append_domain(owner).unwrap();
                let kinds = [RecordType::SOA, RecordType::NS];
                let nsec = RData::DNSSEC(DNSSECRData::NSEC(NSEC::new_cover_self(next, kinds)));
                answer
                    .add_authorities(self.sign(&Name::root(), &[soa("ns.example")]))
                    .add_authorities(self.sign(&name("alien"), &[nsec]))
            }
            _ => return false,
        };
        true
    }

    /// The records and what an alias leads to.
    fn find(&self, owner: &Name, kind: RecordType) -> Vec<Record> {
        if kind == RecordType::DNSKEY && (owner.is_root() || *owner == name("alien")) {
            let key = self.signer(owner, kind).to_dnskey();
            return self.set(owner, &[RData::DNSSEC(DNSSECRData::DNSKEY(key))]);
        }
        if *owner == name("plain") && kind == RecordType::NS {
            return self.set(owner, &[RData::NS(NS(name("ns.plain")))]);
        }
        let data = self.data(owner, kind);
        if !data.is_empty() {
            return self.set(owner, &data);
        }
        let alias = self.data(owner, RecordType::CNAME);
        let Some(RData::CNAME(target)) = alias.first() else { return Vec::new() };
        let mut chain = self.set(owner, &alias);
        chain.extend(self.find(&target.0, kind));
        chain
    }

    fn data(&self, owner: &Name, kind: RecordType) -> Vec<RData> {
        let of_owner = self.records.iter().filter(|(name, _)| name == owner);
        of_owner.map(|(_, data)| data).filter(|it| it.record_type() == kind).cloned().collect()
    }

    /// That there are no such records: what there is at the name (RFC 4035 section 3.1.3.1).
    fn denial(&self, owner: &Name, kind: RecordType) -> Vec<Record> {
        if owner.to_ascii().starts_with("quiet") {
            return Vec::new();
        }
        let cut = name("plain");
        if cut.zone_of(owner) && (*owner != cut || kind != RecordType::DS) {
            return self.set(&cut, &[soa("ns.plain")]);
        }
        let mut kinds: Vec<_> = self
            .records
            .iter()
            .filter(|(name, _)| name == owner)
            .map(|(_, data)| data.record_type())
            .collect();
        if *owner == cut {
            kinds.push(RecordType::NS);
        }
        let next = name("z").append_domain(owner).unwrap();
        let nsec = RData::DNSSEC(DNSSECRData::NSEC(NSEC::new_cover_self(next, kinds)));
        let mut denial = self.sign(&Name::root(), &[soa("ns.example")]);
        denial.extend(self.sign(owner, &[nsec]));
        denial
    }

    fn set(&self, owner: &Name, data: &[RData]) -> Vec<Record> {
        let mut records = self.sign(owner, data);
        if name("plain").zone_of(owner) {
            records.retain(|record| record.record_type() != RecordType::RRSIG);
        }
        if owner.to_ascii().contains("forged")
            && let Some(record) = records.iter_mut().find(|it| it.record_type() == RecordType::TLSA)
        {
            record.data = tlsa(2);
        }
        records
    }

    fn signer(&self, owner: &Name, kind: RecordType) -> &DnssecSigner {
        let of_alien = name("alien").zone_of(owner) && kind != RecordType::DS;
        if of_alien { &self.alien } else { &self.signer }
    }

    fn sign(&self, owner: &Name, data: &[RData]) -> Vec<Record> {
        let mut set = RecordSet::with_ttl(owner.clone(), data.first().unwrap().record_type(), 60);
        data.iter().for_each(|data| assert!(set.add_rdata(data.clone())));
        // Some time in 2023: the signatures hold for forty years.
        let since = time::OffsetDateTime::from_unix_timestamp(1_700_000_000).unwrap();
        let signer = self.signer(owner, set.record_type());
        let rrsig = RRSIG::from_rrset(&set, DNSClass::IN, since, signer).unwrap();
        let rrsig = RData::DNSSEC(DNSSECRData::RRSIG(rrsig));
        let mut records: Vec<Record> = set.records_without_rrsigs().cloned().collect();
        records.push(Record::from_rdata(owner.clone(), 60, rrsig));
        records
    }
}
