//! `mailkit route`.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, UdpSocket};

use super::{Run, mailkit, mailkit_with};

#[test]
fn a_reply_is_told_with_what_to_do() {
    let run = mailkit(&["route", "classify", "450 4.7.1 Greylisted, come back in 300 seconds"]);
    run.expect(
        0,
        "450 4.7.1 Greylisted, come back in 300 seconds
class     greylist
code      not allowed, message refused
row       greylist | 4xx | any | greylist | RFC 6647 section 2
remedy    wait: a later try may pass without any change
remedy    keep-egress: the next try comes from the same egress
at greeting     about the host       keep the mail, try again later
at EHLO         about the host       keep the mail, try again later
at STARTTLS     about the host       keep the mail, try again later
at MAIL FROM    about the recipient  keep the mail, try again later
at RCPT TO      about the recipient  keep the mail, try again later
at DATA         about the recipient  keep the mail, try again later
at end of data  about the recipient  keep the mail, try again later
",
    );
    let json = mailkit(&["route", "classify", "550 5.1.1 no such user", "--json"]).json();
    assert_eq!((&json["class"], &json["reply"]["code"]), (&"unknown-mailbox".into(), &550.into()));
    assert_eq!(json["remedies"], serde_json::json!(["stop-recipient"]));
    assert_eq!(json["stages"][4]["next"], "give-up");
    let lines = mailkit_with(&["route", "classify", "-"], "550-5.7.26 no\r\n550 5.7.26 really\r\n");
    lines.expect_words(0, &["class     authentication"]);
}

#[test]
fn what_is_no_reply_is_refused_and_what_a_terminal_obeys_is_escaped() {
    for text in ["hello", "99 x", "", "550"] {
        let run = mailkit(&["route", "classify", text]);
        assert!(run.code == 2 || text == "550", "{text:?}: {}", run.stdout);
    }
    let run = mailkit(&["route", "classify", "550 \u{1b}[2J\u{202e}x"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.chars().all(|c| c == '\n' || mailkit_auth::visible::is_visible(c)));
}

#[test]
fn rules_of_ones_own_go_first() {
    let folder = tempfile::tempdir().unwrap();
    let check = |name: &str, rules: &str, class: &str| {
        let path = folder.path().join(name);
        fs::write(&path, rules).unwrap();
        let path = path.to_str().unwrap();
        let classify = ["route", "classify", "--rules", path, "--json", "550 5.1.1 blau und gelb"];
        assert_eq!(mailkit(&classify).json()["class"], class, "{rules}");
    };
    check("own.txt", "rate | 5xx | any | blau & gelb | our partner", "rate");
    check("other.txt", "rate | 5xx | any | rot | our partner", "unknown-mailbox");
    check("own.toml", "[rules]\nQuotaIssues = ['blau und']\n", "mailbox-full");
    check("other.toml", "[rules]\nQuotaIssues = ['rot']\n", "unknown-mailbox");
    let path = folder.path().join("own.toml");
    fs::write(&path, "rules = 1").unwrap();
    let classify = ["route", "classify", "--rules", path.to_str().unwrap(), "550 no"];
    mailkit(&classify).expect_error(&["cannot read the rules in ", "own.toml"]);
}

fn plan(more: &[&str]) -> Run {
    let egresses = ["--egress", "hk,ap-east,22.3,114.2", "--egress", "fra,eu-central,50.1,8.7"];
    mailkit(&[&["route", "plan"] as &[&str], &egresses, more].concat())
}

#[test]
fn a_plan_explains_itself() {
    let zone = ["buyer.example", "--zone", "route.zone"];
    let place = ["--place", "203.0.113.10=53.6,10.0"];
    plan(&[&zone as &[&str], &place].concat()).expect_words(
        0,
        &[
            "buyer.example: 4 hops to try\n  1. mx1.buyer.example (203.0.113.10) from fra",
            "preference 10 is the lowest",
            "preference 20 comes later",
            "  mx1.buyer.example: TLS if it is offered",
        ],
    );
    let json = plan(&[&zone as &[&str], &place, &["--json"]].concat()).json();
    assert_eq!(
        (&json["hops"][0]["egress"], &json["hops"][0]["preference"]),
        (&"fra".into(), &10.into())
    );
    assert_eq!(json["hops"][0]["tls"]["kind"], "opportunistic");
    let own = plan(&[&zone as &[&str], &["--own", "mx1.buyer.example"]].concat());
    own.expect_words(1, &["buyer.example: no route, mail loops back to ourselves"]);
}

#[test]
fn a_plan_tells_why_there_is_none() {
    #[track_caller]
    fn check(domain: &str, code: i32, words: &str) {
        let run = plan(&[domain, "--zone", "route.zone"]);
        assert_eq!(run.code, code, "{}{}", run.stdout, run.stderr);
        assert!(
            format!("{}{}", run.stdout, run.stderr).contains(words),
            "{}{}",
            run.stdout,
            run.stderr
        );
    }
    check("none.buyer.example", 1, "domain takes no mail (null MX)");
    check("bare.buyer.example", 0, "no MX record, the domain is its own host");
    check("inside.buyer.example", 1, "special-use address");
    check("missing.buyer.example", 1, "there is no such domain");
    check("elsewhere.example", 2, "the zone files hold nothing of elsewhere.example");
    check("[203.0.113.9]", 0, "address literal, no MX lookup");
    check("[127.0.0.1]", 1, "special-use address");
}

#[test]
fn an_mta_sts_policy_leaves_hosts_out() {
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("policy.txt");
    let with = |mx: &str, code: i32, words: &[&str]| {
        let text = format!("version: STSv1\nmode: enforce\nmx: {mx}\nmax_age: 604800\n");
        fs::write(&policy, text).unwrap();
        let zone = ["buyer.example", "--zone", "route.zone", "--mta-sts"];
        plan(&[&zone as &[&str], &[policy.to_str().unwrap()]].concat()).expect_words(code, words);
    };
    let left = "left out mx1.buyer.example: the MTA-STS policy does not name it";
    with("mx2.buyer.example", 0, &[left, "mx2.buyer.example: TLS with a valid certificate"]);
    with("mx.other.example", 1, &["no route, no mail host is in the MTA-STS policy"]);
    fs::write(&policy, "version: 9").unwrap();
    let run =
        plan(&["buyer.example", "--zone", "route.zone", "--mta-sts", policy.to_str().unwrap()]);
    run.expect_error(&["is no MTA-STS policy"]);
}

#[test]
fn egresses_are_read_with_care() {
    let check = |egress: &str, words: &str| {
        let run = ["route", "plan", "buyer.example", "--zone", "route.zone", "--egress", egress];
        mailkit(&run).expect_error(&[words]);
    };
    check("hk", "write it as hk,ap-east,22.3,114.2");
    check("hk,ap-east,95,0", "latitude");
    check("hk,ap-east,north,0", "no number of degrees");
    check("hk,ap-east,22.3,114.2,nine", "\"nine\"");
    check(",ap-east,22.3,114.2", "cannot plan from these egresses");
    let run = mailkit(&["route", "plan", "buyer.example", "--zone", "route.zone"]);
    run.expect_words(0, &["from fra", "from hk"]);
    assert!(run.stderr.contains("no --egress: planned from hk, fra and iad"), "{}", run.stderr);
}

const SMALL: [&str; 8] =
    ["route", "simulate", "--seeds", "1-2", "--rate", "0.1", "--domains", "10"];

#[test]
fn a_simulation_has_figures_for_each_policy() {
    let json = mailkit(&[&SMALL as &[&str], &["--json"]].concat()).json();
    let policies = json["policies"].as_array().unwrap();
    let names: Vec<&str> = policies.iter().map(|it| it["policy"].as_str().unwrap()).collect();
    for name in ["static", "nearest", "round-robin", "ewma", "peak-ewma", "ucb", "thompson"] {
        assert!(names.contains(&name), "no {name} in {names:?}");
    }
    for policy in policies {
        for key in ["mean_vs_oracle", "p50_vs_oracle", "p95_vs_oracle", "p99_vs_oracle"] {
            assert!(policy[key].as_f64().is_some_and(|it| it > 0.3), "{key} of {policy}");
        }
        let is_oracle = policy["policy"] == "oracle";
        assert_eq!(policy["mean_vs_oracle"] == 1.0, is_oracle, "{policy}");
        assert_eq!(policy["by_seed"].as_array().unwrap().len(), 2);
    }
    let lead = &json["comparisons"][0];
    assert_eq!((&lead["against"], &lead["like_for_like"]), (&"static".into(), &false.into()));
    assert_eq!(json, mailkit(&[&SMALL as &[&str], &["--json"]].concat()).json());
}

#[test]
fn a_simulation_takes_places_and_faults_of_ones_own() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let matrix = file(
        "rtt.csv",
        "from,Here,There,\"Far, away\"\nHere,,80,200\nThere,80,,150\n\"Far, away\",,,\n",
    );
    let calm = "host_every = inf\npath_every = inf\negress_every = inf\nreputation_every = inf\n";
    let calm = file("calm.toml", calm);
    let simulate = |more: &[&str]| {
        let policies = ["--policy", "static,mailkit", "--json"];
        mailkit(&[&SMALL as &[&str], &policies, more].concat())
    };
    let json = simulate(&["--rtt", &matrix, "--faults", &calm]).json();
    assert_eq!(json["egresses"], serde_json::json!(["Here", "Far, away", "There"]));
    assert_eq!(json["policies"][1]["exposed"], 0.0);
    let json = simulate(&["--rtt", &matrix, "--egress", "There", "--single-egress"]).json();
    assert_eq!(json["egresses"], serde_json::json!(["There"]));

    let wrong = |name, text: &str| file(name, text);
    let check = |more: &[&str], words: &[&str]| simulate(more).expect_error(words);
    check(&["--faults", &wrong("a.toml", "host_every = 0")], &["`host_every` is not at least 1"]);
    check(&["--faults", &wrong("b.toml", "hosts_every = 9")], &["unknown field `hosts_every`"]);
    check(&["--rtt", &wrong("c.csv", "x,A,B\nA,,fast\nB,9,\n")], &["from A to B", "invalid float"]);
    check(&["--rtt", &wrong("d.csv", "x,A,B\nA,,-4\nB,,\n")], &["the round trip from A to B"]);
    check(&["--rtt", &wrong("e.csv", "")], &["is no matrix of round trips"]);
    check(&["--rtt", &matrix, "--egress", "Nowhere"], &["there is no such place"]);
    check(&["--data", folder.path().to_str().unwrap()], &["cannot read", "seattle"]);
    let check = |option, value, words: &[&str]| {
        mailkit(&["route", "simulate", option, value]).expect_error(words);
    };
    check("--seeds", "9-3", &["write it as 101-120"]);
    check("--policy", "best", &["no policy \"best\": static, "]);
    check("--rate", "0", &["a rate is one mail a day to 100 a second"]);
}

#[test]
fn a_scenario_has_its_times_and_its_picture() {
    let folder = tempfile::tempdir().unwrap();
    let (svg, page) = (folder.path().join("failure.svg"), folder.path().join("failure.html"));
    let run = |picture: &std::path::Path, more: &[&str]| {
        let scenario = ["--scenario", "blackhole-primary-steady", "--policy", "static,mailkit"];
        let picture = ["--seeds", "1", "--picture", picture.to_str().unwrap()];
        let simulate = ["route", "simulate", "--json"];
        mailkit(&[&simulate as &[&str], &scenario, &picture, more].concat())
    };
    let json = run(&svg, &[]).json();
    let (plain, ours) = (&json["scenarios"][0], &json["scenarios"][1]);
    assert_eq!((&plain["hits"], plain["failover_p95"].is_null()), (&1.0.into(), true));
    assert!(ours["failover_p95"].as_f64().is_some_and(|it| it < 10.0), "{ours}");
    assert!(ours["fail_back_worst"].as_f64().is_some_and(|it| it < 60.0), "{ours}");
    let drawn = fs::read_to_string(&svg).unwrap();
    assert!(drawn.starts_with("<svg ") && drawn.ends_with("</svg>\n"), "{drawn:.200}");
    assert!(!drawn.contains("NaN") && !drawn.contains("http://www.w3.org/1999/xhtml"));
    run(&svg, &[]).expect_error(&["--overwrite puts another in its place"]);
    assert_eq!(run(&svg, &["--overwrite"]).code, 0);
    assert_eq!(run(&page, &[]).code, 0);
    assert!(fs::read_to_string(&page).unwrap().starts_with("<!doctype html>"));
    let run = mailkit(&["route", "simulate", "--scenario", "flood"]);
    run.expect_error(&["no scenario \"flood\": blackhole, refuse"]);
}

/// A mail host that says these lines, each after the first when a line was heard; its port.
fn mail_host(lines: &'static [&'static str]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let (mut heard, mut said) = (BufReader::new(stream.try_clone().unwrap()), stream);
        for line in lines {
            said.write_all(line.as_bytes()).unwrap();
            heard.read_line(&mut String::new()).unwrap();
        }
    });
    port
}

#[test]
fn a_probe_shows_what_a_host_says_before_mail() {
    let probe = |port: &str, more: &[&str]| {
        mailkit(&[&["route", "probe", "127.0.0.1", "--port", port] as &[&str], more].concat())
    };
    let port = mail_host(&[
        "220 mx.example ESMTP\r\n",
        "250-mx.example\r\n250 SIZE 1000\r\n",
        "221 bye\r\n",
    ]);
    let words =
        ["[127.0.0.1] (127.0.0.1:", "220 mx.example ESMTP", "SIZE 1000", "no TLS is offered"];
    probe(&port, &["--from", "127.0.0.1"]).expect_words(0, &words);
    let json = probe(&mail_host(&["554 5.7.1 not you\r\n"]), &["--json"]);
    assert_eq!(json.code, 1, "{}", json.stderr);
    let json = &json.json()[0];
    assert_eq!(
        (&json["failure"]["stage"], &json["greeting"]["code"]),
        (&"greeting".into(), &554.into())
    );
    let port = mail_host(&["220 \u{1b}[2J\u{202e}\r\n"]);
    let run = probe(&port, &["--timeout", "1"]);
    run.expect_words(1, &["failed: connection closed at EHLO"]);
    assert!(run.stdout.chars().all(|c| c == '\n' || mailkit_auth::visible::is_visible(c)));
    probe("1", &[]).expect_words(1, &["connection refused at connect"]);
    probe("1", &["--from", "::1"]).expect_error(&["there is no address to probe"]);
    let probe = |host: &str, more: &[&str]| {
        let zone = ["--zone", "route.zone", "--from", "127.0.0.1", "--timeout", "1"];
        mailkit(&[&["route", "probe", host] as &[&str], &zone, more].concat())
    };
    probe("none.buyer.example", &["--mx"]).expect_error(&["there is no address to probe"]);
    probe("missing.buyer.example", &["--mx"]).expect_error(&["there is no such domain"]);
    probe("no host!", &[]).expect_error(&["is neither a name nor an address"]);
    let json = probe("buyer.example", &["--mx", "--json"]).json();
    let hosts = [&json[0]["host"], &json[1]["host"]];
    assert_eq!(hosts, ["mx1.buyer.example", "mx2.buyer.example"]);
}

/// A name server that knows no name.
fn name_server() -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        let mut question = [0; 512];
        while let Ok((length, client)) = socket.recv_from(&mut question) {
            let (head, rest) = question.split_at(12);
            let name = rest.iter().take(length).position(|&octet| octet == 0).unwrap();
            // A response, recursion available, NXDOMAIN (RFC 1035 section 4.1.1): one question and no record.
            let head =
                [head.first_chunk::<2>().unwrap() as &[u8], &[0x81, 0x83, 0, 1, 0, 0, 0, 0, 0, 0]];
            let answer = [&head.concat() as &[u8], rest.get(..name + 5).unwrap()].concat();
            socket.send_to(&answer, client).unwrap();
        }
    });
    address
}

#[test]
fn regions_are_compared() {
    let server = name_server();
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let resolve = |resolvers: &[String], more: &[&str]| {
        let mut arguments = vec!["route", "resolve", "buyer.example", "--timeout", "1"];
        resolvers.iter().for_each(|it| arguments.extend(["--resolver", it.as_str()]));
        mailkit(&[&arguments as &[&str], more].concat())
    };
    let (eu, asia) = (format!("eu={server}"), format!("asia={}", silent.local_addr().unwrap()));
    let words = [
        "eu: ",
        ", no such domain",
        "buyer.example MX: no such name",
        "asia: ",
        ", lookup timed out",
    ];
    resolve(&[eu.clone(), asia.clone()], &[]).expect_words(1, &words);
    let json = resolve(&[eu], &["--json"]).json();
    assert_eq!(json["regions"][0]["failure"], "no-such-domain");
    resolve(&[asia], &[]).expect_error(&["no region found the way to buyer.example"]);
    resolve(&["eu".to_owned()], &[]).expect_error(&["write it as eu=192.0.2.53"]);
    resolve(&["eu=nine".to_owned()], &[]).expect_error(&["write it as eu=192.0.2.53"]);
}
