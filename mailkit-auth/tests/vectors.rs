//! Messages that standards publish.
#![cfg(feature = "verify")]

use std::time::SystemTime;

use mailkit_auth::lookup::ZoneSnapshot;
use mailkit_auth::verify::{DkimResult, DkimWeakness, Envelope, VerifyLimits, verify};

/// One message, signed with both algorithms by the authors of RFC 8463.
#[test]
fn the_message_of_rfc_8463_passes() -> Result<(), Box<dyn std::error::Error>> {
    let lines =
        include_str!("vectors/rfc8463.txt").lines().skip_while(|line| line.starts_with('#'));
    let message: String = lines.map(|line| format!("{line}\r\n")).collect();
    let zone = ZoneSnapshot::new()
        .with_txt(
            "brisbane._domainkey.football.example.com",
            "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
        )?
        .with_txt("test._domainkey.football.example.com", RSA_RECORD)?;
    let envelope = Envelope::new([192, 0, 2, 1], "football.example.com", "");
    let now = SystemTime::UNIX_EPOCH;
    let report = verify(&zone, message.as_bytes(), &envelope, now, VerifyLimits::default());
    let results: Vec<DkimResult> = report.dkim.iter().map(|verdict| verdict.result).collect();
    assert_eq!(results, [DkimResult::Pass, DkimResult::Pass], "{:?}", report.dkim);
    assert_eq!(report.dkim[0].weaknesses, [DkimWeakness::FromTheFuture]);
    let short = DkimWeakness::ShortKey { bits: 1024 };
    assert_eq!(report.dkim[1].weaknesses, [short, DkimWeakness::FromTheFuture]);
    Ok(())
}

/// The key of the second signature (RFC 8463 appendix A.2).
const RSA_RECORD: &str = "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6\
    NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6l\
    HvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB";
