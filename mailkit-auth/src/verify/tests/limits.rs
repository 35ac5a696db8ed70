use super::*;
use crate::dmarc::{DmarcProblem, DmarcResult};
use crate::lookup::{Answer, Question};
use crate::spf::SpfProblem;

#[test]
fn only_so_many_signatures_are_checked() {
    let key = key();
    let zone = zone(&key.key_record().to_string());
    let mut message = sign(&key, MESSAGE);
    for _ in 0..9 {
        message.insert_str(0, "DKIM-Signature: v=1\r\n");
    }
    let report = check_zone(&zone, &message);
    let count = |result| report.dkim.iter().filter(|verdict| verdict.result == result).count();
    assert_eq!((count(DkimResult::PermError), count(DkimResult::Policy)), (8, 1));
    let reason = "only the first 8 signatures are checked, 2 more were not";
    assert_eq!(report.dkim[8].reason, reason);
    assert_eq!(report.dmarc.result, DmarcResult::Fail);
}

/// The host that receives stands in explanations, and each check stops where the caller says.
#[test]
fn every_check_takes_what_the_caller_says() -> TestResult {
    let zone = ZoneSnapshot::new()
        .with_txt("acme.test", "v=spf1 exists:no.test -all exp=why.acme.test")?
        .with_txt("why.acme.test", "ask %{r}")?
        .with_txt("_dmarc.acme.test", "v=DMARC1; p=reject")?;
    let check = |limits: VerifyLimits| {
        let envelope = envelope().with_receiver("mx.corp.test");
        verify(&zone, MESSAGE.as_bytes(), &envelope, now(), limits)
    };
    let report = check(VerifyLimits::default());
    assert_eq!(report.spf.explanation.as_deref(), Some("ask mx.corp.test"));
    let mut limits = VerifyLimits::default();
    limits.spf.lookups = 0;
    limits.dmarc.from_domains = 0;
    let report = check(limits);
    assert_eq!(report.spf.problem(), Some(SpfProblem::LookupLimit(0)));
    assert_eq!(report.dmarc.problem, Some(DmarcProblem::SeveralAuthors(1)));
    Ok(())
}

/// What is told about a message that is full of signatures fits into a header that others read.
#[test]
fn a_thousand_signatures_make_a_short_report() -> TestResult {
    let tags: String = (0..40).map(|count| format!(" tag{count}{}=1;", "x".repeat(40))).collect();
    let check = |signature: &str| -> TestResult {
        let message = format!("{}{MESSAGE}", signature.repeat(99_000 / signature.len()));
        let results =
            check_zone(&ZoneSnapshot::new(), &message).authentication_results("mx.test")?;
        let (header, text) = (results.to_header(), results.to_string());
        assert!(header.len() < 8 * 1024, "{} octets: {header}", header.len());
        assert_eq!(text.parse(), Ok(results));
        Ok(())
    };
    check("DKIM-Signature: v=1\r\n")?;
    check(&format!("DKIM-Signature: v=1;{tags} v=1\r\n"))?;
    check(&format!("DKIM-Signature: v=1; {}=\r\n", "long".repeat(1_900)))?;
    let long = format!("{0}.{0}.{0}.test", "d".repeat(60));
    let tags = format!("v=1; a=rsa-sha256; d={long}; s=s; h=From; bh=AAAA; b=AAAA");
    check(&format!("DKIM-Signature: {tags}\r\n"))
}

/// Signatures and seals of many domains: few keys are asked for, each once, and few bodies hashed.
#[test]
fn bombs_of_signatures_ask_for_few_keys() {
    struct Counted(std::cell::RefCell<Vec<Question>>);
    impl Lookup for Counted {
        fn answer(&self, question: &Question) -> Answer {
            self.0.borrow_mut().push(question.clone());
            Answer::NoSuchName
        }
    }
    let check = |signatures: usize, sets: usize, expected: usize| {
        let mut message = String::new();
        for count in 0..signatures {
            message += &format!(
                "DKIM-Signature: v=1; a=rsa-sha256; d=d{count}.test; s=s; l={count}; h=From; bh=AAAA; b=AAAA\r\n"
            );
        }
        for i in 1..=sets {
            let cv = if i == 1 { "none" } else { "pass" };
            let tags = format!("i={i}; a=rsa-sha256; d=a{i}.test; s=s; b=AAAA");
            message += &format!("ARC-Seal: {tags}; cv={cv}\r\n");
            message += &format!("ARC-Message-Signature: {tags}; h=From; bh=AAAA\r\n");
            message += &format!("ARC-Authentication-Results: i={i}; mx.test; none\r\n");
        }
        message += MESSAGE;
        let lookup = Counted(Default::default());
        let report =
            verify(&lookup, message.as_bytes(), &envelope(), now(), VerifyLimits::default());
        let mut names: Vec<String> =
            lookup.0.borrow().iter().map(|question| question.name.to_string()).collect();
        names.retain(|name| name.contains("._domainkey."));
        names.sort();
        names.dedup();
        assert_eq!(names.len(), expected, "{signatures} signatures, {sets} sets: {names:?}");
        let asked =
            lookup.0.borrow().iter().filter(|it| names.contains(&it.name.to_string())).count();
        assert_eq!((asked, report.dkim.len()), (expected, signatures.min(9)));
        assert!(report.dkim.iter().all(|verdict| verdict.result != DkimResult::Pass));
    };
    check(1, 0, 1);
    check(9, 0, 8);
    check(600, 0, 8);
    check(0, 3, 3);
    check(0, 50, 16);
    check(8, 50, 16);
    check(300, 50, 16);
}
