//! The records of a sending domain, one type a wire form.
//!
//! Each type reads with [`FromStr`](std::str::FromStr) and prints with
//! [`Display`](std::fmt::Display); what was printed reads back equal. A tag that is absent stays
//! absent: the accessor applies the default of the standard, the record prints as short as it was.

pub mod bimi;
pub mod dkim;
pub mod dkim_signature;
pub mod dmarc;
mod field_list;
pub mod mta_sts;
pub mod mta_sts_policy;
mod published;
pub mod spf;
mod tag_list;
pub mod tls_rpt;
pub mod tlsa;

pub use bimi::BimiRecord;
pub use dkim::{DkimKeyRecord, Selector};
pub use dkim_signature::DkimSignature;
pub use dmarc::{AlignmentMode, DmarcRecord, Policy, ReportUri};
pub(crate) use field_list::is_field_name;
pub use mta_sts::MtaStsRecord;
pub use mta_sts_policy::MtaStsPolicy;
pub use published::Published;
#[cfg(feature = "verify")]
pub(crate) use published::utf8;
pub use spf::SpfRecord;
#[cfg(feature = "verify")]
pub(crate) use tag_list::value_span;
pub(crate) use tag_list::{Tag, check_length, elements, elements_named, is_space, strict};
pub use tls_rpt::TlsRptRecord;
pub use tlsa::TlsaRecord;
