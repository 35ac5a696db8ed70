#![cfg_attr(feature = "message", doc = include_str!("../README.md"))]
// The examples of the README read raw messages.
#![cfg_attr(
    not(feature = "message"),
    doc = "Explainable risk of a business mail: `Scorer::assess_view` scores what a host fills in."
)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod account;
mod assessment;
#[cfg(feature = "attachments")]
mod attachment;
mod code;
mod context;
mod counterparty;
mod domain;
mod file_name;
mod freemail;
pub mod intent;
mod language;
mod lexicon;
mod limits;
pub mod lookalike;
mod message;
mod model;
mod policy;
mod scorer;
mod signal;
mod table;
mod text;
mod weight;

pub use account::{Account, AccountError, AccountErrorKind, AccountScheme};
pub use assessment::{Assessment, Level, Place, Reason, Unscannable, UnscannableCause};
pub use code::{Code, Family, UnknownCode};
pub use context::{AuthSignals, Context, DkimResult, DmarcPolicy, DmarcResult, SpfResult};
pub use counterparty::Counterparty;
pub use intent::{Intent, IntentKind, IntentReason, UnknownIntent, Urgency};
pub use language::{Language, UnknownLanguage};
pub use lexicon::Lexicon;
pub use limits::Limits;
pub use message::{
    Attachment, AttachmentFinding, AttachmentFindingKind, Defect, DefectKind, Link, Mailbox,
    MessageView, Text, TextKind,
};
pub use model::Model;
pub use policy::{Action, Policy};
pub use scorer::Scorer;
pub use table::{TableError, TableErrorKind};
pub use weight::{Weight, WeightError};
