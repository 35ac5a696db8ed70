//! How steps are printed, as a list and as data.

use super::changes::{NOW, mx, steps, txt};
use super::*;

/// Every moment and wait is a number of seconds.
#[cfg(feature = "serde")]
#[test]
fn moments_in_json() {
    let published = [PublishedRecord::from(txt("a.test", "v=spf1 a -all")).with_held_until(now())];
    let wanted = Zone::new().with_record(txt("a.test", "v=spf1 mx -all"));
    let made = changes(&published, &wanted, now()).expect("a safe order");
    let json = serde_json::to_value(&made).expect("JSON");
    let expected = serde_json::json!({
        "at": NOW + 3600, "from": NOW, "after": [[0, 3600]], "condition": "old-senders-silent",
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

/// Behind the null MX stands no host that could accept mail.
#[test]
fn new_hosts_accept_mail_before_they_are_named() {
    let condition = |new: &str| {
        let made = steps(&[mx(10, "old.test")], &[mx(10, new)]);
        let replace =
            made.steps.into_iter().find(|it| it.kind == StepKind::ReplaceMx).expect("a step");
        replace.not_before.condition
    };
    assert_eq!(condition("new.test"), Some(Condition::HostsAccept));
    assert_eq!(condition("."), None);
}
