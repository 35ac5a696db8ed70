//! SPF records: version, directives, modifiers (RFC 7208 sections 4.6 to 6).

mod cidr;
mod directive;
mod domain_spec;
mod mechanism;
mod modifier;
mod term;

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

pub use cidr::{CidrLength, DualCidrLength};
pub use directive::{Directive, Qualifier};
pub use domain_spec::{DomainSpec, MacroString};
pub use mechanism::Mechanism;
pub use modifier::{Modifier, OtherModifier};
pub use term::{ScannedTerm, SpfTerm};

use crate::{RecordError, RecordErrorKind};

/// An SPF record: which hosts may send for a domain.
///
/// It prints as short as it was read: an absent qualifier stays absent. Terms are separated by one
/// space, and the names of mechanisms are in lower case.
///
/// ```
/// use mailkit_auth::record::spf::{Mechanism, Qualifier, SpfRecord};
///
/// let record = SpfRecord::new()
///     .with_mechanism(Qualifier::Pass, "ip4:192.0.2.0/24".parse()?)
///     .with_mechanism(Qualifier::Fail, Mechanism::All);
/// assert_eq!(record.to_string(), "v=spf1 ip4:192.0.2.0/24 -all");
/// assert_eq!("v=spf1  ip4:192.0.2.0/24 -ALL".parse(), Ok(record));
/// # Ok::<(), mailkit_auth::RecordError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpfRecord {
    terms: Vec<SpfTerm>,
}

impl SpfRecord {
    /// A record without terms: every host is neutral.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a directive. [`Qualifier::Pass`], the default, is not written.
    #[must_use]
    pub fn with_mechanism(mut self, qualifier: Qualifier, mechanism: Mechanism) -> Self {
        self.terms.push(SpfTerm::Directive(Directive::new(qualifier, mechanism)));
        self
    }

    /// Sets where the record goes on if no mechanism matches (`redirect`), in place of an earlier
    /// one.
    #[must_use]
    pub fn with_redirect(self, target: DomainSpec) -> Self {
        self.with_unique(Modifier::Redirect(target))
    }

    /// Sets where the text stands that explains a fail (`exp`), in place of an earlier one.
    #[must_use]
    pub fn with_explanation(self, target: DomainSpec) -> Self {
        self.with_unique(Modifier::Explanation(target))
    }

    /// The terms in their order.
    #[must_use]
    pub fn terms(&self) -> &[SpfTerm] {
        &self.terms
    }

    /// The directives in their order.
    pub fn directives(&self) -> impl Iterator<Item = &Directive> {
        self.terms.iter().filter_map(|term| match term {
            SpfTerm::Directive(directive) => Some(directive),
            SpfTerm::Modifier(_) => None,
        })
    }

    /// The modifiers in their order.
    pub fn modifiers(&self) -> impl Iterator<Item = &Modifier> {
        self.terms.iter().filter_map(|term| match term {
            SpfTerm::Modifier(modifier) => Some(modifier),
            SpfTerm::Directive(_) => None,
        })
    }

    /// Where the record goes on if no mechanism matches.
    #[must_use]
    pub fn redirect(&self) -> Option<&DomainSpec> {
        self.modifiers().find_map(|modifier| match modifier {
            Modifier::Redirect(target) => Some(target),
            _ => None,
        })
    }

    /// Where the text stands that explains a fail.
    #[must_use]
    pub fn explanation(&self) -> Option<&DomainSpec> {
        self.modifiers().find_map(|modifier| match modifier {
            Modifier::Explanation(target) => Some(target),
            _ => None,
        })
    }

    /// Reads the terms of a text one by one. An error in one does not hide the others, which is what
    /// a linter wants.
    ///
    /// # Errors
    ///
    /// If the text is no SPF record at all, see [`is_record`](Self::is_record), or longer than 8 KiB.
    ///
    /// ```
    /// use mailkit_auth::record::spf::SpfRecord;
    ///
    /// let terms = SpfRecord::scan("v=spf1 ipv4:192.0.2.1 -all")?;
    /// let errors: Vec<_> = terms.iter().filter_map(|it| it.term.as_ref().err()).collect();
    /// assert_eq!(errors[0].to_string(), "unknown mechanism `ipv4` at byte 7");
    /// assert_eq!((errors.len(), terms[1].span.clone()), (1, 22..26));
    /// # Ok::<(), mailkit_auth::RecordError>(())
    /// ```
    pub fn scan(text: &str) -> Result<Vec<ScannedTerm>, RecordError> {
        Self::scan_terms(text).map(Iterator::collect)
    }

    /// The same one after the other.
    pub(crate) fn scan_terms(text: &str) -> Result<impl Iterator<Item = ScannedTerm>, RecordError> {
        term::scan(text)
    }

    /// Whether a text starts with `v=spf1` and a space or the end, and so is an SPF record, valid or
    /// not (RFC 7208 section 4.5).
    #[must_use]
    pub fn is_record(text: &str) -> bool {
        term::strip_version(text).is_some()
    }

    /// The terms of a record, each with its bytes in the text.
    pub(crate) fn parse_with_spans(text: &str) -> Result<Vec<SpannedTerm>, RecordError> {
        let mut unique = UniqueModifiers::default();
        let read = |it: ScannedTerm| {
            let term = it.term?;
            unique.check(&it.span, &term)?;
            Ok((it.span, term))
        };
        Self::scan_terms(text)?.map(read).collect()
    }

    /// A record of these terms.
    pub(crate) fn of_terms(terms: Vec<SpfTerm>) -> Self {
        Self { terms }
    }

    fn with_unique(mut self, modifier: Modifier) -> Self {
        let name = modifier.name().to_owned();
        self.terms.retain(|term| match term {
            SpfTerm::Modifier(other) => other.name() != name,
            SpfTerm::Directive(_) => true,
        });
        self.terms.push(SpfTerm::Modifier(modifier));
        self
    }
}

impl FromStr for SpfRecord {
    type Err = RecordError;

    fn from_str(text: &str) -> Result<Self, RecordError> {
        let mut unique = UniqueModifiers::default();
        let mut terms = Vec::with_capacity(USUAL_TERMS);
        for scanned in Self::scan_terms(text)? {
            let term = scanned.term?;
            unique.check(&scanned.span, &term)?;
            terms.push(term);
        }
        Ok(Self { terms })
    }
}

/// Terms that most records do not exceed.
pub(crate) const USUAL_TERMS: usize = 8;

impl fmt::Display for SpfRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(VERSION)?;
        self.terms.iter().try_for_each(|term| write!(f, " {term}"))
    }
}

/// A term and its bytes in the text.
pub(crate) type SpannedTerm = (Range<usize>, SpfTerm);

/// Refuses a second `redirect` and a second `exp` (RFC 7208 section 6).
#[derive(Default)]
struct UniqueModifiers {
    redirect: bool,
    explanation: bool,
}

impl UniqueModifiers {
    fn check(&mut self, span: &Range<usize>, term: &SpfTerm) -> Result<(), RecordError> {
        let SpfTerm::Modifier(modifier) = term else { return Ok(()) };
        let seen = match modifier {
            Modifier::Redirect(_) => &mut self.redirect,
            Modifier::Explanation(_) => &mut self.explanation,
            Modifier::Other(_) => return Ok(()),
        };
        if !std::mem::replace(seen, true) {
            return Ok(());
        }
        let kind = RecordErrorKind::DuplicateModifier { name: modifier.name().to_owned() };
        Err(RecordError::new(kind, span.clone()))
    }
}

const VERSION: &str = "v=spf1";

#[cfg(test)]
mod tests;
