//! The terms of a record, those that cannot be read among them.

use std::ops::Range;

use crate::RecordError;
use crate::lint::finding::Fix;
use crate::record::spf::{Directive, Mechanism, Modifier, SpfRecord, SpfTerm, USUAL_TERMS};
use crate::text::find;

/// A term with its text and the space before it.
pub(super) struct Term<'a> {
    pub(super) text: &'a str,
    pub(super) span: Range<usize>,
    /// The term, or what is wrong with it and where in the record.
    pub(super) read: Result<SpfTerm, RecordError>,
    /// Where the space before it begins.
    gap: usize,
}

impl<'a> Term<'a> {
    pub(super) fn all(record: &'a str) -> Result<Vec<Self>, RecordError> {
        let mut gap = find(record, b' ').unwrap_or(record.len());
        let mut terms = Vec::with_capacity(USUAL_TERMS);
        for scanned in SpfRecord::scan_terms(record)? {
            let text = record.get(scanned.span.clone()).unwrap_or_default();
            let gap = std::mem::replace(&mut gap, scanned.span.end);
            terms.push(Self { text, span: scanned.span, read: scanned.term, gap });
        }
        Ok(terms)
    }

    pub(super) fn directive(&self) -> Option<&Directive> {
        match &self.read {
            Ok(SpfTerm::Directive(directive)) => Some(directive),
            _ => None,
        }
    }

    pub(super) fn mechanism(&self) -> Option<&Mechanism> {
        self.directive().map(Directive::mechanism)
    }

    pub(super) fn modifier(&self) -> Option<&Modifier> {
        match &self.read {
            Ok(SpfTerm::Modifier(modifier)) => Some(modifier),
            _ => None,
        }
    }

    pub(super) fn is_redirect(&self) -> bool {
        matches!(self.modifier(), Some(Modifier::Redirect(_)))
    }

    pub(super) fn needs_lookup(&self) -> bool {
        self.is_redirect() || self.mechanism().is_some_and(Mechanism::needs_lookup)
    }

    /// Cuts the term out, with the space before it.
    pub(super) fn removal(&self) -> Fix {
        Fix::replace(self.gap..self.span.end, "")
    }
}
