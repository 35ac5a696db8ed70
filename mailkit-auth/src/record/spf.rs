//! SPF records: version, directives, modifiers (RFC 7208 sections 4.6 to 6).

mod cidr;
mod directive;
mod domain_spec;
mod mechanism;
mod modifier;

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

pub use cidr::{CidrLength, DualCidrLength};
pub use directive::{Directive, Qualifier};
pub use domain_spec::{DomainSpec, MacroString};
pub use mechanism::Mechanism;
pub use modifier::{Modifier, OtherModifier};

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
    /// If the text is no SPF record at all; see [`is_record`](Self::is_record).
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
        let Some(terms) = strip_version(text) else {
            let kind = RecordErrorKind::WrongVersion { expected: VERSION };
            return Err(RecordError::new(kind, 0..text.find(' ').unwrap_or(text.len())));
        };
        let mut start = VERSION.len();
        let mut scanned = Vec::new();
        // RFC 7208 section 4.6.1: terms are separated by spaces, and by nothing else.
        for term in terms.split(' ') {
            let span = start..start + term.len();
            if !term.is_empty() {
                let term = term.parse::<SpfTerm>().map_err(|error| error.shifted(start));
                scanned.push(ScannedTerm { span: span.clone(), term });
            }
            start = span.end + 1;
        }
        Ok(scanned)
    }

    /// Whether a text starts with `v=spf1` and a space or the end, and so is an SPF record, valid or
    /// not (RFC 7208 section 4.5).
    #[must_use]
    pub fn is_record(text: &str) -> bool {
        strip_version(text).is_some()
    }

    /// The terms of a record, each with its bytes in the text.
    pub(crate) fn parse_with_spans(text: &str) -> Result<Vec<SpannedTerm>, RecordError> {
        let scanned = Self::scan(text)?.into_iter();
        let terms = scanned.map(|it| Ok((it.span, it.term?))).collect::<Result<Vec<_>, _>>()?;
        match duplicate(&terms) {
            Some(error) => Err(error),
            None => Ok(terms),
        }
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
        let terms = Self::parse_with_spans(text)?;
        Ok(Self { terms: terms.into_iter().map(|(_, term)| term).collect() })
    }
}

impl fmt::Display for SpfRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(VERSION)?;
        self.terms.iter().try_for_each(|term| write!(f, " {term}"))
    }
}

/// One term of an SPF record (RFC 7208 section 4.6.1).
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "the grammar knows these two and calls the rest errors"
)]
pub enum SpfTerm {
    /// A mechanism and what its match means.
    Directive(Directive),
    /// A name and a value that mean something for the whole record.
    Modifier(Modifier),
}

impl FromStr for SpfTerm {
    type Err = RecordError;

    fn from_str(text: &str) -> Result<Self, RecordError> {
        domain_spec::check_visible(text)?;
        match modifier::split(text) {
            Some((name, value)) => Modifier::read(name, value).map(Self::Modifier),
            None => Directive::read(text).map(Self::Directive),
        }
    }
}

impl fmt::Display for SpfTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directive(directive) => directive.fmt(f),
            Self::Modifier(modifier) => modifier.fmt(f),
        }
    }
}

/// A term as [`SpfRecord::scan`] finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScannedTerm {
    /// Its bytes in the text.
    pub span: Range<usize>,
    /// The term, or what is wrong with it and where in the text.
    pub term: Result<SpfTerm, RecordError>,
}

/// A term and its bytes in the text.
pub(crate) type SpannedTerm = (Range<usize>, SpfTerm);

/// The first `redirect` or `exp` that stands twice (RFC 7208 section 6).
fn duplicate(terms: &[SpannedTerm]) -> Option<RecordError> {
    let mut seen = Vec::new();
    for (span, term) in terms {
        let SpfTerm::Modifier(modifier @ (Modifier::Redirect(_) | Modifier::Explanation(_))) = term
        else {
            continue;
        };
        if seen.contains(&modifier.name()) {
            let kind = RecordErrorKind::DuplicateModifier { name: modifier.name().to_owned() };
            return Some(RecordError::new(kind, span.clone()));
        }
        seen.push(modifier.name());
    }
    None
}

/// What follows the version, if the text is an SPF record.
fn strip_version(text: &str) -> Option<&str> {
    let (version, rest) = text.split_at_checked(VERSION.len())?;
    let ends = rest.is_empty() || rest.starts_with(' ');
    (version.eq_ignore_ascii_case(VERSION) && ends).then_some(rest)
}

const VERSION: &str = "v=spf1";

#[cfg(test)]
mod tests;
