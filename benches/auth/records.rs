//! Records: read, and linted when nothing and when something is wrong with them.

use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput};
use mail_auth::common::parse::TxtRecordParser;
use mail_auth::common::verify::DomainKey;
use mailkit_auth::keys::{DkimKeyPair, KeyAlgorithm};
use mailkit_auth::lint::{Finding, lint_dkim_key, lint_dmarc, lint_spf};
use mailkit_auth::record::SpfRecord;
use mailkit_auth::{DkimKeyRecord, DmarcRecord};

const SPF: &str = "v=spf1 ip4:203.0.114.0/24 ip6:2620:0:1::/48 include:_spf.provider.example a:out.acme.example mx -all";
/// A documentation network, host bits and no end.
const BAD_SPF: &str = "v=spf1 ip4:192.0.2.0/24 ip6:2620:0:1::7/48 include:_spf.provider.example a:out.acme.example mx";
const DMARC: &str =
    "v=DMARC1; p=reject; adkim=s; rua=mailto:dmarc@acme.example,mailto:d@report.example";
/// A policy that is no word, an address without its scheme, and a tag that was removed.
const BAD_DMARC: &str = "v=DMARC1; p=rejct; adkim=s; rua=dmarc@acme.example; pct=100";
/// The key of RFC 8463 appendix A.2.
const ED25519: &str = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
/// The version in the wrong case, and a tag that was removed.
const BAD_ED25519: &str = "v=dkim1; k=ed25519; g=*; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

pub(crate) fn records(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("record");
    group.throughput(Throughput::Elements(1));
    let pair =
        DkimKeyPair::generate(KeyAlgorithm::Rsa2048).expect("the system gives random numbers");
    let rsa = pair.key_record().to_string();
    let bad_rsa = rsa.replace("v=DKIM1;", "v=DKIM1; t=y; x=1;");
    read(&mut group, "spf", SPF, |text| text.parse::<SpfRecord>().is_ok());
    read(&mut group, "spf, mail-auth", SPF, |text| {
        mail_auth::spf::Spf::parse(text.as_bytes()).is_ok()
    });
    read(&mut group, "dmarc", DMARC, |text| text.parse::<DmarcRecord>().is_ok());
    read(&mut group, "dmarc, mail-auth", DMARC, |text| {
        mail_auth::dmarc::Dmarc::parse(text.as_bytes()).is_ok()
    });
    for (name, text) in [("dkim key ed25519", ED25519), ("dkim key rsa2048", rsa.as_str())] {
        read(&mut group, name, text, |text| text.parse::<DkimKeyRecord>().is_ok());
        read(&mut group, &format!("{name}, mail-auth"), text, |text| {
            DomainKey::parse(text.as_bytes()).is_ok()
        });
    }
    lint(&mut group, "spf", lint_spf, SPF, BAD_SPF);
    lint(&mut group, "dmarc", lint_dmarc, DMARC, BAD_DMARC);
    lint(&mut group, "dkim key ed25519", lint_dkim_key, ED25519, BAD_ED25519);
    lint(&mut group, "dkim key rsa2048", lint_dkim_key, &rsa, &bad_rsa);
    group.finish();
}

fn read(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, text: &str, read: fn(&str) -> bool) {
    assert!(read(text), "{text}");
    group.bench_function(format!("read {name}"), |bencher| bencher.iter(|| read(black_box(text))));
}

fn lint(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    lint: fn(&str) -> Vec<Finding>,
    good: &str,
    bad: &str,
) {
    assert_eq!((lint(good), lint(bad).is_empty()), (Vec::new(), false), "{good}");
    group.bench_function(format!("lint {name}"), |bencher| bencher.iter(|| lint(black_box(good))));
    group.bench_function(format!("lint {name}, with findings"), |bencher| {
        bencher.iter(|| lint(black_box(bad)));
    });
}
