//! The `mailkit gateway` program, spoken to by swaks.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a test reads its environment and says what it skips"
)]

use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

type Outcome = Result<(), Box<dyn Error>>;

/// The program, with the sample configuration in a directory of its own; killed when dropped.
struct Running {
    child: Child,
    directory: tempfile::TempDir,
    port: u16,
}

impl Running {
    fn start() -> Result<Self, Box<dyn Error>> {
        let directory = tempfile::tempdir()?;
        let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
        let port = free_port()?;
        let sample = fs::read_to_string(assets.join("gateway.toml"))?
            .replace("127.0.0.1:2525", &format!("127.0.0.1:{port}"))
            .replace("\"zones/", &format!("\"{}/zones/", assets.display()));
        let config = directory.path().join("gateway.toml");
        fs::write(&config, sample)?;
        let mut child = Command::new(env!("CARGO_BIN_EXE_mailkit"))
            .args(["gateway", "--config"])
            .arg(&config)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let log = child.stderr.take().ok_or("no log")?;
        let running = Self { child, directory, port };
        wait_until_ready(log)?;
        Ok(running)
    }

    /// The mails in a folder of the spool.
    fn mails(&self, folder: &str) -> Vec<String> {
        let new = self.directory.path().join("spool").join(folder).join("new");
        let entries = fs::read_dir(new).into_iter().flatten().flatten();
        entries.filter_map(|entry| fs::read_to_string(entry.path()).ok()).collect()
    }

    fn swaks(&self, arguments: &[&str]) -> std::io::Result<Output> {
        let server = format!("127.0.0.1:{}", self.port);
        let fixed = ["--server", &server, "--helo", "client.example", "--tls", "--timeout", "20"];
        Command::new("swaks").args(fixed).args(arguments).output()
    }

    /// Asks it to stop (SIGTERM).
    fn terminate(&self) -> Outcome {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status()?;
        if asked.success() { Ok(()) } else { Err("kill did not work".into()) }
    }

    /// Waits for its end, and returns what it told.
    fn events(&mut self) -> Result<Vec<serde_json::Value>, Box<dyn Error>> {
        let told = self.child.stdout.take().ok_or("no events")?;
        let lines = BufReader::new(told).lines().map_while(Result::ok);
        let events = lines.map(|line| serde_json::from_str(&line)).collect::<Result<_, _>>()?;
        assert!(self.child.wait()?.success(), "a stop is a success");
        Ok(events)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // After a stop there is nothing left to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The log says when mail is taken. It is read to its end, so that the program never waits for its reader.
fn wait_until_ready(log: impl Read + Send + 'static) -> Outcome {
    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(log).lines().map_while(Result::ok) {
            // Once the program is ready nobody listens any more.
            let _ = sender.send(line);
        }
    });
    let mut told = String::new();
    while let Ok(line) = lines.recv_timeout(Duration::from_secs(20)) {
        if line.contains("taking mail") {
            return Ok(());
        }
        told += &line;
    }
    Err(format!("the gateway did not start: {told}").into())
}

fn free_port() -> std::io::Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Whether the program is there and speaks TLS; its absence is a failure where peers are required.
fn has_swaks() -> bool {
    let support = Command::new("swaks").arg("--support").output();
    let found =
        support.is_ok_and(|it| String::from_utf8_lossy(&it.stdout).contains("TLS supported"));
    let required = std::env::var("MAILKIT_REQUIRE_PEERS").is_ok_and(|it| it == "1");
    assert!(found || !required, "swaks with Net::SSLeay is not installed");
    if !found {
        eprintln!("skipped: swaks with Net::SSLeay is not installed");
    }
    found
}

fn asset(name: &str) -> Result<String, Box<dyn Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/mails").join(name);
    Ok(fs::read_to_string(path)?)
}

#[track_caller]
fn assert_says(output: &Output, expected: &str) {
    let dialogue = String::from_utf8_lossy(&output.stdout);
    assert!(dialogue.contains(expected), "no {expected:?} in\n{dialogue}");
}

#[test]
fn an_inquiry_is_answered_and_a_fraud_is_not() -> Outcome {
    if !has_swaks() {
        return Ok(());
    }
    let mut gateway = Running::start()?;

    let inquiry = gateway.swaks(&[
        "--from",
        "compras@casaluz.example",
        "--to",
        "info@acme.example",
        "--h-From",
        "Lucia <compras@casaluz.example>",
        "--h-Subject",
        "Solicitud de cotizacion",
        "--add-header",
        "MIME-Version: 1.0",
        "--add-header",
        "Content-Type: text/plain; charset=utf-8",
        "--body",
        &asset("inquiry-es.txt")?,
    ])?;
    assert_says(&inquiry, "250 2.0.0 kept as ");
    let sales = gateway.mails("sales");
    assert_eq!(sales.len(), 1);
    assert!(sales[0].contains("\r\nAuthentication-Results: mx.acme.example"), "{}", sales[0]);
    assert!(sales[0].contains("\r\nReceived: from client.example ([127.0.0.1])"), "{}", sales[0]);

    let fraud = gateway.swaks(&[
        "--from",
        "billing@baltic-bearings.example",
        "--to",
        "ap@acme.example",
        "--h-From",
        "Ilse Brandt <billing@baltic-bearings.example>",
        "--h-Subject",
        "Invoice BB-2211: new bank details",
        "--add-header",
        "Reply-To: payments@settlement-desk.example",
        "--body",
        &asset("invoice-changed.txt")?,
    ])?;
    assert_says(&fraud, "550 5.7.1 ");
    assert_says(&fraud, "PAYMENT_ACCOUNT_CHANGED");
    assert_eq!(gateway.mails("accounts"), [""; 0]);

    let both = gateway.swaks(&[
        "--from",
        "a@casaluz.example",
        "--to",
        "postmaster@mx.acme.example,ap@acme.example",
        "--h-From",
        "A <a@casaluz.example>",
        "--h-Subject",
        "for two",
        "--body",
        "Hello.",
    ])?;
    assert_says(&both, "250 2.0.0 kept as ");
    assert_eq!((gateway.mails("support").len(), gateway.mails("accounts").len()), (1, 1));

    let relay = gateway.swaks(&["--from", "a@casaluz.example", "--to", "b@elsewhere.example"])?;
    assert_says(&relay, "550 5.7.1 we take no mail for elsewhere.example");
    let unknown = gateway.swaks(&["--from", "a@casaluz.example", "--to", "nobody@acme.example"])?;
    assert_says(&unknown, "550 5.1.1 there is no nobody@acme.example here");

    // Nobody listens on the sample's receivers, so the reply waits, and a stop writes it to the spool.
    gateway.terminate()?;
    let events = gateway.events()?;
    let unsent = gateway.mails("unsent");
    assert_eq!(unsent.len(), 1);
    assert!(unsent[0].contains("\r\nAuto-Submitted: auto-replied\r\n"), "{}", unsent[0]);
    let received = events.iter().filter(|event| event["event"] == "received").count();
    assert_eq!(received, 3, "{events:#?}");
    let reply =
        events.iter().find(|event| event["reply"]["status"] == "queued").ok_or("no reply")?;
    assert_eq!(reply["reply"]["locale"], "es");
    assert_eq!(reply["tickets"][0]["department"], "sales");
    Ok(())
}
