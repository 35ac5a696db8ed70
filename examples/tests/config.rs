//! A wrong configuration says where it is wrong and what to do.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;
use std::sync::Arc;

use mailkit_examples::gateway::Gateway;
use mailkit_examples::gateway::config::{Config, Outbound};
use mailkit_examples::gateway::journal::{Event, Observer};

const SAMPLE: &str = include_str!("../assets/gateway.toml");

#[test]
fn the_sample_is_right() {
    let config = Config::parse(SAMPLE, Path::new("etc/gateway.toml")).unwrap();
    assert_eq!(config.spool, Path::new("etc/spool"));
    assert_eq!(config.local_domains(), ["acme.example"]);
    let (said, default) = (config.outbound, Outbound::default());
    assert_eq!((said.retry, said.pacing), (default.retry, default.pacing), "as the sample says");
    assert_eq!(said.escalation, default.escalation);
}

/// Replaces `from` by `to` in the sample, and expects the message.
#[track_caller]
fn check(from: &str, to: &str, expected: &str) {
    assert!(SAMPLE.contains(from), "the sample has no {from:?}");
    let text = SAMPLE.replacen(from, to, 1);
    let line =
        text.lines().take_while(|line| !line.contains(to.lines().next().unwrap())).count() + 1;
    let error = Config::parse(&text, Path::new("gateway.toml")).unwrap_err().to_string();
    let expected = expected.replace("LINE", &line.to_string());
    assert!(error.starts_with(&expected), "{error}\nshould start with\n{expected}");
}

#[test]
fn each_fault_has_its_place() {
    check(
        "host_name = \"mx.acme.example\"",
        "host_name = \"mx..example\"",
        "gateway.toml:LINE:13: `mx..example`: ",
    );
    check("spool = \"spool\"", "spoool = \"spool\"", "gateway.toml:LINE:1: unknown field `spoool`");
    check(
        "listen = \"127.0.0.1:2525\"",
        "listen = \"localhost\"",
        "gateway.toml:LINE:10: `localhost`: write an IP address and a port",
    );
    check(
        "department = \"accounts\"",
        "department = \"acounts\"",
        "gateway.toml:LINE:14: there is no department `acounts`; there are sales, support",
    );
    check(
        "\"price_request\", \"order\"",
        "\"price\", \"order\"",
        "gateway.toml:LINE:11: there is no intent `price`; there are price_request, order",
    );
    check(
        "DE89 3704",
        "DE88 3704",
        "gateway.toml:LINE:9: `DE88 3704 0044 0532 0130 00`: wrong check digits",
    );
    check(
        "give_up_after = \"5d\"",
        "give_up_after = \"5 days\"",
        "gateway.toml:LINE:17: `5 days`: write a time such as",
    );
    check(
        "rate = [\"15m\"",
        "speed = [\"15m\"",
        "gateway.toml:LINE:1: there is no class `speed`; there are authentication, content",
    );
    check("id = \"sales\"", "id = \"../sales\"", "gateway.toml:LINE:6: `../sales`: use 1 to 32 ");
    check("at = [22.3, 114.2]", "at = [122.3, 114.2]", "gateway.toml:LINE:6: ");
    check(
        "concurrency = 32",
        "concurrency = 0",
        "gateway.toml: there must be at least one outbound",
    );
    check(
        "id = \"logistics\"",
        "id = \"sales\"",
        "gateway.toml: the department `sales` stands twice",
    );
    check("id = \"fra\"", "id = \"hk\"", "gateway.toml: the egress `hk` stands twice");
    check(
        "\"shipping\"",
        "\"order\"",
        "gateway.toml: the intent of a department `order` stands twice",
    );
    check("[company]", "[company", "gateway.toml:LINE:");
}

#[test]
fn what_must_be_there_is_asked_for() {
    let start = SAMPLE.find("[[egress]]").unwrap();
    let error = Config::parse(SAMPLE.get(..start).unwrap(), Path::new("gateway.toml")).unwrap_err();
    assert_eq!(error.to_string(), "gateway.toml:1:1: missing field `egress`");
}

#[derive(Debug)]
struct Nobody;

impl Observer for Nobody {
    fn observe(&self, _: &Event) {}
}

/// Replaces `from` by `to` in the sample, and expects the gateway not to start.
async fn check_start(from: &str, to: &str, expected: &str) {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
    let text = SAMPLE.replacen(from, to, 1).replacen("127.0.0.1:2525", "127.0.0.1:0", 1);
    let mut config = Config::parse(&text, &assets.join("gateway.toml")).unwrap();
    let spool = tempfile::tempdir().unwrap();
    if config.spool.ends_with("spool") {
        config.spool = spool.path().to_owned();
    }
    let error = Gateway::start(config, Arc::new(Nobody)).await.unwrap_err().to_string();
    assert!(error.contains(expected), "{error}\nshould contain\n{expected}");
}

#[tokio::test]
async fn what_would_fail_later_fails_at_the_start() {
    let long = format!("name = \"{}\"", "Acme Tools ".repeat(8));
    check_start("name = \"Acme Tools\"", &long, "company").await;
    let long = format!("en = \"{}\"", "Sales ".repeat(20));
    check_start("en = \"Export Sales\"", &long, "department").await;
    check_start("zones/acme.example.zone", "zones/acme.zone", "acme.zone: No such file").await;
    let key = "[[signing_key]]\ndomain = \"acme.example\"\nselector = \"s1\"\nfile = \"no.pem\"\n\n[[egress]]";
    check_start("spool = \"spool\"", "spool = \"gateway.toml\"", "cannot write to").await;
    check_start("[[egress]]", key, "no.pem: No such file").await;
    let key = key.replace("no.pem", "gateway.toml");
    check_start("[[egress]]", &key, "cannot use the key").await;
}
