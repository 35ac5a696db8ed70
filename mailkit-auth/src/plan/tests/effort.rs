//! That the work of a plan grows as its records do, not as their square.

use super::changes::{found, mx, record, txt};
use super::*;
use crate::lookup::comparisons;
use crate::plan::{ChangeError, Changes, changes};

/// What is published and what is wanted, of this many records each.
type Shape = fn(u32) -> (Vec<ZoneRecord>, Vec<ZoneRecord>);

fn each(count: u32, make: impl Fn(u32) -> ZoneRecord) -> Vec<ZoneRecord> {
    (0..count).map(make).collect()
}

fn hosts_of_one_name(count: u32) -> (Vec<ZoneRecord>, Vec<ZoneRecord>) {
    let of = |prefix: &'static str| each(count, move |it| mx(9, &format!("{prefix}{it}.test")));
    (of("old"), of("new"))
}

fn hosts_that_stay(count: u32) -> (Vec<ZoneRecord>, Vec<ZoneRecord>) {
    let all = each(count, |it| mx(9, &format!("old{it}.test")));
    let mut wanted = all.clone();
    wanted.push(mx(9, "new.test"));
    (all, wanted)
}

fn addresses(count: u32) -> (Vec<ZoneRecord>, Vec<ZoneRecord>) {
    let of = |first: u32| {
        let address = move |it: u32| RecordData::A((first + it).into());
        let mut all = each(count, |it| record(&format!("h{it}.a.test"), address(it)));
        all.push(txt("a.test", "v=spf1 a:h1.a.test -all"));
        all
    };
    (of(1 << 16), of(1 << 24))
}

fn addresses_of_one_name(count: u32) -> (Vec<ZoneRecord>, Vec<ZoneRecord>) {
    let of = |first: u32| each(count, |it| record("h.a.test", RecordData::A((first + it).into())));
    (of(1 << 16), of(1 << 24))
}

fn texts(count: u32) -> (Vec<ZoneRecord>, Vec<ZoneRecord>) {
    let all = each(count, |it| txt("a.test", &format!("verify={it}")));
    let mut wanted = all.clone();
    wanted.push(txt("a.test", "v=spf1 mx -all"));
    (all, wanted)
}

fn keys(count: u32) -> (Vec<ZoneRecord>, Vec<ZoneRecord>) {
    let of = |key: &'static str| {
        each(count, move |it| {
            txt(&format!("s{it}._domainkey.a.test"), &format!("v=DKIM1; p={key}"))
        })
    };
    (of("AAAA"), of("BBBB"))
}

/// As many domains, each with a policy of its own and a record that another includes.
fn domains(count: u32) -> (Vec<ZoneRecord>, Vec<ZoneRecord>) {
    let of = |host: &str, id: u32| {
        let mut all = Vec::new();
        for it in 0..count {
            let owner = format!("d{it}.test");
            let data = RecordData::Mx { preference: 5, exchange: name(&format!("{host}.test")) };
            all.push(record(&owner, data));
            all.push(txt(&format!("_mta-sts.{owner}"), &format!("v=STSv1; id={id}")));
            let spf = format!("v=spf1 include:d{}.test -all", it + 1);
            all.extend((id == 2).then(|| txt(&owner, &spf)));
            all.push(txt(&format!("_dmarc.{owner}"), &format!("v=DMARC1; p=none; pct={id}")));
        }
        all
    };
    (of("b", 1), of("c", 2))
}

fn comparisons_of(shape: Shape, count: u32) -> u64 {
    let (published, wanted) = shape(count);
    let (published, wanted) = (found(&published), wanted.into_iter().collect::<Zone>());
    comparisons::during(|| {
        let changes = changes(&published, &wanted, now()).expect("a safe order");
        assert!(!changes.steps.is_empty());
    })
}

#[test]
fn work_grows_as_the_records_do() {
    let shapes: [(&str, Shape); 7] = [
        ("mail hosts", hosts_of_one_name),
        ("mail hosts that stay", hosts_that_stay),
        ("hosts", addresses),
        ("addresses", addresses_of_one_name),
        ("texts", texts),
        ("keys", keys),
        ("domains", domains),
    ];
    for (name, shape) in shapes {
        let (some, more) = (comparisons_of(shape, 100), comparisons_of(shape, 800));
        assert!(more <= some * 16, "{name}: {some} comparisons for 100, {more} for 800");
    }
}

#[test]
fn too_many_records_are_refused() {
    let published = found(&vec![txt("a.test", "verify=1"); Changes::MAX_RECORDS]);
    assert!(changes(&published, &Zone::new(), now()).is_ok());
    let wanted = Zone::new().with_record(txt("a.test", "v=spf1 mx -all"));
    let error = changes(&published, &wanted, now()).expect_err("too many");
    assert_eq!(error, ChangeError::TooManyRecords { records: Changes::MAX_RECORDS + 1 });
    let text = "100001 records are too many, at most 100000 can be compared";
    assert_eq!(error.to_string(), text);
}
