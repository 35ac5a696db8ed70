//! All records that a domain publishes, each linted among those beside it.

use std::collections::{BTreeMap, BTreeSet};

use mailkit_auth::lint::sarif::dns_uri;
use mailkit_auth::lint::{self, Finding, TxtRecord};
use mailkit_auth::lookup::{Name, RecordData, RecordType};
use mailkit_auth::{Domain, Selector};

use super::kind::Kind;
use super::linted::Linted;
use crate::commands::dns::Dns;
use crate::commands::error::{CommandError, because};

/// What could be linted, and the names whose records the DNS did not give.
pub(super) struct DomainLint {
    pub(super) linted: Vec<Linted>,
    pub(super) unanswered: Vec<Name>,
}

/// Lints what the domain publishes about mail.
pub(super) async fn lint(
    dns: &Dns,
    domain: &Domain,
    selectors: &[Selector],
) -> Result<DomainLint, CommandError> {
    dns.must_hold(domain)?;
    dns.must_reply(domain).await?;
    let keys = dns.key_names(&Name::from(domain));
    let named = keys_of(domain, selectors)?;
    let (mut linted, mut unanswered) = (Vec::new(), Vec::new());
    for (name, kind) in names(domain, &(&keys | &named))? {
        match dns.texts(&name).await {
            Some(records) => linted.extend(of_name(&name, kind, &records)),
            // An alias that was found leads out of the files, most often to a provider; that is told in the end.
            None if kind == Kind::Dkim && !named.contains(&name) => {}
            None => unanswered.push(name),
        }
    }
    linted.extend(certificates(dns, &Name::from(domain)).await);
    dns.tell_unseen();
    Ok(DomainLint { linted, unanswered })
}

/// Where the keys of these selectors stand.
fn keys_of(domain: &Domain, selectors: &[Selector]) -> Result<BTreeSet<Name>, CommandError> {
    let key = |selector: &Selector| below(domain, &format!("{selector}._domainkey"));
    selectors.iter().map(key).collect()
}

/// Where a domain's records stand.
fn names(domain: &Domain, keys: &BTreeSet<Name>) -> Result<Vec<(Name, Kind)>, CommandError> {
    let mut names = vec![(Name::from(domain), Kind::Spf), (below(domain, "_dmarc")?, Kind::Dmarc)];
    names.extend(keys.iter().map(|name| (name.clone(), Kind::Dkim)));
    names.push((below(domain, "_mta-sts")?, Kind::MtaSts));
    names.push((below(domain, "_smtp._tls")?, Kind::TlsRpt));
    names.push((below(domain, "default._bimi")?, Kind::Bimi));
    Ok(names)
}

fn below(domain: &Domain, label: &str) -> Result<Name, CommandError> {
    let name = domain.prefixed(label).map(Name::from);
    name.map_err(because(format!("no name {label}.{domain}")))
}

/// The records of one name that were meant to be of the kind, and what is wrong with them as a set.
fn of_name(name: &Name, kind: Kind, records: &[TxtRecord]) -> Vec<Linted> {
    let mut found = set(kind, records);
    if name.as_str().starts_with("*.") {
        // Nobody signs with every selector: an empty key at all that have none is how a domain closes them.
        found.values_mut().for_each(|them| them.retain(|it| it.code != EMPTY_KEY));
        found.retain(|_, them| !them.is_empty());
    }
    let meant = |(index, record): (usize, &TxtRecord)| {
        let is_meant = kind.txt().is_some_and(|kind| kind.is_meant(&record.text()));
        (is_meant || found.contains_key(&Some(index))).then(|| (Some(index), record.text()))
    };
    let mut texts: Vec<(Option<usize>, String)> =
        records.iter().enumerate().filter_map(meant).collect();
    if found.contains_key(&None) {
        texts.push((None, String::new()));
    }
    let uri = dns_uri(name, RecordType::Txt);
    let linted = texts.into_iter().map(|(index, text)| {
        let own = found.remove(&index).unwrap_or_default();
        Linted::of_findings(&format!("{name} TXT"), &uri, kind, &text, own)
    });
    linted.collect()
}

/// The code of the finding that a key is empty.
const EMPTY_KEY: &str = "DKM005";

/// Findings by the record they are about; those about the number of records are about none.
type Found = BTreeMap<Option<usize>, Vec<Finding>>;

/// What is wrong with the records of a name.
fn set(kind: Kind, records: &[TxtRecord]) -> Found {
    let mut found = Found::new();
    for it in kind.txt().map(|kind| lint::lint_txt_set(kind, records)).unwrap_or_default() {
        found.entry(it.record).or_default().push(it.finding);
    }
    found
}

/// The TLSA records of the mail exchangers.
async fn certificates(dns: &Dns, domain: &Name) -> Vec<Linted> {
    let mut linted = Vec::new();
    let answer = dns.answer(domain, RecordType::Mx).await;
    for data in answer.records().iter().take(MAX_HOSTS) {
        let RecordData::Mx { exchange, .. } = data else { continue };
        // The null MX names no host.
        if exchange.is_root() {
            continue;
        }
        let Ok(name) = Name::new(&format!("_25._tcp.{}", exchange.as_str())) else { continue };
        for data in dns.answer(&name, RecordType::Tlsa).await.records() {
            let RecordData::Tlsa(record) = data else { continue };
            let text = record.to_string();
            let (origin, uri) = (format!("{name} TLSA"), dns_uri(&name, RecordType::Tlsa));
            linted.push(Linted::of_findings(
                &origin,
                &uri,
                Kind::Tlsa,
                &text,
                lint::lint_tlsa(&text),
            ));
        }
    }
    linted
}

/// Mail exchangers that are looked at.
const MAX_HOSTS: usize = 20;
