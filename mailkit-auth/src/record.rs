//! The records of a sending domain, one type a wire form.
//!
//! Each type reads with [`FromStr`](std::str::FromStr) and prints with
//! [`Display`](std::fmt::Display); what was printed reads back equal. A tag that is absent stays
//! absent: the accessor applies the default of the standard, the record prints as short as it was.

pub mod dkim;
pub mod dkim_signature;
pub mod dmarc;
pub mod spf;
mod tag_list;
pub mod tlsa;

pub use dkim::{DkimKeyRecord, Selector};
pub use dkim_signature::DkimSignature;
pub use dmarc::{AlignmentMode, DmarcRecord, Policy, ReportUri};
pub use spf::SpfRecord;
#[cfg(feature = "verify")]
pub(crate) use tag_list::value_span;
pub(crate) use tag_list::{Tag, elements, is_space, strict};
pub use tlsa::TlsaRecord;
