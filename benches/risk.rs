//! Scoring and intent.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "a benchmark reads the clock and may panic"
)]

use std::hint::black_box;
use std::time::SystemTime;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mailkit_risk::{Account, Context, Counterparty, Scorer, intent};

const INQUIRY: &str = "From: Anna Schmidt <einkauf@nordlicht.example>\r\nTo: info@acme.example\r\n\
    Subject: Anfrage LED-Arbeitsleuchten\r\nMessage-ID: <1@nordlicht.example>\r\n\r\n\
    Sehr geehrte Damen und Herren,\r\n\r\nwir bitten um ein Angebot =C3=BCber 500 St=C3=BCck, CIF Hamburg.\r\n";
const FRAUD: &str = "From: Ilse Brandt <billing@baltic-bearings.example>\r\nReply-To: <pay@other.example>\r\n\
    Subject: new bank details\r\nMessage-ID: <2@baltic-bearings.example>\r\n\r\n\
    Our bank details have changed. Please pay urgently to GB29 NWBK 6016 1331 9268 19 and keep this confidential.\r\n";

fn scoring(criterion: &mut Criterion) {
    let account = Account::iban("DE89 3704 0044 0532 0130 00").expect("an account");
    let context = Context::new(SystemTime::UNIX_EPOCH)
        .with_own_domain("acme.example")
        .with_counterparty(Counterparty::new("baltic-bearings.example").with_account(account));
    let scorer = Scorer::builtin();
    let long =
        format!("{INQUIRY}{}", "We would like to know more about your lamps.\r\n".repeat(220));

    let mut group = criterion.benchmark_group("risk");
    for (name, mail) in [("inquiry", INQUIRY), ("fraud", FRAUD), ("inquiry, 10 KB", &long)] {
        group.throughput(Throughput::Bytes(mail.len() as u64));
        group.bench_function(format!("assess {name}"), |bencher| {
            bencher.iter(|| scorer.assess(black_box(mail.as_bytes()), &context));
        });
        group.bench_function(format!("intent {name}"), |bencher| {
            bencher.iter(|| intent::classify_raw(black_box(mail.as_bytes())));
        });
    }
    group.finish();
}

criterion_group!(benches, scoring);
criterion_main!(benches);
