#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod auth_results;
mod author;
pub mod checkup;
pub mod dmarc;
mod domain;
mod error;
#[cfg(feature = "keys")]
pub mod keys;
pub mod lint;
pub mod lookup;
#[cfg(feature = "verify")]
mod message;
mod moment;
pub mod plan;
pub mod provider;
pub mod record;
#[cfg(feature = "report")]
pub mod report;
#[cfg(feature = "resolver")]
pub mod resolver;
pub mod rollout;
pub mod rotation;
#[cfg(feature = "verify")]
pub mod sign;
pub mod spf;
#[cfg(feature = "serde")]
mod tagged;
mod text;
#[cfg(feature = "verify")]
pub mod verify;
pub mod visible;
mod word_table;
pub mod zone;

pub use domain::{Domain, DomainError, DomainErrorKind};
pub use error::{HeaderError, RecordError, RecordErrorKind, UnknownWord, ValueError};
pub use record::{
    BimiRecord, DkimKeyRecord, DkimSignature, DmarcRecord, MtaStsPolicy, MtaStsRecord, Policy,
    Published, Selector, SpfRecord, TlsRptRecord, TlsaRecord,
};
