//! Whatever those report whom the owner does not know, the advice stays what it is without them.

use std::fmt::Write as _;

use mailkit_auth::report::dmarc::{AggregateLimits, AggregateReport};
use mailkit_auth::report::sources::{ReportSender, SourceLimits, SourceRules, Sources};
use mailkit_auth::rollout::{
    Advice, CurrentRecord, Day, RolloutPolicy, RolloutStep, SourceClass, advise,
};
use proptest::prelude::*;

/// A report of one day: who sent it, what it calls itself, and its records, as address, count, result
/// and reason.
#[derive(Clone, Debug)]
struct Report {
    sender: ReportSender,
    name: String,
    day: Day,
    records: Vec<(String, u64, &'static str, &'static str)>,
}

impl Report {
    fn new(sender: &ReportSender, day: Day, ip: &str, count: u64, result: &'static str) -> Self {
        let records = vec![(ip.to_owned(), count, result, "")];
        Self { sender: sender.clone(), name: "google.com".to_owned(), day, records }
    }

    fn read(&self, id: usize) -> AggregateReport {
        let begin = u64::from(self.day.since(Day::FIRST)) * 86_400;
        let mut xml = format!(
            "<feedback><report_metadata><org_name>{}</org_name><report_id>{id}</report_id>\
             <date_range><begin>{begin}</begin><end>{begin}</end></date_range></report_metadata>",
            self.name
        );
        for (ip, count, result, reason) in &self.records {
            let _ = write!(
                xml,
                "<record><row><source_ip>{ip}</source_ip><count>{count}</count><policy_evaluated>\
                 <dkim>{result}</dkim><spf>{result}</spf><reason><type>{reason}</type></reason>\
                 </policy_evaluated></row><identifiers><header_from>acme.test</header_from>\
                 </identifiers></record>"
            );
        }
        xml.push_str("</feedback>");
        AggregateReport::read(xml.as_bytes(), AggregateLimits::default()).unwrap()
    }
}

const RECEIVERS: [&str; 3] =
    ["noreply-dmarc-support@google.com", "dmarcreport@microsoft.com", "noreply@dmarc.yahoo.com"];

fn today() -> Day {
    "2026-11-23".parse().unwrap()
}

fn verified(domain: &str) -> ReportSender {
    ReportSender::Verified(domain.parse().unwrap())
}

/// 50 days of three known receivers that see the office pass, and so many messages of the CRM a day with
/// this result.
fn honest(crm: u64, result: &'static str) -> Vec<Report> {
    let receivers = RECEIVERS.map(verified);
    let day = |day: u32| {
        let at = today().minus(day + 1);
        let report = move |sender: &ReportSender| {
            let mut report = Report::new(sender, at, "192.0.2.1", 300, "pass");
            report.records.push(("198.51.100.1".to_owned(), crm, result, ""));
            report
        };
        receivers.clone().map(|sender| report(&sender))
    };
    (0..50).flat_map(day).collect()
}

fn advice(reports: &[Report]) -> Advice {
    let rules = SourceRules::default()
        .with_network("192.0.2.0/24".parse().unwrap(), "office", SourceClass::Legitimate)
        .with_network("198.51.100.0/24".parse().unwrap(), "crm", SourceClass::Legitimate);
    let mut sources = Sources::new(rules, SourceLimits::default());
    for (id, report) in reports.iter().enumerate() {
        sources.add(&report.read(id), &report.sender).unwrap();
    }
    let record = "v=DMARC1; p=none; rua=mailto:d@acme.test".parse().unwrap();
    let published = CurrentRecord::new(record, today().minus(60));
    let evidence = sources.evidence(&"acme.test".parse().unwrap());
    advise(&evidence, &published, &RolloutPolicy::default(), today().start())
}

/// What is advised in each case that forged reports may want to change.
fn cases() -> [(Vec<Report>, RolloutStep); 4] {
    let silent = honest(30, "pass").into_iter().filter(|it| it.day < today().minus(9)).collect();
    [
        (honest(30, "pass"), RolloutStep::Advance),
        (honest(30, "fail"), RolloutStep::Hold),
        (silent, RolloutStep::Hold),
        (Vec::new(), RolloutStep::Hold),
    ]
}

/// Forged reports leave everything of an advice but the names of those who do not count.
fn changes_nothing(honest: &[Report], forged: &[Report]) -> Result<Advice, TestCaseError> {
    // Whoever comes first: a forger must not take the place of another either.
    let all: Vec<Report> = forged.iter().chain(honest).cloned().collect();
    let (mut without, with) = (advice(honest), advice(&all));
    without.unknown_reporters.clone_from(&with.unknown_reporters);
    prop_assert_eq!(&with, &without);
    Ok(with)
}

fn strangers() -> [ReportSender; 6] {
    [
        ReportSender::Unverified,
        verified("gmail.com"),
        verified("google.com.evil.test"),
        verified("evil.test"),
        // A service of a known receiver that sends what strangers write.
        verified("noreply-gerritcodereview@google.com"),
        verified("google.com"),
    ]
}

/// What was tried: a repair that nobody saw, numbers without bound, days that nobody reported, failures,
/// networks without number, excuses, days long ago and to come.
#[test]
fn forged_reports_change_nothing() {
    let yesterday = today().minus(1);
    for sender in &strangers() {
        let report = |day, ip, count, result| Report::new(sender, day, ip, count, result);
        let daily = |report: &dyn Fn(Day) -> Report| -> Vec<Report> {
            (1..60).map(|day| report(today().minus(day))).collect()
        };
        let mut flood = report(yesterday, "198.18.0.1", 1, "fail");
        flood.records = (0..10_240)
            .map(|it| (format!("10.{}.{}.1", it / 250, it % 250), 1, "fail", ""))
            .collect();
        let mut forwarded = report(yesterday, "198.51.100.1", 1 << 40, "fail");
        forwarded.records = vec![("198.51.100.1".to_owned(), 1 << 40, "fail", "forwarded")];
        let forged = [
            vec![report(today(), "198.51.100.1", 150, "pass")],
            daily(&|day| report(day, "198.51.100.1", u64::MAX, "pass")),
            daily(&|day| report(day, "192.0.2.1", 1_000_000_000_000, "pass")),
            daily(&|day| report(day, "192.0.2.1", 1, "fail")),
            vec![flood],
            vec![forwarded],
            vec![report("1990-01-01".parse().unwrap(), "203.0.113.1", 1, "fail")],
            vec![report(today().plus(9), "192.0.2.1", 9, "fail")],
        ];
        for (honest, step) in &cases() {
            for forged in &forged {
                let advice = changes_nothing(honest, forged).unwrap();
                assert_eq!((advice.step, advice.unknown_reporters.len()), (*step, 1), "{sender:?}");
            }
        }
    }
}

#[test]
fn an_advice_tells_who_does_not_count() {
    let text = |forged: &[Report]| advice(forged).to_string();
    let by = |sender: &ReportSender| Report::new(sender, today().minus(1), "192.0.2.1", 1, "pass");
    let told = "reporters that are not known, so that they do not count: 6 \
        (evil.test, gmail.com, google.com, google.com (unverified), google.com.evil.test, …)\n";
    assert!(text(&strangers().map(|it| by(&it))).contains(told));
    assert!(!text(&honest(30, "pass")).contains("not known"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn reports_of_strangers_change_nothing(
        case in 0..4_usize,
        forged in prop::collection::vec(
            (0..6_usize, 0..70_u32, "192\\.0\\.2\\.1|198\\.51\\.100\\.1|203\\.0\\.113\\.9",
             any::<u64>(), prop::sample::select(vec!["pass", "fail"]),
             prop::sample::select(vec!["google.com", "microsoft.com", "someone"])),
            0..40,
        ),
    ) {
        let reports: Vec<Report> = forged
            .iter()
            .map(|(sender, day, ip, count, result, name)| {
                let sender = &strangers()[*sender];
                let report = Report::new(sender, today().plus(5).minus(*day), ip, *count, result);
                Report { name: (*name).to_owned(), ..report }
            })
            .collect();
        changes_nothing(&cases()[case].0, &reports)?;
    }
}
