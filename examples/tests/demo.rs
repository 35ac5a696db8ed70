//! The demonstration, as a user starts it.

use std::process::{Command, Stdio};

#[test]
fn every_outcome_is_as_expected() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_mailkit")).args(["demo", "--json"]).output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let faults: Vec<_> = report["mails"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|mail| mail["faults"].as_array().is_none_or(|faults| !faults.is_empty()))
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(output.status.success(), "{:#?}", report["summary"]);
    assert_eq!(output.stderr, b"", "data alone when data is asked for");
    assert_eq!(report["summary"]["mails"], 15);
    assert_eq!(report["summary"]["replies"], 5);
}

/// A reader that has gone away is no fault of the demonstration.
#[test]
fn nobody_has_to_read_the_outcomes() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mailkit"));
    command.args(["demo", "--json"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut demo = command.spawn().unwrap();
    drop(demo.stdout.take());
    let output = demo.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
