//! DANE against a signed DNS of our own on the loopback address.
#![cfg(feature = "dane")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/signed_dns.rs"]
mod signed_dns;

use std::time::Duration;

use hickory_resolver::proto::rr::{Name, RData, rdata::MX};
use mailkit_route::{
    MxSet,
    resolver::DaneResolver,
    tls_policy::{DanePolicy, HostTls, TlsPolicies, TlsRequirement},
};
use signed_dns::{SignedDns, a, aaaa, alias, mx, tlsa};

fn records() -> Vec<(&'static str, RData)> {
    vec![
        ("good.example", mx("mx.good.example")),
        ("several.example", mx("mx.good.example")),
        ("several.example", mx("mx.forged.example")),
        ("null.example", RData::MX(MX::new(0, Name::root()))),
        ("mx.good.example", a()),
        ("_25._tcp.mx.good.example", tlsa(3)),
        ("_25._tcp.mx.good.example", tlsa(1)),
        ("pkix.example", mx("mx.pkix.example")),
        ("mx.pkix.example", a()),
        ("_25._tcp.mx.pkix.example", tlsa(1)),
        ("none.example", mx("mx.none.example")),
        ("mx.none.example", a()),
        ("forged.example", mx("mx.forged.example")),
        ("mx.forged.example", a()),
        ("_25._tcp.mx.forged.example", tlsa(3)),
        ("stripped.example", mx("mx.stripped.example")),
        ("mx.stripped.example", a()),
        ("_25._tcp.mx.stripped.example", tlsa(3)),
        ("strayed.example", mx("mx.strayed.example")),
        ("mx.strayed.example", a()),
        ("diverted.example", mx("mx.diverted.example")),
        ("mx.diverted.example", a()),
        ("beside.example", mx("mx.beside.example")),
        ("mx.beside.example", a()),
        ("denied.example", mx("mx.denied.example")),
        ("mx.denied.example", a()),
        ("padded.example", mx("mx.good.example")),
        ("broken.example", mx("mx.broken.example")),
        ("mx.broken.example", a()),
        ("implicit.example", a()),
        ("_25._tcp.implicit.example", tlsa(2)),
        ("first.example", mx("mx.first.example")),
        ("mx.first.example", alias("end.example")),
        ("end.example", a()),
        ("_25._tcp.end.example", tlsa(3)),
        ("_25._tcp.mx.first.example", tlsa(3)),
        ("second.example", mx("mx.second.example")),
        ("mx.second.example", alias("bare.example")),
        ("bare.example", a()),
        ("_25._tcp.mx.second.example", tlsa(3)),
        ("half.example", mx("mx.plain")),
        ("mx.plain", a()),
        ("_25._tcp.mx.plain", tlsa(3)),
        ("into.example", mx("mx.into.example")),
        ("mx.into.example", alias("mx.plain")),
        ("_25._tcp.mx.into.example", tlsa(3)),
        ("shop.plain", mx("mx.good.example")),
        ("quiet.plain", a()),
        ("quiet.example", a()),
        ("led.example", mx("mx.led.example")),
        ("mx.led.example", a()),
        ("_25._tcp.mx.led.example", alias("keys.example")),
        ("keys.example", tlsa(3)),
        ("lost.example", mx("mx.lost.example")),
        ("mx.lost.example", a()),
        ("_25._tcp.mx.lost.example", alias("end.example")),
        ("blocked.example", mx("mx.blocked.example")),
        ("mx.blocked.example", alias("end.example")),
        ("blocked-own.example", mx("mx.blocked-own.example")),
        ("mx.blocked-own.example", aaaa()),
        ("_25._tcp.mx.blocked-own.example", tlsa(3)),
        ("blocked-way.example", mx("mx.blocked-way.example")),
        ("mx.blocked-way.example", alias("six.example")),
        ("six.example", aaaa()),
        ("_25._tcp.six.example", tlsa(3)),
        ("blocked-open.example", mx("blocked-open.plain")),
        ("blocked-open.plain", aaaa()),
        ("empty.example", mx("mx.empty.example")),
        ("mx.empty.example", alias("end.empty.example")),
        ("_25._tcp.end.empty.example", tlsa(3)),
        ("void.example", mx("mx.void.example")),
        ("mx.void.example", alias("void.plain")),
        ("_25._tcp.mx.void.example", tlsa(3)),
    ]
}

struct World {
    dns: SignedDns,
    resolver: DaneResolver,
}

impl World {
    async fn new() -> Self {
        let dns = SignedDns::start(records()).await;
        let resolver = DaneResolver::from(dns.resolver()).with_time_limit(Duration::from_secs(20));
        Self { dns, resolver }
    }

    async fn policy(&self, mx: &MxSet) -> String {
        let policies = self.resolver.policies(mx).await;
        policies.values().map(shown).collect()
    }

    /// What DANE asks of the one host of a domain, and for whose TLSA records it asked.
    async fn check(&self, domain: &str, host: &str, expected: &str, asked: &[&str]) {
        let domain = domain.parse().unwrap();
        let mx = match host {
            "" => MxSet::implicit(domain),
            host => MxSet::new(domain, [(10, host.to_owned())]),
        };
        assert_eq!(self.policy(&mx).await, expected, "{mx}");
        let mut names = self.dns.asked_for_tlsa();
        // A lookup that fails is tried again.
        names.dedup();
        let asked: Vec<_> = asked.iter().map(|base| format!("_25._tcp.{base}")).collect();
        assert_eq!(names, asked, "{mx}");
    }
}

fn shown(policy: &DanePolicy) -> String {
    match policy {
        DanePolicy::Required(tls) => format!("{} of {}", tls.records.len(), tls.base),
        DanePolicy::Unusable => "unusable".into(),
        DanePolicy::NotOffered => "not offered".into(),
        DanePolicy::Failed(fault) => fault.to_string(),
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn d1_signed_on_the_whole_way() {
    let world = World::new().await;
    world
        .check("good.example", "mx.good.example", "1 of mx.good.example", &["mx.good.example"])
        .await;
    world.check("implicit.example", "", "1 of implicit.example", &["implicit.example"]).await;
    world.check("none.example", "mx.none.example", "not offered", &["mx.none.example"]).await;
}

#[tokio::test]
async fn d1_without_signatures_tlsa_is_not_asked_for() {
    let world = World::new().await;
    world.check("half.example", "mx.plain", "not offered", &[]).await;
    world.check("shop.plain", "mx.good.example", "not offered", &[]).await;
}

#[tokio::test]
async fn d1_a_host_that_no_signed_record_names_is_not_vouched_for() {
    let world = World::new().await;
    let unlisted = "the signed MX records do not name the host";
    for host in ["mx.none.example", "mx.plain", "mx.pkix.example", "good.example"] {
        world.check("good.example", host, unlisted, &[]).await;
    }
    world.check("implicit.example", "mx.good.example", unlisted, &[]).await;
    world.check("good.example", "", unlisted, &[]).await;
    world.check("null.example", "mx.good.example", unlisted, &[]).await;
    world.check("shop.plain", "mx.none.example", "not offered", &[]).await;
}

#[tokio::test]
async fn d2_unusable_forged_and_broken() {
    let world = World::new().await;
    world.check("pkix.example", "mx.pkix.example", "unusable", &["mx.pkix.example"]).await;
    let bogus = "DNSSEC signatures do not hold";
    world.check("forged.example", "mx.forged.example", bogus, &["mx.forged.example"]).await;
    world
        .check("broken.example", "mx.broken.example", "lookup failed", &["mx.broken.example"])
        .await;
}

#[tokio::test]
async fn d2_what_a_strange_zone_says_denies_nothing() {
    let world = World::new().await;
    let words = ["stripped", "strayed", "diverted", "beside", "denied", "padded"];
    let mut found = Vec::new();
    for word in words {
        let host = if word == "padded" { "mx.good.example" } else { &format!("mx.{word}.example") };
        let domain = format!("{word}.example").parse().unwrap();
        let mx = MxSet::new(domain, [(10, host.to_owned())]);
        found.push(world.policy(&mx).await);
    }
    let bogus = "DNSSEC signatures do not hold";
    assert_eq!(found, [bogus, bogus, bogus, bogus, bogus, "1 of mx.good.example"], "{words:?}");
}

#[tokio::test]
async fn d3_aliases() {
    let world = World::new().await;
    world.check("first.example", "mx.first.example", "1 of end.example", &["end.example"]).await;
    let asked = ["bare.example", "mx.second.example"];
    world.check("second.example", "mx.second.example", "1 of mx.second.example", &asked).await;
    world
        .check("into.example", "mx.into.example", "1 of mx.into.example", &["mx.into.example"])
        .await;
}

#[tokio::test]
async fn d2_a_family_that_fails_hides_neither_addresses_nor_aliases() {
    let world = World::new().await;
    // The other one denies: where the host's addresses are was not found out.
    world.check("blocked.example", "mx.blocked.example", "lookup failed", &[]).await;
    for (domain, base) in
        [("blocked-own.example", "mx.blocked-own.example"), ("blocked-way.example", "six.example")]
    {
        let host = format!("mx.{domain}");
        world.check(domain, &host, &format!("1 of {base}"), &[base]).await;
    }
    world.check("blocked-open.example", "blocked-open.plain", "not offered", &[]).await;
}

#[tokio::test]
async fn d3_an_alias_to_a_name_without_addresses_is_one_all_the_same() {
    let world = World::new().await;
    for (domain, base) in
        [("empty.example", "end.empty.example"), ("void.example", "mx.void.example")]
    {
        let host = format!("mx.{domain}");
        world.check(domain, &host, &format!("1 of {base}"), &[base]).await;
    }
}

#[tokio::test]
async fn d3_tlsa_records_behind_an_alias() {
    let world = World::new().await;
    for (word, expected) in [("led", "1 of mx.led.example"), ("lost", "not offered")] {
        let domain = format!("{word}.example").parse().unwrap();
        let mx = MxSet::new(domain, [(10, format!("mx.{word}.example"))]);
        assert_eq!(world.policy(&mx).await, expected, "{word}");
    }
}

#[tokio::test]
async fn d1_a_server_that_denies_without_a_word_about_its_zone() {
    let world = World::new().await;
    world.check("quiet.plain", "", "not offered", &[]).await;
    world.check("quiet.example", "", "DNSSEC signatures do not hold", &[]).await;
}

#[tokio::test]
async fn s7_what_was_found_decides_over_mta_sts() {
    let world = World::new().await;
    let rows = [(10, "mx.forged.example".to_owned()), (20, "mx.good.example".to_owned())];
    let mx = MxSet::new("several.example".parse().unwrap(), rows);
    let sts = "version: STSv1\nmode: enforce\nmx: mx.forged.example\nmax_age: 604800\n";
    let mut tls = TlsPolicies::default().with_mta_sts(sts.parse().unwrap());
    for (host, policy) in world.resolver.policies(&mx).await {
        tls = tls.with_dane(host, policy);
    }
    let found = tls.for_host(&"mx.good.example".parse().unwrap());
    assert!(matches!(found, HostTls::Keep(TlsRequirement::Dane(_))), "{found:?}");
    let HostTls::Skip(rule) = tls.for_host(&"mx.forged.example".parse().unwrap()) else {
        panic!("a forged host is kept")
    };
    assert_eq!(rule.code(), "dane-lookup-failed");
}

#[tokio::test]
async fn d2_another_root_than_the_true_one_is_not_believed() {
    let dns = SignedDns::start(records()).await;
    let resolver = DaneResolver::with_name_servers(&[dns.address()]).unwrap();
    let mx = MxSet::new("good.example".parse().unwrap(), [(10, "mx.good.example".to_owned())]);
    let policies = resolver.policies(&mx).await;
    let bogus = ["DNSSEC signatures do not hold"];
    assert_eq!(policies.values().map(shown).collect::<Vec<_>>(), bogus);
}

#[tokio::test]
async fn d2_a_dns_without_answer_is_no_denial() {
    let silent = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let resolver = DaneResolver::with_name_servers(&[silent.local_addr().unwrap()]).unwrap();
    let mx = MxSet::implicit("good.example".parse().unwrap());
    let hasty = resolver.with_time_limit(Duration::from_millis(50));
    let policies = hasty.policies(&mx).await;
    assert_eq!(policies.values().map(shown).collect::<Vec<_>>(), ["lookup failed"]);
}
