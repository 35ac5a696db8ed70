//! DKIM verified and signed, with mail-auth, dkimpy and the bare cryptography beside us.
//!
//! dkimpy is a package that `python3` finds by itself or in `target/python`, where `.ci/run` puts it; without
//! it the bench says so.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a benchmark reads the clock, says which peer is absent and may panic"
)]

#[path = "dkim/dkimpy.rs"]
mod dkimpy;

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::hint::black_box;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Instant, SystemTime};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ED25519, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use mail_auth::common::parse::TxtRecordParser as _;
use mail_auth::common::verify::DomainKey;
use mail_auth::{AuthenticatedMessage, MessageAuthenticator, Parameters, ResolverCache, Txt};
use mailkit_auth::keys::{DkimKeyPair, KeyAlgorithm};
use mailkit_auth::lookup::ZoneSnapshot;
use mailkit_auth::sign::{DkimSigner, sign_all};
use mailkit_auth::verify::{DkimResult, VerifyLimits, verify_dkim};

const SIZES: [(&str, usize); 2] = [("4 KB", 4 * 1024), ("100 KB", 100 * 1024)];
const ALGORITHMS: [(&str, KeyAlgorithm); 2] =
    [("rsa2048", KeyAlgorithm::Rsa2048), ("ed25519", KeyAlgorithm::Ed25519)];

/// Prose in lines of ordinary length, after the fields that a mail program writes.
fn message(octets: usize) -> String {
    let header = "From: Ann <ann@acme.example>\r\nTo: bob@corp.example\r\nSubject: Order 7\r\n\
        Date: Fri, 20 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@acme.example>\r\n\
        MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n";
    let line = "the goods are ready and leave the house on Monday, as we said before\r\n";
    format!("{header}{}", line.repeat(octets / line.len()))
}

fn signer(selector: &str, key: &DkimKeyPair) -> DkimSigner {
    let domain = "acme.example".parse().expect("a domain");
    DkimSigner::new(domain, selector.parse().expect("a selector"), key).expect("a key that signs")
}

fn verification(criterion: &mut Criterion) {
    let peer = MailAuth::new();
    for (algorithm_name, algorithm) in ALGORITHMS {
        let key = DkimKeyPair::generate(algorithm).expect("randomness");
        let record = key.key_record().to_string();
        for (size, octets) in SIZES {
            let message = message(octets);
            let field = signer("s1", &key).sign(message.as_bytes(), now()).expect("a message");
            let signed = format!("{field}{message}");
            let mut group =
                criterion.benchmark_group(format!("dkim verify {algorithm_name} {size}"));
            group.throughput(Throughput::Bytes(signed.len() as u64));
            ours(&mut group, &record, &signed);
            peer.bench(&mut group, &record, &signed);
            dkimpy::bench(&mut group, &record, &signed);
            bare(&mut group, &key);
            group.finish();
        }
    }
}

fn ours(group: &mut BenchmarkGroup<'_, WallTime>, record: &str, signed: &str) {
    let zone = ZoneSnapshot::new().with_txt("s1._domainkey.acme.example", record);
    let zone = zone.expect("a name");
    let verify = || {
        let verdicts = verify_dkim(&zone, signed.as_bytes(), now(), VerifyLimits::default());
        verdicts.is_ok_and(|verdicts| verdicts.iter().all(|it| it.result == DkimResult::Pass))
    };
    assert!(verify(), "what we sign passes here");
    group.bench_function("mailkit", |bencher| bencher.iter(|| black_box(verify())));
}

/// The signature alone, over as many octets as a header has.
fn bare(group: &mut BenchmarkGroup<'_, WallTime>, key: &DkimKeyPair) {
    let data = [b'x'; 700];
    let (signature, public) = (key.sign(&data).expect("a signature"), key.key_record());
    let public = public.public_key();
    group.bench_function("bare signature", |bencher| {
        if public.len() == 32 {
            let key = UnparsedPublicKey::new(&ED25519, public);
            bencher.iter(|| key.verify(digest(&SHA256, &data).as_ref(), &signature).is_ok());
        } else {
            let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public);
            bencher.iter(|| key.verify(black_box(&data), &signature).is_ok());
        }
    });
}

/// mail-auth with the key in its cache, parsed.
struct MailAuth {
    authenticator: MessageAuthenticator,
}

impl MailAuth {
    fn new() -> Self {
        let authenticator = MessageAuthenticator::new(Default::default(), Default::default());
        Self { authenticator: authenticator.expect("a resolver that is never asked") }
    }

    fn bench(&self, group: &mut BenchmarkGroup<'_, WallTime>, record: &str, signed: &str) {
        let key = DomainKey::parse(record.as_bytes()).expect("a key");
        let name = "s1._domainkey.acme.example.".into();
        let cache = Cache(HashMap::from([(name, Txt::DomainKey(Arc::new(key)))]));
        let verify = || {
            let message = AuthenticatedMessage::parse(signed.as_bytes()).expect("a message");
            let parameters = Parameters::new(&message).with_txt_cache(&cache);
            let mut task = pin!(self.authenticator.verify_dkim(parameters));
            match task.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(output) => {
                    output.iter().all(|it| *it.result() == mail_auth::DkimResult::Pass)
                }
                Poll::Pending => panic!("the key is in the cache"),
            }
        };
        assert!(verify(), "what we sign passes at mail-auth");
        group.bench_function("mail-auth", |bencher| bencher.iter(|| black_box(verify())));
    }
}

struct Cache(HashMap<Box<str>, Txt>);

impl ResolverCache<Box<str>, Txt> for Cache {
    fn get<Q>(&self, name: &Q) -> Option<Txt>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.0.get(name).cloned()
    }

    fn remove<Q>(&self, _name: &Q) -> Option<Txt>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        None
    }

    fn insert(&self, _name: Box<str>, _value: Txt, _valid_until: Instant) {}
}

/// Both keys over one body, beside one after the other.
fn signing(criterion: &mut Criterion) {
    let keys = ALGORITHMS
        .map(|(name, algorithm)| (name, DkimKeyPair::generate(algorithm).expect("randomness")));
    let signers = keys.each_ref().map(|(name, key)| signer(name, key));
    for (size, octets) in SIZES {
        let message = message(octets);
        let mut group = criterion.benchmark_group(format!("dkim sign {size}"));
        group.throughput(Throughput::Bytes(message.len() as u64));
        for ((name, _), signer) in keys.iter().zip(&signers) {
            group.bench_function(*name, |bencher| {
                bencher.iter(|| signer.sign(message.as_bytes(), now()).is_ok());
            });
        }
        group.bench_function("both at once", |bencher| {
            bencher.iter(|| sign_all(&signers, message.as_bytes(), now()).is_ok());
        });
        group.bench_function("both in turn", |bencher| {
            bencher.iter(|| {
                signers.iter().all(|signer| signer.sign(message.as_bytes(), now()).is_ok())
            });
        });
        group.finish();
    }
}

/// mail-auth compares times with the clock of the host.
fn now() -> SystemTime {
    SystemTime::now()
}

criterion_group!(benches, verification, signing);
criterion_main!(benches);
