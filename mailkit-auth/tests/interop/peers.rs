//! The programs beside us.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A canonicalization.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    Relaxed,
    Simple,
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Relaxed => "relaxed",
            Self::Simple => "simple",
        })
    }
}

/// A program that signs for acme.test and verifies.
pub(crate) trait Peer {
    fn name(&self) -> &'static str;

    /// Whether its own signatures of this kind are good.
    fn signs_well(&self, _selector: &str, _header: Form) -> bool {
        true
    }

    /// The message as far as the program reads it.
    fn readable(&self, message: Vec<u8>) -> Vec<u8> {
        message
    }

    /// The signed message as it reaches the program.
    fn delivered(&self, message: Vec<u8>) -> Vec<u8> {
        message
    }

    /// The message as the program takes it to sign.
    fn prepared(&self, message: Vec<u8>) -> Vec<u8> {
        message
    }

    /// Whether the signature of each file passes, with keys from `name record` lines.
    fn verify(&self, keys: &Path, files: &[PathBuf]) -> Vec<Result<(), String>>;

    /// The `DKIM-Signature` field for each file, with its line end.
    fn sign(
        &self,
        pem: &Path,
        selector: &str,
        header: Form,
        body: Form,
        files: &[PathBuf],
    ) -> Vec<String>;
}

pub(crate) struct OpenDkim {
    program: PathBuf,
}

impl OpenDkim {
    pub(crate) fn find() -> Option<Self> {
        let places = ["/usr/sbin/opendkim", "/usr/local/sbin/opendkim", "/usr/bin/opendkim"];
        let program = places.iter().map(PathBuf::from).find(|program| program.exists());
        program.map(|program| Self { program }).or_else(|| skip("opendkim is not installed"))
    }

    /// Runs it over the files in its test mode, and returns what it prints.
    fn run(&self, settings: &str, files: &[PathBuf]) -> String {
        let config = files[0].with_file_name("opendkim.conf");
        std::fs::write(&config, settings).expect("a file");
        // It takes its files in one argument, which has a length.
        let runs = files.chunks(50).map(|files| {
            let names: Vec<_> = files.iter().map(|file| file.to_string_lossy()).collect();
            let mut command = Command::new(&self.program);
            command.arg("-x").arg(&config).args(["-v", "-v", "-t"]).arg(names.join(","));
            let output = command.output().expect("opendkim runs");
            String::from_utf8_lossy(&output.stdout).into_owned()
        });
        runs.collect()
    }
}

impl Peer for OpenDkim {
    fn name(&self) -> &'static str {
        "OpenDKIM"
    }

    /// OpenDKIM 2.11.0 refuses what itself signs with Ed25519 over a `simple` header, and so does dkimpy.
    fn signs_well(&self, selector: &str, header: Form) -> bool {
        !(selector == "ed" && matches!(header, Form::Simple))
    }

    /// Its test mode passes a last line without an end over; on its way a message gets one.
    fn delivered(&self, mut message: Vec<u8>) -> Vec<u8> {
        if !message.ends_with(b"\r\n") {
            message.extend(b"\r\n");
        }
        message
    }

    /// Its test mode writes one space after each colon of the header before it signs.
    fn prepared(&self, message: Vec<u8>) -> Vec<u8> {
        let message = String::from_utf8(message).expect("the messages are UTF-8");
        let (header, body) = message.split_once("\r\n\r\n").expect("a header");
        let lines = header.split("\r\n").map(|line| match line.split_once(':') {
            Some((name, value)) if !line.starts_with([' ', '\t']) => {
                format!("{name}: {}\r\n", value.trim_start_matches([' ', '\t']))
            }
            _ => format!("{line}\r\n"),
        });
        self.delivered(format!("{}\r\n{body}", lines.collect::<String>()).into_bytes())
    }

    fn verify(&self, keys: &Path, files: &[PathBuf]) -> Vec<Result<(), String>> {
        let settings =
            format!("Mode v\nTestPublicKeys {}\nInternalHosts 192.0.2.99\n", keys.display());
        let said = self.run(&settings, files);
        let verdict = |file: &PathBuf| {
            let start = format!("opendkim: {}: verification ", file.display());
            let line = said.lines().find_map(|line| line.strip_prefix(&start));
            let line = line.unwrap_or("no verdict");
            if line.ends_with(" succeeded") { Ok(()) } else { Err(line.to_owned()) }
        };
        files.iter().map(verdict).collect()
    }

    fn sign(
        &self,
        pem: &Path,
        selector: &str,
        header: Form,
        body: Form,
        files: &[PathBuf],
    ) -> Vec<String> {
        let algorithm = if selector == "ed" { "ed25519-sha256" } else { "rsa-sha256" };
        let settings = format!(
            "Mode s\nDomain acme.test\nSelector {selector}\nKeyFile {}\n\
             Canonicalization {header}/{body}\nSignatureAlgorithm {algorithm}\nRequireSafeKeys no\n",
            pem.display()
        );
        let said = self.run(&settings, files);
        let fields = said.split("hname='DKIM-Signature' hvalue='").skip(1).map(|rest| {
            let (value, _) = rest.split_once('\'').expect("the end of the value");
            format!("DKIM-Signature: {}\r\n", value.replace('\n', "\r\n"))
        });
        fields.collect()
    }
}

pub(crate) struct DkimPy;

impl DkimPy {
    pub(crate) fn find() -> Option<Self> {
        let imports = Command::new("python3").args(["-c", "import dkim, nacl"]).output();
        let found = imports.is_ok_and(|output| output.status.success());
        if found { Some(Self) } else { skip("python has no dkimpy with PyNaCl") }
    }

    fn run(arguments: &[&str], files: &[PathBuf]) -> Vec<String> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop/dkimpy_peer.py");
        let mut command = Command::new("python3");
        let output = command.arg(script).args(arguments).args(files).output().expect("python runs");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{complaint}");
        String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
    }
}

impl Peer for DkimPy {
    fn name(&self) -> &'static str {
        "dkimpy"
    }

    /// It refuses a header with white space before a colon (RFC 5322 section 4.5.8).
    fn readable(&self, message: Vec<u8>) -> Vec<u8> {
        let message = String::from_utf8(message).expect("the messages are UTF-8");
        message.replace("X-Space :", "X-Space:").into_bytes()
    }

    fn verify(&self, keys: &Path, files: &[PathBuf]) -> Vec<Result<(), String>> {
        let said = Self::run(&["verify", &keys.to_string_lossy()], files);
        let verdict = |line: String| if line == "pass" { Ok(()) } else { Err(line) };
        said.into_iter().map(verdict).collect()
    }

    fn sign(
        &self,
        pem: &Path,
        selector: &str,
        header: Form,
        body: Form,
        files: &[PathBuf],
    ) -> Vec<String> {
        let (header, body) = (header.to_string(), body.to_string());
        let arguments = ["sign", &pem.to_string_lossy(), selector, &header, &body];
        let field = |line: String| serde_json::from_str(&line).expect("a JSON string");
        Self::run(&arguments, files).into_iter().map(field).collect()
    }
}

fn skip<T>(why: &str) -> Option<T> {
    eprintln!("skipped: {why}");
    let required = std::env::var("MAILKIT_REQUIRE_PEERS").is_ok_and(|value| value == "1");
    assert!(!required, "the peer is required and absent");
    None
}
