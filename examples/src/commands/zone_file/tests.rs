use mailkit_auth::zone::ZoneFileError;

use super::*;

const BIND: &str = "$ORIGIN acme.example.\n$TTL 300\n\
    @ IN MX 10 mx ; the only host\n\
    @ IN TXT ( \"v=spf1 include:_spf.host.example\"\n \" -all\" )\n\
    mx 60 IN A 192.0.2.1\n";

const JSON: &str = r#"{
    "acme.example": {"MX": [{"preference": 10, "exchange": "mx.acme.example"}],
        "TXT": [["v=spf1 include:_spf.host.example", " -all"]]},
    "mx.acme.example.": {"A": "192.0.2.1"}
}"#;

fn files(text: &str) -> Result<ZoneFiles, String> {
    let mut files = ZoneFiles::default();
    match text.starts_with('{') {
        true => files.add(None, json::read(text).map_err(|error| error.to_string())?),
        false => files.add_text(&text.parse().map_err(|error: ZoneFileError| error.to_string())?),
    }
    Ok(files)
}

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

#[test]
fn both_forms_say_the_same() {
    for text in [BIND, JSON] {
        let files = files(text).unwrap();
        let question = Question::new(name("acme.example"), RecordType::Mx);
        let answer = files.snapshot().answer(&question);
        let expected = RecordData::Mx { preference: 10, exchange: name("mx.acme.example") };
        assert_eq!(answer.records(), [expected], "{text}");
        let texts = files.texts(&name("acme.example"));
        assert_eq!(texts, [TxtRecord::new(["v=spf1 include:_spf.host.example", " -all"])]);
        assert_eq!(files.apexes, [name("acme.example")]);
        assert!(files.holds(&name("gone.acme.example")));
        assert!(files.is_above(&name("_dmarc.example")));
        assert!(!files.holds(&name("host.example")) && !files.is_above(&name("host.example")));
    }
}

#[test]
fn times_to_live_are_those_of_the_file() {
    let ttls = |text| -> Vec<(u32, bool)> {
        let files = files(text).unwrap();
        files.published().iter().map(|it| (it.record.ttl.as_secs(), it.ttl_is_known)).collect()
    };
    assert_eq!(ttls(BIND).iter().map(|it| it.0).sum::<u32>(), 660);
    assert!(ttls(JSON).iter().all(|it| !it.1));
}

#[test]
fn faults_name_their_place() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let error = files(text).unwrap_err();
        assert!(error.starts_with(expected), "{error}");
    }
    let long = "$ORIGIN a.test.\n$TTL 60\n@ IN TXT (\"x\"\n\"y\")\n@ IN A 192.0.2.1\n";
    check(&format!("{long}@ IN A nowhere\n"), "invalid address in line 6, column 8");
    check(&format!("{long}@ IN TXTT \"x\"\n"), "unknown type `TXTT` in line 6, column 6");
    check("a.test. IN A 192.0.2.1\n", "record without a time to live: put `$TTL");
    check("a.test. 60 IN A 192.0.2.1\n$INCLUDE /etc/passwd\n", "$INCLUDE is not followed");
    check("{\"a.test\": {\"MX\": [\"10 mx.a.test\", \"mx\"]}}", "record 2 of \"a.test\" MX: write");
    check("{\"a.test\": {\"A\": [\"10.0.0\"]}}", "record 1 of \"a.test\" A: invalid IPv4");
    check("{\"a..test\": {}}", "the name \"a..test\": empty label");
    check("{\"a.test\": {\"LOC\": [\"\"]}}", "record 1 of \"a.test\" LOC: not a type");
    check("{\"a.test\": 7}", "not a map of names");
}
