use proptest::prelude::*;

use super::*;
use crate::dmarc::DmarcResult;

#[test]
fn signatures_of_one_domain_are_told_apart() -> TestResult {
    let key = key();
    let zone = zone(&key.key_record().to_string());
    let header = |message: &str| -> Result<String, Box<dyn std::error::Error>> {
        Ok(check_zone(&zone, message).authentication_results("mx.corp.test")?.to_string())
    };
    let once = sign(&key, MESSAGE);
    assert!(!header(&once)?.contains("header.b="));
    let twice = sign(&key, &once);
    let report = check_zone(&zone, &twice);
    for verdict in &report.dkim {
        let front = verdict.signature_front.clone().unwrap_or_default();
        assert!(twice.replace("\r\n\t", "").contains(&format!("b={front}")), "{front}");
        assert_eq!(front.len(), 8);
    }
    assert_eq!(header(&twice)?.matches("header.b=").count(), 2);
    Ok(())
}

#[test]
fn the_report_is_a_header_field() -> TestResult {
    let key = key();
    let zone =
        zone(&key.key_record().to_string()).with_txt("acme.test", "v=spf1 ip4:192.0.2.1 -all")?;
    let results = check_zone(&zone, &sign(&key, MESSAGE)).authentication_results("mx.corp.test")?;
    let text = "mx.corp.test; \
        spf=pass reason=\"`ip4:192.0.2.1` of acme.test matches\" smtp.mailfrom=ann@acme.test; \
        dkim=pass reason=\"signed by acme.test\" header.d=acme.test header.s=s1; ";
    assert!(results.to_string().starts_with(text), "{results}");
    assert!(results.to_string().contains("; dmarc=pass "), "{results}");
    let end = " header.from=acme.test; arc=none smtp.remote-ip=192.0.2.1";
    assert!(results.to_string().ends_with(end), "{results}");
    assert_eq!(results.to_string().parse(), Ok(results));
    Ok(())
}

/// A header that cannot be read is no unsigned one.
#[test]
fn an_unreadable_header_is_not_called_unsigned() -> TestResult {
    let key = key();
    let zone = zone(&key.key_record().to_string());
    let message = sign(&key, MESSAGE).replacen("\r\nTo:", "\r\noops\r\nTo:", 1);
    let report = check_zone(&zone, &message);
    let reason = "unreadable header: no header field at byte ";
    assert_eq!((report.dkim.len(), report.dkim[0].result), (1, DkimResult::PermError));
    assert!(report.dkim[0].reason.starts_with(reason), "{}", report.dkim[0].reason);
    assert_eq!(report.arc.result, ArcResult::Fail);
    assert!(report.arc.reason.starts_with(reason), "{}", report.arc.reason);
    let results = report.authentication_results("mx.corp.test")?.to_string();
    assert!(results.contains("; dkim=permerror ") && results.contains("; arc=fail "), "{results}");
    Ok(())
}

proptest! {
    #[test]
    fn no_octets_panic_and_no_envelope_forges_a_result(
        helo in prop::collection::vec(any::<u8>(), 0..40),
        mail_from in prop_oneof!["[ -~]{0,40}", ".*"],
        header in prop::collection::vec(any::<u8>(), 0..120),
        signature in "[vadshbclxti=;:a-z0-9. ]{0,60}",
    ) {
        let helo = String::from_utf8_lossy(&helo).into_owned();
        let envelope = Envelope::new([192, 0, 2, 1], helo, mail_from);
        let mut message = format!("DKIM-Signature: {signature}\r\nFrom: a@acme.test\r\n").into_bytes();
        message.extend(header);
        let report = verify(&ZoneSnapshot::new(), &message, &envelope, now(), VerifyLimits::default());
        prop_assert!(report.dkim.iter().all(|verdict| verdict.result != DkimResult::Pass));
        prop_assert_ne!(report.dmarc.result, DmarcResult::Pass);
        let results = report.authentication_results("mx.corp.test").unwrap();
        let read: crate::auth_results::AuthenticationResults = results.to_string().parse().unwrap();
        let words = |method: &str| read.results().iter().filter(|it| it.method.as_str() == method).count();
        prop_assert_eq!((words("spf"), words("dmarc")), (1, 1));
        prop_assert_eq!(read, results);
    }
}
