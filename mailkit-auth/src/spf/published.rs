//! The SPF record among the texts of a name, read once for all checks.

use std::ops::Range;
use std::sync::Arc;

use super::macro_string;
use crate::RecordError;
use crate::lookup::{Name, RecordData};
use crate::record::SpfRecord;
use crate::record::spf::{DomainSpec, Modifier, SpfTerm};

/// What the texts of a name say as SPF (sections 4.4 and 4.5).
#[derive(Clone, Debug)]
pub(crate) enum Published {
    Nothing,
    One(Arc<ReadRecord>),
    Several,
}

/// A record and its terms.
#[derive(Debug)]
pub(crate) struct ReadRecord {
    pub(crate) text: Arc<str>,
    pub(crate) terms: Result<Vec<ReadTerm>, RecordError>,
}

/// A term, its bytes in the record, and the name it is about as far as the record alone tells.
#[derive(Debug)]
pub(crate) struct ReadTerm {
    pub(crate) span: Range<usize>,
    pub(crate) term: SpfTerm,
    pub(crate) target: Target,
}

/// The name that a term is about.
#[derive(Debug)]
pub(crate) enum Target {
    /// The domain whose record it is, or none at all.
    Own,
    /// This one; `None` if no server can be asked for it.
    Fixed(Option<Name>),
    /// What its macros make of the mail.
    Macros(DomainSpec),
}

impl Published {
    pub(crate) fn read(records: &[RecordData]) -> Self {
        // What is not UTF-8 is not ASCII either, and so invalid where a record holds it.
        let texts = records.iter().filter_map(|data| match data {
            RecordData::Txt(text) => Some(String::from_utf8_lossy(text)),
            _ => None,
        });
        let mut records = texts.filter(|text| SpfRecord::is_record(text));
        match (records.next(), records.next()) {
            (None, _) => Self::Nothing,
            (Some(record), None) => Self::One(Arc::new(ReadRecord::read(&record))),
            (Some(_), Some(_)) => Self::Several,
        }
    }
}

impl ReadRecord {
    fn read(text: &str) -> Self {
        let terms = SpfRecord::parse_with_spans(text).map(|terms| {
            let read = |(span, term)| ReadTerm { span, target: Target::of(&term), term };
            terms.into_iter().map(read).collect()
        });
        Self { text: text.into(), terms }
    }
}

impl Target {
    fn of(term: &SpfTerm) -> Self {
        let spec = match term {
            SpfTerm::Directive(directive) => directive.mechanism().domain(),
            SpfTerm::Modifier(Modifier::Redirect(target)) => Some(target),
            SpfTerm::Modifier(_) => None,
        };
        match spec {
            None => Self::Own,
            Some(spec)
                if spec.has_macros() || spec.as_str().len() > macro_string::MAX_EXPANSION =>
            {
                Self::Macros(spec.clone())
            }
            Some(spec) => Self::Fixed(macro_string::name(spec.as_str())),
        }
    }
}
