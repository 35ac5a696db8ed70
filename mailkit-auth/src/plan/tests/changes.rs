use std::time::{Duration, SystemTime, UNIX_EPOCH};

use proptest::prelude::*;

use super::world::World;
use super::*;
use crate::plan::StepKind::*;
use crate::plan::{ChangeError, Changes, PublishedRecord, StepKind, changes};

const NOW: u64 = 1_795_373_759;

pub(super) fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(NOW)
}

pub(super) fn txt(owner: &str, text: &str) -> ZoneRecord {
    ZoneRecord::new(name(owner), 3600, RecordData::Txt(text.into()))
}

pub(super) fn mx(preference: u16, host: &str) -> ZoneRecord {
    let exchange = name(host);
    ZoneRecord::new(name("a.test"), 3600, RecordData::Mx { preference, exchange })
}

pub(super) fn found(records: &[ZoneRecord]) -> Vec<PublishedRecord> {
    records.iter().cloned().map(PublishedRecord::from).collect()
}

fn steps(published: &[ZoneRecord], wanted: &[ZoneRecord]) -> Changes {
    let published = found(published);
    let wanted = wanted.iter().cloned().collect();
    changes(&published, &wanted, now()).expect("a safe order")
}

#[track_caller]
fn check_error(published: &[ZoneRecord], wanted: &[ZoneRecord], expected: &ChangeError) {
    let published = found(published);
    let wanted = wanted.iter().cloned().collect();
    assert_eq!(changes(&published, &wanted, now()).as_ref(), Err(expected));
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
    let twice = [spf("v=spf1 a ~all"), spf("v=spf1 a ~all")];
    check(&twice, &[spf("v=spf1 a ~all")], &[]);
    check(&twice, &[spf("v=spf1 mx ~all")], &[LowerTtl, ReplaceSpf, RaiseTtl]);
    let two = [spf("v=spf1 a ~all"), spf("v=spf1 mx ~all")];
    check(&two, &[spf("v=spf1 mx ~all")], &[ReplaceSpf]);
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
    let replaced = [LowerTtl, StopSigning, Replace, SwitchSigning, RaiseTtl];
    check(&[key("s1", first)], &[key("s1", second)], &replaced);
    let alias =
        ZoneRecord::new(name("s1._domainkey.a.test"), 60, RecordData::Cname(name("k.test")));
    check(&[key("s1", first)], &[alias], &[LowerTtl, StopSigning, Replace, SwitchSigning]);
    let sts = |id| txt("_mta-sts.a.test", id);
    let published = [sts("v=STSv1; id=1"), mx(5, "b.test")];
    let moved = [
        LowerTtl,
        ServePolicyFile,
        AnnouncePolicyFile,
        ReplaceMx,
        ServePolicyFile,
        AnnouncePolicyFile,
        RaiseTtl,
    ];
    check(&published, &[sts("v=STSv1; id=2"), mx(5, "c.test")], &moved);
}

#[test]
fn what_says_something_else_is_changed() {
    let key = |text| txt("s1._domainkey.a.test", text);
    let plain = key("v=DKIM1; p=AAAA");
    for other in ["t=y; p=AAAA", "t=s; p=AAAA", "h=sha1; p=AAAA", "s=other; p=AAAA"] {
        check(&[key(other)], std::slice::from_ref(&plain), &[LowerTtl, Replace, RaiseTtl]);
    }
    check(&[key("n=ours; p=AAAA")], std::slice::from_ref(&plain), &[]);
    // Of two keys under one selector nobody knows which is asked for; what is gone signs nothing.
    check(&[plain.clone(), key("p=BBBB")], std::slice::from_ref(&plain), &[Replace]);
    check(&[], &[key("p=")], &[Publish]);
    // What was meant as the record goes with it.
    let meant = txt("_dmarc.a.test", "v=dmarc1; p=none");
    let replaced = [LowerTtl, PublishPolicy, RaiseTtl];
    let changes = check(std::slice::from_ref(&meant), &[policy("p=none")], &replaced);
    assert_eq!(last_state(&[meant], &changes), [policy("p=none")]);
    let spaced = txt("_dmarc.a.test", "v = DMARC1; p=none");
    check(std::slice::from_ref(&spaced), &[policy("p=none")], &[]);
    check(&[spaced], &[policy("p=reject")], &[LowerTtl, PublishPolicy, RaiseTtl]);
    let reports = policy("p=none; rua=mailto:d@a.test");
    check(&[policy("p=none"), policy("p=reject")], &[reports], &[PublishPolicy, RaiseTtl]);
    let address = |last| record("b.a.test", RecordData::A([192, 0, 2, last].into()));
    let six = record("b.a.test", RecordData::Aaaa("2001:db8::1".parse().expect("an address")));
    let made = check(&[address(1), six.clone()], &[address(2)], &[LowerTtl, Replace, RaiseTtl]);
    let removed = made.steps.iter().flat_map(|step| &step.remove);
    assert!(removed.into_iter().all(|it| it.record.data != six.data), "{made}");
    let alias = record("b.a.test", RecordData::Cname(name("c.test")));
    check(&[address(1), six.clone()], std::slice::from_ref(&alias), &[LowerTtl, Replace, RaiseTtl]);
    check(&[alias], &[address(1), six], &[LowerTtl, Replace, RaiseTtl]);
}

#[test]
fn what_has_no_safe_order() {
    let a_test = || name("a.test");
    let sts = |id| txt("_mta-sts.a.test", &format!("v=STSv1; id={id}"));
    let (old, new) = (mx(5, "b.test"), mx(5, "c.test"));
    let error = ChangeError::PolicyNotPlanned { name: a_test() };
    check_error(&[sts(1), old.clone()], std::slice::from_ref(&new), &error);
    let error = ChangeError::PolicyNumberKept { name: a_test() };
    check_error(&[sts(1), old.clone()], &[sts(1), new.clone()], &error);
    // A host that goes is refused by nobody.
    let narrower = [LowerTtl, ReplaceMx, RaiseTtl];
    check(&[sts(1), old.clone(), new.clone()], &[sts(1), new.clone()], &narrower);
    let alias = |owner| record(owner, RecordData::Cname(name("k.test")));
    let error = |owner| ChangeError::AliasBesideRecord { name: name(owner) };
    check_error(&[txt("w.a.test", "verify=1")], &[alias("w.a.test")], &error("w.a.test"));
    check_error(&[alias("w.a.test")], &[txt("w.a.test", "verify=1")], &error("w.a.test"));
    check_error(&[], &[alias("w.a.test"), txt("w.a.test", "v=spf1 -all")], &error("w.a.test"));
    let several = ChangeError::SeveralRecords { name: name("_dmarc.a.test") };
    check_error(&[], &[policy("p=none"), policy("p=reject")], &several);
    let spf = |text| txt("a.test", text);
    let follows = ChangeError::SendersFollowHosts { name: a_test() };
    let (before, after) = ("v=spf1 mx ip4:192.0.2.1 -all", "v=spf1 mx ip4:192.0.2.2 -all");
    check_error(&[spf(before), old.clone()], &[spf(after), new.clone()], &follows);
    // With the terms of both, the senders go first; where the old record names no hosts, last.
    let both = "v=spf1 mx ip4:192.0.2.1 ip4:192.0.2.2 -all";
    let first = [LowerTtl, ReplaceSpf, ReplaceMx, RaiseTtl];
    check(&[spf(before), old.clone()], &[spf(both), new.clone()], &first);
    let last = [LowerTtl, ReplaceMx, ReplaceSpf, RaiseTtl];
    check(&[spf("v=spf1 ip4:192.0.2.1 -all"), old], &[spf("v=spf1 mx -all"), new], &last);
    let address = |owner, last| record(owner, RecordData::A([192, 0, 2, last].into()));
    let moves = ChangeError::AddressMoves { name: name("b.a.test") };
    let published = [spf("v=spf1 mx -all"), address("b.a.test", 1)];
    check_error(&published, &[address("b.a.test", 2), address("c.a.test", 1)], &moves);
}

/// Between a weaker and a stronger policy stands one that asks for nothing.
#[test]
fn a_policy_that_is_both_weaker_and_stronger() {
    let spf = |text| txt("a.test", text);
    let published = [policy("p=reject; sp=none"), spf("v=spf1 ip4:192.0.2.1 -all")];
    let wanted =
        [policy("p=none; sp=reject; rua=mailto:d@a.test"), spf("v=spf1 ip4:192.0.2.2 -all")];
    let expected = [RelaxPolicy, LowerTtl, ReplaceSpf, PublishPolicy, RaiseTtl];
    let made = check(&published, &wanted, &expected);
    let between = &made.steps[0].add[0];
    assert_eq!(between.data_text(), "\"v=DMARC1; p=none; rua=mailto:d@a.test\"");
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
    assert_eq!([at(LowerTtl), at(Publish), at(ReplaceSpf)], [Duration::ZERO, Duration::ZERO, hour]);
    // What was not there may be unknown for three hours; the first reports come after a day.
    assert_eq!([at(SwitchSigning), at(PublishPolicy)], [3 * hour, 3 * hour + day]);
    assert_eq!([at(RevokeKey), at(RaiseTtl)], [3 * hour + 7 * day, 3 * hour + 2 * day]);
    let unknown = PublishedRecord::new(name("a.test"), None, RecordData::Txt(b"v=spf1".to_vec()));
    let wanted: Zone = [txt("a.test", "v=spf1 mx ~all")].into_iter().collect();
    let made = changes(&[unknown], &wanted, now()).expect("a safe order");
    let replace = made.steps.get(1).expect("a step");
    assert_eq!((replace.kind, replace.not_before.at), (ReplaceSpf, now() + day));
    assert!(replace.not_before.assumes_ttl && made.to_string().contains("a day was assumed"));
    let late = [Some(now() + day), None, None];
    assert_eq!(replace.not_before.given(&late, now()), Some(now() + 2 * day));
    assert_eq!(replace.not_before.given(&[None], now()), None);
}

/// Every moment and wait is a number of seconds.
#[cfg(feature = "serde")]
#[test]
fn moments_in_json() {
    let published = [PublishedRecord::from(txt("a.test", "v=spf1 a -all")).with_held_until(now())];
    let wanted = Zone::new().with_record(txt("a.test", "v=spf1 mx -all"));
    let made = changes(&published, &wanted, now()).expect("a safe order");
    let json = serde_json::to_value(&made).expect("JSON");
    let expected = serde_json::json!({
        "at": NOW + 3600, "from": NOW, "after": [[0, 3600]], "condition": "old_senders_silent",
        "assumes_ttl": false,
    });
    assert_eq!(json["steps"][1]["not_before"], expected);
    assert_eq!(json["steps"][1]["remove"][0]["held_until"], NOW);
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
      - a.test. 3600 IN TXT \"verification=1\"
      + a.test. 300 IN TXT \"v=spf1 a -all\"
      + a.test. 300 IN TXT \"verification=1\"
      undo: nothing to take back
[ ] 2. replace the SPF record
      when: not before 2026-11-22 19:55 UTC, 1 hour after step 1, once nothing is sent from what the new record leaves out
      why:  old and new in one step: two SPF records are an error (RFC 7208 section 3.2)
      - a.test. 3600 IN TXT \"v=spf1 a -all\"
      + a.test. 300 IN TXT \"v=spf1 mx -all\"
      undo: remove the new records and publish the old ones
[ ] 3. give the new records their full time to live
      when: not before 2026-11-23 19:55 UTC, 1 day after step 1, 1 day after step 2
      why:  nothing is left to take back in a hurry
      - a.test. 300 IN TXT \"verification=1\"
      - a.test. 300 IN TXT \"v=spf1 mx -all\"
      + a.test. 3600 IN TXT \"verification=1\"
      + a.test. 3600 IN TXT \"v=spf1 mx -all\"
      undo: nothing to take back
left alone: k1._domainkey.a.test. 3600 IN TXT \"p=AAAA\"
";
    assert_eq!(text, expected);
}

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

pub(super) fn record(owner: &str, data: RecordData) -> ZoneRecord {
    ZoneRecord::new(name(owner), 3600, data)
}

/// The zone when all is done.
fn last_state(published: &[ZoneRecord], changes: &Changes) -> Vec<ZoneRecord> {
    let mut state = published.to_vec();
    for step in &changes.steps {
        state.retain(|it| !step.remove.iter().any(|gone| same(&gone.record, it)));
        state.extend(step.add.iter().cloned());
    }
    state
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
