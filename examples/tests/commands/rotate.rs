//! `mailkit plan rotate`.

use std::fs;
use std::path::Path;

use super::mailkit;

#[test]
fn keys_are_rotated_by_date() {
    let rotate = |now| {
        let key = ["plan", "rotate", "--type", "rsa", "--key", "2026q1a=rsa,signing,2026-01-05"];
        mailkit(&[&key as &[&str], &["--now", now]].concat())
    };
    rotate("2026-02-01")
        .expect_words(0, &["later  2026-06-20 00:00 UTC: make and publish rsa key"]);
    rotate("2026-06-20")
        .expect_words(1, &["now    2026-06-20 00:00 UTC: make and publish rsa key"]);
    let json = mailkit(&["plan", "rotate", "--type", "rsa", "--json"]).json();
    assert_eq!(json[0]["step"], "publish");
    let twice = ["plan", "rotate", "--key", "a=rsa,removed", "--key", "a=rsa,removed"];
    mailkit(&twice).expect_error(&["selector `a` stands for two keys"]);
    mailkit(&["plan", "rotate", "--key", "a=rsa"])
        .expect_error(&["write it as selector=rsa,signing"]);
}

/// From the first key to the one after it, with nothing but the file to remember.
#[test]
fn a_ring_remembers_the_keys() {
    let directory = tempfile::tempdir().unwrap();
    let ring = directory.path().join("acme.json");
    let ring = ring.to_str().unwrap();
    let rotate = |now, more: &[&str]| {
        let of = ["plan", "rotate", "--type", "rsa", "--now", now, "--ring", ring];
        mailkit(&[&of as &[&str], more].concat())
    };
    let records = ["--domain", "acme.example", "--delegate", "keys.example"];
    let run = rotate("2026-01-05", &records);
    run.expect(
        1,
        "now    2026-01-05 00:00 UTC: make and publish rsa key `2026q1a`
       mailkit keys --domain acme.example --selector 2026q1a --algorithm rsa2048 --delegate keys.example --out 2026q1a.pem
       + 2026q1a._domainkey.acme.example. 3600 IN CNAME 2026q1a._domainkey.acme.example.keys.example.
",
    );
    assert!(run.stderr.contains("the ring is empty"), "{}", run.stderr);
    assert!(!Path::new(ring).exists());
    rotate("2026-01-05", &["--done", "2026q1b"]).expect_error(&["nothing is left to do for it"]);
    rotate("2026-01-05", &["--done", "2026q1a"]).expect_words(0, &["later  ", "sign with rsa key"]);
    rotate("2026-01-05", &["--done", "2026q1a"]).expect_error(&["cannot take down a step"]);
    rotate("2026-01-09", &["--done", "2026q1a"]).expect_words(0, &["later  2026-06-"]);
    rotate("2026-07-01", &["--done", "2026q3a"]).expect_words(0, &["sign with rsa key `2026q3a`"]);
    rotate("2026-07-09", &["--compromised", "2026q3a", "--json"]);
    let run = rotate("2026-07-09", &records);
    let holder = "2026q3a._domainkey.acme.example.keys.example. 3600 IN TXT";
    run.expect_words(
        1,
        &["publish the empty key for `2026q3a`", &format!("+ {holder} \"v=DKIM1; k=rsa; p=\"")],
    );
    let json = rotate("2026-07-09", &[&records as &[&str], &["--json"]].concat()).json();
    let changes = json.as_array().unwrap().iter().filter(|it| !it["change"].is_null());
    assert_eq!(changes.count(), 2, "{json}");
    fs::write(ring, "{}").unwrap();
    rotate("2026-07-09", &[]).expect_error(&["is not what `mailkit plan rotate --ring` writes"]);
    mailkit(&["plan", "rotate", "--done", "a"]).expect_error(&["--ring <FILE>"]);
}

/// Calls at once, links, permissions and files that are not there.
#[test]
fn a_ring_loses_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let ring = directory.path().join("acme.json");
    let rotate = |more: &[&str]| {
        let of = ["plan", "rotate", "--now", "2026-01-05", "--ring", ring.to_str().unwrap()];
        mailkit(&[&of as &[&str], more].concat())
    };
    let keys = || fs::read_to_string(&ring).unwrap().matches("\"selector\"").count();
    std::thread::scope(|scope| {
        for number in 0..20 {
            let rotate = &rotate;
            scope.spawn(move || {
                rotate(&["--key", &format!("k{number}=rsa,signing,2026-01-0{}", number % 5 + 1)])
            });
        }
    });
    assert_eq!(keys(), 20);
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    let before = fs::read(&ring).unwrap();
    let done = ["--compromised", "k1", "--domain", "acme.example", "--dkim", "k2=gone.pem"];
    rotate(&done).expect_error(&["cannot read gone.pem"]);
    let record = directory.path().join("zzz.txt");
    fs::write(&record, "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
        .unwrap();
    let mistyped = format!("zzz={}", record.display());
    rotate(&["--domain", "acme.example", "--dkim", &mistyped])
        .expect_error(&["no key is called zzz"]);
    assert_eq!(fs::read(&ring).unwrap(), before);
}

/// What a killed call left, what another program has locked, and what is no file.
#[cfg(unix)]
#[test]
#[allow(clippy::disallowed_methods, reason = "the other program has its lock for a while")]
fn nothing_stands_in_the_way_of_a_ring() {
    use std::fs::File;
    use std::process::Command;
    use std::time::Duration;

    let directory = tempfile::tempdir().unwrap();
    let ring = directory.path().join("acme.json");
    let rotate = |ring: &Path, more: &[&str]| {
        let of = ["plan", "rotate", "--now", "2026-01-05", "--ring", ring.to_str().unwrap()];
        mailkit(&[&of as &[&str], more].concat())
    };
    let add = ["--key", "k1=rsa,signing,2026-01-05"];
    // A shell that becomes the command leaves a file with the number of its process.
    let killed = "touch \"$2.$$.new\" && exec \"$0\" plan rotate --key \"$1\" --ring \"$2\"";
    let mut shell = Command::new("sh");
    shell.args(["-c", killed, env!("CARGO_BIN_EXE_mailkit"), add[1]]).arg(&ring);
    let output = shell.output().unwrap();
    assert_ne!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2, "the ring and what was left");

    let held = File::open(directory.path()).unwrap();
    held.lock().unwrap();
    let run = std::thread::scope(|scope| {
        let run = scope.spawn(|| rotate(&ring, &["--compromised", "k1"]));
        std::thread::sleep(Duration::from_secs(2));
        held.unlock().unwrap();
        run.join().unwrap()
    });
    assert!(run.stderr.contains("note: waiting for another program"), "{}", run.stderr);
    run.expect_words(1, &["k1"]);

    let pipe = directory.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    rotate(&pipe, &[]).expect_error(&["pipe: it is no file"]);
    rotate(&pipe, &add).expect_error(&["pipe: it is no file"]);
    rotate(directory.path(), &add).expect_error(&["it is no file"]);
    rotate(&pipe.join("ring"), &add).expect_error(&["cannot lock the folder of", "directory"]);
}
