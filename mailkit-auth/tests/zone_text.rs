//! The text of planned zones, read by the zone file parser of hickory.

use std::collections::BTreeSet;

use hickory_server::proto::rr::{Name, RData};
use hickory_server::proto::serialize::txt::Parser;
use mailkit_auth::lookup::RecordData;
use mailkit_auth::plan::{DomainPlan, ProviderUse};
use mailkit_auth::provider::{Provider, providers};
use mailkit_auth::zone::{Zone, ZoneRecord};

type Fallible = Result<(), Box<dyn std::error::Error>>;

/// Name, time to live and content of every record, as both sides tell them.
type Told = BTreeSet<(String, u32, String)>;

fn told_by_us(zone: &Zone) -> Told {
    let told = |record: &ZoneRecord| {
        let content = match &record.data {
            RecordData::Mx { preference, exchange } => format!("{preference} {exchange}"),
            RecordData::Cname(target) => target.to_string(),
            RecordData::Txt(text) => String::from_utf8_lossy(text).into_owned(),
            other => format!("{other:?}"),
        };
        (record.name.to_string(), record.ttl.as_secs(), content)
    };
    zone.into_iter().map(told).collect()
}

fn told_by_hickory(text: &str) -> Result<Told, Box<dyn std::error::Error>> {
    let (_, sets) = Parser::new(text, None, Some(Name::root())).parse()?;
    let records = sets.values().flat_map(|set| set.records_without_rrsigs());
    let name = |name: &Name| match name.to_ascii().trim_end_matches('.') {
        "" => ".".to_owned(),
        name => name.to_owned(),
    };
    let told = |record: &hickory_server::proto::rr::Record| {
        let content = match &record.data {
            RData::MX(mx) => format!("{} {}", mx.preference, name(&mx.exchange)),
            RData::CNAME(target) => name(&target.0),
            RData::TXT(txt) => {
                let strings = txt.txt_data.iter();
                strings.map(|string| String::from_utf8_lossy(string)).collect()
            }
            other => format!("{other:?}"),
        };
        (name(&record.name), record.ttl, content)
    };
    Ok(records.map(told).collect())
}

fn plan(provider: &Provider) -> Result<Zone, Box<dyn std::error::Error>> {
    let used = ProviderUse::sender(provider);
    let missing: Vec<String> = used.missing_values().into_iter().map(str::to_owned).collect();
    let used = missing.iter().fold(used, |used, name| used.with_value(name, "x1.test"));
    let note = "say \"hi\" \\ now ".repeat(30);
    let long =
        format!("v=DKIM1; k=ed25519; n={note}; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
    let plan = DomainPlan::new("acme.example".parse()?, "v=DMARC1; p=none".parse()?)
        .with_mail_host(10, "mx.acme.example".parse()?)
        .with_provider(used)
        .with_dkim_key("long".parse()?, long.parse()?)
        .plan()?;
    Ok(plan.zone)
}

#[test]
fn another_parser_reads_what_is_planned() -> Fallible {
    for provider in providers() {
        let zone = plan(provider)?;
        assert_eq!(told_by_hickory(&zone.to_string())?, told_by_us(&zone), "{}", provider.id);
        assert_eq!(zone.to_string().parse::<Zone>()?, zone, "{}", provider.id);
    }
    let parked =
        mailkit_auth::plan::Plan::parked("acme.example".parse()?, &"v=DMARC1; p=none".parse()?)
            .zone;
    assert_eq!(told_by_hickory(&parked.to_string())?, told_by_us(&parked));
    Ok(())
}

/// Notes are comments: a parser sees the zone and nothing else.
#[test]
fn notes_do_not_become_records() -> Fallible {
    let provider = Provider::by_id("zoho").ok_or("no such provider")?;
    let plan = DomainPlan::new("acme.example".parse()?, "v=DMARC1; p=reject".parse()?)
        .with_provider(ProviderUse::mailboxes(provider))
        .plan()?;
    assert!(!plan.notes.is_empty());
    assert_eq!(told_by_hickory(&plan.to_string())?, told_by_us(&plan.zone));
    assert_eq!(plan.to_string().parse::<Zone>()?, plan.zone);
    Ok(())
}
