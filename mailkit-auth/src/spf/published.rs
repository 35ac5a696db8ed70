//! The SPF record among the texts of a name, read once for all checks.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::{IpNetwork, SpfResult, macro_string};
use crate::RecordError;
use crate::lookup::{Name, RecordData};
use crate::record::SpfRecord;
use crate::record::spf::{
    CidrLength, Directive, DomainSpec, DualCidrLength, Mechanism, Modifier, SpannedTerm, SpfTerm,
};

/// What the texts of a name say as SPF (sections 4.4 and 4.5).
#[derive(Clone, Debug)]
pub(crate) enum Published {
    Nothing,
    One(Arc<ReadRecord>),
    Several,
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

/// A record and what a check does with it.
pub(crate) struct ReadRecord {
    pub(crate) text: Arc<str>,
    pub(super) program: Result<Program, RecordError>,
}

impl ReadRecord {
    fn read(text: &str) -> Self {
        let program = SpfRecord::parse_with_spans(text).map(Program::of);
        Self { text: text.into(), program }
    }

    /// A term as it stands in the record.
    pub(super) fn term(&self, span: &Range<usize>) -> &str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    /// Where the text stands that explains a fail.
    pub(super) fn explanation(&self) -> Option<&DomainSpec> {
        self.program.as_ref().ok()?.explanation.as_ref()
    }
}

impl PartialEq for ReadRecord {
    /// All follows from the text.
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for ReadRecord {}

impl fmt::Debug for ReadRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

/// The terms of a record in the order in which a check comes to them: the directives as they stand,
/// then the redirect (sections 4.6 and 6.1).
#[derive(Debug)]
pub(super) struct Program {
    pub(super) terms: Box<[Term]>,
    explanation: Option<DomainSpec>,
}

impl Program {
    fn of(read: Vec<SpannedTerm>) -> Self {
        let mut terms = Vec::with_capacity(read.len());
        let (mut redirect, mut explanation) = (None, None);
        for (span, term) in read {
            match term {
                SpfTerm::Directive(directive) => terms.push(Term::of(span, &directive)),
                SpfTerm::Modifier(Modifier::Redirect(spec)) => {
                    let test = Test::Redirect(Target::of(Some(&spec)));
                    redirect = Some(Term { span, result: SpfResult::Neutral, test });
                }
                SpfTerm::Modifier(Modifier::Explanation(spec)) => explanation = Some(spec),
                SpfTerm::Modifier(Modifier::Other(_)) => {}
            }
        }
        terms.extend(redirect);
        Self { terms: terms.into(), explanation }
    }
}

/// A directive or a redirect.
#[derive(Debug)]
pub(super) struct Term {
    /// Its bytes in the record.
    pub(super) span: Range<usize>,
    /// What its match means; that of a redirect the other record says.
    pub(super) result: SpfResult,
    pub(super) test: Test,
}

impl Term {
    fn of(span: Range<usize>, directive: &Directive) -> Self {
        let result = directive.qualifier().into();
        Self { span, result, test: Test::of(directive.mechanism()) }
    }
}

/// What a term compares with the client.
#[derive(Debug)]
pub(super) enum Test {
    All,
    Network(IpNetwork),
    Include(Target),
    Redirect(Target),
    Lookup(Query, Target),
}

impl Test {
    /// The name that the term is about, if the record alone tells it.
    pub(super) fn name(&self) -> Option<&Name> {
        match self {
            Self::Include(Target::Fixed(name))
            | Self::Redirect(Target::Fixed(name))
            | Self::Lookup(_, Target::Fixed(name)) => Some(name),
            _ => None,
        }
    }

    fn of(mechanism: &Mechanism) -> Self {
        let query = match mechanism {
            Mechanism::All => return Self::All,
            Mechanism::Ip4 { address, cidr } => {
                return Self::Network(IpNetwork::ip4(*address, *cidr));
            }
            Mechanism::Ip6 { address, cidr } => {
                return Self::Network(IpNetwork::ip6(*address, *cidr));
            }
            Mechanism::Include(target) => return Self::Include(Target::of(Some(target))),
            Mechanism::A { cidr, .. } => Query::Address(Lengths::of(*cidr)),
            Mechanism::Mx { cidr, .. } => Query::Exchangers(Lengths::of(*cidr)),
            Mechanism::Ptr(_) => Query::Names,
            Mechanism::Exists(_) => Query::Exists,
        };
        Self::Lookup(query, Target::of(mechanism.domain()))
    }
}

/// What the DNS is asked about the target of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Query {
    Address(Lengths),
    Exchangers(Lengths),
    Names,
    Exists,
}

/// How many leading bits of an address count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lengths {
    pub(super) ip4: u8,
    pub(super) ip6: u8,
}

impl Lengths {
    /// All.
    pub(super) const WHOLE: Self = Self { ip4: 32, ip6: 128 };

    fn of(cidr: DualCidrLength) -> Self {
        Self {
            ip4: cidr.ip4.map_or(32, CidrLength::bits),
            ip6: cidr.ip6.map_or(128, CidrLength::bits),
        }
    }
}

/// The name that a term is about, as far as the record alone tells.
#[derive(Debug)]
pub(super) enum Target {
    /// The domain whose record it is.
    Own,
    /// This one.
    Fixed(Name),
    /// None that a server could be asked for.
    Nowhere,
    /// What its macros make of the mail.
    Macros(DomainSpec),
}

impl Target {
    fn of(spec: Option<&DomainSpec>) -> Self {
        match spec {
            None => Self::Own,
            Some(spec) if needs_expansion(spec) => Self::Macros(spec.clone()),
            Some(spec) => macro_string::name(spec.as_str()).map_or(Self::Nowhere, Self::Fixed),
        }
    }
}

/// A text without macros that is beyond all limits is refused where macros are.
fn needs_expansion(spec: &DomainSpec) -> bool {
    spec.has_macros() || spec.as_str().len() > macro_string::MAX_EXPANSION
}
