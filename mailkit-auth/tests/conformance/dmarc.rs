//! The RFC 9989 cases of mailauth, and the examples of RFC 9989 appendix B.4 among them.

use mailkit_auth::dmarc::{DmarcEvaluation, DmarcRequest, DmarcVerdict};
use mailkit_auth::lookup::{Lookup, Step, ZoneSnapshot};
use mailkit_auth::record::AlignmentMode;
use mailkit_auth::spf::SpfResult;
use mailkit_auth::{DmarcRecord, Domain};
use serde_json::{Value, json};

use crate::data::{self, Score};

#[test]
fn rfc9989() {
    let Some(cases) = load() else { return };
    let mut score = Score::default();
    for case in &cases {
        let expectations: Vec<_> = expectations(case).collect();
        // Two cases expect something of the program they were taken from alone.
        if expectations.is_empty() {
            continue;
        }
        let run = Run::of(&case["input"]);
        let missed: Vec<_> = expectations.iter().filter_map(|it| run.check(it).err()).collect();
        let outcome = if missed.is_empty() { Ok(()) } else { Err(format!("{missed:?}")) };
        score.count(text(&case["name"]), outcome);
    }
    score.tell("DMARC rfc9989", 27);
}

/// What a case expects of the last of its calls, which is the one its input was kept of. Whether a
/// property of mailauth's own exists is no matter of DMARC.
fn expectations(case: &Value) -> impl Iterator<Item = &Value> {
    let all = case["expects"].as_array().expect("a list");
    let calls: Option<usize> = case["calls"].as_u64().and_then(|calls| calls.try_into().ok());
    let earlier = calls.expect("a number of calls") - 1;
    all.iter().skip(earlier).filter(|it| it["value"] != "pct")
}

/// One evaluation: the names it asked for and what it came to.
struct Run<'c> {
    zone: &'c Value,
    asked: Vec<String>,
    verdict: DmarcVerdict,
}

impl<'c> Run<'c> {
    fn of(input: &'c Value) -> Self {
        let (_, author) = text(&input["headerFrom"]).split_once('@').expect("an address");
        let mut request = DmarcRequest::new([domain(author)]);
        for signer in input["dkimDomains"].as_array().expect("a list") {
            request = request.with_dkim(domain(text(&signer["domain"])));
        }
        for sender in input["spfDomains"].as_array().expect("a list") {
            request = request.with_spf(SpfResult::Pass, domain(text(&sender["domain"])));
        }
        let zone = snapshot(&input["zone"]);
        let mut evaluation = DmarcEvaluation::new(&request);
        let mut asked = Vec::new();
        loop {
            match evaluation.step() {
                Step::Ask(question) => {
                    asked.push(question.name.to_string());
                    evaluation.answer(zone.answer(&question));
                }
                Step::Done(verdict) => return Self { zone: &input["zone"], asked, verdict },
            }
        }
    }

    fn check(&self, expectation: &Value) -> Result<(), String> {
        let (path, op) = (text(&expectation["path"]), text(&expectation["op"]));
        let verdict = &self.verdict;
        let policy = format!("{:?}", verdict.policy).to_lowercase();
        let expected = &expectation["value"];
        let (actual, expected) = match (path, op) {
            ("status.result", "equal") => (json!(verdict.result.to_string()), expected.clone()),
            ("policy", "equal") => (json!(policy), expected.clone()),
            ("domain", "equal") => {
                (json!(verdict.record_domain.as_ref().map(Domain::as_str)), expected.clone())
            }
            ("?", "equal") => (json!(self.asked), expected.clone()),
            ("", "not.property") => (json!(verdict.record_domain.is_none()), json!(true)),
            ("alignment.spf.result", "equal") => (json!(verdict.spf_aligned), json!(true)),
            ("alignment.dkim.result", "not.ok") => (json!(verdict.dkim_aligned), json!(false)),
            ("alignment.dkim.strict", "true") => (json!(self.is_strict()), json!(true)),
            other => return Err(format!("no check for {other:?}")),
        };
        match actual == expected {
            true => Ok(()),
            false => Err(format!("{path} is {actual}, expected {expected}")),
        }
    }

    fn is_strict(&self) -> bool {
        let owner = self.verdict.record_domain.as_ref().expect("a record");
        let published = text(&self.zone[format!("_dmarc.{owner}")]["TXT"][0][0]);
        let record = DmarcRecord::from_published(published).expect("a record");
        record.dkim_alignment() == AlignmentMode::Strict
    }
}

fn snapshot(zone: &Value) -> ZoneSnapshot {
    let mut snapshot = ZoneSnapshot::new();
    for (name, types) in zone.as_object().expect("an object") {
        for (record_type, records) in types.as_object().expect("an object") {
            for data in records.as_array().expect("a list") {
                let added = match record_type.as_str() {
                    "A" => {
                        let address = text(data).parse::<std::net::IpAddr>().expect("an address");
                        snapshot.with_address(name, address)
                    }
                    "MX" => snapshot.with_mx(name, 1, text(&data["exchange"])),
                    _ => {
                        let strings = data.as_array().expect("a list").iter().map(text);
                        snapshot.with_txt(name, strings.collect::<String>())
                    }
                };
                snapshot = added.expect("names that can be asked for");
            }
        }
    }
    snapshot
}

fn load() -> Option<Vec<Value>> {
    let text = data::read("auth/derived/rfc9989_cases.json")?;
    Some(serde_json::from_slice(&text).expect("the suite is JSON"))
}

fn domain(text: &str) -> Domain {
    text.parse().expect("a domain")
}

fn text(json: &Value) -> &str {
    json.as_str().expect("a text")
}
