//! The outbox over real sockets: retries by class, kept egresses, windows, restarts, limits and alarms.
#![allow(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test reads the clock, and fails by panicking"
)]

#[path = "outbox/stage.rs"]
mod stage;
#[path = "outbox/tls.rs"]
mod tls;

use std::fs;
use std::time::{Duration, SystemTime};

use mailkit_examples::smtp::{Reply, ReplyCode, ServerConfig};
use mailkit_route::timing::SendWindows;

use self::stage::{Host, Stage, mail, nobody};

const ONE_HOST: &str = "@ 60 IN MX 10 mx1\n";
const TWO_HOSTS: &str = "@ 60 IN MX 10 mx1\n@ 60 IN MX 20 mx2\n";

/// A pause that no test waits for, unless it is shortened by what the reply means.
const SOON_IF_GREYLISTED: &str =
    "[outbound.retry]\npauses = [\"1h\"]\n[outbound.retry.class]\ngreylist = [\"200ms\"]\n";
const SOON: &str = "[outbound.retry]\npauses = [\"100ms\"]\n";

fn greylisted() -> Reply {
    Reply::defer((7, 1), "Greylisted, come back in five minutes")
}

fn busy() -> Reply {
    Reply::new(ReplyCode::MailboxBusy, (2, 0), "mailbox busy")
}

#[tokio::test]
async fn after_greylisting_the_mail_comes_again_soon_and_from_the_same_egress() {
    let (host, address) = Host::playing([greylisted(), greylisted()]).start().await;
    let stage = Stage::new(ONE_HOST, &[address], SOON_IF_GREYLISTED).await;
    let outbox = stage.outbox();
    outbox.send(mail("1")).unwrap();
    stage.events.until(|it| !it.delivered().is_empty()).await;

    let peers = host.seen().peers;
    assert_eq!(peers, [peers[0]; 3]);
    let classes: Vec<_> = stage.events.deferred().into_iter().map(|it| it.class).collect();
    assert_eq!(classes, [Some("greylist".to_owned()), Some("greylist".to_owned())]);
    let again = &stage.events.attempted()[1];
    assert!(again.reasons.iter().any(|it| it.contains("this egress before")), "{again:?}");
}

#[tokio::test]
async fn a_host_that_closes_is_passed_over_at_once() {
    let closing = || Reply::new(ReplyCode::NotAvailable, (3, 2), "shutting down");
    let (first, one) = Host::playing((0..9).map(|_| closing())).start().await;
    let (second, two) = Host::default().start().await;
    let stage = Stage::new(TWO_HOSTS, &[one, two], SOON).await;
    let outbox = stage.outbox();
    outbox.send(mail("1")).unwrap();
    stage.events.until(|it| !it.delivered().is_empty()).await;

    assert_eq!(stage.events.delivered(), ["mx2.buyer.example"]);
    // The receiver prefers the first, so that another egress may try it as well.
    assert!((1..=3).contains(&first.seen().peers.len()));
    assert_eq!((second.seen().mails.len(), stage.events.deferred().len()), (1, 0));
}

#[tokio::test]
async fn a_host_that_asks_for_less_gets_its_pause_and_no_other_is_asked() {
    let slower = Reply::new(ReplyCode::NotAvailable, (7, 0), "too many messages, slow down");
    let (first, one) = Host::playing([slower]).start().await;
    let (second, two) = Host::default().start().await;
    let settings = "[outbound.retry.class]\nrate = [\"300ms\"]\n";
    let stage = Stage::new(TWO_HOSTS, &[one, two], settings).await;
    let outbox = stage.outbox();
    outbox.send(mail("1")).unwrap();
    stage.events.until(|it| !it.delivered().is_empty()).await;

    let deferred = &stage.events.deferred()[0];
    assert_eq!((deferred.class.as_deref(), deferred.failures), (Some("rate"), 1));
    assert!(deferred.wait >= Duration::from_millis(300), "{deferred:?}");
    assert_eq!((first.seen().mails.len(), second.seen().peers.len()), (1, 0));
}

#[tokio::test]
async fn a_mail_is_given_up_when_its_time_is_over() {
    let (host, address) = Host::playing((0..100).map(|_| busy())).start().await;
    let settings = "[outbound.retry]\npauses = [\"200ms\"]\ngive_up_after = \"500ms\"\n";
    let stage = Stage::new(ONE_HOST, &[address], settings).await;
    let outbox = stage.outbox();
    outbox.send(mail("1")).unwrap();
    stage.events.until(|it| !it.given_up().is_empty()).await;

    let told = stage.events.given_up();
    assert_eq!(told, ["450 mailbox busy; the time for tries is over"]);
    assert!((3..=4).contains(&host.seen().peers.len()), "{:?}", host.seen());
}

#[tokio::test]
async fn a_person_hears_once_of_a_mail_that_does_not_arrive_over_restarts_too() {
    let (_, address) = Host::playing((0..6).map(|_| busy())).start().await;
    let settings = format!("{SOON}[[outbound.escalation]]\nchannel = \"phone\"\nfailures = 3\n");
    let stage = Stage::new(ONE_HOST, &[address], &settings).await;
    let outbox = stage.outbox();
    outbox.send(mail("1")).unwrap();
    stage.events.until(|it| !it.escalated().is_empty()).await;
    outbox.drain().await;

    let outbox = stage.outbox();
    stage.events.until(|it| !it.delivered().is_empty()).await;
    outbox.drain().await;
    let [event] = <[_; 1]>::try_from(stage.events.escalated()).unwrap();
    assert_eq!((event.channel.as_str(), event.failures), ("phone", 3));
    let failures: Vec<_> = stage.events.deferred().iter().map(|it| it.failures).collect();
    assert_eq!(failures, [1, 2, 3, 4, 5, 6]);
}

#[tokio::test]
async fn a_greylisted_mail_comes_from_the_same_egress_after_a_restart() {
    let (host, address) = Host::playing([greylisted()]).start().await;
    let stage = Stage::new(ONE_HOST, &[address], SOON_IF_GREYLISTED).await;
    let outbox = stage.outbox();
    outbox.send(mail("1")).unwrap();
    stage.events.until(|it| !it.deferred().is_empty()).await;
    outbox.drain().await;
    assert!(stage.spool().join("spool/unsent/new/1").exists());

    // The egress that was the nearest is the last one now, so that only its name can bring it back.
    let mut config = stage.config();
    config.egresses.rotate_left(1);
    for (number, egress) in (1..).zip(&mut config.egresses) {
        egress.at = [0.0, 60.0 * f64::from(number)].try_into().unwrap();
    }
    let outbox = stage.outbox_with(&config);
    stage.events.until(|it| !it.delivered().is_empty()).await;
    let peers = host.seen().peers;
    assert_eq!(peers, [peers[0]; 2]);
    outbox.drain().await;
    assert!(!stage.spool().join("spool/unsent/new/1").exists(), "it is done");
    let outbox = stage.outbox();
    outbox.drain().await;
    assert_eq!(host.seen().mails.len(), 1);
}

#[tokio::test]
async fn a_mail_waits_for_its_window() {
    let (host, address) = Host::default().start().await;
    let stage = Stage::new(ONE_HOST, &[address], SOON).await;
    let outbox = stage.outbox();
    let opens = SystemTime::now() + Duration::from_millis(700);
    let windows = SendWindows::new([opens..opens + Duration::from_secs(1)]).unwrap();
    outbox.send(mail("1").with_windows(windows)).unwrap();
    let long_ago = SystemTime::UNIX_EPOCH..SystemTime::UNIX_EPOCH + Duration::from_secs(1);
    let over = mail("2").with_windows(SendWindows::new([long_ago]).unwrap());
    outbox.send(over).unwrap();
    stage.events.until(|it| !it.delivered().is_empty()).await;

    assert!(SystemTime::now() >= opens);
    assert_eq!(stage.events.deferred()[0].because, "outside of the send windows");
    assert_eq!(stage.events.given_up(), ["the last send window is over"]);
    assert_eq!(host.seen().mails.len(), 1);
}

#[tokio::test]
async fn connections_to_a_provider_are_lent_and_given_back() {
    let (host, address) = Host::working(Duration::from_millis(100)).start().await;
    let settings = "[[provider]]\nname = \"hoster\"\nhosts = [\"buyer.example\"]\n\
                    pacing = { first = 1, most = 1 }\n";
    let stage = Stage::new(ONE_HOST, &[address], settings).await;
    let mut config = stage.config();
    config.egresses.truncate(1);
    let outbox = stage.outbox_with(&config);
    for number in 0..5 {
        outbox.send(mail(&format!("{number}"))).unwrap();
    }
    stage.events.until(|it| it.delivered().len() == 5).await;

    assert_eq!(host.seen().most_at_once, 1);
    let deferred = stage.events.deferred();
    assert!(deferred.iter().all(|it| it.failures == 0), "a wait is no failure: {deferred:?}");
    assert!(deferred[0].left_out[0].contains("pacing-full"), "{deferred:?}");
}

#[tokio::test]
async fn an_address_in_warm_up_sends_no_more_than_its_budget() {
    let (host, address) = Host::default().start().await;
    let stage = Stage::new(ONE_HOST, &[address], SOON).await;
    let mut config = stage.config();
    config.egresses.truncate(2);
    config.locations.clear();
    let text = "id = \"hk\"\nregion = \"a\"\nat = [0.0, 0.0]\nsource = \"127.0.1.1\"\n\
                warm_up = { curve = \"careful\", started = 2026-01-01 }\n";
    config.egresses[0] = toml::from_str(text).unwrap();
    config.egresses[0].warm_up.as_mut().unwrap().started = SystemTime::now();
    // The last run sent 19 of the 20 mails of the first day.
    let file = stage.spool().join("spool/state/warm-up.json");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, r#"[["hk", "*", "day 0 step 0 backs 0 resume - nodes 0:19:0"]]"#).unwrap();

    let outbox = stage.outbox_with(&config);
    for number in 0..3 {
        outbox.send(mail(&format!("{number}"))).unwrap();
        stage.events.until(|it| it.delivered().len() > number).await;
    }
    outbox.drain().await;
    let from_hk = host.seen().peers.iter().filter(|it| it.to_string() == "127.0.1.1").count();
    assert_eq!((from_hk, host.seen().mails.len()), (1, 3));
    assert!(fs::read_to_string(&file).unwrap().contains("0:20:0"));
}

#[tokio::test]
async fn mail_goes_as_soon_as_its_destination_works_again() {
    let address = nobody();
    let stage = Stage::new(ONE_HOST, &[address], "").await;
    let outbox = stage.outbox();
    outbox.send(mail("1")).unwrap();
    stage.events.until(|it| !it.deferred().is_empty()).await;
    assert!(stage.events.deferred()[0].wait > Duration::from_secs(1000));

    let config = ServerConfig::new("mx.buyer.example".parse().unwrap());
    let (host, _) = Host::default().start_at(address, config).await;
    outbox.send(mail("2")).unwrap();
    stage.events.until(|it| it.delivered().len() == 2).await;
    assert_eq!(host.seen().mails.len(), 2);
}
