//! Rows of what the reader must take, forgive and refuse.

use super::*;

#[track_caller]
fn check(json: &str, expected: Result<&[&str], &str>) {
    let report = TlsReport::read(json.as_bytes(), TlsLimits { octets: 200_000 });
    let actual = report
        .map(|report| report.anomalies.iter().map(ToString::to_string).collect::<Vec<_>>())
        .map_err(|error| error.to_string());
    let actual =
        actual.as_ref().map(|anomalies| anomalies.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(actual.as_deref().map_err(|error| error.as_str()), expected, "{json:.200}");
}

/// A report with these policies, where all else is as it should be.
fn report(policies: &str) -> String {
    let range =
        r#"{"start-datetime": "2024-01-09T00:00:00Z", "end-datetime": "2024-01-09T23:59:59Z"}"#;
    format!(
        r#"{{"organization-name": "o", "date-range": {range}, "contact-info": "c", "report-id": "i", "policies": [{policies}]}}"#
    )
}

fn policy(inside: &str, details: &str) -> String {
    format!(r#"{{"policy": {{{inside}}}, "summary": {{}}, "failure-details": [{details}]}}"#)
}

#[test]
fn forms() {
    check(&report(""), Ok(&[]));
    check(&format!("\u{feff}{}", report("")), Ok(&[]));
    let sts = r#""policy-type": "sts""#;
    check(&report(&policy(sts, "")), Ok(&[]));
    check(
        &report(&policy(&format!(r#"{sts}, "mx-host": "a", "policy-string": null"#), "")),
        Ok(&[]),
    );
    check(
        &report(&policy(r#""policy-type": "STS""#, "")),
        Ok(&["policy-type: wrong case \"STS\""]),
    );
    check(&report(&policy("", "")), Ok(&["policy-type: missing"]));
    check(
        &report(&policy(
            &format!(r#"{sts}, "policy-domain": "a..b""#),
            r#"{"result-type": "x", "failed-session-count": 1, "receiving-ip": "y"}"#,
        )),
        Ok(&[
            "policy-domain: unknown value \"a..b\"",
            "receiving-ip: unknown value \"y\"",
            "result-type: unknown value \"x\"",
        ]),
    );
    check(
        &report("").replace("2024-01-09T00", "2024-13-09T00"),
        Ok(&["date-range: unknown value \"2024-13-09T00:00:00Z\""]),
    );
    check(
        r#"{"policies": null}"#,
        Ok(&[
            "organization-name: missing",
            "date-range: missing",
            "contact-info: missing",
            "report-id: missing",
        ]),
    );
}

#[test]
fn refused() {
    check("", Err("no TLS report at line 1, column 0: EOF while parsing a value"));
    check("{}", Err("no TLS report at line 1, column 2: missing field `policies`"));
    check(
        r#"{"policies": 1}"#,
        Err("no TLS report at line 1, column 14: invalid type: integer `1`, expected a list"),
    );
    check(r#"{"policies": "x"}"#, Err("no TLS report at line 1, column 16: expected a list"));
    let deep = format!(r#"{{"x": {}"#, "[".repeat(1_000));
    check(&deep, Err("no TLS report at line 1, column 1006: EOF while parsing a list"));
    let many = vec![policy(r#""policy-type":"sts""#, ""); 1_001].join(",");
    check(&report(&many), Err("more than 1000 entries in a list"));
    check(&" ".repeat(200_001), Err("report longer than 200000 octets"));
}
