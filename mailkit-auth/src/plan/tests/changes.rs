use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::*;
use crate::plan::StepKind::*;
use crate::plan::{ChangeError, Changes, PublishedRecord, StepKind, changes};

pub(super) const NOW: u64 = 1_795_373_759;

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

pub(super) fn steps(published: &[ZoneRecord], wanted: &[ZoneRecord]) -> Changes {
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

pub(super) fn policy(tags: &str) -> ZoneRecord {
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

/// The share of RFC 7489 counts where it is known, and there the test mode does not.
#[test]
fn shares_of_a_policy() {
    let stronger: &[StepKind] = &[LowerTtl, PublishPolicy, RaiseTtl];
    let weaker: &[StepKind] = &[RelaxPolicy];
    for (old, new, expected) in [
        ("p=reject; pct=0", "p=reject", stronger),
        ("p=reject; pct=0", "p=quarantine", weaker),
        ("p=reject", "p=reject; pct=99", weaker),
        ("p=quarantine; pct=10", "p=quarantine; pct=20", stronger),
        // Weaker for some receivers, stronger for the others.
        ("p=quarantine; pct=50", "p=quarantine; t=y", stronger),
        ("p=quarantine; pct=100", "p=quarantine; t=y", weaker),
        ("p=reject; pct=101", "p=quarantine", weaker),
    ] {
        let made = check(&[policy(old)], &[policy(new)], expected);
        let condition = made.steps.iter().find_map(|step| step.not_before.condition);
        assert_eq!(condition.is_some(), expected == stronger, "{old}: {made}");
    }
    let same = check(&[policy("pct=0; p=reject")], &[policy("p=reject; pct=0")], &[]);
    assert!(same.steps.is_empty());
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

pub(super) fn record(owner: &str, data: RecordData) -> ZoneRecord {
    ZoneRecord::new(name(owner), 3600, data)
}

/// The zone when all is done.
pub(super) fn last_state(published: &[ZoneRecord], changes: &Changes) -> Vec<ZoneRecord> {
    let mut state = published.to_vec();
    for step in &changes.steps {
        state.retain(|it| !step.remove.iter().any(|gone| same(&gone.record, it)));
        state.extend(step.add.iter().cloned());
    }
    state
}
