//! dkimpy in a process of its own, which measures itself.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use criterion::BenchmarkGroup;
use criterion::measurement::WallTime;

/// Reads the key and the message as hexadecimal lines, then numbers: as often it verifies, and prints the
/// seconds.
const SCRIPT: &str = "
import sys, time, dkim
record, message = (bytes.fromhex(sys.stdin.readline()) for _ in range(2))
lookup = lambda name, timeout=5: record
print(dkim.verify(message, dnsfunc=lookup), flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    for _ in range(int(line)):
        dkim.verify(message, dnsfunc=lookup)
    print(time.perf_counter() - start, flush=True)
";

pub(crate) fn bench(group: &mut BenchmarkGroup<'_, WallTime>, record: &str, signed: &str) {
    let Some(mut peer) = DkimPy::start(record, signed) else {
        eprintln!("dkimpy is absent: python3 -m pip install --target target/python dkimpy pynacl");
        return;
    };
    group.bench_function("dkimpy", |bencher| bencher.iter_custom(|times| peer.verify(times)));
    drop(peer.questions);
    let _status = peer.process.wait();
}

struct DkimPy {
    process: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl DkimPy {
    fn start(record: &str, signed: &str) -> Option<Self> {
        let packages = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/python");
        let mut command = Command::new("python3");
        if std::env::var_os("PYTHONPATH").is_none() {
            command.env("PYTHONPATH", packages);
        }
        command.args(["-c", SCRIPT]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.stderr(Stdio::null()).spawn().ok()?;
        let (questions, answers) = (process.stdin.take()?, process.stdout.take()?);
        let mut peer = Self { process, questions, answers: BufReader::new(answers) };
        let hex = |text: &str| text.bytes().map(|it| format!("{it:02x}")).collect::<String>();
        let verdict = peer.ask(&format!("{}\n{}", hex(record), hex(signed)))?;
        assert_eq!(verdict, "True", "what we sign passes at dkimpy");
        Some(peer)
    }

    fn verify(&mut self, times: u64) -> Duration {
        let seconds = self.ask(&times.to_string()).and_then(|seconds| seconds.parse().ok());
        Duration::from_secs_f64(seconds.expect("dkimpy answers"))
    }

    /// A line of answer; `None` if the process has ended.
    fn ask(&mut self, question: &str) -> Option<String> {
        writeln!(self.questions, "{question}").ok()?;
        let mut answer = String::new();
        let octets = self.answers.read_line(&mut answer).ok()?;
        (octets > 0).then(|| answer.trim().to_owned())
    }
}
