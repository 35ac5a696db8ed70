//! DMARC records and their faults.

use mailkit_auth::lint::{TxtRecord, lint_dmarc, lint_dmarc_set};

use super::seeds::{Kind, Seed, found, plain, text};

pub(crate) fn kind() -> Kind {
    let seeds = [syntax(), policy(), reports()].into_iter().flatten().collect();
    Kind { name: "DMARC", shapes: shapes(), lint: lint_dmarc, seeds }
}

/// Shapes without a finding: every enforced policy, with what is published beside it.
fn shapes() -> Vec<String> {
    let policies =
        ["p=reject", "p=quarantine", "p=reject; sp=reject", "p=quarantine; sp=reject; np=reject"];
    let modes = ["", "adkim=s; aspf=s; ", "adkim=r; ", "psd=n; "];
    let reports = [
        "rua=mailto:dmarc@acme.example",
        "rua=mailto:a@acme.example,mailto:b@reports.example; ruf=mailto:f@acme.example; fo=1:d:s",
        "ruf=mailto:f@acme.example; rua=mailto:dmarc+acme@reports.example",
    ];
    let mut shapes = Vec::new();
    for policy in policies {
        for mode in modes {
            for report in reports {
                shapes.push(format!("v=DMARC1; {policy}; {mode}{report}"));
            }
        }
    }
    let odd = [
        "v=DMARC1;p=reject;rua=mailto:d@a.example;",
        "v = DMARC1 ; p = Reject ; rua = mailto:d@a.example",
    ];
    shapes.extend(odd.map(str::to_owned));
    shapes
}

/// Records in use whose findings are right: those that only ask for reports, and those of RFC 7489.
pub(crate) fn policies() -> Vec<(String, &'static [&'static str])> {
    let rua = "rua=mailto:dmarc@acme.example";
    let mut records: Vec<(String, &'static [&'static str])> = Vec::new();
    for address in [
        "a@acme.example",
        "dmarc_report@qiye.163.com",
        "x@rua.agari.com",
        "d-1@in.mailhardener.com",
    ] {
        for p in ["none", "quarantine", "reject"] {
            let monitoring: &[&str] = if p == "none" { &["DMC018"] } else { &[] };
            let removed: &[&str] = if p == "none" { &["DMC014", "DMC018"] } else { &["DMC014"] };
            records.push((format!("v=DMARC1; p={p}; rua=mailto:{address}"), monitoring));
            records.push((
                format!("v=DMARC1;p={p};rua=mailto:{address};ruf=mailto:{address}"),
                monitoring,
            ));
            records.push((format!("v=DMARC1; p={p}; rua=mailto:{address}; pct=100"), removed));
            records.push((
                format!("v=DMARC1; p={p}; rua=mailto:{address}; rf=afrf; ri=86400"),
                removed,
            ));
        }
    }
    records.push((format!("v=DMARC1; {rua}"), &["DMC008"]));
    records.push((format!("v=DMARC1; p=quarantine; t=y; {rua}"), &["DMC016"]));
    records.push((format!("v=DMARC1; p=reject; sp=none; {rua}"), &["DMC019"]));
    records.push(("v=DMARC1; p=reject".to_owned(), &["DMC022"]));
    records
}

/// Faults of how the record is written, and of the set it stands in.
fn syntax() -> Vec<Seed> {
    vec![
        text("DMC000", |shape, n| {
            Some(match n % 4 {
                0 => shape.replacen(';', ";;", 1),
                1 => format!("{shape}; oops"),
                2 => format!("\"{shape}\""),
                _ => shape.replacen(';', "\\;", 1),
            })
        }),
        found("DMC002", |shape, _| {
            Some(plain(lint_dmarc_set(
                &[shape, "v=DMARC1; p=none"].map(|text| TxtRecord::new([text])),
            )))
        }),
        text("DMC003", |shape, n| {
            let (_, rest) = shape.split_once(';')?;
            let version =
                ["v=dmarc1;", "V=DMARC1;", "v=DMARC;", "v=DMARC1.;", "v=DMARC1", "x=1; v=DMARC1;"];
            Some(format!("{}{rest}", version[n % version.len()]))
        }),
        text("DMC004", |shape, _| Some(format!(" {shape}"))),
        found("DMC006", |shape, n| {
            let spf = TxtRecord::new(["v=spf1 include:_spf.google.com ~all"]);
            let set = if n % 2 == 0 { vec![spf] } else { vec![TxtRecord::new([shape]), spf] };
            Some(plain(lint_dmarc_set(&set)))
        }),
        found("DMC007", |shape, n| {
            let other = ["google-site-verification=abc", "MS=ms1", "hello", "v=DKIM1; p="][n % 4];
            Some(plain(lint_dmarc_set(&[other, shape].map(|text| TxtRecord::new([text])))))
        }),
        text("DMC012", |shape, n| {
            let tag = ["p=none", "rua=mailto:z@z.example", "P=reject"][n % 3];
            Some(format!("{}; {tag}", shape.trim_end_matches(';')))
        }),
        text("DMC013", |shape, n| {
            add(shape, ["adkm=s", "polcy=reject", "x=1", "rau=mailto:a@b.example"][n % 4])
        }),
    ]
}

/// Faults of what the record asks for.
fn policy() -> Vec<Seed> {
    vec![
        text("DMC008", |shape, _| without(shape, "p")),
        text("DMC009", |shape, _| without(&without(shape, "p")?, "rua")),
        text("DMC010", |shape, n| {
            let values = [
                "rejct",
                "rejected",
                "quarantin",
                "ｒｅｊｅｃｔ",
                "drop",
                "none rua=mailto:a@b.example",
                "",
            ];
            with(shape, "p", values[n % values.len()])
        }),
        text("DMC011", |shape, _| {
            let first = shape.split(';').nth(1)?;
            let others = shape.split(';').skip(2).collect::<Vec<_>>().join(";");
            Some(format!("v=DMARC1; {};{first}", others.trim().trim_end_matches(';')))
        }),
        text("DMC014", |shape, n| add(shape, ["pct=100", "rf=afrf", "ri=86400", "ri=3600"][n % 4])),
        text("DMC015", |shape, n| add(shape, ["pct=50", "pct=1", "pct=99", "pct=0"][n % 4])),
        text("DMC016", |shape, n| add(shape, ["t=y", "t=Y"][n % 2])),
        text("DMC017", |shape, _| {
            add(&with(&without(&without(shape, "sp")?, "np")?, "p", "none")?, "t=y")
        }),
        text("DMC018", |shape, _| with(shape, "p", "none")),
        text("DMC019", |shape, n| {
            add(&without(&without(shape, "sp")?, "np")?, ["sp=none", "sp=None"][n % 2])
        }),
        text("DMC020", |shape, n| {
            let shape = without(&without(shape, "sp")?, "np")?;
            add(
                &shape,
                ["np=none", "sp=none", "sp=none; np=none; psd=n", "sp=reject; np=none"][n % 4],
            )
        }),
    ]
}

/// Faults of where reports go.
fn reports() -> Vec<Seed> {
    vec![
        text("DMC022", |shape, _| without(shape, "rua")),
        text("DMC023", |shape, n| {
            let values = [
                "dmarc@acme.example",
                "mailto:",
                "mail:to@acme.example",
                "https//acme.example",
                "mailto:a@acme.example,b@acme.example",
                "a@b.example;mailto:",
            ];
            with(shape, "rua", values[n % values.len()])
        }),
        text("DMC024", |shape, n| {
            with(shape, "rua", ["mailto:a@b.example!10m", "mailto:a@b.example!50"][n % 2])
        }),
        text("DMC025", |shape, n| {
            let tag = ["rua", "ruf"][n % 2];
            with(shape, tag, "mailto:a@b.example,mailto:c@d.example,mailto:e@f.example")
        }),
        text("DMC030", |shape, n| {
            let shape = without(&without(shape, "fo")?, "ruf")?;
            add(&shape, ["fo=1", "fo=0:1; ruf=mailto:a@b.example", "fo=0", "fo=d"][n % 4])
        }),
    ]
}

fn add(shape: &str, tag: &str) -> Option<String> {
    Some(format!("{}; {tag}", shape.trim_end_matches(';')))
}

/// The record without a tag.
fn without(shape: &str, name: &str) -> Option<String> {
    let tags = shape.split(';').filter(|tag| tag.split('=').next().map(str::trim) != Some(name));
    Some(tags.collect::<Vec<_>>().join(";"))
}

/// The record with this value of a tag, in the place of its own if it has one.
fn with(shape: &str, name: &str, value: &str) -> Option<String> {
    let tags = shape.split(';').map(|tag| match tag.split_once('=') {
        Some((found, _)) if found.trim() == name => format!("{found}={value}"),
        _ => tag.to_owned(),
    });
    let changed = tags.collect::<Vec<_>>().join(";");
    if changed == shape { add(shape, &format!("{name}={value}")) } else { Some(changed) }
}
