#![cfg_attr(feature = "mjml", doc = include_str!("../README.md"))]
#![cfg_attr(
    not(feature = "mjml"),
    doc = "Localized business mail, proved complete before it can be rendered (built without `mjml`)."
)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod auto_reply;
mod catalog;
mod clock;
pub mod compose;
mod defect;
mod escape;
mod layout;
mod limits;
mod locale;
mod manifest;
mod message;
mod recipient;
mod render;
mod source;
mod value;

pub use catalog::{Catalog, LoadError, Template};
pub use clock::{ClockSource, DayPeriod, LocalClock};
pub use defect::{Defect, DefectKind};
pub use limits::Limits;
pub use locale::{
    Direction, Locale, LocaleDecision, LocaleError, LocaleOutcome, LocaleReason, LocaleSource,
};
pub use recipient::Recipient;
pub use render::{RenderError, RenderErrorKind, RenderedMail};
pub use source::TemplateSource;
pub use value::{Text, Url, UrlError, UrlErrorKind, Value, ValueType};
