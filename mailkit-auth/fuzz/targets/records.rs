//! Every record: no text panics, and what was printed reads back equal.
#![no_main]

use std::fmt::{Debug, Display};
use std::str::FromStr;

use libfuzzer_sys::fuzz_target;
use mailkit_auth::record::{
    BimiRecord, DkimKeyRecord, DkimSignature, DmarcRecord, MtaStsPolicy, MtaStsRecord, SpfRecord, TlsRptRecord, TlsaRecord,
};
use mailkit_auth::{Domain, Selector};

fuzz_target!(|text: &str| {
    check::<BimiRecord>(text);
    check::<DkimKeyRecord>(text);
    check::<DkimSignature>(text);
    check::<DmarcRecord>(text);
    check::<Domain>(text);
    check::<MtaStsPolicy>(text);
    check::<MtaStsRecord>(text);
    check::<Selector>(text);
    check::<SpfRecord>(text);
    check::<TlsRptRecord>(text);
    check::<TlsaRecord>(text);
});

fn check<T: FromStr<Err: Debug> + Display + Debug + PartialEq>(text: &str) {
    let Ok(record) = text.parse::<T>() else { return };
    let printed = record.to_string();
    assert_eq!(printed.parse::<T>().expect("what was printed reads"), record, "{text:?} {printed:?}");
}
