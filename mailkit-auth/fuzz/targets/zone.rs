//! A domain whose zone strangers wrote: the check-up, the SPF tree, what flattening makes of it, and the tables and zone files
//! that are printed. Each line of the input is a text record at a name that others refer to; the whole is also read as
//! the text of a zone file, and as a table of providers.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mailkit_auth::checkup::{self, CheckupRequest};
use mailkit_auth::lookup::{Name, RecordData, ZoneSnapshot};
use mailkit_auth::provider::ProviderTable;
use mailkit_auth::spf::flatten::{self, FlattenOptions};
use mailkit_auth::spf::tree;
use mailkit_auth::zone::{Zone, ZoneRecord};

const NAMES: [&str; 8] = [
    "n0.test",
    "_dmarc.n0.test",
    "s1._domainkey.n0.test",
    "_mta-sts.n0.test",
    "_smtp._tls.n0.test",
    "default._bimi.n0.test",
    "n1.test",
    "n2.test",
];

fuzz_target!(|input: &str| {
    let mut zone = ZoneSnapshot::new().with_mx("n0.test", 1, "n1.test").expect("names");
    let mut file = Zone::new();
    for (name, line) in NAMES.iter().cycle().zip(input.lines()).take(32) {
        zone = zone.with_txt(name, line).expect("a name");
        let name = Name::new(name).expect("a name");
        file = file.with_record(ZoneRecord::new(name, 60, RecordData::Txt(line.into())));
    }
    let domain: mailkit_auth::Domain = "n0.test".parse().expect("a domain");
    let request = CheckupRequest::new(domain.clone()).with_selector("s1".parse().expect("a selector"));
    printable(&checkup::check(&zone, &request).to_string());
    let tree = tree::tree(&zone, domain);
    printable(&tree.to_string());
    if let Ok(flattened) = flatten::flatten(&tree, &FlattenOptions::default()) {
        let drift = flattened.drift(&tree).expect("the same tree");
        assert!(drift.sources.is_empty(), "{drift:?}");
    }
    printable(&file.to_string());
    let _ = input.parse::<ProviderTable>();
    if let Ok(zone) = input.parse::<Zone>() {
        assert_eq!(zone.to_string().parse::<Zone>(), Ok(zone));
    }
});

/// What strangers wrote must not steer a terminal or start a line of its own.
fn printable(text: &str) {
    let odd = text.chars().find(|c| c.is_control() && *c != '\n');
    assert_eq!(odd, None, "{text:?}");
}
