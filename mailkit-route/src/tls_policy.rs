//! What TLS a hop must have: MTA-STS (RFC 8461), DANE (RFC 7672), and what to report (RFC 8460).
//!
//! [`MtaStsCache`] remembers the policies of domains and says which question to ask next,
//! [`DaneLookup`] does the same for the TLSA records of one host. [`TlsPolicies`] puts both together:
//! each mail host is kept with a [`TlsRequirement`], or left out by a [`Rule`](crate::Rule).
//!
//! ```
//! use mailkit_route::{MxSet, tls_policy::{TlsPolicies, TlsRequirement}};
//! let policy = "version: STSv1\nmode: enforce\nmx: mx1.buyer.example\nmax_age: 604800\n";
//! let mx = MxSet::new("buyer.example".parse()?, [
//!     (10, "mx.attacker.example".into()),
//!     (20, "mx1.buyer.example".into()),
//! ]);
//! let tls = TlsPolicies::default().with_mta_sts(policy.parse()?).select(mx.hosts());
//! assert_eq!(tls.removed[0].1.code(), "mta-sts-mismatch");
//! assert_eq!(tls.kept[0].0.host.to_string(), "mx1.buyer.example");
//! assert!(matches!(tls.kept[0].1, TlsRequirement::Verified { .. }));
//! # Ok::<(), mailkit_route::ParseError>(())
//! ```

mod cache;
mod dane;
mod failure;
mod lookup;
mod observed;
mod pattern;
mod policies;
mod policy;
mod record;
mod requirement;
mod snapshot;
mod tlsa;

pub use cache::{MtaStsCache, MtaStsVerdict};
pub use dane::{
    DaneAnswer, DaneFault, DaneLookup, DanePolicy, DaneQuestion, DaneStep, DaneTls, DnssecStatus,
};
pub use failure::{FetchFailure, MtaStsFault, TlsFailure, TlsPolicyType, TlsResultType};
pub use lookup::{MtaStsAnswer, MtaStsFinding, MtaStsLookup, MtaStsQuestion, MtaStsStep};
pub use observed::{TlsAction, TlsObservation, TlsVerdict};
pub use pattern::MxPattern;
pub use policies::{HostTls, TlsPolicies, TlsSelection};
pub use policy::{MtaStsMode, MtaStsPolicy};
pub use record::{MtaStsRecord, PolicyId, RecordFault};
pub use requirement::TlsRequirement;
pub use snapshot::{MtaStsSnapshot, Restored, SnapshotError, StoredPolicy};
pub use tlsa::TlsaRecord;
