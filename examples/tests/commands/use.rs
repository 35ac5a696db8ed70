//! What all commands share: help, wrong use, pipes.

use std::process::Stdio;

use super::{command, mailkit};

const COMMANDS: &[&[&str]] = &[
    &[],
    &["check"],
    &["demo"],
    &["gateway"],
    &["keys"],
    &["lint"],
    &["plan"],
    &["plan", "rotate"],
    &["reports"],
    &["rollout"],
    &["rollout", "advise"],
    &["rollout", "simulate"],
    &["route"],
    &["route", "classify"],
    &["route", "plan"],
    &["route", "probe"],
    &["route", "resolve"],
    &["route", "simulate"],
    &["sign"],
    &["spf"],
    &["spf", "evaluate"],
    &["spf", "flatten"],
    &["spf", "tree"],
    &["verify"],
];

#[test]
fn every_command_has_help() {
    for words in COMMANDS {
        let run = mailkit(&[words, &["--help"] as &[&str]].concat());
        run.expect_words(0, &["Usage: mailkit", "Options:"]);
        let is_group =
            matches!(words, [] | ["rollout"] | ["route"] | ["spf"] | ["demo"] | ["gateway"]);
        assert!(is_group || run.stdout.contains("\n  mailkit "), "no example: {words:?}");
    }
}

#[test]
fn wrong_use_is_told_with_the_way_out() {
    #[track_caller]
    fn check(arguments: &[&str], words: &[&str]) {
        mailkit(arguments).expect_error(words);
    }
    check(&["lnit"], &["unrecognized subcommand 'lnit'", "lint"]);
    check(&["check"], &["<DOMAIN>"]);
    check(&["check", "-x"], &["unexpected argument '-x'"]);
    check(&["check", "no_domain!"], &["invalid value 'no_domain!'"]);
    check(&["check", "acme.example", "--sender", "mx"], &["IP address", "\"mx\""]);
    check(&["check", "acme.example", "--spam-rate", "3"], &["write it as 3/1000"]);
    check(
        &["check", "acme.example", "--zone", "gone.zone"],
        &["mailkit: cannot read gone.zone: No such file"],
    );
    check(
        &["spf", "tree", "acme.example", "--zone", "offer.eml"],
        &["cannot read the zone file offer.eml: ", " in line 1, column "],
    );
    check(
        &["spf", "tree", "acme.example", "--zone", "../reports/tls.json"],
        &["tls.json: not a map of names to types to lists of records: invalid type: "],
    );
    let json = mailkit(&["spf", "tree", "acme.example", "--zone", "../reports/tls.json"]).stderr;
    assert_eq!(json.matches("invalid type").count(), 1, "{json}");
    mailkit(&["--version"]).expect(0, concat!("mailkit ", env!("CARGO_PKG_VERSION"), "\n"));
    check(&["spf", "tree", "a.example", "--zone", "x", "--server", "127.0.0.1:53"], &["--server"]);
    check(&["sign", "offer.eml", "--domain", "acme.example"], &["--selector", "--key"]);
}

#[test]
fn what_a_terminal_obeys_is_escaped() {
    let hidden = "v=DMARC1; p=\u{9b}\u{202e}\u{2028}x\u{1b}[2J";
    for arguments in [
        &["rollout", "advise", "--since", "2026-09-01", "--record", hidden] as &[&str],
        &["keys", "--domain", hidden],
        &["check", hidden],
        &[hidden],
        &["check", "--", "a", hidden],
    ] {
        let run = mailkit(arguments);
        run.expect_error(&["\\u{9b}\\u{202e}\\u{2028}x"]);
        let raw = |c: char| c != '\n' && !mailkit_auth::visible::is_visible(c);
        assert!(!run.stderr.chars().any(raw), "{arguments:?}: {:?}", run.stderr);
    }
    mailkit(&["check", "--help", hidden]).expect_words(0, &["Usage: mailkit check"]);
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let mut command = command(&["lint", "--rules", "--json"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), b"".as_slice()));
}
