//! SPF and DMARC over a zone of hostile records: each line of the input is a text record, at a name that others refer to.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mailkit_auth::dmarc::{self, DmarcRequest};
use mailkit_auth::lookup::ZoneSnapshot;
use mailkit_auth::spf::{SpfRequest, check_host};

fuzz_target!(|input: &str| {
    let mut zone = ZoneSnapshot::new();
    for (number, line) in input.lines().take(16).enumerate() {
        for name in [format!("n{number}.test"), format!("_dmarc.n{number}.test")] {
            zone = zone.with_txt(&name, line).expect("a name");
        }
    }
    zone = zone.with_mx("n1.test", 1, "n2.test").expect("names");
    zone = zone.with_address("n2.test", [192, 0, 2, 1]).expect("a name");
    zone = zone.with_ptr([192, 0, 2, 1], "n2.test").expect("a name");
    let sender = input.lines().next().unwrap_or_default();
    for mail_from in ["a@n0.test", sender] {
        let verdict = check_host(&zone, &SpfRequest::new([192, 0, 2, 1], "n0.test", mail_from));
        assert!(verdict.lookups <= 10 && verdict.void_lookups <= 3, "{verdict:?}");
        assert!(verdict.reason().bytes().all(|octet| (b' '..=b'~').contains(&octet)), "{verdict:?}");
    }
    let _ = dmarc::evaluate(&zone, &DmarcRequest::new(["n0.test".parse().expect("a domain")]));
});
