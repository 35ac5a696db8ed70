use super::*;
use crate::lookup::RecordData;
use crate::record::tlsa::TlsaData;
use proptest::prelude::*;

fn name(text: &str) -> Name {
    Name::new(text).expect("a name")
}

fn text(content: impl Into<Vec<u8>>) -> RecordData {
    RecordData::Txt(content.into())
}

#[track_caller]
fn check(owner: &str, data: RecordData, expected: &str) {
    let record = ZoneRecord::new(name(owner), 300, data);
    assert_eq!(record.to_string(), expected);
}

#[test]
fn lines() {
    check("Acme.Test", RecordData::A([192, 0, 2, 1].into()), "acme.test. 300 IN A 192.0.2.1");
    let address = "2001:db8::1".parse().expect("an address");
    check("a.test", RecordData::Aaaa(address), "a.test. 300 IN AAAA 2001:db8::1");
    check("a.test", RecordData::Cname(name("b.test")), "a.test. 300 IN CNAME b.test.");
    check("a.test", RecordData::Ns(name("ns.a.test")), "a.test. 300 IN NS ns.a.test.");
    check("1.2.test", RecordData::Ptr(name("a.test")), "1.2.test. 300 IN PTR a.test.");
    let null = RecordData::Mx { preference: 0, exchange: name(".") };
    check("a.test", null, "a.test. 300 IN MX 0 .");
    let ds = RecordData::Ds { key_tag: 7, algorithm: 13, digest_type: 2, digest: vec![0xab, 0x01] };
    check("a.test", ds, "a.test. 300 IN DS 7 13 2 ab01");
    let tlsa: TlsaData = format!("3 1 1 {}", "ab".repeat(32)).parse().expect("a record");
    let line = format!("_25._tcp.mx.test. 300 IN TLSA {tlsa}");
    check("_25._tcp.mx.test", RecordData::Tlsa(tlsa), &line);
    check("a.test", RecordData::Spf(b"v=spf1".to_vec()), "a.test. 300 IN SPF \"v=spf1\"");
}

#[test]
fn texts_are_quoted_and_split() {
    check("a.test", text(""), r#"a.test. 300 IN TXT """#);
    check("a.test", text(r#"say "hi" \ ;"#), r#"a.test. 300 IN TXT "say \"hi\" \\ ;""#);
    check("a.test", text("a\"\nb. IN A 1.2.3.4"), r#"a.test. 300 IN TXT "a\"\010b. IN A 1.2.3.4""#);
    check("a.test", text([0, 127, 255]), r#"a.test. 300 IN TXT "\000\127\255""#);
    let expected = format!("a.test. 300 IN TXT \"{}\" \"{}\"", "x".repeat(255), "x".repeat(45));
    check("a.test", text("x".repeat(300)), &expected);
}

#[test]
fn names_cannot_leave_their_place() {
    check("a b;c\n.test", text("x"), r#"a\032b\059c\010.test. 300 IN TXT "x""#);
    check("$origin.test", text("x"), r#"\036origin.test. 300 IN TXT "x""#);
    check("@.(\"\\).test", text("x"), r#"\064.\040\034\092\041.test. 300 IN TXT "x""#);
    check("公司.test", text("x"), r#"\229\133\172\229\143\184.test. 300 IN TXT "x""#);
}

#[test]
fn the_order_is_that_of_the_tree() {
    let mx = |preference| RecordData::Mx { preference, exchange: name("mx.test") };
    let records = [
        ("_dmarc.a.test", text("z")),
        ("b.test", text("y")),
        ("a.test", text("b")),
        ("a.test", text("a")),
        ("a.test", mx(10)),
        ("a.test", mx(5)),
        ("a.test", mx(5)),
    ];
    let record = |(owner, data)| ZoneRecord::new(name(owner), 60, data);
    let zone: Zone = records.into_iter().map(record).collect();
    let lines = [
        "a.test. 60 IN MX 5 mx.test.",
        "a.test. 60 IN MX 10 mx.test.",
        "a.test. 60 IN TXT \"a\"",
        "a.test. 60 IN TXT \"b\"",
        "_dmarc.a.test. 60 IN TXT \"z\"",
        "b.test. 60 IN TXT \"y\"",
    ];
    assert_eq!(zone.to_string().lines().collect::<Vec<_>>(), lines);
}

#[cfg(feature = "serde")]
#[test]
fn json() -> Result<(), serde_json::Error> {
    let zone = Zone::new()
        .with_record(ZoneRecord::new(name("a.test"), 60, text("say \"hi\"")))
        .with_record(ZoneRecord::new(name("a.test"), 60, RecordData::A([192, 0, 2, 1].into())));
    let expected = serde_json::json!([
        { "name": "a.test", "ttl": 60, "type": "A", "data": "192.0.2.1" },
        { "name": "a.test", "ttl": 60, "type": "TXT", "data": r#""say \"hi\"""#, "text": "say \"hi\"" },
    ]);
    assert_eq!(serde_json::to_value(&zone)?, expected);
    Ok(())
}

/// What the text of a zone file is made of.
const WORDS: [&str; 32] = [
    "a",
    "b.test.",
    "@",
    ".",
    "*",
    " ",
    " ",
    "\n",
    "\n",
    "\t",
    "(",
    ")",
    "\"",
    "\"x y\"",
    ";",
    "\\",
    "\\046",
    "\\000",
    "$ORIGIN ",
    "$TTL 1h\n",
    "60 ",
    "IN ",
    "CH ",
    "A ",
    "192.0.2.1",
    "TXT ",
    "MX 5 ",
    "CNAME ",
    "SOA ",
    "TLSA 3 1 1 ",
    "ü",
    "v=spf1 -all",
];

/// Any name and any record that a zone can hold.
fn any_record() -> impl Strategy<Value = ZoneRecord> {
    let host = "[a-z0-9_*-]{1,20}(\\.[a-z]{1,9}){0,3}|\\PC{1,12}|[ -~]{1,30}"
        .prop_filter_map("no name", |it| Name::new(&it).ok());
    let octets = prop::collection::vec(any::<u8>(), 0..600);
    let data = prop_oneof![
        any::<[u8; 4]>().prop_map(|it| RecordData::A(it.into())),
        any::<[u8; 16]>().prop_map(|it| RecordData::Aaaa(it.into())),
        (any::<u16>(), "[a-z]{1,9}\\.test").prop_map(|(preference, host)| {
            RecordData::Mx { preference, exchange: name(&host) }
        }),
        "[ -~]{1,30}"
            .prop_filter_map("no name", |it| Some(RecordData::Cname(Name::new(&it).ok()?))),
        ("[ -~]{1,30}", any::<bool>()).prop_filter_map("no name", |(it, pointer)| {
            let name = Name::new(&it).ok()?;
            Some(if pointer { RecordData::Ptr(name) } else { RecordData::Ns(name) })
        }),
        (any::<[u8; 4]>(), prop::collection::vec(any::<u8>(), 1..40)).prop_map(|(it, digest)| {
            let [high, low, algorithm, digest_type] = it;
            let key_tag = u16::from_be_bytes([high, low]);
            RecordData::Ds { key_tag, algorithm, digest_type, digest }
        }),
        (any::<[u8; 3]>(), prop::collection::vec(any::<u8>(), 1..40)).prop_map(|(it, data)| {
            let [usage, selector, matching] = it;
            RecordData::Tlsa(TlsaData { usage, selector, matching, data })
        }),
        octets.clone().prop_map(RecordData::Spf),
        octets.prop_map(RecordData::Txt),
    ];
    (host, 0..=0x7fff_ffff_u32, data).prop_map(|(name, ttl, data)| ZoneRecord::new(name, ttl, data))
}

proptest! {
    #[test]
    fn a_record_is_one_line_of_visible_ascii(record in any_record()) {
        let line = record.to_string();
        prop_assert!(line.bytes().all(|octet| matches!(octet, b' '..=b'~')), "{}", line);
        let longest = line.split("\" \"").map(str::len).max();
        prop_assert!(longest <= Some(4 * 255 + 1100));
    }

    #[test]
    fn a_zone_reads_back(records in prop::collection::vec(any_record(), 0..12)) {
        let zone: Zone = records.into_iter().collect();
        prop_assert_eq!(zone.to_string().parse::<Zone>(), Ok(zone));
    }

    /// Whatever a stranger sends: words of the grammar in any order, and any text.
    #[test]
    fn no_text_panics_and_what_reads_prints_itself(
        words in prop::collection::vec(prop::sample::select(&WORDS[..]), 0..40),
        text in "\\PC{0,60}",
    ) {
        for text in [words.concat(), text] {
            if let Ok(zone) = text.parse::<Zone>() {
                prop_assert_eq!(zone.to_string().parse::<Zone>(), Ok(zone));
            }
        }
    }

    #[test]
    fn one_by_one_or_all_at_once(records in prop::collection::vec(any_record(), 0..12)) {
        let one_by_one = records.iter().cloned().fold(Zone::new(), Zone::with_record);
        prop_assert_eq!(&one_by_one, &records.iter().cloned().collect());
        for record in &one_by_one {
            let found = one_by_one.at(&record.name, record.data.record_type());
            prop_assert_eq!(found.filter(|it| *it == record).count(), 1);
        }
    }

    #[test]
    fn a_diff_makes_one_zone_of_the_other(
        before in prop::collection::vec(any_record(), 0..6),
        after in prop::collection::vec(any_record(), 0..6),
        shared in prop::collection::vec(any_record(), 0..3),
    ) {
        let old: Zone = before.into_iter().chain(shared.clone()).collect();
        let new: Zone = after.into_iter().chain(shared).collect();
        let diff = old.diff(&new);
        let kept = old.into_iter().filter(|it| !diff.removed.contains(it));
        let made: Zone = kept.chain(diff.added.clone()).collect();
        prop_assert!(made.diff(&new).is_empty() && new.diff(&made).is_empty());
    }
}
