//! A name server that signs its answers: the root, and below it `plain.`, which is not signed.

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
            DnssecSigner, SigningKey, TrustAnchors,
            crypto::Ed25519SigningKey,
            rdata::{DNSKEY, DNSSECRData, NSEC, RRSIG},
        },
        op::{Message, OpCode, ResponseCode},
        rr::{
            DNSClass, Name, RData, Record, RecordSet, RecordType,
            rdata::{A, CNAME, MX, NS, SOA, TLSA},
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
        let pkcs8 = Ed25519SigningKey::generate_pkcs8().unwrap();
        let key = Ed25519SigningKey::from_pkcs8(&pkcs8).unwrap();
        let public = key.to_public_key().unwrap();
        let mut anchors = TrustAnchors::empty();
        assert!(anchors.insert(&public));
        let dnskey = DNSKEY::from_key(&public);
        let years = std::time::Duration::from_secs(40 * 365 * 86_400);
        let signer = DnssecSigner::new(dnskey, Box::new(key), Name::root(), years);
        let records = records.into_iter().map(|(owner, data)| (name(owner), data)).collect();
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let zone = Zone { signer, records, asked: Arc::clone(&asked) };
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

struct Zone {
    signer: DnssecSigner,
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
        let found = self.find(&owner, kind);
        if found.is_empty() {
            answer.add_authorities(self.denial(&owner, kind));
        } else {
            answer.add_answers(found);
        }
        answer
    }

    /// The records and what an alias leads to.
    fn find(&self, owner: &Name, kind: RecordType) -> Vec<Record> {
        if owner.is_root() && kind == RecordType::DNSKEY {
            return self.set(owner, &[RData::DNSSEC(DNSSECRData::DNSKEY(self.signer.to_dnskey()))]);
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
        let soa =
            |zone: &str| RData::SOA(SOA::new(name(zone), name("admin.example"), 1, 60, 60, 60, 60));
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

    fn sign(&self, owner: &Name, data: &[RData]) -> Vec<Record> {
        let mut set = RecordSet::with_ttl(owner.clone(), data.first().unwrap().record_type(), 60);
        data.iter().for_each(|data| assert!(set.add_rdata(data.clone())));
        // Some time in 2023: the signatures hold for forty years.
        let since = time::OffsetDateTime::from_unix_timestamp(1_700_000_000).unwrap();
        let rrsig = RRSIG::from_rrset(&set, DNSClass::IN, since, &self.signer).unwrap();
        let rrsig = RData::DNSSEC(DNSSECRData::RRSIG(rrsig));
        let mut records: Vec<Record> = set.records_without_rrsigs().cloned().collect();
        records.push(Record::from_rdata(owner.clone(), 60, rrsig));
        records
    }
}
