//! mail-auth over a cache that holds the zone of the benchmark: its records are parsed beforehand.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::pin::pin;
use std::sync::{Arc, RwLock};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use mail_auth::common::parse::TxtRecordParser;
use mail_auth::hickory_resolver::config::{ResolverConfig, ResolverOpts};
use mail_auth::spf::Spf;
use mail_auth::spf::verify::SpfParameters;
use mail_auth::{
    DnssecStatus, MX, MessageAuthenticator, Parameters, RecordSet, ResolverCache, SpfResult, Txt,
};

/// A table with no times in it.
struct Table<K, V>(RwLock<HashMap<K, V>>);

impl<K: Eq + Hash, V> Table<K, V> {
    fn of<const N: usize>(entries: [(K, V); N]) -> Self {
        Self(RwLock::new(HashMap::from(entries)))
    }
}

impl<K: Eq + Hash, V: Clone> ResolverCache<K, V> for Table<K, V> {
    fn get<Q>(&self, name: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.0.read().ok()?.get(name).cloned()
    }

    fn remove<Q>(&self, name: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.0.write().ok()?.remove(name)
    }

    fn insert(&self, key: K, value: V, _: Instant) {
        if let Ok(mut table) = self.0.write() {
            table.insert(key, value);
        }
    }
}

pub(crate) struct Peer {
    authenticator: MessageAuthenticator,
    txt: Table<Box<str>, Txt>,
    mx: Table<Box<str>, RecordSet<MX>>,
    ip4: Table<Box<str>, RecordSet<Ipv4Addr>>,
    ip6: Table<Box<str>, RecordSet<Ipv6Addr>>,
    ptr: Table<IpAddr, RecordSet<Box<str>>>,
}

impl Peer {
    pub(crate) fn new() -> Self {
        let authenticator =
            MessageAuthenticator::new(ResolverConfig::default(), ResolverOpts::default());
        let host = |last| set([Ipv4Addr::new(203, 0, 113, last)]);
        let exchange = MX { exchanges: ["mx.acme.example.".into()].into(), preference: 10 };
        Self {
            authenticator: authenticator.expect("a resolver that nobody asks"),
            txt: Table::of([
                ("acme.example.".into(), spf(super::SPF)),
                ("_spf.provider.example.".into(), spf("v=spf1 include:a.provider.example ~all")),
                (
                    "a.provider.example.".into(),
                    spf("v=spf1 ip4:198.51.100.0/24 a:b.provider.example ~all"),
                ),
            ]),
            mx: Table::of([("acme.example.".into(), set([exchange]))]),
            ip4: Table::of([
                ("b.provider.example.".into(), host(7)),
                ("out.acme.example.".into(), host(8)),
                ("mx.acme.example.".into(), host(9)),
            ]),
            ip6: Table::of([]),
            ptr: Table::of([]),
        }
    }

    /// The check of the benchmark. Every answer is in the tables, so the first poll ends it.
    pub(crate) fn check(&self) -> SpfResult {
        let parameters = SpfParameters::verify_mail_from(
            IpAddr::from(black_box([203, 0, 113, 9])),
            black_box("mx.acme.example"),
            "mx.here.example",
            black_box("a@acme.example"),
        );
        let parameters = Parameters::new(parameters)
            .with_txt_cache(&self.txt)
            .with_mx_cache(&self.mx)
            .with_ipv4_cache(&self.ip4)
            .with_ipv6_cache(&self.ip6)
            .with_ptr_cache(&self.ptr);
        let check = pin!(self.authenticator.check_host(parameters));
        match check.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(output) => output.result(),
            Poll::Pending => SpfResult::TempError,
        }
    }
}

fn spf(record: &str) -> Txt {
    Txt::Spf(Arc::new(Spf::parse(record.as_bytes()).expect("a record")))
}

fn set<T, const N: usize>(records: [T; N]) -> RecordSet<T> {
    RecordSet { rrset: Arc::from(records), dnssec_status: DnssecStatus::Insecure }
}
