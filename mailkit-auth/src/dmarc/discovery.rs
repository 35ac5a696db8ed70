//! Which record applies to a domain, without a message.

use super::DmarcProblem;
use super::tree_walk::TreeWalk;
use crate::lookup::{Asker, Dialogue};
use crate::{DmarcRecord, Domain};

/// What the walk up the tree finds for a domain (RFC 9989 section 4.10).
#[derive(Clone, Debug)]
pub(crate) struct Discovery {
    pub(crate) organizational_domain: Domain,
    /// The record that applies, and whose it is.
    pub(crate) record: Option<(Domain, DmarcRecord)>,
}

/// Walks up from `domain`.
pub(crate) fn discover(domain: Domain) -> Dialogue<Result<Discovery, DmarcProblem>> {
    Dialogue::new(|asker| Box::pin(walk(asker, domain)))
}

async fn walk(asker: Asker, domain: Domain) -> Result<Discovery, DmarcProblem> {
    let walk = TreeWalk::new(asker, super::DmarcLimits::default().queries).walk(&domain).await?;
    let organizational_domain = walk.organizational_domain();
    let own = walk.start_record();
    let found = own.or_else(|| walk.policy());
    let record = found.filter(|found| found.defect.is_none());
    let record = record.map(|found| (found.domain, found.record));
    Ok(Discovery { organizational_domain, record })
}
