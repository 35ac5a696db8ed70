//! What a validated answer proves of the name that was asked for.
//!
//! hickory says of each record whether it is signed, and not whether it has a say: an answer may carry
//! records of zones that have nothing to do with the name. With a few of his own, whoever is between us
//! and the name server could make a signed answer look unsigned, or deny what there is. RFC 7672
//! sections 2.1 and 2.2.2 ask for such an answer to count as bogus.

use hickory_resolver::{
    TokioResolver,
    net::{DnsError, NetError},
    proto::{
        dnssec::{DnssecSummary, Proof, rdata::DNSSECRData},
        op::ResponseCode,
        rr::{Name, RData, Record, RecordType, rdata::CNAME},
    },
};

use crate::tls_policy::{DaneFault, DnssecStatus};

/// An answer, or that there is none of this type, with its status.
pub(super) struct Validated {
    pub(super) status: DnssecStatus,
    /// The aliases on the way, then the records that were asked for.
    pub(super) records: Vec<Record>,
    /// The name that its aliases lead to, with such records or without.
    pub(super) end: Name,
}

impl Validated {
    fn new(records: Vec<Record>, end: Name) -> Result<Self, DaneFault> {
        Ok(Self { status: status(&records)?, records, end })
    }

    fn denied(status: DnssecStatus, end: &Name) -> Self {
        Self { status, records: Vec::new(), end: end.clone() }
    }

    /// What an alias that is not signed leads to is not signed.
    fn behind(self, alias: DnssecStatus) -> Self {
        let status = if alias == DnssecStatus::Secure { self.status } else { alias };
        Self { status, ..self }
    }

    pub(super) fn has_address(&self) -> bool {
        self.records.iter().any(|record| record.data.ip_addr().is_some())
    }

    /// Addresses before none, secure before insecure.
    pub(super) fn rank(&self) -> (bool, bool) {
        (self.has_address(), self.status == DnssecStatus::Secure)
    }
}

/// The records of a name, or that there are none.
pub(super) async fn ask(
    resolver: &TokioResolver,
    mut name: Name,
    record_type: RecordType,
) -> Result<Validated, DaneFault> {
    let mut aliases = DnssecStatus::Secure;
    for _ in 0..MOST_ALIASES {
        if let Some(found) = ask_once(resolver, &name, record_type).await? {
            return Ok(found.behind(aliases));
        }
        let alias = ask_once(resolver, &name, RecordType::CNAME).await?.ok_or(DaneFault::Bogus)?;
        let target = alias.records.first().and_then(target).ok_or(DaneFault::Bogus)?;
        (name, aliases) = (target, alias.behind(aliases).status);
    }
    Err(DaneFault::LookupFailed)
}

/// As many as hickory follows in one lookup.
const MOST_ALIASES: usize = 8;

/// `None` when there are no records at the end of aliases, which have to be looked at one by one, for
/// hickory does not tell of them then.
async fn ask_once(
    resolver: &TokioResolver,
    name: &Name,
    record_type: RecordType,
) -> Result<Option<Validated>, DaneFault> {
    let authorities = match resolver.lookup(name.clone(), record_type).await {
        Ok(found) => {
            let (records, end) =
                chain(found.answers(), name, record_type).ok_or(DaneFault::Bogus)?;
            return Validated::new(records, end).map(Some);
        }
        Err(NetError::Dns(DnsError::NoRecordsFound(none)))
            if matches!(none.response_code, ResponseCode::NoError | ResponseCode::NXDomain) =>
        {
            if none.query.name() != name {
                return Ok(None);
            }
            none.authorities.as_deref().unwrap_or_default().to_vec()
        }
        // Signed, with so many iterations that it counts as not signed (RFC 9276 section 3.2).
        Err(NetError::Dns(DnsError::Nsec { query, response, proof, .. }))
            if proof != Proof::Bogus =>
        {
            if query.name() != name {
                return Ok(None);
            }
            denial(resolver, name, &response.authorities).await?;
            return Ok(Some(Validated::denied(DnssecStatus::Insecure, name)));
        }
        Err(error) => return Err(fault(&error)),
    };
    let status = denial(resolver, name, &authorities).await?;
    Ok(Some(Validated::denied(status, name)))
}

/// The aliases from the name on with the records at their end, and the end; none when they lead to no such record.
fn chain(answers: &[Record], name: &Name, record_type: RecordType) -> Option<(Vec<Record>, Name)> {
    let (mut owner, mut chain) = (name.clone(), Vec::new());
    for _ in 0..=MOST_ALIASES {
        let of_owner = |kind| {
            let of_owner = answers.iter().filter(|it| it.name == owner && it.record_type() == kind);
            of_owner.cloned().collect::<Vec<_>>()
        };
        let found = of_owner(record_type);
        if !found.is_empty() {
            chain.extend(found);
            return Some((chain, owner));
        }
        let alias = of_owner(RecordType::CNAME);
        owner = alias.first().and_then(target)?;
        chain.extend(alias);
    }
    None
}

fn target(alias: &Record) -> Option<Name> {
    match &alias.data {
        RData::CNAME(CNAME(target)) => Some(target.clone()),
        _ => None,
    }
}

/// The status of an answer without records. Only a zone above the name can deny anything of it.
async fn denial(
    resolver: &TokioResolver,
    name: &Name,
    authorities: &[Record],
) -> Result<DnssecStatus, DaneFault> {
    if authorities.is_empty() {
        return zone_of_silent_server(resolver, name).await;
    }
    let of_strange_zone = |record: &Record| match &record.data {
        RData::DNSSEC(DNSSECRData::RRSIG(signature)) => {
            record.proof == Proof::Secure && !signature.input().signer_name.zone_of(name)
        }
        _ => false,
    };
    if authorities.iter().any(of_strange_zone) {
        return Err(DaneFault::Bogus);
    }
    status_above(name, authorities)?.ok_or(DaneFault::Bogus)
}

/// Some servers deny without a word about their zone, and without one in a zone that is signed nothing
/// is denied. The name servers of the nearest zone show which it is.
async fn zone_of_silent_server(
    resolver: &TokioResolver,
    name: &Name,
) -> Result<DnssecStatus, DaneFault> {
    let mut zone = name.clone();
    while !zone.is_root() {
        let records = match resolver.lookup(zone.clone(), RecordType::NS).await {
            Ok(found) => found.answers().to_vec(),
            Err(NetError::Dns(DnsError::NoRecordsFound(none))) => {
                none.authorities.as_deref().unwrap_or_default().to_vec()
            }
            Err(error) => return Err(fault(&error)),
        };
        match status_above(name, &records)? {
            Some(DnssecStatus::Secure) => return Err(DaneFault::Bogus),
            Some(status) => return Ok(status),
            None => zone = zone.base_name(),
        }
    }
    Err(DaneFault::Bogus)
}

/// Of the records at the name and above it; none without any.
fn status_above(name: &Name, records: &[Record]) -> Result<Option<DnssecStatus>, DaneFault> {
    let above = records.iter().filter(|record| record.name.zone_of(name));
    let above: Vec<_> = above.filter(|it| it.record_type() != RecordType::RRSIG).cloned().collect();
    if above.is_empty() { Ok(None) } else { status(&above).map(Some) }
}

fn status(records: &[Record]) -> Result<DnssecStatus, DaneFault> {
    match DnssecSummary::from_records(records.iter()) {
        DnssecSummary::Secure => Ok(DnssecStatus::Secure),
        DnssecSummary::Insecure => Ok(DnssecStatus::Insecure),
        DnssecSummary::Bogus => Err(DaneFault::Bogus),
    }
}

fn fault(error: &NetError) -> DaneFault {
    match error {
        NetError::Dns(DnsError::Nsec { .. } | DnsError::DnssecBogus) => DaneFault::Bogus,
        _ => DaneFault::LookupFailed,
    }
}
