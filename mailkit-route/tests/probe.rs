//! Probes of mail hosts of our own on the loopback address.
#![cfg(feature = "probe")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/mail_host.rs"]
mod mail_host;

use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use mail_host::{
    Act::{self, Flood, Hear, Say, Shake, Wait},
    GREETING, Identity, OFFERS, play, verifier,
};
use mailkit_route::{
    ConnectFailure, Destination, Egress, GeoPoint, HopOutcome, PlannerOptions, ProbeOutcome,
    RoutePlanner, SpecialAddresses,
    probe::{ProbeLimits, ProbeReport, ProbeRequest, Prober, TlsVersion},
    tls_policy::TlsObservation,
};
use tokio::{io::AsyncWriteExt, net::TcpListener};

/// In the year 2027.
const NOW: SystemTime = SystemTime::UNIX_EPOCH;

fn now() -> SystemTime {
    NOW + Duration::from_secs(1_800_000_000)
}

fn limits() -> ProbeLimits {
    let mut limits = ProbeLimits::default();
    let short = Duration::from_millis(400);
    (limits.greeting, limits.command, limits.handshake) = (short, short, short);
    limits
}

fn prober() -> Prober {
    Prober::new().unwrap().with_limits(limits()).with_verifier(verifier())
}

/// The report, and what the host heard.
async fn probe(script: &[Act]) -> (ProbeReport, Vec<String>) {
    let (address, heard) = play(script).await;
    let request = ProbeRequest::new(address).with_name("mx.example".parse().unwrap());
    let report = prober().look(&request, now()).await;
    (report, heard.await.unwrap())
}

const MEET: [Act; 5] = [Say(GREETING), Hear, Say(OFFERS), Hear, Say("220 go ahead\r\n")];

#[tokio::test]
async fn a_host_is_looked_at_from_the_connection_to_the_goodbye() {
    let encrypted = [
        Shake(Identity::Good),
        Hear,
        Say("250-mx.example hello\r\n250-SMTPUTF8\r\n250 REQUIRETLS\r\n"),
        Hear,
        Say("221 bye\r\n"),
    ];
    let (report, heard) = probe(&[&MEET as &[Act], &encrypted].concat()).await;
    assert_eq!(report.failure, None);
    assert_eq!(report.greeting.as_ref().unwrap().to_string(), "220 mx.example ESMTP");
    assert_eq!(report.extensions, ["SIZE 1000", "STARTTLS"]);
    assert!(report.offers("size") && !report.offers("SMTPUTF8"));
    let tls = report.tls.as_ref().unwrap();
    assert_eq!((tls.version, &*tls.cipher_suite), (TlsVersion::Tls13, "TLS_AES_256_GCM_SHA384"));
    assert_eq!(tls.extensions, ["SMTPUTF8", "REQUIRETLS"]);
    let certificate = tls.certificate.as_ref().unwrap();
    assert_eq!(certificate.names, ["mx.example", "*.mail.example", "127.0.0.1"]);
    assert_eq!(
        (&*certificate.subject, &*certificate.issuer),
        ("CN=mx.example", "CN=mailkit probe root")
    );
    assert!(certificate.is_valid_at(now()) && !certificate.is_valid_at(NOW));
    assert_eq!(report.tls_observation(), Some(TlsObservation::Established));
    let times = report.times;
    let steps = [times.connect, times.greeting, times.ehlo, times.starttls, times.handshake];
    let sum: Duration = steps.into_iter().map(Option::unwrap).sum();
    assert!(sum <= times.total, "{times:?}");
    assert_eq!(report.outcome(), ProbeOutcome::Answered { round_trip: times.connect });
    assert_eq!(report.source, Some([127, 0, 0, 1].into()));
    assert_eq!(heard, ["EHLO [127.0.0.1]", "STARTTLS", "EHLO [127.0.0.1]", "QUIT"]);
    for words in ["220 mx.example ESMTP", "SIZE 1000, STARTTLS", "TLS 1.3, TLS_AES", "is valid"] {
        assert!(report.to_string().contains(words), "{report}");
    }
}

async fn check(script: &[Act], failure: Option<&str>, seen: Option<TlsObservation>) {
    let (report, heard) = probe(script).await;
    let shown = report.failure.as_ref().map(ToString::to_string);
    assert_eq!(shown.as_deref(), failure, "{script:?}");
    assert_eq!(report.tls_observation(), seen, "{script:?}");
    let greets = script.first().is_some_and(|act| matches!(act, Say(GREETING)));
    let answered = matches!(report.outcome(), ProbeOutcome::Answered { round_trip: Some(_) });
    assert_eq!(answered, greets, "{script:?}");
    assert!(heard.iter().all(|line| !line.starts_with("MAIL")), "{heard:?}");
}

#[tokio::test]
async fn each_fault_has_its_stage() {
    let drip = [Say("220-wait\r\n"), Wait(100)].repeat(50);
    check(&drip, Some("time is up at greeting"), None).await;
    check(&[Wait(1_000)], Some("time is up at greeting"), None).await;
    check(&[], Some("connection closed at greeting"), None).await;
    check(&[Say("220-more\r\n")], Some("connection closed at greeting"), None).await;
    let not_smtp = "no SMTP reply: invalid reply code at byte 0 at greeting";
    check(&[Say("SSH-2.0-OpenSSH_9.9\r\n"), Hear], Some(not_smtp), None).await;
    check(&[Say("\0\u{1}\u{2}\r\n"), Hear], Some(not_smtp), None).await;
    let long = "no SMTP reply: longer than 2000 bytes at byte 0 at greeting";
    check(&[Flood("2")], Some(long), None).await;
    let lines = "no SMTP reply: more than 100 entries at byte 0 at greeting";
    check(&[Flood("220-\r\n")], Some(lines), None).await;
    let busy = "refused: 421 4.3.2 busy at greeting";
    check(&[Say("421 4.3.2 busy\r\n"), Hear], Some(busy), None).await;
    check(&[Say("554 no\r\n"), Hear], Some("refused: 554 no at greeting"), None).await;
    let known = "refused: 502 what? at EHLO";
    check(&[Say(GREETING), Hear, Say("502 what?\r\n"), Hear], Some(known), None).await;
    check(&[Say(GREETING), Hear], Some("connection closed at EHLO"), None).await;
    let talks = [Say(GREETING), Say("250 mx.example\r\n"), Hear];
    check(
        &[&[Wait(50)], &talks as &[Act]].concat()[1..],
        Some("unsolicited octets after the reply at EHLO"),
        None,
    )
    .await;
}

#[tokio::test]
async fn tls_is_offered_or_not() {
    use TlsObservation::{HandshakeFailed, NotOffered};
    let plain = [Say(GREETING), Hear, Say("250 mx.example\r\n"), Hear, Say("221 bye\r\n")];
    check(&plain, None, Some(NotOffered)).await;
    let with = |more: &[Act]| [&MEET[..4], more].concat();
    let refused = Some("refused: 454 4.7.0 later at STARTTLS");
    check(&with(&[Say("454 4.7.0 later\r\n"), Hear]), refused, Some(NotOffered)).await;
    let closed = Some("connection closed at STARTTLS");
    check(&with(&[Say("220 go\r\n")]), closed, Some(HandshakeFailed)).await;
    let late = Some("time is up at STARTTLS");
    check(&with(&[Say("220 go\r\n"), Wait(1_000)]), late, Some(HandshakeFailed)).await;
    let injected = Some("unsolicited octets after the reply at STARTTLS");
    let script = with(&[Say("220 go\r\n250-mx.example\r\n250 AUTH PLAIN\r\n"), Hear]);
    check(&script, injected, Some(HandshakeFailed)).await;
    let (report, _) =
        probe(&with(&[Say("220 go\r\n"), Wait(100), Say("250 hello\r\n"), Hear])).await;
    let failure = report.failure.unwrap().to_string();
    assert!(failure.starts_with("TLS handshake failed: "), "{failure}");
    assert_eq!(report.tls, None);
}

#[tokio::test]
async fn a_certificate_is_judged_and_never_stops_the_probe() {
    let judged = async |identity: Identity, name: &str, prober: Prober| {
        let rest = [Shake(identity), Hear, Say("250 mx.example\r\n"), Hear, Say("221 bye\r\n")];
        let (address, _heard) = play(&[&MEET as &[Act], &rest].concat()).await;
        let request = ProbeRequest::new(address).with_name(name.parse().unwrap());
        let report = prober.look(&request, now()).await;
        assert_eq!(report.failure, None, "{report}");
        assert!(report.tls.as_ref().unwrap().certificate.is_some());
        report.tls_observation()
    };
    use TlsObservation as Seen;
    let check = async |identity, name, expected| {
        assert_eq!(judged(identity, name, prober()).await, Some(expected), "{identity:?}, {name}");
    };
    check(Identity::Good, "mx.example", Seen::Established).await;
    check(Identity::Good, "mx2.mail.example", Seen::Established).await;
    check(Identity::Good, "mx2.example", Seen::CertificateHostMismatch).await;
    check(Identity::Expired, "mx.example", Seen::CertificateExpired).await;
    check(Identity::SelfSigned, "mx.example", Seen::CertificateNotTrusted).await;
    let unjudging = Prober::new().unwrap();
    assert_eq!(judged(Identity::SelfSigned, "mx.example", unjudging).await, None);
}

#[tokio::test]
async fn the_whole_probe_has_a_limit() {
    let mut limits = limits();
    limits.total = Duration::from_millis(300);
    let (address, _heard) = play(&[Wait(200), Say(GREETING), Hear, Wait(1_000)]).await;
    let prober = Prober::new().unwrap().with_limits(limits);
    let report = prober.look(&ProbeRequest::new(address), now()).await;
    assert_eq!(report.failure.unwrap().to_string(), "time is up at EHLO");
}

#[tokio::test]
async fn a_probe_starts_from_the_address_it_is_told() {
    let from = async |source: [u8; 4]| {
        let (address, _heard) = play(&[Say("554 no\r\n"), Hear]).await;
        let request = ProbeRequest::new(address).with_source(Some(source.into()));
        let prober = prober().with_hello("mail.example.org".parse().unwrap());
        prober.look(&request, now()).await
    };
    assert_eq!(from([127, 0, 0, 9]).await.source, Some([127, 0, 0, 9].into()));
    let foreign = from([192, 0, 2, 1]).await;
    let words = "the source address cannot be used at connect";
    assert_eq!(foreign.failure.unwrap().to_string(), words);
    let nobody: SocketAddr = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let refused = prober().look(&ProbeRequest::new(nobody), now()).await;
    assert_eq!(refused.failure.unwrap().to_string(), "connection refused at connect");
}

#[tokio::test]
async fn text_of_the_host_steers_no_terminal() {
    let script = [
        Say("220 mx\u{1b}[2J\u{202e}\r\n"),
        Hear,
        Say("250-mx\r\n250 \u{9b}X\u{7}\r\n"),
        Hear,
        Say("221 bye\r\n"),
    ];
    let (report, _) = probe(&script).await;
    assert_eq!(report.failure, None);
    assert!(!report.to_string().chars().any(|c| c != '\n' && c.is_control()), "{report:?}");
}

#[tokio::test]
async fn no_more_probes_are_under_way_than_allowed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (open, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (open_here, most_here) = (Arc::clone(&open), Arc::clone(&most));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let open = Arc::clone(&open_here);
            most_here.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(20)).await;
                open.fetch_sub(1, Ordering::SeqCst);
                let _ = stream.write_all(b"554 no\r\n").await;
            });
        }
    });
    let mut limits = limits();
    limits.at_once = 3;
    let names: Vec<String> = (0..20).map(|number| format!("mx{number}.example")).collect();
    let requests = names.iter().map(|it| ProbeRequest::new(address).with_name(it.parse().unwrap()));
    let reports = prober().with_limits(limits).look_at_all(requests, now()).await;
    let hosts: Vec<String> = reports.iter().map(|report| report.host.to_string()).collect();
    assert_eq!(hosts, names);
    assert!(reports.iter().all(|report| report.greeting.is_some()));
    assert_eq!(most.load(Ordering::SeqCst), 3);
}

fn planner(address: IpAddr) -> (RoutePlanner, Destination) {
    let mut options = PlannerOptions::default();
    options.special_addresses = SpecialAddresses::Allow;
    let place = GeoPoint::new(50.11, 8.68).unwrap();
    let egress = Egress::new("fra", "eu", place).with_address(address);
    (
        RoutePlanner::with_options([egress], options).unwrap(),
        Destination::literal([127, 0, 0, 1].into()),
    )
}

/// Answers the planner's questions until it asks no more, and says what it was told.
async fn answer_all(planner: &mut RoutePlanner, prober: &Prober, now: SystemTime) -> Vec<bool> {
    let mut answered = Vec::new();
    for probe in planner.probes(now) {
        let egress = planner.egress(probe.egress()).unwrap().clone();
        let outcome = prober.answer(&probe, &egress).await;
        planner.probed(&probe, outcome, now);
        answered.push(matches!(outcome, ProbeOutcome::Answered { .. }));
    }
    answered
}

#[tokio::test]
async fn a_planner_learns_that_a_host_is_back() {
    let (mut planner, to) = planner([127, 0, 0, 1].into());
    let hop = planner.next_hop(&to, &[], now(), 1).unwrap();
    planner.record(&hop, &HopOutcome::connect_failed(ConnectFailure::Refused), now());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let prober = prober().with_port(listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.write_all(GREETING.as_bytes()).await.unwrap();
        }
    });
    let later = planner.next_probes_at().unwrap() + Duration::from_secs(60);
    let answered = answer_all(&mut planner, &prober, later).await;
    assert!(!answered.is_empty() && answered.iter().all(|answered| *answered), "{answered:?}");
    assert_eq!(planner.recovered(), [to.name().clone()]);
}

#[tokio::test]
async fn an_egress_works_if_its_address_can_be_bound() {
    let check = async |address: [u8; 4], works: bool| {
        let (mut planner, to) = planner(address.into());
        let hop = planner.next_hop(&to, &[], now(), 1).unwrap();
        planner.record(&hop, &HopOutcome::connect_failed(ConnectFailure::EgressFailed), now());
        let later = now() + Duration::from_secs(120);
        assert!(answer_all(&mut planner, &prober(), later).await.contains(&works), "{address:?}");
    };
    check([127, 0, 0, 1], true).await;
    check([192, 0, 2, 1], false).await;
}

#[test]
#[cfg(feature = "serde")]
fn a_report_says_everything_with_units_in_the_names() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (report, heard) = runtime.block_on(probe(&[Say("554 5.7.1 no\r\n"), Hear]));
    assert_eq!(heard, ["QUIT"]);
    let mut json = serde_json::to_value(&report).unwrap();
    json["times"]["total_ms"].take();
    json["address"].take();
    let reply =
        serde_json::json!({"code": 554, "enhanced": "5.7.1", "class": "policy", "text": "no"});
    assert_eq!(
        json,
        serde_json::json!({
            "host": "mx.example", "address": null, "source": "127.0.0.1",
            "times": {"connect_ms": json["times"]["connect_ms"], "greeting_ms": json["times"]["greeting_ms"], "ehlo_ms": null,
                "starttls_ms": null, "handshake_ms": null, "total_ms": null},
            "greeting": reply, "extensions": [], "tls": null,
            "failure": {"stage": "greeting", "fault": {"code": "refused", "reply": reply}},
        })
    );
}
