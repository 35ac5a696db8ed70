//! The records of a sending domain, one type a wire form.
//!
//! Each type reads with [`FromStr`](std::str::FromStr) and prints with
//! [`Display`](std::fmt::Display); what was printed reads back equal. A tag that is absent stays
//! absent: the accessor applies the default of the standard, the record prints as short as it was.

mod base64_value;
pub mod bimi;
pub mod dkim;
pub mod dkim_signature;
pub mod dmarc;
mod field_list;
mod https_uri;
mod kind;
pub mod mta_sts;
pub mod mta_sts_policy;
mod published;
pub mod spf;
pub(crate) mod tag_list;
mod tag_set;
pub mod tls_rpt;
pub mod tlsa;
mod words;

pub(crate) use base64_value::octets;
pub use bimi::BimiRecord;
pub use dkim::{DkimKeyRecord, Selector};
pub use dkim_signature::DkimSignature;
pub use dmarc::{AlignmentMode, DmarcRecord, Policy, ReportUri};
pub use https_uri::HttpsUri;
pub use kind::RecordKind;
pub use mta_sts::MtaStsRecord;
pub use mta_sts_policy::MtaStsPolicy;
pub use published::Published;
#[cfg(feature = "verify")]
pub(crate) use published::utf8;
pub use spf::SpfRecord;
pub(crate) use tag_list::grammar::is_field_name;
#[cfg(feature = "verify")]
pub(crate) use tag_list::value_span;
pub(crate) use tag_list::{Grammar, Tag, check_length, elements};
pub(crate) use tag_set::TagSet;
pub use tls_rpt::TlsRptRecord;
pub use tlsa::TlsaRecord;
