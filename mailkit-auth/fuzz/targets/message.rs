//! Messages: SPF, DKIM and DMARC of hostile octets, with a key that stands under every selector of acme.test.
#![no_main]

use std::time::{Duration, SystemTime};

use libfuzzer_sys::fuzz_target;
use mailkit_auth::lookup::{Answer, Lookup, Question, RecordData, RecordType};
use mailkit_auth::verify::{Envelope, VerifyLimits, verify};

fuzz_target!(|message: &[u8]| {
    let envelope = Envelope::new([192, 0, 2, 1], "mx.acme.test", "ann@acme.test");
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_000_000);
    let report = verify(&Everywhere, message, &envelope, now, VerifyLimits::default());
    let results = report.authentication_results("mx.corp.test").expect("a name of ours");
    let header = results.to_header();
    let (_, value) = header.split_once(':').expect("a field");
    assert_eq!(value.parse().as_ref(), Ok(&results), "{header}");
});

/// The DNS of a world in which every name has the same records.
struct Everywhere;

impl Lookup for Everywhere {
    fn answer(&self, question: &Question) -> Answer {
        let name = question.name.as_str();
        let text = match question.record_type {
            RecordType::Txt if name.contains("_domainkey") => KEY,
            RecordType::Txt if name.starts_with("_dmarc") => "v=DMARC1; p=reject",
            RecordType::Txt => "v=spf1 ip4:192.0.2.1 -all",
            _ => return Answer::NoRecords,
        };
        Answer::from(vec![RecordData::Txt(text.into())])
    }
}

const KEY: &str = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
