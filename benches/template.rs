//! Loading and rendering the acknowledgement.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "a benchmark reads the clock and may panic"
)]

use std::hint::black_box;
use std::time::SystemTime;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mailkit_template::compose::OutgoingMail;
use mailkit_template::{Catalog, Recipient, Value};

fn templates(criterion: &mut Criterion) {
    let catalog = Catalog::builtin().expect("the built-in templates are proved");
    let template = catalog.get("inquiry-received").expect("it is built in");
    let values = [
        ("topic", Value::text("LED panels")),
        ("reference", Value::text("Q-2026-0117")),
        ("company", Value::text("Example Lighting Ltd")),
        ("department", Value::text("Export Sales")),
        ("sla", Value::int(24)),
        ("signature-name", Value::text("Li Wei")),
        ("signature-title", Value::text("Sales Manager")),
        ("phone", Value::text("+86 755 1234 5678")),
        ("site", Value::url("https://www.example.com".parse().expect("a link"))),
    ];
    let now = SystemTime::UNIX_EPOCH;

    let mut group = criterion.benchmark_group("inquiry-received");
    group.throughput(Throughput::Elements(1));
    group.bench_function("load and prove, 5 locales", |bencher| bencher.iter(Catalog::builtin));
    for language in ["en", "de", "zh-Hans", "ar"] {
        let recipient = Recipient::new("Anna Schmidt")
            .with_languages([language])
            .with_time_zone("Europe/Berlin");
        group.bench_function(format!("render {language}"), |bencher| {
            bencher.iter(|| template.render(black_box(&recipient), &values, now));
        });
        let mail = template.render(&recipient, &values, now).expect("all values are given");
        let parse = |text: &str| text.parse().expect("a mailbox");
        group.bench_function(format!("compose {language}"), |bencher| {
            bencher.iter(|| {
                let id = "<1@example.com>".parse().expect("an identifier");
                OutgoingMail::new(parse("a@example.com"), parse("b@example.org"), &mail, id, now)
                    .to_bytes()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, templates);
criterion_main!(benches);
