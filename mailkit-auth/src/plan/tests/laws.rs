//! What holds for the steps between any two zones.

use proptest::prelude::*;

use super::changes::{last_state, mx, policy, record, txt};
use super::world::World;
use super::*;
use crate::plan::{PublishedRecord, changes};

/// Records about the mail of one domain, unrelated ones among them.
fn any_zone(published: bool) -> impl Strategy<Value = Vec<ZoneRecord>> {
    let most = if published { 3 } else { 2 };
    let spf = [
        "v=spf1 mx ~all",
        "v=spf1 a:b.a.test -all",
        "v=spf1 ~all",
        "v=spf1 ip4:192.0.2.1 -all",
        "v=spf1 ip4:192.0.2.2 mx -all",
        "v=spf1 ip4:192.0.2.1 ip4:192.0.2.3 ~all",
    ];
    let spf = prop::sample::subsequence(spf.to_vec(), 0..most);
    let dmarc = [
        "p=none",
        "p=quarantine; t=y",
        "p=quarantine",
        "p=reject",
        "p=reject; sp=none",
        "p=none; sp=reject",
        "p=none; rua=mailto:d@a.test",
        "p=quarantine; adkim=s",
    ];
    let dmarc = prop::sample::subsequence(dmarc.to_vec(), 0..most);
    let sts = prop::option::of(1..4);
    let others = prop::sample::subsequence(vec!["verify=1", "verify=2"], 0..=2);
    let hosts = prop::collection::btree_map("[bcd]", 1..3_u16, 0..3);
    let addresses = prop::collection::btree_map("[bcd]", 1..4_u8, 0..4);
    let web = prop::option::of(prop::sample::select(vec!["A", "AAAA", "CNAME"]));
    let key =
        ["v=DKIM1; p=AAAA", "v=DKIM1; p=BBBB", "v=DKIM1; p=", "v=DKIM1; t=y; p=AAAA", "CNAME"];
    let keys = prop::collection::btree_map("s[123]", prop::sample::select(key.to_vec()), 0..3);
    let ttls = prop::collection::vec(prop::sample::select(vec![60, 300, 3600, 86_400]), 24);
    (spf, dmarc, sts, others, (hosts, addresses), (web, keys), ttls).prop_map(
        |(spf, dmarc, sts, others, (hosts, addresses), (web, keys), ttls)| {
            let mut zone = Vec::new();
            zone.extend(spf.into_iter().chain(others).map(|text| txt("a.test", text)));
            zone.extend(dmarc.into_iter().map(policy));
            zone.extend(sts.map(|id| txt("_mta-sts.a.test", &format!("v=STSv1; id={id}"))));
            zone.extend(hosts.iter().map(|(host, at)| mx(*at, &format!("{host}.a.test"))));
            zone.extend(addresses.iter().map(|(host, last)| {
                record(&format!("{host}.a.test"), RecordData::A([192, 0, 2, *last].into()))
            }));
            let mut other = |owner: &str, of: &str| {
                zone.push(match of {
                    "A" => record(owner, RecordData::A([192, 0, 2, 9].into())),
                    "AAAA" => record(owner, RecordData::Aaaa("2001:db8::9".parse().expect("one"))),
                    "CNAME" => {
                        record(owner, RecordData::Cname(name(&format!("{owner}.host.test"))))
                    }
                    text => txt(owner, text),
                });
            };
            web.into_iter().for_each(|of| other("mta-sts.a.test", of));
            keys.iter().for_each(|(it, of)| other(&format!("{it}._domainkey.a.test"), of));
            for (record, ttl) in zone.iter_mut().zip(ttls) {
                record.ttl = ttl.into();
            }
            zone
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// At every moment, whoever sees whatever a cache may still hold, mail that passed passes.
    #[test]
    fn no_mail_is_lost(
        published in any_zone(true),
        wanted in any_zone(false),
        delays in prop::collection::vec(prop_oneof![Just(0), 0..1_000_000_u64], 24),
    ) {
        let found: Vec<_> = published.iter().cloned().map(PublishedRecord::from).collect();
        let wanted: Zone = wanted.into_iter().collect();
        let Ok(made) = changes(&found, &wanted, now()) else { return Ok(()) };
        World::new(&published, &wanted, &made).run(&[]);
        World::new(&published, &wanted, &made).run(&delays);
    }

    #[test]
    fn what_is_wanted_is_reached(published in any_zone(true), wanted in any_zone(false)) {
        let found: Vec<_> = published.iter().cloned().map(PublishedRecord::from).collect();
        let wanted: Zone = wanted.into_iter().collect();
        let Ok(made) = changes(&found, &wanted, now()) else { return Ok(()) };
        let last = last_state(&published, &made);
        for record in &wanted {
            let found = last.iter().filter(|it| same(it, record)).count();
            let replaced = published.iter().any(|it| it.name == record.name);
            prop_assert!(found == 1 || (found == 0 && replaced), "{} in\n{}", record, &made);
        }
        for unrelated in published.iter().filter(|it| it.data_text().starts_with("\"verify")) {
            prop_assert!(last.iter().any(|it| same(it, unrelated)));
        }
        for (index, step) in made.steps.iter().enumerate() {
            prop_assert!(step.not_before.after.iter().all(|(before, _)| *before < index));
            prop_assert!(step.not_before.at >= now());
        }
        let last: Vec<_> = last.into_iter().map(PublishedRecord::from).collect();
        let again = changes(&last, &wanted, now()).expect("nothing to do");
        prop_assert!(again.steps.is_empty(), "a change that was made leaves {}\nof {}", again, made);
    }
}
