//! Copies of signed mail, sent again by whoever has one, neither help a domain on nor back.

use std::fmt::Write as _;

use mailkit_auth::report::dmarc::{AggregateLimits, AggregateReport};
use mailkit_auth::report::sources::{ReportSender, SourceLimits, SourceRules, Sources};
use mailkit_auth::rollout::{
    Advice, CurrentRecord, Day, RolloutPolicy, RolloutStep, SourceClass, advise,
};

/// Records as address, count, DKIM and SPF results, and the domains that sign and that SPF names.
type Rows = [(&'static str, u64, &'static str, &'static str, &'static str, &'static str)];

/// The advice on 58 days of three receivers: each saw the domain's own mail and the first rows each day,
/// and the last rows on the last two days.
fn advice(policy: &str, rules: SourceRules, always: &Rows, at_last: &Rows) -> Advice {
    let today: Day = "2026-11-23".parse().unwrap();
    let own = ("192.0.2.1", 400, "pass", "pass", "", "");
    let rules = rules.with_network("192.0.2.0/24".parse().unwrap(), "own", SourceClass::Legitimate);
    let mut sources = Sources::new(rules, SourceLimits::default());
    for (day, by) in (1..59).flat_map(|day| (0..3).map(move |by| (day, by))) {
        let begin = u64::from(today.minus(day).since(Day::FIRST)) * 86_400;
        let mut xml = format!(
            "<feedback><report_metadata><org_name>mx{by}.test</org_name><report_id>{day}</report_id>\
             <date_range><begin>{begin}</begin><end>{begin}</end></date_range></report_metadata>"
        );
        let late = if day < 3 { at_last } else { &[] };
        for (ip, count, dkim, spf, signer, sender) in [own].iter().chain(always).chain(late) {
            let stopped = if *dkim == "pass" || *spf == "pass" { "none" } else { policy };
            let signature: String = signer
                .split_whitespace()
                .map(|it| format!("<dkim><domain>{it}</domain><result>pass</result></dkim>"))
                .collect();
            let _ = write!(
                xml,
                "<record><row><source_ip>{ip}</source_ip><count>{count}</count><policy_evaluated>\
                 <disposition>{stopped}</disposition><dkim>{dkim}</dkim><spf>{spf}</spf></policy_evaluated>\
                 </row><identifiers><header_from>acme.test</header_from></identifiers><auth_results>\
                 {signature}<spf><domain>{sender}</domain><result>pass</result></spf></auth_results></record>"
            );
        }
        xml.push_str("</feedback>");
        let report = AggregateReport::read(xml.as_bytes(), AggregateLimits::default()).unwrap();
        sources.add(&report, &ReportSender::Trusted).unwrap();
    }
    let record = format!("v=DMARC1; p={policy}; rua=mailto:d@acme.test").parse().unwrap();
    let published = CurrentRecord::new(record, today.minus(80));
    let evidence = sources.evidence(&"acme.test".parse().unwrap());
    advise(&evidence, &published, &RolloutPolicy::default(), today.start())
}

const SES: &str = "eu-west-1.amazonses.com";
const SPOOFED: (&str, u64, &str, &str, &str, &str) =
    ("203.0.113.9", 20, "fail", "fail", "", "evil.test");

/// A newsletter that is sent again beside spoofed mail makes no network of the domain's.
#[test]
fn copies_bring_no_step_back() {
    let step = |at_last: &Rows| advice("reject", SourceRules::default(), &[], at_last).step;
    assert_eq!(step(&[SPOOFED]), RolloutStep::Hold);
    for signers in ["acme.test", "acme.test eu-west-1.amazonses.com"] {
        let copied = ("203.0.113.9", 20, "pass", "fail", signers, "evil.test");
        assert_eq!(step(&[copied, SPOOFED]), RolloutStep::Hold, "{signers}");
    }
    // Nor do copies without the domain's signature, in the name of the provider that signed them too.
    let ours = ("54.240.0.1", 50, "pass", "fail", "acme.test eu-west-1.amazonses.com", SES);
    let stripped = ("203.0.113.9", 20, "fail", "fail", SES, "evil.test");
    assert_eq!(
        advice("reject", SourceRules::default(), &[ours], &[stripped]).step,
        RolloutStep::Hold
    );
    // What truly fails at the provider does.
    let failing = ("54.240.0.1", 20, "fail", "fail", "", SES);
    let back = advice("reject", SourceRules::default(), &[ours], &[failing]);
    assert_eq!(back.step, RolloutStep::StepBack);
}

/// Copies of what passes hide no stream that fails, and no forged mail.
#[test]
fn copies_bring_no_step_forward() {
    let ours = ("54.240.0.1", 50, "pass", "fail", "acme.test eu-west-1.amazonses.com", SES);
    let failing = ("54.240.0.2", 1, "fail", "fail", SES, SES);
    let copied =
        ("203.0.113.9", 300, "pass", "fail", "acme.test eu-west-1.amazonses.com", "evil.test");
    let advice = |rows: &Rows| advice("none", SourceRules::default(), rows, &[]);
    assert_eq!(advice(&[ours]).step, RolloutStep::Advance);
    let (without, with) = (advice(&[ours, failing]), advice(&[ours, failing, copied]));
    assert_eq!((without.step, with.step), (RolloutStep::Hold, RolloutStep::Hold));
    assert_eq!((without.copies, with.copies), (0, 300 * 3 * 58));
    let mut uncopied = with.clone();
    uncopied.copies = 0;
    assert_eq!(uncopied, without);
    assert!(
        with.to_string().contains("messages that do not count, since they may be copies"),
        "{with}"
    );
}

/// Anybody with an account at a provider fails in its name; the owner who names the own addresses there
/// can call the rest hostile.
#[test]
fn strangers_at_a_provider() {
    let ours = ("54.240.0.1", 50, "pass", "fail", "acme.test eu-west-1.amazonses.com", SES);
    let theirs = ("54.240.0.2", 20, "fail", "fail", SES, SES);
    let step = |rules: SourceRules| advice("reject", rules, &[ours], &[theirs]).step;
    assert_eq!(step(SourceRules::default()), RolloutStep::StepBack);
    let named = SourceRules::default()
        .with_network("54.240.0.1/32".parse().unwrap(), "newsletter", SourceClass::Legitimate)
        .with_class("amazon-ses", SourceClass::Hostile);
    assert_eq!(step(named), RolloutStep::Hold);
}
