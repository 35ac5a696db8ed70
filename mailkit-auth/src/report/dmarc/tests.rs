//! Rows of what the reader must take, forgive and refuse.

use std::fmt::Write as _;
use std::io::Read;

use proptest::prelude::*;

use super::*;

/// The report in short: a line for the head's anomalies, each record, each bad record, the error.
fn summary(report: &Result<AggregateReport, AggregateError>) -> String {
    let report = match report {
        Ok(report) => report,
        Err(error) => return format!("refused: {error}\n"),
    };
    let mut text = String::new();
    for anomaly in &report.header.anomalies {
        let _ = writeln!(text, "head: {anomaly}");
    }
    for record in &report.records {
        let from = record.header_from.as_ref().map_or("-", crate::Domain::as_str);
        let _ = writeln!(text, "{} {} {from}", record.source_ip, record.count);
        for anomaly in &record.anomalies {
            let _ = writeln!(text, "- {anomaly}");
        }
    }
    for bad in &report.bad_records {
        let _ = writeln!(text, "bad: {bad}");
    }
    if let Some(error) = &report.error {
        let _ = writeln!(text, "error: {error}");
    }
    text
}

fn small_limits() -> AggregateLimits {
    AggregateLimits {
        octets: 10_000,
        section_octets: 200,
        records: 3,
        record_octets: 400,
        text_octets: 50,
        depth: 6,
        attributes: 2,
        values: 2,
        bad_records: 2,
    }
}

const HEAD: &str = "<version>1</version><report_metadata><org_name>r</org_name><email>e</email>\
    <report_id>i</report_id><date_range><begin>1</begin><end>2</end></date_range>\
    </report_metadata><policy_published><domain>a.test</domain><p>none</p></policy_published>";
const EVALUATED: &str = "<policy_evaluated><disposition>none</disposition><dkim>pass</dkim>\
    <spf>pass</spf></policy_evaluated>";
const FROM: &str = "<identifiers><header_from>a.test</header_from></identifiers>";

fn record(inside: &str) -> String {
    format!(
        "<record><row><source_ip>::1</source_ip><count>1</count>{EVALUATED}</row>{inside}</record>"
    )
}

fn feedback(records: &str) -> String {
    format!("<feedback>{HEAD}{records}</feedback>")
}

#[track_caller]
fn check(xml: &str, expected: &str) {
    let report = AggregateReport::read(xml.as_bytes(), small_limits());
    assert_eq!(summary(&report), expected, "{xml}");
}

/// Checks a report with this between its head and its end.
#[track_caller]
fn check_records(records: &str, expected: &str) {
    let report = AggregateReport::read(feedback(records).as_bytes(), small_limits());
    let offset = HEAD.len() + "<feedback>".len();
    let summary = summary(&report);
    assert_eq!(summary.replace(&offset.to_string(), "HEAD"), expected, "{records}");
}

#[test]
fn forms() {
    check_records(&record(FROM), "::1 1 a.test\n");
    check_records(&record(&format!("<!-- </record> -->{FROM}")), "::1 1 a.test\n");
    check_records(
        &record(&format!("<x><![CDATA[</record>]]></x>{FROM}")),
        "::1 1 a.test\n- record: unknown element \"x\"\n",
    );
    check_records(&record(&format!("<!-- <record> -->{FROM}")), "::1 1 a.test\n");
    check_records(
        &record(&format!("<x><![CDATA[<record>]]></x>{FROM}")),
        "::1 1 a.test\n- record: unknown element \"x\"\n",
    );
    check_records(&record(FROM).replace("</record>", "</record\n>"), "::1 1 a.test\n");
    let prefixed =
        feedback(&record(FROM)).replace("</", "\0").replace('<', "<n:").replace('\0', "</n:");
    check(&prefixed, "::1 1 a.test\n");
    check(&format!("<n:feedback xmlns:n='u'>{HEAD}</n:feedback>"), "");
    check(
        &format!("\u{feff}<?xml version='1.0' encoding='UTF-8'?><feedback>{HEAD}</feedback>"),
        "",
    );
    check(
        &format!("<?xml version='1.0' encoding=\"GB2312\"?><s><feedback>{HEAD}</feedback>"),
        "head: ?xml: encoding other than UTF-8 \"GB2312\"\nhead: feedback: inside another element \"s\"\n",
    );
}

#[test]
fn values() {
    let check = |from: &str, to: &str, expected: &str| {
        check_records(&record(FROM).replace(from, to), expected);
    };
    check("a.test", "&#x61;.te&#115;t", "::1 1 a.test\n");
    check("a.test", "<![CDATA[a]]><!-- b -->.test", "::1 1 a.test\n");
    check("a.test", " A.Test\n", "::1 1 a.test\n");
    check(
        "a.test",
        "u@a.test",
        "::1 1 a.test\n- header_from: odd characters around the value \"u@a.test\"\n",
    );
    check("a.test", "NULL", "::1 1 -\n- header_from: unknown value \"NULL\"\n");
    check("a.test", "", "::1 1 -\n- header_from: empty\n");
    check(FROM, "", "::1 1 -\n- header_from: missing\n");
    check("<count>1<", "<count>1.0<", "::1 1 a.test\n- count: a fraction \"1.0\"\n");
    check(
        "<disposition>none",
        "<disposition>NONE",
        "::1 1 a.test\n- disposition: wrong case \"NONE\"\n",
    );
    check(
        "<disposition>none",
        "<disposition>junk",
        "::1 1 a.test\n- disposition: unknown value \"junk\"\n",
    );
    check(EVALUATED, "", "::1 1 a.test\n- policy_evaluated: missing\n");
    check("<spf>pass</spf>", "<spf>pass</spf><reason/>", "::1 1 a.test\n");
    check(
        "<spf>pass</spf>",
        "<spf>pass</spf><spf>fail</spf>",
        "::1 1 a.test\n- policy_evaluated/spf: second value\n",
    );
}

#[test]
fn bad_records() {
    let check = |from: &str, to: &str, expected: &str| {
        let bad = record(FROM).replace(from, to);
        let expected = format!("::1 1 a.test\nbad: record 1 at octet HEAD: {expected}\n");
        check_records(&format!("{bad}{}", record(FROM)), &expected);
    };
    check("::1", "::g", "invalid value \"::g\" of `source_ip`");
    check("<count>1", "<count>-1", "no value of `count`");
    check("<count>1</count>", "", "no value of `count`");
    check("a.test", "&a;", "unknown entity");
    check("a.test", "&#0;", "unknown entity");
    check("a.test", "&#x1b;", "unknown entity");
    check("a.test", "&amp", "unknown entity");
    check("a.test", "a<b", "markup inside a value");
    check("a.test", &"a".repeat(51), "text longer than 50 octets");
    check("</identifiers>", "</row>", "end tag of another element");
    check("</record>", "", "element without an end");
    check("<identifiers>", "<!-- <identifiers>", "element without an end");
    check("<identifiers>", "<![CDATA[<identifiers>", "element without an end");
    check("<count>1", "<!DOCTYPE a><count>1", "document type declaration");
    check(
        "<identifiers>",
        "<identifiers a='1' b='2'><x/><x a='1' b='2' c='3'/>",
        "more than 2 attributes",
    );
    check("<identifiers>", "<identifiers a=1>", "malformed attribute");
    check("<identifiers>", "<x><x><x><x><x><x><x>", "elements nested deeper than 6");
    check("<identifiers>", "<>", "tag without a name");
    check(
        "<identifiers>",
        &format!("<identifiers>{}", " ".repeat(400)),
        "record longer than 400 octets",
    );
}

#[test]
fn many() {
    let result = "<spf><result>pass</result></spf>".repeat(3);
    check_records(
        &record(&format!("{FROM}<auth_results>{result}</auth_results>")),
        "::1 1 a.test\n- auth_results/spf: more than are kept\n",
    );
    let reasons = "<reason><type>other</type></reason>".repeat(3);
    check_records(
        &record(FROM).replace("</policy_evaluated>", &format!("{reasons}</policy_evaluated>")),
        "::1 1 a.test\n- reason: more than are kept\n",
    );
    let limits = AggregateLimits { records: 9, ..small_limits() };
    let report = AggregateReport::read(feedback(&"<record/>".repeat(5)).as_bytes(), limits);
    let report = report.expect("a report");
    assert_eq!((report.bad_records.len(), report.bad_record_count), (2, 5));
}

#[test]
fn broken_reports() {
    let good = record(FROM);
    check("", "refused: no aggregate report at octet 0\n");
    check("no xml", "refused: no aggregate report at octet 6\n");
    check("<html></html>", "refused: no aggregate report at octet 13\n");
    check(&"<a>".repeat(7), "refused: no aggregate report at octet 18\n");
    check("<!DOCTYPE feedback><feedback/>", "refused: document type declaration at octet 0\n");
    check("<feedback><report_metadata>", "refused: report cut off at octet 10\n");
    check(
        &format!("<!--{}", "x".repeat(200)),
        "refused: element longer than 200 octets at octet 0\n",
    );
    check_records(
        &good.repeat(4),
        "::1 1 a.test\n::1 1 a.test\n::1 1 a.test\nerror: more than 3 records at octet 941\n",
    );
    check_records(
        &format!("<record>{}</record><record>{}{good}", " ".repeat(400), " ".repeat(400)),
        "::1 1 a.test\nbad: record 1 at octet HEAD: record longer than 400 octets\n\
         bad: record 2 at octet 668: record longer than 400 octets\n",
    );
    let cut = feedback(&good);
    let cut = cut.strip_suffix("</record></feedback>").unwrap();
    check(
        cut,
        "bad: record 1 at octet 251: element without an end\nerror: report cut off at octet 472\n",
    );
    let long = feedback(&" ".repeat(10_000));
    check(&long, "refused: report longer than 10000 octets at octet 10000\n");
    check(
        "<feedback><report_metadata><org_name>a<b@c></org_name><email>e</email><report_id>&x;</report_id>\
         </report_metadata><report_metadata><junk</report_metadata></feedback>",
        "head: org_name: cannot be read \"markup inside a value\"\n\
         head: report_id: cannot be read \"unknown entity\"\n\
         head: report_metadata: cannot be read \"malformed attribute\"\n\
         head: version: missing\nhead: date_range: missing\n\
         head: policy_published/domain: missing\nhead: p: missing\n",
    );
}

/// Gives its octets a few at a time.
struct Dribble<'a>(&'a [u8], usize);

impl Read for Dribble<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = buffer.len().min(self.1);
        self.0.read(&mut buffer[..count])
    }
}

proptest! {
    #[test]
    fn the_size_of_pieces_changes_nothing(
        size in 1_usize..100,
        parts in proptest::collection::vec("</?(record|n:record|row|count|source_ip|x)/?>|<!--|-->|<!\\[CDATA\\[|\\]\\]>|[a-z0-9 &;<>]{0,9}", 0..40),
    ) {
        let xml = feedback(&format!("{}{}{}", record(FROM), parts.concat(), record(FROM)));
        let whole = AggregateReport::read(xml.as_bytes(), small_limits());
        let pieces = AggregateReport::read(Dribble(xml.as_bytes(), size), small_limits());
        prop_assert_eq!(whole, pieces);
    }
}
