//! `mailkit spf`.

use std::fs;

use super::mailkit;

#[test]
fn an_evaluation_shows_its_way() {
    let evaluate = |domain, ip| {
        mailkit(&[
            "spf",
            "evaluate",
            domain,
            "--ip",
            ip,
            "--zone",
            "healthy.zone",
            "--zone",
            "faulty.json",
        ])
    };
    evaluate("acme.example", "192.0.2.7").expect(
        0,
        "pass: `ip4:192.0.2.0/28` of acme.example matches
acme.example: v=spf1 mx ip4:192.0.2.0/28 -all
├─ mx  does not match, 1 lookup
└─ ip4:192.0.2.0/28  matches
1 of 10 lookups, 0 of 2 void
",
    );
    evaluate("mx.acme.example", "203.0.113.9")
        .expect_words(1, &["none: mx.acme.example has no SPF record"]);
    evaluate("acme.example", "2001:db8::1").expect_words(1, &["fail: `-all` of acme.example"]);
    evaluate("broken.example", "192.0.2.7").expect_words(1, &["permerror: "]);
    let run = evaluate("other.example", "192.0.2.7");
    run.expect_error(&["the zone files hold nothing of other.example"]);
    let run = mailkit(&[
        "spf",
        "evaluate",
        "acme.example",
        "--ip",
        "192.0.2.7",
        "--zone",
        "healthy.zone",
        "--json",
    ]);
    let json = run.json();
    assert_eq!((run.code, &json["result"], &json["lookups"]), (0, &"pass".into(), &1.into()));
    assert_eq!(json["trace"]["terms"][0]["outcome"], "not-matched");
}

#[test]
fn a_tree_is_counted() {
    let tree = |record: &str, json: &[&str]| {
        let zone = ["spf", "tree", "broken.example", "--zone", "faulty.json", "--record", record];
        mailkit(&[&zone as &[&str], json].concat())
    };
    tree("v=spf1 mx include:_spf.host.example -all", &[]).expect(
        0,
        "broken.example: 3 of 10 lookups, at most 1 of 2 void
├─ mx  1 lookup, 1 network
└─ include:_spf.host.example  2 lookups, 2 networks
   └─ a:out.host.example  1 lookup, 1 network, void for IPv6
",
    );
    tree("v=spf1 include:gone.broken.example -all", &[]).expect_words(1, &["gone.broken.example"]);
    tree("v=spf1 include:gone.host.example -all", &[])
        .expect_error(&["no answer to gone.host.example"]);
    let json = tree("v=spf1 include:_spf.host.example -all", &["--json"]).json();
    assert_eq!(json["cost"]["lookups"], 2);
}

/// What nobody answered is neither fine nor wrong.
#[test]
fn a_tree_that_was_not_seen_whole_has_no_verdict() {
    let check = |record: &str, code: i32| {
        for command in ["tree", "flatten"] {
            let zone =
                ["spf", command, "broken.example", "--zone", "faulty.json", "--record", record];
            let run = mailkit(&zone);
            assert_eq!(run.code, code, "{command} {record}: {}{}", run.stdout, run.stderr);
        }
    };
    check("v=spf1 include:_spf.host.example -all", 0);
    check("v=spf1 include:unseen.example -all", 2);
    check("v=spf1 redirect=unseen.example", 2);
    let evaluate = ["--ip", "192.0.2.7", "--zone", "unseen.zone"];
    let directory = tempfile::tempdir().unwrap();
    let zone = directory.path().join("unseen.zone");
    fs::write(&zone, "acme.example. 60 IN TXT \"v=spf1 redirect=unseen.example\"\n").unwrap();
    let evaluate = [evaluate[0], evaluate[1], evaluate[2], zone.to_str().unwrap()];
    let run = mailkit(&[&["spf", "evaluate", "acme.example"] as &[&str], &evaluate].concat());
    run.expect_error(&["note: not in the zone files: unseen.example TXT", "no verdict"]);
    run.expect_words(2, &["unseen.example: no answer"]);
}

#[test]
fn a_flattened_record_is_compared_with_its_sources_later() {
    let directory = tempfile::tempdir().unwrap();
    let flatten = |more: &[&str]| {
        let record = "v=spf1 include:_spf.host.example -all";
        let zone =
            ["spf", "flatten", "broken.example", "--zone", "faulty.json", "--record", record];
        mailkit(&[&zone as &[&str], more].concat())
    };
    let record = "\"v=spf1 ip4:198.51.100.0/24 ip4:203.0.113.5 -all\"";
    flatten(&[]).expect(0, &format!("broken.example. 3600 IN TXT {record}\n"));
    flatten(&["--keep", "_spf.host.example"]).expect_words(0, &["include:_spf.host.example -all"]);

    let earlier = directory.path().join("flat.json");
    let path = earlier.to_str().unwrap();
    let flat = flatten(&["--json"]).stdout;
    fs::write(&earlier, &flat).unwrap();
    flatten(&["--compare", path]).expect(0, "nothing has changed\n");
    fs::write(&earlier, flat.replace("203.0.113.5", "203.0.113.6")).unwrap();
    flatten(&["--compare", path])
        .expect(1, "include:_spf.host.example\n  - 203.0.113.6\n  + 203.0.113.5\n");
    flatten(&["--compare", "offer.eml"]).expect_error(&["offer.eml is not what"]);
}

/// What was found out is 1, as it is of a tree; what an option asks for in vain is told.
#[test]
fn a_record_that_is_missing_or_cannot_be_so_is_told() {
    for command in ["tree", "flatten"] {
        let run = mailkit(&["spf", command, "mx.acme.example", "--zone", "healthy.zone"]);
        assert_eq!(run.code, 1, "{command}: {}{}", run.stdout, run.stderr);
        assert!(format!("{}{}", run.stdout, run.stderr).contains("no SPF record"), "{command}");
    }
    let flatten = |more: &[&str]| {
        let flatten = ["spf", "flatten", "acme.example", "--zone", "healthy.zone"];
        mailkit(&[&flatten as &[&str], more].concat())
    };
    let record = "\"v=spf1 ip4:192.0.2.0/28 -all\"";
    let zone = format!("acme.example. 3600 IN TXT {record}\n");
    flatten(&["--keep", "nope.example"])
        .expect_error(&["--keep nope.example: nothing in the record of acme.example leads there"]);
    flatten(&["--keep", "acme.example"]).expect_words(0, &["v=spf1 mx ip4:192.0.2.0/28 -all"]);
    flatten(&["--octets", "10"])
        .expect_error(&["--octets 10 cannot be met: the record of ", "acme.example has "]);
    flatten(&["--octets", "28"]).expect(0, &zone);
}

/// Aliases are followed to where the files end, and a circle is called one.
#[test]
fn aliases_without_an_end_are_told() {
    let directory = tempfile::tempdir().unwrap();
    let zone = directory.path().join("loop.zone");
    let check = |aliases: &str, expected: &str| {
        let record = "$ORIGIN acme.example.\n@ 60 IN TXT \"v=spf1 include:a.acme.example -all\"\n";
        fs::write(&zone, format!("{record}{aliases}")).unwrap();
        let evaluate = [
            "spf",
            "evaluate",
            "acme.example",
            "--ip",
            "192.0.2.1",
            "--zone",
            zone.to_str().unwrap(),
        ];
        let run = mailkit(&evaluate);
        run.expect_error(&[expected]);
        assert_eq!(run.stderr.matches("note:").count(), 1, "{}", run.stderr);
    };
    check(
        "a 60 IN CNAME b\nb 60 IN CNAME a\n",
        "note: aliases in a circle: a.acme.example → b.acme.example → a.acme.example\n",
    );
    check("a 60 IN CNAME x.host.example.\n", "note: not in the zone files: x.host.example TXT\n");
    let row = |number: char| {
        format!("{number} 60 IN CNAME {}\n", char::from(u8::try_from(number).unwrap() + 1))
    };
    check(&('a'..='k').map(row).collect::<String>(), "note: too many aliases in a row: a.acme");
}
