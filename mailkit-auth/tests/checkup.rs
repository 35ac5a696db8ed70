//! Check-ups of domains in memory.

use mailkit_auth::checkup::{Area, AreaState, CheckupReport, CheckupRequest, Grade, check};
use mailkit_auth::lookup::{NameError, ZoneSnapshot};

const RSA: &str = "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA";

#[test]
fn a_report_says_what_is_wrong_and_what_to_publish() -> Result<(), NameError> {
    let zone = ZoneSnapshot::new()
        .with_mx("acme.test", 10, "mx.acme.test")?
        .with_address("mx.acme.test", [192, 0, 2, 1])?
        .with_txt("acme.test", "v=spf1 mx includ:spf.acme.test +all")?
        .with_txt("s1._domainkey.acme.test", RSA)?
        .with_txt("_dmarc.acme.test", "v=DMARC1; p=none; rua=mailto:x@other.example")?;
    let request = CheckupRequest::new("acme.test".parse().expect("a domain"))
        .with_selector("s1".parse().expect("a selector"));
    let report: CheckupReport = check(&zone, &request);
    println!("{report}");
    assert_eq!(report.grade, Some(Grade::F));
    assert_eq!(report.area(Area::Spf).map(|it| it.state), Some(AreaState::Broken));
    Ok(())
}
