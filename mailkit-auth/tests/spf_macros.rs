//! Macros of SPF in hostile hands: what a check asks the DNS for, whatever the envelope and the
//! records say (RFC 7208 section 7).
#![allow(clippy::expect_used, clippy::panic, reason = "the tables of a test may panic")]

use std::cell::RefCell;

use mailkit_auth::lookup::{Answer, Lookup, Question, RecordType, ZoneSnapshot};
use mailkit_auth::spf::{SpfRequest, SpfResult, check_host};

/// A table that keeps the names whose IPv4 address was asked for.
struct Recorder {
    zone: ZoneSnapshot,
    asked: RefCell<Vec<String>>,
}

impl Lookup for Recorder {
    fn answer(&self, question: &Question) -> Answer {
        if question.record_type == RecordType::A {
            self.asked.borrow_mut().push(question.name.to_string());
        }
        self.zone.answer(question)
    }
}

/// What becomes of a macro.
#[derive(Debug, PartialEq)]
enum Comes<'a> {
    /// To a question for this name.
    To(&'a str),
    /// To nothing that a server could be asked for, so that the term does not match.
    ToNothing,
    /// To more than any name, which ends the check.
    ToNoEnd,
}
use Comes::{To, ToNoEnd, ToNothing};

/// Checks `exists:{spec}` for this local part and HELO name.
#[track_caller]
fn check_with(local: &str, helo: &str, spec: &str, expected: &Comes<'_>) {
    let zone = ZoneSnapshot::new()
        .with_txt("acme.test", format!("v=spf1 exists:{spec} -all"))
        .and_then(|zone| zone.with_ptr([192, 0, 2, 1], "liar.victim.test"))
        .and_then(|zone| zone.with_ptr([192, 0, 2, 1], "mx.acme.test"))
        .and_then(|zone| zone.with_ptr([192, 0, 2, 2], "liar.victim.test"))
        .and_then(|zone| zone.with_address("mx.acme.test", [192, 0, 2, 1]))
        .and_then(|zone| zone.with_address("liar.victim.test", [198, 51, 100, 1]));
    let recorder = Recorder { zone: zone.expect("names"), asked: RefCell::default() };
    let last = if spec.contains("%{P") { 2 } else { 1 };
    let request = SpfRequest::new([192, 0, 2, last], helo, format!("{local}@acme.test"));
    let verdict = check_host(&recorder, &request);
    let asked = recorder.asked.into_inner();
    let validated = ["liar.victim.test", "mx.acme.test"];
    let made: Vec<_> = asked.iter().filter(|it| !validated.contains(&it.as_str())).collect();
    let actual = match (made.as_slice(), verdict.result) {
        ([name], SpfResult::Fail) => To(name),
        ([], SpfResult::Fail) => ToNothing,
        ([], SpfResult::PermError) => ToNoEnd,
        _ => panic!("{spec}: {verdict:?} after {asked:?}"),
    };
    assert_eq!(&actual, expected, "{local:.80} {helo:.80} {spec:.80}");
    assert!(asked.iter().all(|name| name.len() <= 4 * 253), "{asked:?}");
}

#[track_caller]
fn check(local: &str, spec: &str, expected: &Comes<'_>) {
    check_with(local, "helo.test", spec, expected);
}

/// Labels of one octet, so many.
fn labels(count: usize) -> String {
    vec!["x"; count].join(".")
}

#[test]
fn local_parts() {
    check("a", "%{l}.t.test", &To("a.t.test"));
    check("", "%{l}.t.test", &To("postmaster.t.test"));
    check("A.B", "%{l}.t.test", &To("a.b.t.test"));
    check("a.b.c", "%{l2}.t.test", &To("b.c.t.test"));
    check("a.b.c", "%{lr}.t.test", &To("c.b.a.t.test"));
    check("a.b.c", "%{l1r}.t.test", &To("a.t.test"));
    check("a+b-c", "%{l+}.t.test", &To("a.b-c.t.test"));
    check("a+b-c", "%{lr+-}.t.test", &To("c.b.a.t.test"));
    check("a=b_c/d,e", "%{l=_/,}.t.test", &To("a.b.c.d.e.t.test"));
    check("a..b", "%{l}.t.test", &ToNothing);
    check(".a", "%{l}.t.test", &ToNothing);
    check("a.", "%{l}.t.test", &ToNothing);
    check("...", "%{l}.t.test", &ToNothing);
    check("a--b", "%{l-}.t.test", &ToNothing);
    check("a--b", "%{l1-}.t.test", &To("b.t.test"));
    check("a b", "%{l}.t.test", &To(r"a\032b.t.test"));
    check("a\r\nb", "%{l}.t.test", &To(r"a\013\010b.t.test"));
    check("a\0b", "%{l}.t.test", &To(r"a\000b.t.test"));
    check(r"a\b", "%{l}.t.test", &To(r"a\\b.t.test"));
    check("\"a@b\"", "%{l}.t.test", &To("\"a@b\".t.test"));
    check("*", "%{l}.t.test", &To("*.t.test"));
    check("%{l}", "%{l}.t.test", &To("%{l}.t.test"));
    check("%", "%{L}.t.test", &To("%25.t.test"));
}

#[test]
fn beyond_ascii() {
    check("é", "%{l}.t.test", &To(r"\195\169.t.test"));
    check("é", "%{L}.t.test", &To("%c3%a9.t.test"));
    check("用户", "%{l}.t.test", &To(r"\231\148\168\230\136\183.t.test"));
    check("用户.a", "%{l1}.t.test", &To("a.t.test"));
    check("用.户", "%{lr}.t.test", &To(r"\230\136\183.\231\148\168.t.test"));
    // Sixty-three octets, not characters, are a label.
    check(&"é".repeat(31), "%{l}.t.test", &To(&format!("{}.t.test", r"\195\169".repeat(31))));
    check(&"é".repeat(32), "%{l}.t.test", &ToNothing);
    check(&"é".repeat(10), "%{L}.t.test", &To(&format!("{}.t.test", "%c3%a9".repeat(10))));
    check(&"é".repeat(11), "%{L}.t.test", &ToNothing);
    check("\u{202e}a", "%{l}.t.test", &To(r"\226\128\174a.t.test"));
    check("a\u{3002}b", "%{l}.t.test", &To(r"a\227\128\130b.t.test"));
    check_with("a", "hélo.test", "%{h}.t.test", &To(r"h\195\169lo.test.t.test"));
}

#[test]
fn long_names_lose_labels_from_the_left() {
    let full = |count: usize| format!("{}.t.test", labels(count));
    check(&labels(100), "%{l}.t.test", &To(&full(100)));
    check(&labels(123), "%{l}.t.test", &To(&full(123)));
    check(&labels(124), "%{l}.t.test", &To(&full(123)));
    check(&labels(4000), "%{l}.t.test", &To(&full(123)));
    check(&labels(4000), "%{l128}.t.test", &To(&full(123)));
    check(&labels(4000), "%{l1}.t.test", &To("x.t.test"));
    check(&labels(4000), "%{l99999999999999999999}.t.test", &To(&full(123)));
    check(&format!("{}.y", labels(4000)), "%{lr}.t.test", &To(&full(123)));
    // What is cut off need not be a name.
    check(&format!("{}.{}", "z".repeat(64), labels(122)), "%{l}.t.test", &To(&full(122)));
    check(&format!("..{}", labels(124)), "%{l}.t.test", &To(&full(123)));
    check(&format!("..{}", labels(123)), "%{l}.t.test", &ToNothing);
    check(&"z".repeat(63), "%{l}.t.test", &To(&format!("{}.t.test", "z".repeat(63))));
    check(&"z".repeat(64), "%{l}.t.test", &ToNothing);
    check(&"z".repeat(4000), "%{l}.t.test", &To("t.test"));
    check("a", &format!("%{{l}}.{}.test", labels(125)), &To(&format!("{}.test", labels(124))));
}

#[test]
fn nothing_grows_without_end() {
    check(&"z".repeat(8192), "%{l}.t.test", &ToNoEnd);
    check(&"z".repeat(8193), "%{l1}.t.test", &ToNoEnd);
    check(&"z".repeat(1_000_000), "%{l}.t.test", &ToNoEnd);
    check(&".".repeat(1_000_000), "%{l1}.t.test", &ToNoEnd);
    check(&"é".repeat(3000), "%{L}.t.test", &ToNoEnd);
    check(&"z".repeat(1_000_000), "%{s}.t.test", &ToNoEnd);
    check(&"z".repeat(1_000_000), "%{S}.t.test", &ToNoEnd);
    check(&"z".repeat(5000), "%{l1}%{l1}.t.test", &ToNoEnd);
    check("a", &format!("{}.t.test", "%{s}".repeat(1000)), &ToNoEnd);
    check(
        "a",
        &format!("{}t.test", "%{l}.".repeat(1000)),
        &To(&format!("{}t.test", "a.".repeat(123))),
    );
    check_with("a", &"h".repeat(1_000_000), "%{h}.t.test", &ToNoEnd);
    check_with("a", &"h.".repeat(1_000), "%{h1r}.t.test", &To("h.t.test"));
}

#[test]
fn the_name_of_the_client_is_validated() {
    // The client has two names, of which one leads back to it.
    check("a", "%{p}.t.test", &To("mx.acme.test.t.test"));
    check("a", "%{p2}.t.test", &To("acme.test.t.test"));
    check("a", "%{pr}.t.test", &To("test.acme.mx.t.test"));
    // The other client says that it has a name of the victim, which knows nothing of it.
    check("a", "%{P}.t.test", &To("unknown.t.test"));
    check("a", "%{P1}.%{p}.t.test", &To("unknown.unknown.t.test"));
}

#[test]
fn other_macros() {
    check("a", "%{i}.%{v}.t.test", &To("192.0.2.1.in-addr.t.test"));
    check("a", "%{ir}.t.test", &To("1.2.0.192.t.test"));
    check("a.b", "%{s}.t.test", &To("a.b@acme.test.t.test"));
    check("a", "%{o}.%{d}.t.test", &To("acme.test.acme.test.t.test"));
    check("a", "%%.%_.%-.t.test", &To(r"%.\032.%20.t.test"));
    check_with("a", "", "%{h}.t.test", &ToNothing);
    check_with("a", "[192.0.2.1]", "%{h}.t.test", &To("[192.0.2.1].t.test"));
    check_with("a", "h..h", "%{h}.t.test", &ToNothing);
    for broken in
        ["%{c}.test", "%{r}.test", "%{t}.test", "%{l0}.test", "%{x}.test", "%{l", "%l.test"]
    {
        check("a", broken, &ToNoEnd);
    }
}
