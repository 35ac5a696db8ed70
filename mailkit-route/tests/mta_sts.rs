//! MTA-STS against a name server and policy hosts of our own on the loopback address.
#![cfg(feature = "mta-sts-fetch")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/dns_server.rs"]
mod dns_server;
#[path = "support/policy_host.rs"]
mod policy_host;

use std::{
    io,
    net::SocketAddr,
    path::Path,
    sync::Arc,
    time::{Duration, SystemTime},
};

use dns_server::{a, name, serve, txt};
use hickory_resolver::proto::rr::{RData, rdata::CNAME};
use hickory_server::{Server, zone_handler::Catalog};
use mailkit_route::{
    SpecialAddresses,
    resolver::{MtaStsResolver, MxResolver, PolicyFetcher},
    tls_policy::{
        FetchFailure, MtaStsAnswer, MtaStsCache, MtaStsFault, MtaStsMode, MtaStsSnapshot,
        MtaStsVerdict, RecordFault,
    },
};
use policy_host::{POLICY, PolicyHosts};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    task::JoinHandle,
    time::timeout,
};

const NOW: SystemTime = SystemTime::UNIX_EPOCH;

/// A fetcher over a DNS in which every policy host has the address of `hosts`.
async fn fetcher(
    hosts: &PolicyHosts,
    mut records: Vec<(String, RData)>,
) -> (PolicyFetcher, Server<Catalog>) {
    for case in policy_host::CASES {
        records.push((format!("mta-sts.{case}.example."), a([127, 0, 0, 1])));
    }
    let (address, server) = serve(records).await;
    let resolver = MxResolver::with_name_servers(&[address]).unwrap();
    let fetcher = PolicyFetcher::with_roots(resolver, [policy_host::root()]).unwrap();
    let fetcher = fetcher.with_special_addresses(SpecialAddresses::Allow);
    (fetcher.with_port(hosts.port()), server)
}

#[tokio::test]
async fn s2_what_counts_as_a_policy() {
    let hosts = PolicyHosts::start().await;
    let (fetcher, _dns) = fetcher(&hosts, vec![]).await;
    let check = async |case: &str, expected: Result<usize, FetchFailure>| {
        let found = fetcher.fetch(&format!("mta-sts.{case}.example")).await;
        assert_eq!(found.map(|text| text.len()), expected, "{case}");
    };
    check("ok", Ok(POLICY.len())).await;
    check("chunked", Ok(POLICY.len())).await;
    check("typed", Ok(POLICY.len())).await;
    check("full", Ok(65_536)).await;
    check("redirect", Err(FetchFailure::Redirect)).await;
    check("missing", Err(FetchFailure::Status(404))).await;
    check("failing", Err(FetchFailure::Status(500))).await;
    check("empty", Err(FetchFailure::Status(204))).await;
    check("html", Err(FetchFailure::ContentType)).await;
    check("untyped", Err(FetchFailure::ContentType)).await;
    check("long", Err(FetchFailure::TooLong)).await;
    check("endless", Err(FetchFailure::TooLong)).await;
    check("latin", Err(FetchFailure::NotText)).await;
    check("short", Err(FetchFailure::Unreachable)).await;
    check("garbage", Err(FetchFailure::Unreachable)).await;
    check("fields", Err(FetchFailure::Unreachable)).await;
    check("nobody", Err(FetchFailure::Unreachable)).await;
    check("not a name", Err(FetchFailure::Unreachable)).await;
}

#[tokio::test]
async fn s2_the_certificate_is_valid_for_the_policy_host() {
    let hosts = PolicyHosts::start().await;
    let (fetcher, _dns) = fetcher(&hosts, vec![]).await;
    for case in ["expired", "other", "stranger"] {
        let found = fetcher.fetch(&format!("mta-sts.{case}.example")).await;
        assert_eq!(found, Err(FetchFailure::Certificate), "{case}");
    }
    assert_eq!(hosts.requests(), 0);
}

#[tokio::test]
async fn s2_a_slow_policy_host_is_given_up() {
    let hosts = PolicyHosts::start().await;
    let (fetcher, _dns) = fetcher(&hosts, vec![]).await;
    let hasty = fetcher.clone().with_time_limit(Duration::from_millis(500));
    assert_eq!(hasty.fetch("mta-sts.slow.example").await, Err(FetchFailure::TimedOut));
    let nobody = fetcher.with_port(1);
    assert_eq!(nobody.fetch("mta-sts.ok.example").await, Err(FetchFailure::Unreachable));
}

/// A listener whose queue is full, so that nobody gets an answer, and what fills it.
async fn mute(port: u16) -> (TcpListener, Vec<JoinHandle<io::Result<TcpStream>>>) {
    let address = SocketAddr::from(([127, 0, 0, 2], port));
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(address).unwrap();
    let listener = socket.listen(1).unwrap();
    let waiting = (0..8).map(|_| tokio::spawn(TcpStream::connect(address))).collect();
    let late = Duration::from_millis(200);
    while timeout(late, TcpStream::connect(address)).await.is_ok() {}
    (listener, waiting)
}

#[tokio::test]
async fn s2_an_address_that_does_not_answer_is_passed_over() {
    let hosts = PolicyHosts::start().await;
    let _mute = mute(hosts.port()).await;
    let dead = ("mta-sts.ok.example.".into(), a([127, 0, 0, 2]));
    let (fetcher, _dns) = fetcher(&hosts, vec![dead]).await;
    let fetcher = fetcher.with_time_limit(Duration::from_secs(3));
    assert_eq!(fetcher.fetch("mta-sts.ok.example").await, Ok(POLICY.into()));
}

#[tokio::test]
async fn s2_a_policy_host_in_our_own_house_is_refused() {
    let hosts = PolicyHosts::start().await;
    let (fetcher, _dns) = fetcher(&hosts, vec![]).await;
    let usual = fetcher.with_special_addresses(SpecialAddresses::Refuse);
    assert_eq!(usual.fetch("mta-sts.ok.example").await, Err(FetchFailure::Unreachable));
    assert_eq!(hosts.requests(), 0);
}

#[tokio::test]
async fn s1_records_come_joined_and_over_aliases() {
    let alias = RData::CNAME(CNAME(name("_mta-sts.ok.example.")));
    let records = vec![
        ("_mta-sts.ok.example.".into(), txt(&["v=STSv1; ", "id=1"])),
        ("_mta-sts.alias.example.".into(), alias),
        ("bare.example.".into(), a([192, 0, 2, 1])),
    ];
    let (address, _server) = serve(records).await;
    let resolver = MxResolver::with_name_servers(&[address]).unwrap();
    let found = MtaStsAnswer::Texts(vec!["v=STSv1; id=1".into()]);
    assert_eq!(resolver.mta_sts_record("_mta-sts.ok.example").await, found);
    assert_eq!(resolver.mta_sts_record("_mta-sts.alias.example").await, found);
    let none = MtaStsAnswer::Texts(vec![]);
    assert_eq!(resolver.mta_sts_record("_mta-sts.nobody.example").await, none);
    assert_eq!(resolver.mta_sts_record("bare.example").await, none);
    assert_eq!(
        resolver.mta_sts_record("_mta-sts.elsewhere.test").await,
        MtaStsAnswer::LookupFailed
    );
}

fn announced(id: &str) -> Vec<(String, RData)> {
    vec![("_mta-sts.ok.example.".into(), txt(&[&format!("v=STSv1; id={id}")]))]
}

async fn policy_of_ok(
    mta_sts: &MtaStsResolver,
    seconds: u64,
) -> (Option<MtaStsMode>, Option<MtaStsFault>) {
    let now = NOW + Duration::from_secs(seconds);
    let MtaStsVerdict { policy, fault, .. } =
        mta_sts.policy(&"ok.example".parse().unwrap(), now).await;
    (policy.map(|policy| policy.mode()), fault)
}

/// The cache of a process that fetched a policy and was stopped.
async fn stopped() -> MtaStsSnapshot {
    let hosts = PolicyHosts::start().await;
    let (fetcher, _dns) = fetcher(&hosts, announced("1")).await;
    let mta_sts = MtaStsResolver::new(fetcher, MtaStsCache::default());
    assert_eq!(policy_of_ok(&mta_sts, 0).await, (Some(MtaStsMode::Enforce), None));
    assert_eq!(hosts.requests(), 1);
    mta_sts.snapshot()
}

async fn restarted(
    port: u16,
    records: Vec<(String, RData)>,
    kept: MtaStsSnapshot,
) -> (MtaStsResolver, Server<Catalog>) {
    let hosts = PolicyHosts::start().await;
    let (fetcher, dns) = fetcher(&hosts, records).await;
    let mta_sts = MtaStsResolver::new(fetcher.with_port(port), MtaStsCache::default());
    assert_eq!(mta_sts.restore(kept, NOW).unwrap().policies, 1);
    (mta_sts, dns)
}

#[tokio::test]
async fn s6_after_a_restart_with_a_new_id_and_blocked_https_the_policy_holds() {
    let (mta_sts, _dns) = restarted(1, announced("2"), stopped().await).await;
    let blocked = MtaStsFault::Fetch(FetchFailure::Unreachable);
    assert_eq!(policy_of_ok(&mta_sts, 600).await, (Some(MtaStsMode::Enforce), Some(blocked)));
    let paused = Some(MtaStsFault::Paused);
    assert_eq!(policy_of_ok(&mta_sts, 601).await, (Some(MtaStsMode::Enforce), paused));
}

#[tokio::test]
async fn s6_after_a_restart_without_a_record_the_policy_holds() {
    let gone = Some(MtaStsFault::Record(RecordFault::Absent));
    let (mta_sts, _dns) = restarted(1, vec![], stopped().await).await;
    assert_eq!(policy_of_ok(&mta_sts, 600).await, (Some(MtaStsMode::Enforce), gone.clone()));
    assert_eq!(policy_of_ok(&mta_sts, 604_800).await, (None, gone));
}

#[tokio::test]
async fn s6_mails_that_come_at_once_wait_for_one_fetch() {
    let hosts = PolicyHosts::start().await;
    let (fetcher, _dns) = fetcher(&hosts, announced("1")).await;
    let mta_sts = Arc::new(MtaStsResolver::new(fetcher, MtaStsCache::default()));
    let mut mails = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let mta_sts = Arc::clone(&mta_sts);
        mails.spawn(async move { policy_of_ok(&mta_sts, 0).await });
    }
    for found in mails.join_all().await {
        assert_eq!(found, (Some(MtaStsMode::Enforce), None));
    }
    assert_eq!(hosts.requests(), 1);
}

#[test]
fn s2_the_roots_of_the_system_are_read() {
    if !["/etc/ssl/certs", "/etc/pki/tls/certs"].iter().any(|it| Path::new(it).is_dir()) {
        println!("skipped: this system has no certificate authorities");
        return;
    }
    let resolver = MxResolver::with_name_servers(&[([127, 0, 0, 1], 53).into()]).unwrap();
    PolicyFetcher::new(resolver).unwrap();
}
