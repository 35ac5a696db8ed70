//! The same question to the resolvers of two regions, which are name servers of our own on the loopback address.
#![cfg(feature = "resolver")]
#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/dns_server.rs"]
mod dns_server;

use std::{net::SocketAddr, time::Duration};

use dns_server::{a, name, serve, txt};
use hickory_resolver::proto::rr::{RData, rdata::MX};
use hickory_server::{Server, zone_handler::Catalog};
use mailkit_route::resolver::{
    LookupAnswer, LookupType, MxResolver, RegionalResolvers, ResolutionReport, ResolveErrorKind,
};
use tokio::net::UdpSocket;

/// A zone whose first host has this address.
async fn region(last: u8) -> (SocketAddr, Server<Catalog>) {
    let mx = |preference, target| RData::MX(MX::new(preference, name(target)));
    let records = [
        ("buyer.example.", mx(10, "mx1.example.")),
        ("buyer.example.", mx(20, "mx2.example.")),
        ("buyer.example.", mx(30, "mx3.example.")),
        ("mx1.example.", a([203, 0, 113, last])),
        ("mx2.example.", a([203, 0, 113, 2])),
        ("mx3.example.", txt(&["no address"])),
    ];
    serve(records.map(|(owner, data)| (owner.to_owned(), data)).to_vec()).await
}

fn asking(address: SocketAddr) -> MxResolver {
    MxResolver::with_name_servers(&[address]).unwrap()
}

fn lookups(report: &ResolutionReport, region: &str) -> Vec<String> {
    let found = report.regions.iter().find(|it| it.region == region).unwrap();
    let shown = found.found.lookups.iter();
    shown.map(|it| format!("{} {}: {}", it.name, it.question, it.answer)).collect()
}

#[tokio::test]
async fn regions_are_asked_at_once_and_compared() {
    let ((asia, _first), (eu, _second)) = tokio::join!(region(7), region(8));
    // Bound, so that nobody refuses; never read, so that nobody answers.
    let silent = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let us = asking(silent.local_addr().unwrap()).with_time_limit(Duration::from_millis(300));
    let resolvers = RegionalResolvers::default()
        .with_region("us", us)
        .with_region("asia", asking(asia))
        .with_region("eu", asking(eu));
    let report = resolvers.compare("buyer.example").await;
    let regions: Vec<_> = report.regions.iter().map(|it| it.region.as_str()).collect();
    assert_eq!(regions, ["asia", "eu", "us"]);
    assert_eq!(
        lookups(&report, "asia"),
        [
            "buyer.example MX: 10 mx1.example, 20 mx2.example, 30 mx3.example",
            "mx1.example A: 203.0.113.7",
            "mx1.example AAAA: no record",
            "mx2.example A: 203.0.113.2",
            "mx2.example AAAA: no record",
            "mx3.example A: no record",
            "mx3.example AAAA: no record",
        ]
    );
    let [difference] = report.differences().try_into().unwrap();
    assert_eq!((difference.name.as_str(), difference.question), ("mx1.example", LookupType::A));
    let shown: Vec<_> = difference.answers.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["asia: 203.0.113.7", "eu: 203.0.113.8"]);
    let us = &report.regions[2].found;
    assert_eq!(us.outcome.as_ref().unwrap_err().kind(), ResolveErrorKind::TimedOut);
    assert!((300..5_000).contains(&us.total.as_millis()), "{:?}", us.total);
    let asia = &report.regions[0].found;
    assert!(asia.lookups.iter().all(|lookup| lookup.time <= asia.total));
    for words in ["us: ", ", lookup timed out", "mx1.example A differs\n  asia: 203.0.113.7"] {
        assert!(report.to_string().contains(words), "{report}");
    }
    #[cfg(feature = "serde")]
    in_json(&report);
}

#[cfg(feature = "serde")]
fn in_json(report: &ResolutionReport) {
    use serde_json::json;
    let report = serde_json::to_value(report).unwrap();
    assert_eq!(report["regions"][2]["failure"], "timed-out");
    assert_eq!(report["regions"][0]["mx"], "10 mx1.example, 20 mx2.example, 30 mx3.example");
    let lookup = &report["regions"][0]["lookups"][1];
    let answer = json!({"code": "records", "records": ["203.0.113.7"], "further": 0});
    assert_eq!((&lookup["question"], &lookup["answer"]), (&json!("A"), &answer));
    assert_eq!(report["differences"][0]["answers"][0]["regions"], json!(["asia"]));
}

#[tokio::test]
async fn a_destination_has_the_addresses_of_each_region() {
    let ((asia, _first), (eu, _second)) = tokio::join!(region(7), region(8));
    let silent = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let us = asking(silent.local_addr().unwrap()).with_time_limit(Duration::from_millis(300));
    let resolvers =
        RegionalResolvers::default().with_region("asia", asking(asia)).with_region("us", us);
    let to = resolvers.resolve(&asking(eu), "buyer.example").await.unwrap();
    let host = "mx1.example".parse().unwrap();
    let from = |region| to.addresses_from(&host, region).map(|it| it.to_string()).next().unwrap();
    assert_eq!((from("asia"), from("eu"), from("us")), {
        let [there, here] = ["203.0.113.7", "203.0.113.8"].map(String::from);
        (there, here.clone(), here)
    });
    let missing = resolvers.resolve(&asking(eu), "nothing.example").await.unwrap_err();
    assert_eq!(missing.kind(), ResolveErrorKind::NoSuchDomain);
}

#[tokio::test]
async fn a_long_answer_is_cut_and_says_so() {
    let many = (0..40).map(|last| ("many.example.".to_owned(), a([203, 0, 113, last])));
    let (address, _server) = serve(many.collect()).await;
    let found = asking(address).resolve_timed("many.example").await;
    let of_a = found.lookups.iter().find(|it| it.question == LookupType::A).unwrap();
    let LookupAnswer::Records { records, further } = &of_a.answer else {
        unreachable!("{of_a:?}");
    };
    assert_eq!((records.len(), *further), (LookupAnswer::MAX_RECORDS, 8));
    assert!(of_a.answer.to_string().ends_with(" and 8 more"));
}
