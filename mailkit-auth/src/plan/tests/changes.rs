use std::time::{Duration, SystemTime, UNIX_EPOCH};

use proptest::prelude::*;

use super::*;
use crate::plan::StepKind::*;

const NOW: u64 = 1_795_373_759;

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(NOW)
}

fn txt(owner: &str, text: &str) -> ZoneRecord {
    ZoneRecord::new(name(owner), 3600, RecordData::Txt(text.into()))
}

fn mx(preference: u16, host: &str) -> ZoneRecord {
    let exchange = name(host);
    ZoneRecord::new(name("a.test"), 3600, RecordData::Mx { preference, exchange })
}

fn steps(published: &[ZoneRecord], wanted: &[ZoneRecord]) -> Changes {
    let published: Vec<_> = published.iter().cloned().map(PublishedRecord::from).collect();
    changes(&published, &wanted.iter().cloned().collect(), now())
}

#[track_caller]
fn check(published: &[ZoneRecord], wanted: &[ZoneRecord], expected: &[StepKind]) -> Changes {
    let changes = steps(published, wanted);
    let kinds: Vec<_> = changes.steps.iter().map(|step| step.kind).collect();
    assert_eq!(kinds, expected, "{changes}");
    changes
}

fn policy(tags: &str) -> ZoneRecord {
    txt("_dmarc.a.test", &format!("v=DMARC1; {tags}"))
}

#[test]
fn orders() {
    check(&[], &[], &[]);
    let spf = |text| txt("a.test", text);
    check(&[], &[spf("v=spf1 mx ~all")], &[ReplaceSpf]);
    check(&[spf("v=spf1 mx ~all")], &[spf("v=spf1 mx ~all")], &[]);
    check(&[spf("V=SPF1  MX ~all")], &[spf("v=spf1 mx ~all")], &[]);
    check(&[spf("v=spf1 a ~all")], &[spf("v=spf1 mx ~all")], &[LowerTtl, ReplaceSpf, RaiseTtl]);
    let two = [spf("v=spf1 a ~all"), spf("v=spf1 mx ~all")];
    check(&two, &[spf("v=spf1 mx ~all")], &[LowerTtl, ReplaceSpf]);
    check(&[spf("verify=1")], &[spf("v=spf1 mx ~all")], &[ReplaceSpf]);
    check(&[policy("p=reject")], &[policy("p=none")], &[RelaxPolicy]);
    check(&[policy("p=quarantine")], &[policy("p=quarantine; t=y")], &[RelaxPolicy]);
    check(&[policy("p=none")], &[policy("p=reject")], &[LowerTtl, PublishPolicy, RaiseTtl]);
    let mixed = [policy("p=reject; sp=none")];
    check(&mixed, &[policy("p=quarantine")], &[LowerTtl, PublishPolicy, RaiseTtl]);
    check(&[mx(5, "b.test")], &[mx(5, "c.test")], &[LowerTtl, ReplaceMx, RaiseTtl]);
    check(&[mx(5, "b.test")], &[mx(5, "b.test"), mx(9, "c.test")], &[ReplaceMx]);
    let key = |selector, text| txt(&format!("{selector}._domainkey.a.test"), text);
    let first = "v=DKIM1; k=rsa; p=AAAA";
    let second = "v=DKIM1; k=rsa; p=BBBB";
    check(&[], &[key("s1", first)], &[Publish, SwitchSigning]);
    check(&[key("s1", "k=rsa;p=AAAA")], &[key("s1", first)], &[]);
    let rotated = [key("s1", "v=DKIM1; p="), key("s2", second)];
    check(&[key("s1", first)], &rotated, &[Publish, SwitchSigning, RevokeKey]);
    let replaced = [LowerTtl, Replace, SwitchSigning, RaiseTtl];
    check(&[key("s1", first)], &[key("s1", second)], &replaced);
    let alias =
        ZoneRecord::new(name("s1._domainkey.a.test"), 60, RecordData::Cname(name("k.test")));
    check(&[key("s1", first)], &[alias], &[LowerTtl, Replace, SwitchSigning]);
    let sts = |id| txt("_mta-sts.a.test", id);
    let published = [sts("v=STSv1; id=1"), mx(5, "b.test")];
    let moved = [LowerTtl, ServePolicyFile, AnnouncePolicyFile, ReplaceMx, RaiseTtl];
    check(&published, &[sts("v=STSv1; id=2"), mx(5, "c.test")], &moved);
}

#[test]
fn waits() {
    let day = Duration::from_secs(86_400);
    let hour = Duration::from_secs(3600);
    let key = |selector, text| txt(&format!("{selector}._domainkey.a.test"), text);
    let published = [key("s1", "p=AAAA"), policy("p=none"), txt("a.test", "v=spf1 a ~all")];
    let wanted = [
        key("s1", "p="),
        key("s2", "p=BBBB"),
        policy("p=quarantine"),
        txt("a.test", "v=spf1 mx ~all"),
    ];
    let expected =
        [LowerTtl, Publish, ReplaceSpf, SwitchSigning, PublishPolicy, RevokeKey, RaiseTtl];
    let made = check(&published, &wanted, &expected);
    let at = |kind| {
        let step = made.steps.iter().find(|step| step.kind == kind).expect("a step");
        step.not_before.at.duration_since(now()).expect("later")
    };
    let short = Duration::from_secs(300);
    assert_eq!([at(LowerTtl), at(Publish), at(ReplaceSpf)], [Duration::ZERO, Duration::ZERO, hour]);
    assert_eq!([at(SwitchSigning), at(PublishPolicy)], [hour, hour + short]);
    assert_eq!([at(RevokeKey), at(RaiseTtl)], [hour + 7 * day, hour + short + day]);
    let unknown = PublishedRecord::new(name("a.test"), None, RecordData::Txt(b"v=spf1".to_vec()));
    let wanted: Zone = [txt("a.test", "v=spf1 mx ~all")].into_iter().collect();
    let made = changes(&[unknown], &wanted, now());
    let replace = made.steps.get(1).expect("a step");
    assert_eq!((replace.kind, replace.not_before.at), (ReplaceSpf, now() + day));
    assert!(replace.not_before.assumes_ttl && made.to_string().contains("a day was assumed"));
    let late = [Some(now() + day), None, None];
    assert_eq!(replace.not_before.given(&late, now()), Some(now() + 2 * day));
    assert_eq!(replace.not_before.given(&[None], now()), None);
}

#[test]
fn a_checklist() {
    let published = [
        txt("a.test", "v=spf1 a -all"),
        txt("a.test", "verification=1"),
        txt("k1._domainkey.a.test", "p=AAAA"),
    ];
    let text = steps(&published, &[txt("a.test", "v=spf1 mx -all")]).to_string();
    let expected = "\
[ ] 1. shorten the time to live of what will be replaced
      when: not before 2026-11-22 18:55 UTC
      why:  caches keep the old record for its time to live; a slip is then mended in minutes (RFC 1035 section 3.2.1)
      - a.test. 3600 IN TXT \"v=spf1 a -all\"
      + a.test. 300 IN TXT \"v=spf1 a -all\"
      undo: nothing to take back
[ ] 2. replace the SPF record
      when: not before 2026-11-22 19:55 UTC, 1 hours after step 1
      why:  old and new in one step: two SPF records are an error (RFC 7208 section 3.2)
      - a.test. 3600 IN TXT \"v=spf1 a -all\"
      + a.test. 300 IN TXT \"v=spf1 mx -all\"
      undo: remove the new records and publish the old ones
[ ] 3. give the new records their full time to live
      when: not before 2026-11-23 19:55 UTC, 1 days after step 2
      why:  nothing is left to take back in a hurry
      - a.test. 300 IN TXT \"v=spf1 mx -all\"
      + a.test. 3600 IN TXT \"v=spf1 mx -all\"
      undo: nothing to take back
left alone: k1._domainkey.a.test. 3600 IN TXT \"p=AAAA\"
";
    assert_eq!(text, expected);
}

/// Records about the mail of one domain, unrelated ones among them.
fn any_zone() -> impl Strategy<Value = Vec<ZoneRecord>> {
    let key = prop::sample::select(vec!["v=DKIM1; p=AAAA", "v=DKIM1; p=BBBB", "v=DKIM1; p="]);
    let spf = prop::sample::select(vec!["v=spf1 mx ~all", "v=spf1 a -all", "v=spf1 ~all"])
        .prop_map(|text| txt("a.test", text));
    let dmarc = (prop::sample::select(&STAGES[..]), any::<bool>()).prop_map(|(stage, reports)| {
        policy(&format!("{stage}{}", if reports { "; rua=mailto:d@a.test" } else { "" }))
    });
    let hosts = prop::collection::vec((1..3_u16, "[bc]"), 0..3);
    let hosts = hosts.prop_map(|them| {
        them.into_iter()
            .map(|(preference, host)| mx(preference, &format!("{host}.test")))
            .collect::<Vec<_>>()
    });
    let others = prop::sample::subsequence(vec!["verify=1", "verify=2"], 0..=2)
        .prop_map(|them| them.into_iter().map(|text| txt("a.test", text)).collect::<Vec<_>>());
    let sts = (1..3).prop_map(|id| txt("_mta-sts.a.test", &format!("v=STSv1; id={id}")));
    let one = |it| prop::option::of(it).boxed();
    let keys = prop::collection::btree_map("s[123]", key, 0..3).prop_map(|keys| {
        let record =
            |(selector, text): (String, &str)| txt(&format!("{selector}._domainkey.a.test"), text);
        keys.into_iter().map(record).collect::<Vec<_>>()
    });
    let singles = (one(spf.boxed()), one(dmarc.boxed()), one(sts.boxed()));
    (singles, (hosts, others), keys).prop_map(|((spf, dmarc, sts), (hosts, others), keys)| {
        let singles = [spf, dmarc, sts].into_iter().flatten();
        let zone: Zone = singles.chain(hosts).chain(others).chain(keys).collect();
        zone.into_iter().collect()
    })
}

/// The zone after each step.
fn states(published: &[ZoneRecord], changes: &Changes) -> Vec<Vec<ZoneRecord>> {
    let mut state = published.to_vec();
    let mut states = vec![state.clone()];
    for step in &changes.steps {
        for gone in &step.remove {
            let at = state.iter().position(|it| it.says_the_same(&gone.record));
            state.remove(at.expect("what is removed is there"));
        }
        state.extend(step.add.iter().cloned());
        states.push(state.clone());
    }
    states
}

proptest! {
    #[test]
    fn no_step_harms(published in any_zone(), wanted in any_zone()) {
        let made = steps(&published, &wanted);
        let states = states(&published, &made);
        let last = states.last().expect("a state");
        for record in &wanted {
            let found = last.iter().filter(|it| it.says_the_same(record)).count();
            prop_assert_eq!(found, 1, "{} in\n{}", record, &made);
        }
        for state in &states {
            for version in ["\"v=spf1", "\"v=DMARC1", "\"v=STSv1"] {
                let count = state.iter().filter(|it| it.data_text().starts_with(version)).count();
                prop_assert!(count <= 1, "{} times {} in\n{}", count, version, &made);
            }
            for unrelated in published.iter().filter(|it| it.data_text().starts_with("\"verify")) {
                prop_assert!(state.contains(unrelated));
            }
        }
        for (index, step) in made.steps.iter().enumerate() {
            prop_assert!(step.not_before.after.iter().all(|(before, _)| *before < index));
            prop_assert!(step.not_before.at >= now());
        }
        prop_assert!(changes(
            &last.iter().cloned().map(PublishedRecord::from).collect::<Vec<_>>(),
            &wanted.iter().cloned().collect(),
            now(),
        ).steps.is_empty(), "a change that was made leaves nothing to do");
    }

    /// A key is there before it signs, and an old one stays for a week after.
    #[test]
    fn keys_outlive_their_signatures(published in any_zone(), wanted in any_zone()) {
        let made = steps(&published, &wanted);
        let place = |kind| made.steps.iter().position(|step| step.kind == kind);
        if let (Some(switch), Some(publish)) = (place(SwitchSigning), place(Publish)) {
            prop_assert!(publish < switch);
        }
        if let Some(revoke) = place(RevokeKey) {
            let since = place(SwitchSigning).map_or_else(now, |it| made.steps[it].not_before.at);
            let week = Duration::from_secs(7 * 86_400);
            prop_assert!(made.steps[revoke].not_before.at >= since + week);
        }
    }
}
