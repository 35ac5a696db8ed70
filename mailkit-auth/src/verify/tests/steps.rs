//! A verification comes to the same report in whatever order its questions are answered.

use proptest::prelude::*;

use super::*;
use crate::dmarc::DmarcResult;
use crate::lookup::{Answer, Question, RecordType, Step};
use crate::spf::SpfResult;

/// A sender with an include, two keys, and a record above its own domain.
fn world() -> (ZoneSnapshot, String) {
    let key = key();
    let signed = MESSAGE.replace("ann@acme.test", "ann@shop.acme.test");
    let signed = sign_as(&key, "s2", &sign_as(&key, "s1", &signed));
    let record = key.key_record().to_string();
    let texts = [
        ("acme.test", "v=spf1 include:_spf.acme.test mx -all"),
        ("_spf.acme.test", "v=spf1 ip4:203.0.113.0/24 -all"),
        ("s1._domainkey.acme.test", &record),
        ("s2._domainkey.acme.test", &record),
        ("_dmarc.acme.test", "v=DMARC1; p=reject; np=none; adkim=r"),
    ];
    let zone = texts
        .into_iter()
        .fold(ZoneSnapshot::new(), |zone, (name, text)| zone.with_txt(name, text).unwrap());
    (zone, signed)
}

fn sign_as(key: &DkimKeyPair, selector: &str, message: &str) -> String {
    let (domain, selector) = ("acme.test".parse().unwrap(), selector.parse().unwrap());
    let signer = DkimSigner::new(domain, selector, key).unwrap();
    format!("{}{message}", signer.sign(message.as_bytes(), now()).unwrap())
}

fn begin(message: &str) -> Verification<'_> {
    Verification::new(message.as_bytes(), &envelope(), now(), VerifyLimits::default())
}

#[test]
fn step_by_step() {
    let (zone, message) = world();
    let mut verification = begin(&message);
    let report = loop {
        let step = verification.step();
        assert_eq!(verification.step(), step, "the same until it is answered");
        match step {
            Step::Ask(question) => verification.answer(zone.answer(&question)),
            Step::Done(report) => break report,
        }
    };
    assert_eq!(report, check_zone(&zone, &message));
    assert_eq!(report.dmarc.result, DmarcResult::Pass);
    verification.answer(Answer::NoSuchName);
    assert_eq!(verification.step(), Step::Done(report), "the verdict stands");
}

/// What does not wait for another answer is asked in the first round.
#[test]
fn all_at_once() {
    let (zone, message) = world();
    let mut verification = begin(&message);
    let mut round = || {
        let questions = verification.questions();
        for question in &questions {
            verification.answer_to(question, zone.answer(question));
        }
        questions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    let first = "s2._domainkey.acme.test TXT, s1._domainkey.acme.test TXT, acme.test TXT, \
                 _dmarc.shop.acme.test TXT";
    assert_eq!(round(), first);
    assert_eq!(round(), "_spf.acme.test TXT, _dmarc.acme.test TXT");
    assert_eq!(round(), "acme.test MX, _dmarc.test TXT");
    assert_eq!(round(), "shop.acme.test A");
    assert_eq!(round(), "");
    assert_eq!(verification.step(), Step::Done(check_zone(&zone, &message)));
}

#[test]
fn the_first_answer_stands() {
    let question = Question::new("acme.test".parse().unwrap(), RecordType::Txt);
    let mut verification = begin(MESSAGE);
    verification.answer_to(&question, Answer::NoSuchName);
    verification.answer_to(&question, Answer::TemporaryFailure);
    let report = verification.run(&ZoneSnapshot::new());
    assert_eq!(report.spf.result, SpfResult::None);
}

proptest! {
    #[test]
    fn in_any_order(picks in prop::collection::vec(any::<prop::sample::Index>(), 40)) {
        let (zone, message) = world();
        let mut verification = begin(&message);
        for pick in picks {
            let questions = verification.questions();
            if questions.is_empty() {
                break;
            }
            let question = pick.get(&questions);
            verification.answer_to(question, zone.answer(question));
        }
        prop_assert_eq!(verification.step(), Step::Done(check_zone(&zone, &message)));
    }
}
